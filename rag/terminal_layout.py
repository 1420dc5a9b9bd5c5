"""Indented text in a terminal or a pipe: wrapped, and without spaces at the ends of lines."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text


def print_indented(console: Console, what: Text, by: int = 0, below: int = 0) -> None:
    """Print ``what`` by ``by`` columns to the right, with ``below`` empty lines after it.

    rich's own padding fills every line up to the edge, which a file or a pager then shows.
    """
    for line in what.wrap(console, max(20, console.width - by)):
        line.rstrip()
        console.print(Text(" " * by) + line if line else Text(), soft_wrap=True)
    for _ in range(below):
        console.print()
