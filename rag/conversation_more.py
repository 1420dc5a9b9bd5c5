"""Forms of a follow-up that keep the last question whole, or change one phrase of it.

Each takes the line without its lead-in and the last question without its mark, and returns the
full question without its mark, or nothing where it does not fit. ``conversation`` tries them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rag import conversation_patterns as patterns
from rag.answering.question import read_question
from rag.conversation_words import GROUP, IS_GROUP, POPULATION, Topic, has_name, read_topic

_AUX = r"(?:do|does|did|can|could|is|are|was|were|should|would|will|has|have|had|may|might|must)"
_ASKS = re.compile(rf"^(?:{_AUX}|what|which|how|why|who|whom|when|where)\b", re.IGNORECASE)
_THEY = r"(?:it|they|that|this|these|those)"
_WHEN_IT = re.compile(rf"^(?P<word>when|where|how|why) {_AUX} {_THEY}$", re.IGNORECASE)
_MEASURED = re.compile(
    r"^(?P<prep>(?:for|at|in|by|since|after|until|till|from|up to|within) )?"
    r"(?:how many|how much|what|which) \w+(?: \w+)?$",
    re.IGNORECASE,
)
_VERB_IN_IT = re.compile(
    rf"\b(?:{_AUX}|be|been|to|used?|best|works?|helps?|about|of|if)\b", re.IGNORECASE
)
_EITHER = re.compile(r"^[\w-]+(?: [\w-]+){0,3} or [\w-]+(?: [\w-]+){0,3}$", re.IGNORECASE)
_THAN = re.compile(r"^(?:more|less|better|worse|safer|faster|stronger|longer|cheaper) than \S")
_STUDIES = re.compile(
    r"^(?:(?:is|are|was|were|have) there (?:been )?|any\b ?)(?:(?:any|some|good|strong) )*"
    r"(?:(?:randomi[sz]ed|controlled|clinical|good|recent|large|human|new) )*"
    r"(?P<what>trials?|studies|study|evidence|data|research|guidelines?|reviews?|meta-analys[ei]s)"
    rf"(?: (?:for|of|on|about|behind) {_THEY})?$",
    re.IGNORECASE,
)
_WHICH_VERB = re.compile(r"^(?:which|what) \w+s? (?P<rest>.+)$", re.IGNORECASE)
_SHORT = re.compile(rf"^(?P<aux>{_AUX}) (?P<name>[\w'’-]+(?: [\w'’-]+)?)$", re.IGNORECASE)
_DO_IT = re.compile(r"\bdo (?:it|this|that|so)\b", re.IGNORECASE)
_IF_THEY = re.compile(
    r"^(?:what )?(?P<clause>(?:if|when) (?:they|he|she|i|you|we|someone|somebody)"
    r"(?: (?:\w+ )?(?:already|also|never|ever))? .+)$",
    re.IGNORECASE,
)
_QUANTITY = (
    r"sensitivity|specificity|accuracy|(?:positive |negative )?predictive value|false positives?"
    r"|incidence|prevalence|mortality|survival|prognosis|risk|cost|frequency|severity|duration"
)
_OTHER_QUANTITY = re.compile(
    rf"^(?:what (?:is|are) )?(?:the |its |their )?(?P<now>{_QUANTITY})$", re.IGNORECASE
)
_WHAT_OF = re.compile(
    r"^(?P<head>what (?:is|are|was|were) (?:the )?)(?P<aspect>[\w-]+(?: [\w-]+)?)"
    r"(?P<rest> (?:of|for) .+)$",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    rf"\b{_THEY}\b(?= (?:fallen|risen|increased|decreased|changed|improved|grown|declined"
    r"|increasing|decreasing|rising|falling|growing|(?:high|low|great|common)(?:er|est))\b)",
    re.IGNORECASE,
)
_EFFECT = re.compile(
    r"\bthe (?P<what>effect|benefit|improvement|reduction|difference|increase)s?\b(?! of\b)",
    re.IGNORECASE,
)
_HOW_IS_THAT = re.compile(r"^how (?P<much>\w+) is (?:that|this|it)$", re.IGNORECASE)
_DO = re.compile(r"^(?:do|does) (?P<rest>.+)$", re.IGNORECASE)
_OF_IT = re.compile(
    rf"^(?:for |at |until |from )?(?:how|when|where|what|which)\b(?:(?!\b{_AUX}\b).)*\b{_AUX} $",
    re.IGNORECASE,
)
_DONE = re.compile(r"^(?P<head>how (?:is|are|was|were) .+ )\w+ed$", re.IGNORECASE)
_THOSE_OF = re.compile(r"^(?:(?:that|those|the same|the ones?) )?of (?P<name>\S.*)$", re.IGNORECASE)
_NUMBER = re.compile(
    r" (?:(?:in|for|among) (?:people|adults|those|patients) )?"
    r"(?:over|under|above|below|older than|younger than) (?:the age of )?\d+$"
)
_PAIRS = (("with", "without"), ("before", "after"))
_PEOPLE = re.compile(rf"\b(?!\w*(?:pregnan|lactation|feeding|hood|age\b)){GROUP}", re.IGNORECASE)


def symptoms_too(core: str, last: str, led: bool) -> str:
    """One more symptom: "and now a rash too" behind a description of symptoms."""
    if not led or _ASKS.match(core) or not read_question(last).describes_symptoms:
        return ""
    if POPULATION.fullmatch(f" {core}") or IS_GROUP.fullmatch(core):
        return ""
    joined = f"{last}, and {core}"
    return joined if read_question(core).describes_symptoms else ""


def the_rest(core: str, last: str, topic: Topic) -> str:
    """Return the full question by the first form that fits."""
    for form in _FORMS:
        if full := form(core, last, topic):
            return full
    return ""


def replaced(base: str, added: str) -> str:
    """Take the phrase out of a question whose place a new circumstance takes, if it has one."""
    if re.search(r"\b(?:over|under|above|below|older than|younger than) (?:the age of )?\d", added):
        base = _NUMBER.sub("", base)
    for pair in _PAIRS:
        first = added.split(" ", 1)[0].lower()
        if first in pair:
            ends = rf" (?:{'|'.join(pair)}) (?:(?! (?:in|for|of|with|after|before) ).)+$"
            base = re.sub(ends, "", base, flags=re.IGNORECASE)
    _, _, of = added.partition(" ")
    ends = rf" (?:with|without|before|after|during|despite|on|off) {re.escape(of)}$"
    base = re.sub(ends, "", base, flags=re.IGNORECASE)
    if added.lower().startswith("for ") and not POPULATION.fullmatch(f" {added}"):
        base = re.sub(r" for (?:(?! (?:in|for|of|with|after|before) ).)+$", "", base)
    return base


def bare(core: str, topic: Topic) -> str:
    """A question that names nothing ("what should I take?"): for what was asked about."""
    if not re.match(rf"(?:{patterns.ASKING})\b", core, re.IGNORECASE) or not topic.names:
        return ""
    if (
        has_name(patterns.GENERIC.sub("", core))
        or patterns.EMPTY_IT.search(core)
        or read_topic(core).population
    ):
        return ""
    if not (patterns.GENERIC.search(core) or patterns.OF_AGENT_VERB.search(core)):
        return ""
    return f"{core} for {topic.condition or topic.names[0]}{_of(topic)}"


def asks_of_it(head: str) -> bool:
    """True where what stands before a pronoun asks something of it: "how long before X should"."""
    return _OF_IT.match(head) is not None


def other_group(core: str, last: str) -> str:
    """Another group in the place of one that is no circumstance: "Can it help children sleep"."""
    named = re.sub(r"^(?:in|for|what about|how about)\s+", "", core, flags=re.IGNORECASE)
    if not IS_GROUP.fullmatch(named) or _PEOPLE.fullmatch(named) is None:
        return ""
    if POPULATION.search(last) or not (found := _PEOPLE.search(last)):
        return ""
    return f"{last[: found.start()]}{named}{last[found.end() :]}"


def _when_it(core: str, last: str, topic: Topic) -> str:
    found = _WHEN_IT.match(core)
    return f"{found['word']} {_lower(last)}" if found and _yes_no(last) else ""


def _measured(core: str, last: str, topic: Topic) -> str:
    found = _MEASURED.match(core)
    if found is None or _VERB_IN_IT.search(core):
        return ""
    if found["prep"] and _yes_no(last):
        return f"{core} {_lower(last)}"
    return f"{last}, and {core}"


def _either(core: str, last: str, topic: Topic) -> str:
    if not _EITHER.match(core) or _ASKS.match(core) or not _yes_no(last):
        return ""
    return f"{last}, {core}"


def _than(core: str, last: str, topic: Topic) -> str:
    return f"{last}, {core}" if _THAN.match(core) and _yes_no(last) else ""


def _studies(core: str, last: str, topic: Topic) -> str:
    if not _STUDIES.match(core) or not topic.names:
        return ""
    asked = re.sub(rf" (?:for|of|on|about|behind) {_THEY}$", "", core, flags=re.IGNORECASE)
    asked = re.sub(r"^any\b", "are there any", asked, flags=re.IGNORECASE)
    return f"{asked} on {' and '.join(topic.names)}{_of(topic)}"


def _one_of_which(core: str, last: str, topic: Topic) -> str:
    """Read "does simvastatin?" after "Which drugs interact with clarithromycin?"."""
    short, which = _SHORT.match(core), _WHICH_VERB.match(last)
    if short is None or which is None or not has_name(short["name"]):
        return ""
    rest = which["rest"]
    if re.match(rf"{_AUX}\b", rest, re.IGNORECASE):
        rest = rest.partition(" ")[2]
    return f"{core} {rest}"


def _do_it(core: str, last: str, topic: Topic) -> str:
    """Put what was done in the place of "do it": "does X do it better than Y?"."""
    if not _DO_IT.search(core) or not _yes_no(last) or not topic.names:
        return ""
    _, name, done = last.partition(topic.names[0])
    return _DO_IT.sub(lambda _: done.strip(), core, count=1) if name and done.strip() else ""


def _if_they(core: str, last: str, topic: Topic) -> str:
    found = _IF_THEY.match(core)
    return f"{last} {found['clause']}" if found else ""


def _quantity(core: str, last: str, topic: Topic) -> str:
    """Read "its specificity?" after "What is the sensitivity of X for Y?"."""
    now, asked = _OTHER_QUANTITY.match(core), _WHAT_OF.match(last)
    if now is None or asked is None:
        return ""
    return f"{asked['head']}{now['now']}{asked['rest']}"


def _changed(core: str, last: str, topic: Topic) -> str:
    asked, it = _WHAT_OF.match(last), _CHANGED.search(core)
    if asked is None or it is None:
        return ""
    what = f"the {asked['aspect']}{asked['rest']}"
    return f"{core[: it.start()]}{what}{core[it.end() :]}"


def _effect(core: str, last: str, topic: Topic) -> str:
    found = _EFFECT.search(core)
    if found is None or not topic.names or has_name(_EFFECT.sub(" ", core)):
        return ""
    on = f" on {topic.names[1]}" if len(topic.names) > 1 else ""
    return f"{core[: found.end()]} of {topic.names[0]}{on}{core[found.end() :]}"


def _how_is_that(core: str, last: str, topic: Topic) -> str:
    much, done = _HOW_IS_THAT.match(core), _DO.match(last)
    return f"how {much['much']} is it that {done['rest']}" if much and done else ""


def _done(core: str, last: str, topic: Topic) -> str:
    """Read "treated?" after "How is shingles diagnosed?"."""
    found = _DONE.match(last)
    return f"{found['head']}{core}" if found and re.fullmatch(r"\w+ed", core) else ""


def _those_of(core: str, last: str, topic: Topic) -> str:
    found = _THOSE_OF.match(core)
    asked = re.match(r"^(?P<head>.+? of )\S", last)
    if found is None or asked is None or len(found["name"].split()) > 4:
        return ""
    return f"{asked['head']}{found['name']}{_of(topic)}"


def _yes_no(last: str) -> bool:
    return re.match(rf"{_AUX}\b", last, re.IGNORECASE) is not None


def _of(topic: Topic) -> str:
    return f" {topic.population}" if topic.population else ""


def _lower(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


_FORMS: tuple[Callable[[str, str, Topic], str], ...] = (
    _when_it, _measured, _either, _than, _studies, _one_of_which, _do_it, _if_they, _quantity,
    _changed, _effect, _how_is_that, _done, _those_of,
)  # fmt: skip
