"""Signs of an emergency in a question: a notice beside the answer, never instead of it.

A small table of patterns with the source of each. A sign counts where the question tells of a
person ("I have", "my baby", "a patient with") or names the sign and asks nothing
("crushing chest pain and sweating"); a question about the literature ("incidence of stroke in
diabetics") raises nothing. A sign that is denied ("no chest pain") does not count. This is no
triage: silence here never means that it is safe to wait.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NHS = "https://www.nhs.uk/"


@dataclass(frozen=True, slots=True)
class RedFlag:
    """One emergency: each of ``signs`` must be found and not denied; then ``notice``."""

    name: str
    signs: tuple[re.Pattern[str], ...]
    notice: str
    source: str
    url: str


_CALL = "call your emergency number (112, 999, 911) now"


def _flag(name: str, signs: tuple[str, ...], notice: str, source: str, url: str) -> RedFlag:
    patterns = tuple(re.compile(s, re.IGNORECASE | re.VERBOSE) for s in signs)
    return RedFlag(name, patterns, notice, source, url)


_CHEST = (
    r"\b(?:chest\s(?:pain|pressure|tightness)|(?:tight|crush)\w*\schest|angina"
    r"|(?:pain|pressure|tightness)\b.{0,12}\bchest|chest\s(?:hurts|is\s(?:tight|hurting)))\b"
)
_BREATH = (
    r"\b(?:(?:short(?:ness)?|out)\sof\sbreath|breathless\w*|dyspn\w+|can(?:no|['’])t\sbreathe"
    r"|cannot\sbreathe|(?:difficulty|trouble|struggl\w+|hard|unable)\s(?:in\s|to\s)?breath\w*)"
)
_FEVER = r"\b(?:fever\w*|febrile|pyrexia|high\stemperature|temperature\sof\s(?:38|39|40|41))"
_INFANT = (
    r"\b(?:newborn|neonate|(?:baby|infant|son|daughter|child)\b.{0,40}?(?<![\d.])(?:[1-9]|1[0-2])"
    r"[\s-](?:day|week)s?[\s-]old|(?:[1-9]|1[0-2]|one|two|three|four|five|six|seven|eight|nine|ten)"
    r"[\s-](?:day|week)s?[\s-]old|(?:[12]|one|two)[\s-]months?[\s-]old)"
)

RED_FLAGS: tuple[RedFlag, ...] = (
    _flag(
        "heart attack",
        (
            _CHEST,
            rf"{_BREATH}|\b(?:sweat\w*|clammy|radiat\w+|spread\w*|jaw|left\sarm|(?:down|in|to)\s(?:my|the"
            r"|his|her|one)\s(?:left\s)?arm|crush\w*|squeez\w+|pressure|faint\w*|nausea\w*|vomit\w*"
            r"|light-?headed\w*|sudden\w*)",
        ),
        f"Chest pain with these signs can be a heart attack: {_CALL}.",
        "NHS, Heart attack: symptoms",
        NHS + "conditions/heart-attack/",
    ),
    _flag(
        "stroke",
        (
            r"\b(?:(?:face|facial|mouth)\b.{0,25}\b(?:droop\w*|dropp\w+|weak\w*|numb\w*|palsy|fallen)"
            r"|(?:droop\w*)\b.{0,12}\b(?:face|mouth)|slurr\w+|(?:one|left|right)[\s-]side\w*\b.{0,25}"
            r"\b(?:weak\w*|numb\w*|paraly\w+)|(?:weak\w*|numb\w*|paraly\w+)\b.{0,30}\b(?:one|left|right)"
            r"\s(?:side|arm|leg)|(?:sudden\w*)\b.{0,25}\b(?:confus\w+|loss\sof\s(?:vision|speech|sight)"
            r"|blind\w*)|can(?:no|['’])t\s(?:speak|lift\s(?:my|his|her)\sarms?)|cannot\sspeak"
            r"|hemipares\w+|aphasia)",
        ),
        f"These can be signs of a stroke: {_CALL}, even if they pass.",
        "NHS, Stroke: symptoms (FAST)",
        NHS + "conditions/stroke/symptoms/",
    ),
    _flag(
        "anaphylaxis",
        (
            r"\b(?:anaphyla\w+|swell\w*|swollen|hives|allerg\w+|stung|sting|bee|wasp|peanuts?|throat)\b",
            rf"{_BREATH}|\b(?:(?:throat|tongue|lips?)\b.{{0,25}}\b(?:swell\w*|swollen|clos\w+|tight\w*)"
            r"|(?:swell\w*|swollen)\b.{0,20}\b(?:throat|tongue|lips?)|anaphyla\w+|wheez\w+)",
        ),
        f"This can be anaphylaxis: use an adrenaline auto-injector if there is one and {_CALL}.",
        "NHS, Anaphylaxis",
        NHS + "conditions/anaphylaxis/",
    ),
    _flag(
        "meningitis",
        (
            rf"{_FEVER}|\b(?:headache|vomit\w*)",
            r"\b(?:stiff\w*\sneck|neck\s(?:is\s)?stiff\w*|neck\srigidity|photophobia|(?:hates?|dislike\w*"
            r"|hurts?)\b.{0,20}\blights?|(?:rash|spots)\b.{0,50}\b(?:not|n['’]t)\sfade|petechia\w*"
            r"|non-?blanching|mening(?:ism|ismus))",
        ),
        f"These can be signs of meningitis: {_CALL}.",
        "NHS, Meningitis: symptoms",
        NHS + "conditions/meningitis/symptoms/",
    ),
    _flag(
        "sepsis",
        (
            rf"{_FEVER}|\b(?:infect\w+|sepsis|septic|shiver\w*|rigors?|wound)",
            r"\b(?:confus\w+|slurr\w+|mottled|blue\s(?:lips|skin)|(?:lips|skin)\b.{0,15}\b(?:blue|grey"
            r"|mottled)|(?:no|not\spass\w+|has\s?n['’]?o?t\spass\w+)\surine|very\sfast\sbreathing"
            r"|breathing\svery\sfast|difficult\sto\swake|drowsy|sepsis|septic\sshock|hypotensi\w+)",
        ),
        f"These can be signs of sepsis: {_CALL}.",
        "NHS, Sepsis: symptoms",
        NHS + "conditions/sepsis/",
    ),
    _flag(
        "suicidal thoughts",
        (
            r"\b(?:suicid\w+|kill(?:ing)?\s(?:my|him|her)self|end(?:ing)?\s(?:my|his|her)\s(?:own\s)?life"
            r"|(?:want|wish\w*|like)\b.{0,12}\b(?:to\sdie|be\sdead|were\sdead)|self[\s-]harm\w*"
            r"|(?:hurt(?:ing)?|harm(?:ing)?)\s(?:my|him|her)self|take\s(?:my|his|her)\sown\slife)",
        ),
        "Thoughts of suicide need help now: call your emergency number or a crisis line"
        " (988 in the US, 116 123 in the UK and much of Europe).",
        "NHS, Help for suicidal thoughts",
        NHS + "mental-health/feelings-symptoms-behaviours/behaviours/help-for-suicidal-thoughts/",
    ),
    _flag(
        "bleeding in pregnancy",
        (
            r"\b(?:pregnan\w+|gestation|trimester|weeks\salong)",
            r"\b(?:(?<!nose\s)bleed(?:s|ing)?|haemorrhag\w*|hemorrhag\w*|spotting)",
        ),
        "Bleeding in pregnancy needs a midwife, a maternity unit or a doctor today; if it is heavy"
        f" or painful, {_CALL}.",
        "NHS, Vaginal bleeding in pregnancy",
        NHS + "pregnancy/related-conditions/common-symptoms/vaginal-bleeding/",
    ),
    _flag(
        "fever in a young infant",
        (_FEVER, _INFANT),
        "Fever in a baby under 3 months needs a doctor now.",
        "NHS, High temperature (fever) in children",
        NHS + "conditions/fever-in-children/",
    ),
    _flag(
        "sudden severe headache",
        (
            r"\b(?:thunderclap|worst\sheadache|(?:sudden\w*|abrupt\w*)\b.{0,25}\b(?:severe|terrible"
            r"|excruciating|agonising|intense|worst)?\b.{0,12}\bheadache|(?:severe|terrible"
            r"|excruciating|intense)\b.{0,12}\bheadache\b.{0,35}\bsudden\w*|headache\b.{0,25}\bsudden\w*)",
        ),
        f"A sudden, severe headache can be bleeding in the brain: {_CALL}.",
        "NHS, Subarachnoid haemorrhage",
        NHS + "conditions/subarachnoid-haemorrhage/",
    ),
    _flag(
        "coughing blood",
        (r"\b(?:cough\w*\b.{0,15}\bblood|haemoptysis|hemoptysis|vomit\w*\b.{0,10}\bblood)",),
        f"Coughing or vomiting blood needs a doctor today; if it is more than streaks, {_CALL}.",
        "NHS, Coughing up blood",
        NHS + "symptoms/coughing-up-blood/",
    ),
    _flag(
        "severe breathlessness",
        (
            rf"\b(?:(?:severe\w*|sudden\w*|extreme\w*|very)\s(?:\w+\s)?{_BREATH}|can(?:no|['’])t\sbreathe"
            r"|cannot\sbreathe|gasping|chok(?:ing|ed)|too\sbreathless)",
        ),
        f"Severe or sudden breathlessness is an emergency: {_CALL}.",
        "NHS, Shortness of breath",
        NHS + "symptoms/shortness-of-breath/",
    ),
    _flag(
        "unconsciousness",
        (
            r"\b(?:unconscious\w*|coma(?:tose)?\b|unresponsive|not\sresponding|will\snot\swake|won['’]?t\swake"
            r"|can(?:no|['’])t\swake|cannot\swake|collapsed)"
            r"|\b(?:not|isn['’]?t|stopped|stops|no\slonger)\sbreathing\b",
        ),
        f"Someone who cannot be woken or does not breathe normally: {_CALL}.",
        "NHS, First aid",
        NHS + "conditions/first-aid/",
    ),
    _flag(
        "poisoning",
        (
            r"\b(?:overdos\w+|poisoned)\b|\b(?:took|taken|swallowed|ate)\b.{0,15}\b(?:\d{2,}|too\smany"
            r"|a\s(?:whole\s)?(?:bottle|box|packet|handful)|all\s(?:the|my|his|her))\b.{0,30}"
            r"\b(?:tablets?|pills?|capsules?|paracetamol|acetaminophen|medicines?|sleeping)",
        ),
        f"An overdose or poisoning needs help before signs appear: {_CALL} or a poison centre.",
        "NHS, Poisoning",
        NHS + "conditions/poisoning/",
    ),
    _flag(
        "bleeding that does not stop",
        (
            r"\b(?:can(?:no|['’])t|cannot|won['’]?t|does\snot|doesn['’]?t|not)\s(?:\w+\s)?stop(?:ping)?"
            r"\s(?:the\s)?bleed\w*|\bbleed\w*\b.{0,25}\b(?:won['’]?t|does\snot|doesn['’]?t|will\snot"
            r"|not)\sstop\w*",
        ),
        f"Bleeding that does not stop is an emergency: press on it and {_CALL}.",
        "NHS, Cuts and grazes",
        NHS + "conditions/cuts-and-grazes/",
    ),
    _flag(
        "seizure",
        (r"\b(?:seizures?|convuls\w+|fitting|status\sepilepticus|having\sa\sfit|had\sa\sfit)\b",),
        f"A first seizure, one over 5 minutes, or one after another: {_CALL}.",
        "NHS, What to do if someone has a seizure (fit)",
        NHS + "conditions/what-to-do-if-someone-has-a-seizure-fit/",
    ),
)

_PERSON = re.compile(
    r"\b(?:i|i['’]?m|i['’]?ve|im|me|my|we|our|(?:the|this|a|an|our|my)\s(?:\w+\s){0,2}(?:patient|man|woman"
    r"|boy|girl|baby|infant|child)|(?:he|she)\s(?:has|had|is|was|feels?|complain\w*|present\w*"
    r"|cannot|can['’]t)|\d+[\s-](?:year|month|week|day)s?[\s-]old|presents?\swith|complain\w*\sof)\b",
    re.IGNORECASE,
)
_SELF = re.compile(
    r"\b(?:i|i['’]?m|i['’]?ve|im|my|(?:he|she)\s(?:has|is|was)|presents?\swith)\b", re.I
)
_ASKS = re.compile(
    r"^\W*(?:what|which|how|why|when|where|who|does|do|is|are|can|could|should|has|have|was|were|did"
    r"|will|list|name|describe|explain|define|compare|evidence|role|effects?|efficacy|incidence"
    r"|prevalence|risk|treatment|management|therapy|mechanisms?|epidemiology|diagnosis)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:of|in|for|among|after|during|versus|vs)\s(?!(?:my|his|her|the|a|one|breath|both)\b)\w+"
    r"|\b(?:trials?|stud(?:y|ies)|meta-analys\w+|reviews?|guidelines?|patients|children|adults|risk)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:no|not|without|den(?:y|ies|ied|ying)|never|n['’]t|negative\sfor|absence\sof|free\sof|nor"
    r"|ruled\sout|isn['’]?t|don['’]?t|doesn['’]?t|didn['’]?t|haven['’]?t|hasn['’]?t)\b",
    re.IGNORECASE,
)
_TURN = re.compile(
    r"[.;!?]|\b(?:but|however|although|though|except|yet)\b"
    r"|\b(?:and|now|,)\s+(?:i|he|she|now|has|have|my)\b",
    re.IGNORECASE,
)


def red_flags(question: str) -> tuple[str, ...]:
    """Return the notices for the emergency signs that a question tells of, in table order."""
    plain = " ".join(question.replace("’", "'").split())
    if not _tells_of_someone(plain):
        return ()
    return tuple(
        f"{flag.notice} ({flag.source}, {flag.url})"
        for flag in RED_FLAGS
        if all(_present(sign, plain) for sign in flag.signs)
    )


def _tells_of_someone(text: str) -> bool:
    """True for a description of a person's state, or bare signs that ask nothing."""
    if _PERSON.search(text):
        # "Does my aspirin …" asks; "Is it bad that I have chest pain?" tells
        return not _ASKS.match(text) or bool(_SELF.search(text))
    asks = bool(_ASKS.match(text)) or "?" in text
    return not asks and not _ABOUT.search(text) and len(text.split()) <= 20


def _present(sign: re.Pattern[str], text: str) -> bool:
    """True where a sign is found at a place where it is not denied."""
    for match in sign.finditer(text):
        before = text[: match.start()]
        turns = list(_TURN.finditer(before))
        scope = before[turns[-1].end() :] if turns else before
        if not _DENIED.search(scope):
            return True
    return False
