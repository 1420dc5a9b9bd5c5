"""One generation of an index, opened for searching. Nothing in it changes while it is open."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np

from rag.errors import IndexDamaged, IndexNotFound, UsageError
from rag.index import generations
from rag.index.dense import DenseIndex
from rag.index.filters import RETRACTED, is_open, where
from rag.index.levels import article_levels
from rag.index.lexical import LexicalIndex
from rag.index.manifest import Manifest, load_manifest
from rag.index.store import VISIBLE, Store
from rag.index.values import UnknownValue, unknown_values
from rag.index.vectors import VectorFile
from rag.mesh_tree import MeshTree
from rag.types import Article, Filter, Passage

_SAMPLE = 1000
"""Stored vectors, evenly spread, whose mean stands for that of all."""
_HELD = 8_000_000
"""Passage ids (8 bytes each) of filters used before that are kept for the next search: they
come from SQLite one by one, and a conversation or a service asks with few filters."""
_VARIABLES = 5000  # SQLite bounds the values of one query


class IndexReader:
    """The parts of one generation. Safe for several threads."""

    def __init__(self, directory: Path, generation: int) -> None:
        self.directory = directory
        self.generation = generation
        self.folder = generations.path(directory, generation)
        self.manifest: Manifest = load_manifest(self.folder)
        self.store_path = directory / self.manifest.store / "articles.sqlite"
        self._store = Store(self.store_path)
        if self._store.meta("store_id") != self.manifest.store_id:
            raise IndexDamaged(
                f"{self.folder} was not made from {self.store_path.parent}; "
                "ingest the literature again to rebuild it"
            )
        self._lock = threading.Lock()
        self._open = True
        self._selected: dict[str, np.ndarray] = {}
        self.lexical = LexicalIndex(self.folder / "lexical")
        # mapped at once, as the vectors: a later writer may sweep them away under a lazy reader
        self._mapped = self._map_vectors()
        self.dense = DenseIndex(
            self.folder / "dense.faiss", self.manifest.dense, lambda: self.vectors
        )

    @classmethod
    def open(cls, directory: Path | str) -> IndexReader:
        """Open the generation in force.

        Raises:
            IndexNotFound: there is no complete index in the folder.
            IndexMismatch: the format is of another version.
            IndexDamaged: files are missing or unreadable.
        """
        directory = Path(directory)
        number = generations.require_current(directory)
        try:
            return cls(directory, number)
        except (IndexDamaged, IndexNotFound):
            # a writer may have switched and swept between the two steps
            again = generations.require_current(directory)
            if again == number:
                raise
            return cls(directory, again)

    def close(self) -> None:
        """Close the store, as soon as no thread reads from it."""
        with self._lock:  # SQLite may crash where a connection ends under a query
            self._open = False
            self._store.close()

    def require_open(self) -> None:
        """Refuse to go on with an index that was closed.

        Raises:
            UsageError: ``close`` was called.
        """
        if not self._open:
            raise UsageError(
                f"the index {self.directory} was closed; open it again, or close it after the "
                "last search"
            )

    @contextmanager
    def _reading(self) -> Iterator[Store]:
        """Hold the store, which one thread at a time may use."""
        with self._lock:
            self.require_open()
            yield self._store

    @property
    def vectors(self) -> np.ndarray:
        """The stored vectors, mapped: (rows, d) float16, row number = passage id."""
        if isinstance(self._mapped, IndexDamaged):
            raise self._mapped
        return self._mapped

    def _map_vectors(self) -> np.ndarray | IndexDamaged:
        """Map the vectors; where that fails, a search by words still works."""
        rows = int(self._store.meta("vectors_done") or 0)
        file = VectorFile(self.store_path.parent / "vectors.f16", self.manifest.embedder.dimension)
        try:
            return file.open(rows)
        except IndexDamaged as error:
            return error

    @cached_property
    def mean_vector(self) -> np.ndarray | None:
        """The mean of ``_SAMPLE`` stored vectors spread over all, (d,); ``None`` without any.

        Its product with a query is the cosine of a passage taken at random.
        """
        if isinstance(self._mapped, IndexDamaged) or not len(self._mapped):
            return None
        some = np.asarray(self._mapped[:: -(-len(self._mapped) // _SAMPLE)], dtype=np.float32)
        # rows that an ingest has still to fill are zero, damaged ones may be no numbers
        filled = some[some.any(axis=1) & np.isfinite(some).all(axis=1)]
        return filled.mean(axis=0) if len(filled) else None

    @cached_property
    def _retracted(self) -> np.ndarray:
        return self._ids(f"{RETRACTED} AND {VISIBLE}", {"g": self.generation})

    def selection(self, filters: Filter) -> tuple[np.ndarray | None, np.ndarray | None]:
        """Return (allowed, excluded) passage ids of a filter; ``None`` means no such bound."""
        if is_open(filters):
            return None, None if filters.include_retracted else self._retracted
        name = repr(filters)  # its tuples may be lists
        with self._lock:
            kept = self._selected.pop(name, None)
        if kept is None:
            kept = self._ids(*where(filters, self.generation))
        with self._lock:
            self._selected[name] = kept  # the last one used stands last
            while sum(map(len, self._selected.values())) > _HELD and len(self._selected) > 1:
                del self._selected[next(iter(self._selected))]
        return kept, None

    def _ids(self, condition: str, parameters: dict[str, object]) -> np.ndarray:
        with self._reading() as store:
            return store.passage_ids(condition, parameters)

    def rows_of(self, passage_ids: Sequence[int]) -> dict[int, int]:
        """Return passage id → article row."""
        with self._reading() as store:
            return store.rows_of(passage_ids)

    @cached_property
    def _levels(self) -> np.ndarray:
        with self._reading() as store:
            return article_levels(store.db)

    def evidence_levels(self, passage_ids: Iterable[int]) -> dict[int, int]:
        """Return passage id → evidence level of its article, 1 (strongest) to 6."""
        ids = list(passage_ids)
        levels = self._levels
        rows: dict[int, int] = {}
        for at in range(0, len(ids), _VARIABLES):
            rows |= self.rows_of(ids[at : at + _VARIABLES])
        return {pid: int(levels[row]) for pid, row in rows.items()}

    def unknown_values(
        self, filters: Filter, mesh_tree: MeshTree | None = None
    ) -> tuple[UnknownValue, ...]:
        """Return the names of a filter that no article bears, with the closest that are held."""
        return unknown_values(
            self.lexical, lambda pid: self.passages([pid])[0][1], filters, mesh_tree
        )

    def passages(self, ids: Sequence[int]) -> list[tuple[Passage, Article]]:
        """Return passages with their articles, in the order of ``ids``."""
        with self._reading() as store:
            return store.passages(ids)

    def article(self, article_id: str) -> Article | None:
        """Return an article by its id (``pmid:…``), ``None`` where the index lacks it."""
        with self._reading() as store:
            return store.article_by_id(article_id, self.generation)

    def articles(self) -> Iterator[Article]:
        """Yield the articles of this generation, in the order in which they were stored."""
        with self._reading() as store:
            rows = store.article_rows(self.generation)
        for row in rows:
            with self._reading() as store:
                article = store.article(row)
            yield article
