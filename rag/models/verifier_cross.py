"""medlit's own cross-encoder: it reads claim and evidence together.

Only what training changed is shipped (``rag/models/weights/verifier.safetensors``, fp16): the upper
layers and the head. Embeddings and the rest are those of all-MiniLM-L6-v2, found by hash. A
regression over its three logits (``verifier.json``) makes probabilities of them. Made by
``medlit train verifier``; ``weights/README.md`` says from which data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.claims.features import read_pair
from rag.errors import ModelError
from rag.models.bert import BertEncoder
from rag.models.device import Device, choose
from rag.models.encoder import batches_of
from rag.models.evidence_windows import decisive, windows
from rag.models.fetch import resolve
from rag.models.folder import read_config, window_of
from rag.models.hashes import sha256_of
from rag.models.hub import load_tokenizer
from rag.models.verifier import Judgement
from rag.models.verifier_features import Regression, judgements, read_regression

CHANGES = Path(__file__).parent / "weights" / "verifier.safetensors"
WEIGHTS = CHANGES.with_suffix(".json")
BASE = "minilm"
LOGITS = ("logit supports", "logit contradicts", "logit unclear")
MAX_TOKENS = 192
"""Claim and evidence together; longer evidence is read in windows."""
_LEAST_EVIDENCE = 48
_CPU_BATCH_TOKENS = 2048
_GPU_BATCH_TOKENS = 32768


class CrossEncoder:
    """The network: pairs of texts to three logits."""

    def __init__(self, base: Path, changes: Path, device: Device) -> None:
        """Load base weights and what training changed of them.

        Raises:
            ModelError: something of it is missing or damaged.
        """
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        self._device = device
        self.window = min(MAX_TOKENS, window_of(base))
        self._tokenizer = load_tokenizer(base)
        self._tokenizer.enable_truncation(self.window)
        self._counter = load_tokenizer(base)
        self._encoder = BertEncoder(
            base / "model.safetensors",
            read_config(base),
            device.torch_name,
            device.torch_dtype,
            changes,
        )
        try:
            head = load_file(changes)
            self._head = tuple(
                head[name].float().to(device.torch_name) for name in ("head.weight", "head.bias")
            )
        except (OSError, SafetensorError, KeyError) as error:
            raise ModelError(
                f"{changes} cannot be read ({error}); install medlit or train it again"
            ) from error
        self._budget = _CPU_BATCH_TOKENS if device.kind == "cpu" else _GPU_BATCH_TOKENS

    def logits(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float64]:
        """Return the logits of pairs, (n, 3) in the order of ``LABELS``, uncalibrated."""
        import torch

        result = np.zeros((len(pairs), 3), dtype=np.float64)
        if not pairs:
            return result
        encodings = self._tokenizer.encode_batch_fast(list(pairs))
        place = self._device.torch_name
        weight, bias = self._head
        for rows in batches_of([len(e.ids) for e in encodings], self._budget):
            width = len(encodings[rows[0]].ids)
            planes = np.zeros((2, len(rows), width), dtype=np.int64)
            real = np.zeros((len(rows), width), dtype=bool)
            for i, row in enumerate(rows):
                size = len(encodings[row].ids)
                planes[:, i, :size] = encodings[row].ids, encodings[row].type_ids
                real[i, :size] = True
            ids, types = torch.from_numpy(planes).to(place)
            mask = torch.from_numpy(real).to(place)
            with torch.inference_mode():
                states = self._encoder(ids, types, None if real.all() else mask)
                shares = mask[:, :, None].float()
                mean = (states * shares).sum(dim=1) / shares.sum(dim=1)
                both = torch.cat([states[:, 0], mean], dim=1)
                result[rows] = torch.nn.functional.linear(both, weight, bias).cpu().numpy()
        return result

    def count_tokens(self, text: str) -> int:
        """Return the number of tokens of a text, special ones left out."""
        return len(self._counter.encode(text, add_special_tokens=False).ids)

    def close(self) -> None:
        """Let go of the weights; a second call does nothing."""
        self.__dict__.pop("_encoder", None)
        self.__dict__.pop("_head", None)


class CrossEncoderVerifier:
    """Judges with the shipped cross-encoder."""

    def __init__(self, encoder: CrossEncoder, weights: Regression) -> None:
        """Use ``weights`` over the encoder's logits."""
        self._encoder = encoder
        self._weights = weights
        self.identity = weights.name
        self.threshold = weights.threshold

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """Judge pairs (see ``Verifier``)."""
        count = self._encoder.count_tokens
        parts: list[tuple[str, str]] = []
        bounds = [0]
        for claim, evidence in pairs:
            room = max(_LEAST_EVIDENCE, self._encoder.window - 3 - count(claim))
            parts.extend((claim, part) for part in windows(evidence, room, count))
            bounds.append(len(parts))
        readings = [read_pair(claim, part) for claim, part in parts]
        found = judgements(self._weights, self._encoder.logits(parts), parts, readings)
        out = []
        for start, end in pairwise(bounds):
            mine = found[start:end]
            out.append(mine[decisive([(j.supports, j.contradicts) for j in mine])])
        return out

    def close(self) -> None:
        """Let go of the weights."""
        self._encoder.close()


def open_encoder(device: str = "auto", changes: Path = CHANGES) -> CrossEncoder:
    """Load the network that is shipped, or another that the training script made.

    Raises:
        ModelError: something of it is not here.
    """
    return CrossEncoder(resolve(BASE).path, changes, choose(device))


def load_cross_encoder(device: str = "auto", folder: Path | None = None) -> CrossEncoderVerifier:
    """Load the shipped verifier, or the one that ``medlit train verifier`` wrote to ``folder``.

    The identity of another one ends in the hash of its network.

    Raises:
        ModelError: something of it is not here.
    """
    if folder is None:
        return CrossEncoderVerifier(open_encoder(device), read_regression(WEIGHTS, LOGITS))
    changes = folder / CHANGES.name
    weights = read_regression(folder / WEIGHTS.name, LOGITS)
    own = replace(weights, name=f"{weights.name}@{sha256_of(changes)[:8]}")
    return CrossEncoderVerifier(open_encoder(device, changes), own)
