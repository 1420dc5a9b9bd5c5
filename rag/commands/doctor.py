"""``doctor``: what would run here, what would leave, what is stored, and what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.commands.common import GeneratorOption, IndexOption, JsonOption, print_json
from rag.config import load_settings
from rag.errors import MedlitError


def doctor(
    privacy: Annotated[
        bool, typer.Option("--privacy", help="What would leave this machine, and what is stored.")
    ] = False,
    index: IndexOption = None,
    generator: GeneratorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what this machine is and what medlit would choose on it; with --privacy, what leaves.

    Exit code 1 where something is wrong that it names, such as notes that others may read.
    """
    from dataclasses import asdict, replace

    from rag.doctor import examine, problems
    from rag.doctor_privacy import examine_privacy
    from rag.text import printable

    settings = load_settings()
    if generator:
        settings = replace(settings, generator=generator)
    folder = index or settings.index
    sections = examine_privacy(_indexes(folder), settings) if privacy else examine(folder, settings)
    wrong = problems(sections)
    if as_json:
        print_json({"ok": not wrong, "sections": [asdict(s) for s in sections], "problems": wrong})
    else:
        for section in sections:
            typer.echo(section.title)
            for fact in section.facts:
                typer.echo(f"  {fact.name}: {printable(fact.value)}")
            typer.echo("")
    if wrong:
        for problem in wrong[:-1]:
            typer.echo(f"medlit: {printable(problem)}", err=True)
        raise MedlitError(wrong[-1])


def _indexes(index: Path) -> tuple[Path, ...]:
    """The index that is in use, and those that lie beside it under ``indexes``."""
    beside = sorted(p for p in Path("indexes").glob("*") if (p / "CURRENT").is_file())
    known = {index.resolve()}
    return (index, *(p for p in beside if p.resolve() not in known))
