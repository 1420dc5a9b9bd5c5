"""Pairs by hand: which are read from which data, and which are left out."""

from __future__ import annotations

import gzip
import json

import pytest

from rag.errors import EvaluationError, UsageError
from rag.evaluation import read_set
from rag.progress import Silent
from rag.training.answer_sources import read_sources
from rag.training.embedder_run import EmbedderData, prepare
from rag.training.leaks import HeldOut
from rag.training.negatives import mine
from rag.training.overlap import Overlaps, normal, runs
from rag.training.sources import conclusions_of, read_pairs
from rag.training.text_pairs import (
    TextPair,
    at_most,
    own_name,
    set_apart,
    spread_over_sources,
    usable,
    without_duplicates,
)
from rag.training.verifier import collect
from tests.support import pubmed_file, pubmed_record

LONG = (
    "Zinc lozenges shortened the common cold by two days in ninety adults who took them within a "
    "day of the first symptoms, and two of them had nausea."
)


def pair(query="What shortens colds?", passage=LONG, source="pairs", group=None, article=None):
    return TextPair(query, passage, source, group or query, article or own_name(passage))


def lines(path, rows):
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return path


def test_runs_are_of_five_words_and_do_not_see_case_or_signs():
    assert len(runs("one two three four five six")) == 2
    assert runs("One, two three; four FIVE!") == runs("one two three four five")
    assert runs("one two") == runs("One TWO")
    assert runs("...") == frozenset()
    assert normal("A  (b)-C.") == "a b c"


def test_the_share_is_of_the_shorter_text():
    seen = Overlaps()
    seen.add(LONG)
    assert seen.holds(LONG.upper())
    assert seen.nearest(LONG) == 1.0
    assert seen.nearest(" ".join(LONG.split()[:14])) == 1.0  # a part of it
    assert seen.nearest(f"{LONG} {' '.join(f'w{i}' for i in range(200))}") == 1.0
    assert seen.nearest(" ".join(f"w{i}" for i in range(30))) == 0.0
    assert seen.nearest("Zinc lozenges shortened the common cold") == 0.0  # too short to tell


def test_near_duplicates_and_unusable_pairs_are_left_out():
    near = LONG.replace("Zinc lozenges", "Lozenges of zinc")
    other = "Iron was given to forty children with anaemia for a year and none of them had nausea."
    pairs = [pair(), pair("Do lozenges help?", near), pair("Is iron of use?", other)]
    assert [p.passage for p in without_duplicates(pairs)] == [LONG, other]
    assert usable([pair("Zinc?"), pair(LONG, LONG)]) == []


def test_a_part_of_a_long_text_is_found_in_a_sample_of_its_runs():
    """Long texts keep a fourth of their runs, short ones all: the two are compared alike."""
    words = [f"w{i}" for i in range(400)]
    seen = Overlaps(4)
    seen.add(" ".join(words))
    parts = [" ".join(words[at : at + 24]) for at in range(0, 376, 20)]
    assert sum(seen.nearest(p) >= 0.8 for p in parts) >= len(parts) - 2
    others = [" ".join(f"v{i}" if i % 6 == 0 else f"w{i}" for i in range(at, at + 24))
              for at in range(0, 376, 20)]  # fmt: skip
    assert sum(seen.nearest(p) >= 0.8 for p in others) <= 2  # a fifth of their runs is in it


def test_each_question_and_each_source_gets_its_share():
    many = [pair("q q q", f"passage number {i}", "literature") for i in range(50)]
    few = [pair("r r r", f"text number {i}", "bioasq") for i in range(5)]
    assert len(at_most(many, 3)) == 3
    chosen = spread_over_sources([*many, *few], 20)
    assert [p.source for p in chosen].count("bioasq") == 5
    assert len(chosen) == 20
    assert spread_over_sources(few, None) == few


def test_a_group_is_never_parted():
    pairs = [pair(f"question {i} x", f"passage {i} {j}", group=f"g{i}") for i in range(300)
             for j in range(2)]  # fmt: skip
    learn, measure = set_apart(pairs, 0.1)
    assert {p.group for p in learn}.isdisjoint(p.group for p in measure)
    assert 0.03 < len(measure) / len(pairs) < 0.2
    assert set_apart(list(reversed(pairs)), 0.1)[1] == list(reversed(measure))


def test_a_question_that_is_trained_on_is_not_measured_with():
    """One claim with evidence of two articles: both are on the same side, whatever their names."""
    pairs = [pair(f"claim {i} x", f"evidence {i} {j}", group=f"text:{i}:{j}") for i in range(300)
             for j in range(2)]  # fmt: skip
    learn, measure = set_apart(pairs, 0.3)
    assert {p.query for p in learn}.isdisjoint(p.query for p in measure)
    assert len(learn) + len(measure) == 600
    assert len(measure) > 20


@pytest.fixture
def held(tmp_path):
    folder = tmp_path / "held"
    (folder / "qrels").mkdir(parents=True)
    lines(folder / "corpus.jsonl", [
        {"_id": "d1", "title": "Zinc for colds", "text": LONG},
        {"_id": "d2", "title": "Not relevant", "text": "Iron in forty children " * 9},
    ])  # fmt: skip
    asked = "What is the effect of zinc lozenges on the common cold in adults?"
    lines(folder / "queries.jsonl", [{"_id": "q1", "text": asked}])
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n")
    return read_set(folder)


def test_what_leaks_is_left_out_and_counted(held):
    kept, report = HeldOut([held]).without_leaks([
        pair("zinc for COLDS", "something else entirely was found"),  # hash of a title
        pair("x y z", LONG),  # hash of a document
        pair("So what is the effect of zinc lozenges on the common cold in adults?", "a b c"),
        pair("x y z", " ".join(LONG.split()[3:20])),  # a part of a relevant document
        pair(" ".join(LONG.split()[3:20]), "Zinc did help."),  # a section of it asks
        pair("Is iron good?", "Iron in forty children " * 9),  # no relevant document
    ])  # fmt: skip
    assert [p.query for p in kept] == ["Is iron good?"]
    assert (report.by_hash, report.by_query, report.by_passage) == (2, 1, 2)
    assert (report.checked, report.queries, report.documents) == (6, 1, 1)
    assert "held (test)" in report.line()
    assert HeldOut([held]).holds(" ".join(LONG.split()[3:20]))
    assert not HeldOut([held]).holds("Iron in forty children " * 9)
    assert "nothing to check against" in HeldOut([]).without_leaks([])[1].line()


STRUCTURED = (
    "<Abstract><AbstractText Label='OBJECTIVE'>To see whether zinc shortens colds.</AbstractText>"
    "<AbstractText Label='CONCLUSIONS'>Zinc shortened colds by two days.</AbstractText></Abstract>"
)


def test_literature_gives_titles_and_sections(tmp_path):
    records = [
        pubmed_record(1, "Does zinc shorten colds?", "@").replace(
            "<Abstract><AbstractText>@</AbstractText></Abstract>", STRUCTURED
        ),
        pubmed_record(2, "No abstract here"),
        pubmed_record(3, "Gone.", "It was withdrawn.", types=("Retracted Publication",)),
    ]
    file = pubmed_file(tmp_path / "a.xml", *records)
    one, two = read_pairs(file)
    assert (one.query, one.source, one.article) == (
        "Does zinc shorten colds?", "literature", "pmid:1",
    )  # fmt: skip
    assert one.passage.startswith("To see whether")
    assert one.passage.endswith("two days.")
    assert (two.query, two.passage, two.source) == (
        "To see whether zinc shortens colds.", "Zinc shortened colds by two days.", "sections",
    )  # fmt: skip
    assert one.group == two.group
    assert conclusions_of(file) == {"pmid:1": "Zinc shortened colds by two days."}


def test_a_translated_title_has_no_brackets(tmp_path):
    titles = ("[Does zinc help?].", "[Zinc for colds]", "Zinc for colds [corrected]", "Of zinc.")
    records = [pubmed_record(i, title, LONG) for i, title in enumerate(titles, 1)]
    pairs = read_pairs(pubmed_file(tmp_path / "a.xml", *records))
    assert [p.query for p in pairs] == [
        "Does zinc help?", "Zinc for colds", "Zinc for colds [corrected]", "Of zinc.",
    ]  # fmt: skip


def test_an_index_gives_the_same_as_its_literature(tmp_path, fake_embedder):
    from rag.index.builder import ingest

    file = pubmed_file(tmp_path / "a.xml", pubmed_record(1, "Zinc and colds", "It was short."))
    ingest([file], tmp_path / "ix", fake_embedder)
    assert read_pairs(tmp_path / "ix") == read_pairs(file)


def test_rows_are_known_by_their_fields(tmp_path):
    asked = {"id": "1", "batch": "7B1", "type": "summary", "question": "What is zinc for?",
             "snippets": [{"pmid": "9", "text": "Zinc is for colds."}], "pmids": ["9"],
             "ideal_answer": ["For colds."]}  # fmt: skip
    file = lines(tmp_path / "q.jsonl", [asked, asked | {"id": "2", "batch": "9B1"}])
    assert len(read_pairs(file)) == 2
    (one,) = read_pairs(file, batches=("7B", "8B"))
    assert one == TextPair(
        "What is zinc for?", "Zinc is for colds.", "bioasq", "bioasq:1", "pmid:9"
    )
    file = lines(tmp_path / "c.jsonl", [
        {"claim": "Zinc helps.", "evidence": "It did help.", "label": "Supports"},
        {"claim": "Zinc harms.", "evidence": "It did not.", "label": "Refutes"},
    ])  # fmt: skip
    assert [p.query for p in read_pairs(file)] == ["Zinc helps."]
    effect = {"intervention": "zinc", "outcome": "colds", "comparator": "placebo",
              "evidence": ["Short.", "Colds were shorter."], "pmcid": "PMC1"}  # fmt: skip
    (one,) = read_pairs(lines(tmp_path / "e.jsonl", [effect]))
    assert one.query == "effect of zinc on colds compared with placebo"
    assert one.passage == "Colds were shorter."
    (one,) = read_pairs(lines(tmp_path / "p.jsonl", [{"query": "a b c", "passage": "d e f"}]))
    assert (one.query, one.passage, one.source) == ("a b c", "d e f", "pairs")


def test_what_cannot_be_read_is_said_for_what_it_is(tmp_path):
    file = lines(tmp_path / "q.jsonl", [{"question": "What is zinc?", "answer": "A metal."}])
    with pytest.raises(UsageError, match="in no known format; --data takes literature"):
        read_pairs(file)
    file.write_text('{"query": "a b c", "passage": "d e f"}\n{"query": "a\n')
    with pytest.raises(EvaluationError, match=r"line 2 is no object of JSON"):
        read_pairs(file)
    asked = {"id": "1", "batch": "7B1", "type": "summary", "question": "What is zinc for?",
             "snippets": [], "pmids": [], "ideal_answer": ["For colds."]}  # fmt: skip
    with pytest.raises(UsageError, match="no question of batch 9B, but of 7B1"):
        read_pairs(lines(file, [asked]), batches=("9B",))
    with pytest.raises(UsageError, match="holds no answers to learn from"):
        read_sources(lines(file, [{"query": "a b c", "passage": "d e f"}]))


def test_claims_of_scifact_and_the_training_split_of_a_set(tmp_path, held):
    folder = tmp_path / "scifact"
    folder.mkdir()
    with gzip.open(folder / "corpus.jsonl.gz", "wt") as out:
        out.write(json.dumps({"_id": "1", "metadata": {"sentences": ["A b.", "Zinc works."]}}))
    mark = {"doc_id": "1", "label": "SUPPORT", "sentences": [1]}
    claim = {"id": "7", "claim": "Zinc is good.", "evidence": [mark], "cited_doc_ids": ["1"]}
    with gzip.open(folder / "claims.jsonl.gz", "wt") as out:
        out.write(json.dumps(claim))
    (one,) = read_pairs(folder)
    assert (one.query, one.passage) == ("Zinc is good.", "Zinc works.")
    for packed in list(folder.iterdir()):
        packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
        packed.unlink()
    assert read_pairs(folder) == [one]
    with pytest.raises(UsageError, match="no split 'train' to train on, but test"):
        read_pairs(held.folder)
    (one,) = read_pairs(held.folder, split="test")
    assert one.passage == f"Zinc for colds {LONG}"


def test_too_few_pairs_are_told_with_what_to_do(tmp_path):
    rows = [{"query": f"What is {i}?", "passage": f"It is the number {i}."} for i in range(40)]
    file = lines(tmp_path / "p.jsonl", rows)
    data = EmbedderData((file,), limit=16, apart=0.5)
    with pytest.raises(
        UsageError, match=r"pairs are left to train on; raise --limit \(at least 16"
    ):
        prepare(data, HeldOut([]), 7, Silent())
    lines(file, rows[:10])
    with pytest.raises(UsageError, match=r"pairs are left to train on; give more --data"):
        prepare(data, HeldOut([]), 7, Silent())


def test_notes_and_missing_files_are_refused(tmp_path, fake_embedder):
    from rag.errors import CorpusError
    from rag.index.builder import ingest

    with pytest.raises(UsageError, match="is not there"):
        read_pairs(tmp_path / "nowhere")
    notes = tmp_path / "notes.csv"
    notes.write_text(
        "note_id,subject_id,hadm_id,note_type,note_seq,charttime,storetime,text\n"
        '1-DS-1,1,2,DS,1,2020-01-01 00:00:00,2020-01-01 00:00:00,"Fever and cough for a week."\n'
    )
    with pytest.raises(CorpusError, match="clinical notes"):
        read_pairs(notes)
    ingest([notes], tmp_path / "ix", fake_embedder)
    with pytest.raises(UsageError, match="clinical notes"):
        read_pairs(tmp_path / "ix")
    # a hard negative is trained on too
    with pytest.raises(UsageError, match="clinical notes"):
        mine([pair()], fake_embedder, Silent(), tmp_path / "ix")
    with pytest.raises(CorpusError, match="clinical notes"):
        collect(tmp_path, notes)
