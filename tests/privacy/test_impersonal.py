"""Sure identifiers leave a question before evidence is judged; what it is about stays."""

from __future__ import annotations

import pytest

from rag.privacy.impersonal import impersonal

LEFT_OUT = {
    "Honey for cough in children, SSN 078-05-1120?": "Honey for cough in children, ?",
    "Mr. Ned Testperson, MRN 4471123, coughs. Does honey help?": ", , coughs. Does honey help?",
    "Born on 3 May 1961, tel. 212-555-0147: does honey help?": ", : does honey help?",
    "Patient: Ann Testperson. Honey?": ". Honey?",
}
STAYS = (
    "What is the mechanism of the drug CRT0066101?",
    "As of September 2018, which drugs are approved?",
    "Does A-769662 activate AMPK?",
    "HHV-8 transmission in San Francisco",
    "Is Parkinson's disease treated with Yokukansan?",
    "Honey in NCT01234567 or PMID 12345678",
)


@pytest.mark.parametrize(("question", "rest"), LEFT_OUT.items(), ids=range(len(LEFT_OUT)))
def test_identifiers_go_with_their_labels(question, rest):
    assert impersonal(question) == rest


@pytest.mark.parametrize("question", STAYS)
def test_what_the_literature_may_hold_stays(question):
    assert impersonal(question) == question
