"""Raised and lowered figures in one line of text: ``10<sup>9</sup>`` is 10⁹ and never 109.

Formats mark them up and text cannot, so most become plain, as readers write and search them:
CO2, m2, CD4+, 18F. Where a figure would run into another one, the number would be a wrong one:
there it becomes Unicode's raised or lowered digits, and what has none stands behind a ``^``.
"""

from __future__ import annotations

import html
import re

_RAISED = str.maketrans("0123456789+-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻")
_LOWERED = str.maketrans("0123456789+-−–", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋")
_FIGURE = re.compile(r"[+\-−–]?\d+")
_BEGINS = re.compile(r"[+\-−–]?\d")
_MARKED = re.compile(r"<(sup|sub)\s?>([^<>]{1,40})</\1\s?>", re.IGNORECASE)


def script(raised: bool, words: str, before: str, after: str) -> str:
    """Return raised or lowered words as they stand between what is before and after them.

    Args:
        raised: a superscript; false for a subscript.
        words: what is raised or lowered, as text.
        before: the text before it; its last character counts.
        after: the text behind it; its first character counts.
    """
    figure = words.strip()
    joins = before[-1:].isdigit() or (raised and before[-1:] in tuple(")]"))
    if not _BEGINS.match(figure) or not (joins or (after[:1].isdigit() and figure[-1].isdigit())):
        return words
    if _FIGURE.fullmatch(figure):
        return figure.translate(_RAISED if raised else _LOWERED)
    return f"^{figure}" if raised else f"_{figure}"


def scripts_in_markup(markup: str) -> str:
    """Write the raised and lowered figures of HTML as text; other markup stays."""
    return _MARKED.sub(_script, markup) if "<su" in markup or "<SU" in markup else markup


def _script(match: re.Match[str]) -> str:
    words = html.unescape(match[2])
    before, after = match.string[: match.start()], match.string[match.end() : match.end() + 1]
    said = script(match[1].lower() == "sup", words, before[-1:], after)
    return match[2] if said == words else said
