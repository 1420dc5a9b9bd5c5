"""What a training of the verifier needs is asked for before anything is read or written."""

from __future__ import annotations

import pytest

from rag.errors import UsageError
from rag.training.verifier import LABELLED, run_verifier


def test_what_is_missing_is_named_first(tmp_path):
    data, literature, out = tmp_path / "data", tmp_path / "few.xml", tmp_path / "out"
    for name in LABELLED[:-1]:
        (data / name).mkdir(parents=True)
    with pytest.raises(UsageError, match=f"has no folder {LABELLED[-1]}; "):
        run_verifier(data, literature, out)
    (data / LABELLED[-1]).mkdir()
    with pytest.raises(UsageError, match=r"few\.xml is no file"):
        run_verifier(data, literature, out)
    literature.write_text("")
    with pytest.raises(UsageError, match=r"holds no verifier\.safetensors"):
        run_verifier(data, literature, out, settle=True)
    assert not out.exists()
