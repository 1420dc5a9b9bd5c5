"""What a question wants named: a gene, a drug, a disease …, how many, and by which noun it asks.

The noun is the one after "which", "what", "list" or "name", up to the first verb or preposition;
where there is none the verb tells ("used for", "target"). A name is held against the type by its
form alone: endings of drugs and diseases, capitals and digits of genes and of software, the two
words of a species. No dictionary: a name without any form fits no type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag.answering.fitness import CONDITION
from rag.claims.lexicon import content_terms

Type = Literal[
    "gene", "drug", "disease", "organism", "tool", "cell", "company", "chromosome", "year",
    "place", "variant", "process", "",
]  # fmt: skip

_ASKS = re.compile(r"\b(?:which|what|list|name|mention|give|provide|enumerate)\b", re.IGNORECASE)
_SKIP = re.compile(
    r"^(?:(?:is|are|was|were|be|one|two|three|four|five|six|seven|some|several|all|any|available|me"
    r"|main|major|most|common|current|currently|potential|known|the|a|an|of|these|following|other"
    r"|types?|kinds?|names?|classes|examples?|list|group|number|\d+|[a-z-]+ed|novel|new|human"
    r"|first|second)\s+)+",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\s(?:is|are|was|were|am|be|been|can|could|should|will|would|may|might|do|does|did|has|have|had"
    r"|of|in|for|to|on|with|from|by|at|that|which|who|as|into|after|before|during|under|about|among"
    r"|and|or|within|against|between|when|used|using|associated|caused|involved|included|called"
    r"|known|based|\w+ed|\w+ing|causes?|targets?|encodes?|leads?|affects?|regulates?|produces?"
    r"|controls?|binds?|inhibits?|forms?|comprises?|constitutes?|contains?|secretes?|mature)\b"
)
_NUMBERS = {"two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_NO_MOLECULE = re.compile(
    r"\b(?:risk|predisposing|prognostic|precipitating|environmental|protective|lifestyle)"
    r" factors?\b",
    re.IGNORECASE,
)
"""Factors of any type: an age, a habit, a disease."""
_COUNT = re.compile(
    r"\b(?:which|what|list|name|mention|the|are|main)\s+(?:the\s+|are\s+)*"
    r"(two|three|four|five|six|seven|[2-9])\b(?!-)",
    re.IGNORECASE,
)
_NOUNS: tuple[tuple[Type, str], ...] = (
    ("variant", r"mutations?|variants?|polymorphisms?|snps?|alleles?"),
    ("chromosome", r"chromosomes?|chromosomal|locus|loci"),
    ("drug", r"drugs?|antibod(?:y|ies)|medications?|medicines?|inhibitors?|agents?|antagonists?"
     r"|agonists?|vaccines?|treatments?|therap(?:y|ies)|compounds?|antibiotics?|substances?|mimetics?"
     r"|trade ?names?|blockers?|toxins?|chemicals?|supplements?|vitamins?|statins?|adjuvants?"),
    ("tool", r"tools?|algorithms?|databases?|software|packages?|methods?|frameworks?|resources?"
     r"|servers?|programs?|editors?|engines?|librar(?:y|ies)|projects?|scores?|pipelines?|platforms?"),
    ("cell", r"cells?|tissues?|organs?|lymphocytes?|organelles?|compartments?|body"),
    ("company", r"compan(?:y|ies)|manufacturers?"),
    ("organism", r"bacteri\w+|species|organisms?|virus(?:es)?|pathogens?|plants?|parasites?"
     r"|vectors?|fung\w+|microorganisms?|microbes?|animals?|worms?|strains?|genus|genera"),
    ("disease", r"diseases?|syndromes?|disorders?|cancers?|conditions?|malignanc\w+|indications?"
     r"|infections?|symptoms?|complications?|signs?|effects?|events?|tumou?rs?|manifestations?"
     r"|diagnos[ei]s|triad|neoplasms?|features?|phenotypes?|illness\w*|defects?|intoxication"),
    ("process", r"pathways?|process(?:es)?|mechanisms?|functions?|procedures?|techniques?"),
    ("gene", r"genes?|proteins?|enzymes?|receptors?|kinases?|molecules?|targets?|cytokines?"
     r"|markers?|biomarkers?|\w*rnas?|mir\w*|factors?|ligands?|antigens?|complex(?:es)?|subunits?|channels?"
     r"|integrins?|hormones?|domains?|peptides?|adipokines?|interleukins?|transporters?|oncogenes?"
     r"|histones?|peptidases?|proteases?|isoforms?|partners?|substrates?|components?|elements?"),
    ("year", r"years?|dates?"),
    ("place", r"countr(?:y|ies)|states?|continents?|cit(?:y|ies)"),
)  # fmt: skip
_TYPES = tuple(
    (kind, re.compile(rf"(?:\w*-)?(?:{words})$", re.IGNORECASE)) for kind, words in _NOUNS
)
_BY_VERB: tuple[tuple[Type, re.Pattern[str]], ...] = (
    ("year", re.compile(r"^when\b", re.IGNORECASE)),
    ("gene", re.compile(r"\b(?:targets?|inhibits?|binds?|targeted by|inhibited by)\b", re.I)),
    (
        "disease",
        re.compile(r"\b(?:used for|indicated|indication|treats?|treated|diagnosed)\b", re.I),
    ),
)
_DRUG = re.compile(
    r"\w{3,}(?:mab|nib|ib|olol|pril|artan|statin|vir|azole|mycin|cillin|floxacin|cycline|gliptin"
    r"|gliflozin|glutide|setron|triptan|tidine|prazole|parin|xaban|gatran|platin|taxel|rubicin"
    r"|vudine|citabine|barbital|azepam|zepine|caine|profen|dipine|cept|kinra|ase|ide|ine|one|ate|ol"
    r"|cin|zumab|limus|relix|grel|stat|fene|dronate|ast)s?(?: \w+)?$|[®™]|vaccine$|^vitamin|acid$",
    re.IGNORECASE,
)
_FORMS: dict[Type, re.Pattern[str]] = {
    "gene": re.compile(
        r"^(?:[A-Za-z]*(?:[A-Z]{2,}|[A-Z]+\d|\d[A-Z])[\w/-]*|[A-Z][a-z]+\d+\w?|p\d\d|(?:mi|let|si|lnc)\w*-\S+)$"
        r"|(?:\w{3,}(?:ase|in|gen|kine)|receptors?|factor|kinases?|protein|transporter|channel|ligand)s?"
        r"(?: (?:\w|\d|α|β|γ|δ|κ|alpha|beta|gamma|[IVX]+|\d+\w?|[\w-]{1,3}))?$"
    ),
    "drug": _DRUG,
    "disease": re.compile(
        rf"{CONDITION.pattern}|\b\w+(?:algia|ism|plegia|trophy|pnea|rrhea|rrhage|uria|philia|penia"
        r"|edema|ectasia|plasia|sis|tension|lepsy|cytosis)\b|disorders?$|failure$|deficienc\w+$|loss$"
        r"|pain$|fever$|seizures?|infarction|(?:carcin|lymph|sarc|myel|gli|blast)oma|leuk\w+|tumou?rs?$"
        r"|cancers?$|anomal\w+$|delay$|disabilit\w+$|retardation$|defects?$",
        re.IGNORECASE,
    ),
    "organism": re.compile(
        r"^[A-Z][a-z]{3,} (?:[a-z]{4,}|spp?\.?)$|virus(?:es)?(?: \w+)?$|^[A-Z]\. [a-z]{4,}$"
        r"|^[A-Z][a-z]+(?:ella|coccus|bacter|bacillus|myces|plasma|monas|ium|ia|us)$"
    ),
    "tool": re.compile(
        r"^(?:[A-Za-z]*[a-z][A-Z]\w*|[A-Z]{2,}[\w-]*|[A-Z]\w*-?[A-Z]\w*|[A-Z][a-z]+\d*)"
        r"(?: [A-Z\d][\w.]*)*$"
    ),
    "cell": re.compile(
        r"cells?$|cytes?$|phages?$|blasts?$|phils?$|\b(?:brain|liver|kidneys?|heart|skin|lungs?|muscles?"
        r"|stomach|intestin\w+|colon|pancreas|spleen|bone|marrow|blood|placenta|testis|ovary|retina|eyes?"
        r"|ear|thymus|thyroid|adipose tissue|cortex|hippocampus|hypothalamus|tissues?|nucleus"
        r"|cytoplasm|membranes?|mitochondria\w*|glands?|neurons?|endothelium|epitheli\w+|bladder|prostate)$",
        re.IGNORECASE,
    ),
    "company": re.compile(
        r"\b(?:Inc|Ltd|Pharma\w*|Therapeutics|Biotech\w*|GmbH|AG|Corp\w*|Laboratories|Sciences|Bio\w+)\b"
        r"|^[A-Z][a-z]+(?:[ -][A-Z]\w+)*$"
    ),
    "chromosome": re.compile(r"^(?:\d{1,2}|[XY])(?:[pq][\d.pq-]*)?$|chromosome", re.IGNORECASE),
    "year": re.compile(r"^(?:19|20)\d\d$"),
    "place": re.compile(r"^[A-Z][a-z]+(?: [A-Z][a-z]+)*$"),
    "variant": re.compile(
        r"^[cpgm]\.\S+$|^[A-Z]\d{2,}[A-Z*]$|^rs\d+$|mutations?$|deletion$|[A-Z]\d{3}"
    ),
    "process": re.compile(
        r"(?:tion|sis|pathway|signalling|signaling|metabolism|repair|response|cycle|lysis|phagy)$"
    ),
}  # fmt: skip
_STRONG: dict[Type, re.Pattern[str]] = {
    "disease": re.compile(
        r"(?:itis|oma|emia|pathy|syndrome|disease|cancer|infection|disorder|deficiency)s?$", re.I
    ),
    "drug": re.compile(r"\w{3,}(?:mab|nib|olol|pril|artan|statin|vir|azole|mycin|cillin)s?$", re.I),
    "cell": re.compile(r"(?:cells?|cytes?|phages?|tissues?)$", re.IGNORECASE),
    "organism": re.compile(r"^[A-Z][a-z]{3,} [a-z]{4,}(?:us|um|is|a|i|ae)$"),
}
"""Forms that tell one type from the others."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question wants named.

    Attributes:
        kind: type of the thing; empty where the question does not tell.
        nouns: stems of the words by which it asks for it.
        count: how many it asks for; 0 where it does not say.
    """

    kind: Type = ""
    nouns: frozenset[str] = frozenset()
    count: int = 0


def wanted(question: str) -> Wanted:
    """Read what a question wants named: "Which two genes …" wants 2 of type ``gene``."""
    text = " ".join(question.split()).strip(" ?.")
    count = _COUNT.search(text)
    number = 0
    if count:
        said = count[1].lower()
        number = _NUMBERS.get(said) or int(said)
    if re.match(r"where\b", text, re.IGNORECASE):
        return Wanted("cell" if re.search(r"express|secret|produc|locali|locat", text) else "place")
    for asks in _ASKS.finditer(text):
        rest = _SKIP.sub("", text[asks.end() :].strip())
        cut = _ENDS.search(f" {rest}")
        phrase = (rest[: max(0, cut.start() - 1)] if cut else rest).strip()
        if not phrase:
            continue
        nouns = content_terms(phrase)
        if _NO_MOLECULE.search(phrase):
            return Wanted("", nouns, number)
        # the last word is the noun, but for verbs that no list has: "which tool aligns reads"
        for word in (phrase.split()[-1], *phrase.split()):
            for kind, words in _TYPES:
                if words.match(word.strip(",;:()")):
                    return Wanted(kind, nouns, number)
        if nouns:
            return Wanted(_by_verb(text), nouns, number)
    return Wanted(_by_verb(text), frozenset(), number)


def _by_verb(text: str) -> Type:
    return next((kind for kind, words in _BY_VERB if words.search(text)), "")


def fits(phrase: str, kind: Type) -> bool:
    """True where a phrase has the form of the type."""
    form = _FORMS.get(kind)
    return form is not None and bool(form.search(phrase))


def clashes(phrase: str, kind: Type) -> bool:
    """True where a phrase plainly has the form of another type."""
    if not kind:
        return False
    return any(k != kind and form.search(phrase) for k, form in _STRONG.items())
