"""One text encoder: token ids in batches of like length, a forward pass, pooling, unit length.

Texts are sorted by length and batched by a budget of tokens rather than of texts: little is
padding, and the working set stays in the processor's cache whatever the lengths are. On a CPU
each batch has one core to itself: threads that share a product wait for each other after each
one, and for much longer where other processes want the cores too. The order of the results is
that of the input, and a vector does not depend on its batch beyond the rounding of the
floating type.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from rag.models.bert import BertEncoder, is_plain_bert
from rag.models.catalog import Pooling
from rag.models.device import Device
from rag.models.folder import read_config
from rag.models.hub import load_model, load_tokenizer
from rag.models.vocabulary import reads

if TYPE_CHECKING:
    import torch
    from tokenizers import Encoding

Vectors = npt.NDArray[np.float32]

# CPU: 512 to 4,096 tokens a batch differ by less than the noise of the machine, and 8,192 is
# slower; a GPU needs much larger batches to be busy (not measured here)
_CPU_BATCH_TOKENS = 2048
_GPU_BATCH_TOKENS = 32768
# token ids of this many texts are held at a time
_SLAB = 8192


class _Forward(Protocol):
    def __call__(
        self, ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor | None
    ) -> torch.Tensor: ...


class Encoder:
    """Texts, or pairs of texts, to unit vectors."""

    def __init__(self, folder: Path, pooling: Pooling, max_tokens: int, device: Device) -> None:
        """Load tokenizer and weights of a transformer's folder.

        Args:
            folder: holds ``config.json``, weights and a tokenizer.
            pooling: which token states make the vector.
            max_tokens: texts are cut to this many tokens, special tokens included.
            device: where to run.

        Raises:
            ModelError: something of it cannot be loaded.
        """
        self._device = device
        self._pooling = pooling
        self._tokenizer = load_tokenizer(folder)
        self._tokenizer.enable_truncation(max_tokens)
        self._plain_tokenizer = load_tokenizer(folder)
        self._forward, self.dimension = _load(folder, device)
        self._budget = _CPU_BATCH_TOKENS if device.kind == "cpu" else _GPU_BATCH_TOKENS
        self._cores = _torch_threads() if device.kind == "cpu" else 1
        self._lanes = ThreadPoolExecutor(self._cores, "encode", _one_thread)

    def encode(
        self, texts: Sequence[str] | Sequence[tuple[str, str]], *, at_once: bool = False
    ) -> Vectors:
        """Return unit vectors, (n, dimension), in the order of the texts.

        With ``at_once`` all cores work on one batch after the other, which answers sooner where
        there are fewer batches than cores; the last bits may then depend on their number.
        """
        result = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _SLAB):
            encodings = self._tokenizer.encode_batch_fast(list(texts[start : start + _SLAB]))
            batches = list(batches_of([len(e.ids) for e in encodings], self._budget))
            made = self._each([[encodings[row] for row in rows] for rows in batches], at_once)
            for rows, vectors in zip(batches, made, strict=True):
                result[[start + row for row in rows]] = vectors
        return result

    def token_spans(self, texts: Sequence[str]) -> list[npt.NDArray[np.int32]]:
        """Return (n, 2) character offsets of each text's tokens: no special ones, uncut."""
        encodings = self._plain_tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [np.array(e.offsets, dtype=np.int32).reshape(-1, 2) for e in encodings]

    def reads(self, text: str) -> bool:
        """Return whether the vocabulary holds the writing of a text (see ``vocabulary.reads``)."""
        return reads(self._plain_tokenizer, text)

    def _each(self, batches: list[list[Encoding]], at_once: bool) -> Iterable[Vectors]:
        if self._cores == 1 or (at_once and len(batches) < self._cores):
            return map(self._run, batches)
        import torch

        try:
            return list(self._lanes.map(self._run, batches))
        finally:
            # torch gives new threads the number that any thread was given last
            torch.set_num_threads(self._cores)

    def _run(self, batch: list[Encoding]) -> Vectors:
        import torch

        # a tokenizer without special tokens makes nothing of an empty text: give it one token
        rows = [e.ids or [0] for e in batch]
        kinds = [e.type_ids or [0] for e in batch]
        lengths = np.array([len(row) for row in rows])
        longest = int(lengths.max())
        ids = np.zeros((len(rows), longest), dtype=np.int64)
        types = np.zeros_like(ids)
        for i, (row, kind) in enumerate(zip(rows, kinds, strict=True)):
            ids[i, : len(row)] = row
            types[i, : len(kind)] = kind
        real = np.arange(longest) < lengths[:, None]
        place = self._device.torch_name
        mask = None if real.all() else torch.from_numpy(real).to(place)
        with torch.inference_mode():
            states = self._forward(
                torch.from_numpy(ids).to(place), torch.from_numpy(types).to(place), mask
            )
            vectors = self._pool(states, torch.from_numpy(lengths).to(place), mask)
            unit = torch.nn.functional.normalize(vectors, dim=1)
            array: Vectors = unit.cpu().numpy()
        return array

    def _pool(
        self, states: torch.Tensor, lengths: torch.Tensor, mask: torch.Tensor | None
    ) -> torch.Tensor:
        if self._pooling == "cls":
            return states[:, 0].float()
        if self._pooling == "last":
            import torch

            rows = torch.arange(len(lengths), device=states.device)
            return states[rows, lengths - 1].float()
        # the sum runs in fp32: over 256 tokens bf16 would lose the small components
        full = states.float()
        if mask is not None:
            full = full * mask[:, :, None]
        return full.sum(dim=1) / lengths[:, None]


def batches_of(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Group positions by length, longest first, so that no padded batch exceeds ``budget``.

    A text longer than the budget is a batch by itself.
    """
    # longest first: what does not fit in memory fails at once and not after an hour
    order = sorted(range(len(lengths)), key=lambda i: (-lengths[i], i))
    start = 0
    while start < len(order):
        size = max(1, budget // max(1, lengths[order[start]]))
        yield order[start : start + size]
        start += size


def _torch_threads() -> int:
    import torch

    return torch.get_num_threads()


def _one_thread() -> None:
    import torch

    torch.set_num_threads(1)


def _load(folder: Path, device: Device) -> tuple[_Forward, int]:
    """Return the forward pass of a folder's model and its dimension."""
    config = read_config(folder)
    weights = folder / "model.safetensors"
    if is_plain_bert(config) and weights.is_file():
        bert = BertEncoder(weights, config, device.torch_name, device.torch_dtype)
        return bert, bert.dimension
    model = load_model("AutoModel", folder, device)
    segments = getattr(model.config, "type_vocab_size", 0) > 1

    def forward(ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        import torch

        given = torch.ones_like(ids) if mask is None else mask.to(ids.dtype)
        extra = {"token_type_ids": types} if segments else {}
        states: torch.Tensor = model(input_ids=ids, attention_mask=given, **extra).last_hidden_state
        return states

    return forward, int(model.config.hidden_size)
