"""Where a model runs and in which floating type.

bf16 halves the work where the processor computes it (AMX, AVX512-BF16, an NVIDIA GPU from
compute capability 8); elsewhere it is emulated and slower than fp32.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rag.errors import ModelError

if TYPE_CHECKING:
    import torch

Kind = Literal["cuda", "mps", "cpu"]
Precision = Literal["bfloat16", "float16", "float32"]

_CPU_FLAGS = frozenset({"amx_bf16", "avx512_bf16"})


@dataclass(frozen=True, slots=True)
class Device:
    """A device of this machine and the floating type that suits it."""

    kind: Kind
    dtype: Precision
    reason: str
    name: str = ""
    """What torch calls it where that says more than ``kind`` (``cuda:1``)."""
    gpus: int = 0
    """GPUs that a model which one does not hold may be spread over."""

    @property
    def torch_name(self) -> str:
        """The device in torch's words."""
        return self.name or self.kind

    def free_bytes(self) -> int:
        """Return the free memory of a CUDA device; 0 for others, which torch cannot tell."""
        import torch

        return torch.cuda.mem_get_info(self.torch_name)[0] if self.kind == "cuda" else 0

    @property
    def torch_dtype(self) -> torch.dtype:
        """The floating type as torch's object."""
        import torch

        return {
            "bfloat16": torch.bfloat16,
            "float16": torch.float16,
            "float32": torch.float32,
        }[self.dtype]


def choose(device: str = "auto") -> Device:
    """Choose where to run: ``auto``, ``cpu``, ``mps``, ``cuda`` or ``cuda:N``.

    ``auto`` means ``$MEDLIT_DEVICE`` where it is set, else CUDA, else MPS, else the CPU.

    Raises:
        ModelError: the device is unknown or this machine does not have it.
    """
    import torch

    wanted = device.strip().lower()
    if wanted in ("", "auto"):
        wanted = os.environ.get("MEDLIT_DEVICE", "").strip().lower() or "auto"
    if wanted == "auto":
        if torch.cuda.is_available():
            wanted = "cuda"
        elif torch.backends.mps.is_available():
            wanted = "mps"
        else:
            wanted = "cpu"
    if wanted == "cpu":
        return _cpu()
    if wanted == "mps":
        if not torch.backends.mps.is_available():
            raise ModelError("device mps: no Apple GPU is usable here; use --device cpu or auto")
        # bf16 on MPS depends on the version of macOS; fp16 is exact enough for unit vectors
        return Device("mps", "float16", "Apple GPU")
    if re.fullmatch(r"cuda(:\d+)?", wanted):
        return _cuda(wanted)
    raise ModelError(f"device {device!r} is unknown; use auto, cpu, mps, cuda or cuda:N")


def for_language(device: Device) -> Device:
    """Return the same device with the floating type that suits a language model.

    These are trained in bf16, and some overflow in fp16. MPS has bf16 from macOS 14 on.
    """
    import torch

    if device.kind == "mps" and torch.backends.mps.is_macos_or_newer(14, 0):
        return replace(device, dtype="bfloat16", reason=f"{device.reason}, macOS 14 or newer")
    return device


def _cuda(wanted: str) -> Device:
    import torch

    if not torch.cuda.is_available():
        raise ModelError(
            "device cuda: torch finds no NVIDIA GPU; install a CUDA build of torch and a "
            "driver, or use device cpu or auto"
        )
    index = int(wanted.partition(":")[2] or torch.cuda.current_device())
    if index >= torch.cuda.device_count():
        raise ModelError(f"device {wanted}: only {torch.cuda.device_count()} NVIDIA GPU is there")
    major, minor = torch.cuda.get_device_capability(index)
    label = f"{torch.cuda.get_device_name(index)}, compute capability {major}.{minor}"
    precision: Precision = "bfloat16" if major >= 8 else "float16"
    # a device that was named is the only one to use
    gpus = 1 if ":" in wanted else torch.cuda.device_count()
    return Device("cuda", precision, label, name=f"cuda:{index}", gpus=gpus)


def _cpu() -> Device:
    if computes_bf16():
        return Device("cpu", "bfloat16", "the CPU computes bf16 (AMX or AVX512-BF16)")
    return Device("cpu", "float32", "the CPU has no bf16 arithmetic")


def computes_bf16() -> bool:
    """True where this CPU has bf16 instructions that torch uses."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        found = re.search(r"^flags\s*:(.*)$", cpuinfo.read_text(errors="replace"), re.MULTILINE)
        return found is not None and not _CPU_FLAGS.isdisjoint(found.group(1).split())
    import torch

    # Windows has no cpuinfo; torch's probes are private, so their absence means "no"
    probes = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    return any(bool(getattr(torch.cpu, probe, bool)()) for probe in probes)
