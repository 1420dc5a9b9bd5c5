"""What the constructor of ``Redacted`` asks for. Only ``rag.privacy.redacted`` may import it."""

from __future__ import annotations

from typing import Final, final


@final
class Seal:
    """Shows that a text went through ``redact``."""

    __slots__ = ()


SEAL: Final = Seal()
