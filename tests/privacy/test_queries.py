"""Queries to PubMed and Europe PMC: refused with an identifier, whole without one."""

from __future__ import annotations

from datetime import date

import pytest

from rag.errors import PrivacyError
from rag.fetching import fetch_query
from rag.privacy import Redacted
from rag.privacy.redacted import redact_query
from rag.progress import Silent

SSN = "078-05-1120"
KEPT = (
    "pertussis in adults",
    '("Whooping Cough"[mh] OR pertussis) AND adult[mh]',
    "Sample X[au] AND 2015/01/01:2020/12/31[dp]",
    "(Mr. Sample Writer[au]) AND fever",
    'AUTH:"Mr. Sample Writer" AND fever',
    "FIRST_PDATE:[2015-01-01 TO 2020-12-31] AND cough",
    'JOURNAL:"Journal of Tests" cough',
    "CPR 2015:2020[dp] AND case reports[pt]",
    "9780306406157[isbn] OR R01 HL123456[gr] OR 0372351[jid]",
)
REFUSED = (
    f"fever SSN {SSN}",
    f"fever[mh] AND {SSN}",
    f"{SSN}[tiab]",
    f"fever AND ({SSN})",
    "Mr. Sample Person AND fever[mh]",
    'AUTH:"Sample X" AND Mr. Sample Person',
    f"fever {SSN[:3]}\u200b{SSN[3:]}",
    f"Person SSN {SSN} pneumonia[mh]",
    f"{SSN}[pmid]",
    "Person MRN 4471123 pneumonia[tiab] AND fever[mh]",
    "ann.person@example.org[ad]",
)


@pytest.mark.parametrize("query", KEPT)
def test_a_query_of_the_literature_stays(query):
    made = redact_query(query)
    assert isinstance(made, Redacted)
    assert made.text == query


@pytest.mark.parametrize("query", REFUSED)
def test_a_query_with_an_identifier_is_refused_without_repeating_it(query):
    with pytest.raises(PrivacyError) as refused:
        redact_query(query)
    assert "identifier (" in str(refused.value)
    assert "\n" not in str(refused.value)
    for part in (SSN, "Person"):
        assert part not in str(refused.value)


def test_fetching_takes_only_redacted(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDLIT_OFFLINE", "1")
    with pytest.raises(TypeError, match="only a Redacted may leave"):
        fetch_query("pubmed-query", "fever", tmp_path / "x", 1, date(2020, 1, 1), Silent())
    assert not list(tmp_path.iterdir())
    with pytest.raises(TypeError, match="takes a str"):
        redact_query(None)
