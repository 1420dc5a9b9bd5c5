"""What no likeness of words or vectors may outweigh: reasons why a text cannot support a claim.

A trained verifier is blind to what these rules count: a changed number, another gene, drug or
group, doubt on one side, mice for people, the opposite direction, another time or dose, all
where the text says some. A veto only ever takes a support back; the probabilities stay as they
are.
"""

from __future__ import annotations

from rag.claims.features import Reading
from rag.claims.foreign import foreign
from rag.claims.guards import doubtful, other_species, other_time, stronger_link, wider
from rag.claims.lay_terms import same_thing
from rag.claims.lexicon import content_terms, identifiers


def veto(claim: str, evidence: str, reading: Reading) -> str:
    """Return why ``evidence`` cannot support ``claim``, or "".

    ``reading`` is ``read_pair(claim, evidence)``.
    """
    if reading.absent:
        return f"numbers are not in the passage: {', '.join(reading.absent)}"
    names = {n for n in identifiers(claim) if any(c.isdigit() for c in n)}
    names -= identifiers(evidence) | content_terms(evidence)
    if names and (strange := names - same_thing(claim, evidence)):
        return f"names are not in the passage: {', '.join(sorted(strange))}"
    if strange_words := foreign(claim, evidence):
        return f"words are not in the passage: {', '.join(strange_words)}"
    if reading.agreement.swapped:
        return "the passage compares the other way round"
    if reading.agreement.direction < 0:
        return "the passage says the opposite direction"
    if stronger := stronger_link(claim, reading.sentence):
        return stronger
    if doubtful(claim, reading.sentence):
        return "the passage says it with doubt, the statement without"
    return (
        other_species(claim, reading.sentence)
        or other_time(claim, evidence)
        or wider(claim, reading.sentence)
    )
