"""Stretches of a text around what an expression needs at all, so that it reads no other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.privacy.calendar import MONTHS
from rag.text import fold

_BEFORE, _AFTER = 80, 100
_DIGITS = re.compile(r"\d+")
_WORDS = re.compile(r"[^\W\d_]{3,12}")


def near_digits(text: str) -> list[tuple[int, int]]:
    """Return stretches around every digit, in order and apart."""
    return _merged(_DIGITS.finditer(text), len(text))


def near_months(text: str) -> list[tuple[int, int]]:
    """Return stretches around every name of a month, in order and apart."""
    return _merged((m for m in _WORDS.finditer(text) if fold(m[0]) in MONTHS), len(text))


def _merged(matches: Iterator[re.Match[str]], length: int) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for match in matches:
        start, end = max(0, match.start() - _BEFORE), min(length, match.end() + _AFTER)
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out
