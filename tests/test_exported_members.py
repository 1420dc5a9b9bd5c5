"""What ``import rag`` offers: every name resolves, says what it is, and costs nothing before."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import rag
from rag.errors import MedlitError
from tests.support import ROOT


def test_names_are_sorted_and_known():
    assert list(rag.__all__) == sorted(rag.__all__)
    assert set(rag.__all__) - {"__version__"} == rag._HOMES.keys()
    assert set(rag.__all__) <= set(dir(rag))


@pytest.mark.parametrize("name", sorted(rag._HOMES))
def test_each_name_is_the_object_of_its_home(name):
    value = getattr(rag, name)
    assert value is getattr(sys.modules[rag._HOMES[name]], name)
    assert value.__name__ == name
    assert inspect.getdoc(value)


def test_errors_have_one_base():
    assert issubclass(rag.UsageError, rag.MedlitError)
    assert rag.MedlitError is MedlitError


def test_an_unknown_name():
    with pytest.raises(AttributeError, match="module 'rag' has no attribute 'Retreiver'"):
        _ = rag.Retreiver


def test_public_methods_are_documented():
    for value in (rag.Retriever, rag.Assistant):
        for name, member in inspect.getmembers(value, inspect.isroutine):
            if not name.startswith("_"):
                assert inspect.getdoc(member), f"{value.__name__}.{name}"


def test_importing_loads_nothing_heavy():
    code = (
        "import sys, rag\n"
        "heavy = {'torch', 'faiss', 'transformers', 'langchain_core', 'tantivy', 'numpy'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "from rag import Filter, Hit, StageScores, UsageError\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "from rag import Retriever, explain\n"
        "assert not {'torch', 'transformers', 'langchain_core'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
