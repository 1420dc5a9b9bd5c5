"""Names, addresses, facilities and identifying offices: the tagger and the rules together.

The tagger (``tagger``) reads the context, the rules (``names_rules``) are sure of what a title, a
label or a street's form introduces; what either finds is taken, but for clinical eponyms
(``names_eponyms``) and ordinary words. Names that nothing but the reader's knowledge tells from
words are missed: ``docs/privacy.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.privacy import tagger_features as tf
from rag.privacy.kinds import Identifier, merged
from rag.privacy.names_company import WORDS as COMPANY
from rag.privacy.names_company import by_company
from rag.privacy.names_eponyms import is_term
from rag.privacy.names_rules import WORDS as RULES
from rag.privacy.names_rules import by_lists, by_rules, ordinary
from rag.privacy.places import Places
from rag.privacy.tagger import Tagger
from rag.privacy.tagger_features import lexicon
from rag.privacy.vocabulary import fold

_WORD = re.compile(r"[^\W_]+")
_CALLED = re.compile(r"(?i)\b(?:mr|mrs|ms|miss|dr|nurse|called|named)\.?\s$")
_MONTH = re.compile(r"(?i)(?:january|february|march|april|may|june|july|august)$")
_WHEN = re.compile(
    r"(?i)\b(?:in|since|by|of|until|till|last|next|from|to|and|through|during|early|late|this|\d)\s$"
)
_PLACE_BEFORE = re.compile(r"[^\W\d_]{2}\.?,?\s+$")
_HOUSE_NUMBER = re.compile(r"(?:^|[^\w.,/-])(?P<v>\d{1,5}[A-Za-z]?[ ])$")
_DOSE = re.compile(
    r"(?i)\b\d+(?:[.,]\d+)?[ ]?(?:mg|mcg|µg|g|kg|ml|l|units?|iu|tabs?|caps|puffs?|mmol|meq)\b"
    r"|\bq\.?\d{1,2}h"
)
_HEADINGS = frozenset({"vitals", "labs", "meds", "exam", "imaging", "impression", "allergies"})
_LABELS = frozenset({"mrn", "dob", "ssn", "npi", "dea", "dod", "doa", "acct", "ext"})
_POSTCODE = re.compile(r"\d{4,6}$")


WORDS = RULES | COMPANY
"""Words that some rule begins with."""


def named(text: str, places: Places | None = None) -> list[Identifier]:
    """Return names, addresses, facilities and identifying offices of a text.

    Args:
        text: a note of any length; the time is linear in it.
        places: where they are known already, with ``WORDS`` among their words.

    Returns:
        identifiers in order, apart from each other; ``rule`` is ``tagger`` or a rule's name.
    """
    if not text:
        return []
    parts = tf.tokens(text)
    modes = tf.modes(parts)
    at = places or Places(text, WORDS)
    rules = [i for i in (*by_rules(at), *by_company(at)) if not _no_name(text, i)]
    tagged = [
        i
        for t in Tagger.shipped().tag(text, parts, modes)
        for i in _tidy(text, t.start, t.end, t.kind, "tagger")
    ]
    listed = [
        i
        for start, end, rule in by_lists(parts, modes)
        for i in _tidy(text, start, end, "name", rule)
    ]
    return merged([*rules, *tagged, *listed], text)


def _no_name(text: str, one: Identifier) -> bool:
    return one.kind == "name" and is_term(text, one.start, one.end)


def _tidy(text: str, start: int, end: int, kind: str, rule: str) -> Iterator[Identifier]:
    """Cut a find to what it should cover; yield nothing where nothing is left."""
    pieces = [(start, end)]
    if kind == "name" and "\n" in text[start:end]:  # a name does not run over a line's end
        pieces = [
            (start + m.start(), start + m.end()) for m in re.finditer(r"[^\n]+", text[start:end])
        ]
    for a, b in pieces:
        words = list(_WORD.finditer(text, a, b))
        if not words:
            continue
        a, b = words[0].start(), words[-1].end()
        if text[b : b + 1] == "." and words[-1].end() - words[-1].start() == 1 and kind == "name":
            b += 1  # the point of a last initial
        if kind == "address" and any(w[0].isdigit() for w in words):
            number = _HOUSE_NUMBER.search(text[max(0, a - 10) : a])
            a -= len(number["v"]) if number else 0
        value = text[a:b]
        worded = any(len(w[0]) > 2 and w[0].isalpha() for w in words)
        if _plain(text, a, value) if len(words) == 1 else not worded and kind != "name":
            continue
        if kind == "address" and _DOSE.search(value):
            continue
        if is_term(text, a, b) or (kind == "name" and any(c.isdigit() for c in value)):
            continue
        yield Identifier(a, b, kind, value, rule)


def _plain(text: str, start: int, value: str) -> bool:
    """Say whether a single word or number that the tagger took is an ordinary one."""
    before = text[max(0, start - 10) : start]
    if fold(value) in _LABELS:
        return True
    if fold(value) in _HEADINGS and text.startswith(":", start + len(value)):
        return True
    if value.isdigit():
        return not (_POSTCODE.match(value) and _PLACE_BEFORE.search(before))
    if _CALLED.search(before):
        return False
    if ordinary(value) or (_MONTH.match(value) and _WHEN.search(before)):
        return True
    return value.islower() and "W" in lexicon().get(fold(value), "")
