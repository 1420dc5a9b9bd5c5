# ruff: noqa: E501 - tables of expressions and texts are read by the line
"""Tags and surrogates: consistent, determined by a key, and nothing else of a note changed."""

from __future__ import annotations

import re
import time
from datetime import date
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import UsageError
from rag.privacy.date_shift import shift_date
from rag.privacy.detect import find_identifiers, merge
from rag.privacy.kinds import Identifier
from rag.privacy.people import People
from rag.privacy.stand_ins import StandIns
from rag.privacy.surrogates import Deidentifier, deidentify

KEY = b"sixteen bytes.. "
NOTE = (
    "Patient Name: Anna Testperson\r\nMRN: 00123456\r\nMs. Testperson came on 12/25/2019 and left on "
    "1/3/2020. Mr. A. Testperson called (212) 555-0147. TESTPERSON has Parkinson's disease."
)
PIECES = st.lists(
    st.sampled_from(
        [
            "Mr. Testperson",
            " ",
            "\r\n",
            "12/03/2019",
            "555-0147",
            "BP 120/80",
            "MRN: 12345678",
            "x@y.org",
        ]
    )
    | st.text(max_size=6),
    max_size=14,
).map("".join)


@settings(max_examples=60, deadline=None)
@given(PIECES, st.sampled_from(["tags", "surrogates"]))
def test_all_but_the_identifiers_stays(text, style):
    made = deidentify(text, style, KEY)
    at = new = 0
    for one in made.replacements:
        found = one.identifier
        assert text[found.start : found.end] == found.text
        assert made.text[one.start : one.end] == one.text != found.text
        assert made.text[new : one.start] == text[at : found.start]
        assert made.to_original(one.start) == found.start
        assert made.from_original(found.start) == one.start
        at, new = found.end, one.end
    assert made.text[new:] == text[at:]
    assert made.to_original(len(made.text)) == len(text)


@pytest.mark.parametrize("text", ["\x08W", "She was seen at Memorial General Hospital."])
def test_what_general_words_alone_name_becomes_a_tag(text):
    """A surrogate keeps words such as "hospital" and "west": of these alone nothing would change."""
    (one,) = deidentify(text, "surrogates", KEY).replacements
    assert re.fullmatch(r"\[[A-Z]+-1\]", one.text)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9), st.sampled_from(["name", "date"])))
)
def test_merging_uncovers_nothing(spans):
    text = "abcde fghij 12345 klmno pqrst uvwxyz 0123 x"
    found = [Identifier(a, a + n, kind, text[a : a + n], "test") for a, n, kind in spans]
    merged = merge(text, found)
    covered = {i for one in merged for i in range(one.start, one.end)}
    assert covered >= {i for f in found for i in range(f.start, f.end) if text[i].isalnum()}
    assert all(a.end <= b.start for a, b in pairwise(merged))
    assert all(text[i.start : i.end] == i.text for i in merged)


def test_one_person_has_one_tag_in_all_forms():
    made = deidentify(NOTE)
    names = {
        i.text: r.text
        for i, r in zip(made.identifiers, made.replacements, strict=True)
        if i.kind == "name"
    }
    assert names == dict.fromkeys(
        ["Anna Testperson", "Testperson", "A. Testperson", "TESTPERSON"], "[NAME-1]"
    )
    assert "Parkinson's disease" in made.text


def test_one_person_has_one_surrogate_in_all_forms():
    made = deidentify(NOTE, "surrogates", KEY)
    names = {r.identifier.text: r.text for r in made.replacements if r.identifier.kind == "name"}
    given_name, surname = names["Anna Testperson"].split()
    assert names["Testperson"] == surname
    assert names["TESTPERSON"] == surname.upper()
    assert names["A. Testperson"] == f"{given_name[0]}. {surname}"
    assert "testperson" not in made.text.lower()
    assert "00123456" not in made.text


def test_intervals_and_formats_stay():
    made = deidentify(NOTE, "surrogates", KEY)
    found = re.findall(r"(\d{1,2})/(\d{1,2})/(\d{4})", made.text)
    came, left = (date(int(y), int(m), int(d)) for m, d, y in found)
    assert (left - came).days == 9
    assert came < date(2019, 12, 25)


def test_the_key_determines():
    assert deidentify(NOTE, "surrogates", KEY).text == deidentify(NOTE, "surrogates", KEY).text
    others = {deidentify(NOTE, "surrogates").text for _ in range(4)}
    assert len(others) == 4


def test_notes_of_one_patient_agree():
    patient = Deidentifier()
    first = patient.deidentify("Mr. Karl Mustermann, seen by Dr. Example.")
    second = patient.deidentify("Dr. Example saw Mr. Mustermann.")
    assert first.text == "Mr. [NAME-1], seen by Dr. [NAME-2]."
    assert second.text == "Dr. [NAME-2] saw Mr. [NAME-1]."


def test_tags_that_are_there_keep_their_numbers():
    assert deidentify("[NAME-3] met Mr. Testperson").text == "[NAME-3] met Mr. [NAME-4]"


@pytest.mark.parametrize(
    ("written", "shifted"),
    [
        ("2019-03-12", "2019-01-21"),
        ("03/12/2019", "01/21/2019"),
        ("3/4/19", "1/13/19"),
        ("Tuesday, March 12, 2019", "Monday, January 21, 2019"),
        ("3rd of May '19", "14th of Mar '19"),
        ("12MAR2019", "21JAN2019"),
        ("March 2019", "January 2019"),
        ("20190312", "20190121"),
        ("2019年3月12日", "2019年1月21日"),
        ("March", "January"),
        ("Thanksgiving", None),
        ("31/02/2019", None),
    ],
)
def test_a_date_moves_fifty_days_back_as_it_is_written(written, shifted):
    assert shift_date(written, -50, year=2019, day_first=False) == shifted


def test_a_surrogate_is_never_the_name_itself():
    for name in ("Alex", "Wakefield", "Robin Hathaway", "Kim", "O'Brien", "Smith-Jones"):
        for n in range(20):
            made = deidentify(f"Mr. {name} came.", "surrogates", b"key %d" % n)
            new = made.replacements[0].text.lower()
            assert not set(re.findall(r"\w{3,}", name.lower())) & set(re.findall(r"\w+", new))


def test_a_name_found_once_is_found_everywhere():
    found = find_identifiers(
        "Mr. Parkinson has Parkinson's disease. Parkinson smokes. A rose for Ms. Rose."
    )
    assert [i.text for i in found if i.kind == "name"] == ["Parkinson", "Parkinson", "Rose"]


def test_bad_requests():
    with pytest.raises(UsageError, match="no style"):
        Deidentifier("masks")
    with pytest.raises(UsageError, match="key is empty"):
        Deidentifier("surrogates", b"")


SYLLABLES = ["ba", "ko", "ri", "tu", "le", "mo", "sa", "ni"]
MANY = [f"{a}{b} {c}{d}ton".title() for a, b, c, d in product(SYLLABLES, repeat=4)]


def told_apart(names):
    people = People()
    people.learn(names)
    for name in names:
        first, last = name.split()
        for form in (name, f"{first[0]}. {last[0]}.", f"{first[0]}. {last}"):
            people.who(form)


def replaced(names):
    made = StandIns(KEY)
    for name in names:
        made.name(name.replace(" ", "").title())
        made.name(name[0])


@pytest.mark.parametrize("work", [told_apart, replaced])
def test_time_is_linear_in_the_number_of_people(work):
    """Each of many names, and its initials, is looked up and not searched among the others."""

    def seconds(people):
        start = time.process_time()
        work(MANY[:people])
        return time.process_time() - start

    # quadratic time would be sixteen times as long
    assert seconds(4000) < 9 * seconds(1000) + 0.1
