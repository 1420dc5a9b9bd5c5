"""How the hits of a search look in a terminal (rich), and as JSON; and why they were found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.text import Text

from rag.answering.bibliography import bibliography_to_dict
from rag.answering.references import pubmed_url
from rag.answering.to_json import notices_to_list
from rag.evidence import level_name, level_of
from rag.retrieval.explain import Explanation, MatchedTerm, Pull
from rag.terminal import mark, print_standing
from rag.terminal_layout import print_indented
from rag.text import printable
from rag.types import Hit, StageScores

SHOWN_WORDS = 8
"""Words and stems at most that are marked, and named in the line below the passage."""
LEAST = 0.002
"""Fall of the cosine below which a word is not marked: bf16 rounds at some 0.0001."""
_PREVIEW = 320


def hits_to_list(
    hits: Sequence[Hit], explanations: Sequence[Explanation] | None = None
) -> list[dict[str, Any]]:
    """Return hits as ``search --json`` prints them, each with its explanation if there are any."""
    out = [hit_to_dict(hit) for hit in hits]
    for shown, hit, said in zip(out, hits, explanations or (), strict=bool(explanations)):
        shown["explanation"] = explanation_to_dict(said, hit.passage.text)
    return out


def hit_to_dict(hit: Hit) -> dict[str, Any]:
    """Return a hit as ``search --json`` prints it."""
    return {
        "rank": hit.rank,
        "id": hit.article.id,
        "pmid": hit.article.pmid or None,
        "title": hit.article.title,
        "journal": hit.article.journal,
        "year": hit.article.year,
        "passage": hit.passage.text,
        "passage_id": hit.passage.id,
        "section": hit.passage.section,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "score": hit.score,
        "scores": _scores(hit.scores),
        "evidence_level": level_of(hit.article),
        "status": hit.article.status,
        "notices": notices_to_list(hit.article),
        "bibliography": bibliography_to_dict(hit.article),
    }


def explanation_to_dict(explanation: Explanation, text: str) -> dict[str, Any]:
    """Return an explanation as JSON; offsets are into the passage's text, half open."""

    def pulls(some: Sequence[Pull]) -> list[dict[str, Any]]:
        return [
            {"text": text[p.start : p.end], "start": p.start, "end": p.end, "weight": p.weight}
            for p in some
        ]

    return {
        "scores": _scores(explanation.scores),
        "terms": [
            {
                "stem": term.stem,
                "in_title": term.in_title,
                "spans": [{"text": text[a:b], "start": a, "end": b} for a, b in term.spans],
            }
            for term in explanation.terms
        ],
        "missing": list(explanation.missing),
        "cosine": explanation.cosine,
        "words": pulls(explanation.words),
        "sentences": pulls(explanation.sentences),
        "title": explanation.title,
        "complete": explanation.complete,
    }


def print_hits(
    console: Console, hits: Sequence[Hit], explanations: Sequence[Explanation] | None = None
) -> None:
    """Print hits, best first; with ``explanations``, one a hit, why each was found."""
    if not hits:
        console.print("nothing found")
    for i, hit in enumerate(hits):
        article = hit.article
        head = Text(f"{hit.rank:>2}. ", style="bold")
        head.append(printable(article.title) or "(no title)", style="bold")
        mark(head, article)
        console.print(head)
        level = level_of(article)
        facts = [article.journal_abbreviation or article.journal, str(article.year or "")]
        facts += [level_name(level), pubmed_url(article)]
        _indented(console, Text(printable(" · ".join(f for f in facts if f)), style="dim"))
        print_standing(console, article)
        if explanations is not None:
            _print_explanation(console, hit, explanations[i])
        elif body := hit.passage.text.removeprefix(article.title).strip():
            cut = body if len(body) <= _PREVIEW else body[:_PREVIEW].rsplit(" ", 1)[0] + " …"
            _indented(console, Text(printable(cut, lines=True)))
        console.print()


def moving(explanation: Explanation) -> tuple[Pull, ...]:
    """Return the words worth marking: at most ``SHOWN_WORDS``, the largest fall first.

    None that falls less than ``LEAST``, or less than a fifth of the largest.
    """
    words = explanation.words
    least = max(LEAST, words[0].weight / 5) if words else LEAST
    return tuple(word for word in words[:SHOWN_WORDS] if word.weight >= least)


def _print_explanation(console: Console, hit: Hit, explanation: Explanation) -> None:
    text = hit.passage.text
    moved = moving(explanation)
    _indented(console, _marked(text, moved, console.is_terminal))
    scores = ", ".join(f"{name} {value:.4f}" for name, value in _scores(hit.scores).items())
    _indented(console, Text(f"scores: {scores}; passage {hit.passage.id}", style="dim"))
    words = "; ".join(_term(term, text) for term in explanation.terms) or "none"
    gone = f"; not in it: {', '.join(explanation.missing)}" if explanation.missing else ""
    _indented(console, Text(printable(f"terms: {words}{gone}"), style="dim"))
    if explanation.cosine is None:
        _indented(
            console,
            Text("no cosine: the dense route did not run, or did not return it", style="dim"),
        )
        return
    named = [f"{printable(text[p.start : p.end])} {p.weight:+.3f}" for p in moved]
    if explanation.title is not None:
        named.append(f"(title before the passage {explanation.title:+.3f})")
    by = ", ".join(named) or f"no single word (each less than {LEAST})"
    _indented(console, Text(f"cosine {explanation.cosine:.3f}, moved by: {by}", style="dim"))


def _scores(scores: StageScores) -> dict[str, float]:
    # whatever stages there are: those that saw the passage
    return {name: value for name, value in asdict(scores).items() if value is not None}


def _term(term: MatchedTerm, text: str) -> str:
    seen: dict[str, int] = {}
    for a, b in term.spans:
        seen[text[a:b].lower()] = seen.get(text[a:b].lower(), 0) + 1
    shown = [word if n == 1 else f"{word} ×{n}" for word, n in seen.items()]
    if term.in_title and not term.spans:
        shown.append("in the title")
    return f"{term.stem} ({', '.join(shown)})"


def _marked(text: str, moved: Sequence[Pull], terminal: bool) -> Text:
    """Return the passage with the words marked: bold in a terminal, else in [[brackets]]."""
    out, at = Text(), 0
    for pull in sorted(moved, key=lambda p: p.start):
        word = printable(text[pull.start : pull.end])
        out.append(printable(text[at : pull.start], lines=True))
        out.append(word if terminal else f"[[{word}]]", style="bold green")
        at = pull.end
    out.append(printable(text[at:], lines=True))
    return out


def _indented(console: Console, what: Text) -> None:
    print_indented(console, what, 4)
