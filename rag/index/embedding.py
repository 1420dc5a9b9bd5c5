"""Second stage of an ingest: passages without a vector get one, in the order of their ids.

Every chunk is a commit point: its vectors are forced to the disk before the store says
that they are there. A deadline stops between two chunks; the next ingest goes on.
"""

from __future__ import annotations

import time

import numpy as np

from rag.index.codec import decode
from rag.index.passages import embed_text
from rag.index.progress import Stopwatch
from rag.index.store import Store
from rag.index.vectors import VectorFile
from rag.index.vectorsums import commit_vectors, roll_back
from rag.models.embedder import Embedder
from rag.progress import Progress

_CHUNK = 512
_LARGEST = 16_384
_SECONDS = 15.0
"""A commit point holds ``_CHUNK`` passages or more: it doubles while it takes less than
``_SECONDS``, which is the work that a kill can cost at most, give or take a doubling."""


def embed_pending(
    store: Store,
    vectors: VectorFile,
    embedder: Embedder,
    progress: Progress,
    watch: Stopwatch,
    deadline: float | None,
) -> int:
    """Embed passages until none waits or ``deadline`` (``time.monotonic``) has passed.

    Returns:
        The number of passages that got a vector.
    """
    done = int(store.meta("vectors_done") or 0)
    if vectors.rows() < done:  # the file was lost or cut: what it lacks is computed again
        done = roll_back(store, vectors.rows())
        progress.note(f"{vectors.path} lacks vectors; they are computed again")
    vectors.trim(done)
    total = store.next_passage_id()
    if done >= total:
        return 0
    size = _CHUNK
    progress.start("embedding", total - done, "passages")
    count = 0
    while done < total and (deadline is None or time.monotonic() < deadline):
        end = min(done + size, total)
        started = time.monotonic()
        with watch.stage("embed"):
            block, embedded = _chunk(store, vectors, embedder, done, end)
        with watch.stage("write vectors"):
            commit_vectors(store, vectors, done, block)
        count += embedded
        progress.advance(end - done)
        done = end
        if time.monotonic() - started < _SECONDS / 2 and size < _LARGEST:
            size *= 2
    progress.finish()
    return count


def _chunk(
    store: Store, vectors: VectorFile, embedder: Embedder, first: int, end: int
) -> tuple[np.ndarray, int]:
    """Return the vectors of passages [first, end) as fp16 and how many are live.

    Passages of rows that were replaced before they were embedded stay zero: no generation
    will ever show them.
    """
    block = np.zeros((end - first, vectors.dimension), dtype=np.float16)
    places: list[int] = []
    texts: list[str] = []
    copied = 0
    for pid, same_as, start, stop, body in store.db.execute(
        "SELECT p.id, p.same_as, p.start, p.end, a.body FROM passages p JOIN articles a "
        "ON a.row = p.row WHERE p.id >= ? AND p.id < ? AND a.removed IS NULL ORDER BY p.id",
        (first, end),
    ):
        if same_as is not None and same_as < first:
            block[pid - first] = vectors.open(first)[same_as]
            copied += 1
            continue
        article = decode(body)
        places.append(pid - first)
        texts.append(embed_text(article.title, article.text[start:stop], start))
    if texts:
        block[places] = embedder.embed_documents(texts).astype(np.float16)
    return block, len(texts) + copied
