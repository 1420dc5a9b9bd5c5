"""``train generator``: a small language model learns to write cited answers."""

from __future__ import annotations

from typing import Annotated

import typer

from rag.commands.common import DeviceOption, JsonOption, console, print_json
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
from rag.config import load_settings


def generator(
    data: DataOption,
    out: OutOption,
    base: Annotated[
        str, typer.Option("--base", help="Catalog name, folder, .gguf file or hub id.")
    ] = "smollm2",
    held_out: HeldOutOption = None,
    batch_names: BatchesOption = None,
    limit: Annotated[int | None, typer.Option("--limit", min=8, help="Most examples.")] = None,
    passages: Annotated[
        int, typer.Option("--passages", min=1, max=20, help="Numbered passages of a prompt.")
    ] = 4,
    words: Annotated[int, typer.Option("--words", min=5, help="Most words of a passage.")] = 90,
    refusals: Annotated[
        float,
        typer.Option(
            "--refusals",
            min=0.0,
            max=1.0,
            help="Share of the questions shown only passages of others, to be refused.",
        ),
    ] = 0.05,
    quote: Annotated[
        bool, typer.Option("--quote/--own-words", help="Answers in the passages' sentences.")
    ] = True,
    epochs: EpochsOption = 1,
    rate: RateOption = 1e-3,
    rank: Annotated[int, typer.Option("--rank", min=1, help="Of the adapter's matrices.")] = 8,
    batch_size: BatchSizeOption = 0,
    at_once: AtOnceOption = 0,
    max_tokens: Annotated[
        int, typer.Option("--max-tokens", min=16, help="Longer examples are left out.")
    ] = 896,
    written: Annotated[
        int, typer.Option("--written", min=0, help="Answers written before and after; 0: none.")
    ] = 12,
    seed: SeedOption = 7,
    device: DeviceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train a generator with LoRA: preprocess, train, evaluate; adapter, model and GGUF."""
    from rag.commands.train_tables import print_written
    from rag.terminal import BarProgress
    from rag.training.answers import Shape
    from rag.training.generator import GeneratorSettings
    from rag.training.generator_run import GeneratorData, run_generator

    wanted = GeneratorData(
        tuple(data),
        tuple(batch_names or ()),
        limit,
        Shape(passages, words, refusals, quotes=quote),
        written=written,
    )
    settings = GeneratorSettings(epochs, rate, batch_size, at_once, max_tokens, rank, seed)
    sets = read_held_out(held_out)
    with BarProgress(console(err=True)) as progress:
        made = run_generator(
            wanted,
            base,
            out,
            settings,
            progress,
            sets=sets,
            device=device or load_settings().device,
            command=command_line(),
        )
        if made.tuned.gguf:
            progress.note(f"no GGUF file: {made.tuned.gguf}")
    if as_json:
        flat: dict[str, object] = {"out": str(out), "n": made.tuned.examples}
        for name, one in (("before", made.before), ("after", made.after)):
            flat |= {f"{k} {name}": v for k, v in (one.flat() if one else {}).items()}
        tuned = made.tuned
        print_json(flat | {"steps": tuned.steps, "tokens": tuned.tokens, "seconds": tuned.seconds})
        return
    if made.before and made.after:
        print_written(console(), made.before.flat(), made.after.flat())
    file = out / "model.gguf"
    console().print(f"use it with medlit ask … --generator {file if file.is_file() else out}")
