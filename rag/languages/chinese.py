"""A Chinese question in English words, through the term list.

This is no translator: it puts the terms in the order of the Chinese text, joins findings by
"and", keeps denials, numbers and Latin words, and marks a question by "?". That is enough for
retrieval by words and vectors, and for the rules that read English questions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from rag.languages.scripts import HAN, script_language
from rag.languages.segment import Token, segment
from rag.languages.terms import simplified
from rag.types import Translation

FINDINGS = frozenset({"symptoms", "diseases"})
"""Groups of terms that can be denied, and that stand side by side without a link."""

_UNSEARCHED = frozenset({"persons", "phrases"})
"""Groups of terms that say nothing about the literature that is looked for."""

_COUNTED = frozenset(
    {
        *("fever", "high fever", "cough", "dry cough", "headache", "severe headache", "rash"),
        *("sore throat", "runny nose", "toothache", "earache", "lump", "tremor", "common cold"),
    }
)
"""What a person has "a" of: "I have a fever" and "I have fever" lie apart as vectors."""

_MODIFIERS = frozenset({"body", "general"})
# 有没有, 是不是, 痛不痛: a question by repetition; what is repeated stays once
_REPEATED = re.compile(f"([{HAN}])[不没](?=\\1)")
_HEAT = re.compile(r"\bbody temperature (?=\d)")


def english_form(text: str) -> Translation | None:
    """Return the English form of a Chinese text, or ``None`` for a text that is not Chinese.

    ``Translation.words`` is empty where no term, number or Latin word was recognised.
    """
    if script_language(text) != "zh":
        return None
    plain = simplified(unicodedata.normalize("NFKC", text))
    plain, repeated = _REPEATED.subn("", plain)
    tokens = segment(plain)
    asks = bool(repeated) or any(
        t.kind == "question" or t.english == "?" or t.group == "phrases" for t in tokens
    )
    writer = _Writer()
    for at, token in enumerate(tokens):
        writer.take(token, (tokens[later] for later in range(at + 1, len(tokens))))
    english = _HEAT.sub("temperature of ", writer.text())
    return Translation(
        source=text,
        english=f"{english}?" if asks and english else english,
        words=" ".join(writer.asserted or writer.denied),
        pairs=tuple((t.text, t.english) for t in tokens if t.kind in ("term", "quantity")),
        untranslated=tuple(t.text for t in tokens if t.kind == "unknown"),
    )


class _Writer:
    """Puts tokens after one another into English."""

    def __init__(self) -> None:
        self.asserted: list[str] = []
        self.denied: list[str] = []
        self._out = ""
        self._join = ""  # a link or pause that waits for the next word
        self._person = ""
        self._personal = False  # in a sentence of what someone has
        self._last = ""  # the kind or group of the word before
        self._denies = False
        self._said_no = False
        self._clause_denied = False

    def text(self) -> str:
        return self._out

    def take(self, token: Token, rest: Iterable[Token]) -> None:
        """Write one token; ``rest`` are those after it."""
        if token.kind in ("term", "quantity", "latin"):
            self._word(token, rest)
        elif token.kind == "negation":
            self._denies, self._said_no = True, False
        elif token.kind == "pause" or token.kind == "link":
            self._pause(token)
        elif token.kind == "unknown" or (token.text == "的" and self._said_no):
            # what is denied is the word before 的, not the noun after it: 没有治疗的高血压
            self._denies = False

    def _pause(self, token: Token) -> None:
        carried = token.english in ("and", "or") and self._last == "denied"
        if not carried:
            self._denies = False
        self._join = token.english.removesuffix(" also")
        if token.kind == "pause" and token.english == "?":
            self._join = ";"
        if self._clause_denied and not carried and self._join in (",", "and", "with"):
            # the reader of denials takes a comma or "and" as going on
            self._join = ";"
        if token.kind == "pause" or not carried:
            self._clause_denied = False
        self._said_no = False
        self._personal = self._personal and self._join not in (";", ".")

    def _word(self, token: Token, rest: Iterable[Token]) -> None:
        finding = token.group in FINDINGS
        if token.group == "persons":
            if self._last == "persons":  # 我的 + 妈妈: "my mother", not "I my mother"
                self._out = self._out[: self._out.rindex(self._person)].rstrip()
            self._person = token.english
        self._append("," if token.group == "phrases" else self._glue(finding))
        if self._denies and not self._said_no:
            self._append("no")
            self._said_no = True
        denied = self._denies and finding
        article = self._personal and token.english in _COUNTED and self._last not in _MODIFIERS
        self._append(f"a {token.english}" if article and not self._denies else token.english)
        if token.group not in _UNSEARCHED:
            (self.denied if denied else self.asserted).append(token.english)
        self._last = "denied" if denied else "finding" if finding else token.group or token.kind
        if denied:
            self._clause_denied, self._said_no = True, False
        elif token.group not in _MODIFIERS:
            self._denies = False
        if token.group == "persons" and _tells_of_finding(rest):
            self._personal = True
            self._append("have" if token.english in ("I", "we") else "has")

    def _glue(self, finding: bool) -> str:
        join, self._join = self._join, ""
        if join:
            return join
        return "and" if finding and self._last in ("finding", "denied") else ""

    def _append(self, word: str) -> None:
        if not word or (not self._out and word in (",", ";", ".", "and", "or", "with", "but")):
            return
        space = "" if not self._out or word in (",", ";", ".") else " "
        self._out += space + word


def _tells_of_finding(rest: Iterable[Token]) -> bool:
    """True where a finding follows in the clause, with only what may stand before it between."""
    for token in rest:
        if token.group in FINDINGS:
            return True
        passed = token.kind in ("filler", "negation", "quantity") or token.group in _MODIFIERS
        if not passed:
            return False
    return False
