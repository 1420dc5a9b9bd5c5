from __future__ import annotations

import pytest
import torch

from rag.errors import ModelError
from rag.models import device
from rag.models.device import choose


def test_cpu_takes_bf16_only_where_it_computes_it(monkeypatch):
    monkeypatch.setattr(device, "computes_bf16", lambda: True)
    assert choose("cpu").dtype == "bfloat16"
    assert choose("cpu").torch_dtype is torch.bfloat16
    monkeypatch.setattr(device, "computes_bf16", lambda: False)
    chosen = choose("cpu")
    assert (chosen.kind, chosen.dtype, chosen.torch_name) == ("cpu", "float32", "cpu")


@pytest.mark.parametrize(
    ("capability", "dtype"), [((7, 5), "float16"), ((8, 0), "bfloat16"), ((9, 0), "bfloat16")]
)
def test_gpu_takes_bf16_from_compute_capability_8(monkeypatch, capability, dtype):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 0)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda index: capability)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda index: "GPU")
    assert choose("auto").torch_name == "cuda:0"
    assert choose("cuda:1").torch_name == "cuda:1"
    assert choose("cuda").dtype == dtype
    with pytest.raises(ModelError, match="only 2"):
        choose("cuda:2")


@pytest.mark.parametrize("wanted", ["cuda", "cuda:0", "mps", "tpu", "cuda:x"])
def test_missing_devices_are_refused_in_one_line(monkeypatch, wanted):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(ModelError) as refused:
        choose(wanted)
    assert "\n" not in str(refused.value)


def test_environment_decides_what_auto_means(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setenv("MEDLIT_DEVICE", "cuda")
    with pytest.raises(ModelError, match="cuda"):
        choose("auto")
    assert choose("cpu").kind == "cpu"
