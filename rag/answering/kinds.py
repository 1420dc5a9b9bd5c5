"""What kind of answer a question asks for: yes or no, one thing, several things, or prose.

Rules over the words that ask, after the four kinds of BioASQ (Tsatsaronis et al., BMC
Bioinformatics 2015, doi:10.1186/s12859-015-0564-6). They look at the form of the question
alone: whether "What is X?" wants a name or a definition is often a matter of taste, and the
rules take it for prose. Questions in other languages are read by their English form.
"""

from __future__ import annotations

import re

from rag.types import AnswerKind

_POLITE = re.compile(
    r"^(?:please|kindly|(?:can|could) you (?=(?:tell|list|name|describe|explain))|i want to know"
    r"|do you know)[, ]*"
)
_AUXILIARY = (
    r"(?:is|are|was|were|am|do|does|did|can|could|should|would|will|has|have|had|may|might|must"
    r"|isn['’]?t|aren['’]?t|don['’]?t|doesn['’]?t|can['’]?t)"
)
_NUMBER = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|some|several|all)"
_LISTS = re.compile(r"^(?:list|enumerate|give (?:me )?(?:a list|examples)|what are examples)\b")
_NAMES = re.compile(r"^(?:name|give|provide|mention)\s+(?:me\s+)?(?:the\s+)?(?P<rest>.+)")
_PROSE = re.compile(
    r"^(?:briefly\s+)?(?:describe|explain|summari[sz]e|discuss|outline|define|characteri[sz]e"
    r"|compare|tell)\b|^why\b|^how come\b"
)
_AMOUNT = re.compile(
    r"\bhow (?:many|much|often|long|large|old|big|high|low|frequent|common|tall|fast|far|big"
    r"|prevalent|frequently)\b"
)
_ASKS_YES = re.compile(rf"^(?:and |so |but )?{_AUXILIARY}\b|,\s*{_AUXILIARY}\s+(?:there\s+)?\w+")
_OR_NO = re.compile(r"\byes or no\b")
_WH = re.compile(r"\b(?:which|what)\b")
_ONE = re.compile(r"^(?:who(?:se|m)?|when|where)\b|\bstands? for\b")
_MATTERS = (
    r"(?:roles?|mechanisms?|functions?|effects?|differences?|relations?|relationships?|purpose"
    r"|significance|importance|use|uses|usefulness|association|impact|contribution|action|links?"
    r"|connection|consequences?|outcomes?|implications?|features?|principles?|basis|rationale"
    r"|idea|concept|definition|meaning|aim|pathogenesis|pathophysiology|evidence|influence"
    r"|advantages?|goal|structure|characteristics?|properties|application|status|benefits?)"
)
_WHAT_IS_MATTER = re.compile(
    rf"^what (?:is|are|was|were|'s) (?:the |there )?(?:(?!of\b|for\b|in\b|that\b)[\w/-]+ ){{0,3}}?"
    rf"{_MATTERS}\b"
)
_MODE = re.compile(r"\b(?:mode of|mechanism of) (?:action|inheritance)\b")
_KNOWN = re.compile(r"^what (?:is|are|do we) (?:currently )?(?:known?|there)\b|^what happens\b")
_WHAT_BE = re.compile(
    r"^what (?P<be>is|are|was|were)(?: meant by)? (?P<the>the |a |an )?(?P<rest>.+)"
)
_RELATES = re.compile(
    r"\b(?:of|for|that|in|which|to|by|with|used|called|caused|causing|associated|responsible|behind"
    r"|between|most)\b"
)
_HEAD_ENDS = re.compile(
    rf"\s(?:{_AUXILIARY}|exists?|associates|comprises?|constitutes?|forms?|of|in|for|to|on|with|from|by|at|that|which|causes?|caused|associated|used"
    r"|targets?|encodes?|leads?|affects?|regulates?|produces?|controls?|binds?|inhibits?)\b"
)
_SINGULAR_S = re.compile(r"(?:ss|us|is|ics|itis|osis|ous|series|species|diabetes|rabies)$")
_MANY = re.compile(rf"^(?:the\s+)?(?:(?:main|most|major|common)\s+)*{_NUMBER}\b")
_PLURAL_BE = re.compile(r"\s(?:are|were)\b")
_PLURAL_SUBJECT = re.compile(
    r"^(?:cells|tissues|proteins|genes|drugs|symptoms|diseases|organs|enzymes|databases|tools"
    r"|mutations|viruses|hormones|receptors|vaccines|species of|types of|kinds of)\b"
)
_ONE_THING = re.compile(
    r"^what (?:is|was) (?:"
    r"(?:another|an(?:other)? (?:alternative|old|new)|the other) (?:name|term)\b"
    r"|(?:included|detected|predicted|measured|evaluated|targeted|inhibited|tested|assessed)\b"
    r"|(?:drug |molecular )?targets? (?:of|for)\b"
    r"|.+ (?:(?:target|inhibit|transport|treat|encod|block)ing|used (?:for|to treat)"
    r"|(?:inhibitor|agonist|antagonist|type|example) of)$)"
)
_COLLECTIVE = re.compile(
    r"\b(?:symptoms|signs|side effects|adverse (?:effects|events)|treatments|types|stages|causes"
    r"|risk factors|genes|proteins|drugs|targets|components|complications|examples|subtypes"
    r"|indications|contraindications|inhibitors|biomarkers|markers|mutations|manifestations"
    r"|therapies|options|diseases|disorders|criteria|names|members|organs|methods|tools"
    r"|databases)\b"
)


def answer_kind(question: str) -> AnswerKind:
    """Return the kind of answer that a question asks for.

    What does not ask (keywords, a description of symptoms) gets ``summary``: no direct answer
    is made up for it.
    """
    text = " ".join(question.lower().split()).strip(" ?.!¿")
    text = _POLITE.sub("", text)
    if not text:
        return "summary"
    if _OR_NO.search(text):
        return "yesno"
    if _LISTS.search(text):
        return "list"
    if named := _NAMES.match(text):
        return "list" if _is_many(named["rest"]) else "factoid"
    if _PROSE.search(text):
        return "summary"
    if _AMOUNT.search(text):
        return "factoid"
    if _ASKS_YES.match(text):
        return "yesno"
    if _ONE.search(text):
        return "factoid"
    if text.startswith("how"):
        return "summary"
    if text.startswith("what"):
        return _what(text)
    if asks := _WH.search(text):
        return "list" if _is_many(text[asks.end() :].strip()) else "factoid"
    return "yesno" if _ASKS_YES.search(text) and question.rstrip().endswith("?") else "summary"


def _what(text: str) -> AnswerKind:
    """Return the kind of a question that begins with "what"."""
    if _KNOWN.search(text):
        return "summary"
    if re.match(r"what are (?:the )?(?:\w+ ){0,2}(?:side|adverse) effects\b", text):
        return "list"
    if _ONE_THING.search(text):
        return "factoid"
    if "triad" in text:
        return "list"
    if _WHAT_IS_MATTER.search(text):
        return "factoid" if _MODE.search(text) and "inheritance" in text else "summary"
    found = _WHAT_BE.match(text)
    if not found:
        return "list" if _is_many(text.removeprefix("what").strip()) else "factoid"
    rest = found["rest"]
    if found["be"] in ("are", "were"):
        many = _MANY.match(rest) or _COLLECTIVE.search(_head(rest))
        return "list" if many else "summary"
    # "what is the target of X" names one thing; "what is X" wants to be told about it
    return "factoid" if found["the"] and _RELATES.search(rest) else "summary"


def _head(text: str) -> str:
    """Return the words before the first verb or preposition: the noun that is asked for."""
    cut = _HEAD_ENDS.search(f" {text}")
    return text[: max(0, cut.start() - 1)].strip() if cut else text


def _is_many(text: str) -> bool:
    """True where what follows "which" or "name" is a plural: "genes are", "3 drugs"."""
    if _MANY.match(text):
        return True
    if _PLURAL_SUBJECT.match(text) or re.match(r"(?:are|were|of the following are)\b", text):
        return True
    head = _head(text).split()
    if not head:
        return False
    last = head[-1].strip(",;:()")
    plural = last.endswith("s") and len(last) > 3 and not _SINGULAR_S.search(last)
    return plural or bool(_PLURAL_BE.search(f" {text[: len(_head(text)) + 6]}"))
