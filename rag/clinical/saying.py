"""Does a sentence say that a disease has a finding? By the order of its words, and no parser.

"Pneumonia causes fever", "fever in pneumonia" and "symptoms of a cold or pneumonia include fever"
say it. "Lupus causes fever and pneumonia" names all three, but the fever is that of lupus. What
is not plainly said counts as not said: a candidate without a sentence is no harm, one with a
wrong sentence is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import product

from rag.claims.lexicon import content_terms
from rag.clinical.diseases import Disease, Names, words_of

GAP = 6
"""Words from one of a finding's to the next at most: "pain or discomfort in the chest"."""
_BEARS = frozenset(
    words_of(
        "cause caused causing include included including have has had having present presented"
        " presenting characterized characterised develop developed experience symptom sign feature"
        " manifestation lead leading produce result marked feel suffer get notice report reported"
        " complain show begin began start become is are was were accompanied with"
    )
)
"""Between a disease and what it brings."""
_GETS = frozenset(
    words_of("have has had cause caused include including develop experience get lead suffer")
)
"""Before a disease that somebody has, or that another disease brings."""
_IN = frozenset(words_of("of with in from by to during due like indicate suggest mean"))
"""Before a disease that brings what was named."""
_BETWEEN = frozenset(words_of("a an the or and some severe acute chronic mild early untreated"))
"""What may stand between such a word and the disease, beside other diseases."""
_DENIES = frozenset(words_of("no without absence absent lack"))
_BEHIND_DENIAL = frozenset(words_of("a an any the of"))
"""What may stand between such a word and the finding that it denies: "in the absence of a rash"."""
_HAPPENS = frozenset(
    words_of("occur appear develop common frequent may often usually typical typically rare first")
)
"""Behind a finding that an article on a disease speaks of without naming it."""


@dataclass(frozen=True, slots=True)
class Span:
    """Words ``first`` to ``last`` of a sentence, the latter not included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence as words, their content terms, and the diseases that it names.

    ``terms[i]`` are those of ``words[i]``: none of a function word or a disease's name.
    """

    words: tuple[str, ...]
    terms: tuple[frozenset[str], ...]
    names: tuple[tuple[Span, Disease], ...]

    def of(self, disease: Disease) -> list[Span]:
        """Return where the sentence names a disease."""
        return [span for span, named in self.names if named == disease]

    def others(self, disease: Disease) -> list[Span]:
        """Return where it names other ones."""
        return [span for span, named in self.names if named != disease]


def read_sentence(text: str, names: Names) -> Reading:
    """Return a sentence as it is compared with a disease and a finding."""
    words = names.words(text)
    found = tuple((Span(a, b), disease) for a, b, disease in names.places(words))
    inside = {i for span, _ in found for i in range(span.first, span.last)}
    terms = tuple(
        frozenset() if i in inside else content_terms(word) for i, word in enumerate(words)
    )
    return Reading(tuple(words), terms, found)


def finding_terms(name: str) -> frozenset[str]:
    """Return the content terms of a finding's name, as they are looked for in sentences."""
    return frozenset[str]().union(*(content_terms(word) for word in words_of(name)))


def places_of(wanted: Collection[str], reading: Reading) -> list[Span]:
    """Return where a sentence holds all terms of a finding near each other, outside of names."""
    if not wanted:
        return []
    first, *rest = (_at(term, reading) for term in sorted(wanted))
    out = []
    for place in first:
        nearest = [min(at, key=lambda i: abs(i - place), default=-1) for at in rest]
        if -1 in nearest:
            return []
        span = Span(min([place, *nearest]), max([place, *nearest]) + 1)
        if span.last - span.first <= 1 + GAP * len(rest):
            out.append(span)
    return out


def _at(term: str, reading: Reading) -> list[int]:
    return [i for i, terms in enumerate(reading.terms) if term in terms]


def says(
    reading: Reading, disease: Disease, found: Sequence[Span], *, foreign: bool = False
) -> bool:
    """True where a sentence that names a disease says that it has one of the ``found`` places.

    In a ``foreign`` article, on another disease, those who "have strokes and feel confused" may
    be confused by that: there the disease must not be what somebody has.
    """
    own, others = reading.of(disease), reading.others(disease)
    for finding, name in product(found, own):
        if name.last <= finding.first:
            said = _bears(reading, name, finding, others)
        else:
            # "lupus causes fever and problems with pneumonia": the fever has its disease
            said = _is_in(reading, name) and not any(
                other.last <= finding.first and _bears(reading, other, finding, ())
                for other in others
            )
        if said and not (foreign and _holds(reading, _GETS, 0, name.first)):
            return True
    return False


def _holds(reading: Reading, wanted: Collection[str], first: int, last: int) -> bool:
    return any(word in wanted for word in reading.words[first:last])


def is_denied(reading: Reading, finding: Span) -> bool:
    """True where a sentence says that the finding is not there: "itching without a rash"."""
    if _holds(reading, _DENIES, finding.first + 1, finding.last):
        return True
    at = finding.first - 1
    while at >= 0 and reading.words[at] in _BEHIND_DENIAL:
        at -= 1
    return at >= 0 and reading.words[at] in _DENIES


def says_unnamed(reading: Reading, found: Sequence[Span]) -> bool:
    """True where a sentence that names no disease says that a finding occurs."""
    return any(
        any(word in _BEARS for word in reading.words[: finding.first])
        or any(word in _HAPPENS for word in reading.words[finding.last :])
        for finding in found
    )


def _bears(reading: Reading, name: Span, finding: Span, others: Sequence[Span]) -> bool:
    """True where a word such as "causes" stands between, and no disease but those of a list."""
    between = range(name.last, finding.first)
    at = next((i for i in between if reading.words[i] in _BEARS), None)
    if at is None:
        return False
    listed = name.last
    for other in others:
        if name.last <= other.first < at:
            if not all(word in _BETWEEN for word in reading.words[listed : other.first]):
                return False
            listed = other.last
        elif at < other.first < finding.first:
            return False
    return True


def _is_in(reading: Reading, name: Span) -> bool:
    """True where "in", "of" … stands before a name, or before the list that the name is in."""
    names = {i for span, _ in reading.names for i in range(span.first, span.last)}
    at = name.first - 1
    while at >= 0 and (at in names or reading.words[at] in _BETWEEN):
        at -= 1
    return at >= 0 and reading.words[at] in _IN and "absence" not in reading.words[at - 1 : at]
