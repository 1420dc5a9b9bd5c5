from __future__ import annotations

import csv
import gzip
import io
import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.corpus import mimic
from rag.corpus.note_sections import note_sections
from rag.types import Article, Deletion, Reject
from tests.corpus.readers import check_sound, mutated, mutations, records, slowly

COLUMNS = [
    "ROW_ID",
    "SUBJECT_ID",
    "HADM_ID",
    "CHARTDATE",
    "CHARTTIME",
    "STORETIME",
    "CATEGORY",
    "DESCRIPTION",
    "CGID",
    "ISERROR",
    "TEXT",
]

NOTE = """Admission Date:  [**2151-7-16**]       Discharge Date:  [**2151-8-4**]

Service: MEDICINE

Chief Complaint:
cough

HISTORY OF PRESENT ILLNESS:  An invented patient with a "long" story that was typed at
a width of about seventy characters, so that it goes on and on for several lines.
He was well.

Medications on Admission:
1. Inventin 81 mg
2. Fictol 10 mg that was continued for a long time without any trouble at all
   and more words
____________________________
Pertinent Results:
[**2151-7-16**] WBC-12.3
[**2151-7-17**] WBC-9.3
HCT: 40

Followup Instructions:
"""


def row(n, text=NOTE, **fields):
    cells = {
        "ROW_ID": n,
        "SUBJECT_ID": 7,
        "HADM_ID": 70,
        "CHARTDATE": "2151-08-04",
        "CATEGORY": "Discharge summary ",
        "DESCRIPTION": "Report",
        "TEXT": text,
    }
    return cells | fields


def table(*rows, columns=COLUMNS, quoting=csv.QUOTE_NONNUMERIC, end="\n"):
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, quoting=quoting, lineterminator=end, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def test_every_field_of_a_note(write):
    (a,) = check_sound(mimic, write("NOTEEVENTS.csv", table(row(5))))
    assert isinstance(a, Article)
    assert (a.id, a.title) == ("note:5", "Discharge summary: Report")
    assert (a.subject, a.encounter, a.language) == ("7", "70", "eng")
    assert (a.publication_date, a.year, a.revised) == ("2151-08-04", None, "")
    assert [(s.label, s.text) for s in a.sections] == [
        ("Admission Date", "[**2151-7-16**] Discharge Date: [**2151-8-4**]"),
        ("Service", "MEDICINE"),
        ("Chief Complaint", "cough"),
        (
            "HISTORY OF PRESENT ILLNESS",
            'An invented patient with a "long" story that was typed at a width of about seventy '
            "characters, so that it goes on and on for several lines. He was well.",
        ),
        ("Medications on Admission", "1. Inventin 81 mg"),
        (
            "Medications on Admission",
            "2. Fictol 10 mg that was continued for a long time without any trouble at all "
            "and more words",
        ),
        ("Pertinent Results", "[**2151-7-16**] WBC-12.3"),
        ("Pertinent Results", "[**2151-7-17**] WBC-9.3"),
        ("Pertinent Results", "HCT: 40"),
        ("", "Followup Instructions"),
    ]


def test_a_year_that_can_be_true_is_read(write):
    (a,) = records(mimic, write("n.csv", table(row(1, CHARTDATE="2009-01-02 00:00:00"))))
    assert (a.publication_date, a.year) == ("2009-01-02", 2009)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC])
@pytest.mark.parametrize("order", [COLUMNS, COLUMNS[::-1], [c.lower() for c in COLUMNS]])
def test_any_order_case_quoting_and_line_end(write, end, quoting, order):
    rows = [row(n, HADM_ID="") for n in (1, 2, 3)]
    rows = [{name: r.get(name.upper(), "") for name in order} for r in rows]
    path = write("n.csv.gz", table(*rows, columns=order, quoting=quoting, end=end), compress=True)
    found = check_sound(mimic, path)
    assert [r.id for r in found] == ["note:1", "note:2", "note:3"]
    assert {len(r.sections) for r in found} == {10}
    assert {r.encounter for r in found} == {""}


def test_mimic_iv(write):
    columns = [
        "note_id",
        "subject_id",
        "hadm_id",
        "note_type",
        "note_seq",
        "charttime",
        "storetime",
        "text",
    ]
    cells = {
        "note_id": "7-DS-1",
        "subject_id": "7",
        "hadm_id": "70.0",
        "note_type": "DS",
        "charttime": "2151-08-04 10:00:00",
        "text": "Sex:   F\n \nAllergies: \nnone",
    }
    path = write("discharge.csv", table(cells, columns=columns, quoting=csv.QUOTE_MINIMAL))
    (a,) = check_sound(mimic, path)
    assert (a.id, a.title, a.encounter) == ("note:7-DS-1", "Discharge summary", "70")
    assert [(s.label, s.text) for s in a.sections] == [("Sex", "F"), ("Allergies", "none")]


def test_a_note_in_error_is_a_deletion(write):
    found = check_sound(mimic, write("n.csv", table(row(1), row(2, ISERROR="1"), row(3))))
    assert [type(r) for r in found] == [Article, Deletion, Article]
    assert found[1].id == "note:2"


SECRET = "Zebedee Secretname"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (f'2,7,70,"{SECRET}"\n', "cells and not 11"),
        (f'2,7,70,,,,,,,,"{SECRET}",more\n', "12 cells and not 11"),
        (f'{SECRET},7,70,,,,,,,,"text"\n', "does not start a row"),
        (f'2,{SECRET},70,,,,,,,,"text"\n', "does not start a row"),
        (f'2,7,{SECRET},,,,,,,,"text"\n', "patient or the admission"),
        ('2,7,70,,,,,,,," \n "\n', "has no text"),
        (f'2,7,70,,,,,,,,"an open quote\n{SECRET}\n', "never closed"),
        (f'2,7,70,,,,,,,,"a "stray" quote\n{SECRET}\n"\n', "quotes of the row do not match"),
        (f'2,7,70,,,,,,,,"a "stray quote\n{SECRET}\nand more, 1, 2\n"\n', "quotes of the row"),
        (f"{SECRET}\n{SECRET}, again\n", "does not start a row"),
    ],
)
def test_a_bad_row_is_a_reject_without_a_word_of_it(write, bad, reason):
    first, last = (table(row(n)).partition("\n")[2] for n in (1, 3))
    path = write("b.csv", ",".join(COLUMNS) + "\n" + first + bad + last)
    found = check_sound(mimic, path)
    assert [getattr(r, "id", "reject") for r in found] == ["note:1", "reject", "note:3"]
    assert isinstance(found[1], Reject)
    assert reason in found[1].reason
    assert found[1].excerpt == ""
    assert not any(word in repr(found[1]) for word in SECRET.split())


def test_an_endless_quote_and_an_endless_line_stay_small(write, monkeypatch):
    monkeypatch.setattr(mimic, "LIMIT", 1 << 20)
    head, good = table(row(1)).partition("\n")[::2]
    endless = '2,7,70,,,,,,,,"' + "words of a note\n" * (1 << 17)
    found = check_sound(mimic, write("e.csv", head + "\n" + endless + good))
    assert [type(r) for r in found] == [Reject, Article]
    assert "longer than 1 MiB" in found[0].reason
    (last,) = check_sound(mimic, write("e.csv", head + '\n2,7,70,,,,,,,,"open'))
    assert last.reason == "a quote is never closed"


def test_long_notes(write):
    (a,) = records(mimic, write("l.csv", table(row(1, "word " * 100_000))))
    assert len(a.sections[0].text) == 499_999


def test_broken_and_headless(write):
    whole = table(*(row(n) for n in range(500))).encode()
    *articles, last = check_sound(mimic, write("c.gz", gzip.compress(whole)[:-200]))
    assert len(articles) > 100
    assert (last.cut, last.excerpt) == (True, "")
    assert last.reason == f"gzip stream ends early after {len(articles)} records"
    (found,) = check_sound(mimic, write("h.csv", f"a,b,c\n1,2,{SECRET}\n"))
    assert "does not name the columns" in found.reason
    assert SECRET not in repr(found)


def test_latin_1(write):
    path = write("l.csv", table(row(1, "Café")).encode("latin-1"))
    assert records(mimic, path)[0].sections[0].text == "Café"


def test_sniff():
    assert mimic.sniff(table(row(1)).encode())
    assert mimic.sniff(b"\xef\xbb\xbfnote_id,subject_id,text\r\n")
    for other in (b"", b"PMID,Title\n", b"row_id,text\n", b"x" * 70_000):
        assert not mimic.sniff(other)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("no heading", [("", "no heading")]),
        ("Plan:", [("", "Plan")]),
        ("Plan:\nHospital Course:\nok", [("", "Plan"), ("Hospital Course", "ok")]),
        ("IMPRESSION: Normal.", [("IMPRESSION", "Normal.")]),
        ("impression: normal", [("impression", "normal")]),
        ("Vitals at 10:30 were fine", [("", "Vitals at 10:30 were fine")]),
        ("WBC: 12\nHct: 40", [("", "WBC: 12"), ("", "Hct: 40")]),
        ("- one\n- two", [("", "- one"), ("", "- two")]),
        ("=====\nx\n-----", [("", "x")]),
    ],
)
def test_sections_of_notes(text, parts):
    assert [(s.label, s.text) for s in note_sections(text)] == parts


@settings(max_examples=300, deadline=2000)
@given(
    st.lists(
        st.one_of(
            st.text(alphabet="Aab :.\n-*_1", max_size=90),
            st.sampled_from(["Plan:\n", "HISTORY OF PAIN: it ", "\n\n", "w" * 70 + "\n", "1. "]),
        ),
        max_size=12,
    ).map("".join)
)
def test_no_word_of_a_note_is_lost(text):
    said = "".join(c for s in note_sections(text) for c in s.label + s.text if c.isalnum())
    at = 0
    for word in re.findall(r"[^\W_]+", text):
        at = said.find(word, at) + len(word)
        assert at >= len(word)


@settings(
    max_examples=150, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=mutations([b'"', b'""', b",", b"\n", b"\r", b"\0", b'"\n', b'1,2,3,,,,,,,,"']))
def test_mutated_bytes_never_raise(write, changes):
    data = table(row(1, SECRET), row(2), row(3, SECRET + "\n, x", ISERROR="1")).encode()
    for record in check_sound(mimic, write("m", mutated(data, changes))):
        assert not isinstance(record, Reject) or (
            record.excerpt == "" and SECRET not in repr(record)
        )


@pytest.mark.parametrize("size", [1, 13, 900])
def test_records_are_the_same_whatever_the_chunks(write, size):
    path = write("c.csv", table(row(1), row(2)))
    assert slowly(mimic, path, size) == records(mimic, path)


def test_throughput(write):
    path = write("t.csv", table(*(row(n, NOTE + "More words of it.\n" * 20) for n in range(4000))))
    started = time.monotonic()
    assert len(records(mimic, path)) == 4000
    assert time.monotonic() - started < 4  # 1,000 a second even where the machine is busy
