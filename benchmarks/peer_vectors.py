"""Document vectors for the peers of ``peers.py``: made once, kept by content.

Every peer gets the same vectors: those of medlit's default embedder for the whole document, title
and text in one string, cut off where the model's window of 256 tokens ends. That is what the peers
do by default; medlit itself splits longer documents into passages and makes vectors of its own.

    WORK/vectors/KEY.npy    float32, (n, 384), unit rows; one file a block of documents

``KEY`` is a hash of the block's texts and of the model: a run that was stopped goes on at the
block where it was, and the same texts are never embedded twice.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.models.embedder import Embedder, Vectors

BLOCK = 1024
"""Texts a file: enough to sort by length, little enough to lose."""


def document_text(title: str, text: str) -> str:
    """Return what all systems but medlit index: title, newline, text; either alone."""
    return f"{title}\n{text}".strip() if title.strip() else text.strip()


def document_vectors(texts: Sequence[str], embedder: Embedder, folder: Path) -> Vectors:
    """Return unit rows, (len(texts), dimension), in the order of the texts.

    Args:
        texts: whole documents; what exceeds the model's window is cut off.
        embedder: makes what the folder lacks.
        folder: holds the blocks; made where it is missing.

    Raises:
        OSError: a block cannot be read or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    parts, made, started = [], 0, time.perf_counter()
    for at in range(0, len(texts), BLOCK):
        block = list(texts[at : at + BLOCK])
        file = folder / f"{_key(block, embedder)}.npy"
        if not file.exists():
            vectors = embedder.embed_documents(block)
            unfinished = file.with_suffix(".part")
            with unfinished.open("wb") as handle:
                np.save(handle, vectors)
            os.replace(unfinished, file)
            made += len(block)
            rate = made / (time.perf_counter() - started)
            done = at + len(block)
            print(f"  {done:,} of {len(texts):,} vectors, {rate:.0f}/s", file=sys.stderr)
        parts.append(np.load(file))
    return np.concatenate(parts)


def _key(texts: Sequence[str], embedder: Embedder) -> str:
    identity = embedder.identity
    model = [identity.weights_sha256, identity.pooling, identity.document_prompt]
    said = json.dumps([*model, identity.max_tokens, list(texts)])
    return hashlib.sha256(said.encode()).hexdigest()[:24]
