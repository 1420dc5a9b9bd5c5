"""langchain's standard tests of a retriever, as integration packages of langchain run them."""

from __future__ import annotations

import pytest

pytest.importorskip("langchain_tests", reason="langchain-tests of the dev extra is not installed")

from langchain_tests.integration_tests import RetrieversIntegrationTests

from rag.index.builder import ingest
from rag.integrations.langchain import MedlitRetriever
from rag.retrieval import Retriever
from tests.support import FakeEmbedder, pubmed_file, pubmed_record

# one of the inherited tests is async, and none has a mark of its own
pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.filterwarnings("ignore:.*is not an async function:pytest.PytestWarning"),
]


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    folder = tmp_path_factory.mktemp("standard")
    records = [
        pubmed_record(700 + i, f"Pertussis in adults {i}.", "Cough for weeks.") for i in range(5)
    ]
    pubmed_file(folder / "c.xml", *records)
    ingest([folder / "c.xml"], folder / "ix", FakeEmbedder())
    with Retriever.open(folder / "ix", embedder=FakeEmbedder()) as retriever:
        yield retriever


class TestMedlitRetriever(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def _open(self, opened):
        self._opened = opened

    @property
    def retriever_constructor(self):
        return MedlitRetriever

    @property
    def retriever_constructor_params(self):
        return {"retriever": self._opened}

    @property
    def retriever_query_example(self):
        return "pertussis in adults"
