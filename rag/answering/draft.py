"""Drafts: what a composer hands to the verifier, and how [n] markers are read from prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.answering.similarity import Similarity
from rag.text import sentences
from rag.types import Draft, Evidence, Sent, Style

OnPiece = Callable[[str], None]

MARKER = re.compile(r"\[\s*\d{1,4}(?:\s*(?:[,;–-]|and|&)\s*\d{1,4})*\s*\]")
"""[1], [1, 2], [1-3], [1; 4], [1 and 2]."""

_PART = re.compile(r"(\d{1,4})(?:\s*[–-]\s*(\d{1,4}))?")
NOT_A_DATE = (
    r"(?!(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Spring|Summer|Autumn|Winter|In|Since|From|Until)\b)"
)
_TAIL = r"[^\s;,)\]]*[^\s;,.)\]]"
_ID = (
    rf"(?:P(?:MID|ubMed\s?ID)\s?[:#]?\s*\d+|PMC\s?\d{{3,}}|(?:doi\s?[:.]?\s*)?10\.\d{{4,9}}/{_TAIL}"
    rf"|doi\s?[:.]\s*{_TAIL}|(?:https?://|www\.){_TAIL})"
)
_AUTHOR = (
    rf"(?-i:{NOT_A_DATE}[A-Z])[\w'’-]+(?:,?\s(?:and|&)\s[A-Z][\w'’-]+)?"
    r"(?:\set\sal\.?|\sand\scolleagues)?,?\s(?:19|20)\d\d[a-z]?"
)
_LEANING = ("by", "in", "to", "of", "from", "see", "and", "study", "trial", "article", "as", "with")
_LEANS = "".join(rf"(?<!\b{word})" for word in _LEANING)
_OWN_IDS = re.compile(
    rf"\s*[(\[](?:see\s|e\.g\.,?\s|ref(?:erence|\.)?:?\s)?(?:{_ID}|{_AUTHOR})"
    rf"(?:\s*[;,]\s*(?:{_ID}|{_AUTHOR}))*[)\]]"
    rf"|{_LEANS}[,;:]?\s+{_ID}(?=(?:\s*\[[^\]]*\])*\s*(?:[.;](?:\s|$|\[)|$))",
    re.IGNORECASE,
)
"""Identifiers that a writer put beside a sentence: "(PMID: 12)", "(Smith et al., 2019)", or at
its end. Those within it stay: the sentence rests on them, and is dropped for it."""
_ANSWER = re.compile(r"^(?:final |short )?answer\s*:\s*", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-*•–]\s+|\d{1,2}[.)]\s+(?=[A-Z])|#{1,6}\s+)", re.MULTILINE)
_WHOLE = re.compile(rf"[.!?…][\"'”’)]*\s*(?:{MARKER.pattern}[.\s]*)*$|{MARKER.pattern}\s*[.]?$")
_WIDEST_RANGE = 20


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One sentence without its markers, the numbers it cites, and the words before it."""

    text: str
    markers: tuple[int, ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Composed:
    """A draft as text and as sentences; the sentences are what is verified.

    ``unused`` may say why a composer wrote nothing from a piece of evidence: (number, reason).
    ``sent`` says what left this machine for it.
    """

    draft: Draft
    sentences: tuple[DraftSentence, ...]
    unused: tuple[tuple[int, str], ...] = ()
    sent: Sent | None = None


class Composer(Protocol):
    """Writes a draft from numbered evidence."""

    @property
    def identity(self) -> str:
        """Name for the provenance: the method, or the model with its revision."""
        ...

    def compose(
        self,
        question: str,
        evidence: Sequence[Evidence],
        style: Style,
        *,
        similarity: Similarity | None = None,
        on_piece: OnPiece | None = None,
    ) -> Composed:
        """Return a draft; one without sentences says that the evidence does not answer.

        ``on_piece`` receives the text as it is written, where the composer writes it bit by bit.
        """
        ...


def read_marker(marker: str) -> tuple[int, ...]:
    """Return the numbers of a marker in order: ``[1-3]`` is 1, 2, 3."""
    numbers: list[int] = []
    for match in _PART.finditer(marker):
        first, last = int(match[1]), int(match[2] or match[1])
        # a range no evidence could fill is a slip of the pen, not a citation
        if 0 <= last - first <= _WIDEST_RANGE:
            numbers.extend(range(first, last + 1))
    return tuple(dict.fromkeys(numbers))


def whole_sentences(text: str) -> str:
    """Return a text that was cut off at its limit without the sentence that it had begun.

    A sentence is whole where it ends with a full stop or its like, a marker behind it or not.
    """
    bounds = sentences(text)
    if bounds and not _WHOLE.search(text[slice(*bounds[-1])]):
        bounds = bounds[:-1]
    return text[: bounds[-1][1]] if bounds else ""


def split_draft(text: str) -> tuple[DraftSentence, ...]:
    """Split prose into sentences with the markers that belong to each.

    A marker belongs to the sentence it stands in or directly after. In a line that begins
    with a marker and does not end with one, markers lead their sentences instead. Bullets,
    bold marks, "Answer:" and identifiers that the writer put beside a sentence are removed:
    ids come from the evidence only.
    """
    out: list[DraftSentence] = []
    for raw in text.replace("\r", "\n").split("\n"):
        line = _BULLET.sub("", raw.replace("**", "")).strip()
        line = _OWN_IDS.sub("", _ANSWER.sub("", line)).strip()
        if line:
            out.extend(_split_line(line))
    return tuple(out)


def _split_line(line: str) -> list[DraftSentence]:
    found = list(MARKER.finditer(line))
    leading = bool(found) and found[0].start() == 0 and not _ends_with_marker(line, found[-1])
    bare, at, places = "", 0, []
    for match in found:
        bare += line[at : match.start()]
        at = match.end()
        bare = bare.rstrip()
        places.append((len(bare), read_marker(match.group())))
        if at < len(line) and line[at].isalnum():
            bare += " "
    bare += line[at:]
    bounds = sentences(bare)
    numbers: list[list[int]] = [[] for _ in bounds]
    for place, cited in places:
        owner = _owner(bounds, place, leading)
        if owner is not None:
            numbers[owner].extend(cited)
    out: list[DraftSentence] = []
    for (start, end), own in zip(bounds, numbers, strict=True):
        sentence = re.sub(r"\s+", " ", bare[start:end]).strip()
        sentence = re.sub(r"\s+([.,;:!?])", r"\1", sentence)
        sentence = re.sub(r"(?<![.])([.!?])\.$", r"\1", sentence)  # "… before. [3]." and the like
        if any(c.isalnum() for c in sentence):
            out.append(DraftSentence(sentence, tuple(dict.fromkeys(own))))
        elif out:  # a full stop by itself: what stood between was the marker
            previous = out[-1]
            merged = tuple(dict.fromkeys((*previous.markers, *own)))
            out[-1] = DraftSentence(previous.text, merged)
    return out


def _ends_with_marker(line: str, last: re.Match[str]) -> bool:
    return not line[last.end() :].strip(" .")


def _owner(bounds: list[tuple[int, int]], place: int, leading: bool) -> int | None:
    """Return the index of the sentence that a marker at ``place`` belongs to."""
    for i, (start, end) in enumerate(bounds):
        if leading and place >= end and i + 1 < len(bounds):
            continue
        if place <= end or (i + 1 < len(bounds) and place < bounds[i + 1][0]):
            return i if leading or place >= start or i == 0 else i - 1
    return len(bounds) - 1 if bounds else None
