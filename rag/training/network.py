"""The small network of the verifier and its training loop (torch; fp32, one process).

A MiniLM body reads [CLS] claim [SEP] evidence [SEP]; the head sees the state of [CLS] beside the
mean of all states. Embeddings and the lowest layers stay as they are: what training changes is
what is shipped.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rag.models.verifier_features import LABELS
from rag.training.pairs import Pair

if TYPE_CHECKING:
    import torch

LONGEST = 128
"""Tokens of a pair in training."""
FROZEN = 1
"""Lowest layers that are not trained, besides the embeddings."""
BATCH_TOKENS = 3000
MOST_PAIRS = 40
SMOOTHING = 0.05
DROPOUT = 0.1
WARM_UP = 0.06

Note = Callable[[str], None]


class Network:
    """Body, head and tokenizer; ``logits`` runs it, ``fit`` trains it."""

    def __init__(self, base: Path, seed: int = 0) -> None:
        """Start from the body in ``base`` and a head drawn with ``seed``."""
        import torch
        from transformers import AutoModel

        from rag.models.hub import load_tokenizer

        torch.manual_seed(seed)
        self.body: Any = AutoModel.from_pretrained(base, local_files_only=True)
        self.body.pooler = None
        self.head = torch.nn.Linear(2 * self.body.config.hidden_size, len(LABELS))
        self.drop = torch.nn.Dropout(DROPOUT)
        self._tokenizer = load_tokenizer(base)
        self._tokenizer.enable_truncation(LONGEST, strategy="longest_first")
        for part in (self.body.embeddings, *self.body.encoder.layer[:FROZEN]):
            for parameter in part.parameters():
                parameter.requires_grad = False

    def fit(self, pairs: Sequence[Pair], epochs: int, rate: float, seed: int, note: Note) -> None:
        """Train by AdamW with a linear warm-up and decay; labels weigh alike in the loss.

        Args:
            pairs: what to learn; ``Pair.weight`` scales a pair's loss.
            epochs: passes over the pairs.
            rate: highest learning rate.
            seed: of the order of batches.
            note: receives a line of progress now and then.
        """
        import torch
        from torch.nn.functional import cross_entropy

        rng = random.Random(seed)
        sizes = self._sizes(pairs)
        parameters = [p for p in self._parameters() if p.requires_grad]
        optimiser = torch.optim.AdamW(parameters, lr=rate, weight_decay=0.01)
        shares: Counter[str] = Counter()
        for pair in pairs:
            shares[pair.label] += pair.weight  # type: ignore[assignment]
        even = sum(shares.values()) / len(LABELS)
        balance = torch.tensor([even / shares[label] for label in LABELS]).clamp(0.5, 2.0)
        total = epochs * sum(1 for _ in _batches(sizes, random.Random(seed)))
        step, smooth = 0, 0.0
        self._train(True)
        for _ in range(epochs):
            for rows in _batches(sizes, rng):
                part = [pairs[i] for i in rows]
                warm = min(1.0, (step + 1) / (WARM_UP * total))
                for group in optimiser.param_groups:
                    group["lr"] = rate * warm * max(0.02, 1 - step / total)
                wanted = torch.tensor([LABELS.index(p.label) for p in part])
                weights = torch.tensor([p.weight for p in part]) * balance[wanted]
                losses = cross_entropy(
                    self._forward(part), wanted, reduction="none", label_smoothing=SMOOTHING
                )
                loss = (losses * weights).sum() / weights.sum()
                loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(parameters, 1.0)
                optimiser.step()
                optimiser.zero_grad()
                step += 1
                smooth = (
                    float(loss.detach())
                    if step == 1
                    else 0.98 * smooth + 0.02 * float(loss.detach())
                )
                if step % 50 == 0 or step == total:
                    note(f"step {step} of {total}, loss {smooth:.3f}")
        self._train(False)

    def logits(self, pairs: Sequence[Pair]) -> npt.NDArray[np.float64]:
        """Return the logits of pairs, (n, 3) in the order of ``LABELS``."""
        import torch

        self._train(False)
        out = np.zeros((len(pairs), len(LABELS)))
        with torch.inference_mode():
            for rows in _batches(self._sizes(pairs), random.Random(0)):
                out[rows] = self._forward([pairs[i] for i in rows]).numpy()
        return out

    def changed(self) -> dict[str, torch.Tensor]:
        """Return what training changed, fp16, named as in the base's file; and the head."""
        import torch

        tensors = {
            f"encoder.layer.{i}.{name}": value
            for i, layer in enumerate(self.body.encoder.layer)
            if i >= FROZEN
            for name, value in layer.state_dict().items()
        }
        tensors |= {f"head.{name}": value for name, value in self.head.state_dict().items()}
        return {name: value.to(torch.float16).contiguous() for name, value in tensors.items()}

    def _parameters(self) -> list[torch.nn.Parameter]:
        return [*self.body.parameters(), *self.head.parameters()]

    def _train(self, on: bool) -> None:
        for module in (self.body, self.head, self.drop):
            module.train(on)

    def _sizes(self, pairs: Sequence[Pair]) -> list[int]:
        found = self._tokenizer.encode_batch_fast([(p.claim, p.evidence) for p in pairs])
        return [len(e.ids) for e in found]

    def _forward(self, pairs: Sequence[Pair]) -> torch.Tensor:
        import torch

        found = self._tokenizer.encode_batch_fast([(p.claim, p.evidence) for p in pairs])
        width = max(len(e.ids) for e in found)
        planes = np.zeros((3, len(found), width), dtype=np.int64)
        for i, one in enumerate(found):
            planes[:, i, : len(one.ids)] = one.ids, one.attention_mask, one.type_ids
        ids, mask, types = torch.from_numpy(planes)
        states = self.body(input_ids=ids, attention_mask=mask, token_type_ids=types)[0]
        shares = mask[:, :, None].float()
        mean = (states * shares).sum(dim=1) / shares.sum(dim=1)
        result: torch.Tensor = self.head(self.drop(torch.cat([states[:, 0], mean], dim=1)))
        return result


def _batches(sizes: Sequence[int], rng: random.Random) -> Iterator[list[int]]:
    """Yield batches of pairs of like length in a random order."""
    order = sorted(range(len(sizes)), key=lambda i: sizes[i] + 8 * rng.random())
    batches: list[list[int]] = []
    current: list[int] = []
    for i in order:
        longest = max([sizes[i], *(sizes[j] for j in current[-1:])])
        if current and ((len(current) + 1) * longest > BATCH_TOKENS or len(current) >= MOST_PAIRS):
            batches.append(current)
            current = []
        current.append(i)
    if current:
        batches.append(current)
    rng.shuffle(batches)
    yield from batches
