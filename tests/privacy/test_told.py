"""What a turn of phrase gives away: people, places, firms, telephones and numbers told in words."""

from __future__ import annotations

import pytest

from rag.privacy.detect import find_identifiers
from rag.privacy.names_company import WORDS, by_company
from rag.privacy.patterns import structured
from rag.privacy.places import Places

TOLD = """
name|Dear Zorbelina, thank you|Zorbelina
name|Kind regards,\\nQuorvane|Quorvane
name|"It is better," says Quorvane.|Quorvane
name|the signature of Zorbelina Quorvane|Zorbelina Quorvane
address|She grew up in ZORBELMA and moved|ZORBELMA
address|He was born in Quorvaneborg.|Quorvaneborg
facility|The address of Ledgers And Risks is known|Ledgers And Risks
facility|She works for Estately Homes now|Estately Homes
facility|Quickly Done is a small company|Quickly Done
phone|They are not answering at 78 651 450|78 651 450
phone|send messages to 699 956 915 please|699 956 915
phone|655 437 108 office|655 437 108
fax|930 167 379 fax|930 167 379
licence|I lost my driver's license. It's A123 456 789|A123 456 789
licence|X1234567 is her passport number|X1234567
account|my card ends soon, it reads 40001234567|40001234567
"""
STAYS = (
    "She lives in Assisted Living.", "He was moved to ICU.", "She works at Night.", "Dear Sir,",
    "The director of Nursing was told.", "It is a company.", "His counts reach 12 500 000 cells",
    "The policy says that it is 2019.", "answered 10 of 14 questions", "This record is 12345 cells",
    "visited Urgent Care", "born in Germany", "The daughter of Patient 2",
)  # fmt: skip


def by_rules_alone(text):
    """What these rules say; the tagger may take more of a text."""
    return [*structured(text), *by_company(Places(text, WORDS))]


@pytest.mark.parametrize("line", TOLD.strip().splitlines())
def test_it_is_found_whole(line):
    kind, text, value = line.replace("\\n", "\n").split("|")
    assert (kind, value) in {(i.kind, i.text) for i in by_rules_alone(text)}
    covered = {k for i in find_identifiers(text) for k in range(i.start, i.end)}
    assert covered.issuperset(
        k for k in range(text.index(value), text.index(value) + len(value)) if text[k].isalnum()
    )


@pytest.mark.parametrize("text", STAYS)
def test_it_stays(text):
    assert [i.text for i in by_rules_alone(text)] == []
