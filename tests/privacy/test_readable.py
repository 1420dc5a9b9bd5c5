"""What a reader does not see (sorts of hyphens and blanks, hidden signs) hides no identifier."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.privacy.detect import find_identifiers
from rag.privacy.readable import Readable

SEEN = """
call 212\\u2011555\\u20110147 today|212\\u2011555\\u20110147
SSN 078\\u201005\\u20101120|078\\u201005\\u20101120
seen 12\\u204403\\u20442019 again|12\\u204403\\u20442019
mail ann.example\\uff20example.com|ann.example\\uff20example.com
Dr. Exa\\u00admple called|Exa\\u00admple
Dr.\\u2009Example called|Example
Dr. Mu\\u0308ller called|Mu\\u0308ller
on 12.\\u202f3.\\u202f2019 she|12.\\u202f3.\\u202f2019
MRN: 12\\u200b34567 open|12\\u200b34567
Name: Ann Example\\x0cPage 2|Ann Example
"""
ODD = "a1ex -\u00ad\u0301\u0316\u2011\u200b\r\n\uff11"


@pytest.mark.parametrize("line", SEEN.strip().splitlines())
def test_it_is_found_and_taken_whole(line):
    text, value = (part.encode().decode("unicode_escape") for part in line.split("|"))
    found = find_identifiers(text)
    assert value in {i.text for i in found}
    assert all(text[i.start : i.end] == i.text for i in found)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters() | st.sampled_from(ODD), max_size=40))
def test_every_place_leads_back(text):
    seen = Readable(text)
    assert seen.original(0, len(seen.text))[1] == len(text)
    places = [seen.original(i, i + 1) for i in range(len(seen.text))]
    assert all(a < b for a, b in places)
    assert all(before[1] == after[0] for before, after in pairwise(places))
    for character, (a, b) in zip(seen.text, places, strict=True):
        if character.isascii() and character.isalnum():
            assert character == text[a] or 0xFF00 < ord(text[a]) < 0xFF5F, (character, text[a:b])


@pytest.mark.parametrize("unit", ["\u00ad", "e\u0301", "\u200ba", "\r"])
def test_a_long_text_of_odd_signs_is_read_at_once(unit):
    seen = Readable(unit * 200_000)
    assert seen.original(0, len(seen.text))[1] == len(unit) * 200_000
