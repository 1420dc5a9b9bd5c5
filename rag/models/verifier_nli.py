"""A verifier from a model of natural language inference: does the evidence entail the claim?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.claims.features import read_pair
from rag.errors import ModelError
from rag.models.device import Device, choose
from rag.models.encoder import batches_of
from rag.models.evidence_windows import decisive, windows
from rag.models.fetch import resolve
from rag.models.folder import read_config, window_of
from rag.models.hub import load_model, load_tokenizer
from rag.models.verifier import VERIFIERS, Judgement
from rag.models.verifier_features import LABELS, judged
from rag.types import Verdict

THRESHOLD = 0.9
"""Least probability of entailment or contradiction. A convention, not calibrated: each hub
model has its own scale."""
_STARTS: tuple[tuple[str, ...], ...] = (
    ("entail", "support"),
    ("contradict", "refute"),
    ("neutral", "not_enough", "nei", "unclear", "not enough"),
)
_CPU_BATCH_TOKENS = 2048
_GPU_BATCH_TOKENS = 32768


class NliVerifier:
    """Judges with a three-label sequence classifier; the evidence is the premise."""

    def __init__(self, name: str, folder: Path, device: Device) -> None:
        """Load the model.

        Raises:
            ModelError: it cannot be loaded, or its labels are not the three of inference.
        """
        self.identity = name
        self.threshold = THRESHOLD
        self._columns = label_columns(folder)
        self._device = device
        self._window = min(window_of(folder), 512)
        self._tokenizer = load_tokenizer(folder)
        self._tokenizer.enable_truncation(self._window)
        self._counter = load_tokenizer(folder)
        if device.kind == "cpu":  # in bf16 a verdict near the threshold turns with its batch
            device = replace(device, dtype="float32")
        self._model = load_model("AutoModelForSequenceClassification", folder, device)
        self._segments = getattr(self._model.config, "type_vocab_size", 0) > 1
        self._budget = _CPU_BATCH_TOKENS if device.kind == "cpu" else _GPU_BATCH_TOKENS

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """Judge pairs (see ``Verifier``)."""
        parts: list[tuple[str, str]] = []
        bounds = [0]
        for claim, evidence in pairs:
            room = max(16, self._window - 4 - self._count(claim))
            parts.extend((part, claim) for part in windows(evidence, room, self._count))
            bounds.append(len(parts))
        odds = self._odds(parts)
        out = []
        for (claim, evidence), start, end in zip(pairs, bounds, bounds[1:], strict=False):
            mine = [(float(s), float(c)) for s, c, _ in odds[start:end]]
            supports, contradicts = mine[decisive(mine)]
            verdict: Verdict = "unclear"
            if max(supports, contradicts) >= THRESHOLD:
                verdict = LABELS[0] if supports > contradicts else LABELS[1]
            reading = read_pair(claim, evidence)
            out.append(judged(verdict, supports, contradicts, claim, evidence, reading))
        return out

    def _odds(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        import torch

        result = np.zeros((len(pairs), 3), dtype=np.float32)
        if not pairs:
            return result
        encodings = self._tokenizer.encode_batch_fast(list(pairs))
        place = self._device.torch_name
        for rows in batches_of([len(e.ids) for e in encodings], self._budget):
            width = len(encodings[rows[0]].ids)
            planes = np.zeros((3, len(rows), width), dtype=np.int64)
            for i, row in enumerate(rows):
                one = encodings[row]
                planes[:, i, : len(one.ids)] = one.ids, one.attention_mask, one.type_ids
            ids, mask, types = torch.from_numpy(planes).to(place)
            extra = {"token_type_ids": types} if self._segments else {}
            with torch.inference_mode():
                logits = self._model(input_ids=ids, attention_mask=mask, **extra).logits
                odds = torch.softmax(logits.float(), dim=1).cpu().numpy()
            result[rows] = odds[:, self._columns]
        return result

    def close(self) -> None:
        """Let go of the weights."""
        del self._model

    def _count(self, text: str) -> int:
        return len(self._counter.encode(text, add_special_tokens=False).ids)


def label_columns(folder: Path) -> list[int]:
    """Return which outputs of a model mean supports, contradicts and unclear.

    Raises:
        ModelError: the model does not name the three labels of inference.
    """
    names = read_config(folder).get("id2label")
    labels = {int(k): str(v).lower() for k, v in names.items()} if isinstance(names, dict) else {}
    columns = []
    for starts in _STARTS:
        found = [i for i, label in labels.items() if label.startswith(starts)]
        if len(found) != 1:
            raise ModelError(
                f"{folder} is no model for natural language inference: its labels are "
                f"{', '.join(labels.values()) or 'not named'}; they must be entailment, "
                "contradiction and neutral"
            )
        columns.append(found[0])
    return columns


def load_nli(spec: str, device: str = "auto") -> NliVerifier:
    """Load a model from a folder or by its Hugging Face id.

    Raises:
        ModelError: it is not here, or is no model for natural language inference.
    """
    try:
        model = resolve(spec)
    except ModelError as error:
        raise ModelError(f"{error} (verifiers by name: {', '.join(VERIFIERS)})") from error
    if model.path.is_file() or model.card is not None:
        raise ModelError(
            f"{spec} is no verifier; use {', '.join(VERIFIERS)}, a folder or a Hugging Face id "
            "of a model for natural language inference"
        )
    name = f"{spec}@{model.revision}" if model.revision else spec
    return NliVerifier(name, model.path, choose(device))
