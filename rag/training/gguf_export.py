"""A trained llama as a GGUF file: that of its base, with the new weights in place of the old.

No converter from safetensors is to be had as a package; the ``gguf`` package copies a file's
metadata and packs tensors, and that is enough where the base is a GGUF file: tokenizer, chat
template and sizes are the base's. Other architectures than llama are not written.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
from pathlib import Path
from typing import Any

import numpy as np

_ARCHITECTURE = "llama"


def export_gguf(base: Path, model: Any, target: Path) -> str:
    """Write a model as GGUF, its matrices in Q8_0 (8.5 bits a weight).

    Args:
        base: the GGUF file that the model was loaded from.
        model: a llama of ``transformers``, of the same form.
        target: the file.

    Returns:
        An empty text, or why no file was written.
    """
    if not base.is_file():
        return "the base is no GGUF file, and no package converts safetensors to GGUF"
    if importlib.util.find_spec("gguf") is None:
        return "the package gguf is missing: pip install 'medlit[gguf]'"
    import gguf
    from gguf.scripts.gguf_new_metadata import MetadataDetails, copy_with_new_metadata

    form = str(model.config.model_type)
    if form != _ARCHITECTURE:
        return f"{form} is not written as GGUF, only llama"
    reader = gguf.GGUFReader(base)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, model.config.num_hidden_layers)
    weights = {
        found: value.detach().float().cpu().numpy()
        for name, value in model.state_dict().items()
        if (found := names.get_name(name, try_suffixes=(".weight", ".bias"))) is not None
    }
    missing = [t.name for t in reader.tensors if t.name not in weights]
    if missing:
        return f"the base has tensors that the model lacks ({missing[0]})"
    reader.tensors = [_packed(t, weights[t.name], model.config) for t in reader.tensors]
    writer = gguf.GGUFWriter(str(target), arch=_ARCHITECTURE, endianess=reader.endianess)
    kind = int(gguf.LlamaFileType.MOSTLY_Q8_0)
    new = {gguf.Keys.General.FILE_TYPE: MetadataDetails(gguf.GGUFValueType.UINT32, kind)}
    with contextlib.redirect_stderr(io.StringIO()):  # a bar of its own
        copy_with_new_metadata(reader, writer, new, [])
    return ""


def _packed(tensor: Any, weights: Any, config: Any) -> Any:
    """Return a tensor of the file with other weights: vectors in fp32, matrices in Q8_0."""
    import gguf

    if ".attn_q." in tensor.name:
        weights = _interleaved(weights, config.num_attention_heads)
    elif ".attn_k." in tensor.name:
        weights = _interleaved(weights, config.num_key_value_heads)
    kind = gguf.GGMLQuantizationType.F32
    if weights.ndim > 1:
        kind = gguf.GGMLQuantizationType.Q8_0
        if weights.shape[-1] % gguf.GGML_QUANT_SIZES[kind][0]:
            kind = gguf.GGMLQuantizationType.F16
    data = gguf.quants.quantize(np.ascontiguousarray(weights), kind)
    return tensor._replace(tensor_type=kind, data=data, n_bytes=data.nbytes)


def _interleaved(weights: Any, heads: int) -> Any:
    """Order the rows of a head as llama.cpp rotates them: pairs beside each other, not halves."""
    half = weights.shape[0] // heads // 2
    parts = weights.reshape(heads, 2, half, *weights.shape[1:])
    return parts.swapaxes(1, 2).reshape(weights.shape)
