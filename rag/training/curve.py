"""The loss of a run as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def draw_losses(losses: Sequence[tuple[int, float]], path: Path, title: str) -> None:
    """Write a PNG of the loss over the steps.

    Args:
        losses: (step, mean loss since the row before), in order; may be empty.
        path: of the picture.
        title: above it.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="tight")  # no pyplot: it looks for a screen
    axes = figure.subplots()
    axes.plot([step for step, _ in losses], [loss for _, loss in losses], marker=".")
    axes.set(xlabel="step", ylabel="loss", title=title)
    axes.grid(visible=True, alpha=0.3)
    figure.savefig(path, format="png", dpi=110)
