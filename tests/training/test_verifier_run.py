"""Preprocess, train, settle and evaluate a verifier in one, on a tiny model."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

pytest.importorskip("datasets", reason="the extra train is not installed")

from rag.answering import judges
from rag.errors import ModelError, UsageError
from rag.evaluation.pairs import read_pairs
from rag.evaluation.support import measure_support
from rag.models import embedder, verifier_cross
from rag.models.fetch import LocalModel
from rag.models.verifier import load_verifier
from rag.progress import Silent
from rag.training import judged, network, runs, stages, verifier_run
from rag.training.pairs import Pair
from rag.training.runs import CHECKPOINTS, RUN
from rag.training.thresholds import NEVER, Settled, require_enough
from rag.training.verifier import LABELLED, Parts, collect
from rag.training.verifier_run import run_verifier
from tests.models.tiny_models import sentence_folder
from tests.training.labelled import labelled, literature


def stopped(*_args, **_kwargs):
    raise KeyboardInterrupt


class Notes(Silent):
    def __init__(self):
        self.said = []

    def note(self, text):
        self.said.append(text)


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    folder = tmp_path_factory.mktemp("given")
    return labelled(folder / "sets"), literature(folder / "few.xml")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Everything that asks for the base finds a tiny one; nothing ships for that, so the rules
    stand in for what medlit ships."""
    base = LocalModel(sentence_folder(tmp_path_factory.mktemp("base") / "m"), None, "minilm")
    with pytest.MonkeyPatch.context() as patch:
        for module in (embedder, verifier_cross, verifier_run):
            patch.setattr(module, "resolve", lambda _spec: base)
        patch.setattr(network, "LONGEST", 48)  # its window
        patch.setattr(judged, "judge_named", lambda _s, device: judges.judge_named("rules"))
        yield


def run(given, out, progress=None, **more):
    return run_verifier(*given, out, progress or Silent(), device="cpu", **more)


@pytest.fixture(scope="module")
def whole(given, tiny, tmp_path_factory):
    out, told = tmp_path_factory.mktemp("whole") / "out", Notes()
    return run(given, out, told, command="medlit train verifier …"), told.said


@pytest.fixture
def kept(whole, tmp_path):
    """A folder with the network of a run, and nothing else of it."""
    weights = (whole[0].out / "verifier.safetensors").read_bytes()
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "verifier.safetensors").write_bytes(weights)
    return tmp_path / "kept"


def test_what_is_missing_is_named_first(tmp_path):
    data, few, out = tmp_path / "data", tmp_path / "few.xml", tmp_path / "out"
    for name in LABELLED[:-1]:
        (data / name).mkdir(parents=True)
    with pytest.raises(UsageError, match=f"has no folder {LABELLED[-1]}; "):
        run((data, few), out)
    (data / LABELLED[-1]).mkdir()
    with pytest.raises(UsageError, match=r"few\.xml is no file"):
        run((data, few), out)
    few.write_text("")
    with pytest.raises(UsageError, match=r"holds no verifier\.safetensors"):
        run((data, few), out, settle=True)
    assert not out.exists()


def test_a_folder_that_holds_something_is_refused_before_anything_is_read(tmp_path):
    nowhere = (tmp_path / "no", tmp_path / "no.xml")
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds other files"):
        run(nowhere, tmp_path)
    (tmp_path / "verifier.safetensors").write_bytes(b"mine")
    with pytest.raises(UsageError, match="holds a model already"):
        run(nowhere, tmp_path)
    (tmp_path / RUN).write_text("{}")
    with pytest.raises(UsageError, match="not finished; run its command again, without --settle"):
        run(nowhere, tmp_path, settle=True)


def test_without_the_extra_nothing_begins(tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "EXTRA", ("matplotlib", "no_such_package"))
    with pytest.raises(ModelError, match=r"^training needs no_such_package: pip install 'medlit"):
        run((tmp_path, tmp_path), tmp_path / "out")


def test_too_few_pairs_are_refused(given):
    parts = collect(*given)
    require_enough(parts)
    few = {"scifact": parts.settle["scifact"][:4], "healthver": ()}
    with pytest.raises(UsageError, match="4 pairs of SciFact are left to settle thresholds on"):
        require_enough(replace(parts, settle=few))
    no = tuple(p for p in parts.first if p.label != "unclear")
    with pytest.raises(UsageError, match=r"to learn in the first stage \(0 unclear; at least 5"):
        require_enough(replace(parts, first=no))
    one = tuple(Pair("c", "e", label, "scifact", "g") for label in
                ("supports", "contradicts", "unclear") for _ in range(5))  # fmt: skip
    with pytest.raises(UsageError, match="all share evidence"):
        require_enough(Parts(one, one, {"scifact": one}, {}))


def test_a_threshold_that_is_not_precise_is_warned_of():
    good = Settled("cross-encoder", "supports", 0.5607, 0.93)
    assert good.line() == (
        "cross-encoder: supports reached a precision of 0.93 where it was settled, from 0.5607 on"
    )
    assert Settled("features", "contradicts", 0.8795, 0.6).line() == (
        "warning: features: contradicts reached only a precision of 0.60 where it was settled, "
        "from 0.8795 on; 0.90 is wanted"
    )
    assert Settled("features", "supports", NEVER, 0.0).line() == (
        "warning: features: supports reached no precision of 0.60 on 5 pairs, so this verdict is "
        "never given"
    )
    assert not Settled("features", "supports", 0.8, 0.9).line().startswith("warning")


@pytest.mark.slow
def test_a_run_leaves_weights_pairs_figures_and_a_card(given, whole):
    made, said = whole
    out, parts = made.out, collect(*given)
    assert not (out / CHECKPOINTS).exists()
    assert not (out / RUN).exists()
    assert (out / "loss.png").read_bytes().startswith(b"\x89PNG")
    assert {p.name for p in (out / "held-out").iterdir()} == {"scifact.jsonl", "healthver.jsonl"}
    assert made.learnt is not None
    assert sum(made.learnt.data.values()) == len({*parts.first, *parts.second})
    # what a figure says eval support says too
    assert {(f.set, f.verifier) for f in made.figures} == {
        (name, verifier) for name in ("scifact", "healthver")
        for verifier in ("rules", "features", "before", "after")
    }  # fmt: skip
    held = read_pairs(out / "held-out" / "scifact.jsonl")
    assert len(held) == len(parts.test["scifact"]) > 0
    ours = load_verifier(str(out), "cpu")
    measured = measure_support(held, ours)
    (after,) = (f for f in made.figures if (f.set, f.verifier) == ("scifact", "after"))
    assert (after.macro_f1, after.said) == (
        measured.likeliest.macro_f1, measured.figures.of("supports").said,
    )  # fmt: skip
    assert ours.identity.startswith("cross-encoder-2@")
    # the precision that each verdict reached is told everywhere
    written = json.loads((out / "verifier.json").read_text())
    reached = {(s.verifier, s.verdict): s.precision for s in made.settled}
    assert len(reached) == 4
    assert reached["cross-encoder", "supports"] == written["precision"]
    assert reached["cross-encoder", "contradicts"] == written["precision_against"]
    card = (out / "README.md").read_text()
    assert parts.leaked == 14  # the sets share their texts
    assert "- leak check: 14 pairs of the literature and of other sets are left out" in card
    figures = json.loads((out / "figures.json").read_text())
    assert {s["precision"] for s in figures["settled"]} == set(reached.values())
    assert figures["learnt"]["command"] == "medlit train verifier …"
    for one in made.settled:
        assert one.line() in said
        assert f"- {one.line()}\n" in card
    assert made.trained is not None
    assert f"- {made.trained.line()}\n" in card
    assert (
        f"| scifact | after | {len(held)} | {after.accuracy:.3f} | {after.macro_f1:.3f} |" in card
    )
    health = {p for p in (*parts.first, *parts.second) if p.source.startswith("healthver")}
    assert f"| healthver | {len(health)} | published for research |" in card
    assert "| evidence | 16 | Evidence Inference 2.0: MIT |" in card
    with pytest.raises(UsageError, match="holds a model already"):
        run(given, out)


def test_killed_twice_a_run_ends_where_it_would_have(given, whole, tiny, tmp_path, monkeypatch):
    out = tmp_path / "out"
    plain = stages._write

    def stops(*rest):
        plain(*rest)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:  # at the first checkpoint
        patch.setattr(stages, "_write", stops)
        with pytest.raises(KeyboardInterrupt):
            run(given, out)
    assert not (out / "verifier.safetensors").exists()
    with monkeypatch.context() as patch:  # trained, killed while it measures
        patch.setattr(verifier_run, "write_card", stopped)
        with pytest.raises(KeyboardInterrupt):
            run(given, out)
    told = Notes()
    with monkeypatch.context() as patch:
        patch.setattr(stages, "_write", stopped)
        made = run(given, out, told)
    assert any("trained already; what is left is to settle and to measure" in n for n in told.said)
    assert made.trained is not None
    assert whole[0].trained is not None
    assert 0 < made.trained.first < made.trained.steps
    assert made.trained.losses == whole[0].trained.losses
    for name in ("verifier.safetensors", "verifier.json", "features.json"):
        assert (out / name).read_bytes() == (whole[0].out / name).read_bytes(), name
    assert made.figures == whole[0].figures
    assert not (out / RUN).exists()


def test_other_data_do_not_go_on_from_a_checkpoint(given, whole, tiny, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(verifier_run, "settle_thresholds", stopped)
        with pytest.raises(KeyboardInterrupt):
            run(given, tmp_path / "out")
    other = (given[0], literature(tmp_path / "more.xml", articles=9))
    with pytest.raises(UsageError, match="holds a run with other data or settings"):
        run(other, tmp_path / "out")


def test_settling_keeps_the_network_and_what_its_card_says_of_it(given, whole, tiny):
    made, _ = whole
    out = made.out
    weights, fitted = (out / "verifier.safetensors").read_bytes(), (out / "verifier.json")
    before = fitted.read_bytes()
    fitted.write_text("{}")
    again = run(given, out, settle=True, command="medlit train verifier --settle")
    assert again.trained is None
    assert again.figures == made.figures
    assert fitted.read_bytes() == before
    assert (out / "verifier.safetensors").read_bytes() == weights
    card = (out / "README.md").read_text()
    assert "fitted anew, by `medlit train verifier --settle`" in card
    assert "    medlit train verifier …\n" in card
    assert f"- {made.trained.line()}\n" in card
    assert "| evidence | 16 |" in card
    assert "- first stage: " in card
    assert again.learnt == made.learnt


def test_a_card_of_another_hand_is_not_written_over(given, tiny, kept):
    (kept / "README.md").write_text("mine")
    told = Notes()
    run(given, kept, told, settle=True)
    assert (kept / "README.md").read_text() == "mine"
    assert any("README.md was written for a network" in note for note in told.said)
    (kept / "README.md").unlink()
    run(given, kept, settle=True)
    card = (kept / "README.md").read_text()
    assert "how the network was trained is not recorded here" in card
    assert "first stage" not in card
    assert "loss.png" not in card
