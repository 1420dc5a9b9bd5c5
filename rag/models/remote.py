"""What a generator on another machine does before anything leaves: look at it, and be online."""

from __future__ import annotations

from collections.abc import Sequence

from rag.errors import OfflineError
from rag.models.generator import RedactedMessage
from rag.offline import is_offline
from rag.privacy.redacted import require_redacted

CONTEXT = 8192
"""Tokens that a model takes of which nobody says how many."""
_BYTES_A_TOKEN = 3
"""English in common vocabularies has 4 to 5; fewer leaves room."""


def require_online() -> None:
    """Refuse to use another machine while offline.

    Raises:
        OfflineError: the network is forbidden.
    """
    if is_offline():
        raise OfflineError("offline: a generator on another machine is not used")


def redacted_turns(messages: Sequence[RedactedMessage]) -> list[dict[str, str]]:
    """Return the role and the text of messages that may leave.

    Raises:
        TypeError: a message is no ``RedactedMessage``.
        OfflineError: the network is forbidden.
    """
    for message in messages:
        if type(message) is not RedactedMessage:
            raise TypeError(
                f"a generator on another machine takes RedactedMessage, "
                f"not {type(message).__name__}"
            )
        require_redacted(message.content)
    require_online()
    return [{"role": m.role, "content": m.content.text} for m in messages]


def estimated_tokens(text: str) -> int:
    """Return an estimate of a text's tokens that is rather too high: one for three bytes."""
    return -(-len(text.encode("utf-8", "replace")) // _BYTES_A_TOKEN)
