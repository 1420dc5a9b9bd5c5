"""The embedder for transformer models: one encoder, or one for documents and one for queries."""

from __future__ import annotations

from collections.abc import Sequence

from rag.models.catalog import Pooling
from rag.models.device import Device
from rag.models.embedder import EmbedderIdentity, Spans, Vectors, with_titles
from rag.models.encoder import Encoder
from rag.models.fetch import LocalModel
from rag.models.folder import Layout, weight_files
from rag.models.hashes import sha256_of_files


class TransformerEmbedder:
    """Runs a transformer with mean, CLS or last-token pooling.

    A card of the catalog decides over pooling, prompts and window; without one, the folder does.
    """

    def __init__(self, model: LocalModel, layout: Layout, device: Device) -> None:
        """Load the encoder, or both.

        Raises:
            ModelError: something of it cannot be loaded.
        """
        card = model.card
        pooling: Pooling = layout.pooling if card is None else card.pooling
        window = layout.max_tokens if card is None else card.max_tokens
        query_window = window if card is None else (card.query_max_tokens or window)
        self._query_prompt = layout.query_prompt if card is None else card.query_prompt
        self._document_prompt = layout.document_prompt if card is None else card.document_prompt
        self._multilingual = None if card is None else card.multilingual
        self._pairs = card is not None and card.title_pairs
        files = weight_files(layout.transformer)
        self._documents = Encoder(layout.transformer, pooling, window, device)
        self._queries = self._documents
        self.tokenizer_folder = layout.transformer
        if model.query_path is not None:
            files += weight_files(model.query_path)
            self._queries = Encoder(model.query_path, pooling, query_window, device)
        prompt_tokens = len(self._documents.token_spans([self._document_prompt])[0])
        self.identity = EmbedderIdentity(
            name=card.name if card is not None else model.spec,
            spec=model.spec,
            revision=model.revision,
            weights_sha256=sha256_of_files(files),
            pooling=pooling,
            query_prompt=self._query_prompt,
            document_prompt=self._document_prompt,
            dimension=self._documents.dimension,
            max_tokens=window - prompt_tokens,
        )

    def embed_documents(self, texts: Sequence[str], titles: Sequence[str] | None = None) -> Vectors:
        """Embed texts of the literature (see ``Embedder``)."""
        if titles is not None and self._pairs:
            return self._documents.encode(list(zip(titles, texts, strict=True)))
        prompt = self._document_prompt
        return self._documents.encode([prompt + text for text in with_titles(texts, titles)])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions (see ``Embedder``)."""
        return self._queries.encode([self._query_prompt + text for text in texts], at_once=True)

    def token_spans(self, texts: Sequence[str]) -> list[Spans]:
        """Return the offsets of the document encoder's tokens (see ``Embedder``)."""
        return self._documents.token_spans(texts)

    def reads(self, text: str) -> bool:
        """Return what the card says or, without one, what the vocabulary does."""
        if text.isascii():
            return True
        return self._queries.reads(text) if self._multilingual is None else self._multilingual

    def close(self) -> None:
        """Let go of the weights."""
        del self._documents, self._queries
