"""Is this "Wilson" a person or a disease? The words around a clinical eponym decide.

A title, a credential or a first name before it make it a person; a clinical head after it
("Wilson disease", "Baker's cyst"), or an eponym that stands alone ("Foley in place"), make it a
term. Knows the eponyms of ``vocabulary`` only.
"""

from __future__ import annotations

import re

from rag.privacy.vocabulary import BARE_EPONYMS, CLINICAL_HEADS, EPONYMS, TITLES, fold

_WORD = re.compile(r"[^\W\d_]+")
_AFTER = re.compile(
    r"(?:[’'´`]?s?[’']?)(?:[ \t]*[-–/]|[ \t]+(?:and|or)[ \t]+|[ \t]+)[^\W\d_]+"
    r"(?:[’']s)?(?:(?:[ \t]*[-–]|[ \t]+)[^\W\d_]+(?:[’']s)?){0,2}"
)
_TITLE_BEFORE = re.compile(r"(?:\b([^\W\d_]+)\.?[ \t]{1,2})$")
_COMPOUND = re.compile(
    r"(?i)(?:guillain-barr[eé]|lambert-eaton|swan-ganz|reed-sternberg|epstein-barr|jackson-pratt"
    r"|wolff-parkinson-white|stevens-johnson|creutzfeldt-jakob|brown-s[eé]quard|child-pugh|budd-chiari"
    r"|mallory-weiss|zollinger-ellison|cheyne-stokes|kaplan-meier|dix-hallpike|tay-sachs|ehlers-danlos"
    r"|charcot-marie-tooth|roux-en-y|peutz-jeghers|ziehl-neelsen|henoch-sch[oö]nlein|salter-harris"
    r"|austin-moore|hill-sachs|osgood-schlatter|prader-willi|von willebrand|von hippel|lou gehrig"
    r"|west nile|factor v leiden|leiden|janz|ann arbor|legg-calv[eé]-perthes|churg-strauss)(?:[’']s)?$"
)
_PLAIN_TITLES = TITLES - EPONYMS
_WITHIN = frozenset({"coma", "cell", "type", "body", "joint"}) | CLINICAL_HEADS
_WHOLE = re.compile(r"[^\W\d_]{1,20}-(?:[^\W\d_]{1,20}-)?$")
_REST = re.compile(r"(?:-[^\W\d_]{1,20}){1,2}")
_WINDOW = 80


def is_term(text: str, start: int, end: int, *, alone: bool = True) -> bool:
    """Say whether ``text[start:end]``, taken for a name, is a clinical term.

    Args:
        text: the whole text; no more than 80 characters on each side are looked at.
        start: where the supposed name begins.
        end: where it ends.
        alone: whether an eponym may be a term without a clinical word behind it; in the note of
            a Mr. Parkinson "Parkinson smokes" is about him.
    """
    whole = _WHOLE.search(text[max(0, start - _WINDOW) : start])
    left = start - len(whole[0]) if whole else start
    rest = _REST.match(text[end : end + _WINDOW])
    if _COMPOUND.match(text[left : end + (rest.end() if rest else 0)]):
        return True
    words = [fold(w) for w in _WORD.findall(text[start:end])]
    words = [w for w in words if w != "s"]
    if not words or (words[0] in _PLAIN_TITLES and len(words) > 1):
        return False
    head_inside = words[-1] in CLINICAL_HEADS and len(words) > 1
    core = words[:-1] if head_inside else words
    # "Kaplan-Meier", "Roux-en-Y": every longer word is an eponym
    if not any(w in EPONYMS for w in core) or not all(
        w in EPONYMS or w in BARE_EPONYMS or w in _WITHIN or len(w) < 3 for w in core
    ):
        return False
    before = _TITLE_BEFORE.search(text[max(0, start - _WINDOW) : start])
    if before and fold(before[1]) in TITLES:
        return False
    if head_inside:
        return True
    after = _AFTER.match(text[end : end + _WINDOW])
    if after:
        following = [fold(w) for w in _WORD.findall(after[0]) if w != "s"][:3]
        for word in following:
            if word in CLINICAL_HEADS:
                return True
            if word not in EPONYMS and word not in ("and", "or", "coma", "type", "cell"):
                break
    return alone and len(core) == 1 and core[0] in BARE_EPONYMS
