"""Notes with labelled identifiers, in the forms that collections have.

    {"text": "Seen by Dr. Roe.", "spans": [{"start": 12, "end": 15, "kind": "name"}]}

Read are medlit's own JSON lines, presidio-research's JSON, MedCATtrainer's export and the XML of
i2b2/n2c2 2014 (a file, or a folder of them). ``note_labels`` says what their labels mean. Offsets
are of characters, and a label with another text than its own note has there is an error.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rag.errors import CorpusError, EvaluationError
from rag.evaluation.note_labels import I2B2, MEDCAT, OWN, PRESIDIO, Labels, kinds_of
from rag.evaluation.rows import Row, read_rows

Part = Literal["held-out", "rest", "all"]
HELD_OUT = 0.4
"""Share of the keys that is held out."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """An identifier as a person labelled it: ``text[start:end]``, without white space around it.

    Attributes:
        kinds: what it may rightly be called; the first is the one it is counted under. None: it
            is neutral.
    """

    start: int
    end: int
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A text, all of its identifiers in order, and what may be said of what is found in it.

    Attributes:
        id: unique in its file.
        key: what the note shares with others that must be held out together (a template, a
            patient).
        labelled: kinds whose every mention is labelled.
    """

    id: str
    key: str
    text: str
    spans: tuple[Labelled, ...]
    labelled: frozenset[str] = OWN.labelled

    @property
    def identifiers(self) -> tuple[Labelled, ...]:
        """The spans that must be found."""
        return tuple(s for s in self.spans if s.kinds)


def is_held_out(key: str) -> bool:
    """Say whether notes of a key belong to the part that nothing is fitted to.

    They do where the first eight hexadecimal digits of SHA-256("medlit-phi:" + key), as a
    share of 2³², are below ``HELD_OUT``: fixed for ever, and the same for all who look.
    """
    digest = hashlib.sha256(f"medlit-phi:{key}".encode()).hexdigest()
    return int(digest[:8], 16) / 2**32 < HELD_OUT


def part_of(notes: Sequence[Note], part: Part) -> list[Note]:
    """Return the notes of a part, in order.

    Raises:
        EvaluationError: there is none.
    """
    if part == "all":
        return list(notes)
    kept = [note for note in notes if is_held_out(note.key) == (part == "held-out")]
    if not kept:
        raise EvaluationError(f"no note belongs to the part {part}; use --part all")
    return kept


def read_notes(path: Path) -> list[Note]:
    """Read the notes of a file, or of a folder of XML files; the content says which form it is.

    Raises:
        EvaluationError: a note lacks its text, or a label is unknown or not at its place.
        CorpusError: the file cannot be opened.
    """
    if path.is_dir():
        files = sorted(path.glob("*.xml"))
        if not files:
            raise EvaluationError(f"{path} holds no .xml file; name a file of notes")
        return [_i2b2(file) for file in files]
    if _begins_as_xml(path):
        return [_i2b2(path)]
    rows = read_rows(path)
    first = rows[0].fields
    if "projects" in first:
        notes = [note for row in rows for note in _medcat(row)]
    elif "full_text" in first:
        notes = [_presidio(row, at) for at, row in enumerate(rows, start=1)]
    elif "text" in first:
        notes = [_own(row, at) for at, row in enumerate(rows, start=1)]
    else:
        rows[0].refuse(
            "is no note; give {text, spans}, presidio-research's or MedCATtrainer's JSON"
        )
    if not notes:
        raise EvaluationError(f"{path} holds no note; check the file")
    return notes


def _begins_as_xml(path: Path) -> bool:
    try:
        with path.open("rb") as handle:
            head = handle.read(256)
    except OSError as error:
        raise CorpusError(f"cannot read {path}: {error.strerror}") from error
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def _own(row: Row, at: int) -> Note:
    id = row.id(str(at))
    key = row.fields.get("key")
    spans = _spans(row, _text(row, "text"), OWN, row.fields.get("spans"), ("start", "end", "kind"))
    return Note(id, key if isinstance(key, str) else f"note-{id}", _text(row, "text"), spans)


def _presidio(row: Row, at: int) -> Note:
    text = _text(row, "full_text")
    names = ("start_position", "end_position", "entity_type", "entity_value")
    spans = _spans(row, text, PRESIDIO, row.fields.get("spans"), names)
    key = f"template-{row.fields.get('template_id')}"
    return Note(row.id(str(at)), key, text, spans, PRESIDIO.labelled)


def _medcat(row: Row) -> list[Note]:
    notes: list[Note] = []
    for project in _objects(row, row.fields.get("projects"), "projects"):
        for document in _objects(row, project.get("documents"), "documents"):
            # an export has numbers in "id"; this one's documents are told apart by their names
            id = str(document.get("id", document.get("name", len(notes) + 1)))
            inner = Row(row.path, f"document {id}", document)
            kept = [
                one
                for one in _objects(inner, document.get("annotations"), "annotations")
                if not (one.get("deleted") or one.get("killed"))  # rejected by who labelled
            ]
            text = _text(inner, "text")
            spans = _spans(inner, text, MEDCAT, kept, ("start", "end", "cui", "value"))
            notes.append(Note(id, f"medcat-{id}", text, spans, MEDCAT.labelled))
    return notes


def _i2b2(path: Path) -> Note:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    try:
        root = etree.parse(str(path), parser).getroot()
    except OSError as error:
        raise CorpusError(f"cannot read {path}: {error}") from error
    except etree.XMLSyntaxError as error:
        raise EvaluationError(f"{path} is no XML ({error.msg}); get the file again") from error
    row = Row(path, "note", {"text": root.findtext("TEXT")})
    text = _text(row, "text")
    tags = [dict(tag.attrib) for tag in root.iterfind("TAGS/*")]
    for tag in tags:  # attributes are texts; a date's TYPE is DATE
        tag |= {n: int(v) if (v := tag.get(n, "")).isdecimal() else v for n in ("start", "end")}
    spans = _spans(row, text, I2B2, tags, ("start", "end", "TYPE", "text"))
    # 110-02.xml is the second note of patient 110
    return Note(path.stem, f"i2b2-{path.stem.split('-')[0]}", text, spans, I2B2.labelled)


def _text(row: Row, name: str) -> str:
    value = row.fields.get(name)
    if not isinstance(value, str):
        row.refuse(f"has no text in {name!r}; mend the note")
    return value


def _objects(row: Row, value: object, name: str) -> list[dict[str, object]]:
    if isinstance(value, dict):  # MedCATtrainer writes either
        value = list(value.values())
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        row.refuse(f"has no list of objects in {name!r}; mend the note")
    return value


def _spans(
    row: Row, text: str, labels: Labels, value: object, names: Sequence[str]
) -> tuple[Labelled, ...]:
    start_name, end_name, label_name, *value_name = names
    found = set()
    for number, one in enumerate(_objects(row, value, "spans"), start=1):
        start, end, label = (one.get(n) for n in (start_name, end_name, label_name))
        if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end:
            row.refuse(f"has no {start_name!r} and {end_name!r} in span {number}; mend the note")
        said = one.get(value_name[0]) if value_name else None
        inside = text[start:end]
        if end > len(text) or (isinstance(said, str) and said.strip() != inside.strip()):
            # the text itself is not shown: it is an identifier
            row.refuse(f"has another text at span {number} than its label says; mend the offsets")
        kinds = kinds_of(labels, str(label), inside)
        if kinds is None:
            row.refuse(f"has the label {label!r} in span {number}; use {_known(labels)}")
        if inside.strip():
            begin = start + len(inside) - len(inside.lstrip())
            found.add((begin, begin + len(inside.strip()), kinds))
    return tuple(Labelled(*one) for one in sorted(found))


def _known(labels: Labels) -> str:
    return ", ".join(sorted(labels.kinds))


def count_identifiers(notes: Iterable[Note]) -> int:
    """Return how many spans must be found in all."""
    return sum(len(note.identifiers) for note in notes)
