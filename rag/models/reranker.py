"""What a reranker is, and the cross-encoders that ``transformers`` can run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from rag.errors import ModelError
from rag.models.device import Device, choose
from rag.models.encoder import batches_of
from rag.models.fetch import resolve
from rag.models.folder import read_config, window_of
from rag.models.hub import load_model, load_tokenizer

Scores = npt.NDArray[np.float32]

_CPU_BATCH_TOKENS = 2048
_GPU_BATCH_TOKENS = 32768


class Reranker(Protocol):
    """Scores how well passages answer a query."""

    def score(self, query: str, passages: Sequence[str]) -> Scores:
        """Return one score a passage, (n,), larger is better, on the model's own scale."""
        ...

    def close(self) -> None:
        """Let go of the model."""
        ...


class CrossEncoderReranker:
    """Reads query and passage together; one logit is the score."""

    def __init__(self, folder: Path, device: Device) -> None:
        """Load a sequence classifier with one label.

        Raises:
            ModelError: it cannot be loaded, or has another number of labels.
        """
        config = read_config(folder)
        labels = config.get("num_labels")
        names = config.get("id2label")
        if isinstance(names, dict):
            labels = len(names)
        if labels != 1:
            raise ModelError(
                f"{folder} has {labels or 'the default 2'} labels; a reranker must have one score"
            )
        self._device = device
        self._tokenizer = load_tokenizer(folder)
        self._tokenizer.enable_truncation(window_of(folder))
        self._model = load_model("AutoModelForSequenceClassification", folder, device)
        self._segments = getattr(self._model.config, "type_vocab_size", 0) > 1
        self._budget = _CPU_BATCH_TOKENS if device.kind == "cpu" else _GPU_BATCH_TOKENS

    def score(self, query: str, passages: Sequence[str]) -> Scores:
        """Return the logit of each passage (see ``Reranker``)."""
        import torch

        result = np.zeros(len(passages), dtype=np.float32)
        if not passages:
            return result
        encodings = self._tokenizer.encode_batch_fast([(query, text) for text in passages])
        place = self._device.torch_name
        for rows in batches_of([len(e.ids) for e in encodings], self._budget):
            width = len(encodings[rows[0]].ids)
            # ids, mask and segments as three planes of one array, (3, batch, length)
            planes = np.zeros((3, len(rows), width), dtype=np.int64)
            for i, row in enumerate(rows):
                encoding = encodings[row]
                size = len(encoding.ids)
                planes[:, i, :size] = encoding.ids, encoding.attention_mask, encoding.type_ids
            ids, mask, types = torch.from_numpy(planes).to(place)
            extra = {"token_type_ids": types} if self._segments else {}
            with torch.inference_mode():
                logits = self._model(input_ids=ids, attention_mask=mask, **extra).logits
            result[rows] = logits[:, 0].float().cpu().numpy()
        return result

    def close(self) -> None:
        """Let go of the weights."""
        del self._model


def load_reranker(spec: str, device: str = "auto") -> Reranker:
    """Load a cross-encoder from a folder or a Hugging Face id.

    Raises:
        ModelError: it is not here, is no reranker, or cannot be loaded.
    """
    model = resolve(spec)
    if model.path.is_file() or (model.card is not None and model.card.task != "reranker"):
        raise ModelError(f"{spec} is no reranker; give a folder or a Hugging Face id of one")
    return CrossEncoderReranker(model.path, choose(device))
