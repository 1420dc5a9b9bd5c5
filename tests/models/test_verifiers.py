"""One suite for every verifier, and what each has of its own, with tiny models."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
from tiny_models import bert

from rag.claims.features import COSINES, RULES, read_pair
from rag.errors import ModelError
from rag.models import verifier_cross
from rag.models.device import Device, choose
from rag.models.evidence_windows import decisive, windows
from rag.models.fetch import LocalModel
from rag.models.verifier import Judgement, load_verifier
from rag.models.verifier_cross import LOGITS, CrossEncoder, CrossEncoderVerifier
from rag.models.verifier_features import (
    LABELS,
    FeatureVerifier,
    Regression,
    feature_rows,
    judgements,
    read_regression,
)
from rag.models.verifier_nli import label_columns, load_nli
from tests.support import FakeEmbedder

CPU = Device("cpu", "float32", "")
PAIRS = [
    ("Aspirin lowers heart risk.", "Aspirin lowered the risk of heart pain."),
    ("Aspirin lowers heart risk.", "Aspirin did not lower the risk."),
    ("Fever is a risk.", "The vaccine was given to children."),
    ("Fever is a risk.", "The trial of the vaccine in adults with fever and cough. " * 20),
    ("", ""),
]


def weights(names, seed=0, threshold=0.5, against=0.5):
    rng = np.random.default_rng(seed)
    k = len(names)
    return Regression(
        "tiny-1", tuple(names), np.zeros(k), np.ones(k), rng.normal(size=(3, k)),
        rng.normal(size=3), threshold, against,
    )  # fmt: skip


def nli(folder):
    bert(folder, labels=3)
    config = json.loads((folder / "config.json").read_text())
    config["id2label"] = {"0": "CONTRADICTION", "1": "ENTAILMENT", "2": "NEUTRAL"}
    config["label2id"] = {"CONTRADICTION": 0, "ENTAILMENT": 1, "NEUTRAL": 2}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def changed(folder, base):
    """Weights in the form that training ships: the upper layer and a head, fp16."""
    import torch
    from safetensors.torch import load_file, save_file

    torch.manual_seed(9)
    body = load_file(base / "model.safetensors")
    upper = {
        name: (value + 0.1 * torch.randn_like(value)).half()
        for name, value in body.items()
        if name.startswith("encoder.layer.1.")
    }
    head = {"head.weight": torch.randn(3, 64).half(), "head.bias": torch.randn(3).half()}
    save_file(upper | head, folder / "verifier.safetensors")
    return folder / "verifier.safetensors"


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return bert(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module", params=["features", "cross-encoder", "nli"])
def verifier(request, tmp_path_factory, base):
    if request.param == "features":
        made = FeatureVerifier(FakeEmbedder(), weights((*RULES, *COSINES)))
    elif request.param == "nli":
        made = load_nli(str(nli(tmp_path_factory.mktemp("nli"))), "cpu")
    else:
        changes = changed(tmp_path_factory.mktemp("changes"), base)
        made = CrossEncoderVerifier(CrossEncoder(base, changes, CPU), weights(LOGITS))
    yield made
    made.close()


def test_one_judgement_a_pair_in_order(verifier):
    found = verifier.judge(PAIRS)
    assert len(found) == len(PAIRS)
    again = verifier.judge(PAIRS[::-1])[::-1]
    for one, other in zip(found, again, strict=True):
        assert one.verdict == other.verdict
        assert one.supports == pytest.approx(other.supports, abs=1e-4)
        assert one.contradicts == pytest.approx(other.contradicts, abs=1e-4)


def test_a_pair_is_judged_by_itself(verifier):
    whole = verifier.judge(PAIRS)
    for pair, judgement in zip(PAIRS, whole, strict=True):
        (alone,) = verifier.judge([pair])
        assert alone.supports == pytest.approx(judgement.supports, abs=1e-4)


def test_probabilities_and_verdicts_agree(verifier):
    for one in verifier.judge(PAIRS):
        assert one.supports + one.contradicts <= 1 + 1e-5
        assert one.unclear == pytest.approx(max(0, 1 - one.supports - one.contradicts))
        if one.verdict == "supports":
            assert one.supports >= verifier.threshold
            assert one.likeliest == "supports" or one.supports < 0.5
        assert one.reason


def test_nothing_gives_nothing(verifier):
    assert verifier.judge([]) == []


def test_names_what_it_is(verifier):
    assert verifier.identity
    assert 0 < verifier.threshold < 1


def test_cross_encoder_equals_transformers(base, tmp_path):
    """The shipped form (base, changed layers, head) computes what transformers computes."""
    import torch
    from safetensors.torch import load_file
    from transformers import AutoModel, AutoTokenizer

    file = changed(tmp_path, base)
    mine = CrossEncoder(base, file, CPU)
    pairs = [p for p in PAIRS if 0 < len(p[1]) < 200]
    tensors = {k: v.float() for k, v in load_file(file).items()}
    model = AutoModel.from_pretrained(base)
    model.load_state_dict({k: v for k, v in tensors.items() if "head" not in k}, strict=False)
    model.eval()
    tokenizer = AutoTokenizer.from_pretrained(base)
    for pair, logits in zip(pairs, mine.logits(pairs), strict=True):
        given = tokenizer(*pair, return_tensors="pt", return_token_type_ids=True)
        with torch.inference_mode():
            states = model(**given).last_hidden_state[0]
            both = torch.cat([states[0], states.mean(dim=0)])
            wanted = tensors["head.weight"] @ both + tensors["head.bias"]
        np.testing.assert_allclose(logits, wanted.numpy(), atol=2e-3)


def test_a_folder_that_training_made_is_a_verifier(base, tmp_path, monkeypatch):
    monkeypatch.setattr(verifier_cross, "resolve", lambda _spec: LocalModel(base, None, "tiny"))
    file = changed(tmp_path, base)
    with pytest.raises(ModelError, match=r"verifier\.json cannot be read .* or train it again"):
        load_verifier(str(tmp_path), "cpu")
    told = {"name": "tiny-1", "names": LOGITS, "mean": [0] * 3, "scale": [1] * 3,
            "intercept": [0] * 3, "coefficients": np.eye(3).tolist(), "threshold": 0.25,
            "against": 0.75}  # fmt: skip
    (tmp_path / "verifier.json").write_text(json.dumps(told))
    found = load_verifier(str(tmp_path), "cpu")
    assert found.identity == f"tiny-1@{hashlib.sha256(file.read_bytes()).hexdigest()[:8]}"
    assert found.threshold == 0.25
    logits = CrossEncoder(base, file, choose("cpu")).logits(PAIRS[:1])[0]
    odds = np.exp(logits) / np.exp(logits).sum()
    assert found.judge(PAIRS[:1])[0].supports == pytest.approx(odds[0], abs=1e-5)


def test_inference_reads_the_labels_by_name(tmp_path):
    """Whatever the order of the model's outputs: entailment is support."""
    import torch
    from transformers import AutoTokenizer, BertForSequenceClassification

    folder = nli(tmp_path)
    found = load_nli(str(folder), "cpu").judge(PAIRS[:3])
    model = BertForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    for (claim, evidence), judgement in zip(PAIRS[:3], found, strict=True):
        given = tokenizer(evidence, claim, return_tensors="pt", return_token_type_ids=True)
        with torch.inference_mode():
            odds = torch.softmax(model(**given).logits[0], dim=0)
        assert judgement.supports == pytest.approx(float(odds[1]), abs=1e-4)
        assert judgement.contradicts == pytest.approx(float(odds[0]), abs=1e-4)


def test_a_changed_number_is_never_supported():
    sure = Regression(
        "sure", LOGITS, np.zeros(3), np.ones(3), np.zeros((3, 3)), np.array([9.0, 0, 0]), 0.5, 0.5
    )
    rows = np.zeros((2, 3))
    claim = "Risk fell by 12%."
    pairs = [(claim, "The risk fell by 12%."), (claim, "The risk fell by 21%.")]
    one, two = judgements(sure, rows, pairs, [read_pair(*p) for p in pairs])
    assert (one.verdict, two.verdict) == ("supports", "unclear")
    assert two.reason == "numbers are not in the passage: 12 %"
    assert two.supports == one.supports > 0.9


def test_other_labels_are_no_inference(tmp_path):
    with pytest.raises(ModelError, match="must be entailment, contradiction and neutral"):
        label_columns(bert(tmp_path, labels=3))
    with pytest.raises(ModelError, match="no verifier"):
        load_nli("minilm")


def test_regression_by_hand():
    two = Regression(
        "r", ("a", "b"), np.array([1.0, 0.0]), np.array([2.0, 1.0]),
        np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), np.array([0.0, 0.0, 0.5]), 0.6, 0.7,
    )  # fmt: skip
    (odds,) = two.probabilities(np.array([[5.0, 1.0]]))
    powers = np.exp([2.0, 1.0, 0.5])
    np.testing.assert_allclose(odds, powers / powers.sum())
    assert two.verdict(0.6, 0.3) == "supports"
    assert two.verdict(0.59, 0.3) == "unclear"
    assert two.verdict(0.2, 0.7) == "contradicts"
    assert two.verdict(0.3, 0.69) == "unclear"


def test_weights_of_other_features_are_refused(tmp_path):
    path = tmp_path / "w.json"
    path.write_text(json.dumps({"name": "x"}))
    with pytest.raises(ModelError, match="cannot be read"):
        read_regression(path, ("a",))
    zero = {"name": "x", "names": ["b"], "mean": [0], "scale": [1], "intercept": [0, 0, 0],
            "coefficients": [[0], [0], [0]], "threshold": 0.5, "against": 0.5}  # fmt: skip
    path.write_text(json.dumps(zero))
    with pytest.raises(ModelError, match="other features"):
        read_regression(path, ("a",))
    assert read_regression(path, ("b",)).names == ("b",)
    with pytest.raises(ModelError, match="cannot be read"):
        read_regression(tmp_path / "none.json", ("a",))


def test_rows_of_features_embed_each_text_once():
    embedder = FakeEmbedder()
    pairs = [("a cough", "a cough and fever"), ("a cough", "a cough and fever")]
    rows = feature_rows(pairs, [read_pair(*p) for p in pairs], embedder)
    assert rows.shape == (2, len(RULES) + len(COSINES))
    assert embedder.texts_embedded == 2


def test_windows_cover_the_text_and_keep_the_budget():
    text = " ".join(f"Sentence number {i} stands here." for i in range(30))

    def words(t):
        return len(t.split())

    runs = windows(text, 23, words)
    assert all(words(run) <= 23 for run in runs)
    assert all(run in text for run in runs)
    for i in range(29):
        both = f"Sentence number {i} stands here. Sentence number {i + 1} stands here."
        assert any(both in run for run in runs), i
    assert windows("Short.", 23, words) == ["Short."]
    assert windows("word " * 50, 23, words) == [("word " * 50).strip()]


def test_the_part_that_says_most_decides():
    assert decisive([(0.1, 0.2), (0.6, 0.1), (0.1, 0.7)]) == 2
    assert decisive([(0.5, 0.1), (0.1, 0.5)]) == 0


def test_labels_are_in_the_order_of_the_weights():
    assert LABELS == ("supports", "contradicts", "unclear")
    assert Judgement("unclear", 0.2, 0.3).likeliest == "unclear"
    assert Judgement("unclear", 0.5, 0.3).likeliest == "supports"


def test_unknown_names_say_what_there_is():
    with pytest.raises(ModelError, match="no model 'nonsense'"):
        load_verifier("nonsense")
