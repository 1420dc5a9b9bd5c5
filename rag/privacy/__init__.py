"""Patient text stays here: identifiers found, replaced, and a type for what may leave.

    from rag.privacy import deidentify, redact
    deidentify("Seen by Dr. Ann Example on 3 May 2019.").text
    redact("Seen by Dr. Ann Example on 3 May 2019.").text   # the only form that may leave

Importing this package loads nothing heavy: names are resolved on first use. No rule and no
model finds every identifier; ``docs/privacy.md`` says what is missed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.privacy.detect import find_identifiers
    from rag.privacy.kinds import Identifier
    from rag.privacy.redacted import Redacted, redact
    from rag.privacy.surrogates import Deidentifier, deidentify

_HOMES = {
    "Deidentifier": "rag.privacy.surrogates",
    "Identifier": "rag.privacy.kinds",
    "Redacted": "rag.privacy.redacted",
    "deidentify": "rag.privacy.surrogates",
    "find_identifiers": "rag.privacy.detect",
    "redact": "rag.privacy.redacted",
}

__all__ = [
    "Deidentifier",
    "Identifier",
    "Redacted",
    "deidentify",
    "find_identifiers",
    "redact",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its home on first use (PEP 562)."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'rag.privacy' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
