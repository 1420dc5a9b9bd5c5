"""Recall and false alarms of red flags over lines of our own."""

import pytest

from rag.answering.redflags import RED_FLAGS
from tests.answering.red_flag_lines import lines


@pytest.mark.parametrize("line", lines("dev"), ids=lambda line: line.text[:50])
def test_a_line_that_the_patterns_were_made_with(line):
    assert line.is_right, line.raised


@pytest.mark.parametrize(
    ("half", "emergencies", "others", "found", "alarms"),
    [("held", 108, 86, 104, 1), ("late", 41, 20, 33, 2), ("last", 54, 25, 49, 1)],
)
def test_lines_that_only_count(half, emergencies, others, found, alarms):
    """Which lines are missed is not shown: whoever reads them would mend those."""
    held = lines(half)
    right = [line.is_right for line in held if line.expected]
    quiet = [line.is_right for line in held if not line.expected]
    assert (len(right), len(quiet)) == (emergencies, others)
    assert sum(right) >= found
    assert len(quiet) - sum(quiet) <= alarms


def test_every_emergency_that_words_tell_has_lines_in_both_halves():
    names = {flag.name for flag in RED_FLAGS if any(not way.limits for way in flag.ways)}
    assert (len(names), len({flag.name for flag in RED_FLAGS}), len(RED_FLAGS)) == (35, 51, 51)
    for half in ("dev", "held"):
        assert {name for line in lines(half) for name in line.expected} == names
