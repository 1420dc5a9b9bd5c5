"""Fixtures for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import ROOT, FakeEmbedder

SHARED = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the evaluation data is not beside the checkout (../shared/data)")
    return SHARED


@pytest.fixture
def fake_embedder() -> FakeEmbedder:
    return FakeEmbedder()
