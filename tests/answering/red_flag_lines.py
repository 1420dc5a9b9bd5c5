"""The lines that red flags are measured with: what they should raise, and what was raised."""

from dataclasses import dataclass
from pathlib import Path

from rag.answering.redflags import flags_in


@dataclass(frozen=True)
class Line:
    """A line and the flags of which one should be raised; none where nothing should be."""

    expected: tuple[str, ...]
    text: str

    @property
    def raised(self):
        return {flag.name for flag in flags_in(self.text)}

    @property
    def is_right(self):
        raised = self.raised
        return bool(raised & set(self.expected)) if self.expected else not raised


def lines(half):
    """Return the lines of ``dev`` (the patterns were made with them) or ``held``."""
    path = Path(__file__).with_name(f"red_flags_{half}.tsv")
    out = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            expected, _, text = line.partition("\t")
            out.append(Line(() if expected == "-" else tuple(expected.split("|")), text))
    return out
