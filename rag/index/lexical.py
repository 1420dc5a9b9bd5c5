"""Tantivy over passages: BM25 (k1 1.2, b 0.75) on stemmed English words.

One document a passage, found by its id. Filters are clauses of the query. Words are split
at non-letters, lower-cased, stripped of accents, stop words removed, stemmed (Snowball);
queries are analysed the same way, so no query syntax can break a search.
"""

from __future__ import annotations

import math
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import tantivy

from rag.errors import IndexDamaged
from rag.evidence import level_of
from rag.index.lexical_filter import clauses_of
from rag.text import fold
from rag.types import Added, Article, Filter, Passage

_ANALYSER = "medlit_en"
_folded = lru_cache(maxsize=65_536)(fold)  # names of journals, types and headings come again
_HEAP = 128 * 1024 * 1024


def analyser() -> tantivy.TextAnalyzer:
    """Return the analysis of passages and queries."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(64))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stopword("english"))
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=False, indexed=True, fast=True)
    builder.add_text_field("body", tokenizer_name=_ANALYSER, index_option="freq")
    for name in ("type", "mesh", "journal", "language"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("year", indexed=True, fast=True)
    builder.add_unsigned_field("evidence", indexed=True, fast=True)
    builder.add_boolean_field("retracted", indexed=True)
    builder.add_boolean_field("abstract", indexed=True)
    return builder.build()


class LexicalWriter:
    """Writes one generation's Tantivy index, starting from the previous one where given."""

    def __init__(self, folder: Path, previous: Path | None) -> None:
        folder.mkdir()
        if previous is not None:
            _link(previous, folder)
        self._schema = _schema()
        self._index = tantivy.Index(self._schema, path=str(folder), reuse=previous is not None)
        self._index.register_tokenizer(_ANALYSER, analyser())
        # one thread: segments, and with them the order of equal scores, are the same twice
        self._writer = self._index.writer(heap_size=_HEAP, num_threads=1)

    def delete(self, passage_ids: Iterable[int]) -> None:
        """Remove passages."""
        for pid in passage_ids:
            # by query: the term route takes a Python int for a signed number, which "id" is not
            self._writer.delete_documents_by_query(
                tantivy.Query.term_query(self._schema, "id", int(pid))
            )

    def add(self, passage: Passage, article: Article) -> None:
        """Add a passage; passages after an article's first carry its title too."""
        document = tantivy.Document()
        document.add_unsigned("id", passage.id)
        if passage.start > 0 and article.title:
            document.add_text("body", article.title)
        document.add_text("body", passage.text)
        if passage.start == 0 and article.vernacular_title:
            document.add_text("body", article.vernacular_title)
        for name in article.publication_types:
            document.add_text("type", _folded(name))
        for heading in article.mesh:
            document.add_text("mesh", _folded(heading.descriptor))
        for name in {_folded(article.journal), _folded(article.journal_abbreviation)} - {""}:
            document.add_text("journal", name)
        for code in article.language.casefold().split(","):
            document.add_text("language", code)
        if article.year is not None:
            document.add_unsigned("year", article.year)
        # filters read the level from types and headings, by the table of today; this value is
        # for earlier versions, and the field is part of the format
        document.add_unsigned("evidence", level_of(article))
        document.add_boolean("retracted", article.status == "retracted")
        document.add_boolean("abstract", any(s.text for s in article.sections))
        self._writer.add_document(document)

    def commit(self) -> None:
        """Write everything; the folder is then complete."""
        self._writer.commit()
        self._writer.wait_merging_threads()


def _link(previous: Path, folder: Path) -> None:
    """Share the previous generation's files, which Tantivy never changes once written."""
    for file in previous.iterdir():
        if file.name.endswith(".lock"):
            continue
        target = folder / file.name
        if file.name in ("meta.json", ".managed.json"):
            shutil.copyfile(file, target)
            continue
        try:
            target.hardlink_to(file)
        except OSError:  # a file system without hard links
            shutil.copyfile(file, target)


def _linked(folder: Path) -> tempfile.TemporaryDirectory[str]:
    """Return a folder of links to the files of an index, which goes with the object."""
    place = tempfile.TemporaryDirectory(prefix="medlit-", ignore_cleanup_errors=True)
    for file in folder.resolve().iterdir() if folder.is_dir() else ():
        if not file.name.endswith(".lock"):
            Path(place.name, file.name).symlink_to(file)
    return place


def _open(folder: Path, shown: Path) -> tantivy.Index:
    try:
        return tantivy.Index.open(str(shown))
    except (ValueError, OSError) as error:
        reason = str(error).splitlines()[0][:120]
        raise IndexDamaged(
            f"{folder} cannot be read ({reason}); medlit index verify --repair makes it anew"
        ) from error


@dataclass(frozen=True, slots=True)
class LexicalResult:
    """Passage ids and BM25 scores, best first; equal scores by id."""

    ids: np.ndarray
    scores: np.ndarray


class LexicalIndex:
    """An opened Tantivy index. Safe for several threads."""

    def __init__(self, folder: Path) -> None:
        # Tantivy makes a lock file beside what it opens: where it may not, it is shown links
        self._links = _linked(folder) if not os.access(folder, os.W_OK) else None
        self._index = _open(folder, Path(self._links.name) if self._links else folder)
        self._analyser = analyser()
        self._index.register_tokenizer(_ANALYSER, self._analyser)
        self._schema = self._index.schema
        self._searcher = self._index.searcher()

    @property
    def count(self) -> int:
        """Number of passages."""
        return int(self._searcher.num_docs)

    def search(
        self,
        text: str,
        k: int,
        filters: Filter,
        delta: float = 0.0,
        added: Sequence[Added] = (),
    ) -> LexicalResult:
        """Return the ``k`` best passages for the words of ``text``.

        A word counts as often as it stands there. A word of ``added`` that ``text`` lacks
        counts its weight, once.

        ``delta`` is that of BM25+ (Lv and Zhai, CIKM 2011): a word that a passage holds counts
        idf · (tf part + delta). 0 is BM25.
        """
        query = self._words(text, delta, added)
        if query is None:
            return LexicalResult(np.zeros(0, np.int64), np.zeros(0, np.float32))
        clauses = [(tantivy.Occur.Must, query), *clauses_of(self._schema, filters)]
        found = self._searcher.search(tantivy.Query.boolean_query(clauses), limit=k, count=False)
        addresses = [address for _, address in found.hits]
        ids = np.asarray(self._searcher.fast_field_values("id", addresses), dtype=np.int64)
        scores = np.asarray([score for score, _ in found.hits], dtype=np.float32)
        order = np.lexsort((ids, -scores))
        return LexicalResult(ids[order], scores[order])

    def terms(self, text: str) -> list[str]:
        """Return the stems that a text is searched by."""
        return list(self._analyser.analyze(text))

    def holders(self, word: str) -> int:
        """Return how many passages hold a word, by its stem; all of them for a stop word.

        Of a word that is split ("IL-6"), the rarest part counts. Deleted passages count until
        segments merge.
        """
        counts = [self._searcher.doc_freq("body", term) for term in self.terms(word)]
        return min(counts, default=self.count)

    def values(self, field: str) -> list[str]:
        """Return the names that articles bear in ``type``, ``mesh``, ``journal``, ``language``."""
        return [term for term, _ in self._searcher.terms_with_prefix(field, "", limit=None)]

    def passage_with(self, field: str, names: Sequence[str]) -> int | None:
        """Return a passage whose article bears one of the names in a field, or ``None``."""
        query = tantivy.Query.term_set_query(self._schema, field, list(names))
        found = self._searcher.search(query, limit=1, count=False).hits
        if not found:
            return None
        (pid,) = self._searcher.fast_field_values("id", [found[0][1]])
        return int(pid or 0)

    def _words(self, text: str, delta: float, added: Sequence[Added]) -> tantivy.Query | None:
        held = self._searcher.num_docs
        own = Counter(self.terms(text))
        weights: dict[str, float] = dict(own)
        for part in added:
            for term in self.terms(part.text):
                if term not in own:
                    weights[term] = max(part.weight, weights.get(term, 0.0))
        queries = []
        for term, weight in weights.items():
            query = tantivy.Query.term_query(self._schema, "body", term, index_option="freq")
            queries.append(query if weight == 1 else tantivy.Query.boost_query(query, weight))
            holders = self._searcher.doc_freq("body", term) if delta else 0
            if holders:
                # the idf of Tantivy's own BM25; deleted passages count until segments merge
                idf = math.log(1 + max(0.0, held - holders + 0.5) / (holders + 0.5))
                bare = tantivy.Query.term_query(self._schema, "body", term, index_option="basic")
                queries.append(tantivy.Query.const_score_query(bare, delta * idf * weight))
        if not queries:
            return None
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, q) for q in queries])
