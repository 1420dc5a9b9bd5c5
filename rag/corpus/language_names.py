"""The names of languages, as databases export them, and MEDLINE's codes for them."""

from __future__ import annotations

import re

from rag.corpus.languages import codes_of, medline_language

_TABLE = """
afr Afrikaans|alb Albanian|ara Arabic|arm Armenian|aze Azerbaijani|bel Belarusian|bos Bosnian
bul Bulgarian|cat Catalan|chi Chinese|chi Mandarin|hrv Croatian|cze Czech|dan Danish|dut Dutch
dut Flemish|eng English|epo Esperanto|est Estonian|fin Finnish|fre French|fre Français|geo Georgian
ger German|ger Deutsch|gre Greek|heb Hebrew|hin Hindi|hun Hungarian|ice Icelandic|ind Indonesian
gle Irish|ita Italian|ita Italiano|jpn Japanese|kaz Kazakh|kor Korean|lat Latin|lav Latvian
lit Lithuanian|mac Macedonian|may Malay|nor Norwegian|per Persian|per Farsi|pol Polish
por Portuguese|por Português|rum Romanian|rus Russian|srp Serbian|slo Slovak|slv Slovenian
spa Spanish|spa Castilian|spa Español|swe Swedish|tha Thai|tur Turkish|ukr Ukrainian|urd Urdu
uzb Uzbek|vie Vietnamese|wel Welsh
"""
_NAMES = {
    name.casefold(): code
    for code, name in (row.split(" ") for row in _TABLE.strip().replace("\n", "|").split("|"))
}
_BETWEEN = re.compile(r"\s*(?:[;,/|]|\band\b)\s*")
_CODE = re.compile(r"[a-z]{2,3}(?:[-_][a-z]{2,4})?", re.IGNORECASE | re.ASCII)


def language_codes(text: str) -> str:
    """Return ``English; French`` as ``eng,fre``; a name that is not known stays as it is."""
    found: list[str] = []
    for part in _BETWEEN.split(text):
        code = _NAMES.get(part.casefold()) or (
            medline_language(part) if _CODE.fullmatch(part) else part
        )
        if code and code not in found:
            found.append(code)
    return ",".join(found)


def language_title(codes: str) -> str:
    """Return ``eng,fre`` as ``English, French``; a code that is not known stays as it is."""
    names: dict[str, str] = {}
    for name, code in _NAMES.items():
        names.setdefault(code, name.capitalize())
    return ", ".join(names.get(code, code) for code in codes.split(",") if code)


def language_names(text: str) -> frozenset[str]:
    """Return all that a language may be called in an article: codes and names, lower case.

    ``en``, ``eng`` and ``English`` give the same set: ISO 639-1 and the two forms of ISO 639-2
    (https://www.loc.gov/standards/iso639-2), and the names above. What is no known language
    stays as it is.
    """
    word = text.strip().casefold()
    codes = language_codes(word).split(",")
    names = {name for name, code in _NAMES.items() if code in codes}
    others = {other for code in codes for other in codes_of(code)}
    return frozenset({*codes, *names, *others} - {""} or {word})
