"""What a text tells of a person now: without questions of the literature, denials and the past.

The scopes are those of NegEx and ConText (Chapman et al., J Biomed Inform 2001;34:301-310;
Harkema et al., J Biomed Inform 2009;42:839-851), in few words: from a trigger up to a turn of the
sentence. What is in a scope is taken out. ``rag.clinical`` reads records more closely; here a
sentence too much is better kept than lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.answering.redflags.notes import plain

GONE = "\n"
"""Stands for words that were taken out: no sign reaches over it."""
LONGEST = 1500
"""Characters of a piece at most."""
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|(?<=[.!?])(?=[a-z]{4})|;")
_PERSON = re.compile(
    r"\b(?:i|i'?m|i'?ve|im|me|my|we|our|us|(?:the|this|a|an|our|my)\s(?:\w+\s){0,2}(?:patient|man|woman|boy|girl|baby|infant|child|toddler)"
    r"|(?:he|she|they|it)(?:'s| has| had| is| was| feels?| felt| won't| woke| fell| took| says?| said| keeps?| started| complain\w*"
    r"| present\w*| developed| drank| swallowed"
    r"| unable to| fails to| can't| cannot)|his|her|\d+ (?:year|month|week|day)s?(?: old)?(?= (?:old|male|female|man|woman|boy|girl"
    r"|neonate|infant|m\b|f\b))|\d+ ?(?:year old|yo|m|f)\b(?! \d)(?! ?[\[(%=])"
    r"|patient|presents? with|presented with|complain\w* of|caller|teen(?:ager)?|kid|gma|gran(?:ny|dma|dpa|dson|ddaughter)?|nan"
    r"|uncle|aunt|sister|brother|(?:boy|girl)?friend|partner|roommate|flatmate|neighbou?r|farm worker|grandmother|grandfather"
    r"|mother|father|husband|wife|mum|dad|mom|son|daughter|everyone|someone is|nobody)\b"
    # and what only a note says
    r"|\b(?:ekg|ecg|cta?|ctpa|mri|xr|x ray|labs?|exam|vitals|hr|bp|rr|ph|gcs|spo2|troponin|lactate|anc)\b ?(?::|with\b|shows?\b"
    r"|showed\b|of\b|\d)|\bc/w\b|\bcta? \w+:|\b(?:emergently|intubated|admitted|started on|given)\b|\bis (?:this|that) (?:normal|ok"
    r"|okay|serious|dangerous|bad)\b"
)
_SELF = re.compile(
    r"\b(?:i|i'm|i've|im|ive|my|(?:he|she)(?:'s| has| is| was)|presents? with|is (?:this|that) (?:normal|ok|okay|serious|dangerous"
    r"|bad)|(?:we|they)(?:'ve|'re| have| are| all))\b"
)
_HELP = re.compile(
    r"\bwhat (?:do|should) (?:i|we) do\b|\bwhat to do\b(?! (?:in|for|with|if|when|about)\b)|\bshould (?:i|we) (?:go|call"
    r"|take (?:him|her|them))\b"
    r"|\bhelp me\b|\bplease help\b|\bgo to (?:the )?(?:er|a&e|hospital|emergency)\b"
)
_ASKS = re.compile(
    r"^\W*(?:(?:please|hi|hello|so|and|but|tell me)\W+)?(?:what|how|why|where|whose|list|describe|explain|define|compare)\b"
)
_MAY_ASK = re.compile(
    r"^\W*(?:which|when|who|does|do|is|are|can|could|should|has|have|had|was|were|did|would|will|may|might|name|evidence|role"
    r"|effects?|efficacy|incidence"
    r"|prevalence|risks?|treatments?|management|therapy|mechanisms?|epidemiology|diagnosis|outcomes?|sensitivity|specificity"
    r"|causes?|signs of|symptoms of"
    r"|prevention|prognosis|pathophysiology|review)\b"
)
"""Words that begin a question, or a sentence of a note ("Was found unresponsive.")."""
_TOPIC = re.compile(
    r"\b(?:trials?|stud(?:y|ies)|meta analys\w+|reviews?|guidelines?|patients|children|adults|adolescents|veterans|infants|neonates"
    r"|women|men|elderly|mice|rats?|risk|incidence"
    r"|prevalence|epidemiology|outcomes?|mortality|sensitivity|specificity|prevention|treatment|management|therapy|efficacy|versus"
    r"|vs|mechanisms?|pathophysiology|prognosis"
    r"|score|diagnosis|differential|causes|symptoms of|signs of|effects? of|role of|survival|predictors?|screening|definition"
    r"|criteria|biomarkers?|imaging|surgery for|drugs? for"
    r"|thrombectomy|awareness|hyperbaric|cases?|cohort|recurrence|education|care of|nursing|nursing care|rehabilitation)\b"
)
_BARE = 40
"""Words of a text that names no person and may still be a note or a cry for help."""
_TURN = (
    r"\b(?:but|however|although|though|except|yet|apart from|aside from|other than|besides|because|due to|now|today|reports?"
    r"|reported|endorses?|complain\w*|admits?|presents?|presented"
    r"|presenting|developed|positive|instead|rather|still)\b|\b(?:and|,) (?:i|i'm|he|she|now|has|have|my|is|was|feels?|we|they)\b"
    r"|, (?:with|i|my|he|she|bp|hr|rr|temp|sats?|spo2|pulse)\b|\band with\b"
)
_DENIALS = (
    # up to a turn
    (r"\b(?:no(?! ?:)|without|den(?:y|ies|ied|ying)|negative for|absence of|free (?:of|from)|nor|neither|lacks?|ruled out for|(?:not"
        r"|n't) (?:have|having|had|has|report\w*|complain\w*|show\w*|reveal\w*|feel\w*|seen?))\b", _TURN),
    # up to a comma
    (r"\b(?:not|never|\w+n't|dont|doesnt|didnt|isnt|havent|hasnt)\b", rf"{_TURN}|,"),
)  # fmt: skip
_PAST_TURN = rf"{_TURN}|\b(?:who|comes?|came|here|currently|with (?:acute|new|sudden|severe)|this morning|tonight|since|then)\b"
_PAST = (
    (r"\b(?:past|prior|previous|remote|known|medical|long|surgical)? ?history(?: of| significant for| includes| notable for|:)"
        r"|\bpast (?:medical|surgical) history\b|\bpmhx?\b|\bpsh\b|\bpast (?:\w+ )?(?:seizures?|strokes?|suicide|overdoses?|attempts?|self harm|episodes?)", _PAST_TURN),
    (r"\bused to (?:have|get|suffer|take|be)\b|\b(?:previous(?:ly)?|prior|childhood|last (?:seizure|attack|episode|stroke"
        r"|overdose))\b",
        rf"{_PAST_TURN}|,"),
    (r"\bstatus post (?!(?:\w+ ){0,2}?fall|ingest|intentional|overdose|arrest|injur|mvc|mva|trauma|assault|bite|seizure|sting"
        r"|cardiac arrest|accident|chemo)",
        rf"{_PAST_TURN}|,"),
)  # fmt: skip
_DATED = re.compile(
    r"\b(?:in |since |back in )?(?:19|20)\d\d\b(?![-/]| ?(?:mg|ml|mcg|units?|iu|grams?|g|kcal|h|hours?|hrs)\b)|\b(?:\d+|two|three"
    r"|four|five|six|seven|eight|nine|ten|twenty|many|some|a few"
    r"|several) (?:years?|yrs|decades?) ago\b|\b(?:a|one) year ago\b|\byears ago\b"
    r"|\b(?:last|previous) (?:year|summer|winter|spring|autumn|fall|decade)\b|\b(?:as a|when i was a|when (?:he|she) was a"
    r"|being a) (?:child|kid|teenager|teen|baby|student|boy|girl|young)\b|\bin (?:my|his|her) (?:youth|childhood|teens|twenties"
    r"|thirties)\b"
    r"|\bin childhood\b|\bwhen (?:i|he|she) was (?:\d+|young|little|small|younger)\b|\bat (?:age|the age of) \d+"
)
_WHEN = re.compile(r"\s*when (?:i|he|she|we) (?:was|were|had)\b")
_BEGAN = re.compile(r"\b(?:since|started|began|ever since|for (?:\d|years))\b")
_KIN = (
    r"(?:father|mother|dad|mum|mom|parents?|grand(?:mother|father|ma|pa|parents?)|brothers?|sisters?|siblings?|aunts?|uncles?"
    r"|cousins?|relatives?|family)"
)
_DISEASE = (
    r"(?:heart (?:attacks?|disease|problems|trouble)|strokes?|mi|acute cva|seizures?|epilepsy|cancers?|aneurysms?|diseases?"
    r"|embol\w+|clots?|torsion|sepsis|suicide"
    r"|bleeds?|hemorrhage|haemorrhage|asthma|diabetes|overdose|myocardial infarction|\w+(?:itis|oma|osis|emia|aemia|pathy))"
)
_KIN_HAD = re.compile(
    rf"\b{_KIN}s? (?:(?:also|both|all|once|has|have|who|and \w+) ){{0,2}}(?:(?:had|suffered|got)(?: \w+){{0,4}}? {_DISEASE}|(?:had|has had).{{0,60}}? (?:died|passed away)|(?:completed|committed|attempted|died by) suicide|died"
    rf"|passed away|was diagnosed)\b"
    rf"|\bfamily history\b|\bfhx?\b|\bruns in\b|\b(?:in|of) (?:(?:the|his|her|my) )?(?:father|mother|brother|sister|aunt|uncle"
    rf"|grandmother|grandfather)\b(?! (?:is|has))"
)
"""A parent "had a heart attack" once; one who "had crushing chest pain" may have it now."""
_JUST_NOW = re.compile(
    r"\b(?:just|now|today|tonight|this (?:morning|afternoon|evening)|minutes?|hours?|yesterday|last night|sudden\w*|currently"
    r"|moments?|is|has been)\b"
)
_IF = (
    (r"\bif (?:you|your|someone|somebody|anyone|a person|people|patient|the (?:patient|baby|child)|he|she|they|symptoms?|any|there"
        r"|baby|this happens|it gets|a )\b"
     r"(?! (?:it )?(?:is bad|is serious))", r"\bthen\b"),
    (r"\b(?:call|return|come back|seek|contact|ring|dial|go to)\b(?: \w+){0,6}? (?:if|when|should)\b", r"\bthen\b"),
    (r"\b(?:return|come back)\b(?: (?!with)\w+){0,5}? for\b|\b(?:call|contact|ring) (?:us|your|the|911|999|112|md|pcp|clinic"
        r"|office)\b(?: \w+){0,5}? (?:for|with)\b",
        r"\bthen\b"),
    (r"\b(?:return precautions|precautions|safety net\w*|watch (?:out )?for|monitor(?:ed|ing)? for|look out for|warning signs|counsell?\w*"
        r"|educat\w+|advised (?:about|on|of)|prophyla\w+"
     r"|(?<!has )(?<!have )(?<!shows )(?<!show )(?<!with )(?<!showing )(?<!having )signs (?:of|and symptoms)|to prevent|prevents?"
         r"|preventing|risks? (?:of|for)|at risk|as needed|prn|in case of"
     r"|in the event of|vaccin\w+ against|screen(?:ed|ing)? for|side effects?|afraid of (?:getting|having)|fear of|worr(?:y"
         r"|ied) about (?:getting|having|developing)"
     r"|how (?:do|can|would|will) (?:i|you|we) (?:know|tell)|what would happen|in the future|studies|research(?:es|ing)?"
         r"|reading about|i (?:read|heard|saw|learned|learnt)|they say|essay|exam on|lecture)\b",
     r"\bthen\b|\bbut (?:i|now|he|she)\b|\band (?:i|he|she) (?:have|has|am|is)\b|\bbecause\b"),
    (r"^(?:can|could|does|do|may|might|will|would|is)\b.{0,60}?\b(?:causes?|lead to|trigger|increase|raise|reduce|prevent|help with"
        r"|treat|bring on|dangerous for)\b",
        r"\bthen\b|\bbecause\b"),
)  # fmt: skip
_AFTER = re.compile(
    r"(?:\s?[:–-]\s?(?:no(?:ne)?|absent|denie[ds]|negative|nil)|\s(?:negative|denied|absent|(?:was|were|is|are|has been|have been"
    r"|been)? ?(?:ruled out|excluded)))\b(?! for\b| (?:[a-z]+ )?(?:pain|fever))(?=\s*(?:[.,;:]|$|by\b|on\b|with\b|and\b))"
    r"|\b(?:has|have) (?:now )?(?:stopped|resolved)\b"
)
_SCOPES = {
    name: tuple((re.compile(trigger), re.compile(turn)) for trigger, turn in of)
    for name, of in (("denied", _DENIALS), ("past", _PAST), ("if", _IF))
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a text tells of a person.

    Attributes:
        now: the words on the person's state now.
        ever: those and the past, without what is denied: who the person is, and what is taken.
        is_person: whether it names a person, or calls for help, at all.
        stated: the words on the person's state now with what is denied, for a number is a fact
            wherever it stands: "no cough, T 39.2".
    """

    now: str
    ever: str
    is_person: bool
    stated: str = ""


def told(text: str) -> Told:
    """Read a text."""
    lower = plain(text)
    is_person = bool(_PERSON.search(lower) or _HELP.search(lower))
    pieces = [piece for long in _SENTENCE.split(lower) for piece in _cut(long) if piece.strip()]
    asks = [_is_question(piece, len(pieces)) for piece in pieces]
    if not is_person and (any(asks) or _TOPIC.search(lower) or len(lower.split()) > _BARE):
        return Told("", "", False)
    now, ever, stated = [], [], []
    for piece, asked in zip(pieces, asks, strict=True):
        if asked and not _SELF.search(piece) and not _HELP.search(piece):
            continue
        rest = _without(_without(piece, "denied"), "if")
        ever.append(rest)
        now.append(_without_kin(_without_dated(_without(rest, "past"))))
        # words of time stay: they say when a value was so
        stated.append(_without_kin(_without(_without(piece, "if"), "past")))
    return Told(GONE.join(now), GONE.join(ever), is_person, GONE.join(stated))


def _cut(piece: str) -> list[str]:
    """Return a text without stops in bounded pieces: what is compared within one stays bounded."""
    return [piece[at : at + LONGEST] for at in range(0, len(piece), LONGEST)]


def _is_question(piece: str, pieces: int) -> bool:
    """True for a question, with its mark or without.

    "Is chest pain serious" is one where it is the whole text; "Was found down" of a note is none.
    """
    if _ASKS.match(piece):
        return True
    asks = piece.rstrip().endswith("?")
    if _MAY_ASK.match(piece):
        return asks or (pieces == 1 and not piece.rstrip().endswith("."))
    return asks and _SELF.search(piece) is None and not re.search(r"year old|patient with", piece)


def _without(piece: str, scope: str) -> str:
    """Take out what stands in the scopes of a kind."""
    if scope == "denied":  # "chest pain: no" goes first, for "no" denies what follows as well
        while (found := _AFTER.search(piece)) is not None:
            start = _clause_start(piece, found.start())
            piece = piece[:start] + GONE + piece[found.end() :]
    for trigger, turn in _SCOPES[scope]:
        at = 0
        while (found := trigger.search(piece, at)) is not None:
            stop = turn.search(piece, found.end())
            end = stop.start() if stop else len(piece)
            piece = piece[: found.start()] + GONE + piece[end:]
            at = found.start() + 1
    return piece


def _clause_start(piece: str, at: int) -> int:
    """Return where the clause before a place begins: behind a comma, a stop or a turn."""
    begins = [m.end() for m in re.finditer(rf"[,:\n]|{_TURN}", piece[:at])]
    return begins[-1] if begins else 0


def _without_dated(piece: str) -> str:
    """Take out clauses that give a year or "years ago", unless they say when something began."""
    at = 0
    while (found := _DATED.search(piece, at)) is not None:
        start = _clause_start(piece, found.start())
        end = found.end()
        if _WHEN.match(piece, start):  # "when I was pregnant in 2016 I had …" is of then to its end
            end = len(piece)
        if _BEGAN.search(piece, start, found.end()):
            at = found.end()
            continue
        piece = piece[:start] + GONE + piece[end:]
        at = start + 1
    return piece


def _without_kin(piece: str) -> str:
    """Take out what relatives had, unless it is told as of now."""
    found = _KIN_HAD.search(piece)
    if found is None:
        return piece
    stop = re.search(
        r"\bbut (?:i|he|she)\b|\band (?:now )?(?:i|my)\b|\bnow\b", piece[found.end() :]
    )
    end = found.end() + stop.start() if stop else len(piece)
    if _JUST_NOW.search(piece, found.start(), end):
        return piece
    start = 0 if re.match(r"in|of|runs", found[0]) else found.start()
    return piece[:start] + GONE + piece[end:]
