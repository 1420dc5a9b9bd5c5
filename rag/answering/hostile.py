"""Text that is not literature but addresses the software that reads it.

A passage is data: nobody's article gives orders to a language model. Two degrees are told
apart. A *hostile* text gives orders, imitates a chat template or the prompt's own blocks, or
steers a terminal: the whole passage is then left out. An *unsayable* sentence only looks as if
it did (a marker, an identifier of an article, a blob): it is not said and supports nothing.

These are patterns. They know no attack that reads as a finding: a made-up abstract in plain
prose is literature to them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LIKE_LATIN = str.maketrans(
    "аеорсухіјѕԁһӏԛԝАВЕКМНОРСТХІЈЅοαιυνΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhlqwABEKMHOPCTXIJSoaiuvABEZHIKMNOPTYX",
)
"""Cyrillic and Greek letters that look like Latin ones (Unicode TS 39, the commonest)."""
_BEGINS = r"(?:^|[.!?:;\"“”‘'(\[\])>*]\s*|\bplease\s|\byou (?:must|should|will)\s"
_BEGINS += r"|(?:^|[.!?:;,]\s)(?:and\s|so\s)?now,?\s)"
"""Where an order may begin. "Patients who ignore their instructions" and "cells, however,
respond with apoptosis" give none."""
_DROP = r"(?:ignore|disregard|forget|override|bypass)"
_BEFORE = r"(?:previous|prior|preceding|earlier|above)"
_PROMPT = r"(?:system\s)?(?:instructions?|prompts?)"
_SAID = r"(?:sentence|text|words?|statement|phrase|answer|line)s?"
_READER = r"(?:ai|llm|(?:large\s)?language model|chatbot|gpt)s?"
_ORDERS = re.compile(
    # what was said before is not to count
    rf"{_BEGINS}{_DROP}\b.{{0,40}}\b(?:instructions?|prompts?)\b"
    rf"|,\s{_DROP}\s(?:(?:all|any|every|of|the|your|these)\s)*(?:all|any|your|{_BEFORE})\s"
    rf"(?:of\s|the\s)*(?:{_BEFORE}\s)?{_PROMPT}\b"
    rf"|(?:{_BEGINS}|\byou (?:can|may)\s)(?:ignore|disregard|forget)\s"
    r"(?:(?:all|any|everything|the|of|that|was|said|other)\s)*"
    rf"(?:{_BEFORE}|passages?|sources?|evidence|question|context)\b(?!\sof\b)"
    rf"|\b(?:overrides?|supersedes?|cancels?|voids?)\s(?:(?:all|any|every|of|the|your)\s)+"
    rf"(?:{_BEFORE}\s)?{_PROMPT}\b"
    rf"|\byour\s(?:{_BEFORE}|system|developer|initial|original|hidden)\s{_PROMPT}\b"
    rf"|\byour\s(?:system|developer)\s?prompts?\b"
    rf"|\b{_BEFORE}\s{_PROMPT}\s(?:is|are)\s(?:now\s)?"
    r"(?:void|invalid|cancell?ed|superseded|revoked|overridden)\b"
    r"|\b(?:system|developer|hidden|secret)\s(?:instructions?|prompt)\s?:"
    r"|\b(?:new|updated)\s(?:instructions?|prompt)\s?:\s?[\"“]?(?:you|always|never|do not|don't"
    r"|from now on|tell|say|state|answer|reply|respond|write|print|output|ignore|claim|cite)\b"
    # what must not be cited or shown
    rf"|{_BEGINS}(?:do not|don't|never)\s(?:\w+\s)?(?:cite|quote|mention|reveal)\s"
    r"(?:\w+\s){0,2}(?:passages?|sources?|references|markers?|instructions?)\b"
    rf"|{_BEGINS}(?:do not|don't|never)\suse\s(?:the\s|any\s)?other\s"
    r"(?:passages?|sources?|references)\b(?!\sof\b)"
    rf"|{_BEGINS}(?:obey|execute|follow)\s(?:my|this|new|the new)\s(?:\w+\s)?"
    r"(?:instructions?|orders?)\b"
    # a part that the reader is to play; a physician assistant and a role model are people
    r"|\byou are (?:now )?(?:an?|the) (?:[\w-]+\s){0,3}"
    r"(?:ai|chatbot|bot|(?:language|ai|unrestricted|uncensored|generative) model)\b"
    rf"|(?:{_BEGINS}you are|\byou are now) (?:an?|the) (?!role\b)(?:(?!role\b)[\w-]+\s){{0,3}}?"
    r"(?<!physician )(?<!physician's )(?<!dental )(?<!nursing )(?<!nurse )(?<!surgical )"
    r"(?<!research )(?<!laboratory )(?<!teaching )(?<!care )(?<!healthcare )(?<!pharmacy )"
    r"assistant\b"
    r"|\byou are (?:now )?in (?:\w+[\s-]){0,2}"
    r"(?:developer|dan|debug|jailbreak|unrestricted|admin|maintenance|god|root) mode\b"
    # what it is to answer
    r"|\byou (?:must|should|will|shall)\s(?:now\s|only\s|always\s)*"
    r"(?:answer|reply|respond|output|cite)\s(?:only\b|exactly\b|verbatim\b|that\b|as\b"
    r"|(?:with\s)?(?:yes|no)\b(?!\s(?:or|to)\b)|with\s(?:the|this|a|only|exactly)\b"
    r"|this\b|[:\"“'])"
    r"|\byou (?:must|shall)\s(?:now\s|only\s|always\s)*"
    r"(?:(?:say|state|conclude|write)\sthat|tell (?:the user|the reader|everyone|people))\b"
    rf"|{_BEGINS}(?:reply|respond|answer|output)\s(?:only\s(?:with|by|in|this|yes|no)|exactly"
    r"|verbatim|the following|this:|that"
    r"|(?:with\s)?(?:yes|no)(?!\s?(?:or|to|and|/|,\s?(?:yes|no))\b)"
    r"|with\s(?:only|exactly|verbatim|this|the (?:following|words?|phrase|sentence)|[\"“']))\b"
    rf"|{_BEGINS}(?:print|repeat|write|say)\s(?:verbatim|exactly(?!\s(?:what|as|how|when|the same))"
    rf"|(?:only\s)?the following\s{_SAID}|only the\s{_SAID}|the following:)"
    rf"|{_BEGINS}say\sthat\b(?!\sagain)"
    rf"|{_BEGINS}(?:print|reveal|show|output)\s(?:your|the)\s(?:\w+\s)?(?:prompt|instructions)\b"
    # what the text that is written is to hold, and nothing else
    r"|\b(?:summar(?:y|ies)|answers?|respon(?:se|ses)|outputs?)\s(?:should|must|shall)\s"
    r"(?:only|solely|exclusively)\s(?:report|state|say|mention|claim|cite|contain|include)\b"
    r"|\b(?:omit|leave out|leaving out|omitting)\s(?:all\s|any\s)?other\s(?:passages?|sources?)\b"
    r"(?!\sof\b)"
    # whom it addresses
    r"|\b(?:(?:attention|hey)[,:]?|dear|(?:note|message|instructions?) (?:to|for)[,:]?)\s"
    rf"(?:all\s|the\s|any\s)*{_READER}"
    r"(?:\s(?:assistants?|systems?|models?|agents?|readers?))?"
    r"(?:\s?[:,.!;—–-]|\s(?:reading|that reads?|who reads?|processing)\b)",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"<\|[^|<>]{0,40}\|>|\[/?\s*INST\s*\]|<</?SYS>>|<\s*/?\s*(?:passage|question|answer|system"
    r"|assistant|user|instructions?)\b(?:\s[^<>]{0,60})?>|<\s*/?\s*(?:s|(?:start|end)_of_turn)\s*>"
    r"|#{2,}\s*(?:instructions?|system|response|input)\b",
    re.IGNORECASE,
)
_ACTIVE = re.compile(
    r"<\s*/?\s*(?:script|iframe|img|svg|object|embed|form|style|link|meta)\b[^<>]*>"
    r"|<\s*a\s[^<>=]*=[^<>]*>|<\s*/\s*a\s*>|javascript:|<!--",
    re.IGNORECASE,
)
_STEERS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1b\x7f\u202d\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)
"""Controls, bidirectional overrides and isolates, tag characters: no abstract needs them."""
_BLOB = re.compile(
    r"(?<![\w/.:+-])(?=[\w+/]*[a-z])(?=[\w+/]*[A-Z])(?=[\w+/]*\d)[A-Za-z0-9+/]{32,}={0,2}"
)
"""Base64 and the like: 32 characters or more of both cases and digits without a break."""
_IDENTIFIER = re.compile(
    r"\bP(?:MID|ubMed\s?ID)\s?[:#]?\s*\d+|\bPMC\s?\d{5,}|\bdoi\s?[:.]|\b10\.\d{4,9}/\S+",
    re.IGNORECASE,
)
_PROMPT_LINE = re.compile(
    r"(?:^|[.!?\"“(]\s*)(?:question|answer|passages?|system|assistant|user|human)\s*:"
    r"|\bthe (?:(?:only|one|right|best|true|final|short|correct) )*answer (?:to\b.{1,90}?\b)?is\b"
    r"|\bthe (?:only |one )?correct answer to\b|\bas an ai\b",
    re.IGNORECASE,
)
_CITES = re.compile(
    r"\[\d{1,2}(?:\s?,\s?\d{1,2})*\]\s*[.;]?\s*$"
    r"|\b(?:passage|source|reference|citation|document)s?\s?[\[(]\d{1,3}[\])]",
    re.IGNORECASE,
)
"""A citation as the answer writes them; "a median of 5 [3-7] days" is none."""
STUFFED = 3
"""A passage that holds the question this often was written to be found by it."""
_LEAST_STUFFING = 5
"""A question of fewer words may well recur in its own literature: "rheumatoid arthritis"."""


def skeleton(text: str) -> str:
    """Return a text as an eye reads it: compatibility forms, look-alike letters, no hidden ones."""
    seen = "".join(
        c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf"
    )
    if not seen.isascii():
        # a word with a letter that is none of Latin's is left: it does not pretend
        seen = re.sub(r"\w+", lambda m: _latin(m.group()), seen)
    return " ".join(seen.split())


def _latin(word: str) -> str:
    if word.isascii():
        return word
    turned = word.translate(_LIKE_LATIN)
    return turned if turned.isascii() else word


def is_hostile(text: str) -> bool:
    """True where a text gives orders, imitates a chat or a prompt, or steers a terminal."""
    if _STEERS.search(text):
        return True
    plain = skeleton(text)
    return bool(_ORDERS.search(plain) or _TEMPLATE.search(plain) or _ACTIVE.search(plain))


def is_stuffed(text: str, question: str) -> bool:
    """True where a text repeats the question so often that it was written to be found by it."""
    asked = skeleton(question).casefold().rstrip(" ?.")
    if len(asked.split()) < _LEAST_STUFFING:
        return False
    return skeleton(text).casefold().count(asked) >= STUFFED


@lru_cache(maxsize=8192)
def unsayable(sentence: str) -> str:
    """Return why a sentence of a passage or a draft must not be said, or an empty string."""
    if is_hostile(sentence):
        return "reads as an instruction, not as a finding"
    plain = skeleton(sentence)
    if _IDENTIFIER.search(plain):
        return "names an article by an identifier: those come from the references only"
    if _CITES.search(plain):
        return "imitates a citation of the answer"
    if _PROMPT_LINE.search(plain):
        return "imitates a line of the prompt"
    if _BLOB.search(plain):
        return "holds a blob that is no language"
    return ""
