"""The small network of the verifier and what one step of its training is (torch; fp32).

A MiniLM body reads [CLS] claim [SEP] evidence [SEP]; the head sees the state of [CLS] beside the
mean of all states. Embeddings and the lowest layers stay as they are: what training changes is
what is shipped. The loop over the steps, and how it goes on after a break, is ``stages``.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rag.models.device import Device
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


@dataclass(frozen=True, slots=True)
class Stage:
    """Pairs to learn, and how.

    Attributes:
        pairs: of every label; ``Pair.weight`` scales a pair's loss.
        epochs: passes over them.
        rate: highest learning rate; a linear warm-up and decay.
        seed: of the order of batches.
    """

    pairs: tuple[Pair, ...]
    epochs: int
    rate: float
    seed: int


class Network:
    """Body, head and tokenizer; ``logits`` runs it, ``Course`` trains it."""

    def __init__(self, base: Path, device: Device, seed: int = 0) -> None:
        """Start from the body in ``base`` and a head drawn with ``seed``.

        It is computed in fp32 whatever the device would rather have.

        Raises:
            ModelError: the body cannot be loaded.
        """
        import torch
        from transformers import AutoModel

        from rag.models.hub import load_tokenizer, loading

        self.device = device
        torch.manual_seed(seed)
        with loading(base):
            self.body: Any = AutoModel.from_pretrained(base, local_files_only=True)
        self.body.pooler = None
        self.head = torch.nn.Linear(2 * self.body.config.hidden_size, len(LABELS))
        self.drop = torch.nn.Dropout(DROPOUT)
        self._tokenizer = load_tokenizer(base)
        self._tokenizer.enable_truncation(LONGEST, strategy="longest_first")
        for part in (self.body.embeddings, *self.body.encoder.layer[:FROZEN]):
            for parameter in part.parameters():
                parameter.requires_grad = False
        for module in (self.body, self.head):
            module.to(device.torch_name)

    def trained(self) -> dict[str, torch.nn.Parameter]:
        """Return by name the parameters that training changes."""
        named = [
            *((f"body.{name}", value) for name, value in self.body.named_parameters()),
            *((f"head.{name}", value) for name, value in self.head.named_parameters()),
        ]
        return {name: value for name, value in named if value.requires_grad}

    def train(self, on: bool) -> None:
        """Turn dropout on or off."""
        for module in (self.body, self.head, self.drop):
            module.train(on)

    def sizes(self, pairs: Sequence[Pair]) -> list[int]:
        """Return the tokens of each pair, as far as they are read."""
        found = self._tokenizer.encode_batch_fast([(p.claim, p.evidence) for p in pairs])
        return [len(e.ids) for e in found]

    def logits(self, pairs: Sequence[Pair]) -> npt.NDArray[np.float64]:
        """Return the logits of pairs, (n, 3) in the order of ``LABELS``."""
        import torch

        self.train(False)
        out = np.zeros((len(pairs), len(LABELS)))
        with torch.inference_mode():
            for rows in _batches(self.sizes(pairs), random.Random(0)):
                out[rows] = self.forward([pairs[i] for i in rows]).cpu().numpy()
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
        return {n: value.cpu().to(torch.float16).contiguous() for n, value in tensors.items()}

    def forward(self, pairs: Sequence[Pair]) -> torch.Tensor:
        """Return the logits of pairs that are one batch, (n, 3) in the order of ``LABELS``."""
        import torch

        found = self._tokenizer.encode_batch_fast([(p.claim, p.evidence) for p in pairs])
        width = max(len(e.ids) for e in found)
        planes = np.zeros((3, len(found), width), dtype=np.int64)
        for i, one in enumerate(found):
            planes[:, i, : len(one.ids)] = one.ids, one.attention_mask, one.type_ids
        ids, mask, types = torch.from_numpy(planes).to(self.device.torch_name)
        states = self.body(input_ids=ids, attention_mask=mask, token_type_ids=types)[0]
        shares = mask[:, :, None].float()
        mean = (states * shares).sum(dim=1) / shares.sum(dim=1)
        result: torch.Tensor = self.head(self.drop(torch.cat([states[:, 0], mean], dim=1)))
        return result


class Course:
    """A stage in progress: AdamW with a linear warm-up and decay; labels weigh alike in the loss.

    All batches are settled when it begins, so a step depends on its number, on the weights and
    moments before it and on the state of dropout, and on nothing else.
    """

    def __init__(self, network: Network, stage: Stage) -> None:
        """Put the pairs into batches."""
        import torch

        self._network, self._stage = network, stage
        self._parameters = list(network.trained().values())
        self._optimiser = torch.optim.AdamW(self._parameters, lr=stage.rate, weight_decay=0.01)
        shares: Counter[str] = Counter()
        for pair in stage.pairs:
            shares[pair.label] += pair.weight  # type: ignore[assignment]
        even = sum(shares.values()) / len(LABELS)
        balance = torch.tensor([even / shares[label] for label in LABELS]).clamp(0.5, 2.0)
        self._balance = balance.to(network.device.torch_name)
        sizes, rng = network.sizes(stage.pairs), random.Random(stage.seed)
        epochs = [list(_batches(sizes, rng)) for _ in range(stage.epochs)]
        self._batches = [rows for epoch in epochs for rows in epoch]
        # the schedule takes every pass for as long as the first; others differ by a few batches
        self._planned = stage.epochs * len(epochs[0])

    @property
    def steps(self) -> int:
        """Steps of all passes."""
        return len(self._batches)

    def step(self, at: int) -> float:
        """Do step ``at``, the first of which is 0, and return the loss before it."""
        import torch
        from torch.nn.functional import cross_entropy

        place = self._network.device.torch_name
        part = [self._stage.pairs[i] for i in self._batches[at]]
        warm = min(1.0, (at + 1) / (WARM_UP * self._planned))
        for group in self._optimiser.param_groups:
            group["lr"] = self._stage.rate * warm * max(0.02, 1 - at / self._planned)
        wanted = torch.tensor([LABELS.index(p.label) for p in part], device=place)
        weights = torch.tensor([p.weight for p in part], device=place) * self._balance[wanted]
        losses = cross_entropy(
            self._network.forward(part), wanted, reduction="none", label_smoothing=SMOOTHING
        )
        loss = (losses * weights).sum() / weights.sum()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._parameters, 1.0)
        self._optimiser.step()
        self._optimiser.zero_grad()
        return float(loss.detach())

    def state(self) -> dict[str, torch.Tensor]:
        """Return what the next steps depend on: weights, moments, and the state of dropout."""
        moments = self._optimiser.state_dict()["state"]
        return {
            **{name: value.detach() for name, value in self._network.trained().items()},
            **{f"{i}.{k}": v for i, of in moments.items() for k, v in of.items()},
            _DRAWS: _draws(self._network.device),
        }

    def restore(self, state: Mapping[str, torch.Tensor]) -> None:
        """Stand where ``state`` was taken, on a network of the same form.

        Raises:
            KeyError: something of the network is not in it.
        """
        import torch

        moments: dict[int, dict[str, torch.Tensor]] = {}
        for name, value in state.items():
            index, _, key = name.partition(".")
            if index.isdigit():
                moments.setdefault(int(index), {})[key] = value
        groups = self._optimiser.state_dict()["param_groups"]
        self._optimiser.load_state_dict({"state": moments, "param_groups": groups})
        with torch.no_grad():
            for name, value in self._network.trained().items():
                value.copy_(state[name])
        _draws(self._network.device, state[_DRAWS])


_DRAWS = "draws"


def _draws(device: Device, state: torch.Tensor | None = None) -> torch.Tensor:
    """Return where the random numbers of a device stand; with ``state`` they are put there."""
    import torch

    if device.kind == "cuda":
        if state is not None:
            torch.cuda.set_rng_state(state, device.torch_name)
        return torch.cuda.get_rng_state(device.torch_name)
    if device.kind == "mps":
        if state is not None:
            torch.mps.set_rng_state(state)
        return torch.mps.get_rng_state()
    if state is not None:
        torch.set_rng_state(state)
    return torch.get_rng_state()


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
