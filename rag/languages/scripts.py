"""Which of Chinese, Japanese and Korean a text is written in, by its characters alone.

A script decides these three surely enough, and no dependency is needed; languages in Latin,
Cyrillic or Arabic letters are not told apart here, since nothing is done differently for them.
"""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["zh", "ja", "ko"]

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN = re.compile(f"[{HAN}]")
# letters only: Chinese texts too write the middle dot and the long-vowel mark of katakana
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
_HANGUL = re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")
_WORD = re.compile(r"[^\W\d_]+")

SHARE = 0.3
"""Least share of Han characters among Han characters and other words of a Chinese text.

A long English question that quotes a Chinese term stays English; "HbA1c 和 metformin 的关系"
is Chinese."""

_NAMES = {"ja": "Japanese", "ko": "Korean"}


def script_language(text: str) -> Language | None:
    """Return ``zh``, ``ja`` or ``ko``, or ``None`` for a text in any other script."""
    han = len(_HAN.findall(text))
    kana = len(_KANA.findall(text))
    hangul = len(_HANGUL.findall(text))
    rest = _HANGUL.sub(" ", _KANA.sub(" ", _HAN.sub(" ", text)))
    counted = han + kana + hangul + len(_WORD.findall(rest))
    if not counted or (han + kana + hangul) / counted < SHARE:
        return None
    if hangul > kana and hangul > han / 4:
        return "ko"
    # Japanese prose always has kana; one brand name in kana does not make a text Japanese
    if kana > han / 10:
        return "ja"
    return "zh" if han else None


def language_note(text: str) -> str:
    """Return a line for the user where the language is known and cannot be translated, else ""."""
    language = script_language(text)
    if language not in _NAMES:
        return ""
    return (
        f"the question looks {_NAMES[language]}, which medlit's term list does not cover: it is "
        "searched as it is; ask in English, or use an index made with a multilingual embedder"
    )
