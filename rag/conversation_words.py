"""The words by which a follow-up is told from a question, and what a question is about.

Lists and patterns of English, no model. ``read_topic`` cuts a question at its function words,
verbs, aspects and groups of people; what is left are the things it names. A list knows only
what is on it: a verb that is missing is taken for a part of a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.claims.lexicon import STOP, stem

GROUP = (
    r"(?:(?:(?:pregnant|breast-?feeding|lactating|nursing|post-?menopausal|older|elderly"
    r"|young(?:er)?"
    r"|healthy|obese|diabetic|frail|premature|preterm|hospitali[sz]ed|immunocompromised|school-?age"
    r"|adult|p(?:a)?ediatric|critically ill|high-risk)\s+)*"
    r"(?:children|child|kids|infants?|newborns?|neonates?|bab(?:y|ies)|toddlers?|adolescents?"
    r"|teen(?:ager)?s?|adults?|women|men|girls|boys|females?|males?|mothers?|patients?|people"
    r"|persons?"
    r"|individuals|swimmers|runners|cyclists|workers|drivers|vegetarians|vegans|drinkers|survivors"
    r"|students|nurses|soldiers|veterans|travell?ers|dogs|cats|mice|rats|horses|smokers|athletes|diabetics|outpatients|inpatients|seniors|volunteers)"
    r"|(?:late |early )?pregnancy|breast-?feeding|lactation|childhood|infancy|adolescence|old age"
    r"|the elderly|elderly|(?:the )?(?:first|second|third) trimester)"
)
"""A group of people as a question names it."""
WITH = r"(?:\s+(?:with|without|who|over|under|above|below|aged|older than|younger than)\s+[^?,;]+)?"
POPULATION = re.compile(
    rf"\s*\b(?:in|for|among|during|while|of)\s+(?:the\s+)?{GROUP}{WITH}(?=\s*[?.!,;]|\s*$)",
    re.IGNORECASE,
)
"""A phrase at the end that says in whom: "in children with asthma"."""
IS_GROUP = re.compile(rf"(?:the\s+)?{GROUP}{WITH}", re.IGNORECASE)

OF_AGENT = {
    "side effects": "are", "adverse effects": "are", "adverse events": "are", "safety": "is",
    "dose": "is", "dosage": "is", "dosing": "is", "dosages": "are", "doses": "are",
    "contraindications": "are", "contra-indications": "are", "interactions": "are",
    "drug interactions": "are", "efficacy": "is", "effectiveness": "is",
    "mechanism of action": "is", "mechanism": "is", "half-life": "is", "toxicity": "is",
    "benefits": "are", "indications": "are", "alternatives": "are", "harms": "are",
    "cost": "is", "costs": "are", "duration": "is",
}  # fmt: skip
"""Aspects of a drug or procedure, with the verb that they take."""
OF_CONDITION = {
    "symptoms": "are", "signs": "are", "treatment": "is", "treatments": "are", "therapy": "is",
    "therapies": "are", "management": "is", "causes": "are", "cause": "is", "diagnosis": "is",
    "prognosis": "is", "prevention": "is", "incidence": "is", "prevalence": "is",
    "mortality": "is", "complications": "are", "risk factors": "are", "pathogenesis": "is",
    "epidemiology": "is", "transmission": "is", "incubation period": "is", "aetiology": "is",
    "etiology": "is", "screening": "is", "stages": "are", "types": "are", "risks": "are",
    "vaccine": "is", "vaccines": "are", "vaccination": "is", "cure": "is", "tests": "are",
    "first-line treatment": "is", "differential diagnosis": "is", "guidelines": "are",
    "evidence": "is", "outcome": "is", "outcomes": "are", "risk": "is", "survival": "is",
    "biomarkers": "are", "recurrence": "is", "red flags": "are",
}  # fmt: skip
"""Aspects of a disease, with the verb that they take."""
ASPECTS = OF_AGENT | OF_CONDITION
_ASPECT_WORDS = "|".join(sorted((re.escape(a) for a in ASPECTS), key=len, reverse=True))
QUALIFIED = (
    r"(?:(?:common|main|usual|major|serious|severe|possible|known|long-term|short-term|best"
    r"|early|late"
    r"|typical|recommended|correct|right|maximum|first-line|optimal|other|different|potential)\s+)*"
)
ASPECT = rf"{QUALIFIED}(?:{_ASPECT_WORDS})"
_ASPECT = re.compile(rf"\b{ASPECT}\b", re.IGNORECASE)

OF_AGENT_CUE = re.compile(
    r"\b(?:safe|safely|work|works|taken?|dose[ds]?|interacts?|contraindicated|tolerated|given"
    r"|effective|help|helps|side effects|adverse|toxic|prescribed?|used?|stopp?(?:ed)?|cost"
    r"|expensive|addictive|cause weight|absorbed|administered|approved|available)\b",
    re.IGNORECASE,
)
OF_CONDITION_CUE = re.compile(
    r"\b(?:lasts?|contagious|infectious|diagnosed?|treat(?:ed|ment)?|prevent(?:ed|able)?"
    r"|cured?|curable"
    r"|causes?|fatal|deadly|common|rare|spread|transmitted|inherited|hereditary|genetic|caught"
    r"|catch"
    r"|symptoms|managed?|recur|progress(?:es)?|heal|develops?|screened|vaccin\w+|come back"
    r"|present)\b",
    re.IGNORECASE,
)

_DRUG = re.compile(
    r"(?:mycin|micin|cillin|statin|pril|sartan|olol|azole|oxacin|cycline|mab|nib|vir|dipine|gliptin"
    r"|gliflozin|glutide|formin|profen|oxetine|prazole|tidine|parin|xaban|sone|solone|caine|zepam"
    r"|triptan|barbital|phylline|terol|afil|lukast|dronate|setron|thiazide|aspirin|paracetamol"
    r"|acetaminophen|warfarin|insulin|vaccine|zinc|lithium|morphine|grel|imibe|platin|taxel"
    r"|rubicin|semide|darone|fenac|coxib|xicam|codone|pram|apine|calcium|iron|magnesium|steroid"
    r"|probiotic|vitamin [a-k]\d*|placebo|acid|blocker|inhibitor"
    r"|antibiotic)s?$",
    re.IGNORECASE,
)
_DISEASE = re.compile(
    r"(?:itis|osis|a?emia|oma|pathy|algia|plegia|uria|rrh?oea|rrhea|penia|trophy|sclerosis|syndrome"
    r"|disease|disorder|cancer|infection|failure|diabetes|hypertension|asthma|stroke|pertussis|pox"
    r"|influenza|pneumonia|fever|cough|pain|migraine|epilepsy|measles|malaria|anxiety|depression"
    r"|obesity|sepsis|attack|infarction|fibrillation|ulcers?|headaches?|fractures?|injury"
    r"|colds?|flu|covid-19|croup|lupus|gout|mumps|rubella"
    r"|eczema|psoriasis|acne|autism|dementia|herpes|shingles|tetanus|cholera|hiv|aids|copd"
    r"|adhd|ibs|gerd"
    r"|alzheimer|parkinson|rabies|scabies|insomnia|allergy|tuberculosis|thrombosis|bleeding|ha?emorrhage|falls|trauma|scurvy)$",
    re.IGNORECASE,
)

_VERBS = """
shorten reduce lower raise increase decrease improve worsen cause prevent treat cure help affect
lead result work protect induce inhibit relieve clear delay prolong slow stop start trigger
influence predict detect diagnose recommend give take use prescribe indicate manage screen last
spread transmit occur happen develop progress present need require show benefit harm interact
increase associate link relate compare replace reverse control test measure define classify
explain describe kill save eradicate suppress boost promote alleviate ease resolve return recur
exist act bind target regulate contribute say know mean find avoid drink eat make become get
inherit vaccinate immunise immunize confirm rule monitor follow suffer
"""
_ADJECTIVES = """
safe effective useful better worse best worst common rare dangerous beneficial harmful associated
good bad recommended contraindicated possible likely available helpful contagious fatal severe
superior inferior first-line efficacious necessary appropriate true toxic deadly hereditary long
often many much old soon fast well early high low risky reliable accurate
"""
_OTHERS = """
anything something nothing thing things people patient patients someone anyone also still ever
really today now too else whether versus vs person available option options drug drugs way ways
against medicine medicines medication medications help feel have
"""
_VERB_STEMS = frozenset(stem(word) for word in _VERBS.split())
_PLAIN = frozenset(_ADJECTIVES.split()) | frozenset(_OTHERS.split())
_WORD = re.compile(r"[^\W_](?:[\w'’/+.-]*[\w+])?")
_WHAT_THEY = re.compile(rf"what (?:are|were) (?:the )?(?P<things>{ASPECT} .+)$", re.IGNORECASE)
_WHICH_THEY = re.compile(
    r"(?:which|what) (?P<kind>\w+s) (?:are|were|can be) (?P<rest>(?:used|given|recommended"
    r"|prescribed|available|indicated|approved)\b.*)$",
    re.IGNORECASE,
)
_SINGULAR_S = re.compile(
    r"(?:ss|us|is|ics|diabetes|rabies|measles|mumps|shingles|aids|scabies|herpes)$"
)
_JOIN = frozenset({"and", "or"})
_INNER = frozenset({"type", "stage", "grade", "vitamin", "hepatitis", "group", "factor", "class"})


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question is about: the names in it, in their order, and in whom.

    ``agent`` is what acts or is given, ``condition`` what is had; either may be empty, and
    where nothing tells, one name stands for both. ``population`` keeps its preposition;
    ``many`` is what "they" are ("the
    symptoms of influenza").
    """

    names: tuple[str, ...] = ()
    agent: str = ""
    condition: str = ""
    population: str = ""
    many: str = ""


def read_topic(question: str) -> Topic:
    """Return what a full question is about."""
    found = POPULATION.search(question)
    population = found.group().strip() if found else ""
    bare = question[: found.start()] + question[found.end() :] if found else question
    aspect = _ASPECT.search(bare)
    names = tuple(_names(bare))
    many = _many_of(bare)
    if not names:
        return Topic(population=population, many=many)
    drugs = [n for n in names if _DRUG.search(n)]
    diseases = [n for n in names if _DISEASE.search(n) and n not in drugs]
    agent = drugs[0] if drugs else ""
    condition = diseases[0] if diseases else ""
    rest = [n for n in names if n not in (agent, condition)]
    if not agent and not condition:
        of_agent = aspect is not None and is_of_agent(aspect.group())
        # "Does X verb Y?" names what acts first
        agent = names[0] if of_agent or len(names) > 1 else ""
        condition = "" if of_agent else names[-1]
    elif not agent and rest and names.index(rest[0]) < names.index(condition):
        agent = rest[0]
    elif not condition and rest and names.index(rest[0]) > names.index(agent):
        condition = rest[0]
    return Topic(names, agent, condition, population, many)


def _many_of(question: str) -> str:
    """What "they" are after "What are the symptoms of X?" or "Which drugs are used for X?"."""
    text = question.strip(" ?.!")
    if asked := _WHAT_THEY.match(text):
        return f"the {asked['things']}"
    if asked := _WHICH_THEY.match(text):
        return f"the {asked['kind']} {asked['rest']}"
    return ""


def is_of_agent(aspect: str) -> bool:
    """True where an aspect, perhaps qualified ("common side effects"), is one of a drug."""
    return any(aspect.lower().endswith(name) for name in OF_AGENT)


def plural(aspect: str) -> bool:
    """True where "are" goes with an aspect, perhaps qualified."""
    names = [name for name in ASPECTS if aspect.lower().endswith(name)]
    return bool(names) and ASPECTS[max(names, key=len)] == "are"


def preposition(aspect: str) -> str:
    """The preposition between an aspect and what it is of."""
    if re.search(r"(?:vaccines?|evidence|treatments?|tests?|guidelines|screening)$", aspect):
        return "for"
    return "to" if aspect.endswith("alternatives") else "of"


def kind_of(name: str) -> str:
    """Return ``agent`` or ``condition`` where the ending of a name says which, else nothing."""
    if _DRUG.search(name):
        return "agent"
    return "condition" if _DISEASE.search(name) else ""


def is_plural(name: str) -> bool:
    """True where a name takes "are": two joined, or a plural by its ending."""
    last = name.split()[-1].lower()
    return " and " in name or (last.endswith("s") and not _SINGULAR_S.search(last))


def agree(head: str, was_plural: bool, now_plural: bool) -> str:
    """Fit the verb at the end of ``head`` to another name behind it: "do " becomes "does "."""
    if was_plural == now_plural:
        return head
    for many, one in (("do", "does"), ("are", "is"), ("have", "has"), ("were", "was")):
        old, new = (many, one) if was_plural else (one, many)
        if found := re.search(rf"\b{old}\s+$", head, re.IGNORECASE):
            new = new.capitalize() if found.group()[0].isupper() else new
            return f"{head[: found.start()]}{new} "
    return head


def has_name(text: str) -> bool:
    """True where a text names something: more than function words, aspects and groups."""
    return bool(_names(re.sub(rf"\b{GROUP}\b", " ", text, flags=re.IGNORECASE)))


def _names(text: str) -> list[str]:
    """Runs of words that are no function word, verb, adjective, aspect; "and" joins two."""
    text = _ASPECT.sub(" of ", re.sub(r"\bcommon (?=cold\b)", "common_", text))
    chunks: list[list[str]] = []
    run: list[str] = []
    joined = False
    last_end = 0
    for match in _WORD.finditer(text):
        word, lower = match.group(), match.group().lower()
        if run and re.search(r"[?.!,;:()]", text[last_end : match.start()]):
            run = []
        last_end = match.end()
        if lower in _JOIN and run:
            joined = True
            continue
        inner = bool(run) and (run[-1].lower() in _INNER or word.isdigit() or len(word) == 1)
        if not inner and _cuts(lower):
            run, joined = [], False
            continue
        if not run:
            chunks.append(run)
        elif joined:
            run.append("and")
        run.append(word)
        joined = False
    names = [" ".join(run) for run in chunks if not all(w.isdigit() for w in run)]
    return [name.replace("common_", "common ") for name in names]


def _cuts(word: str) -> bool:
    return word in STOP or word in _PLAIN or stem(word) in _VERB_STEMS
