"""Weights of a language model in 8 or 4 bits, made of the full ones as they are loaded.

``bitsandbytes`` does both, on CUDA and on CPUs: LLM.int8() (Dettmers et al. 2022,
arXiv:2208.07339) and NF4 (Dettmers et al. 2023, arXiv:2305.14314). Neither needs data to
calibrate with. A GGUF file is quantised already and runs in another runtime.
"""

from __future__ import annotations

import importlib.util
import logging
from typing import TYPE_CHECKING, Literal, get_args

from rag.errors import ModelError, UsageError

if TYPE_CHECKING:
    from transformers import BitsAndBytesConfig

    from rag.models.device import Device

Quantize = Literal["8bit", "4bit"]
SHARE: dict[Quantize, float] = {"8bit": 0.55, "4bit": 0.32}
"""Of the memory of 16-bit weights; embeddings and the last layer stay as they are."""


NO_BITS = "leave --quantize out, or give --quantize none where it is a setting"
"""What helps where a generator takes no other bits."""


def read_quantize(text: str | None) -> Quantize | None:
    """Return how to quantise: ``8bit``, ``4bit``, or ``None`` for an empty text and ``none``.

    Raises:
        UsageError: it is something else.
    """
    wanted = (text or "").strip().lower()
    if wanted in ("", "none"):
        return None
    for known in get_args(Quantize):
        if wanted == known:
            return known  # type: ignore[no-any-return]
    raise UsageError(f"quantize {text!r} is unknown; use 8bit, 4bit or none")


def quantization(quantize: Quantize, device: Device, spec: str) -> BitsAndBytesConfig:
    """Return what ``from_pretrained`` takes.

    Raises:
        ModelError: ``bitsandbytes`` or ``accelerate`` is missing, or the device is none for it.
    """
    if device.kind == "mps":
        raise ModelError(
            f"{spec}: bitsandbytes does not run on Apple GPUs; leave --quantize out, or use a "
            ".gguf file"
        )
    if any(importlib.util.find_spec(name) is None for name in ("bitsandbytes", "accelerate")):
        raise ModelError(
            f"--quantize {quantize} needs bitsandbytes; run `pip install 'medlit[quantize]'`"
        )
    from transformers import BitsAndBytesConfig

    # it warns at each layer that inputs are cast to fp16, which is how the method works
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)
    if quantize == "8bit":
        options: dict[str, object] = {"load_in_8bit": True}
    else:
        options = {
            "load_in_4bit": True,
            "bnb_4bit_quant_type": "nf4",
            "bnb_4bit_compute_dtype": device.torch_dtype,
        }
    return BitsAndBytesConfig(**options)  # type: ignore[no-untyped-call]
