"""Two phrases that are one name: plural and singular, hyphens, Greek letters, abbreviations.

An abbreviation stands for a long form where a sentence puts it in brackets behind that: the long
form is found from right to left, letter by letter (Schwartz & Hearst, PSB 2003).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.claims.lexicon import STOP, content_terms, normalise, stem

_IN_BRACKETS = re.compile(r"[(\[]\s*([A-Za-z0-9][\w/+-]{1,11})\s*[)\];,]")

LONGEST = 300
"""Characters before an abbreviation in which its long form stands."""


def name_key(text: str) -> str:
    """Return a phrase as it is merged: lower case, stems, no hyphen before or after a digit."""
    plain = re.sub(r"['’]s\b", "", normalise(text))
    plain = re.sub(r"(?<=[a-z])-(?=\d)|(?<=\d)-(?=[a-z])", "", plain)
    return " ".join(stem(word) for word in re.findall(r"[^\W_]+", plain))


def abbreviations(sentence: str) -> dict[str, str]:
    """Return short form → long form, for what a sentence puts in brackets."""
    out = {}
    for match in _IN_BRACKETS.finditer(sentence):
        short = match[1]
        if not any(c.isupper() for c in short):
            continue
        most = min(len(short) + 5, 2 * len(short))
        near = sentence[max(0, match.start() - LONGEST) : match.start()]
        before = re.split(r"[.;:,()]\s", near)[-1]
        long = _long_form(short, " ".join(before.split()[-most:]))
        if len(long) > len(short):
            out[short] = long
    return out


def _long_form(short: str, before: str) -> str:
    """Return the end of ``before`` whose letters make ``short``, or nothing."""
    letters = [c for c in short.lower() if c.isalnum()]
    if len(letters) > 2 and short.endswith("s"):  # a plural: "GPIs"
        letters.pop()
    at = len(before)
    for left, letter in zip(range(len(letters) - 1, -1, -1), reversed(letters), strict=True):
        at -= 1
        while at >= 0 and (
            before[at].lower() != letter or (left == 0 and at > 0 and before[at - 1].isalnum())
        ):
            at -= 1
        if at < 0:
            return ""
    return before[at:].strip()


def own_abbreviations(sentence: str, question: str) -> frozenset[str]:
    """Return abbreviations that stand for words of the question: "plague (PL)".

    At least half of the words of the long form must be the question's. Initials of the question's
    words in a row count without brackets ("HD" for Huntington's disease).
    """
    asked = content_terms(question)
    out = set()
    for short, long in abbreviations(sentence).items():
        terms = content_terms(long)
        if terms and len(terms & asked) >= len(terms) / 2:
            out.add(short)
    return frozenset(out | _initials(question, re.findall(r"\b[A-Z]{2,}\b", sentence)))


def _initials(question: str, said: Iterable[str]) -> set[str]:
    words = re.findall(r"[^\W_]+", re.sub(r"['’]s\b", "", question))
    initials = "".join(w[0].lower() for w in words if w.lower() not in STOP)
    return {w for w in said if w.lower() in initials}
