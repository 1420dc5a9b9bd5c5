"""Are follow-ups read as the questions that a reader takes them for? Counted by words.

    python benchmarks/followups.py [--show] [FILE.tsv …]

A line of a file holds what was asked before (`` / `` between turns), the follow-up, words that the
full question must hold, and words that it must not. A word is held where one of the question begins
with it. ``tests/followups_dev.tsv`` was written before the rules were read and has served to mend
them since; ``tests/followups_held_out.tsv`` was written before they were mended, and nobody looks
at which of its lines fail: leave out ``--show`` for it.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.conversation import Turn, resolve

FILES = tuple(
    Path(__file__).parents[1] / "tests" / f"followups_{name}.tsv" for name in ("dev", "held_out")
)


@dataclass(frozen=True)
class Row:
    """A follow-up, how it was read, and whether that is right."""

    before: str
    line: str
    read: str
    follows: bool
    right: bool


def rows(path: Path) -> Iterator[Row]:
    """Read each line of a file as the chat reads it."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        before, asked, words, others = line.split("\t")
        last: Turn | None = None
        for question in before.split(" / "):
            last = resolve(question, last)
        read = resolve(asked, last).question
        right = all(held(w, read) for w in listed(words)) and not any(
            held(w, read) for w in listed(others)
        )
        # words of the last question that must be there: it is no question of its own
        follows = any(held(w, before) for w in listed(words) if not held(w, asked))
        yield Row(before, asked, read, follows, right)


def listed(words: str) -> list[str]:
    return [word.strip() for word in words.split(",") if word.strip()]


def held(words: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}", text, re.IGNORECASE) is not None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("files", nargs="*", type=Path, default=FILES)
    parser.add_argument("--show", action="store_true", help="name those that were read wrong")
    options = parser.parse_args()
    for path in options.files:
        found = list(rows(path))
        follow = [r for r in found if r.follows]
        alone = [r for r in found if not r.follows]
        print(
            f"{path.name}: follow-ups {sum(r.right for r in follow)} of {len(follow)}, "
            f"new subjects {sum(r.right for r in alone)} of {len(alone)}"
        )
        for row in found:
            if options.show and not row.right:
                print(f"  {row.before} | {row.line} -> {row.read}")


if __name__ == "__main__":
    main()
