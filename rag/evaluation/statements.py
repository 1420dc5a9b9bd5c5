"""Share of statements that their quotes support, by a check other than the answer's own.

A statement that is one of its quotes word for word is supported by definition: there is
nothing to judge. Any other is supported where the checking verifier says so of at least one of
its quotes, or of all of them together, since each may carry a part. A verifier that took part
in making the answers must not be the one that checks them: it would find its own work good.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.models.verifier import Verifier
from rag.types import Answer, Statement

# signs that change a number or a comparison count as words: "< 5" is not "> 5", 1.5 not 1 5
_WORD = re.compile(r"[^\W_]+|[<>≤≥=±+−-](?=\s?\d)|(?<=\d)(?:[.,](?=\d)|\s?%)")
_BATCH = 64


@dataclass(frozen=True, slots=True)
class StatementsMeasured:
    """Statements over all answers.

    Attributes:
        statements: how many.
        verbatim: how many are a quote word for word.
        supported: how many of the others the check supports.
        contradicted: how many of the others the check says to be contradicted by a quote, and
            supported by none.
        check: identity of the verifier that judged.
    """

    statements: int
    verbatim: int
    supported: int
    contradicted: int
    check: str

    def flat(self) -> dict[str, str | int | float | None]:
        """Return the keys of ``eval answers --json``; a share of nothing is ``None``."""
        others = self.statements - self.verbatim
        return {
            "statements": self.statements,
            "support": _share(self.verbatim + self.supported, self.statements),
            "support_without_verbatim": _share(self.supported, others),
            "contradicted_by_own_quote": _share(self.contradicted, others),
            "verbatim": _share(self.verbatim, self.statements),
            "statements_judged": others,
            "support_check": self.check,
        }


def _readings(statement: Statement) -> list[str]:
    """Each quote, and where there are several all of them as one text."""
    quotes = list(dict.fromkeys(c.quote for c in statement.citations))
    return [*quotes, " ".join(quotes)] if len(quotes) > 1 else quotes


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def is_verbatim(statement: Statement) -> bool:
    """Say whether a statement is a whole quote of its own, but for case and punctuation."""
    said = _words(statement.text)
    return any(said == _words(c.quote) for c in statement.citations)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def measure_statements(answers: Sequence[Answer], check: Verifier) -> StatementsMeasured:
    """Judge every statement that is not verbatim by each of its quotes, and by several as one.

    Raises:
        ModelError: the verifier failed.
    """
    statements = [s for a in answers for s in a.statements]
    others = [s for s in statements if not is_verbatim(s)]
    read = [_readings(s) for s in others]
    pairs = [(s.text, quote) for s, quotes in zip(others, read, strict=True) for quote in quotes]
    verdicts = [
        judged.verdict
        for at in range(0, len(pairs), _BATCH)
        for judged in check.judge(pairs[at : at + _BATCH])
    ]
    supported = contradicted = at = 0
    for quotes in read:
        said = verdicts[at : at + len(quotes)]
        at += len(said)
        supported += "supports" in said
        contradicted += "contradicts" in said and "supports" not in said
    return StatementsMeasured(
        len(statements), len(statements) - len(others), supported, contradicted, check.identity
    )
