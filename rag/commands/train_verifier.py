"""``train verifier``: a small network learns whether a text bears out a claim."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.commands.common import DeviceOption, JsonOption, console, print_json
from rag.commands.train_options import OutOption, command_line
from rag.config import load_settings


def verifier(
    data: Annotated[Path, typer.Option("--data", help="Folder of the labelled sets.")],
    literature: Annotated[
        Path, typer.Option("--literature", help="A file of articles to derive pairs from.")
    ],
    out: OutOption,
    settle: Annotated[
        bool, typer.Option("--settle", help="Keep the network in --out, refit the rest.")
    ] = False,
    device: DeviceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train a verifier like the one that medlit ships; a part is held out and measured with."""
    from rag.commands.train_tables import print_judged
    from rag.terminal import BarProgress
    from rag.training.verifier_run import run_verifier

    with BarProgress(console(err=True)) as progress:
        made = run_verifier(
            data,
            literature,
            out,
            progress,
            settle=settle,
            device=device or load_settings().device,
            command=command_line(),
        )
    if as_json:
        learnt = sum(made.learnt.data.values()) if made.learnt else 0
        flat: dict[str, object] = {"out": str(out), "n": learnt}
        for one in made.figures:
            flat[f"{one.set} n"] = one.pairs
            for name in ("accuracy", "macro_f1", "precision", "recall"):
                flat[f"{one.set} {name} {one.verifier}"] = getattr(one, name)
            flat[f"{one.set} said_supports {one.verifier}"] = one.said
        for end in made.settled:
            flat[f"{end.verifier} {end.verdict} precision"] = end.precision
            flat[f"{end.verifier} {end.verdict} threshold"] = end.threshold
        ran = made.trained
        print_json(
            flat | {"steps": ran.steps if ran else 0, "seconds": ran.seconds if ran else 0.0}
        )
        return
    print_judged(console(), made.figures)
    console().print(f"use it with medlit ask … --verifier {out}")
