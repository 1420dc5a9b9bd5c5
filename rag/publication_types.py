"""Publication types: the narrower ones below a type, and both spellings of a name.

A type finds the narrower types too, as ``Clinical Trial[pt]`` does in PubMed, which explodes
publication types as it does headings. The table below holds the study designs and reviews
of categories V02 and V03 of NLM's MeSH tree (https://www.nlm.nih.gov/mesh/pubtypes.html,
https://meshb.nlm.nih.gov/treeView; e.g. Randomized Controlled Trial is V03.175.250.500.500).
Forms of grants (``Research Support, …``) are not in it: name each. Where a MeSH tree file is
given, its whole category V counts as well.
"""

from __future__ import annotations

from rag.text import fold

_BELOW: dict[str, tuple[str, ...]] = {
    "clinical study": ("clinical trial", "observational study"),
    "clinical trial": (
        "adaptive clinical trial",
        "clinical trial, phase i",
        "clinical trial, phase ii",
        "clinical trial, phase iii",
        "clinical trial, phase iv",
        "clinical trial, veterinary",
        "controlled clinical trial",
    ),
    "controlled clinical trial": ("randomized controlled trial",),
    "randomized controlled trial": (
        "equivalence trial",
        "pragmatic clinical trial",
        "randomized controlled trial, veterinary",
    ),
    "clinical trial, veterinary": ("randomized controlled trial, veterinary",),
    "observational study": ("observational study, veterinary",),
    "review": ("systematic review", "scoping review"),
    "meta-analysis": ("network meta-analysis",),
    "guideline": ("practice guideline",),
    "consensus development conference": ("consensus development conference, nih",),
    # one type whose name NLM changed from the plural; older files still have it
    "evaluation study": ("evaluation studies",),
    "evaluation studies": ("evaluation study",),
    "validation study": ("validation studies",),
    "validation studies": ("validation study",),
}
"""Type → the types one step below it, all as ``rag.text.fold`` writes them."""

_BRITISH = (("randomized", "randomised"), ("multicenter", "multicentre"))


def narrower(name: str) -> frozenset[str]:
    """Return a type with all below it, folded, in American and British spelling."""
    found: set[str] = set()
    waiting = [american(name)]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += _BELOW.get(one, ())
    return frozenset(spelling for one in found for spelling in spellings(one))


def american(name: str) -> str:
    """Return a type folded, as NLM spells it (``randomized``)."""
    name = fold(name)
    for there, here in _BRITISH:
        name = name.replace(here, there)
    return name


def spellings(name: str) -> frozenset[str]:
    """Return a type folded, in NLM's spelling and in the British one that other sources have."""
    there = british = american(name)
    for word, other in _BRITISH:
        british = british.replace(word, other)
    return frozenset((there, british))
