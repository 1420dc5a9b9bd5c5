"""How the explanation of an answer looks in a terminal: why said, what was not, what was left.

Written for 80 columns. It prints what the answer holds and decides nothing.
"""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from rag.evidence import level_name
from rag.terminal_layout import print_indented
from rag.text import printable
from rag.types import Answer, Citation, Conflict, Unused

_TITLE = 70
"""Characters of a title that are shown."""
_WORDS = 12
"""Words that are named where all of a statement's are in the quote."""


def print_explanation(console: Console, answer: Answer) -> None:
    """Print why it was answered or not, why each statement verified, and what was left."""
    made = answer.provenance
    console.print()
    if answer.sufficiency is not None:
        enough = answer.sufficiency.enough
        _head(console, "Judged answerable" if enough else "Judged not answerable")
        console.print(Text(printable(answer.sufficiency.explained())))
    if answer.statements:
        by = f", by {made.verifier}" if made else ""
        least = f" (supports from {made.threshold:.2f})" if made and made.threshold else ""
        _head(console, f"Why each statement was said{by}{least}")
    for i, statement in enumerate(answer.statements):
        console.print(Text(f"{i + 1}. {printable(_short(statement.text))}"))
        for citation in statement.citations:
            _citation(console, citation)
        for conflict in answer.conflicts:
            if conflict.statement == i:
                _citation(console, conflict.citation, _weight(conflict))
    if answer.dropped:
        _head(console, "Drafted and not said")
        for dropped in answer.dropped:
            console.print(Text(f"- {printable(dropped.text)}"))
            print_indented(console, Text(printable(dropped.reason), style="dim"), 3)
    if answer.unused:
        _head(console, "Found and not used")
        for reason in dict.fromkeys(one.reason for one in answer.unused):
            console.print(Text(printable(f"{reason}:"), style="dim"))
            for one in answer.unused:
                if one.reason == reason:
                    print_indented(console, Text(_name(one)), 3)
    if made:
        _head(console, "Made with")
        times = ", ".join(f"{t.stage} {t.seconds:.2f} s" for t in made.timings)
        facts = (
            f"index {made.index}, generation {made.generation}",
            f"embedder {made.embedder}" if made.embedder else "",
            f"composer {made.generator}",
            f"verifier {made.verifier}",
            f"prompt {made.prompt_version}" if made.prompt_version else "",
            f"question sent to {made.sent.to} with {made.sent.identifiers} identifiers replaced"
            if made.sent
            else "",
        )
        console.print(Text(printable("; ".join(f for f in facts if f))))
        console.print(Text(times, style="dim"))


def _citation(console: Console, citation: Citation, weight: str = "") -> None:
    colour = "yellow" if citation.verdict == "contradicts" else "green"
    line = Text(f"[{citation.n}] ", style="cyan")
    line.append(f"{citation.verdict} {citation.score:.2f}", style=colour)
    line.append(f": {printable(citation.reason)}" if citation.reason else "")
    line.append(weight)
    print_indented(console, line, 3)
    for name, words in (("in both", citation.matched), ("not in it", citation.missing)):
        if words:
            many = not citation.missing and len(words) > _WORDS
            listed = f"all {len(words)} words and numbers" if many else ", ".join(words)
            print_indented(console, Text(printable(f"{name}: {listed}"), style="dim"), 7)
    if citation.part:
        print_indented(console, Text(printable(f"carries: {citation.part}"), style="dim"), 7)


def _weight(conflict: Conflict) -> str:
    year = f", {conflict.year}" if conflict.year else ""
    level = f"; {level_name(conflict.evidence_level)}" if conflict.evidence_level else ""
    than = " and ".join(
        word
        for word, holds in (("stronger", conflict.stronger), ("later", conflict.later))
        if holds
    )
    return f"{level}{year}{f' ({than})' if than else ''}"


def _name(one: Unused) -> str:
    number = f"[{one.n}] " if one.n else ""
    year = f" ({one.year})" if one.year else ""
    return printable(f"{number}{_short(one.title) or 'no title'}{year}, {one.article_id}")


def _short(text: str) -> str:
    return text if len(text) <= _TITLE else text[:_TITLE].rsplit(" ", 1)[0] + " …"


def _head(console: Console, words: str) -> None:
    console.print(Text(f"\n{words}", style="bold"))
