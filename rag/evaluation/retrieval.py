"""Search a test collection as medlit searches, and measure what it finds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rag.errors import UsageError
from rag.evaluation.cache import cached_index
from rag.evaluation.layout import EvaluationSet, corpus_file
from rag.evaluation.measures import DEEPEST, Measured, measure, require_tools
from rag.evaluation.qrels import relevant
from rag.evaluation.runs import Run
from rag.models.embedder import Embedder, load_embedder
from rag.models.reranker import Reranker
from rag.progress import Progress, Silent
from rag.retrieval import DEFAULT, Ranking, Retriever
from rag.retrieval.forms import MOST
from rag.types import Filter, Hit, Mode

MODES: tuple[Mode, ...] = ("lexical", "dense", "hybrid")
_BATCH = 32
_PREFIXES = ("pmid:", "doi:", "id:")


@dataclass(frozen=True, slots=True)
class Options:
    """What is searched and how.

    Attributes:
        modes: the routes, each a run of its own.
        k: documents a query, 100 or more.
        ignore_identical: leave out a document that bears the id of its query.
        index: an index that medlit made of the set, instead of one that is made for it.
        fresh: make the index anew.
        workers: processes that parse, see ``rag.index.builder.ingest``.
        cache: where indexes are kept; by default ``cache_dir() / "eval"``.
        ranking: the numbers of the ranking.
    """

    modes: Sequence[Mode] = ("hybrid",)
    k: int = DEEPEST
    ignore_identical: bool = False
    index: Path | None = None
    fresh: bool = False
    workers: int = 0
    cache: Path | None = None
    ranking: Ranking = DEFAULT

    def __post_init__(self) -> None:
        """Check what would make measures other than they are called.

        Raises:
            UsageError: ``k`` is too small or too large, or there is no mode.
        """
        if self.k < DEEPEST:
            raise UsageError(f"-k must be {DEEPEST} or more, since recall@{DEEPEST} is measured")
        if self.k + self.ignore_identical > MOST:  # known before an index is made
            raise UsageError(
                f"-k must be {MOST - self.ignore_identical:,} or less, not {self.k}"
                + (" (one more is searched for)" if self.ignore_identical else "")
            )
        if not self.modes:
            raise UsageError("name a mode: hybrid, dense or lexical")


@dataclass(frozen=True, slots=True)
class Result:
    """One set searched in one mode.

    Attributes:
        set: what was searched for.
        mode: the route.
        k: documents a query.
        embedder: the name of the index's embedder.
        documents: how many the set, or the given index, holds.
        run: what was found.
        measured: its measures.
        seconds: wall clock of the searches alone, embedding the queries included.
    """

    set: EvaluationSet
    mode: Mode
    k: int
    embedder: str
    documents: int
    run: Run
    measured: Measured
    seconds: float

    @property
    def queries_per_second(self) -> float:
        """Queries by seconds."""
        return len(self.set.queries) / self.seconds


def evaluate(
    sets: Iterable[EvaluationSet],
    options: Options,
    *,
    embedder: Embedder | str | None = None,
    reranker: Reranker | None = None,
    device: str = "auto",
    progress: Progress | None = None,
) -> Iterator[Result]:
    """Search each set in each mode, and yield a result as soon as it is there.

    Retracted articles are found too: judgements do not know of retractions.

    Args:
        sets: see ``layout.read_set``.
        options: what is searched and how.
        embedder: makes the index and the queries' vectors; by default the one of the given
            index, else medlit's default.
        reranker: a cross-encoder for the top hits.
        device: of an embedder that is loaded here.
        progress: told of stages and notes.

    Raises:
        EvaluationError: a corpus cannot be read, or the extra ``eval`` is not installed.
        UsageError: one index is given for several sets.
        ModelError: a model cannot be had.
        IndexMismatch: the given index was made with another embedder.
    """
    require_tools()
    sets = list(sets)
    progress = progress or Silent()
    if options.index is not None and len(sets) > 1:
        raise UsageError("--index is the index of one set; give one --data")
    if options.index is None and not hasattr(embedder, "identity"):
        assert embedder is None or isinstance(embedder, str)
        embedder = load_embedder(embedder, device)
    if options.index is None:
        for one in sets:
            corpus_file(one.folder)  # the last set's is missed now, not after the first one's index
    for one in sets:
        for note in one.notes:
            progress.note(f"{one.name}: {note}")
        searched = _open(one, options, embedder, reranker, device, progress)
        with closing(searched.retriever):
            missing = sum(not searched.holds(d) for d in relevant(one.judgements))
            if missing:
                progress.note(
                    f"{one.name}: {missing:,} of {len(relevant(one.judgements)):,} relevant "
                    "documents are not there to be found"
                )
            for mode in options.modes:
                yield _result(one, searched, mode, options, progress)


@dataclass(frozen=True, slots=True)
class _Searched:
    """An opened index, and how its articles are called in the judgements."""

    retriever: Retriever
    name: Callable[[str], str]
    holds: Callable[[str], bool]
    documents: int


def _open(
    one: EvaluationSet,
    options: Options,
    embedder: Embedder | str | None,
    reranker: Reranker | None,
    device: str,
    progress: Progress,
) -> _Searched:
    if options.index is not None:
        retriever = Retriever.open(
            options.index,
            embedder=embedder,
            reranker=reranker,
            device=device,
            ranking=options.ranking,
        )
        judged = {d for row in one.judgements.values() for d in row}
        reader = retriever.reader
        return _Searched(
            retriever,
            lambda own: own if own in judged else own.partition(":")[2],
            lambda name: any(reader.article(p + name) for p in ("", *_PREFIXES)),
            reader.manifest.counts.articles,
        )
    assert embedder is not None
    assert not isinstance(embedder, str)
    index = cached_index(
        one.folder,
        embedder,
        progress,
        vectors=any(mode != "lexical" for mode in options.modes),
        fresh=options.fresh,
        workers=options.workers,
        root=options.cache,
    )
    if index.empty:
        progress.note(f"{one.name}: {index.empty:,} documents have no text and cannot be found")
    retriever = Retriever.open(
        index.directory, embedder=embedder, reranker=reranker, ranking=options.ranking
    )
    return _Searched(retriever, index.name, set(index.documents).__contains__, len(index.documents))


def _result(
    one: EvaluationSet, searched: _Searched, mode: Mode, options: Options, progress: Progress
) -> Result:
    retriever = searched.retriever
    everything = Filter(include_retracted=True)
    # one more, so that k are left where the query's own document goes
    depth = options.k + options.ignore_identical
    found: dict[str, list[tuple[str, float]]] = {}
    progress.start(f"{one.name}, {mode}", len(one.queries), "queries")
    if mode != "lexical":
        retriever.embedder.embed_queries([one.queries[0].text])  # loaded and warm before it counts
    seconds = 0.0
    for at in range(0, len(one.queries), _BATCH):
        batch = one.queries[at : at + _BATCH]
        started = time.perf_counter()
        hits = retriever.search_many([q.text for q in batch], depth, everything, mode=mode)
        seconds += time.perf_counter() - started
        for query, row in zip(batch, hits, strict=True):
            found[query.id] = _named(row, searched.name)
        progress.advance(len(batch))
    progress.finish()
    run = Run.of(found)
    if options.ignore_identical:
        run = run.without_identical()
    elif run.own_first > len(one.queries) / 2:
        progress.note(
            f"{one.name}: {run.own_first:,} queries find the document of their own id first; "
            "where queries are documents of the corpus, --ignore-identical-ids leaves those out"
        )
    run = run.cut(options.k)
    name = retriever.reader.manifest.embedder.name
    return Result(
        one,
        mode,
        options.k,
        name,
        searched.documents,
        run,
        measure(run, one.judgements),
        seconds,
    )


def _named(hits: Sequence[Hit], name: Callable[[str], str]) -> list[tuple[str, float]]:
    """Return documents with scores; of two articles of one name, the better one."""
    scored: dict[str, float] = {}
    for hit in hits:
        scored.setdefault(name(hit.article.id), hit.score)
    values = list(scored.values())
    if values != sorted(values, reverse=True):
        # a late stage scored only the first hits, on a scale of its own: the order is what counts
        return [(own, float(len(scored) - at)) for at, own in enumerate(scored)]
    return list(scored.items())
