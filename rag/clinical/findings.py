"""Symptoms and signs in a description or a note, with what the words around them say.

Names come from ``symptoms.tsv``. Negation, family, past and condition are read after ConText
(Harkema, Dowling, Thornblade & Chapman, J Biomed Inform 2009, doi:10.1016/j.jbi.2009.05.002): a
cue acts from where it stands to the end of its sentence or to a word that ends its scope. Doses,
laboratory values and vital signs are not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from rag.text import sentences
from rag.types import Experiencer, Finding, FindingKind, FindingTime

_NEGATION = re.compile(
    r"\b(?:no|not|without|denies|denied|deny|denying|never|nor|neither|absence of|absent|negative for|free of"
    r"|don['’]?t have|doesn['’]?t have|didn['’]?t have|haven['’]?t|hasn['’]?t|isn['’]?t|aren['’]?t|rules? out|ruled out)\b",
    re.IGNORECASE,
)  # fmt: skip
_PSEUDO = re.compile(
    r"\b(?:not only|no (?:change|increase|relief|improvement)|not (?:sure|certain|going away|improving|getting better))\b",
    re.I,
)
_AFTER = re.compile(
    r"^(?:[^,.;]{0,25}?\b(?:was|were|is|are|has been) (?:ruled out|absent|denied|not present|negative)|\s*: (?:no|none|absent|negative)|\s*-? ?negative)\b",
    re.I,
)
_FAMILY = re.compile(
    r"\b(?P<who>mother|father|mom|mum|dad|brother|sister|aunt|uncle|grand(?:mother|father)|cousin|family)\b",
    re.IGNORECASE,
)
_IS_PATIENT = re.compile(
    r"\bmy (?:son|daughter|child|baby|husband|wife|partner|boy|girl)\b", re.IGNORECASE
)
_PAST = re.compile(
    r"\b(?:history of|h/o|previous(?:ly)?|in the past|years? ago|last year|used to|had been|as a child|past medical history|status post|s/p)\b",
    re.I,
)
_CONDITION = re.compile(
    r"\b(?:if|should|in case of|return for|call (?:us )?(?:for|if)|watch for|monitor for|risk of|prevent(?:ion of)?|to rule out|in the event of)\b",
    re.I,
)
_DOUBT = re.compile(
    r"\b(?:possibl[ey]|probabl[ey]|maybe|perhaps|suspect\w*|likely|questionable|might|may|could be|concern(?:ing)? for|\?)",
    re.I,
)
_ENDS = re.compile(
    r"\b(?:but|however|although|though|except|yet|still|now|which|who|because|since|presents?|presenting|complains?|reports?|developed|and (?:i|he|she|they|has|have|had|now)\b)|;",
    re.I,
)
_DURATION = re.compile(
    r"\b(?:for|since|over|during|past|last)\s+(?:the\s+(?:past|last)\s+)?(?:about\s+|at least\s+)?(?:(?:an?|one|two|three|four|five|six|seven|ten|several|few"
    r"|a few|a couple of|\d+)\s+(?:hours?|days?|weeks?|months?|years?)|yesterday|this morning|last (?:night|week|month))\b"
    r"|\b\d+[- ](?:hour|day|week|month|year)s?\s+(?:history|of)\b",
    re.IGNORECASE,
)  # fmt: skip
_BARE = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class _Name:
    preferred: str
    code: str


@lru_cache(maxsize=1)
def _vocabulary() -> tuple[dict[str, _Name], re.Pattern[str]]:
    names: dict[str, _Name] = {}
    text = files("rag.clinical").joinpath("symptoms.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        preferred, others, code = (*line.split("\t"), "", "")[:3]
        for name in [preferred, *(o.strip() for o in others.split(";"))]:
            if _BARE.search(name):
                names.setdefault(name.lower(), _Name(preferred, code.strip()))
    longest = sorted(names, key=lambda n: (-len(n), n))
    words = "|".join(re.escape(n).replace(r"\ ", r"\s+").replace("'", "['’]?") for n in longest)
    return names, re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


def find_findings(text: str) -> tuple[Finding, ...]:
    """Return the symptoms and signs that a text names, in its order.

    ``text[f.start:f.end] == f.text`` for every finding.
    """
    names, pattern = _vocabulary()
    out = []
    for start, end in sentences(text):
        sentence = text[start:end]
        for match in pattern.finditer(sentence):
            said = re.sub(r"\s+", " ", match.group().lower().replace("’", "'"))
            known = names.get(said) or names.get(said.replace("cant", "can't"))
            if known is None:
                continue
            before, after = sentence[: match.start()], sentence[match.end() :]
            near = _ENDS.split(before)[-1] if _ENDS.search(before) else before
            who = _FAMILY.search(near)
            family = who is not None and not _IS_PATIENT.search(sentence)
            told = _DURATION.search(after) or _DURATION.search(before)
            out.append(
                Finding(
                    kind=FindingKind.SYMPTOM,
                    name=known.preferred,
                    text=match.group(),
                    start=start + match.start(),
                    end=start + match.end(),
                    code=known.code,
                    negated=_is_negated(near, after),
                    uncertain=bool(_DOUBT.search(near)),
                    experiencer=Experiencer.FAMILY if family else Experiencer.PATIENT,
                    relative=who["who"].lower() if who and family else "",
                    time=_time(near, after),
                    duration=told.group() if told else "",
                )
            )
    return tuple(out)


def _is_negated(before: str, after: str) -> bool:
    return bool(_NEGATION.search(_PSEUDO.sub(" ", before)) or _AFTER.match(after))


def _time(before: str, after: str) -> FindingTime:
    if _CONDITION.search(before):
        return FindingTime.CONDITIONAL
    if _PAST.search(before) or re.match(
        r"[^,.;]{0,20}\b(?:years? ago|in the past|as a child)\b", after, re.I
    ):
        return FindingTime.PAST
    return FindingTime.PRESENT
