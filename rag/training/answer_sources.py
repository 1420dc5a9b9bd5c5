"""Questions with right passages and ideal answers, read from what a user has."""

from __future__ import annotations

from pathlib import Path

from rag.errors import EvaluationError, UsageError
from rag.evaluation.rows import read_rows
from rag.training.answers import Source, bioasq_sources, title_sources
from rag.training.sources import conclusions_of, questions_of, read_pairs


def read_sources(path: Path, batches: tuple[str, ...] = ()) -> list[Source]:
    """Return the questions of a file, a folder of literature or an index.

    Raises:
        UsageError: it is not there, in no known form, or has no such batch.
        EvaluationError: a row is damaged.
        CorpusError: a file cannot be read.
    """
    if not path.exists():
        raise UsageError(f"{path} is not there; --data takes a file, a folder or an index")
    if path.is_file() and _holds_questions(path):
        return bioasq_sources(questions_of(path, batches))
    pairs = read_pairs(path)
    if not any(p.source == "literature" for p in pairs):
        raise UsageError(
            f"{path} holds no answers to learn from; --data takes BioASQ's questions with "
            "snippets and ideal answers, or literature whose titles ask what a conclusion answers"
        )
    return title_sources(pairs, conclusions_of(path))


def _holds_questions(path: Path) -> bool:
    try:
        keys = set(read_rows(path)[0].fields)
    except EvaluationError:
        return False  # no rows: literature
    return "questions" in keys or {"question", "snippets"} <= keys
