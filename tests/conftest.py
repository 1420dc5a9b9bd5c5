"""Fixtures for all tests."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.support import ROOT, FakeEmbedder, Medlit, pubmed_file, pubmed_record

SHARED = ROOT.parent / "shared" / "data"
HERE = Path(__file__).parent

TAKES = {
    "evaluation/test_retrieval_evaluation.py": 48,
    "index/test_killed.py": 32,
    "corpus/test_reading.py": 25,
    "test_benchmark_scripts.py": 25,
    "cli/test_nothing_arrives.py": 19,
    "index/test_index_verify.py": 18,
    "cli/test_commands.py": 16,
    "cli/test_eval_commands.py": 16,
    "cli/test_bad_input.py": 13,
    "cli/test_record_command.py": 13,
    "cli/test_chat.py": 12,
    "cli/test_fetch_and_update.py": 12,
    "training/test_embedder_training.py": 12,
    "test_what_is_refused.py": 11,
    "cli/test_train_commands.py": 11,
    "cli/test_ask_many.py": 10,
    "cli/test_differential_command.py": 10,
    "corpus/test_bioc.py": 9,
    "privacy/test_nothing_leaves.py": 9,
    "cli/test_no_network.py": 8,
    "answering/test_answers_on_bioasq.py": 8,
    "corpus/test_table.py": 8,
    "index/test_filter_conformance.py": 8,
    "test_warm.py": 8,
    "cli/test_eval_answer_commands.py": 7,
    "cli/test_export_commands.py": 7,
    "evaluation/test_perplexity.py": 7,
    "answering/test_hostile.py": 6,
    "cli/test_ask_served.py": 6,
    "corpus/test_ris.py": 6,
    "models/test_embedder_conformance.py": 6,
    "models/test_embedder_equality.py": 6,
    "models/test_generator.py": 6,
    "privacy/test_names.py": 6,
    "training/test_generator_run.py": 6,
    "integrations/test_ray.py": 5,
    "languages/test_chinese.py": 5,
    "training/test_generator_training.py": 5,
}
"""Seconds of processor time of the files that take longest, measured in the default run."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files first that take longest, then those with the most tests.

    Workers get whole files (``--dist loadfile``). A long one that is handed out last leaves the
    other workers without work until it is done.
    """
    gone = [name for name in TAKES if not (HERE / name).is_file()]
    if gone:
        raise pytest.UsageError(f"TAKES in tests/conftest.py names what is gone: {', '.join(gone)}")
    tests = Counter(item.path for item in items)

    def takes(path: Path) -> float:
        return TAKES.get(path.relative_to(HERE).as_posix(), tests[path] / 1000)

    items.sort(key=lambda item: -takes(item.path))  # stable: files stay whole, in their order


@pytest.fixture(scope="session")
def shared_data() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the evaluation data is not beside the checkout (../shared/data)")
    return SHARED


@pytest.fixture
def fake_embedder() -> FakeEmbedder:
    return FakeEmbedder()


ARTICLES = [
    (
        "Community-acquired pneumonia in adults.",
        "Fever and cough are the leading symptoms of community-acquired pneumonia in adults. "
        "Chest radiography confirmed the diagnosis in 212 of 240 patients with fever and cough.",
        ("Review",),
    ),
    (
        "Pertussis in adolescents and adults: a randomized trial of azithromycin.",
        "Pertussis causes a cough that lasts for weeks, usually without fever. "
        "Azithromycin cleared the nasopharynx of Bordetella pertussis in 97% of patients.",
        ("Randomized Controlled Trial",),
    ),
    (
        "Influenza-like illness in general practice.",
        "Patients with influenza present with sudden fever, cough and muscle pain. "
        "Fever and cough together predicted influenza with a sensitivity of 64%.",
        ("Observational Study",),
    ),
    (
        "Metformin and weight in type 2 diabetes.",
        "Metformin reduced body weight by 2.1 kg after one year. "
        "Glycated haemoglobin fell by 1.1% in the metformin group.",
        ("Randomized Controlled Trial",),
    ),
]


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    """A folder with the literature above in ``c.xml`` and its index in ``ix``."""
    folder = tmp_path_factory.mktemp("built")
    records = [
        pubmed_record(100 + i, title, text, types=types, year=2015 + i)
        for i, (title, text, types) in enumerate(ARTICLES)
    ]
    records.append(
        pubmed_record(
            199,
            "Fever and cough cured by magnets.",
            "Magnets cured fever and cough in all patients.",
            types=("Retracted Publication",),
        )
    )
    pubmed_file(folder / "c.xml", *records)
    done = Medlit(folder)("ingest", "c.xml", "--index", "ix")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def medlit(tmp_path) -> Medlit:
    return Medlit(tmp_path)
