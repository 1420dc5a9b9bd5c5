"""Sentences that say what was asked or done, not what was found."""

from __future__ import annotations

import re

_AIM = re.compile(
    r"""\b(?:(?:we|study|trial|review|paper|article|report|authors?|here|was|were|is)\s
        (?:\w+\s){0,3}?(?:aim(?:s|ed)?|sought|investigated?|evaluated?|examined?|assess(?:ed|es)?
        |explored?|describe[sd]?|discuss(?:ed|es)?|review(?:s|ed)?|summari[sz]e[sd]?|compared?
        |hypothesi[sz]ed?|enrolled|recruited|screened|collected|excluded|designed|undertaken|conducted|performed|searched|present|outline[sd]?)\b
     |\b(?:the\s)?(?:aims?|objectives?|purpose|goals?)\b.{0,60}\b(?:is|was|were|are)\b
     |\bto\s(?:investigate|evaluate|determine|assess|examine|compare|explore|test)\swhether\b
     |^(?:to|for)\s(?:investigate|evaluate|determine|assess|examine|compare|explore|test|study|describe
        |review|estimate|analy[sz]e|identify)\b)""",
    re.IGNORECASE | re.VERBOSE,
)


def is_aim(sentence: str) -> bool:
    """True where a sentence says what was asked or done, not what was found."""
    return bool(_AIM.search(sentence))
