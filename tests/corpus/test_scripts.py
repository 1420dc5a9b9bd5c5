"""Raised and lowered figures never make another number of the one beside them."""

import json

import pytest
from lxml import etree

from rag.corpus import read
from rag.corpus.inline_text import inline_text
from rag.corpus.jats_text import text_of
from rag.corpus.scripts import script, scripts_in_markup

CASES = [
    ("150 × 10<sup>9</sup>/L", "150 × 10⁹/L"),
    ("10<sup>-3</sup> or 10<sup>−12</sup> M", "10⁻³ or 10⁻¹² M"),
    ("(a + b)<sup>2</sup>", "(a + b)²"),
    ("10<sup>5.5</sup> copies, 10<sup>5-6</sup>", "10^5.5 copies, 10^5-6"),
    ("CO<sub>2</sub>, VO<sub>2</sub>max, FEV<sub>1</sub>", "CO2, VO2max, FEV1"),
    ("kg/m<sup>2</sup>, CD4<sup>+</sup>, <sup>18</sup>F", "kg/m2, CD4+, 18F"),
    ("Ca<sup>2+</sup>, 5<sup>th</sup>, min<sup>-1</sup>", "Ca2+, 5th, min-1"),
    ("log<sub>10</sub>5 and 10<sub>2</sub>", "log₁₀5 and 10₂"),
    ("x<sup> 2 </sup>y", "x 2 y"),
    ("p < 0.05 and 3 > 2", "p < 0.05 and 3 > 2"),
]


@pytest.mark.parametrize(("markup", "text"), CASES)
def test_by_hand_in_every_kind_of_markup(tmp_path, markup, text):
    escaped = markup.replace(" < ", " &lt; ").replace(" > ", " &gt; ")
    element = etree.fromstring(f"<p>{escaped}</p>")
    assert inline_text(element) == text
    assert text_of(element) == text
    rows = {
        "europepmc": json.dumps({"resultList": {"result": [{"id": "1", "title": escaped}]}}),
        "ris": f"TY  - JOUR\nTI  - {escaped}\nER  - \n",
    }
    for name, row in rows.items():
        path = tmp_path / name
        path.write_text(row, encoding="utf-8")
        (article,) = read(path, format=name)
        assert article.title == text


def test_only_where_figures_would_join():
    assert script(True, "9", "10", "/L") == "⁹"
    assert script(True, "9", "10 ", "/L") == "9"
    assert script(True, "a", "10", "") == "a"
    assert script(False, "2", "(x)", "") == "2"
    assert script(True, "1,2", "in 2015", ".") == "^1,2"
    assert scripts_in_markup("10<SUP>&#8722;9</SUP> <sup>a") == "10⁻⁹ <sup>a"


def test_a_power_in_mathml():
    power = "<math xmlns='http://www.w3.org/1998/Math/MathML'><msup>{}{}</msup></math>"
    for base, exponent, text in [
        ("<mn>10</mn>", "<mn>6</mn>", "10⁶"),
        ("<mi>R</mi>", "<mn>2</mn>", "R2"),
        ("<mn>10</mn>", "<mrow><mo>−</mo><mn>3</mn></mrow>", "10⁻³"),
    ]:
        assert inline_text(etree.fromstring(f"<p>{power.format(base, exponent)}</p>")) == text
