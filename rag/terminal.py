"""How answers and progress look in a terminal (rich); ``terminal_search`` has the hits.

Nothing here decides anything: it prints values. Literature is printed as plain text, never
as markup and without control characters, so that a title with square brackets stays as it is
and one with an escape sequence steers no terminal.
"""

from __future__ import annotations

import time

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from rag.answering.disclaimer import DISCLAIMER
from rag.answering.references import nlm_reference, pubmed_url, standing_text
from rag.evidence import UNKNOWN, level_name
from rag.index.progress import IngestReport
from rag.terminal_explain import print_explanation
from rag.terminal_layout import print_indented
from rag.text import printable
from rag.types import Answer, Article, Conflict, Reference

_MARK = {
    "retracted": "RETRACTED",
    "notice": "RETRACTION NOTICE",
    "concern": "EXPRESSION OF CONCERN",
}


_REDRAW = 0.1
"""Seconds between two drawings of a bar, at least."""


class BarProgress:
    """Bars with rate and time left on stderr; lines without a terminal are left out."""

    def __init__(self, console: Console, bars: Progress | None = None) -> None:
        self._console = console
        self._bars = bars or Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task: TaskID | None = None
        self._unit = ""
        self._waiting = 0
        self._shown = 0.0

    def __enter__(self) -> BarProgress:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def start(self, stage: str, total: int | None, unit: str) -> None:
        """See ``rag.progress.Progress``."""
        self._unit = unit
        self._waiting = 0
        self._task = self._bars.add_task(stage, total=total, rate="")

    def advance(self, amount: int) -> None:
        """See ``rag.progress.Progress``."""
        # the speed is computed from a thousand samples: not for each passage
        self._waiting += amount
        now = time.monotonic()
        if self._task is None or now - self._shown < _REDRAW:
            return
        self._bars.advance(self._task, self._waiting)
        self._waiting, self._shown = 0, now
        speed = next((t.speed for t in self._bars.tasks if t.id == self._task), None)
        if speed:
            shown = (
                f"{speed / 1e6:.1f} MB/s"
                if self._unit == "bytes"
                else f"{speed:,.0f} {self._unit}/s"
            )
            self._bars.update(self._task, rate=shown)

    def finish(self) -> None:
        """See ``rag.progress.Progress``."""
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None

    def note(self, text: str) -> None:
        """See ``rag.progress.Progress``."""
        self._console.print(Text(text))

    def beside(self) -> BarProgress:
        """See ``rag.progress.Progress``."""
        return BarProgress(self._console, self._bars)


def print_report(console: Console, report: IngestReport, directory: str) -> None:
    """Say what an ingest did."""
    facts = [
        f"{report.added:,} added",
        f"{report.revised:,} revised",
        f"{report.merged:,} merged",
        f"{report.deleted:,} deleted",
        f"{report.retracted:,} retracted",
        f"{report.unchanged + report.older:,} unchanged or older",
        f"{report.rejected:,} unreadable",
    ]
    if report.files and report.files == report.files_unchanged:
        console.print(Text(f"{directory}: these {report.files} files were read before"))
    else:
        console.print(Text(f"{directory}: {report.records:,} records read; {', '.join(facts)}"))
    if report.rejected:
        console.print(Text(f"the reasons are in {directory}/rejects.jsonl"))
    console.print(Text(f"{report.passages:,} new passages, {report.embedded:,} vectors computed"))
    if report.seconds:
        spent = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in report.seconds)
        console.print(Text(f"time: {spent}"))
    if report.pending:
        console.print(
            Text(
                f"{report.pending:,} passages still wait for a vector: they are found by words "
                "already; run the same command without --embed-for to finish"
            )
        )


def print_changes(console: Console, report: IngestReport) -> None:
    """Say what an update changed."""
    if not report.changed:
        console.print("nothing new")
        return
    for count, what in (
        (report.added, "added"),
        (report.revised, "revised"),
        (report.merged, "merged with a record of another source"),
        (report.deleted, "deleted"),
        (len(report.newly_retracted), "newly retracted"),
        (report.rejected, "unreadable records (rejects.jsonl says why)"),
        (report.pending, "passages still without a vector; run ingest or update again"),
    ):
        console.print(Text(f"{count:>9,} {what}"))
    for article_id in report.newly_retracted:
        console.print(Text(f"retracted: {article_id}", style="bold red"))


def print_answer(console: Console, answer: Answer, explain: bool) -> None:
    """Print an answer: notices, statements with what contradicts them, references, disclaimer.

    With ``explain`` also why each statement was said and what was not.
    """
    for flag in answer.red_flags:
        print_indented(console, Text(flag, style="bold red"))
    if answer.red_flags:
        console.print()
    if answer.status == "answered":
        if answer.direct:
            _print_direct(console, answer)
        for i, statement in enumerate(answer.statements):
            line = Text()
            if statement.lead:
                line.append(printable(statement.lead) + " ", style="italic")
            line.append(printable(statement.text) + " ")
            marks = answer.marks(c.n for c in statement.citations)
            line.append(marks, style="cyan")
            print_indented(console, line, below=1)
            for conflict in answer.conflicts:
                if conflict.statement == i:
                    _print_conflict(console, conflict, answer.marks([conflict.citation.n]))
    else:
        console.print(
            Text("The literature in this index does not answer this question well enough.", "bold")
        )
        if answer.references:
            console.print("The closest articles:\n")
    for note in answer.notes:
        print_indented(console, Text(printable(note), style="yellow"), below=1)
    for reference in answer.references:
        _print_reference(console, reference, answer)
    if explain:
        print_explanation(console, answer)
    console.print()
    print_indented(console, Text(DISCLAIMER, style="dim"))


def _print_conflict(console: Console, conflict: Conflict, marks: str) -> None:
    """Print what contradicts the statement above: the answer's own words, or the quote."""
    line = Text("Against this: ", style="yellow")
    if conflict.said:
        line.append(printable(conflict.said))
    else:
        level = level_name(conflict.evidence_level or UNKNOWN)
        year = f", {conflict.year}" if conflict.year else ""
        line.append(f"“{printable(conflict.citation.quote)}” ({level}{year})")
    line.append(f" {marks}", style="cyan")
    print_indented(console, line, 4, below=1)


def _print_direct(console: Console, answer: Answer) -> None:
    """Print the short answer with the numbers of what carries it."""
    said = (
        answer.direct[:1].upper() + answer.direct[1:] if answer.kind == "yesno" else answer.direct
    )
    carriers = (answer.statements[i] for i in answer.direct_statements)
    marks = answer.marks(c.n for s in carriers for c in s.citations)
    line = Text(printable(said), "bold")
    line.append(f" {marks}", style="cyan")
    print_indented(console, line, below=1)


def _print_reference(console: Console, reference: Reference, answer: Answer) -> None:
    article = reference.article
    line = Text(f"[{reference.n}] ", style="cyan")
    line.append(printable(nlm_reference(article)))
    mark(line, article)
    print_indented(console, line)
    facts = [f"evidence: {level_name(reference.evidence_level or 6)}", pubmed_url(article)]
    shown = printable(" · ".join(f for f in facts if f))
    print_indented(console, Text(shown, style="dim"), 4)
    print_standing(console, article)
    quotes = dict.fromkeys(
        c.quote for s in answer.statements for c in s.citations if c.n == reference.n
    )
    for quote in quotes:
        print_indented(console, Text(f"“{printable(quote)}”", style="green"), 4)


def print_standing(console: Console, article: Article) -> None:
    """Print what stands against an article, if anything does."""
    said = printable(standing_text(article))
    if said:
        print_indented(console, Text(said, style="yellow"), 4)


def mark(line: Text, article: Article) -> None:
    """Append the status of an article that is not an ordinary one."""
    if article.status in _MARK:
        line.append(f"  {_MARK[article.status]}", style="bold red")
