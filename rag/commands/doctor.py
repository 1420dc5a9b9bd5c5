"""``doctor``: what medlit runs on, what would leave this machine, and what is stored where."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer

from rag.commands.common import IndexOption, JsonOption, print_json
from rag.config import load_settings
from rag.errors import PrivacyError


def doctor(
    index: IndexOption = None,
    privacy: Annotated[
        bool, typer.Option("--privacy", help="What would leave this machine; what is stored where.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Say what medlit runs on, or (--privacy) what would leave and what is stored."""
    from rag.doctor import machine, stored, ways_out

    settings = load_settings()
    folder = index or settings.index
    if not privacy:
        facts = machine(folder)
        if as_json:
            print_json(
                {
                    "python": facts.python,
                    "cores": facts.cores,
                    "memory_bytes": facts.memory,
                    "free_bytes": facts.free,
                    "device": facts.device,
                    "dtype": facts.dtype,
                    "generator": settings.generator or "extractive",
                    "models": [{"name": n, "task": t, "here": here} for n, t, here in facts.models],
                }
            )
            return
        typer.echo(
            f"Python {facts.python}, {facts.cores} cores, {facts.memory / 1e9:.1f} GB memory"
        )
        typer.echo(f"device {facts.device}, computing in {facts.dtype}")
        typer.echo(f"{facts.free / 1e9:.1f} GB free where the index lies")
        typer.echo(f"generator: {settings.generator or 'extractive (quotes, needs no model)'}")
        for name, task, here in facts.models:
            typer.echo(f"  {name:22} {task:10} {'here' if here else 'not here'}")
        return
    ways, places = ways_out(settings, os.environ), stored(folder)
    if as_json:
        print_json(
            {
                "leaves": [{"way": w.name, "open": w.open, "what": w.passes} for w in ways],
                "stored": [_place(p) for p in places],
                "ok": not any(p.mend for p in places),
            }
        )
    else:
        typer.echo("What could leave this machine:")
        for way in ways:
            typer.echo(f"  {'open  ' if way.open else 'closed'} {way.name}: {way.passes}")
        typer.echo("What is stored:")
        for place in places:
            mode = f"mode {place.mode:o}" if place.content != "missing" else "not there"
            typer.echo(f"  {place.path}: {place.content}, {mode}")
    if wrong := [p for p in places if p.mend]:
        raise PrivacyError(f"{wrong[0].path} holds notes that others may read; {wrong[0].mend}")


def _place(place: Any) -> dict[str, object]:
    return {
        "path": str(place.path),
        "content": place.content,
        "mode": f"{place.mode:04o}" if place.content != "missing" else None,
        "mend": place.mend or None,
    }
