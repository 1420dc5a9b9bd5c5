"""British and American spellings."""

from __future__ import annotations

import pytest

from rag.index.lexical import analyser
from rag.retrieval.lay import SPELLING_WEIGHT, expansion
from rag.retrieval.spelling import _PAIRS, other_spelling
from rag.types import Added

WORDS = """
oedema edema; anaemia anemia; leukaemia leukemia; paediatric pediatric; tumours tumors;
haemorrhage hemorrhage; oesophageal esophageal; oestrogen estrogen; foetus fetus;
diarrhoea diarrhea; dyspnoea dyspnea; coeliac celiac; randomised randomized; fibre fiber;
orthopaedic orthopedic; gynaecology gynecology; anaesthesia anesthesia; behaviour behavior;
hyperglycaemia hyperglycemia; haematuria hematuria; caesarean cesarean; ageing aging
"""
PAIRS = [tuple(pair.split()) for pair in WORDS.split(";")]


@pytest.mark.parametrize(("british", "american"), PAIRS)
def test_both_ways(british, american):
    assert other_spelling(british) == american
    assert other_spelling(american) == british


@pytest.mark.parametrize(
    "word", ["chemotherapy", "parameter", "gastroesophageal", "semestral", "emit", "metformin", ""]
)
def test_other_words_are_left_alone(word):
    assert other_spelling(word) is None


def test_no_rule_undoes_another():
    assert len({b for b, _ in _PAIRS}) == len({a for _, a in _PAIRS}) == len(_PAIRS)


def test_the_other_spelling_is_searched_too():
    assert expansion("macular oedema") == (Added("edema", SPELLING_WEIGHT),)
    assert analyser().analyze("oedema") != analyser().analyze("edema")  # else there is no need
