"""Text measures that several rooms share: sentences with exact offsets, normal forms.

Sentence bounds come from sentencex (Wikimedia, MIT; rules for 240 languages, written in
Rust). What it does not know is medical: the abbreviations below, after which it would break.
This module does not tokenise for any model and does not stem.
"""

from __future__ import annotations

import json
import re
import unicodedata

import sentencex

_NO_BREAK_AFTER = re.compile(
    r"(?:\b(?i:approx|ca|resp|incl|excl|max|min|vol|no|nos|figs?|refs?|sp|spp|ser|subsp|var|syn|cf"
    r"|viz|vs|et al|i\.v|i\.m|i\.p|s\.c|p\.o|b\.i\.d|t\.i\.d|q\.i\.d|q\.d|b\.w|wt|conc|temp|inj"
    r"|St|Dr|Prof|Mr|Mrs|Ms|Inc|Ltd|Co|e\.g|i\.e)\.|\b[A-Z]\."
    r"|\b(?:Table|Figure|Box|Panel) \d{1,2}\.)\s*$"
)
_CONTINUES = re.compile(r"\s*[a-z0-9(\[%±<>≤≥=]")
_ALWAYS = re.compile(
    r"\b(?:(?i:approx|ca|figs?|refs?|cf|viz|vs|e\.g|i\.e)|var|ser|subsp|Dr|Prof|Mr|Mrs|Ms)\.\s*$"
)
_OPENS = (
    r"(?=(?:The|A|An|In|On|At|Of|By|For|From|After|Before|During|While|When|This|These|That|Those|We"
    r"|It|They|There|All|Both|Each|No|None|Mean|Median|Patients|Subjects|Participants|Children|Adults"
    r"|Women|Men|Treatment|Results|Among|However|Thus|Overall|Blood|Serum|Plasma|Side|Adverse)\b)"
)
_MISSED = re.compile(
    rf"\b(?:i\.v|i\.m|i\.p|s\.c|p\.o|b\.i\.d|t\.i\.d|q\.i\.d|q\.d)\.(?P<a>\s+){_OPENS}"
    r"|\b(?:vitamin|hepatitis|type|group|factor|grade|class|protein)s? [A-Z]\."
    r"(?P<b>\s+)(?=[A-Z][a-z])"
    r"|^\s*\([^()]*[.!?]\)(?P<c>\s+)(?=[A-Z])"
)
"""Ends that the segmenter takes for an abbreviation or an initial: "given i.v. Patients …",
"lacked vitamin C. Scurvy …", and a sentence in brackets."""
_ENDS = re.compile(r"[.!?。！？][\"')\]»”’]*\s*$")


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) offsets of the sentences of ``text``, in order.

    Spans carry no surrounding white space, never overlap and together hold every
    character that is not white space. A line break always ends a sentence: an article's
    text has one section a line.
    """
    spans: list[tuple[int, int]] = []
    offset = 0
    for line in text.split("\n"):
        spans.extend((offset + a, offset + b) for a, b in _line_sentences(line))
        offset += len(line) + 1
    return spans


def _line_sentences(line: str) -> list[tuple[int, int]]:
    if not line.strip():
        return []
    bounds: list[tuple[int, int]] = []
    at = 0
    for piece in sentencex.segment("en", line):
        bounds.append((at, at + len(piece)))
        at += len(piece)
    if at < len(line):  # never lose a tail, whatever the segmenter does
        bounds.append((at, len(line)))
    merged: list[tuple[int, int]] = []
    for start, end in bounds:
        if merged and _joins(line[merged[-1][0] : merged[-1][1]], line[start:end]):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    out = []
    for start, end in merged:
        piece = line[start:end]
        left = len(piece) - len(piece.lstrip())
        right = len(piece.rstrip())
        if right > left:
            out.extend(_cut(line, start + left, start + right))
    return out


def _cut(line: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the sentences of a piece that the segmenter left whole: nearly always one."""
    out = []
    while match := _MISSED.search(line[start:end]):
        left, right = next(match.span(g) for g in ("a", "b", "c") if match[g] is not None)
        out.append((start, start + left))
        start += right
    return [*out, (start, end)]


def _joins(before: str, after: str) -> bool:
    """True where the bound between two pieces is not the end of a sentence."""
    if not after.strip() or not before.strip():
        return True
    if _ALWAYS.search(before):
        return True
    if not before[-1].isspace() and after[0].isdigit() and before[-1] == ".":
        return True  # "found 5." + "3 mg": a decimal
    return bool(_NO_BREAK_AFTER.search(before) and _CONTINUES.match(after))


def is_complete(sentence: str) -> bool:
    """True where a sentence ends as one (a heading or a cut line does not)."""
    return bool(_ENDS.search(sentence))


_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[PX^_\]]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"
)
"""Escape sequences of a terminal (ECMA-48): CSI, OSC and other strings, then the short ones."""


def printable(text: str, lines: bool = False) -> str:
    """Return a text as it may be shown: no escape sequences, control or format characters.

    Control characters and line breaks become spaces; format characters (zero width,
    bidirectional overrides), surrogates and private-use characters go. Offsets into the text
    do not hold in what is returned: it is for eyes, not for quotes. ``lines`` keeps line feeds.
    """
    if text.isascii() and text.isprintable():  # nearly all
        return text
    plain = _ESCAPES.sub("", text)
    return "".join(
        " " if category in {"Cc", "Zl", "Zp"} and not (lines and c == "\n") else c
        for c in plain
        if (category := unicodedata.category(c)) not in {"Cf", "Cs", "Co"}
    )


_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""C0 and C1 controls, line separators, marks of direction, and halves of surrogate pairs."""


def spaced(text: str) -> str:
    """Return a text with every run of white space as one space, and none at its ends.

    Two sentences that differ in nothing else are the same sentence.
    """
    return " ".join(text.split())


def one_line(text: str) -> str:
    """Return ``printable`` text with single spaces, as a field of a record."""
    return " ".join(printable(text).split())


def json_text(value: object, indent: int | None = None) -> str:
    """Return a value as JSON that is safe to print; reading it gives the value unchanged.

    Controls, marks of direction and halves of surrogate pairs become escapes of four digits;
    all other letters stay as they are.
    """
    lines = json.dumps(value, ensure_ascii=False, indent=indent).split("\n")
    # a line break is between values only: inside a text JSON has it escaped already
    return "\n".join(_UNSAFE.sub(lambda m: f"\\u{ord(m[0]):04x}", line) for line in lines)


def fold(text: str) -> str:
    """Lower case without accents or repeated white space, for comparing names."""
    if text.isascii():  # nearly all titles and names
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())
