"""BibTeX, as reference managers, publishers and databases export it.

Entries are cut by their brackets and bibtexparser reads their fields; ``@string`` names are put
in, LaTeX becomes text. Comments and preambles are no records. Entries of every type are read;
one without title and abstract is a reject. Not read: editors, cross references, affiliations.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import suppress

from bibtexparser.exceptions import ParserStateException
from bibtexparser.middlewares.names import (
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import Block as Parsed
from bibtexparser.model import DuplicateFieldKeyBlock, Entry, String
from bibtexparser.splitter import Splitter

from rag.corpus.bibtex_split import Block, blocks
from rag.corpus.citation_fields import (
    author,
    date_and_year,
    is_empty,
    linked_doi,
    linked_pmcid,
    linked_pmid,
    names_group,
    plain,
    pmcid_in,
    publication_types,
    stated_doi,
    stated_pmid,
)
from rag.corpus.fields import author_from_name, one_line, reject, unique
from rag.corpus.identity import article_id, clean_pmid
from rag.corpus.labelled import all_sections
from rag.corpus.language_names import language_codes
from rag.corpus.latex_text import latex_text
from rag.corpus.stated_links import stated_links, states_links
from rag.corpus.status import status_of
from rag.corpus.streams import Stream
from rag.types import Article, Author, Record, Reject, Source

# what it cannot read is told of as a reject, and not on the terminal too
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL + 1)

_BOM = b"\xef\xbb\xbf"
_SNIFF = re.compile(
    rb"^[ \t]*@[ \t]*(?:article|book|booklet|collection|conference|dataset|electronic|inbook"
    rb"|incollection|inproceedings|jour|manual|mastersthesis|misc|online|patent|periodical"
    rb"|phdthesis|proceedings|report|review|software|string|techreport|thesis|unpublished|www)"
    rb"[ \t]*[{(][^={}()\n]{0,300}[,=]",
    re.IGNORECASE | re.MULTILINE,
)
_PART = re.compile(r'\\.|[{}"#]|[^\\{}"#]+', re.DOTALL)
_STRINGS = 10_000
_JOINED = 1 << 20  # what @string names may blow a value up to
_NAMED = 10_000
_AUTHORS = 1 << 17
_SHORT_NAME = re.compile(r"[^\W\d_]\S*[^\W\d_A-Z] (?:[A-Z]\.?-?){1,3}")
_LINKS = ("url", "howpublished", "note", "annote", "file", "link")
_TRIAL = re.compile(r"NCT\d{8}", re.ASCII)
_RANGE = re.compile(r"\s*[-–—]+\s*")

Strings = dict[str, str]


class _BadEntry(Exception):
    """Why an entry cannot become an article."""


def sniff(head: bytes) -> bool:
    """True where a line begins with ``@`` and a type of BibTeX, and the text is no markup."""
    text = head.removeprefix(_BOM).lstrip()
    return text[:1] not in (b"<", b"{", b"[") and _SNIFF.search(text) is not None


def read(stream: Stream, file: str, skip: int = 0) -> Iterator[Record]:
    """Yield a record an entry, in file order.

    Args:
        stream: the decompressed content.
        file: the file's name, for ``Source``.
        skip: leading records that are counted but neither parsed nor yielded.
    """
    n = 0
    strings: Strings = {}
    for block in blocks(stream):
        if block.kind == "string" and not block.reason:
            _remember(block, strings)
            continue
        if n >= skip:
            yield _record(block, strings, Source(file, n))
        n += 1
    if stream.broken and n >= skip:
        yield reject(file, n, f"{stream.broken} after {n} records", cut=True)


def _remember(block: Block, strings: Strings) -> None:
    parsed = _parsed(block.text)
    if isinstance(parsed, String) and len(strings) < _STRINGS:
        with suppress(_BadEntry):
            strings[parsed.key.lower()] = _joined(str(parsed.value), strings)[:_NAMED]


def _parsed(text: str) -> Parsed | None:
    """What the library makes of one entry; the first of its fields with one name counts."""
    try:
        parsed = next(iter(Splitter(text).split().blocks), None)
    except ParserStateException:
        return None
    return parsed.ignore_error_block if isinstance(parsed, DuplicateFieldKeyBlock) else parsed


def _record(block: Block, strings: Strings, source: Source) -> Article | Reject:
    reason = block.reason
    if not reason:
        parsed = _parsed(block.text)
        if isinstance(parsed, Entry):
            try:
                return _article(parsed, strings, source)
            except _BadEntry as error:
                reason = str(error)
        else:
            failure = getattr(parsed, "error", None)
            reason = f"entry cannot be read: {failure}" if failure else "entry cannot be read"
    return reject(source.file, source.record, reason[:300], block.text[:800])


class _Values:
    """The fields of an entry, without their brackets; the first of a name counts."""

    def __init__(self, entry: Entry, strings: Strings) -> None:
        self._raw: dict[str, str] = {}
        for field in entry.fields:
            key = field.key.lower().replace("-", "").replace("_", "")
            value = _joined(str(field.value), strings)
            if value.strip():
                self._raw.setdefault(key, value)

    def raw(self, *names: str) -> str:
        """The first of the fields that has a value, in its own spelling."""
        return next((self._raw[name] for name in names if name in self._raw), "")

    def __call__(self, *names: str) -> str:
        value = plain(latex_text(self.raw(*names)))
        return "" if is_empty(value) else value

    def verbatim(self, *names: str) -> list[str]:
        """Fields that hold no LaTeX but for an escaped sign here and there."""
        found = (self._raw.get(name, "") for name in names)
        return [one_line(re.sub(r"\\([_%&#~$])", r"\1", v).strip("{}")) for v in found if v]


def _article(entry: Entry, strings: Strings, source: Source) -> Article:
    values = _Values(entry, strings)
    title = ": ".join(filter(None, (values("title"), values("subtitle")))) or values("booktitle")
    sections = all_sections(filter(None, [values("abstract")]))
    if not title and not sections:
        raise _BadEntry("record has neither title nor text")
    date, year = date_and_year([*values.verbatim("date", "year"), values("month").capitalize()])
    links = list(filter(_may_identify, values.verbatim(*_LINKS)))
    relations = stated_links([values("note")])
    doi = stated_doi(values.verbatim("doi")) or linked_doi(links)
    types = publication_types(
        re.split(r"[;|]", values("type", "documenttype", "publicationtype")), title
    )
    book = values("booktitle")
    journal = values("journal", "journaltitle") or (book if book != title else "")
    return Article(
        id=_trial(values) or article_id(_pmid(values, links), doi, title or sections[0].text, year),
        title=title,
        sections=sections,
        journal=journal or values("fjournal"),
        journal_abbreviation=values("shortjournal", "abbrevsourcetitle", "journaliso"),
        year=year,
        publication_date=date,
        volume=values("volume"),
        issue=values("number", "issue"),
        pages=_RANGE.sub("-", values("pages") or values("artnumber", "articlenumber", "eid")),
        authors=_authors(values.raw("author")),
        doi=doi,
        pmcid=pmcid_in(values("pmcid", "pmc")) or _pmcid_noted(links) or linked_pmcid(links),
        publication_types=types,
        language=language_codes(values("language", "langid")),
        keywords=_keywords(values("keywords", "keyword", "authorkeywords")),
        copyright=values("copyright"),
        relations=relations,
        status=status_of(types, relations),
        source=source,
    )


def _keywords(text: str) -> tuple[str, ...]:
    return unique([word.strip() for word in re.split(r"[;,]", text)])


def _may_identify(note: str) -> bool:
    """False for the notes of other articles: quotes, and links such as a retraction's."""
    return not note.startswith("medlit:") and not states_links(note)


def _trial(values: _Values) -> str:
    """``nct:NCT…`` of an entry whose eprint is one of the registry's, or nothing."""
    number = values("eprint").upper()
    is_one = values("eprinttype").casefold() == "clinicaltrials" and _TRIAL.fullmatch(number)
    return f"nct:{number}" if is_one else ""


def _pmid(values: _Values, links: list[str]) -> str:
    stated = values("pmid", "pubmedid")
    if values("eprinttype", "archiveprefix").casefold() in ("pubmed", "pmid", "medline"):
        stated = stated or values("eprint")
    if clean_pmid(stated) or stated_pmid(stated):
        return clean_pmid(stated) or stated_pmid(stated)
    noted = [note for note in links if note[:4].upper() == "PMID"]
    return next(filter(None, map(stated_pmid, noted)), "") or linked_pmid(links)


def _pmcid_noted(notes: list[str]) -> str:
    return next((pmcid_in(note) for note in notes if note[:5].upper() == "PMCID"), "")


def _joined(raw: str, strings: Strings) -> str:
    """The value without its outer brackets or quotation marks; names and ``#`` resolved."""
    parts: list[str] = []
    size = depth = 0
    quoted = False
    for match in _PART.finditer(raw):
        part = match[0]
        if part == "{":
            depth += 1
            part = "" if depth == 1 and not quoted else part
        elif part == "}":
            depth -= 1
            part = "" if depth <= 0 and not quoted else part
            depth = max(depth, 0)
        elif part == '"' and depth == 0:
            quoted = not quoted
            part = ""
        elif depth == 0 and not quoted:
            name = part.strip()
            if "=" in name:  # the library goes on to the next comma
                raise _BadEntry(f"a comma is missing before {name[:50]!r}")
            part = "" if name == "#" else strings.get(name.lower(), name)
            part = name if size + len(part) > _JOINED else part
        size += len(part)
        parts.append(part)
    return "".join(parts)


def _authors(raw: str) -> tuple[Author, ...]:
    """Names joined by ``and``; a name in braces is a group's."""
    if len(raw) > _AUTHORS:
        raw = raw[:_AUTHORS]
    names = split_multiple_persons_names(" ".join(raw.split()))
    if len(names) == 1 and names[0].count(";") > 0 and not names[0].startswith("{"):
        names = names[0].split(";")
    found = (_author(name.strip()) for name in names)
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _author(name: str) -> Author | None:
    text = plain(latex_text(name))
    if not text or text.casefold() == "others":
        return None
    whole = name.startswith("{") and name.endswith("}") and "{" not in name[1:]
    if whole and ("," not in text or names_group(text)):
        return Author(collective=text)
    if _SHORT_NAME.fullmatch(text):
        return author(text)
    parts = parse_single_name_into_parts(name, strict=False)
    last, first, suffix = (
        plain(latex_text(" ".join(words)))
        for words in (parts.von + parts.last, parts.first, parts.jr)
    )
    if not first:
        return author(text)
    return author_from_name("", f"{last}, {f'{first} {suffix}'.strip()}")
