"""Who says that a candidate is dangerous stands in the JSON of a differential."""

import pytest

from rag.clinical.diseases import listed
from rag.terminal_differential import differential_to_dict
from rag.types import Candidate, Differential


@pytest.mark.parametrize(
    ("name", "is_dangerous", "source"),
    [
        ("testicular torsion", True, "NHS, Testicle pain"),
        ("Stevens-Johnson syndrome", True, "NHS, Stevens-Johnson syndrome"),
        ("common cold", False, ""),
        ("Zellweger syndrome", False, ""),
    ],
)
def test_the_source_of_a_candidate(name, is_dangerous, source):
    candidate = Candidate(1, name, "", 1.0, 1.0, 3, is_dangerous=is_dangerous)
    shown = differential_to_dict(Differential("", (), (candidate,)))["candidates"][0]
    assert (shown["dangerous"], shown["dangerous_source"]) == (is_dangerous, source)


def test_every_dangerous_name_of_the_list_is_found_by_its_name():
    for disease in listed().values():
        if disease.is_dangerous:
            one = Candidate(1, disease.name, "", 1.0, 1.0, 3, is_dangerous=True)
            shown = differential_to_dict(Differential("", (), (one,)))["candidates"][0]
            assert shown["dangerous_source"] == disease.source
