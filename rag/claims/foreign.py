"""Words of a claim that its evidence does not hold: another drug, another disease, another group.

A network that compares two sentences looks past one changed word ("dasatinib" for "imatinib",
"in adults" for "in children", an item added to a list). Here every content word of the claim must
be in the evidence: as itself, by a common beginning ("diabetes", "diabetic"), by an
abbreviation that the evidence spells out, or by the everyday or medical name of the same thing
(``rag.claims.lay_terms``). Words of relation, degree and study design may differ,
since they are how a sentence is put, not what it is about. A true paraphrase by another noun is
called foreign too: a claim is then not said, though it is true.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.claims.lay_terms import same_thing
from rag.claims.lexicon import STOP, SYNONYMS, content_terms, stem, tokens
from rag.claims.numbers import numbers

_RELATION_WORDS = """
increase decrease reduce lower raise rise elevate improve worsen enhance diminish attenuate
augment boost decline drop fall fewer less more higher greater smaller larger better worse best
most least high low great large small long short strong weak significant marked substantial
considerable modest slight mild severe moderate cause induce trigger lead result produce
contribute mediate associate correlate link relate relation relationship association connection
affect influence impact effect effective efficacy effectiveness efficacious benefit beneficial
help useful work act target inhibit inhibitor block suppress prevent protect protective promote
activate stimulate regulate modulate control treat treatment therapy therapeutic manage management
show demonstrate suggest indicate find found finding report observe observation reveal confirm
support evidence study studies trial analysis data conclude conclusion investigate examine
evaluate assess test measure compare comparison versus determine identify detect patient people
person individual subject participant case group cohort population number rate level amount degree
percentage proportion percent frequency incidence prevalence occurrence risk likelihood chance
probability odds likely unlikely possible able ability capable potential important importance
necessary need require essential present presence absence exist occur appear develop development
involve involvement include contain consist comprise provide give receive take make become remain
keep maintain exhibit display have express expression factor reason mechanism process function
role way type form kind sort part component feature characteristic symptom sign condition disease
disorder syndrome state status outcome response change difference different similar same equal
comparable new novel recent early late first second initial final several many various multiple
single both generally usually often frequently commonly typically mainly primarily especially
particularly specifically significantly time period duration day week month year daily weekly
course dose dosage use usage administration given independent independently respectively relative
overall total average mean additional further also alone protein gene cell tissue molecule agent
drug medication substance compound product activity severity progression production capacity
formation differentiation positive negative active inactive normal abnormal primary secondary
susceptible susceptibility sensitive sensitivity prone resistance poor poorer good prognosis
predict predictor mutation mutant variant variation deficiency deficient disruption loss lack
absent reduced signal signaling pathway receptor ligand enzyme biomarker marker area region site
surface body human clinical medical health healthy care hospital practice physician doctor
clinician event episode rapid rapidly slow slowly dependent must enough sufficient insufficient
participate possess undergo enable allow facilitate drive accelerate delay extend prolong shorten
start begin end stop avoid recommend recommended advise against among following according based
due along via per without within
"""
_RELATIONS = frozenset(_RELATION_WORDS.split())
_GENERAL = frozenset(stem(SYNONYMS.get(w, w)) for w in _RELATIONS) | _RELATIONS
_SHARED = 5
"""Letters of a common beginning by which two words are forms of one: "inhibi-tor", "diabet-ic"."""
_ABBREVIATION = re.compile(r"\b[A-Za-z]{0,3}[A-Z][A-Za-z]{0,2}[A-Z0-9]{1,5}s?\b")


@lru_cache(maxsize=4096)
def foreign(claim: str, evidence: str) -> tuple[str, ...]:
    """Return the content words of a claim that its evidence does not hold, in order.

    Numbers are left to ``rag.claims.numbers``.
    """
    held = content_terms(evidence) | {t for t in tokens(evidence) if t not in STOP}
    stems = {h[:_SHARED] for h in held if len(h) >= _SHARED}
    initials = _initials(evidence)
    strange = []
    for token in tokens(claim):
        terms = content_terms(token)
        if not terms or token in _GENERAL or terms <= _GENERAL or numbers(token):
            continue
        if terms <= held or token in held or (token[:_SHARED] in stems and len(token) >= _SHARED):
            continue
        if token in initials or _spelt_out(token, claim, evidence):
            continue
        strange.append(token)
    known = same_thing(claim, evidence) if strange else frozenset[str]()
    return tuple(dict.fromkeys(t for t in strange if t not in known))


def _initials(text: str) -> frozenset[str]:
    """Return the initials of each two to five neighbouring words."""
    words = [w for w in re.findall(r"[A-Za-z]+", text.lower()) if w not in ("of", "the", "and")]
    return frozenset(
        "".join(w[0] for w in words[i : i + n])
        for n in range(2, 6)
        for i in range(len(words) - n + 1)
    )


def _spelt_out(token: str, claim: str, evidence: str) -> bool:
    """True where the token is a word of a name that the evidence abbreviates."""
    short = {m.group().lower().rstrip("s") for m in _ABBREVIATION.finditer(evidence)}
    words = [w for w in re.findall(r"[A-Za-z]+", claim.lower()) if w not in ("of", "the", "and")]
    for i, word in enumerate(words):
        if word != token:
            continue
        for n in range(2, 6):
            for start in range(max(0, i - n + 1), i + 1):
                if "".join(w[0] for w in words[start : start + n]) in short:
                    return True
    return False
