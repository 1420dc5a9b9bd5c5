"""Markdown (CommonMark): the whole answer with its quotes, to read or to file.

Words of the literature are escaped, so that a title with ``[x](y)`` or ``<b>`` shows those
characters and nothing else. Not in it: what was dropped, and scores.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from rag.answering.disclaimer import DISCLAIMER
from rag.answering.references import nlm_reference, pubmed_url, status_mark
from rag.evidence import UNKNOWN, level_name
from rag.exporting.model import Document, Format
from rag.exporting.nlm import NOT_ANSWERED, notices
from rag.exporting.records import quote_note
from rag.types import Reference, citation_marks

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$^&])")
_BLOCK = re.compile(r"^(?=[-+=])|^(\d{1,9})(?=[.)])")
_KINDS = {"yesno": " (yes or no)", "factoid": " (one thing)", "list": " (list)"}
_URL_SIGNS = "/:?#[]@!$&'()*+,;=%~"


def render(documents: Sequence[Document]) -> str:
    """Return the documents, a rule between two."""
    return "\n---\n\n".join("\n\n".join(_blocks(document)) + "\n" for document in documents)


def escaped(text: str) -> str:
    """Return the text so that Markdown shows every character of it, also where a line begins."""
    text = _SPECIAL.sub(r"\\\1", text)
    # "1." begins a list: the sign behind the number is escaped, as a digit cannot be
    match = _BLOCK.match(text)
    if match is None:
        return text
    end = match.end()
    return f"{text[:end]}\\{text[end:]}"


def _blocks(document: Document) -> Iterator[str]:
    title = "Search: " if document.kind == "search" else ""
    yield f"# {title}{escaped(document.question)}"
    for flag in document.red_flags:
        yield f"**{escaped(flag)}**"
    if document.read_as:
        yield f"Read as: {escaped(document.read_as)}"
    if document.kind == "abstention":
        closest = " The closest articles are below." if document.references else ""
        yield f"**{NOT_ANSWERED}**{closest}"
    places = range(len(document.statements))
    if document.direct:
        kind = _KINDS.get(document.answer_kind, "")
        known = [document.statements[i] for i in document.direct_statements if i in places]
        marks = citation_marks((c.n for s in known for c in s.citations), document.references)
        yield f"**Answer{kind}: {escaped(document.direct)}** {marks}".rstrip()
    if document.statements:
        yield "\n\n".join(_statements(document))
    if document.references:
        yield "## References" if document.kind == "answer" else "## Articles"
        for place, reference in enumerate(document.references):
            yield from _reference(document, reference, place)
    elif document.kind == "search":
        yield "Nothing was found."
    yield f"*{escaped(DISCLAIMER)}*"
    if document.provenance:
        yield f"Made by {escaped(document.provenance)}."


def _statements(document: Document) -> Iterator[str]:
    """A list item a statement, and what stands against it indented below."""
    for place, statement in enumerate(document.statements):
        item = f"{place + 1}. "
        lead = f"*{escaped(statement.lead)}* " if statement.lead else ""
        marks = citation_marks((c.n for c in statement.citations), document.references)
        yield f"{item}{lead}{escaped(statement.text)} {marks}"
        for conflict in document.conflicts:
            if conflict.statement == place:
                n = conflict.citation.n
                known = [r for r in document.references if r.n == n]
                facts = f" ({_facts(known[0])})" if known else ""
                quoted = f"“{conflict.citation.quote}”"
                # what the answer says of it holds the quote already
                told = "" if quoted in conflict.said else escaped(quoted)
                told = f"{escaped(conflict.said)} {told}".strip()
                mark = citation_marks([n], document.references)
                said = f"**Against this** {mark}{facts}: {told}"
                yield f"{' ' * len(item)}> {said}"


def _facts(reference: Reference) -> str:
    year = str(reference.article.year or "")
    return ", ".join(filter(None, (level_name(reference.evidence_level or UNKNOWN), year)))


def _reference(document: Document, reference: Reference, place: int) -> Iterator[str]:
    article = reference.article
    line = f"[{reference.n}] {escaped(nlm_reference(article))}"
    mark = status_mark(article)
    if mark:
        line += f" **{escaped(mark)}**"
    if notices(article):
        line += f" {escaped(notices(article))}"
    facts = [f"evidence: {level_name(reference.evidence_level or UNKNOWN)}"]
    url = pubmed_url(article)
    if url:
        facts.append(f"<{quote(url, safe=_URL_SIGNS)}>")
    yield f"{line}\\\n{' · '.join(facts)}"
    passage = document.passages[place] if place < len(document.passages) else ""
    notes = [f"“{escaped(passage)}”"] if passage else _quotes(document, reference)
    if notes:
        yield "\n>\n".join(f"> {note}" for note in notes)


def _quotes(document: Document, reference: Reference) -> list[str]:
    cited = [
        (number, citation)
        for number, statement in enumerate(document.statements, start=1)
        for citation in statement.citations
    ]
    cited += [(c.statement + 1, c.citation) for c in document.conflicts]
    notes: dict[str, list[str]] = {}
    for number, citation in cited:
        if citation.n == reference.n:
            said = quote_note(citation, number, "").partition(":")[0]
            notes.setdefault(citation.quote, []).append(said)
    return [f"“{escaped(text)}” ({'; '.join(dict.fromkeys(said))})" for text, said in notes.items()]


FORMAT = Format(".md", "Markdown, the whole answer with quotes", render, needs_references=False)
