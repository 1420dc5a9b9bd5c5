"""Signs of an emergency in a question or a record: a notice beside the answer, never instead of it.

A table (``table``) gives for each emergency the signs that raise it together, what to do, and the
source. A sign counts where the words tell of a person now (``told``): what is denied, past, a
relative's, only to be watched for, or asked of the literature raises nothing. This is no triage:
silence here never means that it is safe to wait. docs/redflags.md says what is found and what not.
"""

from __future__ import annotations

from rag.answering.redflags.entry import RedFlag
from rag.answering.redflags.find import flags_in, red_flags
from rag.answering.redflags.table import RED_FLAGS

__all__ = ["RED_FLAGS", "RedFlag", "flags_in", "red_flags"]
