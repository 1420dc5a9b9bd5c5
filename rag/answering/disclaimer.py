"""What every answer says of itself, wherever it is shown."""

from __future__ import annotations

DISCLAIMER = (
    "medlit shows what the literature in this index says. It assists a clinician's judgement "
    "and does not replace it."
)
