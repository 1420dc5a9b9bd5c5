"""Names for findings from the MeSH headings of an index: what its literature is indexed under.

A heading says by itself not whether it is a disease or a drug. NLM's tree does, where it is
given; else the heading's form: a disease's ending or head noun, a drug's stem. What neither
tells is left out, for "Tissue Distribution" is no finding.
"""

from __future__ import annotations

from collections.abc import Iterable

from rag.clinical.drugs import is_stem
from rag.clinical.vocabulary import Concept, Vocabulary, is_disease, vocabulary
from rag.mesh_tree import MeshTree
from rag.types.clinical import FindingKind

_KINDS = {"C": FindingKind.DIAGNOSIS, "F03": FindingKind.DIAGNOSIS, "C23.888": FindingKind.SIGN,
          "D": FindingKind.DRUG, "E02": FindingKind.PROCEDURE, "E04": FindingKind.PROCEDURE}  # fmt: skip
_TOO_WIDE = frozenset(
    "disease syndrome neoplasms infection infections wounds carcinoma adenoma pain inflammation necrosis water oxygen"
    " calcium sodium potassium glucose cholesterol hormones proteins blood".split()
)
_SHORTEST = 5


def heading_vocabulary(headings: Iterable[str], tree: MeshTree | None = None) -> Vocabulary:
    """Return the headings that are diseases, drugs or procedures, and no names of medlit's own.

    Args:
        headings: descriptors, as an index has them ("breast neoplasms", "diabetes mellitus, type 2").
        tree: NLM's tree of them.
    """
    own = vocabulary()
    made = Vocabulary()
    for heading in headings:
        plain = heading.lower()
        if len(plain) < _SHORTEST or plain in _TOO_WIDE:
            continue
        forms = _forms(heading)
        kind = _kind(heading, tree)
        if kind is not None and all(own.names.get(form) is None for form in forms):
            made.add(Concept(kind, heading[:1].upper() + heading[1:]), forms)
    return made


def _forms(heading: str) -> tuple[str, ...]:
    """Return a heading as it is written and as it is said: "pneumonia, viral", "viral pneumonia"."""
    parts = [part.strip() for part in heading.split(",")]
    turned = " ".join(reversed(parts)) if len(parts) == 2 else heading
    return (heading.lower(), turned.lower())


def _kind(heading: str, tree: MeshTree | None) -> FindingKind | None:
    if tree is not None and heading in tree:
        numbers = tree.numbers(heading)
        fitting = [
            k for k in sorted(_KINDS, key=len, reverse=True) for n in numbers if n.startswith(k)
        ]
        return _KINDS[fitting[0]] if fitting else None
    if is_disease(heading.split(",")[0]):
        return FindingKind.DIAGNOSIS
    return FindingKind.DRUG if is_stem(heading) else None
