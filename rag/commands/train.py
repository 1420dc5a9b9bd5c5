"""``train``: models of a field of one's own, by the commands that made those that ship."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.commands.common import DeviceOption, JsonOption, console, print_json
from rag.commands.train_generator import generator
from rag.commands.train_options import (
    AtOnceOption,
    BatchesOption,
    BatchSizeOption,
    DataOption,
    EpochsOption,
    HeldOutOption,
    OutOption,
    RateOption,
    SeedOption,
    command_line,
    read_held_out,
)
from rag.commands.train_verifier import verifier
from rag.config import load_settings

train_app = typer.Typer(
    no_args_is_help=True, help="Train an embedder, a generator or the verifier on your own data."
)

train_app.command("generator")(generator)
train_app.command("verifier")(verifier)


@train_app.command("embedder")
def embedder(
    data: DataOption,
    out: OutOption,
    base: Annotated[
        str, typer.Option("--base", help="Model to begin with: catalog name, folder or hub id.")
    ] = "minilm",
    held_out: HeldOutOption = None,
    measure: Annotated[
        bool,
        typer.Option(
            "--measure/--no-measure",
            help="Measure the held-out sets, or only keep what they hold out of the data.",
        ),
    ] = True,
    batch_names: BatchesOption = None,
    split: Annotated[
        str, typer.Option("--split", help="Judgements of a BEIR set in --data to train on.")
    ] = "train",
    index: Annotated[
        Path | None,
        typer.Option("--index", help="Look for hard negatives in this index too; made with --base"),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=16, help="Most pairs, spread over the sources.")
    ] = None,
    each: Annotated[int, typer.Option("--each", min=1, help="Most passages of a question.")] = 5,
    epochs: EpochsOption = 1,
    rate: RateOption = 3e-5,
    batch_size: BatchSizeOption = 0,
    at_once: AtOnceOption = 0,
    max_tokens: Annotated[
        int, typer.Option("--max-tokens", min=8, help="Texts are cut to these in training.")
    ] = 128,
    blend: Annotated[
        float,
        typer.Option(
            "--blend", min=0.0, max=1.0, help="Share of the trained weights, rest base's."
        ),
    ] = 0.3,
    seed: SeedOption = 7,
    device: DeviceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train an embedder: preprocess, train, evaluate before and after; a run can be resumed."""
    from rag.commands.train_tables import print_figures
    from rag.terminal import BarProgress
    from rag.training.embedder import EmbedderSettings
    from rag.training.embedder_run import EmbedderData, run_embedder

    wanted = EmbedderData(tuple(data), tuple(batch_names or ()), split, index, limit, each)
    settings = EmbedderSettings(epochs, rate, batch_size, at_once, max_tokens, blend, seed)
    sets = read_held_out(held_out)
    with BarProgress(console(err=True)) as progress:
        made = run_embedder(
            wanted,
            base,
            out,
            settings,
            progress,
            sets=sets,
            measure=measure,
            device=device or load_settings().device,
            command=command_line(),
        )
    if as_json:
        flat: dict[str, object] = {"out": str(out), "n": len(made.prepared.learn)}
        for figure in made.figures:
            name = f"{figure.set} {figure.mode} ndcg@10"
            flat |= {f"{name} before": figure.before, f"{name} after": figure.after}
        print_json(flat | {"steps": made.trained.steps, "seconds": made.trained.seconds})
        return
    print_figures(console(), made.figures)
    console().print(f"{out}: use it with medlit ingest … --embedder {out}")
