"""``eval perplexity``: how well a language model foresees a text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.commands.common import DeviceOption, JsonOption, QuantizeOption, console, print_json
from rag.config import load_settings
from rag.errors import UsageError


def perplexity(
    text: Annotated[Path, typer.Option("--text", help="A file of plain text in UTF-8.")],
    generator: Annotated[
        str, typer.Option("--generator", help="Catalog name, folder, .gguf file or hub id.")
    ],
    window: Annotated[
        int | None, typer.Option("--window", help="Tokens read at once [default: 1024]")
    ] = None,
    stride: Annotated[
        int | None, typer.Option("--stride", help="Tokens from window to window [default: half]")
    ] = None,
    quantize: QuantizeOption = None,
    device: DeviceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score every token of a text; perplexity by token and word, bits a byte."""
    from rag.evaluation.perplexity import load_scorer, measure_perplexity
    from rag.models.quantize import read_quantize
    from rag.terminal import BarProgress
    from rag.version import __version__

    try:
        content = text.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {text} as text in UTF-8: {error}") from error
    settings = load_settings()
    causal = load_scorer(
        generator, device or settings.device, read_quantize(quantize or settings.quantize)
    )
    with BarProgress(console(err=True)) as progress:
        measured = measure_perplexity(causal, content, window, stride, progress)
    flat = measured.flat()
    made_with = {
        "text": str(text),
        "generator": generator,
        "quantize": quantize or settings.quantize or "none",
        "dtype": causal.device.dtype,
        "medlit": __version__,
    }
    if as_json:
        print_json(flat | made_with)
        return
    width = max(map(len, flat))
    for name, value in flat.items():
        shown = f"{value:,.4f}" if isinstance(value, float) else f"{value:,}"
        console().print(f"{name:>{width}} {shown}")
