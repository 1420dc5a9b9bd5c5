"""Saved conversations: JSON lines in the user's own folder, de-identified, for the owner alone.

A file is made only where saving was asked for. What is written of a turn is ``Redacted``: the
question as typed and as understood, the text of the answer. Of the articles only public ids are
kept, and of the index nothing, since the name of a folder can name a patient. Nothing here
sends anything, and nothing deletes a conversation: it is a file, to be deleted as one.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from rag.conversation import Turn
from rag.errors import UsageError
from rag.privacy.redacted import Redacted, redact, require_redacted
from rag.text import json_text
from rag.types import Answer

_PUBLIC = re.compile(r"pmid:[1-9]\d*|doi:10\.\S+|nct:NCT\d{8}", re.IGNORECASE)
_FORMAT = 1


def conversations_dir() -> Path:
    """Where conversations are kept: ``$XDG_DATA_HOME``, else ``~/.local/share``, below medlit."""
    base = os.environ.get("XDG_DATA_HOME")
    home = Path(base) if base and Path(base).is_absolute() else Path("~/.local/share").expanduser()
    return home / "medlit" / "conversations"


@dataclass(frozen=True, slots=True)
class SavedTurn:
    """What is kept of one question and its answer.

    Raises:
        TypeError: a text is no ``Redacted``.
    """

    asked: Redacted
    question: Redacted
    added: Redacted
    answer: Redacted
    status: str
    references: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for text in (self.asked, self.question, self.added, self.answer):
            require_redacted(text)


def saved_turn(turn: Turn, answer: Answer) -> SavedTurn:
    """De-identify a turn for saving; articles that are not published are left out.

    The whole text of the answer goes through the detector, the literature's words too: a year
    or a place of a quotation may be lost, which the article's id brings back.
    """
    ids = (reference.article.id for reference in answer.references)
    return SavedTurn(
        asked=redact(turn.asked),
        question=redact(turn.question),
        added=redact(turn.added),
        answer=redact(" ".join(statement.text for statement in answer.statements)),
        status=answer.status,
        references=tuple(i for i in ids if _PUBLIC.fullmatch(i)),
    )


class Conversation:
    """A saved conversation that grows by a line for each answer."""

    def __init__(self, path: Path) -> None:
        """Write to ``path``, which is made with its folder by the first turn."""
        self.path = path

    @classmethod
    def new(cls) -> Conversation:
        """Begin one, named by the time in UTC and a few random letters."""
        name = f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{secrets.token_hex(3)}.jsonl"
        return cls(conversations_dir() / name)

    @classmethod
    def last(cls) -> Conversation:
        """Return the one that was written last.

        Raises:
            UsageError: none was saved.
        """
        files = [p for p in conversations_dir().glob("*.jsonl") if p.is_file()]
        if not files:
            raise UsageError(
                "no conversation is saved; begin one with medlit chat --save, then ask --continue"
            )
        return cls(max(files, key=lambda p: (p.stat().st_mtime_ns, p.name)))

    def append(self, turn: SavedTurn) -> None:
        """Write a turn; the file is the owner's alone (0600, in a folder of 0700).

        Raises:
            TypeError: ``turn`` is no ``SavedTurn``.
            OSError: it cannot be written.
        """
        if type(turn) is not SavedTurn:
            raise TypeError("a conversation is made of SavedTurn, whose texts are Redacted")
        row = {
            "format": _FORMAT,
            "asked": turn.asked.text,
            "question": turn.question.text,
            "added": turn.added.text,
            "status": turn.status,
            "answer": turn.answer.text,
            "references": list(turn.references),
        }
        for folder in (self.path.parent.parent, self.path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.parent.chmod(0o700)  # one that was there may have been opened to others
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        with os.fdopen(os.open(self.path, flags, 0o600), "a", encoding="utf-8") as file:
            self.path.chmod(0o600)
            file.write(json_text(row) + "\n")

    def turn(self) -> Turn | None:
        """Return the last whole turn, ``None`` where there is none.

        Raises:
            UsageError: the file is no conversation.
        """
        try:
            lines = self.path.read_text(encoding="utf-8").split("\n")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{self.path} cannot be read; move it away, or mend it") from error
        # the last line may have been cut by a full disk: the one before counts then
        found = [row for row in map(_row, lines) if row is not None]
        if not found and any(line.strip() for line in lines):
            raise UsageError(f"{self.path} is no conversation of medlit's; move it away")
        return found[-1] if found else None


def _row(line: str) -> Turn | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    values = [row.get(k) for k in ("asked", "question", "added")] if isinstance(row, dict) else []
    texts = [v for v in values if isinstance(v, str)]
    return Turn(*texts) if len(texts) == 3 else None
