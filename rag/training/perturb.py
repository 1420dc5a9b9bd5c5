"""Change what a sentence says, or only how: pairs to train a verifier on.

``reverse`` turns a direction round, ``deny`` adds or removes a negation, ``renumber`` changes a
number, ``swap_sides`` exchanges the sides of a comparison: the result contradicts what was
there. ``reword`` keeps the meaning. They are word lists, not grammar: where no rule fits they
return ``None`` and no pair is made.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

_OPPOSITES = """
increase decrease|increases decreases|increased decreased|increasing decreasing
higher lower|highest lowest|greater smaller|larger smaller|more less|elevated reduced
raises lowers|raised lowered|rise fall|rises falls|rose fell|gain loss
improves worsens|improved worsened|improve worsen|improving worsening|improvement worsening
promotes inhibits|promote inhibit|promoted inhibited|promoting inhibiting|promotion inhibition
enhances impairs|enhanced impaired|enhance impair|enhancing impairing
stimulates suppresses|stimulated suppressed|stimulate suppress|stimulating suppressing
activates suppresses|activated suppressed|activate suppress|activation suppression
upregulated downregulated|upregulation downregulation|upregulates downregulates
up-regulated down-regulated|up-regulation down-regulation|up-regulates down-regulates
induces prevents|induced prevented|induce prevent|inducing preventing|causes prevents|cause prevent
exacerbates alleviates|exacerbated alleviated|exacerbate alleviate|aggravates ameliorates
better worse|best worst|longer shorter|faster slower|positive negative|positively negatively
effective ineffective|superior inferior|beneficial harmful|benefits harms|benefit harm
favorable unfavorable|favourable unfavourable|present absent|presence absence
sensitive resistant|sensitivity resistance|common rare|frequent infrequent|frequently rarely
accelerates delays|accelerated delayed|accelerate delay|earlier later|early late
high low|safe unsafe|protective deleterious|stronger weaker|strongly weakly|majority minority
"""
_ONE_WAY = """
reduces increases|reduce increase|reduced increased|reducing increasing|reduction increase
attenuates exacerbates|attenuated exacerbated|attenuate exacerbate|diminishes enhances
diminished enhanced|fewer more|blocks promotes|blocked promoted|abolishes enhances
protects predisposes|delays accelerates|inhibits promotes|suppresses enhances|decline rise
declined rose|declines rises|lowering raising|inhibitory stimulatory
"""
_SAME = """
increases raises|increased elevated|increase rise|higher greater|reduces decreases
reduced decreased|reduce decrease|reduction decrease|decreases lowers|decreased lowered
improves enhances|improved enhanced|promotes enhances|inhibits suppresses|inhibited suppressed
demonstrated showed|shows demonstrates|indicates shows|suggests indicates|patients subjects
associated linked|linked associated|effective efficacious|mortality death|cancer tumour|tumor cancer
causes induces|induces causes|attenuates reduces|attenuated reduced|women females|men males
receiving given|therapy treatment|treatment therapy|use administration|risk likelihood
elevated higher
"""


def _table(rows: str, both: bool) -> dict[str, str]:
    table: dict[str, str] = {}
    for pair in rows.replace("\n", "|").split("|"):
        if pair.strip():
            first, second = pair.split()
            table.setdefault(first, second)
            if both:
                table.setdefault(second, first)
    return table


OPPOSITES = _table(_OPPOSITES, True) | _table(_ONE_WAY, False)
"""A word → one that says the other direction."""
SAME = _table(_SAME, False)
"""A word → one that says about the same in an abstract."""

_VERBS = """
increase increases increased|reduce reduces reduced|decrease decreases decreased
improve improves improved|prevent prevents prevented|cause causes caused|induce induces induced
promote promotes promoted|inhibit inhibits inhibited|suppress suppresses suppressed
enhance enhances enhanced|activate activates activated|affect affects affected|lead leads led
regulate regulates regulated|predict predicts predicted|contribute contributes contributed
protect protects protected|require requires required|influence influences influenced
alter alters altered|confer confers conferred|attenuate attenuates attenuated
mediate mediates mediated|play plays played|lower lowers lowered|raise raises raised
accelerate accelerates accelerated|impair impairs impaired|stimulate stimulates stimulated
block blocks blocked|result results resulted|express expresses expressed|bind binds bound
interact interacts interacted|correlate correlates correlated|differ differs differed
depend depends depended|trigger triggers triggered|facilitate facilitates facilitated
target targets targeted|control controls controlled|occur occurs occurred|provide provides provided
"""
_BASE: dict[str, tuple[str, str]] = {}
for _row in _VERBS.replace("\n", "|").split("|"):
    if _row.strip():
        _base, _third, _past = _row.split()
        _BASE[_third] = (_base, "does")
        _BASE.setdefault(_past, (_base, "did"))

_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|can|could|may|might|should|will|would|does|do|did)\b"
    r"(?!\s+(?:not|no|never|neither|been no)\b)"
)
_REMOVABLE = re.compile(
    r"\b(?:(?P<aux>is|are|was|were|has|have|had|can|could|may|should|will|would)\s+not"
    r"|(?P<do>do|does|did)\s+not\s+(?P<verb>[a-z]+)|(?P<no>(?:no|without)(?=\s+[a-z])))\b"
)
_NUMBER = re.compile(r"(?<![\w.,-])(\d+(?:\.\d+)?)(?![\w-]|[.,]\d)")
_THAN = re.compile(r"\b(?:compared (?:with|to)|relative to|than)\b")
_LEAD = re.compile(
    r"^(?:in conclusion|in summary|overall|taken together|collectively|interestingly|moreover"
    r"|furthermore|importantly|notably|here|additionally|finally|thus|therefore|conclusions?)\b[,:]?\s*"
    r"(?:,?\s*(?:we|our (?:results|findings|data|study)|these (?:results|findings|data)"
    r"|this study)\s+(?:\w+\s+)?(?:that\s+))?",
    re.IGNORECASE,
)
_REPORTS = re.compile(
    r"^(?:we|our (?:results|findings|data|study)|these (?:results|findings|data)|this study"
    r"|the (?:results|findings|data))\s+(?:\w+\s+)?"
    r"(?:found|show|shows|showed|suggest|suggests|indicate|indicates|demonstrate|demonstrates"
    r"|demonstrated|report|reveal|revealed|conclude|concluded)\s+that\s+",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*\([^()]*\)")
_WORD = re.compile(r"[A-Za-z][A-Za-z-]*")


def _substitute(
    sentence: str, table: Mapping[str, str], rng: random.Random, most: int
) -> str | None:
    places = [m for m in _WORD.finditer(sentence) if m.group().lower() in table]
    if not places:
        return None
    chosen = sorted(
        rng.sample(places, min(len(places), most)), key=lambda m: m.start(), reverse=True
    )
    for m in chosen:
        new = table[m.group().lower()]
        new = new.capitalize() if m.group()[0].isupper() else new
        sentence = sentence[: m.start()] + new + sentence[m.end() :]
    return sentence


def reverse(sentence: str, rng: random.Random) -> str | None:
    """Return the sentence with one direction turned round."""
    return _substitute(sentence, OPPOSITES, rng, 1)


def deny(sentence: str, rng: random.Random) -> str | None:
    """Return the sentence with a negation removed if it has one, else with one added."""
    if found := _REMOVABLE.search(sentence):
        if found["aux"]:
            new = found["aux"]
        elif found["do"]:
            verb = found["verb"]
            forms = {base: third for third, (base, kind) in _BASE.items() if kind == "does"}
            past = {base: p for p, (base, kind) in _BASE.items() if kind == "did"}
            new = {"do": verb, "does": forms.get(verb, ""), "did": past.get(verb, "")}[found["do"]]
            if not new:
                return None
        else:
            new = "with" if found["no"] == "without" else "a"
        return sentence[: found.start()] + new + sentence[found.end() :]
    auxiliary = _AUXILIARY.search(sentence)
    verb_at = next((m for m in _WORD.finditer(sentence) if m.group() in _BASE), None)
    if auxiliary and (verb_at is None or auxiliary.start() < verb_at.start()):
        return sentence[: auxiliary.end()] + " not" + sentence[auxiliary.end() :]
    if verb_at:
        base, does = _BASE[verb_at.group()]
        return f"{sentence[: verb_at.start()]}{does} not {base}{sentence[verb_at.end() :]}"
    return None


def renumber(sentence: str, rng: random.Random) -> str | None:
    """Return the sentence with one number changed to a clearly different one."""
    places = list(_NUMBER.finditer(sentence))
    if not places:
        return None
    m = rng.choice(places)
    value = float(m.group())
    factor = rng.choice((0.3, 0.5, 0.7, 1.5, 2.0, 3.0))
    if "." in m.group():
        changed = f"{value * factor:.{len(m.group().partition('.')[2])}f}"
    else:
        changed = str(max(1, round(value * factor)))
    if changed == m.group():
        changed = str(int(value) + rng.choice((2, 3, 5)))
    return sentence[: m.start()] + changed + sentence[m.end() :]


def swap_sides(sentence: str) -> str | None:
    """Return "A … than B" as "B … than A", where B ends the sentence and A begins it."""
    match = re.match(
        r"^(?P<a>[A-Z][\w-]*(?: [\w-]+){0,3}?) (?P<verb>(?:is|are|was|were|has|have|had|showed"
        r"|resulted in|reduced|increased|improved|reduces|increases|improves)\b.*?)"
        r" (?P<than>than|compared with|compared to) (?P<b>[\w-]+(?: [\w-]+){0,3})(?P<end>[.]?)$",
        sentence,
    )
    if match is None or _THAN.search(match["verb"]):
        return None
    b = match["b"][:1].upper() + match["b"][1:]
    a = match["a"] if match["a"][1:2].isupper() else match["a"][:1].lower() + match["a"][1:]
    return f"{b} {match['verb']} {match['than']} {a}{match['end']}"


def reword(sentence: str, rng: random.Random) -> str | None:
    """Return the sentence in other words that say the same, or ``None`` if nothing changed."""
    new = _REPORTS.sub("", _LEAD.sub("", sentence)).strip()
    new = _ASIDE.sub("", new) if rng.random() < 0.7 else new
    if rng.random() < 0.7:
        new = _substitute(new, SAME, rng, 2) or new
    new = new[:1].upper() + new[1:]
    return new if new != sentence and len(new.split()) >= 5 else None
