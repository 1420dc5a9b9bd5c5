"""The BERT encoder, in as little code as its forward pass needs.

MiniLM, BGE, E5, Arctic and MedCPT are all this one architecture. ``transformers`` runs them
too, but importing its model code takes longer than loading the weights and embedding a
question together (about 3 s beside torch's 1.5 s), and a cold ``medlit ask`` would pay it each
time. Tests hold this module to the output of ``transformers``.

It does not train, decode, or know relative positions; ``is_plain_bert`` says which
configurations it may be given, and every other model goes through ``transformers``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ModelError

if TYPE_CHECKING:
    import torch

_ACTIVATIONS = ("gelu", "relu")


@dataclass(frozen=True, slots=True)
class _Layer:
    """Weights of one layer; query, key and value are one matrix, so one product."""

    qkv: tuple[torch.Tensor, torch.Tensor]
    out: tuple[torch.Tensor, torch.Tensor]
    out_norm: tuple[torch.Tensor, torch.Tensor]
    up: tuple[torch.Tensor, torch.Tensor]
    down: tuple[torch.Tensor, torch.Tensor]
    down_norm: tuple[torch.Tensor, torch.Tensor]


def is_plain_bert(config: Mapping[str, object]) -> bool:
    """True where ``config.json`` describes a model that ``BertEncoder`` computes exactly."""
    return (
        config.get("model_type") == "bert"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and config.get("hidden_act", "gelu") in _ACTIVATIONS
        and not config.get("is_decoder", False)
        and "auto_map" not in config
    )


class BertEncoder:
    """Token ids to the last hidden state.

    Matrix products run in ``dtype``; embeddings, the residual stream and the norms stay in fp32.
    That costs no time that could be measured, and against all of it in bf16 it takes the
    largest error of MiniLM's cosines to fp32 from 0.00022 to 0.00006.
    """

    def __init__(
        self,
        weights: Path,
        config: Mapping[str, object],
        device: str,
        dtype: torch.dtype,
        changes: Path | None = None,
    ) -> None:
        """Read a ``model.safetensors`` file.

        ``changes`` is another such file: its tensors stand in the place of the first one's.

        Raises:
            ModelError: the file cannot be read or lacks a tensor of the architecture.
        """
        import torch
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        tensors: dict[str, torch.Tensor] = {}
        for file in [weights] if changes is None else [weights, changes]:
            try:
                tensors |= load_file(file)
            except (OSError, SafetensorError) as error:
                raise ModelError(f"{file} cannot be read ({error}); fetch it again") from error
        # a checkpoint of a task model keeps its encoder under "bert."
        prefix = "bert." if "bert.embeddings.word_embeddings.weight" in tensors else ""

        def get(name: str) -> torch.Tensor:
            tensor = tensors.get(prefix + name)
            if tensor is None:
                raise ModelError(f"{weights} has no tensor {prefix + name}; it is not this model")
            precise = name.startswith("embeddings.") or "LayerNorm" in name
            return tensor.to(device=device, dtype=torch.float32 if precise else dtype)

        def pair(name: str) -> tuple[torch.Tensor, torch.Tensor]:
            return get(f"{name}.weight"), get(f"{name}.bias")

        self._dtype = dtype
        self._heads = _integer(config, "num_attention_heads")
        self._epsilon = _number(config, "layer_norm_eps", 1e-12)
        self._activation = str(config.get("hidden_act", "gelu"))
        self._words = get("embeddings.word_embeddings.weight")
        self._positions = get("embeddings.position_embeddings.weight")
        self._types = get("embeddings.token_type_embeddings.weight")
        self._norm = pair("embeddings.LayerNorm")
        self._layers = [
            _read_layer(pair, f"encoder.layer.{i}")
            for i in range(_integer(config, "num_hidden_layers"))
        ]
        self.dimension = int(self._words.shape[1])

    def __call__(
        self,
        ids: torch.Tensor,
        types: torch.Tensor,
        mask: torch.Tensor | None,
    ) -> torch.Tensor:
        """Return the last hidden state, (batch, length, dimension), in fp32.

        Args:
            ids: token ids, (batch, length), int64.
            types: segment of each token, (batch, length), int64.
            mask: True at real tokens, (batch, length); None where there is no padding, which
                lets the attention kernel skip the mask.
        """
        from torch.nn import functional

        batch, length = ids.shape
        size = self.dimension

        def norm(x: torch.Tensor, w: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
            return functional.layer_norm(x, (size,), w[0], w[1], self._epsilon)

        activation = functional.gelu if self._activation == "gelu" else functional.relu
        words = functional.embedding(ids, self._words) + functional.embedding(types, self._types)
        x = norm(words + self._positions[:length], self._norm)
        keys = None if mask is None else mask[:, None, None, :]
        for layer in self._layers:
            qkv = functional.linear(x.to(self._dtype), *layer.qkv).view(
                batch, length, 3, self._heads, -1
            )
            q, k, v = qkv.permute(2, 0, 3, 1, 4)
            mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=keys)
            mixed = mixed.transpose(1, 2).reshape(batch, length, size)
            x = norm(functional.linear(mixed, *layer.out).float() + x, layer.out_norm)
            hidden = activation(functional.linear(x.to(self._dtype), *layer.up))
            x = norm(functional.linear(hidden, *layer.down).float() + x, layer.down_norm)
        return x


def _read_layer(pair: Callable[[str], tuple[torch.Tensor, torch.Tensor]], name: str) -> _Layer:
    import torch

    parts = [pair(f"{name}.attention.self.{part}") for part in ("query", "key", "value")]
    return _Layer(
        qkv=(torch.cat([w for w, _ in parts]), torch.cat([b for _, b in parts])),
        out=pair(f"{name}.attention.output.dense"),
        out_norm=pair(f"{name}.attention.output.LayerNorm"),
        up=pair(f"{name}.intermediate.dense"),
        down=pair(f"{name}.output.dense"),
        down_norm=pair(f"{name}.output.LayerNorm"),
    )


def _integer(config: Mapping[str, object], key: str) -> int:
    value = config.get(key)
    if not isinstance(value, int):
        raise ModelError(f"config.json has no usable {key}; the model folder is damaged")
    return value


def _number(config: Mapping[str, object], key: str, default: float) -> float:
    value = config.get(key, default)
    return float(value) if isinstance(value, int | float) else default
