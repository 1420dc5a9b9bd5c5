"""Build a dense index, add a day's passages to it, and check what it finds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from rag.index import exact
from rag.index.dense import DenseIndex
from rag.index.kinds import DenseFacts
from rag.progress import Progress, Silent

_CHUNK = 65_536
_QUERIES = 200
_FEWEST = 50
_PAIRS = 500_000_000
"""Cosines that a check may compute: fewer queries, ``_FEWEST`` at least, for more passages."""
_SAMPLE = 20_000
_FINDABLE = 0.9
_LOW = 0.9
_WANTED = 0.98
"""Of the check's queries, which are nearer to passages than questions are: those found .91 and
questions outside .80 on 10 million synthetic vectors with the same parameters."""
_STEPS = ((1, 1), (2, 2), (3, 4), (4, 8))
_FINEST = 128


@dataclass(frozen=True, slots=True)
class Previous:
    """The dense index of the generation before: its file, its facts, the ids that it holds."""

    file: Path
    facts: DenseFacts
    ids: np.ndarray


def derive(
    vectors: np.ndarray,
    ids: np.ndarray,
    facts: DenseFacts,
    previous: Previous | None,
    file: Path,
    progress: Progress,
) -> DenseFacts:
    """Write a generation's dense index: the previous one changed where that will do, or anew.

    Args:
        vectors: the stored vectors, (rows, d) fp16.
        ids: sorted passage ids that it shall hold.
        facts: as ``plan`` makes them.
        previous: the generation before, of the same type; ``None`` to build from nothing.
        file: where to write.
        progress: told of the stages and of the recall.
    """
    made = None
    if previous is not None and not previous.facts.drifted(len(ids)):
        added = np.setdiff1d(ids, previous.ids, assume_unique=True)
        removed = np.setdiff1d(previous.ids, ids, assume_unique=True)
        made = extend(previous, vectors, added, removed, file, progress)
        made = made and replace(made, requested=facts.requested)
        if made is not None and not _found_again(file, made, vectors, added):
            progress.note("the dense index does not find what was added: it is built anew")
            made = None
    if made is None:
        made = build(vectors, ids, facts, file, progress)
    return checked(file, made, vectors, ids, progress) if facts.approximate else made


def build(
    vectors: np.ndarray,
    ids: np.ndarray,
    facts: DenseFacts,
    file: Path,
    progress: Progress | None = None,
) -> DenseFacts:
    """Write an index over the rows ``ids`` of ``vectors`` (fp16, one row a passage id)."""
    import faiss

    progress = progress or Silent()
    index = faiss.index_factory(vectors.shape[1], facts.factory, faiss.METRIC_INNER_PRODUCT)
    if facts.trained_on:
        progress.start("training the dense index", None, "passages")
        random = np.random.default_rng(0)
        sample = np.sort(random.choice(ids, facts.trained_on, replace=False))
        index.train(vectors[sample].astype(np.float32))
        progress.finish()
    _add(index, vectors, ids, progress)
    faiss.write_index(index, str(file))
    return replace(facts, rows=len(vectors))


def extend(
    previous: Previous,
    vectors: np.ndarray,
    added: np.ndarray,
    removed: np.ndarray,
    file: Path,
    progress: Progress | None = None,
) -> DenseFacts | None:
    """Write the index ``previous`` without ``removed`` and with ``added``.

    Returns:
        The new facts; ``None``, with nothing written, where it must be built from nothing:
        FAISS takes nothing out of a graph, and the file may hold other ids than it should.
    """
    import faiss

    if len(removed) and "HNSW" in previous.facts.factory:
        return None
    # read, not mapped: FAISS cannot change what is mapped
    index: Any = faiss.read_index(str(previous.file))
    if index.ntotal != len(previous.ids):
        return None
    if len(removed):
        if index.remove_ids(removed) != len(removed):
            return None
        _clear_freed(faiss, index)
    _add(index, vectors, added, progress or Silent())
    faiss.write_index(index, str(file))
    return replace(previous.facts, rows=len(vectors))


def _clear_freed(faiss: Any, index: Any) -> None:
    """Clear the places that a removal left free in blocks of packed codes.

    FAISS (1.15) leaves the old codes there and adds new ones by a bitwise or.
    """
    lists = faiss.downcast_InvertedLists(faiss.extract_index_ivf(index).invlists)
    if not isinstance(lists, faiss.BlockInvertedLists):
        return
    packer = lists.packer
    nothing = np.zeros(packer.code_size, dtype=np.uint8)
    for number in range(lists.nlist):
        size = lists.list_size(number)
        used = size % lists.n_per_block
        if used:
            blocks = size // lists.n_per_block + 1
            codes = faiss.rev_swig_ptr(lists.get_codes(number), blocks * lists.block_size)
            last = codes[-lists.block_size :][None, :]
            for place in range(used, lists.n_per_block):
                packer.pack_1(nothing, place, last)


def _found_again(file: Path, facts: DenseFacts, vectors: np.ndarray, added: np.ndarray) -> bool:
    """True where nearly all of a sample of added passages are found by their own vectors.

    The recall over all passages would not show that the newest are missed.
    """
    if not facts.approximate or not len(added):
        return True
    random = np.random.default_rng(7)
    some = random.choice(added, min(_QUERIES, len(added)), replace=False)
    index = DenseIndex(file, facts, lambda: vectors)
    found = 0
    for own in some.tolist():
        vector = vectors[own].astype(np.float32)
        # equal vectors: any of them is the nearest, whichever comes first
        scores = index.search(vector, 10).scores
        found += len(scores) > 0 and scores[0] >= float(vector @ vector) - 1e-3
    return found >= _FINDABLE * len(some)


def checked(
    file: Path, facts: DenseFacts, vectors: np.ndarray, ids: np.ndarray, progress: Progress
) -> DenseFacts:
    """Measure recall@10 against exact search, note it, and return the facts with it.

    Where it is below ``_WANTED``, more lists are read and more candidates rescored (``_STEPS``),
    as the density of the vectors demands, and the facts say so.

    A query is the middle of a passage and of the nearest of a random sample: about the subject
    of passages, as a question is, but none of them, so that nothing finds itself. The exact
    search reads every passage that the index holds, once for all queries.
    """
    if len(ids) < 2:
        return facts
    queries = _queries(vectors, ids, max(_FEWEST, min(_QUERIES, _PAIRS // len(ids))))
    truth, _ = exact.top_many(exact.Rows(vectors, scattered=False), ids, queries, 10)
    share, start = 0.0, facts
    for lists, candidates in _STEPS if facts.lists else _STEPS[:1]:
        facts = replace(
            start,
            nprobe=min(start.lists, lists * start.nprobe),
            refine=max(start.refine, min(_FINEST, candidates * start.refine)),
        )
        index = DenseIndex(file, facts, lambda: vectors)
        found = sum(
            len(np.intersect1d(wanted, index.search(query, 10).ids))
            for query, wanted in zip(queries, truth, strict=True)
        )
        share = found / truth.size
        if share >= _WANTED:
            break
    progress.note(
        f"recall@10 of the dense index ({facts.factory}): {share:.3f} against exact search, "
        f"{len(queries)} queries over {len(ids):,} passages"
        + ("; that is low: try another type with medlit index rebuild" if share < _LOW else "")
    )
    return replace(facts, recall_at_10=round(share, 4), recall_queries=len(queries))


def _queries(vectors: np.ndarray, ids: np.ndarray, count: int) -> np.ndarray:
    random = np.random.default_rng(20)
    sample = np.sort(random.choice(ids, min(_SAMPLE, len(ids)), replace=False))
    own = np.sort(random.choice(sample, min(count, len(sample)), replace=False))
    first = vectors[own].astype(np.float32)
    near, _ = exact.top_many(exact.Rows(vectors, scattered=False), sample, first, 2)
    # the nearest that is not itself
    other = np.where(near[:, 0] == own, near[:, -1], near[:, 0])
    middle: np.ndarray = first + vectors[other].astype(np.float32)
    middle /= np.maximum(np.linalg.norm(middle, axis=1, keepdims=True), 1e-12)
    return middle


def _add(index: Any, vectors: np.ndarray, ids: np.ndarray, progress: Progress) -> None:
    progress.start("indexing vectors", len(ids), "passages")
    for at in range(0, len(ids), _CHUNK):
        part = ids[at : at + _CHUNK]
        index.add_with_ids(vectors[part].astype(np.float32), part)
        progress.advance(len(part))
    progress.finish()
