"""The phrases of a sentence that could be a name: where they stand, and in which enumeration.

Of each phrase (``rag.answering.phrases``) shorter forms are offered too: without its first words
("human serum albumin", "serum albumin"), without a general noun at its end ("CFTR gene", "CFTR"),
and the part that looks like a name. Which form is right is for ``rag.answering.naming`` to weigh:
the one that other sentences use as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.answering.amounts import amounts
from rag.answering.phrases import LONGEST, Run, Word, breaks, phrases, words
from rag.answering.series import series
from rag.claims.lexicon import content_terms

_GENERAL = re.compile(
    r"^(?:genes?|proteins?|enzymes?|mutations?|variants?|levels?|expression|activity|treatments?|therapy"
    r"|therapies|patients?|cells?|tools?|algorithms?|databases?|methods?|software|packages?|programs?"
    r"|inhibitors?|antagonists?|agonists?|drugs?|tablets?|pills?|loci|locus|pathways?|signaling|family"
    r"|mrnas?|subunits?|molecules?|risk|infections?|use|deficiency|score|scale|framework|approach"
    r"|genera|genus|isolates?|strains?|spp|species|ticks?|bacteria|disease|trials?|cases|monotherapy|injections?|implants?|system|platform|status|symptoms|features)$",
    re.IGNORECASE,
)
NAMELIKE = re.compile(
    r"[A-Z].*[A-Z\d]|\d.*[A-Z]|^[a-z]{1,3}[A-Z]|[a-z][A-Z]|^\w+-\w*\d|^[a-z]+\d+$"
)
DRUG_ENDS = re.compile(
    r"\w{3}(?:mab|nib|statin|vir|cillin|mycin|azole|pril|artan|gliptin|parin)s?$"
)
_FREE = re.compile(
    r"^(?:\d[\d,.]*|novel|new|human|severe|recurrent|several|multiple|rare|chronic|acute|active|advanced"
    r"|specific|common|mild|progressive|different|certain|selective|oral|potent|recombinant|murine"
    r"|adult|typical|classical|so-called|increased|high|low|additional|other|first-line|anti\w*"
    r"|increased|decreased|elevated|reduced|impaired|abnormal|general|primary|secondary|frequent"
    r"|congenital|clinical|putative|potential|fda-approved|approved|antibody|antibiotics?|drugs?"
    r"|[\w-]+-(?:resistant|induced|associated|related|mediated|derived|positive|negative|dependent)"
    r"|agents?|genes?|proteins?|inhibitors?|enzymes?|cytokines?|receptors?|kinases?|disease|virus)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase at ``sentence[start:end]``.

    Attributes:
        text: the phrase.
        start: of it in the sentence, in characters.
        end: of it.
        whole: whether it is the phrase as cut, and no shorter form of it.
        own: whether it could stand for itself: whole, a name by its signs, or a phrase without
            the general noun behind it.
        series: number of the enumeration it is an item of, -1 for none.
        bracketed: whether it stands in brackets.
        first: word number of its first word.
        last: word number of its last word.
    """

    text: str
    start: int
    end: int
    whole: bool
    own: bool
    series: int
    bracketed: bool
    first: int
    last: int


def mentions(sentence: str, asked: frozenset[str] = frozenset()) -> list[Mention]:
    """Return the phrases of a sentence in the order they begin, shorter forms with them.

    Args:
        sentence: of the evidence.
        asked: stems of the question; a word of it at the end of a phrase may be left out.
    """
    found = words(sentence)
    runs = phrases(found, sentence)
    numbers = series(runs, found, sentence)
    out: dict[tuple[int, int], Mention] = {}
    for number, run in enumerate(runs):
        free = _free_until(run, found, asked)
        for first, last in _forms(run, found, asked):
            if (first, last) in out:
                continue
            start, end = found[first].start, found[last].end
            out[first, last] = Mention(
                text=sentence[start:end],
                start=start,
                end=end,
                whole=(first, last) == run,
                own=first <= free or _is_name(found[first : last + 1]),
                series=numbers[number],
                bracketed=found[first].depth > 0,
                first=first,
                last=last,
            )
    return sorted(out.values(), key=lambda m: (m.start, -m.end))


def numbers_asked(sentence: str, question: str) -> list[Mention]:
    """Return the numbers of a sentence that a question for an amount asks for."""
    found = words(sentence)
    out = []
    for start, end in amounts(sentence, question):
        inside = [i for i, w in enumerate(found) if w.start < end and start < w.end]
        if inside:
            first, last = inside[0], inside[-1]
            text = sentence[start:end]
            out.append(
                Mention(text, start, end, True, True, -1, found[first].depth > 0, first, last)
            )
    return out


def _free_until(run: Run, found: Sequence[Word], asked: frozenset[str]) -> int:
    """Return the first word of a phrase that is a part of its name, or the one behind its end."""
    for i in range(run[0], run[1] + 1):
        text = found[i].text
        if not (_FREE.match(text) or breaks(text) or content_terms(text) & asked):
            return i
    return run[1] + 1


def _is_name(part: Sequence[Word]) -> bool:
    """True where a part of a phrase is a name by its signs."""
    if len(part) == 1 and DRUG_ENDS.search(part[0].text):
        return True
    return all(NAMELIKE.search(word.text) for word in part)


def _forms(run: Run, found: Sequence[Word], asked: frozenset[str]) -> Iterator[Run]:
    """Yield a phrase and its shorter forms."""
    ends = [run[1]]
    while ends[-1] > run[0] and (
        _GENERAL.match(found[ends[-1]].text) or content_terms(found[ends[-1]].text) & asked
    ):
        ends.append(ends[-1] - 1)
    for end in ends:
        if breaks(found[end].text) and end != run[1]:
            continue
        for start in range(max(run[0], end - LONGEST + 1), end + 1):
            if start == run[0] or not breaks(found[start].text):
                yield start, end
    begun = -1
    for i in range(run[0], run[1] + 2):
        if i <= run[1] and NAMELIKE.search(found[i].text):
            begun = i if begun < 0 else begun
        elif begun >= 0:
            if i - begun <= LONGEST:
                yield begun, i - 1
            begun = -1
    for i in range(run[0], run[1] + 1):
        if DRUG_ENDS.search(found[i].text):
            yield i, i
