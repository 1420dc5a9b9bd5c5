"""The lines and notes that measured red flags are counted with: what they should raise, and do."""

from dataclasses import dataclass
from pathlib import Path

from rag.answering.redflags import RED_FLAGS, flags_in
from rag.clinical import read_record


@dataclass(frozen=True)
class MeasuredLine:
    """A question or a record, and the flags of which one should be raised; none for none."""

    is_note: bool
    expected: tuple[str, ...]
    text: str

    @property
    def raised(self):
        if not self.is_note:
            return {flag.name for flag in flags_in(self.text)}
        notices = read_record(self.text).notices
        return {f.name for f in RED_FLAGS if any(n.startswith(f.notice) for n in notices)}

    @property
    def is_right(self):
        raised = self.raised
        return bool(raised & set(self.expected)) if self.expected else not raised


def measured_lines(half):
    """Return the lines of ``dev`` (the rules were made with them), ``held`` or ``late``."""
    path = Path(__file__).with_name(f"measured_{half}.tsv")
    out = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, expected, text = line.split("\t", 2)
            names = () if expected == "-" else tuple(expected.split("|"))
            out.append(MeasuredLine(kind == "note", names, text.replace("\\n", "\n")))
    return out
