"""The words of a query that search, without those of asking and of being polite.

A question has words that say how something is asked ("which", "what is known about"), and a
message from a patient has a greeting, an age, worries and thanks besides the complaint. BM25
counts each of them like a symptom. Rules in plain lists: courtesies are phrases said to a
person, frames are phrases of telling, fillers single words. Nothing is rewritten but an age,
which becomes the age group that articles speak of. If nothing is left, the text comes back as
it is. English alone: a word of another language that looks like a filler goes too.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.text import sentences

_END = r"(?=[\s.,;:!?)]|$)"
# what may follow a courtesy and goes with it: a list, since "I am writing because of" is followed
# by the complaint
_TAIL = (
    r"(?:[ ,]+(?:a|lot|so|very|much|in|advance|for|to|of|from|and|or|if|with|on|this|that|it|the"
    r"|your|you|my|me|us|all|any|some|someone|somebody|anyone|can|could|would|will|be|is|are|help"
    r"|helping|advice|advise|ideas?|tips|support|thoughts|suggestions?|appreciated|welcome"
    r"|grateful|thankful|great|nice|reply|replies|response|answers?|reading|read|taking|time|long"
    r"|post|message|question|questions|hear|hearing|first|here|matter)\b)*[ ,]*[.!?]*"
)
_NAME = r"(?:(?-i:[A-Z][a-z]+)(?: (?-i:[A-Z][a-z]+))?\.?\s*$)?"
_STARTS = r"(?:^|(?<=[.!?,] ))"

COURTESIES = (
    # greetings, with who is greeted; "doctor" alone stays, since studies are about doctors too,
    # and so do capitals (HI is an assay)
    _STARTS
    + r"(?:hello|(?-i:[Hh]i|[Hh]ey)|dear|greetings|good (?:morning|afternoon|evening|day))\b"
    + r"(?:(?:[ ,]+(?:there|all|everyone|everybody|guys|folks|friends|again|sir|madam|or|and|doc"
    r"|doctors?|dr|team|community)\b)+[ ,.!:]*|[ ,]*[,.!:][ ,.!:]*)",
    r"^(?:doctors?|doc|dr)[ ,:!]+(?=(?:i|my|we|our)\b)",
    r"\bhope (?:you are|you're|this finds you|all is) (?:doing )?well\b[ ,.!]*",
    # thanks and farewells, with the name below
    r"\b(?:many |much |so )?thank(?:s| you)\b" + _TAIL + _NAME,
    r"\b(?:kind|best|warm|with) (?:regards|wishes)\b(?! to\b)[ ,.!]*" + _NAME,
    r"\b(?:yours )?(?:sincerely|faithfully)\b[ ,.!]*" + _NAME + r"$",
    r"\bcheers\b[ ,.!]*" + _NAME + r"$",
    r"\b(?:i am |i'm )?look(?:ing)? forward to (?:your|hearing)\b" + _TAIL,
    # appeals
    r"\b(?:please|pls|kindly)\b[ ,]*(?:help(?: me| us)?\b[ ,.!]*)?",
    r"\b(?:i|we) hope (?:that )?(?:someone|somebody|anyone|you) can (?:help|advise)\b" + _TAIL,
    r"\b(?:can|could|would) (?:you|anyone|someone|somebody) (?:please )?(?:help|advise|tell)"
    r"(?: (?:me|us))?\b",
    r"\b(?:i|we)(?: would| will| should|'d) (?:be (?:very |so |really )?grateful|appreciate)\b"
    + _TAIL,
    r"\bany (?:help|advice|ideas?|suggestions?|tips|thoughts) (?:is|are|would be|will be)\b"
    + _TAIL,
    r"\b(?:i am |i'm )?sorry (?:to bother you|for the long (?:post|message))\b" + _TAIL,
    r"\bfirst (?:post|time) (?:here|posting)\b" + _TAIL,
    r"\b(?:i am|i'm) (?:writing|posting)\b" + _TAIL,
    # what a message says of its writer's mind: a complaint of anxiety says more than this
    r"\b(?:i|we)(?: am|'m| are|'re) (?:just |really |so |very |quite |a bit |getting |extremely )*"
    r"(?:worried|scared|concerned|afraid|desperate|frightened|freaking out)"
    r"(?: (?:about|of|by) (?:this|it|that|my health|my condition))?(?=\s*[.!?]|$)[.!?]*",
    r"\b(?:it|this|it's|this is) (?:really |just )*(?:scar|worr|bother|concern)"
    r"(?:es|ies|s|ing|ying) me\b(?: (?:a lot|so much))?[.!?]*",
    r"\b(?:i|we) (?:really )?(?:do not|don't|dont) know what to do\b" + _TAIL,
    r"\b(?:what|which) (?:could|can|might|may) (?:this|it|that) be\b[.!?]*",
    r"\bis (?:this|it|that) (?:something )?(?:serious|dangerous|normal)\b[.!?]*",
    r"\bwhat should (?:i|we) do\b(?: now| about (?:this|it))?\s*[.!?]+",
    r"\bshould (?:i|we|he|she|they) (?:see|call|go to|visit) (?:a|the|my|his|her) "
    r"(?:doctor|gp|hospital|er)\b[.!?]*",
    r"\bha(?:s|ve) any(?:one|body)(?: else)? (?:had|experienced|been through) "
    r"(?:anything|something) (?:like|similar)\b" + _TAIL,
)
"""Phrases said to a person. They name no finding, though "help" and "doctor" stand in them."""

_TIME = r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?)"
_COUNT = (
    r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|several|many|few"
    r"|couple(?: of)?|some)"
)
_ABOUT = r"(?:about |around |almost |nearly |over |more than |at least )?"
FRAMES = (
    # a duration is in hardly any sentence that answers; "chronic" would be a guess
    rf"\b(?:(?:for|since|over|during|in|within) )?{_ABOUT}(?:the )?(?:past|last|previous) "
    rf"(?:{_COUNT} )*{_TIME}{_END}",
    rf"\b(?:for|since|about|around) {_ABOUT}(?:{_COUNT} )+{_TIME}(?: now| ago)?{_END}",
    rf"\b(?:{_COUNT} )+{_TIME} (?:ago|now){_END}",
    r"\bsince (?:yesterday|last \w+|this morning|then)\b",
    # telling
    r"\b(?:i|we|he|she|they)(?:'ve|'m|'d|'s|'re| have| am| had| has| was| were| is| are)?"
    r"(?: (?:also|been|recently|just|always|often|currently|now|still|really|constantly"
    r"|frequently|routinely|lately))*"
    r"(?: (?:having|had|have|has|got|get|gets|getting|experiencing|experienced|experience"
    r"|suffering from|suffered from|suffer from|feeling|feel|feels|felt|noticed|noticing|notice"
    r"|dealing with|developing|developed|enduring|struggling with|diagnosed with|think|believe"
    r"|guess|wonder|wondering|know|want to know|would like to know))*\b",
)
"""How long, and that somebody has it: where someone speaks of themselves, these go from the words
of the lexical route. The dense route reads them as part of the sentence."""

_WORDS = """
hello hi hey
i what which who whom whose when where why how does do did doing done is are was were be been
being has have had having can could should would will shall may might must am
me my mine myself we us our ours you your yours he him his she her hers they them their
it its itself this that these those there here
also just really very extremely quite so too rather such much many some any each other else
about please describe explain tell give name known know called used using
seem seems seemed get gets got getting going go like feel feels feeling felt
think want wants wanted need needs help lot lots bit kind sort thing things something anything
everything recently lately currently often frequently constantly always sometimes usually
quickly simply additionally furthermore moreover however although though
i'm i've i'd i'll it's that's there's don't doesn't didn't can't won't isn't aren't
you're they're he's she's we're we've
"""
FILLERS = frozenset(_WORDS.split())
"""Words of asking and telling, and pronouns. Negations, sexes, ages and body sides stay."""

_PERSONAL = re.compile(
    r"\b(?:my|me|mine|myself|our)\b|\bi'(?:m|ve|d|ll)\b"
    r"|(?:^|[.!?,;:]\s*|\b(?:and|but|that|when|whenever|if|because|so|since|then|than|as|can|could"
    r"|should|do|did|am|have|where|how)\s+)(?:i|we)\s+[a-z]",
    re.IGNORECASE,
)
"""Somebody speaks of themselves. An "I" elsewhere is a number: "type I collagen"."""

_AGE = re.compile(
    r"\b(\d{1,3})[- ]?(?:years?|yrs?|yo)[- ]?(?:old|of age)?\b(?=[- ]?(?:old|\W|$))"
    r"|\b(?:aged?|age of) (\d{1,3})\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S+")


def clean(text: str) -> str:
    """Return the words of a question or message that search, for the lexical route.

    Never empty: where nothing but filler is said, the text comes back as it is.
    """
    said = core(text)
    personal = bool(_PERSONAL.search(said.replace("’", "'")))
    if personal:
        said = said.replace("’", "'")
        for pattern in _compiled(FRAMES):
            said = pattern.sub(" ", said)
        said = _AGE.sub(lambda m: f" {age_group(int(m[1] or m[2]))} ", said)
    shouted = said.isupper()
    kept = [w for w in _WORD.findall(said) if not _idle(w, personal, shouted)]
    return " ".join(kept) or text


def core(text: str) -> str:
    """Return a message without its courtesies, in which names are looked up; the rest stays.

    A text of one sentence without a courtesy comes back as it is, and so does one that is
    nothing else.
    """
    said = text
    for pattern in _compiled(COURTESIES):
        said = pattern.sub(" ", said)
    if said == text:
        return text
    said = " ".join(said.split()).strip(" ,")
    kept = [said[a:b] for a, b in sentences(said) if re.search(r"\w", said[a:b])]
    return " ".join(kept) or text


def age_group(years: int) -> str:
    """Return the word that articles have for an age in years."""
    if years < 1:
        return "infant"
    if years < 13:
        return "child"
    if years < 18:
        return "adolescent"
    return "adult" if years < 65 else "elderly"


@lru_cache(maxsize=2)
def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p, re.IGNORECASE) for p in patterns)


def _idle(word: str, personal: bool, shouted: bool) -> bool:
    """True where a word does not search. Capitals name something: WHO, IT, US, HER2."""
    bare = word.replace("’", "'").strip("\"'()[]{}.,;:!?…")
    if bare == "I":
        return personal
    return not bare or (
        bare.lower() in FILLERS and (shouted or len(bare) < 2 or not bare.isupper())
    )
