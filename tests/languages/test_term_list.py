"""The form of the Chinese term list and of the table of traditional characters."""

from __future__ import annotations

import re
from collections import Counter

from rag.languages.function_words import FILLERS, LINKS, NEGATIONS, PAUSES, QUESTIONS
from rag.languages.terms import read_lines, simplified, term_list
from tests.support import ROOT

GROUPS = (
    *("symptoms", "diseases", "body", "drugs", "procedures", "tests"),
    *("persons", "groups", "general", "phrases"),
)
STOP = set("的了是在和与及或也都就而不没无有着过吗呢吧啊这那其之一个")
LATIN = re.compile(r"[A-Za-z0-9'éèüçö-]+(?: [A-Za-z0-9'éèüçö-]+)*")
HAN = re.compile("[\u4e00-\u9fff]+")


def lines():
    group, found = "", []
    for line in read_lines("zh_terms.tsv"):
        if line.startswith("## "):
            group = line[3:]
        elif not line.startswith("#"):
            english, names = line.split("\t")
            found.append((group, english, names.split(" ")))
    return found


def traditional():
    rows = [line for line in read_lines("zh_traditional.tsv") if not line.startswith("#")]
    return [row.split("\t") for row in rows]


def test_groups_stand_once_and_are_known():
    heads = [line[3:] for line in read_lines("zh_terms.tsv") if line.startswith("## ")]
    assert sorted(heads) == sorted(GROUPS)


def test_every_line_is_english_then_chinese():
    for _, english, names in lines():
        assert LATIN.fullmatch(english), english
        assert all(HAN.fullmatch(name) for name in names), (english, names)
        assert len(english.split()) <= 6, english


def test_no_name_and_no_english_term_stands_twice():
    names = Counter(name for _, _, found in lines() for name in found)
    assert [name for name, count in names.items() if count > 1] == []
    terms = Counter(english for _, english, _ in lines())
    assert [term for term, count in terms.items() if count > 1] == []
    assert len(term_list()) == len(names)


def test_sorted_within_a_group():
    for group in GROUPS:
        found = [english for g, english, _ in lines() if g == group]
        assert found == sorted(found, key=str.lower), group


def test_no_name_is_a_function_word():
    words = FILLERS | QUESTIONS | NEGATIONS | set(LINKS) | set(PAUSES)
    for name in term_list():
        assert name not in words, name
        assert not set(name) <= STOP, name


def test_function_words_have_one_role():
    roles = Counter([*FILLERS, *QUESTIONS, *NEGATIONS, *LINKS, *PAUSES])
    assert [word for word, count in roles.items() if count > 1] == []


def test_the_list_is_simplified_and_the_table_maps_into_it():
    listed = set("".join(term_list())) | set("".join(FILLERS | QUESTIONS | NEGATIONS | set(LINKS)))
    in_code = set("了你零几年周岁个钟点时单层体没无")  # units and function words of other modules
    for one, forms in traditional():
        assert len(one) == 1
        assert HAN.fullmatch(one + forms)
        assert one in listed | in_code, one
        assert not set(forms) & listed, (one, forms)
    assert all(simplified(name) == name for name in term_list())


def test_traditional_forms_of_common_terms():
    # a character each that differs, as written in Taiwan and Hong Kong
    for written, simple in {
        "發燒": "发烧", "頭痛": "头痛", "糖尿病": "糖尿病", "過敏": "过敏", "腎臟病": "肾脏病",
        "憂鬱症": "忧郁症", "氣喘": "气喘", "腦中風": "脑中风", "關節炎": "关节炎", "癌症": "癌症",
        "噁心": "恶心", "嘔吐": "呕吐", "懷孕": "怀孕", "預防": "预防", "藥物": "药物", "週": "周",
    }.items():  # fmt: skip
        assert simplified(written) == simple


def test_the_counts_in_the_decision_record_are_those_of_the_list():
    record = (ROOT / "docs/decisions/0015-chinese-questions.md").read_text(encoding="utf-8")
    said = re.search(r"([\d,]+) English terms with ([\d,]+) Chinese names", record)
    assert said is not None
    counts = [int(number.replace(",", "")) for number in said.groups()]
    assert counts == [len(lines()), len(term_list())]
    assert counts[0] >= 600
