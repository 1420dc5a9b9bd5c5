import io

from rich.console import Console
from rich.text import Text

from rag.terminal_layout import print_indented


def test_lines_are_indented_wrapped_and_end_without_spaces():
    out = io.StringIO()
    console = Console(file=out, width=40, markup=False, highlight=False)
    print_indented(console, Text("one two three " * 6), 4, below=1)
    lines = out.getvalue().split("\n")
    assert lines[-2:] == ["", ""]
    said = lines[:-2]
    assert len(said) > 1
    assert all(line.startswith(("    one", "    t")) for line in said)
    assert all(line == line.rstrip() and len(line) <= 40 for line in said)
    assert " ".join(" ".join(said).split()) == ("one two three " * 6).strip()
