from __future__ import annotations

import os

import pytest

USER_HOME = os.environ.get("MEDLIT_HOME")


@pytest.fixture(scope="session", autouse=True)
def _own_environment(tmp_path_factory):
    # tests neither read the user's cache of models nor write to it, and reach no hub
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDLIT_HOME", str(tmp_path_factory.mktemp("medlit-home")))
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.delenv("MEDLIT_DEVICE", raising=False)
        yield


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder for one test."""
    monkeypatch.setenv("MEDLIT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def user_cache(monkeypatch):
    """The cache of whoever runs the tests, to use models that were fetched before."""
    if USER_HOME is None:
        monkeypatch.delenv("MEDLIT_HOME")
    else:
        monkeypatch.setenv("MEDLIT_HOME", USER_HOME)
