"""What of a thing a question asks for, where its form tells: its symptoms, its side effects, when.

A sentence on the right disease or drug is no answer where it says nothing of that: "Staging of
Parkinson's disease …" tells no symptom. Each aspect has the words of which a sentence that speaks
of it holds one; they are wide, since an answer need not repeat the noun ("presents with rash").
By rule, over the form of the question; of another form nothing is asked of a sentence.
"""

from __future__ import annotations

import re

from rag.answering.parties import WHEN
from rag.answering.question import SIGNS
from rag.answering.yesno import bare

_TIME = re.compile(
    r"\b(?:1[5-9]|20)\d\d(?:s\b|\b)|\b\w+teenth century\b|\b(?:decades?|years?) ago\b"
)
_HARM = (
    r"side[- ]effects?|adverse|toxic\w*|reactions?|safe\w*|tolera\w*|harm\w*|complicat\w*|risks?"
    r"|caus\w+|induc\w+|events?|bleed\w*|ha?emorrhag\w*|withdraw\w*|discontinu\w*|led to"
)
_PRESENTS = (
    r"symptom\w*|signs?|manifest\w*|present\w*|characteri[sz]ed|characteristics?|features?|complain\w*"
    r"|suffer\w*|experienc\w*|develop\w*|includ\w+|consist\w*|hallmarks?|triad|phenotyp\w*"
    r"|caus\w+|leads? to|result\w* in|associated with|compris\w*|condition in which|observed"
)
_TREATS = (
    r"treat\w*|therap\w*|drugs?|medicat\w*|medicines?|agents?|\w*inhibit\w*|ant(?:i|agon)\w*|agonists?"
    r"|administ\w*|dos(?:e|es|age|ing)|vaccin\w*|effica\w*|effective\w*|improv\w*|reduc\w*|approv\w*"
    r"|\w*statins?|\w*mab|\w*nib|prescri\w*|indicated|used|receiv\w*|given|block\w*|compounds?"
)
_SERIES = re.compile(r",[^,;]{3,60},? and\b")
_ASPECTS = tuple(
    (re.compile(rf"^(?:what|which|list|name|give|mention|enumerate)\b.{{0,40}}?\b(?:{asked})\b"
                r" (?:of|for|in|after|with)\b", re.IGNORECASE),
     re.compile(rf"\b(?:{said})\b", re.IGNORECASE))
    for asked, said in (
        (r"symptoms?|signs?|manifestations|(?:clinical )?features", _PRESENTS),
        (r"(?:drugs?|medications?|medicines?|treatments?)(?: (?:are|is|have|has|been|can|could|be"
         r"|used|approved|recommended|available|given|effective))*", _TREATS),
        (r"(?:side|adverse) effects|adverse (?:events|reactions)", _HARM),
        (r"complications", _HARM),
        (r"risk factors?", r"risks?|predict\w*|predispos\w*|associat\w+|odds|factors?|likel\w+"
         r"|suscept\w*|caus\w+|more (?:often|common|frequent)\w*|increas\w+"),
    )
)  # fmt: skip
"""What is asked for, and what a sentence says that speaks of it."""
_OF_SYMPTOMS = _ASPECTS[0][1]
"""For these a sign by itself speaks too, or a series: "Blarney syndrome: rash, cough and …"."""


def asks_when(question: str) -> bool:
    """True where a question asks at which time something happened."""
    return bool(WHEN.match(bare(question)))


def speaks_of_aspect(question: str, sentence: str) -> bool:
    """True where a sentence speaks of what a question asks for, or the question tells nothing.

    Args:
        question: as asked.
        sentence: of the evidence.
    """
    if asks_when(question):
        return bool(_TIME.search(sentence))
    return all(
        said.search(sentence) or (said is _OF_SYMPTOMS and _signs(sentence))
        for asked, said in _ASPECTS
        if asked.search(question)
    )


def _signs(sentence: str) -> bool:
    return bool(SIGNS.search(sentence.lower()) or _SERIES.search(sentence))
