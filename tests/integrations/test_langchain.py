"""The langchain retriever: langchain's own standard tests, arguments of a call, the tool."""

from __future__ import annotations

import asyncio
import json

import pytest
from langchain_core._api import LangChainBetaWarning
from langchain_core.load import dumps
from langchain_core.messages import ToolCall
from langchain_core.retrievers import BaseRetriever
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel, ValidationError

from rag.errors import UsageError
from rag.index.builder import ingest
from rag.integrations.langchain import MedlitRetriever
from rag.retrieval import Retriever
from rag.types import Filter
from tests.support import FakeEmbedder, pubmed_file, pubmed_record

ROWS = (
    ("Pertussis in adults: a randomized trial.", "Randomized Controlled Trial", 2010),
    ("Pertussis in adults: a review of cough.", "Review", 2014),
    ("Pertussis in adults of one ward.", "Case Reports", 2018),
    ("Pertussis and fever in adults.", "Meta-Analysis", 2020),
    ("Metformin and weight.", "Randomized Controlled Trial", 2021),
)
QUERY = "pertussis in adults"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("langchain")
    records = [
        pubmed_record(501 + i, title, f"{title} It is of {year}.", types=(kind,), year=year)
        for i, (title, kind, year) in enumerate(ROWS)
    ]
    gone = ("Retracted Publication",)
    records.append(pubmed_record(599, "Pertussis in adults, invented.", "Adults.", types=gone))
    pubmed_file(folder / "c.xml", *records)
    ingest([folder / "c.xml"], folder / "ix", FakeEmbedder())
    return folder / "ix"


@pytest.fixture(scope="module")
def opened(index):
    with Retriever.open(index, embedder=FakeEmbedder()) as retriever:
        yield retriever


@pytest.fixture
def retriever(opened):
    return MedlitRetriever(retriever=opened, k=3)


def pmids(found):
    return [d.metadata["pmid"] for d in found]


def test_open_takes_what_the_retriever_takes(index, opened):
    made = MedlitRetriever.open(index, embedder=FakeEmbedder(), k=2, mode="lexical")
    assert isinstance(made, BaseRetriever)
    expected = [h.article.pmid for h in opened.search(QUERY, 2, mode="lexical")]
    assert pmids(made.invoke(QUERY)) == expected
    made.retriever.close()
    with pytest.raises(UsageError, match="was closed"):
        made.invoke(QUERY)


def test_arguments_of_a_call_everywhere(retriever, opened):
    filters = Filter(year_from=2014, publication_types=("Review", "Case Reports"))
    given = {"k": 2, "filters": filters, "mode": "dense"}
    expected = [h.article.pmid for h in opened.search(QUERY, 2, filters, mode="dense")]
    assert sorted(expected) == ["502", "503"]
    assert pmids(retriever.invoke(QUERY, **given)) == expected
    assert pmids(asyncio.run(retriever.ainvoke(QUERY, **given))) == expected
    assert [pmids(f) for f in retriever.batch([QUERY] * 2, **given)] == [expected] * 2
    assert [pmids(f) for f in asyncio.run(retriever.abatch([QUERY] * 2, **given))] == [expected] * 2
    assert pmids(retriever.bind(**given).invoke(QUERY)) == expected
    assert len(retriever.invoke(QUERY)) == 3  # what was set holds for the next call


def test_filters_of_the_retriever_and_none_for_a_call(opened):
    bound = MedlitRetriever(retriever=opened, filters=Filter(year_from=2020))
    assert sorted(pmids(bound.invoke(QUERY))) == ["504", "505"]
    assert len(bound.invoke(QUERY, filters=None)) == 5


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"k": 0}, "-k must be 1 or more, not 0"),
        ({"k": "3"}, "k must be a whole number, not '3'"),
        ({"k": True}, "k must be a whole number"),
        ({"mode": "fuzzy"}, "unknown mode 'fuzzy'"),
        ({"filters": {"year_from": 2015}}, "filters must be a rag.Filter or None, not dict"),
        ({"top_k": 3}, "unknown argument 'top_k'; use k, filters or mode"),
    ],
)
def test_bad_values_say_what_is_wrong(retriever, given, said):
    with pytest.raises(UsageError) as sync:
        retriever.invoke(QUERY, **given)
    with pytest.raises(UsageError) as through_async:
        asyncio.run(retriever.ainvoke(QUERY, **given))
    assert said in str(sync.value)
    assert str(sync.value) == str(through_async.value)


def test_bad_settings_and_queries(opened, retriever):
    with pytest.raises(ValidationError, match="instance of Retriever"):
        MedlitRetriever(retriever="indexes/default")
    with pytest.raises(ValidationError, match="mode"):
        MedlitRetriever(retriever=opened, mode="fuzzy")
    with pytest.raises(UsageError, match="the query is empty"):
        retriever.invoke(" ")
    with pytest.raises(UsageError, match="the query must be a text, not dict"):
        retriever.invoke({"question": QUERY})


def test_documents_are_json_and_lead_back_to_the_article(retriever, opened):
    found = retriever.invoke(QUERY, k=5)
    assert json.loads(dumps(found))
    for rank, document in enumerate(found, start=1):
        data = json.loads(json.dumps(document.metadata))
        assert data == document.metadata
        article = opened.reader.article(data["id"])
        assert article.text[data["start"] : data["end"]] == document.page_content
        assert data["rank"] == rank
        assert data["url"] == f"https://pubmed.ncbi.nlm.nih.gov/{data['pmid']}/"
        assert data["title"] == article.title
        assert data["publication_types"] == list(article.publication_types)
        assert data["scores"]["fused"] == data["score"]
    levels = {d.metadata["pmid"]: d.metadata["evidence_level"] for d in found}
    assert levels["504"] < levels["501"] < levels["503"]  # meta-analysis, trial, case


# -- the tool ----------------------------------------------------------------------------


def call(tool, **args):
    return tool.invoke(ToolCall(name=tool.name, args=args, id="1", type="tool_call"))


def test_the_tool_gives_text_and_documents(retriever):
    tool = retriever.as_tool()
    assert tool.name == "search_medical_literature"
    message = call(tool, query=QUERY, k=2, publication_types=["meta-analysis", "Case Reports"])
    assert message.status == "success"
    assert sorted(pmids(message.artifact)) == ["503", "504"]
    for n, document in enumerate(message.artifact, start=1):
        assert f"[{n}] PMID {document.metadata['pmid']} (20" in message.content
        assert document.metadata["title"] in message.content
    args = {"query": QUERY, "year_from": 2014, "year_to": 2018}
    asked = ToolCall(name=tool.name, args=args, id="2", type="tool_call")
    through_async = asyncio.run(tool.ainvoke(asked))
    assert sorted(pmids(through_async.artifact)) == ["502", "503"]
    assert through_async.content == call(tool, **args).content


def test_what_a_model_is_told_of_the_tool(retriever):
    told = convert_to_openai_tool(retriever.as_tool(name="find", description="Find trials."))
    function = told["function"]
    assert (function["name"], function["description"]) == ("find", "Find trials.")
    shown = function["parameters"]["properties"]
    assert shown.keys() == {
        "query", "k", "year_from", "year_to", "publication_types", "mesh", "journals",
        "evidence_from", "evidence_to",
    }  # fmt: skip
    assert all(p["description"] for p in shown.values())
    assert function["parameters"]["required"] == ["query"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"k": 0}, "k: Input should be greater than or equal to 1"),
        ({"k": 500}, "k: Input should be less than or equal to 50"),
        ({"evidence_to": 9}, "evidence_to: Input should be less than or equal to 6"),
        ({"language": "eng"}, "language: Extra inputs are not permitted"),
        ({"year_from": 2020, "year_to": 2010}, "year_from 2020 is after year_to 2010; swap them"),
        ({"query": "  "}, "the query is empty"),
        ({"mesh": [""]}, "a name in mesh is empty"),
    ],
)
def test_a_models_mistake_comes_back_as_a_line(retriever, given, said):
    message = call(retriever.as_tool(), **({"query": QUERY} | given))
    assert message.status == "error"
    assert said in message.content
    assert "\n" not in message.content
    assert not message.artifact


def test_a_model_cannot_leave_the_bounds_of_the_program(opened):
    filters = Filter(year_from=2014, evidence=(1, 5), publication_types=("Review", "Meta-Analysis"))
    tool = MedlitRetriever(retriever=opened, filters=filters).as_tool()
    assert sorted(pmids(call(tool, query=QUERY).artifact)) == ["502", "504"]
    wider = call(tool, query=QUERY, year_from=1990, evidence_to=6, publication_types=["REVIEW"])
    assert pmids(wider.artifact) == ["502"]
    refused = call(tool, query=QUERY, publication_types=["Case Reports"])
    assert "bound to publication_types Review, Meta-Analysis" in refused.content
    assert "bound to year 2014 to " in call(tool, query=QUERY, year_to=2000).content
    assert "599" not in pmids(call(tool, query="invented pertussis", k=50).artifact)


def test_the_tool_marks_a_retracted_article_that_the_program_lets_in(opened):
    bound = MedlitRetriever(retriever=opened, filters=Filter(include_retracted=True))
    message = call(bound.as_tool(), query="pertussis in adults invented", k=1)
    assert "PMID 599 (2020; Journal of Tests; " in message.content
    assert "STATUS: retracted" in message.content


def test_nothing_found_is_said(retriever):
    message = call(retriever.as_tool(), query=QUERY, year_to=1950)
    assert message.content.startswith("No article of the index fits.")
    assert message.artifact == []


def test_langchains_own_form_of_a_tool_is_still_there(retriever):
    class OneText(BaseModel):
        words: str

    with pytest.warns(LangChainBetaWarning):
        tool = retriever.as_tool(OneText, name="plain", description="Plain.")
    assert tool.name == "plain"
    assert tool.args.keys() == {"words"}


def test_the_evidence_boost_reaches_the_search(index):
    plain, boosted = (
        MedlitRetriever.open(index, embedder=FakeEmbedder(), evidence_boost=b) for b in (0.0, 0.5)
    )
    for found in (boosted.invoke(QUERY), asyncio.run(boosted.ainvoke(QUERY))):
        raised = {d.metadata["id"]: d.metadata["score"] for d in found}
        for document in plain.invoke(QUERY):
            level = document.metadata["evidence_level"]
            share = 0.5 * (6 - level) / 5
            wanted = document.metadata["score"] * (1 + share)
            assert raised[document.metadata["id"]] == pytest.approx(wanted)


def test_a_tool_that_is_bound_to_a_type_lets_ask_for_narrower_ones():
    from rag.integrations.langchain_tool import SearchArguments

    def types(asked, **base):
        made = SearchArguments(query="x", publication_types=[asked])
        return made.filter(Filter(publication_types=("Clinical Trial",), **base)).publication_types

    assert types("Randomized Controlled Trial") == ("Randomized Controlled Trial",)
    assert types("randomised controlled trial") == ("randomised controlled trial",)
    for asked, base in (("Review", {}), ("Randomized Controlled Trial", {"explode": False})):
        with pytest.raises(UsageError, match="bound to publication_types Clinical Trial"):
            types(asked, **base)
