"""The composers by name. A new composer is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable

from rag.answering.draft import Composer
from rag.answering.extractive import Extractive
from rag.answering.llm import LlmComposer
from rag.errors import UsageError
from rag.models.generator import Generator, RemoteGenerator

AnyGenerator = Generator | RemoteGenerator


def _extractive(generator: AnyGenerator | None) -> Composer:
    return Extractive()


def _llm(generator: AnyGenerator | None) -> Composer:
    if generator is None:
        raise UsageError("the composer 'llm' needs a generator: name one with --generator")
    return LlmComposer(generator)


COMPOSERS: dict[str, Callable[[AnyGenerator | None], Composer]] = {
    "extractive": _extractive,
    "llm": _llm,
}
"""Name → maker of a composer from the generator, if there is one."""


def composer(name: str, generator: AnyGenerator | None = None) -> Composer:
    """Return the composer called ``name``.

    Raises:
        UsageError: there is none of that name, or it needs a generator.
    """
    make = COMPOSERS.get(name)
    if make is None:
        raise UsageError(f"no composer '{name}': choose one of {', '.join(sorted(COMPOSERS))}")
    return make(generator)
