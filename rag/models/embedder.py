"""What an embedder is, and ``load_embedder``, which makes one of a spec.

Vectors are rows of length 1 in float32, so that an inner product is a cosine. Documents and
queries are embedded by different methods, since models differ in how they want each marked:
by a prompt, by a second encoder, or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from rag.models.catalog import DEFAULT_EMBEDDER, names
from rag.models.fetch import LocalModel, resolve

Vectors = npt.NDArray[np.float32]
Spans = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class EmbedderIdentity:
    """What decides whether two vectors may be compared; stored in the manifest of an index."""

    name: str
    spec: str
    """What ``load_embedder`` was given, and what opens the same model again."""
    revision: str
    weights_sha256: str
    """Of the weights file; of the hashes of all where a model has several."""
    pooling: str
    query_prompt: str
    document_prompt: str
    dimension: int
    max_tokens: int
    """Tokens of a document that the model sees, special tokens included and prompt deducted."""


class Embedder(Protocol):
    """Texts to unit vectors."""

    @property
    def identity(self) -> EmbedderIdentity:
        """What decides whether two vectors may be compared."""
        ...

    def embed_documents(self, texts: Sequence[str], titles: Sequence[str] | None = None) -> Vectors:
        """Embed texts of the literature.

        Args:
            texts: the texts; what exceeds the model's window is cut off.
            titles: a title for each text, given to the model in the form it was trained on
                (as a first segment) or before the text. ``None``: the texts are complete.

        Returns:
            Unit rows, (len(texts), dimension), in the order of the texts.
        """
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions: unit rows, (len(texts), dimension), in the order of the texts."""
        ...

    def token_spans(self, texts: Sequence[str]) -> list[Spans]:
        """Return (n, 2) character offsets of each text's tokens: no special ones, uncut."""
        ...

    def reads(self, text: str) -> bool:
        """Return whether the model takes in the writing of a text, such as Chinese characters."""
        ...

    def close(self) -> None:
        """Let go of the model; the embedder is of no use afterwards."""
        ...


def load_embedder(spec: str | None = None, device: str = "auto") -> Embedder:
    """Load an embedder.

    Args:
        spec: a name of the catalog, a folder or a Hugging Face id; ``None`` is the default.
        device: ``auto``, ``cpu``, ``mps``, ``cuda`` or ``cuda:N``.

    Raises:
        ModelError: it is not here, is no embedder, or cannot be loaded.
        ChecksumError: its files are not the pinned ones.
    """
    return open_embedder(resolve(spec or DEFAULT_EMBEDDER), device)


def open_embedder(model: LocalModel, device: str = "auto") -> Embedder:
    """Load an embedder from files that ``resolve`` found (see ``load_embedder``)."""
    from rag.errors import ModelError
    from rag.models.device import choose
    from rag.models.embedder_library import SentenceTransformerEmbedder
    from rag.models.embedder_transformer import TransformerEmbedder
    from rag.models.folder import read_layout

    if model.path.is_file() or (model.card is not None and model.card.task != "embedder"):
        raise ModelError(
            f"{model.spec} is no embedder; use {', '.join(names('embedder'))}, a folder or a "
            "Hugging Face id"
        )
    layout = read_layout(model.path)
    if layout.library and model.card is None:
        return SentenceTransformerEmbedder(model, layout, choose(device))
    return TransformerEmbedder(model, layout, choose(device))


def with_titles(texts: Sequence[str], titles: Sequence[str] | None) -> list[str]:
    """Put each title before its text, for models that know no segments."""
    if titles is None:
        return list(texts)
    return [f"{t} {x}".strip() for t, x in zip(titles, texts, strict=True)]
