"""The model card: what a model was made from, how, under which licences, and what it can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.training.sources import LICENCES
from rag.version import __version__

_KINDS = {"sections": "literature", "headings": "literature"}


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a card says.

    Attributes:
        title: what the model is.
        base: spec of the model that it began as, and that one's licence.
        command: how it was made.
        data: source → how many examples of it were trained on.
        checks: lines on what was left out.
        run: lines on the run itself.
        table: figures: a row of names, then rows of values.
        limits: what a user must not expect.
    """

    title: str
    base: str
    base_licence: str
    command: str
    data: Mapping[str, int]
    checks: Sequence[str]
    run: Sequence[str]
    table: Sequence[Sequence[str]]
    limits: Sequence[str]


def licence_of(source: str) -> str:
    """Return the licence of a known form of data; of others it is not known."""
    return LICENCES.get(_KINDS.get(source, source), "not stated: look at where you have it from")


def write_card(path: Path, facts: CardFacts) -> None:
    """Write a card in Markdown."""
    lines = [
        f"# {facts.title}",
        "",
        f"Made by medlit {__version__} from {facts.base} ({facts.base_licence}):",
        "",
        f"    {facts.command}",
        "",
        "## Data",
        "",
        "| source | examples | licence |",
        "|---|---|---|",
        *(f"| {s} | {n:,} | {licence_of(s)} |" for s, n in sorted(facts.data.items())),
        "",
        *(f"- {line}" for line in facts.checks),
        "",
        "A model may be bound by the licences of its base and of its data; this card is no legal "
        "advice.",
        "",
        "## Run",
        "",
        *(f"- {line}" for line in facts.run),
        "",
        *(["![loss](loss.png)", ""] if (path.parent / "loss.png").is_file() else []),
        "## Figures",
        "",
        *_table(facts.table),
        "",
        "## Limits",
        "",
        *(f"- {line}" for line in facts.limits),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    if len(rows) < 2:
        return ["Nothing was measured."]
    head, *rest = ["| " + " | ".join(row) + " |" for row in rows]
    return [head, "|" + "---|" * len(rows[0]), *rest]
