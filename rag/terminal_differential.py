"""How a differential looks in a terminal (rich), and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.text import Text

from rag.answering.disclaimer import DISCLAIMER
from rag.answering.references import nlm_reference, pubmed_url
from rag.answering.to_json import reference_to_dict
from rag.clinical.diseases import key, listed
from rag.evidence import level_name
from rag.terminal_layout import print_indented
from rag.text import printable
from rag.types import Candidate, Differential, Finding, FindingLink, Statement

CAUTION = (
    "Candidates are diseases that the literature in this index links with these findings. They are "
    "no diagnosis: what is missing here is not ruled out, and a physician decides."
)
SHOWN_LINKS = 6


def finding_to_dict(finding: Finding) -> dict[str, Any]:
    """Return a finding with its offsets, as JSON prints it."""
    out: dict[str, Any] = asdict(finding)
    out |= {
        "kind": finding.kind.value,
        "experiencer": finding.experiencer.value,
        "time": finding.time.value,
    }
    return out


def differential_to_dict(found: Differential) -> dict[str, Any]:
    """Return what ``differential --json`` prints."""
    return {
        "status": "answered" if found.candidates else "insufficient_evidence",
        "notices": list(found.notices),
        "findings": [finding_to_dict(f) for f in found.findings],
        "rule_out": [
            {
                "name": c.name,
                "rank": c.rank,
                "dangerous_source": _source(c),
                "findings": [_link_to_dict(link) for link in c.links],
            }
            for c in found.rule_out
        ],
        "candidates": [_candidate_to_dict(c) for c in found.candidates],
        "references": [reference_to_dict(r) for r in found.references],
        "reason": found.reason,
        "index": found.index,
        "caution": CAUTION,
    }


def _candidate_to_dict(one: Candidate) -> dict[str, Any]:
    return {
        "rank": one.rank,
        "name": one.name,
        "score": one.score,
        "log_odds": one.log_odds,
        "articles": one.articles,
        "dangerous": one.is_dangerous,
        "dangerous_source": _source(one),
        "uncertainty": one.uncertainty,
        "findings": [
            _link_to_dict(link) | {"weight": link.weight, "rank_without": link.rank_without}
            for link in one.links
        ],
        "fit": [asdict(s) for s in one.fit],
        "tests": [asdict(s) for s in one.tests],
    }


def _link_to_dict(link: FindingLink) -> dict[str, Any]:
    return {
        "name": link.finding.name,
        "text": link.finding.text,
        "start": link.finding.start,
        "end": link.finding.end,
        "against": link.finding.negated,
        "statements": [asdict(s) for s in link.statements],
    }


def _source(one: Candidate) -> str:
    """Return who says that a dangerous candidate is dangerous; empty for others."""
    disease = listed().get(key(one.name))
    return disease.source if one.is_dangerous and disease is not None else ""


def print_differential(console: Console, found: Differential, explain: bool) -> None:
    """Print notices, findings, what to rule out, candidates with their sentences, references."""
    for notice in found.notices:
        print_indented(console, Text(notice, style="bold red"))
    if found.notices:
        console.print()
    told = [_told(f) for f in found.findings]
    print_indented(console, Text(f"Findings read: {', '.join(dict.fromkeys(told)) or 'none'}"))
    if not found.candidates:
        console.print(Text(f"\nNo candidates: {found.reason}.", "bold"))
    if found.rule_out:
        print_indented(console, Text("Rule out first:", style="bold yellow"))
    for one in found.rule_out:
        link = one.links[0]
        line = Text(f"{printable(one.name)}  ", style="bold yellow")
        line.append_text(_quoted(link.finding.name, link.statements[0]))
        print_indented(console, line, 3)
    for candidate in found.candidates:
        console.print()
        _print_candidate(console, candidate, explain)
    if found.references:
        console.print()
    for reference in found.references:
        line = Text(f"[{reference.n}] ", style="cyan")
        line.append(printable(nlm_reference(reference.article)))
        print_indented(console, line)
        level = f"evidence: {level_name(reference.evidence_level or 6)}"
        facts = " · ".join(f for f in (level, pubmed_url(reference.article)) if f)
        print_indented(console, Text(printable(facts), style="dim"), 4)
    console.print()
    print_indented(console, Text(CAUTION, style="dim"))
    print_indented(console, Text(DISCLAIMER, style="dim"))


def _told(finding: Finding) -> str:
    whose = finding.experiencer.value
    marks = [] if whose == "patient" else [finding.relative or whose]
    marks += ["denied"] if finding.negated else []
    marks += ["possible"] if finding.uncertain else []
    marks += [finding.time.value] if finding.time.value != "present" else []
    marks += [finding.duration] if finding.duration else []
    return f"{finding.name} ({', '.join(marks)})" if marks else finding.name


def _print_candidate(console: Console, candidate: Candidate, explain: bool) -> None:
    line = Text(f"{candidate.rank}. {printable(candidate.name)}", style="bold")
    if candidate.is_dangerous:
        line.append("  rule out", style="bold yellow")
    console.print(line)
    print_indented(console, Text(printable(candidate.uncertainty), style="dim"), 3)
    shown: set[str] = set()
    for link in [link for link in candidate.links if link.statements][:SHOWN_LINKS]:
        said = link.statements[0]
        same = said.text in shown
        shown.add(said.text)
        kind = "against, denied" if link.finding.negated else "for"
        head = f"{kind}: {link.finding.name}"
        print_indented(console, _quoted(head, said, short=same), 3)
    for name, statements in (("age and sex", candidate.fit), ("to ask or test", candidate.tests)):
        for statement in statements:
            print_indented(console, _quoted(name, statement), 3)
    if explain:
        print_indented(
            console,
            Text(
                f"score {candidate.score:.2f}; log-odds against the corpus "
                f"{candidate.log_odds:.2f}; "
                f"{candidate.articles} {'article' if candidate.articles == 1 else 'articles'}",
                style="dim",
            ),
            3,
        )
        for link in candidate.links:
            print_indented(console, Text(printable(_moved(link)), style="dim"), 5)


def _moved(link: FindingLink) -> str:
    name = f"“{link.finding.text}”"
    if link.finding.negated:
        return f"{name} (denied) moves it by {link.weight:+.2f}"
    if link.rank_without is None:
        return f"{name}: without it, not among the candidates"
    return f"{name} moves it by {link.weight:+.2f}; without it rank {link.rank_without}"


def _quoted(head: str, statement: Statement, *, short: bool = False) -> Text:
    line = Text(f"{printable(head)}: ", style="italic")
    marks = "".join(f"[{c.n}]" for c in statement.citations)
    line.append("the same sentence " if short else f"“{printable(statement.text)}” ")
    line.append(marks, style="cyan")
    return line
