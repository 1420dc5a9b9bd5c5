"""The embedder for whatever else ``sentence-transformers`` can run.

Static embeddings, dense heads, other poolings: the library itself computes them. Importing it
takes 6 s, which is why the common models do not come this way.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.errors import ModelError
from rag.models.device import Device
from rag.models.embedder import EmbedderIdentity, Spans, Vectors, with_titles
from rag.models.fetch import LocalModel
from rag.models.folder import Layout, weight_files
from rag.models.hashes import sha256_of_files
from rag.models.hub import loading
from rag.models.vocabulary import reads

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_BATCH_TEXTS = 32


class SentenceTransformerEmbedder:
    """Runs any local ``sentence-transformers`` folder, in fp32 on the CPU."""

    def __init__(self, model: LocalModel, layout: Layout, device: Device) -> None:
        """Load the model with the library.

        Raises:
            ModelError: the library cannot load it, or it has no fast tokenizer.
        """
        from sentence_transformers import SentenceTransformer

        with loading(model.path):
            self._model = SentenceTransformer(
                str(model.path),
                device=device.torch_name,
                local_files_only=True,
                trust_remote_code=False,
            )
        # the library sets the tokenizer's truncation in each call, which fails while another
        # thread is inside of it
        self._one_at_a_time = threading.Lock()
        self._query_prompt = layout.query_prompt
        self._document_prompt = layout.document_prompt
        self._tokenizer = _copy_of(self._model.tokenizer, model)
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            dimension = int(self._encode([""]).shape[1])
        window = self._model.max_seq_length
        # a static embedding says None or infinity; its passages are cut as those of others are
        limit = layout.max_tokens if window is None else int(min(window, layout.max_tokens))
        prompt = self.token_spans([self._document_prompt])[0]
        self.identity = EmbedderIdentity(
            name=model.spec,
            spec=model.spec,
            revision=model.revision,
            weights_sha256=sha256_of_files(weight_files(model.path)),
            pooling="sentence-transformers",
            query_prompt=self._query_prompt,
            document_prompt=self._document_prompt,
            dimension=dimension,
            max_tokens=limit - len(prompt),
        )

    def embed_documents(self, texts: Sequence[str], titles: Sequence[str] | None = None) -> Vectors:
        """Embed texts of the literature (see ``Embedder``)."""
        return self._encode(with_titles(texts, titles), self._document_prompt)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions (see ``Embedder``)."""
        return self._encode(list(texts), self._query_prompt)

    def token_spans(self, texts: Sequence[str]) -> list[Spans]:
        """Return the offsets of the model's tokens (see ``Embedder``)."""
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [np.array(e.offsets, dtype=np.int32).reshape(-1, 2) for e in encodings]

    def reads(self, text: str) -> bool:
        """Return whether the vocabulary holds the writing of a text (see ``Embedder``)."""
        return reads(self._tokenizer, text)

    def close(self) -> None:
        """Let go of the weights."""
        del self._model

    def _encode(self, texts: list[str], prompt: str = "") -> Vectors:
        if not texts:
            return np.zeros((0, self.identity.dimension), dtype=np.float32)
        with self._one_at_a_time:
            vectors = self._model.encode(
                texts,
                prompt=prompt,
                batch_size=_BATCH_TEXTS,
                show_progress_bar=False,
                convert_to_numpy=True,
                normalize_embeddings=True,
            )
        return _unit(np.asarray(vectors, dtype=np.float32))


def _unit(vectors: Vectors) -> Vectors:
    """Make rows without any token (an empty text in a static embedding) a fixed direction."""
    empty = ~np.any(vectors, axis=1)
    vectors[empty] = 1 / np.sqrt(vectors.shape[1])
    return vectors


def _copy_of(tokenizer: Any, model: LocalModel) -> Tokenizer:
    """Return a copy of a fast tokenizer that neither cuts nor pads."""
    from tokenizers import Tokenizer

    backend = getattr(tokenizer, "backend_tokenizer", tokenizer)
    if not isinstance(backend, Tokenizer):
        raise ModelError(f"{model.spec} has no fast tokenizer, which cutting passages needs")
    copy = Tokenizer.from_str(backend.to_str())
    copy.no_truncation()
    copy.no_padding()
    return copy
