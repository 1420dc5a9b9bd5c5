"""Ranges and filters as users write them."""

import pytest

from rag.errors import UsageError
from rag.filtering import check, read_filter, read_range
from rag.types import Filter


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        (None, (None, None)),
        ("2015", (2015, 2015)),
        ("2015-", (2015, None)),
        ("-1999", (None, 1999)),
        (" 2010 - 2020 ", (2010, 2020)),
    ],
)
def test_ranges(text, bounds):
    assert read_range(text, "--year", "2015") == bounds


@pytest.mark.parametrize("text", ["", "-", "soon", "2015 2016", "2020-2010", "1-2-3", "20155"])
def test_what_is_no_range(text):
    with pytest.raises(UsageError, match="--year"):
        read_range(text, "--year", "2015")


def test_filters():
    assert read_filter() == Filter()
    assert read_filter(evidence="2-").evidence == (2, 6)
    assert read_filter(evidence="-3").evidence == (1, 3)
    assert read_filter(mesh=["Cough"], year="2015-") == Filter(mesh=("Cough",), year_from=2015)
    with pytest.raises(UsageError, match="levels 1"):
        read_filter(evidence="0-9")


@pytest.mark.parametrize("name", ["publication_types", "mesh", "journals", "languages"])
def test_an_empty_name_is_refused(name):
    with pytest.raises(UsageError, match="is empty"):
        read_filter(**{name: ["  "]})


@pytest.mark.parametrize("name", ["publication_types", "mesh", "journals", "languages"])
@pytest.mark.parametrize("value", ["\udcff", None])
def test_what_is_no_text_is_refused(name, value):
    with pytest.raises(UsageError, match="is none"):
        check(Filter(**{name: ("Lung", value)}))


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (Filter(evidence=2), "range of levels"),
        (Filter(evidence=(3, 1)), "range of levels"),
        (Filter(evidence=(0, 9)), "range of levels"),
        (Filter(evidence=(1,)), "range of levels"),
        (Filter(year_from="2015"), "first and a last"),
        (Filter(year_from=2015.5), "first and a last"),
        (Filter(year_from=2020, year_to=2010), "first and a last"),
        (Filter(year_to=10**30), "first and a last"),
        ({"year_from": 2015}, "rag.Filter, not dict"),
    ],
)
def test_what_no_filter_can_mean_is_refused(filters, said):
    with pytest.raises(UsageError, match=said):
        check(filters)
