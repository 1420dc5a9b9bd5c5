"""Options of ``medlit train`` that are more than a value."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from rag.commands.train_options import read_held_out
from rag.commands.train_tables import print_figures, print_judged
from rag.errors import UsageError
from rag.training.apart import Figure
from rag.training.judged import Judged

pytest.importorskip("ir_measures", reason="the extra eval is not installed")


@pytest.fixture
def folder(tmp_path):
    for name in ("one", "two"):
        made = tmp_path / name
        (made / "qrels").mkdir(parents=True)
        (made / "corpus.jsonl").write_text('{"_id": "d", "title": "", "text": "zinc"}\n')
        (made / "queries.jsonl").write_text('{"_id": "q", "text": "what of zinc"}\n')
        for split in ("test", "dev"):
            (made / "qrels" / f"{split}.tsv").write_text("query-id\tcorpus-id\tscore\nq\td\t1\n")
    return tmp_path


def test_two_splits_of_one_set_have_two_names(folder):
    """Figures stand under the name: one of two with the same would be lost."""
    sets = read_held_out([f"{folder}/one:dev", f"{folder}/one", f"{folder}/two:dev"])
    assert [(s.name, s.split) for s in sets] == [
        ("one:dev", "dev"), ("one:test", "test"), ("two", "dev"),
    ]  # fmt: skip
    assert read_held_out(None) == []


def test_figures_are_printed_or_said_to_be_none():
    def printed(*figures):
        console = Console(width=120, file=io.StringIO(), record=True)
        print_figures(console, figures)
        return console.export_text()

    assert printed().startswith("nothing was measured")
    line = printed(Figure("mine", "dense", 1200, 0.5, 0.4321)).splitlines()[1]
    assert line.split() == ["mine", "dense", "1,200", "0.5000", "0.4321", "-0.0679"]


def test_verifiers_are_printed_a_line_a_set_and_name():
    def printed(*figures):
        console = Console(width=120, file=io.StringIO(), record=True)
        print_judged(console, figures)
        return console.export_text()

    assert printed() == "nothing was measured: no pairs were held out\n"
    line = printed(Judged("mine", "after", 1200, 0.5, 0.4321, 1.0, 0.0625, 7)).splitlines()[1]
    assert line.split() == ["mine", "after", "1,200", "0.500", "0.432", "1.000", "0.062", "7"]


def test_what_is_no_set_is_refused(folder):
    with pytest.raises(UsageError, match=r"have the name one:test; leave one out"):
        read_held_out([f"{folder}/one", f"{folder}/one:test"])
    with pytest.raises(UsageError, match="--held-out takes a set in BEIR's layout"):
        read_held_out([f"{folder}/three:dev"])
