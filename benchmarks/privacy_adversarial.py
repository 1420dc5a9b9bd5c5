r"""The list of hard lines: what of it is missed, and what is taken that should stay.

    PYTHONPATH=. python benchmarks/privacy_adversarial.py              # show it
    PYTHONPATH=. python benchmarks/privacy_adversarial.py --record     # and record it for the tests

``tests/privacy/adversarial.tsv`` has a line a text, with the identifiers in it and with words
that must stay, each list separated by ``|``. A text may hold ``\n`` for a line break. An
identifier in brackets is what to find within words that say where: ``Mr. [Wilson]``. An
identifier is found when all letters and digits of each of its places are covered; a word stays
when no letter or digit of any of its places is.

``tests/privacy/adversarial_missed.tsv`` records what fails, and a test asserts that exactly
that fails: who makes the detector better or worse records the list again, and sees the
difference in it. Standard library only: other systems' interpreters run it too.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1] / "tests" / "privacy"
LINES = TESTS / "adversarial.tsv"
MISSED = TESTS / "adversarial_missed.tsv"

Places = Iterable[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Line:
    """A text, what must go and what must stay, and under which heading it stands."""

    group: str
    text: str
    identifiers: tuple[str, ...]
    stay: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one line: identifiers not found, words taken."""

    line: Line
    missed: tuple[str, ...]
    taken: tuple[str, ...]

    def row(self) -> str:
        """Return it as a line of the record."""
        cells = (self.line.text, "|".join(self.missed), "|".join(self.taken))
        return "\t".join(cell.replace("\n", "\\n") for cell in cells)


def read_lines(path: Path = LINES) -> list[Line]:
    """Read the list.

    Raises:
        ValueError: a line has not three columns, or an entry does not stand in its text.
    """
    group, found = "", []
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines()[1:], start=2):
        if raw.startswith("#"):
            group = raw.removeprefix("#").strip()
            continue
        cells = [cell.replace("\\n", "\n") for cell in raw.split("\t")]
        if len(cells) != 3:
            raise ValueError(f"{path}: line {number} has {len(cells)} columns, not 3")
        line = Line(group, cells[0], *(tuple(c for c in x.split("|") if c) for x in cells[1:]))
        for entry in (*line.identifiers, *line.stay):
            if not places(line.text, entry):
                raise ValueError(f"{path}: line {number} does not hold {entry!r}")
        found.append(line)
    return found


def places(text: str, entry: str) -> list[tuple[int, int]]:
    """Return where an entry stands; of one with brackets, what is in the brackets."""
    plain = entry.replace("[", "").replace("]", "")
    first = entry.index("[") if "[" in entry else 0
    last = entry.index("]") - 1 if "]" in entry else len(plain)
    found, at = [], text.find(plain)
    while at >= 0:
        found.append((at + first, at + last))
        at = text.find(plain, at + 1)
    return found


def faults(lines: Sequence[Line], find: Callable[[str], Places]) -> list[Fault]:
    """Return what is wrong, in the order of the list; ``find`` gives starts and ends."""
    wrong = []
    for line in lines:
        covered = {i for start, end in find(line.text) for i in range(start, end)}

        def letters(entry: str, text: str = line.text) -> list[bool]:
            return [
                i in covered  # noqa: B023 - called within this turn
                for start, end in places(text, entry)
                for i in range(start, end)
                if text[i].isalnum()
            ]

        missed = tuple(entry for entry in line.identifiers if not all(letters(entry)))
        taken = tuple(entry for entry in line.stay if any(letters(entry)))
        if missed or taken:
            wrong.append(Fault(line, missed, taken))
    return wrong


def record(wrong: Sequence[Fault], path: Path = MISSED) -> None:
    """Write what is wrong, for the test to compare with."""
    rows = ["text\tnot found\ttaken, but should stay", *(fault.row() for fault in wrong)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def summary(lines: Sequence[Line], wrong: Sequence[Fault]) -> str:
    """Return a Markdown table: a row a heading, identifiers found and words that stayed."""
    rows = ["| lines | right | identifiers found | words that stayed |", "|---|---|---|---|"]
    for group in [*dict.fromkeys(line.group for line in lines), None]:
        here = [line for line in lines if group in (None, line.group)]
        bad = [fault for fault in wrong if group in (None, fault.line.group)]
        ids, stay = (sum(len(getattr(x, n)) for x in here) for n in ("identifiers", "stay"))
        lost, took = (sum(len(getattr(f, n)) for f in bad) for n in ("missed", "taken"))
        rows.append(
            f"| {group or '**all**'} | {len(here) - len(bad)} of {len(here)} "
            f"| {ids - lost} of {ids} | {stay - took} of {stay} |"
        )
    return "\n".join(rows)


def main() -> None:
    from rag.privacy import find_identifiers

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="renew adversarial_missed.tsv")
    args = parser.parse_args()
    lines = read_lines()
    wrong = faults(lines, lambda text: [(i.start, i.end) for i in find_identifiers(text)])
    for fault in wrong:
        print(fault.row())
    print(summary(lines, wrong))
    if args.record:
        record(wrong)
        print(f"recorded in {MISSED}", file=sys.stderr)


if __name__ == "__main__":
    main()
