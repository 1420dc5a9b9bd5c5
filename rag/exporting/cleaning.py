"""Text that is safe to print: on one line, without control characters.

A title may hold bytes that move a terminal's cursor, and marks that turn the direction of what
follows; neither belongs to the words of a title.
"""

from __future__ import annotations

import re

# C0, DEL, C1 (0x9b opens an escape sequence too), line separators, halves of surrogate pairs
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# embeddings, overrides and isolates of direction, which hide or reorder the text behind them
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Return the text on one line, with single spaces, without controls of any terminal."""
    return " ".join(_DIRECTION.sub("", _CONTROL.sub(" ", text)).split())
