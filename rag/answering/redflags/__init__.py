"""Signs of an emergency in a question or a record: a notice beside the answer, never instead of it.

A table (``table``) gives for each emergency the signs that raise it together, what to do, and the
source; limits of measured values are signs too (``table_measured``, ``scores``). A sign counts
where the words tell of a person now (``told``, ``when``): what is denied, past, a relative's, only
to be watched for, or asked of the literature raises nothing. This is no triage: silence here never
means that it is safe to wait. docs/redflags.md says what is found and what not.
"""

from __future__ import annotations

from rag.answering.redflags.entry import RedFlag
from rag.answering.redflags.find import Measurements, flags_in, notice_of, red_flags
from rag.answering.redflags.table import RED_FLAGS
from rag.answering.redflags.values import Value, superseded, value_of
from rag.answering.redflags.when import When, is_limit, is_spoilt, when_of

__all__ = [
    "RED_FLAGS",
    "Measurements",
    "RedFlag",
    "Value",
    "When",
    "flags_in",
    "is_limit",
    "is_spoilt",
    "notice_of",
    "red_flags",
    "superseded",
    "value_of",
    "when_of",
]
