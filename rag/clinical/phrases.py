"""Findings that are made of a part of the body and what is felt or seen there.

"knee pain", "pain in my left knee", "my knee hurts" and "both knees are swollen": no list can
hold them all. The name is put together ("Knee pain") and looked up in the vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.clinical.vocabulary import Concept, Vocabulary
from rag.types.clinical import FindingKind

_PARTS = {
    "abdominal": ("abdomen", "belly", "tummy", "stomach", "abdominal"),
    "chest": ("chest",), "head": ("head",), "neck": ("neck",), "throat": ("throat",), "jaw": ("jaw",),
    "face": ("face", "facial"), "eye": ("eye",), "ear": ("ear",), "nose": ("nose",), "lip": ("lip",),
    "tongue": ("tongue",), "mouth": ("mouth",), "tooth": ("tooth", "teeth"), "gum": ("gum",),
    "shoulder": ("shoulder",), "arm": ("arm", "forearm"), "elbow": ("elbow",), "wrist": ("wrist",),
    "hand": ("hand",), "finger": ("finger", "thumb"), "back": ("back", "lower back", "upper back"),
    "rib": ("rib",), "flank": ("flank",), "groin": ("groin",), "pelvic": ("pelvis", "pelvic"), "hip": ("hip",),
    "buttock": ("buttock",), "thigh": ("thigh",), "leg": ("leg", "lower extremity", "lower extremities"),
    "knee": ("knee",), "calf": ("calf", "calves"), "shin": ("shin",), "ankle": ("ankle",), "heel": ("heel",),
    "foot": ("foot", "feet"), "toe": ("toe",), "joint": ("joint",), "muscle": ("muscle",), "skin": ("skin",),
    "breast": ("breast",), "testicular": ("testicle", "testicular", "testis"), "scrotal": ("scrotum", "scrotal"),
    "vaginal": ("vagina", "vaginal"), "rectal": ("rectum", "rectal"), "uterine": ("uterus", "uterine"),
    "bone": ("bone",), "side": ("side",), "scalp": ("scalp",), "sinus": ("sinus",), "temple": ("temple",),
    "epigastric": ("epigastrium", "epigastric"), "suprapubic": ("suprapubic",), "cheek": ("cheek",),
    "spine": ("spine",), "right lower quadrant": ("right lower quadrant", "rlq"),
    "left lower quadrant": ("left lower quadrant", "llq"), "left upper quadrant": ("left upper quadrant", "luq"),
    "right upper quadrant": ("right upper quadrant", "ruq"),
}  # fmt: skip
_BONES = (
    "femur|femoral|tibia|tibial|fibula|fibular|humerus|humeral|radius|radial|ulna|ulnar|clavicle|scapula|pelvic"
    "|ankle|wrist|hip|rib|skull|nasal|vertebral|spine|finger|toe|metatarsal|metacarpal|orbital|mandible|patella"
    "|patellar|sternal|elbow|foot|hand|leg|arm|shoulder|sacral|facial|scaphoid|calcaneal"
)
_FEELINGS = {
    "pain": "pain|pains|ache|aches|aching|achy|hurt|hurts|hurting|sore|soreness|painful|discomfort|throbbing|pounding",
    "tenderness": "tenderness|tender",
    "swelling": "swelling|swollen|swell|swells|puffy",
    "numbness": "numbness|numb",
    "weakness": "weakness|weak",
    "stiffness": "stiffness|stiff",
    "tingling": "tingling|tingles|tingly",
    "itching": "itching|itchy|itches|itch",
    "redness": "redness|red|erythema|erythematous",
    "rash": "rash|rashes",
    "cramps": "cramps|cramp|cramping",
    "bleeding": "bleeding|bleeds",
    "lump": "lump|lumps|mass",
    "burning": "burning|burns",
}  # fmt: skip
_SEEN = frozenset(("tenderness", "swelling", "redness", "rash", "lump"))
_WHEREVER = frozenset(
    (
        "swelling",
        "numbness",
        "weakness",
        "stiffness",
        "tingling",
        "itching",
        "redness",
        "rash",
        "cramps",
    )
)
"""What literature knows by itself, whatever part of the body has it."""
_PART_OF = {word: part for part, several in _PARTS.items() for word in several}
_PART_OF |= {f"{word}s": part for word, part in list(_PART_OF.items()) if not word.endswith("s")}
_FEELING_OF = {
    word: feeling for feeling, several in _FEELINGS.items() for word in several.split("|")
}


def _any(words: object) -> str:
    return "|".join(sorted(map(str, words), key=len, reverse=True))  # type: ignore[call-overload]


_PART = rf"(?P<part>{_any(_PART_OF)})"
_SIDE = r"(?:(?:the|my|his|her|their|both|left|right|bilateral|upper|lower|one|side of|either|L|R)\s+){0,4}"
_NOUNS = r"pain|pains|aches?|aching|soreness|discomfort|swelling|numbness|weakness|stiffness|tingling|itching|redness|rash|cramps|cramping|bleeding|lump|tenderness|burning|erythema"
_FORMS = (
    re.compile(rf"\b{_PART}\s+(?P<feeling>{_NOUNS})\b", re.IGNORECASE),
    re.compile(
        rf"\b(?P<feeling>{_NOUNS})\s+(?:(?:sensation|feeling)\s+)?(?:in|of|on|over|around|to)\s+{_SIDE}{_PART}\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:my|his|her|both|the|left|right)\s+(?:(?:left|right|whole|entire|lower|upper|both)\s+)*{_PART}\s+"
        r"(?:(?:is|are|feels?|has been|have been|was|were|keeps?|started|really|also|all)\s+){0,3}"
        rf"(?:(?:very|so|really|quite|a bit|getting)\s+)?(?P<feeling>{_any(_FEELING_OF)})\b",
        re.IGNORECASE,
    ),
)
_FRACTURE = re.compile(
    rf"\b(?:distal|proximal|closed|open|displaced|mid-?shaft)?\s?(?P<part>{_BONES})\s+(?:neck\s|shaft\s|head\s|bone\s)?fractures?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A finding that was put together: ``text[start:end]``."""

    start: int
    end: int
    concept: Concept


def find_phrases(text: str, start: int, end: int, vocabulary: Vocabulary) -> Iterator[Phrase]:
    """Yield the findings of the kind above in ``text[start:end]``; they may overlap."""
    for form in _FORMS:
        for match in form.finditer(text, start, end):
            part = _PART_OF[" ".join(match["part"].lower().split())]
            feeling = _FEELING_OF.get(match["feeling"].lower(), "pain")
            # "my skin is red" needs no other; "the left" is no part of the span
            at = match.start("part") if form is _FORMS[2] else match.start()
            yield Phrase(at, match.end(), _concept(part, feeling, vocabulary))
    for match in _FRACTURE.finditer(text, start, end):
        name = f"{match['part'].capitalize()} fracture"
        known = vocabulary.names.get(name)
        at = match.start() + (len(match[0]) - len(match[0].lstrip()))
        yield Phrase(at, match.end(), known or Concept(FindingKind.DIAGNOSIS, name))


def _concept(part: str, feeling: str, vocabulary: Vocabulary) -> Concept:
    name = f"{part.capitalize()} {feeling}"
    known = vocabulary.names.get(name)
    if known is None and feeling in _WHEREVER:
        known = vocabulary.names.get(feeling)
    if known is not None:
        return known
    return Concept(FindingKind.SIGN if feeling in _SEEN else FindingKind.SYMPTOM, name)
