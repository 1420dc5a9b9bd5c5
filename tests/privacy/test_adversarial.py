"""The hard lines: exactly what is recorded as missed is missed, so that a change shows.

After a change of the detector: ``PYTHONPATH=. python benchmarks/privacy_adversarial.py --record``,
and look at the difference.
"""

import importlib

import pytest

from rag.privacy import find_identifiers
from tests.support import ROOT


@pytest.fixture
def hard(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module("privacy_adversarial")


def test_what_is_missed_is_what_is_recorded(hard):
    wrong = hard.faults(
        hard.read_lines(), lambda text: [(i.start, i.end) for i in find_identifiers(text)]
    )
    recorded = hard.MISSED.read_text(encoding="utf-8").splitlines()[1:]
    now = [fault.row() for fault in wrong]
    assert sorted(set(now) - set(recorded)) == []  # newly wrong
    assert sorted(set(recorded) - set(now)) == []  # mended: record it
    assert now == recorded


def test_the_list_is_long_and_mixed(hard):
    lines = hard.read_lines()
    assert len({line.text for line in lines}) == len(lines) >= 120
    assert all(line.identifiers or line.stay for line in lines)
    groups = {line.group for line in lines}
    assert len(groups) >= 10
    assert sum(not line.identifiers for line in lines) >= 30  # nothing may be taken


def test_nothing_found_misses_every_identifier_and_all_found_takes_every_word(hard):
    lines = hard.read_lines()
    nothing = hard.faults(lines, lambda text: [])
    assert [f.missed for f in nothing] == [x.identifiers for x in lines if x.identifiers]
    everything = hard.faults(lines, lambda text: [(0, len(text))])
    assert [f.taken for f in everything] == [x.stay for x in lines if x.stay]
    assert not any(f.missed for f in everything)


def test_a_line_by_hand(hard, tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text(
        "text\tidentifiers\tstay\n# group\n"
        "Mr. Wilson has Wilson disease,\\nsays A. Roe.\tMr. [Wilson]|A. Roe\tWilson disease\n"
    )
    (line,) = hard.read_lines(path)
    assert line.text == "Mr. Wilson has Wilson disease,\nsays A. Roe."
    assert hard.places(line.text, "Mr. [Wilson]") == [(4, 10)]
    assert hard.faults([line], lambda text: [(4, 10), (36, 42)]) == []
    (fault,) = hard.faults([line], lambda text: [(0, 9), (15, 17), (37, 42)])
    assert (fault.missed, fault.taken) == (("Mr. [Wilson]", "A. Roe"), ("Wilson disease",))
    shown = hard.summary([line], [fault]).splitlines()
    assert shown[2:] == [
        "| group | 0 of 1 | 0 of 2 | 0 of 1 |",
        "| **all** | 0 of 1 | 0 of 2 | 0 of 1 |",
    ]
    hard.record([fault], tmp_path / "missed.tsv")
    assert (tmp_path / "missed.tsv").read_text().splitlines()[1:] == [fault.row()]


@pytest.mark.parametrize(
    ("row", "says"),
    [("a\tb", "2 columns, not 3"), ("a\tb\t", "does not hold 'b'"), ("a\t\tc", "not hold 'c'")],
    ids=["columns", "identifier", "word"],
)
def test_a_bad_line_is_refused(hard, tmp_path, row, says):
    path = tmp_path / "a.tsv"
    path.write_text(f"text\tidentifiers\tstay\n{row}\n")
    with pytest.raises(ValueError, match=says):
        hard.read_lines(path)
