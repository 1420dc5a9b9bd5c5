"""Lists that ``notes`` draws from: common names, forms of addresses and facilities, clinical words.

They stand in ``note_values.txt``, chosen by hand. They say nothing about which person exists.
"""

from __future__ import annotations

import random
from pathlib import Path

_FILE = Path(__file__).with_name("note_values.txt")


def _read() -> dict[str, tuple[str, ...]]:
    lists: dict[str, tuple[str, ...]] = {}
    name = ""
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            name = line[2:]
            lists[name] = ()
        else:
            lists[name] += tuple(line.split("|"))
    return lists


_LISTS = _read()
ENGLISH_FIRST = _LISTS["ENGLISH_FIRST"]
ENGLISH_LAST = _LISTS["ENGLISH_LAST"]
PREFIXES = _LISTS["PREFIXES"]
SYLLABLES = _LISTS["SYLLABLES"]
KNOWN_CITIES = _LISTS["KNOWN_CITIES"]
TOWN_ENDS = _LISTS["TOWN_ENDS"]
TOWN_STARTS = _LISTS["TOWN_STARTS"]
STREET_WORDS = _LISTS["STREET_WORDS"]
STREET_ENDS = _LISTS["STREET_ENDS"]
STREET_STARTS = _LISTS["STREET_STARTS"]
STATES = _LISTS["STATES"]
COUNTRIES = _LISTS["COUNTRIES"]
SAINTS = _LISTS["SAINTS"]
FACILITY_FORMS = _LISTS["FACILITY_FORMS"]
ORG_FORMS = _LISTS["ORG_FORMS"]
EPONYM_PHRASES = _LISTS["EPONYM_PHRASES"]
BARE = _LISTS["BARE"]
DRUGS = _LISTS["DRUGS"]
DIAGNOSES = _LISTS["DIAGNOSES"]
PROFESSIONS = _LISTS["PROFESSIONS"]
RELATIONS = _LISTS["RELATIONS"]
PROCEDURES = _LISTS["PROCEDURES"]
FACILITIES = {
    "clinic": _LISTS["FACILITY_CLINIC"],
    "nursing": _LISTS["FACILITY_NURSING"],
    "school": _LISTS["FACILITY_SCHOOL"],
    "pharm": _LISTS["FACILITY_PHARM"],
    "shelter": _LISTS["FACILITY_SHELTER"],
    "lab_org": _LISTS["FACILITY_LAB_ORG"],
}


def plain(slot: str, rng: random.Random) -> str:
    """Draw a value that is no name, no address and no facility.

    Raises:
        KeyError: no slot has this name.
    """
    d = rng.randint
    month = rng.choice(
        [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
        ]
    )
    lists = {
        "title": ("Mr.", "Mrs.", "Ms.", "Mr", "Mrs", "Miss", "Ms", "MR.", "MRS.", "Mx."),
        "title_dr": ("Dr.", "Dr", "Doctor", "Prof.", "DR.", "Professor"),
        "sex": ("M", "F", "male", "female", "man", "woman", "Male", "Female"),
        "cred": (
            "MD",
            "M.D.",
            "RN",
            "NP",
            "PA-C",
            "DO",
            "FRCP",
            "PhD",
            "MBBS",
            "LCSW",
            "PharmD",
            "DDS",
            "PT",
        ),
        "poss": ("his", "her", "their"),
        "poss_c": ("His", "Her"),
        "rel": RELATIONS,
        "prof": PROFESSIONS,
        "drug": DRUGS,
        "dx": DIAGNOSES,
        "proc": PROCEDURES,
        "epo": EPONYM_PHRASES,
        "epo_c": EPONYM_PHRASES,
        "bare": BARE,
        "country": COUNTRIES,
        "st": STATES,
    }
    if slot in lists:
        return rng.choice(lists[slot])
    year = d(1950, 2026)
    if slot == "date":
        return rng.choice(
            (
                f"{d(1, 12)}/{d(1, 28)}/{year}",
                f"{year}-0{d(1, 9)}-{d(10, 28)}",
                f"{month} {d(1, 28)}, {year}",
                f"{d(1, 28)} {month[:3]} {year}",
            )
        )
    if slot == "phone":
        area, line = d(200, 999), d(1000, 9999)
        return rng.choice(
            (
                f"({area}) {d(200, 999)}-{line}",
                f"+44 20 {d(1000, 9999)} {line}",
                f"{area}-555-{line}",
            )
        )
    if slot == "Drug":
        return rng.choice(DRUGS).capitalize()
    numbers = {"age": (1, 99), "num": (2, 300), "mrn": (10**5, 10**8)}
    if slot in numbers:
        return str(d(*numbers[slot]))
    return {"time": f"{d(0, 23)}:{d(10, 59)}", "email": f"user{d(1, 99)}@example.org"}[slot]
