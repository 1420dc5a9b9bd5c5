"""How a long run tells what it does; the command line draws it, a library may ignore it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Receives the stages of a long run."""

    def start(self, stage: str, total: int | None, unit: str) -> None:
        """A stage begins; ``total`` in ``unit`` where it is known."""

    def advance(self, amount: int) -> None:
        """The stage in progress did ``amount`` more."""

    def finish(self) -> None:
        """The stage in progress ended."""

    def note(self, text: str) -> None:
        """Something that the user should read.

        Notes end in logs, so they hold no word of a question or of a clinical note: numbers, paths
        and names of formats alone. What may hold more goes through ``rag.privacy.redact`` first.
        """

    def beside(self) -> Progress:
        """Return another one, for stages that run at the same time as those of this one."""
        ...


class Silent:
    """A ``Progress`` that shows nothing."""

    def start(self, stage: str, total: int | None, unit: str) -> None:
        """See ``Progress``."""

    def advance(self, amount: int) -> None:
        """See ``Progress``."""

    def finish(self) -> None:
        """See ``Progress``."""

    def note(self, text: str) -> None:
        """See ``Progress``."""

    def beside(self) -> Progress:
        """See ``Progress``."""
        return self
