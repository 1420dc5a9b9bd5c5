"""Clinical text: what a record says of a patient, and what a clinician would ask about it.

    from rag.clinical import find_findings, read_record

Offsets always count in the text as it was given. Nothing here knows an index, logs or prints,
and nothing is a diagnosis: findings are what the writer of the record said.
"""

from __future__ import annotations

from rag.clinical.findings import find_findings
from rag.clinical.records import read_record

__all__ = ["find_findings", "read_record"]
