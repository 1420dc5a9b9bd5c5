"""A conversation: follow-ups are read as full questions, by rules that can be checked.

"And in children?" after "Does azithromycin shorten pertussis?" is "Does azithromycin shorten
pertussis in children?". What was understood is always to be shown, since a rule can be wrong.
A question that names its own subject stays as it was typed. The rules know English; what
they do not know they leave alone. They do not resolve "he" or "she", and look back no
further than the last question (as it was understood) and who it was about.

The forms, each tried in this order: in whom or when · why, how often · those that keep the last
question whole (``conversation_more``) · an aspect ("side effects?") · another drug or disease
("what about erythromycin?") · a pronoun.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag import conversation_patterns as patterns
from rag.answering.question import read_question
from rag.conversation_more import asks_of_it, bare, other_group, replaced, symptoms_too, the_rest
from rag.conversation_words import (
    IS_GROUP,
    OF_AGENT_CUE,
    OF_CONDITION_CUE,
    POPULATION,
    Topic,
    agree,
    has_name,
    is_of_agent,
    is_plural,
    kind_of,
    plural,
    preposition,
    read_topic,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation: as typed, and as it was understood.

    ``added`` is the circumstance that was put at its end, which the next one takes the place of.
    """

    asked: str
    question: str
    added: str = ""

    @property
    def resolved(self) -> bool:
        """True where something of the last question was carried over."""
        return self.asked != self.question


@dataclass(frozen=True, slots=True)
class _Before:
    """The last question without its mark, what it is about, and what was added to it."""

    text: str
    topic: Topic
    added: str


def resolve(line: str, last: Turn | None = None) -> Turn:
    """Read a line as a full question.

    Args:
        line: what was typed.
        last: the turn before, ``None`` at the beginning.

    Returns:
        The turn, with the line as it is where it stands alone or no rule fits.
    """
    line = " ".join(line.split())
    said = patterns.LEAD.sub("", line).strip() or line
    core = said.rstrip(" ?.!").strip()
    text = last.question.rstrip(" ?.!").strip() if last else ""
    if last is None or not text or not core:
        return Turn(line, line)
    if more := symptoms_too(core, text, said != line):
        return Turn(line, f"{more}.")
    if read_question(text).describes_symptoms:
        text = f"What causes {_joined(read_topic(text))}"
    before = _Before(text, read_topic(text), last.added)
    if other := other_group(core, text):
        return Turn(line, f"{_upper_first(other)}?")
    if found := _circumstance(core, before):
        base, added = found
        return Turn(line, f"{_upper_first(base)} {added}?", added)
    asks = line.endswith("?") or said != line or bool(patterns.WHAT_ABOUT.match(core))
    for full in (
        _reason(core, before),
        the_rest(core, before.text, before.topic) if line.endswith("?") or said != line else "",
        _aspect(core, before.topic),
        _another(core, before) if asks else "",
        _pronoun(core, before.topic),
        bare(core, before.topic) if asks else "",
    ):
        if full:
            return Turn(line, f"{_upper_first(full)}?")
    return Turn(line, line)


def _reason(core: str, last: _Before) -> str:
    """Why, how long, more: the last question with another word that asks."""
    lower, before = core.lower(), last.text
    if patterns.MORE.match(lower):
        return f"What is known about {_joined(last.topic)}{_of(last.topic)}"
    aux = patterns.YES_NO.match(before)
    if patterns.WHY_NOT.match(lower) and aux and not aux.group().lower().endswith("t"):
        negated = patterns.NEGATED.get(aux.group().lower(), f"{aux.group().lower()}n't")
        return f"why {negated}{before[aux.end() :]}"
    if patterns.WHY.match(lower) or patterns.WHY_NOT.match(lower):
        if aux:
            return f"why {_lower_first(before)}"
        if re.match(r"how\b", before, re.IGNORECASE):
            return re.sub(r"^how(?: exactly)?", "why", before, flags=re.IGNORECASE)
        if named := patterns.WHAT_ARE.match(before):
            be = named["be"].lower()
            return f"why {be} {'this' if be in ('is', 'was') else 'these'} the {named['rest']}"
        return f"what is the reason, asked about {_joined(last.topic)}: {_lower_first(before)}"
    if patterns.HOW.match(lower):
        lower = re.sub(r"^(?=(?:what|which) )", "at ", lower)
        return f"{lower} {_lower_first(before)}" if aux else f"{before}, and {lower}"
    return ""


def _circumstance(core: str, last: _Before) -> tuple[str, str] | None:
    """In whom, when, with what: the last question without its own, and what is said now."""
    about = patterns.ABOUT.match(core)
    rest = core[about.end() :] if about else core
    opened = about.group().lower() if about else ""
    if patterns.WHEN_ASKED.match(rest):
        return None  # "when was it approved?": no circumstance
    clause = re.match(r"(?:if|when|while|as)\b", rest, re.IGNORECASE)
    if IS_GROUP.fullmatch(rest):
        rest = f"{'during' if 'trimester' in rest.lower() else 'in'} {rest}"
    elif opened and re.match(r"(?:pregnant|older|elderly|obese|diabetic)\b", rest, re.IGNORECASE):
        rest = f"in patients who are {rest}"
    elif not patterns.WHEN.match(rest) or opened.startswith(
        ("what is ", "what are ", "is there", "are there")
    ):
        return None
    if (
        "same" in opened
        and rest.lower().startswith("for ")
        and not POPULATION.fullmatch(f" {rest}")
    ):
        return None  # the same question, of something else
    if patterns.PRONOUN.search(rest) or patterns.HOW.match(core.lower()):
        return None
    if not clause and re.search(
        rf"\b(?:{patterns.ASKING})\b(?! (?:are|is|have|has)\b)", rest.partition(" who ")[0]
    ):
        return None  # a whole question that begins with its circumstance
    added = patterns.VERSUS.sub("compared with ", rest)
    base = last.text.removesuffix(f" {last.added}") if last.added else last.text
    if POPULATION.fullmatch(added) or "pregnan" in added:
        base = POPULATION.sub("", base, count=1)
    return replaced(base, added), added


def _aspect(core: str, topic: Topic) -> str:
    """An aspect without its subject: "side effects?", "what is the dose in children?"."""
    about = patterns.ABOUT.match(core)
    found = patterns.ONLY_ASPECT.match(core[about.end() :] if about else core)
    if found is None or not topic.names or has_name(found["rest"]):
        return ""
    tail = found["rest"].strip()
    if patterns.OF_IT.fullmatch(tail):
        tail = ""  # "symptoms of it": the pronoun is what the aspect is of
    if tail and not POPULATION.fullmatch(tail):
        return ""
    aspect = found["aspect"].lower()
    of_agent = is_of_agent(aspect)
    subject = _subject(topic, of_agent)
    if of_agent and topic.agent and topic.condition and re.search("dos|alternat", aspect):
        subject = f"{topic.agent} for {topic.condition}"
    elif of_agent and not topic.agent:
        subject = f"the treatment of {topic.condition}"
    ending = f"{aspect} {preposition(aspect)} {subject}{f' {tail}' if tail else _of(topic)}"
    if about and about.group().lower().startswith(("are there", "is there")):
        return f"{about.group().strip()} {ending}"
    return f"what {'are' if plural(aspect) else 'is'} the {ending}"


def _another(core: str, last: _Before) -> str:
    """Another drug or disease in the place of the one that was asked about."""
    before, topic = last.text, last.topic
    about = patterns.WHAT_ABOUT.match(core)
    short = patterns.ELLIPSIS.match(core)
    if about:
        name = core[about.end() :]
    elif short and patterns.YES_NO.match(before):
        name = short["name"]
        if read_topic(name).names != (name,) or not patterns.ONE_NAME.fullmatch(name):
            return ""  # it has a verb of its own, or says what something is
    elif len(core.split()) <= 4 and not re.match(rf"(?:{patterns.ASKING})\b", core, re.IGNORECASE):
        name = re.sub(r"^(?:the|an?) ", "", core, flags=re.IGNORECASE)
        if read_topic(POPULATION.sub("", name)).names != (POPULATION.sub("", name).strip(),):
            return ""
    else:
        return ""
    population = POPULATION.search(f" {name}")
    if population:
        name = f" {name}"[: population.start()].strip()
        before = POPULATION.sub("", before, count=1)
    if not topic.names or len(read_topic(name).names) != 1 or patterns.PRONOUN.search(name):
        return ""
    new_kind = kind_of(name)
    old = topic.names[0] if len(topic.names) == 1 else ""
    for one, slot in ((topic.agent, "agent"), (topic.condition, "condition")):
        if one and slot == new_kind and kind_of(one) in ("", slot):
            old = one
    if not old or (new_kind and kind_of(old) not in ("", new_kind)):
        # which of the names it should take the place of cannot be told
        return f"What is known about {topic.agent or topic.names[0]} and {name}{_of(topic)}"
    found = re.search(rf"(?<!\w){re.escape(old)}(?!\w)", before)
    if found is None:
        return ""
    head = agree(before[: found.start()], is_plural(old), is_plural(name))
    made = f"{head}{name}{before[found.end() :]}"
    return made + (f" {population.group().strip()}" if population else "")


def _pronoun(core: str, topic: Topic) -> str:
    """It, they, this drug, its: the subject of the last question in their place."""
    own = patterns.ITS.search(core)
    found = own or patterns.PRONOUN.search(core)
    if (
        found is None
        or not topic.names
        or (has_name(core[: found.start()]) and not asks_of_it(core[: found.start()]))
        or patterns.EMPTY_IT.search(core)
    ):
        return ""
    head, tail = core[: found.start()], core[found.end() :]
    if own:
        aspect = own["aspect"]
        full = f"{head}the {aspect} of {_subject(topic, is_of_agent(aspect))}{tail}"
        return full + ("" if POPULATION.search(full) else _of(topic))
    word = found.group().lower()
    if word == "they" and patterns.PEOPLE_DO.match(tail):
        return ""
    of_agent = _of_agent(head, tail)
    if patterns.OF_DRUG_KIND.search(word) or patterns.OF_DISEASE_KIND.search(word):
        of_agent = patterns.OF_DRUG_KIND.search(word) is not None
    subject = _subject(topic, of_agent)
    if word in patterns.MANY and topic.many:
        subject = topic.many
    head = agree(head, word in patterns.MANY, subject == topic.many or is_plural(subject))
    tail = re.sub(r"\b(?:it|them)\b(?=$|[ ,])", lambda _: subject, tail)
    full = head + subject + tail
    if (
        of_agent
        and topic.agent
        and topic.condition
        and patterns.WORKS.search(tail)
        and not has_name(tail)
    ):
        full += f" for {topic.condition}"
    return full + ("" if POPULATION.search(full) else _of(topic))


def _of_agent(head: str, tail: str) -> bool | None:
    """True, False or None: what is said fits a drug, a disease, or either."""
    if patterns.ACTS.match(tail) and has_name(tail):
        return True
    text = f"{head} {tail}"
    agent, condition = OF_AGENT_CUE.search(text), OF_CONDITION_CUE.search(text)
    if bool(agent) == bool(condition):
        return None
    return agent is not None


def _subject(topic: Topic, of_agent: bool | None) -> str:
    if of_agent is False:
        return topic.condition or topic.agent or topic.names[0]
    if of_agent:
        return topic.agent or topic.condition or topic.names[0]
    return topic.names[0]


def _of(topic: Topic) -> str:
    return f" {topic.population}" if topic.population else ""


def _joined(topic: Topic) -> str:
    return " and ".join(topic.names) or "this"


def _lower_first(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]
