"""British and American spellings of a word: oedema and edema, tumour and tumor.

The parts are long enough to leave nearly all other words alone ("emit" is not "aemit"). What is
made is only ever searched besides the word itself: a form that nobody writes ("raized") finds
nothing and does no harm.
"""

from __future__ import annotations

import re
from functools import lru_cache

_PAIRS = (
    # Greek ae and oe
    ("anaemi", "anemi"), ("leukaemi", "leukemi"), ("ischaemi", "ischemi"),
    ("glycaemi", "glycemi"), ("septicaemi", "septicemi"), ("bacteraemi", "bacteremi"),
    ("viraemi", "viremi"), ("uraemi", "uremi"), ("toxaemi", "toxemi"), ("lipidaemi", "lipidemi"),
    ("lipaemi", "lipemi"), ("kalaemi", "kalemi"), ("natraemi", "natremi"),
    ("calcaemi", "calcemi"), ("cholesterolaemi", "cholesterolemi"), ("hypoxaemi", "hypoxemi"),
    ("polycythaemi", "polycythemi"), ("thalassaemi", "thalassemi"), ("volaemi", "volemi"),
    ("phosphataemi", "phosphatemi"), ("insulinaemi", "insulinemi"), ("uricaemi", "uricemi"),
    ("haemato", "hemato"), ("haemo", "hemo"), ("haema", "hema"), ("anaesth", "anesth"),
    ("gynaec", "gynec"), ("paediatri", "pediatri"), ("orthopaed", "orthoped"),
    ("faeces", "feces"), ("faecal", "fecal"), ("caecum", "cecum"), ("caecal", "cecal"),
    ("caesarean", "cesarean"), ("aetiolog", "etiolog"), ("praevia", "previa"),
    ("oedema", "edema"), ("oesophag", "esophag"), ("oestr", "estr"), ("foet", "fet"),
    ("rrhoea", "rrhea"), ("pnoea", "pnea"), ("coeliac", "celiac"),
    ("homoeo", "homeo"), ("manoeuvre", "maneuver"),
    # our, re, ise, lling and others
    ("tumour", "tumor"), ("behaviour", "behavior"), ("colour", "color"), ("odour", "odor"),
    ("humour", "humor"), ("labour", "labor"), ("vapour", "vapor"), ("favour", "favor"),
    ("rigour", "rigor"), ("fibre", "fiber"), ("centre", "center"), ("litre", "liter"),
    ("metre", "meter"), ("titre", "titer"), ("goitre", "goiter"), ("isation", "ization"),
    ("ising", "izing"), ("ised", "ized"), ("analyse", "analyze"), ("paralyse", "paralyze"),
    ("sulph", "sulf"), ("counselling", "counseling"), ("labelled", "labeled"),
    ("ageing", "aging"), ("mould", "mold"), ("grey", "gray"),
)  # fmt: skip

_BEGIN = frozenset(("estr", "fet", "hemo", "hema", "hemato", "meter", "esophag"))
"""Parts that other words hold too (chemotherapy, parameter, gastroesophageal): only begin one."""


@lru_cache(maxsize=1)
def _ways() -> tuple[tuple[tuple[re.Pattern[str], str], ...], ...]:
    starts = [r"\b" if american in _BEGIN else "" for _, american in _PAIRS]
    to_american = [(re.compile(s + b), a) for s, (b, a) in zip(starts, _PAIRS, strict=True)]
    to_british = [(re.compile(s + a), b) for s, (b, a) in zip(starts, _PAIRS, strict=True)]
    return tuple(to_american), tuple(to_british)


@lru_cache(maxsize=4096)
def other_spelling(word: str) -> str | None:
    """Return a lower-case word as the other side of the Atlantic writes it, or ``None``.

    A word that has a British part is written the American way, any other the British way.
    """
    for way in _ways():
        made = word
        for pattern, other in way:
            made = pattern.sub(other, made)
        if made != word:
            return made
    return None
