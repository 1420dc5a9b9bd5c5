"""A description as diseases are looked for by it: the patient's findings of now, and their words.

What is denied, of the past, to be watched for, a relative's or of a thing is read, and shown, but
not searched for: "no fever" would bring fevers, "my father has gout" gout.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag.clinical.vocabulary import vocabulary
from rag.clinical.who import Who
from rag.types import Experiencer, Finding, FindingKind, FindingTime

LONGEST = 1500
"""Characters of a description that are searched as they are; of a longer one its findings are."""
ASKED = (FindingKind.SYMPTOM, FindingKind.SIGN)
"""What diseases are looked for by; a record tells of drugs, values and known diagnoses too."""
_CLAUSE = re.compile(
    r"[.;,!?\n]|\b(?:but|and|though|although|however|while|whereas|now)\b", re.IGNORECASE
)
_DENIAL = re.compile(
    r"\b(?:no|not|nor|neither|never|without|none|den(?:y|ies|ied|ying)|\w+n['’]t|free of"
    r"|negative for)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Case:
    """A description, what was read in it, and of whom; ``whole`` is false of a record.

    A record is searched by the names of its findings: its drugs, values and relatives would
    bring diseases of their own.
    """

    description: str
    read: tuple[Finding, ...]
    who: Who
    whole: bool = True

    @property
    def present(self) -> list[Finding]:
        """Symptoms and signs that the patient has now."""
        return [f for f in self.read if _is_now(f) and f.kind in ASKED]

    @property
    def diagnosed(self) -> list[Finding]:
        """Diagnoses that the patient is said to have now."""
        return [f for f in self.read if _is_now(f) and f.kind is FindingKind.DIAGNOSIS]

    @property
    def denied(self) -> list[Finding]:
        """Symptoms and signs that are denied of the patient."""
        return [
            f
            for f in self.read
            if f.negated and f.experiencer is Experiencer.PATIENT and f.kind in ASKED
        ]

    @property
    def query(self) -> str:
        """What is searched for; empty where nothing is present."""
        return self._query(None)

    def query_without(self, name: str) -> str:
        """Return the query without the words of a finding, wherever they were read."""
        return self._query(name)

    def without(self, name: str) -> Case:
        """Return the case as it is without a finding."""
        return replace(self, read=tuple(f for f in self.read if f.name != name))

    def _query(self, left_out: str | None) -> str:
        present = [f for f in self.present if f.name != left_out]
        if not present and left_out is None:
            return ""
        # words for what is told by its number alone
        worded = {f.name for f in present if f.measured is None}
        meant = "; ".join(dict.fromkeys(f.name for f in present if f.name not in worded))
        if self.whole and len(self.description) <= LONGEST:
            now = [f for f in self.read if _is_now(f)]
            spans = [_stretch(self.description, f, now) for f in self.read if not _is_now(f)]
            spans += [(f.start, f.end) for f in self.present if f.name == left_out]
            return "; ".join(filter(None, (_cut(self.description, spans), meant)))
        return "; ".join(dict.fromkeys(f.name for f in present))


def with_fever(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings with a raised temperature of now as the fever that it is.

    The literature is searched by signs: "her temperature is 39.2" names none.
    """
    return tuple(_as_fever(f) if _is_raised(f) and _is_now(f) else f for f in findings)


def _is_raised(finding: Finding) -> bool:
    measured = finding.measured
    return finding.name == "Temperature" and measured is not None and measured.abnormal == "high"


def _as_fever(finding: Finding) -> Finding:
    fever = vocabulary().names.get("Fever")
    assert fever is not None  # it stands in lists/problems.tsv
    return replace(
        finding, kind=fever.kind, name=fever.name, code=fever.code, synonyms=fever.synonyms
    )


def _is_now(finding: Finding) -> bool:
    return finding.holds and finding.time is not FindingTime.PAST


def _stretch(text: str, finding: Finding, now: Sequence[Finding]) -> tuple[int, int]:
    """Return what of a text goes with a finding that is not looked for.

    Of a denied one these are its words and the denial before them; else the clause around it,
    up to findings that are looked for.
    """
    start = max(
        [m.end() for m in _CLAUSE.finditer(text, 0, finding.start)]
        + [f.end for f in now if f.end <= finding.start],
        default=0,
    )
    if finding.negated and finding.experiencer is Experiencer.PATIENT:
        denials = list(_DENIAL.finditer(text, start, finding.start))
        at = denials[-1].start() if denials else finding.start
        if finding.time is not FindingTime.PAST:
            return at, finding.end
    stop = _CLAUSE.search(text, finding.end)
    ends = [f.start for f in now if f.start >= finding.end]
    return start, min([*ends, stop.start() if stop else len(text)])


def _cut(text: str, spans: Iterable[tuple[int, int]]) -> str:
    kept, at = "", 0
    for start, end in sorted(spans):
        if end > at:
            kept += text[at : max(at, start)] + " "
            at = end
    if not at:
        return text
    rest = re.sub(r"\s+", " ", kept + text[at:])
    return re.sub(r"(?:\s*[,;.]){2,}", ",", rest).strip(" ;,.")
