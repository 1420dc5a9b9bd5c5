"""A sentence cut into noun phrases at function words, verbs, adverbs and punctuation.

By rule, without a tagger: a phrase may be cut too short or too long. "lead" is always a verb here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.claims.lexicon import STOP

LONGEST = 7
"""Words of a phrase."""

_BREAKING = """
show shows showed shown suggest suggests suggested indicate indicates indicated demonstrate
demonstrated demonstrates reveal reveals revealed reduce reduces reduced increase increases
increased improve improves improved decrease decreases decreased cause causes caused prevent
prevents prevented induce induces induced inhibit inhibits inhibited lead leads led result results
resulted occur occurs occurred remain remains contribute contributes contributed require
requires required include includes included including involve involves involved play plays
appear appears seem seems present presents presented develop develops developed receive received
provide provides provided support supports encode encodes encoded encoding mediate mediates
mediated regulate regulates regulated activate activates activated promote promotes protect
protects affect affects affected associated characterized characterised defined called named
termed based found identified reported confirmed targets targeting targeted approved consists
consisting composed comprise comprises comprising made constitute constitutes contain contains
containing express expresses expressed bind binds bound act acts acting block blocks exhibit
exhibits represent represents form forms formed become becomes became known described considered
recently previously first major important several many various common commonly namely especially
particularly e.g i.e eg ie et al versus vs whereas either both thereby via without including like
well treat treats treated secrete secretes produced produces produce isolated derived used using
there here we our it they study studies patients moreover furthermore therefore thus hence
remarkably towards toward finally subsequently perhaps already little thought contrary upon
across along among amongst throughout despite yet still later earlier soon often always never
sometimes usually background conclusion conclusions results methods objective purpose aim
follow follows followed take takes taken lower lowers raise raises help helps cure cures kill
kills stop stops make makes give gives given differ differs arise arises belong belongs enable
enables allow allows need needs work works carry carries suffer suffers respond responds
difficult able unable likely unlikely nlmcategory abstracttext label
"""
_BREAKS = frozenset(_BREAKING.split()) | STOP
_NEVER = frozenset(["including", "using", "being", "having", "following", "according", "during"])
_NOUN_ENDS = re.compile(
    r"^(?:bind|signal|splic|sequenc|screen|imag|swell|vomit|bleed|wheez|hear|train|scann|test|block"
    r"|stain|profil|r|str|spr|w|k|th|someth|cloth|shedd|lymphoprolifer|scarr|flush|snor|cough|spott"
    r"|fe|imprint|silenc|edit|traffick|ag|process|prim|skipp|fold)ing$|^(?:b|s|spe|f|n|w)eed?$"
)
_VERBAL = re.compile(r"^[a-z]{2,}(?:ed|ing|izes?|ises?)$")
_WORD = re.compile(r"[^\s,;:()\[\]{}\"“”<>=]+(?:(?:,(?=\d)|>)[^\s,;:()\[\]{}\"“”<>=]+)*")
_OF = re.compile(r"^\s(?:of|of the|for the|to the|in the|in|with)\s$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence, with the depth of the brackets it stands in."""

    text: str
    start: int
    end: int
    depth: int


Run = tuple[int, int]
"""First and last word number of a phrase."""


def words(sentence: str) -> list[Word]:
    """Return the words of a sentence, without the punctuation around them."""
    out = []
    depth, at = 0, 0
    for match in _WORD.finditer(sentence):
        gap = sentence[at : match.start()]
        depth = max(0, depth + sum(gap.count(c) for c in "([") - sum(gap.count(c) for c in ")]"))
        at = match.end()
        text = match.group()
        start = match.start() + len(text) - len(text.lstrip("'’‘`*•·–—-"))
        plain = text.strip("'’‘`*•·–—-").rstrip("'’.!?")
        if plain:
            out.append(Word(plain, start, start + len(plain), depth))
    return out


def breaks(word: str) -> bool:
    """True where a phrase ends at a word: a function word, a verb, an adverb."""
    lower = word.lower()
    return (
        lower in _BREAKS
        or (lower.endswith("ly") and len(word) > 4 and word[1:].islower())
        or (bool(_VERBAL.match(word)) and not _NOUN_ENDS.match(word))
    )


def phrases(found: Sequence[Word], sentence: str) -> list[Run]:
    """Return the phrases of a sentence, and those that "of" makes of two: "loss of function"."""
    runs = _cut(found, sentence)
    out: list[Run] = []
    for i, run in enumerate(runs):
        if i + 1 < len(runs):
            after = runs[i + 1]
            gap = sentence[found[run[1]].end : found[after[0]].start]
            if _OF.match(gap) and after[1] - run[0] < LONGEST:
                out.append((run[0], after[1]))
        out.append(run)
    return out


def _cut(found: Sequence[Word], sentence: str) -> list[Run]:
    """Return the phrases: words in a row that are none of those that break one.

    A participle may begin a phrase behind a comma, "and" or an article ("and ankylosing
    spondylitis"), and end one before them ("intrapulmonary shunting, …").
    """
    runs: list[Run] = []
    begun = -1
    for i, word in enumerate(found):
        before = sentence[found[i - 1].end : word.start] if i else "("
        cut = bool(re.search(r"[^\s'’®™*]", before))
        if begun >= 0 and cut:
            runs.append((begun, i - 1))
            begun = -1
        if not breaks(word.text):
            begun = i if begun < 0 else begun
        elif _is_participle(word.text) and begun < 0 and (cut or _opens(found[i - 1].text)):
            begun = i
        elif _is_participle(word.text) and begun >= 0 and _ends_here(found, i, sentence):
            continue
        elif begun >= 0:
            runs.append((begun, i - 1))
            begun = -1
    if begun >= 0:
        runs.append((begun, len(found) - 1))
    return [run for run in runs if not all(breaks(w.text) for w in found[run[0] : run[1] + 1])]


def _is_participle(word: str) -> bool:
    return bool(_VERBAL.match(word)) and word not in _NEVER


def _opens(word: str) -> bool:
    return word.lower() in (
        "and",
        "or",
        "the",
        "a",
        "an",
        "with",
        "of",
        "as",
        "include",
        "includes",
    )


def _ends_here(found: Sequence[Word], at: int, sentence: str) -> bool:
    """True where an "-ing" is followed by punctuation, "and", or nothing."""
    if not found[at].text.endswith("ing"):
        return False
    if at + 1 == len(found):
        return True
    gap = sentence[found[at].end : found[at + 1].start]
    return bool(re.search(r"[,;.)]", gap)) or found[at + 1].text in ("and", "or")
