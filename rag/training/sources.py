"""Pairs of question and passage from whatever a user has: each form is known by its content.

| data | pairs |
|---|---|
| an index of medlit, a file or folder of literature | title → abstract, first section → last,
|  | question made of a main MeSH heading → abstract |
| BioASQ's questions (JSON or JSON lines) | question → gold snippet |
| SciFact's folder (``claims.jsonl``) | claim → the sentences that bear it out |
| a set in BEIR's layout with a split to train on | query → relevant document |
| rows of intervention, comparator, outcome, evidence | the three as a question → evidence |
| rows of claim, evidence, label | claim → evidence, where the label says that it supports |
| rows of query, passage | as they are |

Clinical notes are refused: a model remembers what it was trained on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from rag.corpus import corpus_files, read
from rag.corpus.streams import HEAD, Stream
from rag.errors import CorpusError, EvaluationError, UnknownFormat, UsageError
from rag.evaluation.layout import corpus_file, read_corpus, read_set, splits_of
from rag.evaluation.questions import Question, read_questions
from rag.evaluation.rows import Row, read_rows
from rag.index import generations
from rag.index.reader import IndexReader
from rag.training.headings import heading_questions
from rag.training.pairs import scifact
from rag.training.text_pairs import TextPair, own_name
from rag.types import Article

LICENCES = {
    "bioasq": "CC BY 2.5",
    "scifact": "CC BY 4.0 (claims), ODC-By 1.0 (abstracts)",
    "healthver": "published for research",
    "evidence": "Evidence Inference 2.0: MIT",
    "literature": "PubMed: NLM's terms; abstracts may be under their publishers' copyright",
}
"""What the publishers of the known forms state; of others nothing is known."""
FORMS = (
    "literature (PubMed XML, MEDLINE, RIS …), BioASQ's questions, or rows with the fields query "
    "and passage, or claim, evidence and label, or intervention, outcome, comparator and evidence"
)
"""What a file of data may hold, for messages."""
_FIRST = ("objective", "aim", "background", "purpose", "introduction", "question")
_LAST = ("conclu", "result", "finding", "interpretation")
_SUPPORTS = ("supports", "support", "entailment")


def read_pairs(path: Path, batches: tuple[str, ...] = (), split: str = "train") -> list[TextPair]:
    """Return all pairs of a file, a folder or an index, in its order.

    Args:
        path: see the table above.
        batches: of BioASQ's questions, those whose batch begins with one of these; all without.
        split: of a set in BEIR's layout, the judgements to train on.

    Raises:
        UsageError: it is in no known form, holds clinical notes, or has not the split or batches.
        CorpusError: a file cannot be read.
        EvaluationError: a row is damaged.
    """
    if not path.exists():
        raise UsageError(f"{path} is not there; --data takes a file, a folder or an index")
    if path.is_dir():
        return list(_of_folder(path, split))
    return list(_of_file(path, batches))


def articles_of(path: Path) -> Iterator[Article]:
    """Yield the articles of an index, a file or a folder of literature.

    Raises:
        UsageError: the index holds clinical notes, or a file is no literature.
        CorpusError: a file cannot be read, or holds clinical notes.
    """
    if path.is_dir() and generations.current(path) is not None:
        return _index_articles(path)
    return _file_articles(corpus_files([path]))


def questions_of(path: Path, batches: tuple[str, ...]) -> list[Question]:
    """Return BioASQ's questions whose batch begins with one of these; all without.

    Raises:
        EvaluationError: a row is damaged.
        UsageError: no question is of such a batch.
    """
    questions = read_questions(path)
    found = [q for q in questions if not batches or q.batch.startswith(batches)]
    if not found:
        known = ", ".join(sorted({q.batch for q in questions if q.batch})) or "no batch at all"
        raise UsageError(
            f"{path} has no question of batch {' or '.join(batches)}, but of {known}; "
            "name one with --batch"
        )
    return found


def conclusions_of(path: Path) -> dict[str, str]:
    """Return article id → the text of its conclusions, where a section is labelled so."""
    return {
        a.id: said
        for a in articles_of(path)
        if (said := _labelled(a, ("conclu", "interpretation")))
    }


def _of_folder(path: Path, split: str) -> Iterator[TextPair]:
    if generations.current(path) is not None:
        yield from _of_articles(articles_of(path))
    elif any((path / name).is_file() for name in ("claims.jsonl", "claims.jsonl.gz")):
        for claim in scifact(path):
            if claim.label == "supports":
                group = f"scifact:{claim.group}"
                name = own_name(claim.evidence)
                yield TextPair(claim.claim, claim.evidence, "scifact", group, name)
    elif (path / "qrels").is_dir():
        yield from _of_set(path, split)
    else:
        yield from _of_articles(articles_of(path))


def _of_file(path: Path, batches: tuple[str, ...]) -> Iterator[TextPair]:
    rows, damaged = [], None
    try:
        rows = read_rows(path)
    except EvaluationError as error:
        damaged = error  # or no rows at all: XML, RIS, MEDLINE …
    keys = set(rows[0].fields) if rows else set()
    if "questions" in keys or {"question", "snippets"} <= keys:
        yield from _of_bioasq(path, batches)
    elif {"query", "passage"} <= keys:
        for row in rows:
            query, passage = row.text("query"), row.text("passage")
            yield TextPair(query, passage, "pairs", own_name(query), own_name(passage))
    elif {"intervention", "outcome", "comparator", "evidence"} <= keys:
        yield from _of_effects(rows)
    elif {"claim", "evidence", "label"} <= keys:
        yield from _of_claims(rows)
    else:
        try:
            yield from _of_articles(_file_articles([path]))
        except UsageError as error:
            with Stream(path) as stream:
                is_json = stream.peek(HEAD).lstrip()[:1] in (b"{", b"[")
            raise (damaged if is_json and damaged else error) from None


def _of_bioasq(path: Path, batches: tuple[str, ...]) -> Iterator[TextPair]:
    for question in questions_of(path, batches):
        for snippet in question.snippets:
            text = " ".join(snippet.text.split())
            group = f"bioasq:{question.id}"
            yield TextPair(question.text, text, "bioasq", group, f"pmid:{snippet.pmid}")


def _of_effects(rows: Iterable[Row]) -> Iterator[TextPair]:
    for row in rows:
        said = " ".join(max(row.texts("evidence"), key=len, default="").split())
        if said:
            asked = (
                f"effect of {row.text('intervention')} on {row.text('outcome')} "
                f"compared with {row.text('comparator')}"
            )
            group = str(row.fields.get("pmcid") or own_name(said))
            yield TextPair(asked, said, "evidence", group, own_name(said))


def _of_claims(rows: Iterable[Row]) -> Iterator[TextPair]:
    for row in rows:
        if row.text("label").lower() in _SUPPORTS:
            said = row.text("evidence")
            yield TextPair(row.text("claim"), said, "claims", own_name(said), own_name(said))


def _of_set(path: Path, split: str) -> Iterator[TextPair]:
    if split not in splits_of(path):
        raise UsageError(
            f"{path} has no split {split!r} to train on, but {', '.join(splits_of(path))}; "
            "name another with --split, and measure with one that is not trained on"
        )
    one = read_set(path, split)
    texts = {d.id: f"{d.title} {d.text}".strip() for d in read_corpus(corpus_file(path))}
    for query in one.queries:
        for document, grade in one.judgements[query.id].items():
            if grade > 0 and document in texts:
                name = f"{one.name}:{document}"
                yield TextPair(query.text, texts[document], one.name, f"q:{query.text}", name)


def require_literature(reader: IndexReader) -> None:
    """Refuse an index of clinical notes.

    Raises:
        UsageError: it is one.
    """
    if reader.manifest.content != "literature":
        raise UsageError(
            f"{reader.directory} is an index of clinical notes: a model remembers what it was "
            "trained on, so medlit trains on literature only"
        )


def _index_articles(path: Path) -> Iterator[Article]:
    with closing(IndexReader.open(path)) as reader:
        require_literature(reader)
        yield from reader.articles()


def articles_in(path: Path) -> Iterator[Article]:
    """Yield the articles of one file of literature.

    Raises:
        UnknownFormat: it is in no known format.
        CorpusError: it cannot be read, or holds clinical notes.
    """
    for record in read(path):
        if isinstance(record, Article):
            if record.subject or record.encounter:
                raise CorpusError(f"{path} holds clinical notes; medlit trains on literature only")
            yield record


def _file_articles(paths: Iterable[Path]) -> Iterator[Article]:
    for path in paths:
        try:
            yield from articles_in(path)
        except UnknownFormat as error:
            why = str(error).partition("; ")[0]
            raise UsageError(f"{why}; --data takes {FORMS}") from error


def _of_articles(articles: Iterable[Article]) -> Iterator[TextPair]:
    for article in articles:
        if article.status != "current" or not article.sections or not article.title.strip():
            continue
        title = _said(article.title)
        text = " ".join(s.text for s in article.sections)
        yield TextPair(title, " ".join(text.split()), "literature", article.id, article.id)
        first = _labelled(article, _FIRST)
        last = _labelled(article, _LAST)
        if first and last:
            yield TextPair(first, last, "sections", article.id, article.id)
        for asked in heading_questions(article):
            yield TextPair(asked, " ".join(text.split()), "headings", article.id, article.id)


def _said(title: str) -> str:
    """Return a title without the brackets in which PubMed puts a translated one: "[Zinc?]."."""
    text = title.strip()
    bare = text.rstrip(".")
    return bare[1:-1].strip() if bare.startswith("[") and bare.endswith("]") else text


def _labelled(article: Article, names: tuple[str, ...]) -> str:
    """Return the text of the first section whose label holds the first name that any holds."""
    for name in names:
        for section in article.sections:
            if name in section.label.lower():
                return " ".join(section.text.split())
    return ""
