"""Chinese queries: the form that each route gets, and what is found and answered."""

from __future__ import annotations

import json

import pytest

from rag.answering.redflags import red_flags
from rag.errors import UsageError
from rag.index.builder import ingest
from rag.languages import english_form
from rag.retrieval import Retriever
from rag.retrieval.forms import form
from rag.types import Query
from tests.support import Medlit, pubmed_file, pubmed_record


def never():
    raise AssertionError("the embedder was asked although it need not be")


def test_an_english_query_asks_no_embedder():
    made = form(Query("fever and cough"), never)
    assert (made.lexical, made.dense, made.read_as) == ("fever and cough", "fever and cough", "")


def test_both_routes_get_english():
    made = form(Query("咳嗽，没有发烧"), lambda: False)
    assert (made.text, made.lexical) == ("咳嗽，没有发烧", "cough")
    assert made.dense == made.read_as == "cough, no fever"


def test_a_multilingual_embedder_gets_the_question_itself():
    made = form(Query("我发烧咳嗽"), lambda: True)
    assert (made.lexical, made.dense) == ("fever cough", "我发烧咳嗽")
    assert made.read_as == "I have a fever and a cough"


def test_words_alone_ask_no_embedder():
    assert form(Query("我发烧咳嗽", mode="lexical"), never).lexical == "fever cough"


def test_nothing_known_is_an_error_unless_the_embedder_reads_it():
    with pytest.raises(UsageError, match="no word of this Chinese question"):
        form(Query("量子纠缠"), lambda: False)
    with pytest.raises(UsageError, match="ask in English"):
        form(Query("量子纠缠", mode="lexical"), never)
    assert form(Query("量子纠缠"), lambda: True).dense == "量子纠缠"


def test_forms_that_are_set_stay():
    made = form(Query("我发烧", lexical="pyrexia", dense="hot"), lambda: False)
    assert (made.lexical, made.dense) == ("pyrexia", "hot")


def test_search_of_an_index_with_an_english_embedder(tmp_path, fake_embedder):
    file = pubmed_file(
        tmp_path / "c.xml",
        pubmed_record(1, "Fever and cough in influenza.", "Fever and cough are common."),
        pubmed_record(2, "Knee pain.", "Pain of the knee in old age."),
    )
    ingest([file], tmp_path / "ix", fake_embedder)
    retriever = Retriever.open(tmp_path / "ix", embedder=fake_embedder)
    for mode in ("hybrid", "dense", "lexical"):
        assert retriever.search("發燒、咳嗽", 1, mode=mode)[0].article.pmid == "1"
        assert retriever.search_many(["膝盖疼", "fever"], 1, mode=mode)[0][0].article.pmid == "2"


@pytest.mark.parametrize(
    ("question", "notice"),
    [
        ("胸痛，呼吸困难", "heart attack"),
        ("我胸痛出冷汗怎么办", "heart attack"),
        ("我爸爸突然口角歪斜、说话不清", "stroke"),
        ("我想自杀", "suicide"),
        ("不想活了", "suicide"),
        ("我奶奶昏迷了", "cannot be woken"),
        ("孩子抽搐", "seizure"),
        ("2个月大的婴儿发烧", "under 3 months"),
        ("我怀孕了，阴道出血", "pregnancy"),
        ("我妈妈吃了50片安眠药", "poisoning"),
        ("我咯血", "Coughing up blood"),
        ("伤口流血不止，我怎么办", "does not stop"),
        ("我不能呼吸", "breathlessness"),
        ("我发烧、脖子僵硬", "meningitis"),
        ("我突然剧烈头痛", "sudden, severe headache"),
    ],
)
def test_red_flags_in_chinese(question, notice):
    assert any(notice in flag for flag in red_flags(english_form(question).english))


@pytest.mark.parametrize(
    "question", ["我没有胸痛，没有呼吸困难", "昏迷患者的护理", "心肌梗死的治疗", "我没有自杀念头"]
)
def test_no_red_flag_where_denied_or_asked_of_the_literature(question):
    assert red_flags(english_form(question).english) == ()


@pytest.mark.model
def test_chinese_finds_the_english_article_first(built):
    run = Medlit(built)
    done = run("search", "我发烧咳嗽", "--index", "ix", "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == "read as: I have a fever and a cough"
    found = json.loads(done.stdout)
    assert found["query"] == "我发烧咳嗽"
    english = json.loads(
        run("search", "I have a fever and a cough", "--index", "ix", "--json").stdout
    )
    assert [h["pmid"] for h in found["hits"]] == [h["pmid"] for h in english["hits"]]
    assert found["hits"][0]["pmid"] in ("100", "102")
    for question, pmid in {
        "二甲双胍能减轻体重吗？": "103",
        "成人百日咳的抗生素治疗": "101",
    }.items():
        hits = json.loads(run("search", question, "--index", "ix", "--json").stdout)["hits"]
        assert hits[0]["pmid"] == pmid


@pytest.mark.model
def test_chinese_is_answered_as_english_is(built):
    run = Medlit(built)
    asked, english = (
        json.loads(run("ask", q, "--index", "ix", "--json", "--generator", "extractive").stdout)
        for q in ("我发烧咳嗽", "I have a fever and a cough")
    )
    assert asked["question"] == "我发烧咳嗽"
    assert asked["read_as"] == "I have a fever and a cough"
    assert english["read_as"] == ""
    assert asked["status"] == "answered"
    for key in ("text", "statements", "references", "red_flags"):
        assert asked[key] == english[key]


@pytest.mark.model
def test_unknown_chinese_and_japanese_are_told(built):
    run = Medlit(built)
    done = run("ask", "量子纠缠", "--index", "ix")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "ask in English" in done.stderr
    done = run("search", "熱があって咳が出ます", "--index", "ix")
    assert done.returncode == 0
    assert "looks Japanese" in done.stderr
    assert "not in the term list: 量子" in run("search", "量子头痛", "--index", "ix").stderr
