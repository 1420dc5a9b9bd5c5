"""Language codes as MEDLINE writes them: three letters, ISO 639-2's bibliographic form."""

from __future__ import annotations

# fmt: off
_CODES = {
    "af": "afr", "am": "amh", "ar": "ara", "az": "aze", "be": "bel", "bg": "bul", "bn": "ben",
    "bs": "bos", "ca": "cat", "cs": "cze", "cy": "wel", "da": "dan", "de": "ger", "el": "gre",
    "en": "eng", "eo": "epo", "es": "spa", "et": "est", "eu": "baq", "fa": "per", "fi": "fin",
    "fr": "fre", "ga": "gle", "gl": "glg", "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun",
    "hy": "arm", "id": "ind", "is": "ice", "it": "ita", "ja": "jpn", "ka": "geo", "kk": "kaz",
    "ko": "kor", "la": "lat", "lt": "lit", "lv": "lav", "mk": "mac", "ml": "mal", "ms": "may",
    "nb": "nor", "nl": "dut", "nn": "nor", "no": "nor", "pl": "pol", "pt": "por", "ro": "rum",
    "ru": "rus", "sk": "slo", "sl": "slv", "sq": "alb", "sr": "srp", "sv": "swe", "th": "tha",
    "tr": "tur", "uk": "ukr", "ur": "urd", "uz": "uzb", "vi": "vie", "zh": "chi",
}
# ISO 639-2 has two codes for these languages, and MEDLINE writes the other one
_TERMINOLOGY = {
    "ces": "cze", "cym": "wel", "deu": "ger", "ell": "gre", "eus": "baq", "fas": "per",
    "fra": "fre", "hye": "arm", "isl": "ice", "kat": "geo", "mkd": "mac", "msa": "may",
    "nld": "dut", "ron": "rum", "slk": "slo", "sqi": "alb", "zho": "chi",
}
# fmt: on


def medline_language(code: str) -> str:
    """Return ``eng`` for ``en``, ``EN``, ``en-US`` or ``eng``; a code not known as it is."""
    word = code.strip().lower().replace("_", "-").partition("-")[0]
    return _CODES.get(word) or _TERMINOLOGY.get(word, word)


def codes_of(code: str) -> frozenset[str]:
    """Return every code of the language that MEDLINE calls ``code``; none for an unknown one."""
    return frozenset(
        other for table in (_CODES, _TERMINOLOGY) for other, own in table.items() if own == code
    )
