"""Chinese questions in English words."""

from __future__ import annotations

import itertools
import random
import time

import pytest

from rag.languages import english_form
from rag.languages.function_words import FILLERS, LINKS, NEGATIONS, PAUSES, QUESTIONS
from rag.languages.quantities import number, quantity_at
from rag.languages.segment import segment
from rag.languages.terms import term_list


def english(text):
    return english_form(text).english


@pytest.mark.parametrize(
    ("chinese", "said"),
    [
        ("我发烧咳嗽", "I have a fever and a cough"),
        ("我發燒咳嗽", "I have a fever and a cough"),
        ("我妈妈昏迷不醒", "my mother has unconsciousness"),
        ("我的妈妈头痛", "my mother has a headache"),
        ("2型糖尿病", "type 2 diabetes"),
        ("二型糖尿病", "type 2 diabetes"),
        ("45岁女性，胸痛、呼吸困难", "45-year-old woman, chest pain and dyspnea"),
        ("四十五岁男性", "45-year-old man"),
        ("咳嗽三周", "cough three weeks"),
        ("2个月大的婴儿发烧", "2-month-old infant fever"),
        ("宝宝体温39.5℃", "my baby temperature of 39.5 °C"),
        ("阿司匹林100mg能预防中风吗？", "aspirin 100mg prevention stroke?"),
        ("阿司匹林100毫克", "aspirin 100 mg"),
        ("COVID-19疫苗对儿童安全吗", "COVID-19 vaccine children safety?"),
        ("HbA1c偏高", "HbA1c elevated"),
        ("发烧或者咳嗽", "fever or cough"),
        ("胸痛怎么办", "chest pain, what should I do?"),
        ("孩子痛不痛", "my child has pain?"),
    ],
)
def test_said_in_english(chinese, said):
    assert english(chinese) == said


@pytest.mark.parametrize(
    ("chinese", "said", "words"),
    [
        ("咳嗽，没有发烧", "cough, no fever", "cough"),
        ("没有发烧，有咳嗽", "no fever; cough", "cough"),
        ("沒有發燒但咳嗽", "no fever but cough", "cough"),
        ("无发热、咳嗽，有胸痛", "no fever and no cough; chest pain", "chest pain"),
        ("没有发烧咳嗽", "no fever and no cough", "fever cough"),
        ("没有明显的发烧，头痛", "no fever; headache", "headache"),
        ("没有慢性咳嗽，头痛", "no chronic cough; headache", "chronic headache"),
        ("没有治疗的高血压", "no treatment hypertension", "treatment hypertension"),
        ("否认胸痛，有气短", "no chest pain; shortness of breath", "shortness of breath"),
        ("有没有发烧的孕妇", "fever pregnant women?", "fever pregnant women"),
        ("我不发烧，头痛", "I have no fever; headache", "headache"),
    ],
)
def test_a_denied_finding_is_never_claimed(chinese, said, words):
    made = english_form(chinese)
    assert (made.english, made.words) == (said, words)


def test_terms_that_begin_with_a_negation_are_no_denial():
    for text in ("无力", "不孕", "没有食欲", "不想活", "无症状"):
        assert not english(text).startswith("no "), text


def test_what_was_used_and_what_is_left():
    made = english_form("量子纠缠引起的头痛三天")
    assert made.pairs == (("引起", "cause"), ("头痛", "headache"), ("三天", "three days"))
    assert made.untranslated == ("量子纠缠",)
    assert made.source == "量子纠缠引起的头痛三天"


def test_nothing_known_has_no_words():
    made = english_form("量子纠缠是什么")
    assert (made.english, made.words, made.pairs) == ("", "", ())


def test_persons_and_phrases_are_not_searched_for():
    assert english_form("我头痛怎么办").words == "headache"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三", 3), ("十", 10), ("十五", 15), ("四十五", 45), ("一百零二", 102), ("两千", 2000),
        ("两三", None), ("三x", None),
    ],
)  # fmt: skip
def test_numerals(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("三周", "three weeks"), ("一天", "one day"), ("1天", "1 day"), ("两三天", "2 to 3 days"),
        ("几个月", "several months"), ("十二年", "12 years"), ("3-5天", "3 to 5 days"),
        ("半年", "six months"), ("65岁以上", "over 65 years old"), ("5岁以下", "under 5 years old"),
        ("出生3天", "3-day-old"), ("2015年", "2015"), ("38.5度", "38.5 °C"), ("II期", "stage 2"),
        ("三级", "grade 3"), ("50片", "50 tablets"), ("两个多月", "two months"),
        ("两三千毫克", None), ("3月", None), ("三叉", None),
        ("三天前", "three days ago"), ("38度5", "38.5 °C"),
    ],
)  # fmt: skip
def test_quantities(text, said):
    found = quantity_at(text, 0)
    assert (found[1] if found else None) == said


def test_a_number_in_a_name_is_no_quantity():
    assert english("百日咳") == "pertussis"
    assert english("三叉神经痛") == "trigeminal neuralgia"
    assert english("二甲双胍") == "metformin"


def brute_force(text):
    """The least (uncovered characters, tokens) over all splits of a text."""
    known = {*term_list(), *FILLERS, *QUESTIONS, *NEGATIONS, *LINKS, *PAUSES}
    best = (len(text), len(text))
    for cuts in itertools.product((False, True), repeat=len(text) - 1):
        parts, start = [], 0
        for at, cut in enumerate((*cuts, True), start=1):
            if cut:
                parts.append(text[start:at])
                start = at
        if all(part in known or len(part) == 1 for part in parts):
            best = min(best, (sum(part not in known for part in parts), len(parts)))
    return best


def test_the_split_is_the_best_of_all():
    random.seed(5)
    names = sorted(n for n in term_list() if len(n) <= 4)
    for _ in range(60):
        text = "".join(random.choices([*names, "量", "的", "没有"], k=3))[:10]
        if any(quantity_at(text, at) for at in range(len(text))):
            continue
        tokens = segment(text)
        missed = sum(len(t.text) for t in tokens if t.kind == "unknown")
        parts = missed + sum(t.kind != "unknown" for t in tokens)
        assert (missed, parts) == brute_force(text), text
        assert "".join(t.text for t in tokens) == text


def test_a_greedy_match_would_leave_a_rest():
    # the longest match at the start is 关节疼痛, which leaves 风, "wind"
    assert {"关节疼痛", "关节疼", "痛风"} <= set(term_list())
    assert [t.text for t in segment("关节疼痛风")] == ["关节疼", "痛风"]
    # at equal cost the longer term stands first
    assert [t.text for t in segment("肺部感染者")] == ["肺部", "感染者"]


def test_long_text_in_linear_time():
    made = english_form("我发烧咳嗽，" * 2000)
    assert made.words.split()[:2] == ["fever", "cough"]
    assert len(made.pairs) == 6000


@pytest.mark.parametrize("row", ["1", "一", "a", " ", "1 ", "1.", "1-"])
def test_a_long_row_of_one_sign_is_read_in_linear_time(row):
    def seconds(size):
        started = time.process_time()
        english_form(row * size + "咳嗽" * size)
        return time.process_time() - started

    english_form("咳嗽")  # the list is read
    few, many = (min(seconds(size) for _ in range(2)) for size in (2000, 8000))
    assert many < 10 * max(few, 0.05)
