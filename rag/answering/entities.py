"""Names and items that could answer a factoid or a list question, taken from quoted sentences.

A sentence is cut into phrases at function words, verbs and punctuation; a phrase that says nothing
but the question's own words, or their abbreviations, is left out. Phrases are ranked by how many
weighed sentences hold them, how near they stand to the question's words, and whether they have the
form that the question asks for (a number for "how many", a gene for "which gene"). No model and no
dictionary: a phrase may be cut too short or too long.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.amounts import AMOUNT, is_amount_asked
from rag.answering.fitness import CONDITION
from rag.claims.lexicon import STOP, content_terms, tokens
from rag.types import AnswerKind

MOST = 5
"""Candidates of a factoid, as BioASQ ranks them."""
MOST_ITEMS = 12
LONGEST = 6
"""Words of a phrase."""

_TOKEN = re.compile(r"[^\W_]+(?:[-'’.+][^\W_]+)*[+%]?|[^\w\s]")
_VERBAL = re.compile(r"^[a-z]+(?:ed|ing|izes?|ises?)$")
_BREAKING = """
show shows showed shown suggest suggests suggested indicate indicates indicated demonstrate
demonstrated demonstrates reveal reveals revealed reduce reduces reduced increase increases
increased improve improves improved decrease decreases decreased cause causes caused prevent
prevents prevented induce induces induced inhibits inhibited lead leads led result results
resulted occur occurs occurred remain remains contribute contributes contributed require
requires required include includes included including involve involves involved play plays
appear appears seem seems present presents develop develops developed receive received provide
provides support supports encode encodes encoded encoding mediate mediates mediated regulate
regulates regulated activate activates promote promotes protect protects affect affects affected
associated characterized characterised defined called named termed based found identified
reported confirmed targets targeting approved indicated consists consisting composed made
study studies patients treatment results data analysis recently novel new first known major
important previously described developed using such well several various many common
"""
_BREAKS = frozenset(_BREAKING.split())
_NUMBER = re.compile(
    r"(?:[<>~≥≤±]\s*)?\d[\d,.]*(?:\s*(?:-|–|to|±)\s*\d[\d,.]*)?"
    r"(?:\s*(?:%|percent|(?:years?|months?|weeks?|days?|hours?|minutes?|mg|g|kg|ml|kb|bp|kda|nm|mm"
    r"|cm|million|billion|nucleotides|amino acids|genes|proteins|residues|patients|cases|per"
    r"\s\w+)\b))?",
    re.IGNORECASE,
)
_FORMS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(r"\b(?:gene|protein|enzyme|receptor|kinase|molecule|target|cytokine)s?\b", re.I),
        re.compile(r"^[A-Za-z]*(?:[A-Z]{2,}|[A-Z]+\d|\d[A-Z])[\w-]*$|(?:ase|in|gen)s?$|receptor"),
    ),
    (re.compile(r"\b(?:disease|syndrome|disorder|cancer|condition)s?\b", re.I), CONDITION),
    (
        re.compile(r"\b(?:drug|antibod|medication|inhibitor|antagonist|agent|vaccine|trade)", re.I),
        re.compile(
            r"\w{3,}(?:mab|nib|ine|ol|ide|ate|pril|tan|statin|vir|one|cin|zole|®|™)s?$", re.I
        ),
    ),
    (
        re.compile(r"\bchromosome", re.I),
        re.compile(r"^(?:\d{1,2}|[XY])(?:[pq][\d.]*)?$|chromosome"),
    ),
    (re.compile(r"\b(?:when|year|date)\b", re.I), re.compile(r"^(?:19|20)\d\d$")),
)


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence to draw from: its weight above 0 and the statement it belongs to."""

    text: str
    weight: float
    statement: int


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase as it stands in a statement, with its score beside the best one's.

    ``total`` is the score before it is divided by the best one's; ``enumerated`` is true for an
    item of "A, B and C".
    """

    text: str
    score: float
    statement: int
    total: float = 0.0
    enumerated: bool = False


def draw(question: str, kind: AnswerKind, sources: Sequence[Source]) -> tuple[Found, ...]:
    """Return the phrases that could answer, best first, each as a statement words it.

    Args:
        question: as asked.
        kind: ``factoid`` or ``list``.
        sources: the sentences of the answer.
    """
    asked = content_terms(question)
    aliases = frozenset().union(*(own_abbreviations(s.text, question) for s in sources))
    totals: dict[str, float] = {}
    best: dict[str, tuple[float, str, int]] = {}
    for source in sources:
        seen: set[str] = set()
        for phrase, start in phrases(source.text, question):
            own = content_terms(phrase) or frozenset({phrase.lower()})
            key = " ".join(sorted(own))
            if own <= asked or key in seen or _only_aliases(phrase, asked, aliases):
                continue
            seen.add(key)
            value = source.weight * _worth(phrase, start, source.text, question, asked, own)
            totals[key] = totals.get(key, 0.0) + value
            if key not in best or value > best[key][0]:
                best[key] = (value, phrase, source.statement)
    ranked = sorted(best, key=lambda k: (-totals[k], best[k][2], k))
    most = MOST if kind == "factoid" else MOST_ITEMS
    top = max(totals.values(), default=1.0)
    found = [Found(best[k][1], totals[k] / top, best[k][2], totals[k]) for k in ranked]
    if kind == "list":
        series = enumerated(question, sources)
        if series:
            return series[:MOST_ITEMS]
    return tuple(found[:most])


def phrases(sentence: str, question: str) -> list[tuple[str, int]]:
    """Return the phrases of a sentence with their offsets; numbers alone for "how many"."""
    if AMOUNT.search(question.lower()):
        return [
            (m.group().strip(" .,"), m.start())
            for m in _NUMBER.finditer(sentence)
            if is_amount_asked(question, sentence, m.start(), m.end())
        ]
    verbs = {w for w in tokens(question) if w.endswith(("s", "ed"))}
    out: list[tuple[str, int]] = []
    run: list[re.Match[str]] = []

    def close() -> None:
        if run and len(run) <= LONGEST:
            text = sentence[run[0].start() : run[-1].end()]
            if any(c.isalpha() for c in text) or re.fullmatch(r"(?:19|20)\d\d|\d{1,2}", text):
                out.append((text, run[0].start()))
        run.clear()

    for match in _TOKEN.finditer(sentence):
        word = match.group()
        lower = word.lower()
        if (
            not word[0].isalnum()
            or lower in STOP
            or lower in _BREAKS
            or lower.endswith("ly")
            or _VERBAL.match(word)
            or lower in verbs
        ):
            close()
        else:
            run.append(match)
    close()
    return out


_IN_BRACKETS = re.compile(r"\(\s*([A-Za-z0-9][A-Za-z0-9/+-]{1,9})\s*[);,]")


def own_abbreviations(sentence: str, question: str) -> frozenset[str]:
    """Return abbreviations in brackets that stand for words of the question: "plague (PL)".

    The long form is found from right to left, letter by letter (Schwartz & Hearst, PSB 2003); at
    least half of its words must be the question's. Initials of the question's words in a row
    count without brackets ("HD" for Huntington's disease).
    """
    asked = content_terms(question)
    out = set()
    for match in _IN_BRACKETS.finditer(sentence):
        short = match[1]
        if sum(c.isupper() for c in short) < 2:
            continue
        most = min(len(short) + 5, 2 * len(short))
        before = " ".join(re.findall(r"[\w'’]+", sentence[: match.start()])[-most:])
        long = content_terms(_long_form(short, before))
        if long and len(long & asked) >= len(long) / 2:
            out.add(short)
    words = re.findall(r"[^\W_]+", re.sub(r"['’]s\b", "", question))
    initials = "".join(w[0].lower() for w in words if w.lower() not in STOP)
    said = re.findall(r"\b[A-Z]{2,}\b", sentence)
    return frozenset(out | {w for w in said if w.lower() in initials})


def _long_form(short: str, before: str) -> str:
    """Return the end of ``before`` whose letters make ``short``, or nothing."""
    letters = [c for c in short.lower() if c.isalnum()]
    at = len(before)
    for left, letter in zip(range(len(letters) - 1, -1, -1), reversed(letters), strict=True):
        at -= 1
        while at >= 0 and (
            before[at].lower() != letter or (left == 0 and at > 0 and before[at - 1].isalnum())
        ):
            at -= 1
        if at < 0:
            return ""
    return before[at:]


def _only_aliases(phrase: str, asked: frozenset[str], aliases: frozenset[str]) -> bool:
    """True where a phrase says nothing but words of the question and their abbreviations."""
    new = [w for w in phrase.split() if not content_terms(w) <= asked]
    return bool(new) and all(w in aliases or w.rstrip("s") in aliases for w in new)


def _worth(
    phrase: str,
    start: int,
    sentence: str,
    question: str,
    asked: frozenset[str],
    own: frozenset[str],
) -> float:
    """Return how well a phrase fits: nearness to the question's words, form, new words."""
    places = [m.start() for m in _TOKEN.finditer(sentence) if content_terms(m.group()) & asked]
    nearest = min((abs(p - start) for p in places), default=200)
    worth = 1.0 / (1.0 + nearest / 60.0)
    worth *= 1.0 - 0.7 * len(own & asked) / len(own)
    for wanted, form in _FORMS:
        if wanted.search(question) and form.search(phrase):
            worth *= 2.0
            break
    if any(c.isupper() for c in phrase[1:]) or any(c.isdigit() for c in phrase):
        worth *= 1.5  # a name rather than a common word
    elif " " not in phrase and phrase.islower():
        worth *= 0.6
    return worth


_SERIES = re.compile(
    r"(?P<items>(?:[^.;:(),]|,(?=\S))+?(?:,\s+[^.;:(),]+?)+,?\s+(?:and|or|as well as)\s+[^.;:(),]+)"
)
_TRIM = re.compile(
    r"^(?:.*\b(?:include[sd]?|including|such as|are|were|is|of|by|with|in|as|like|namely|for|to"
    r"|both|either|cause[sd]?|target(?:s|ing)?|inhibit(?:s|ing)?|express(?:es)?|contain(?:s|ing)?"
    r"|comprise[sd]?|comprising|between)\s+)?(?:the |a |an )?",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s+(?:is|are|was|were|has|have|had|can|may|in|for|with|that|which|who|as|by|at|on|from|during"
    r"|after|among|were|between|to)\b.*$",
    re.IGNORECASE,
)
LONGEST_ITEM = 7


def enumerated(question: str, sources: Sequence[Source]) -> tuple[Found, ...]:
    """Return the items of enumerations ("A, B and C"), of the best sentences first."""
    asked = content_terms(question)
    out: dict[str, Found] = {}
    for source in sorted(sources, key=lambda s: (-s.weight, s.statement)):
        for match in _SERIES.finditer(re.sub(r"\s*\([^()]*\)", "", source.text)):
            parts = re.split(r",?\s+(?:and|or|as well as)\s+|,\s+", match["items"])
            items = [_TRIM.sub("", parts[0]), *parts[1:-1], _TAIL.sub("", parts[-1])]
            for item in items:
                plain = item.strip(" ,.;:\"'“”")
                own = content_terms(plain)
                if not own or own <= asked or len(plain.split()) > LONGEST_ITEM:
                    continue
                if plain not in source.text:
                    continue  # what was cut out of brackets is no quote
                key = " ".join(sorted(own))
                out.setdefault(key, Found(plain, source.weight, source.statement))
    top = max((f.score for f in out.values()), default=1.0)
    return tuple(
        Found(f.text, f.score / top, f.statement, f.score, enumerated=True) for f in out.values()
    )
