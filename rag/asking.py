"""A file of questions answered into JSON lines, which a run that stops can go on with.

A line is ``{"id", …}`` with the keys of ``ask --json`` behind it, or ``{"id", "question",
"error"}`` where a question failed. Answers that are there already are kept, whatever they were
made with: another index wants another file. Nothing here scores an answer.
"""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from rag.answering.to_json import answer_to_dict
from rag.errors import MedlitError, UsageError
from rag.privacy.redacted import redact
from rag.progress import Progress, Silent
from rag.text import json_text
from rag.types import Answer

Ask = Callable[[str], Answer]
_TEXT_KEYS = ("question", "body", "query", "text")
_ID_KEYS = ("id", "_id", "qid")
_BEGIN = b'{"id": "'
_FAILURES = (MedlitError, ArithmeticError, LookupError, RuntimeError, ValueError, sqlite3.Error)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a file; ``id`` is empty where the file names none."""

    id: str
    question: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many questions were answered, refused for want of evidence, failed, or kept."""

    answered: int = 0
    abstained: int = 0
    failed: int = 0
    kept: int = 0


def read_questions(path: Path) -> tuple[Asked, ...]:
    """Return the questions of a file, plain or gzip, each once, in order.

    One a line; or JSON lines with ``question`` (or ``body``, ``query``, ``text``) and perhaps
    ``id``; or one JSON list of such objects, which may lie under ``questions`` as in BioASQ.

    Raises:
        UsageError: the file cannot be read, a line is no question, or there is none.
    """
    text = _content(path)
    if text.lstrip()[:1] in ("{", "["):
        found = [_asked(row, f"{path}: question {n}") for n, row in _objects(text, path)]
    else:
        found = [Asked("", " ".join(line.split())) for line in text.splitlines() if line.strip()]
    if not found:
        raise UsageError(f"{path} holds no question; write one a line")
    return tuple(dict.fromkeys(found))


def answer_all(
    ask: Ask,
    asked: Sequence[Asked],
    out: Path,
    progress: Progress | None = None,
    threads: int = 1,
) -> Tally:
    """Answer the questions that have no answer in ``out`` yet, each written as it is there.

    What is answered already is told by id and question. A last line that was cut and the lines
    of questions that failed are taken out of the file and asked again. Order is that of
    answering.

    Args:
        ask: answers one question.
        asked: the questions, each once.
        out: the file of answers; made where it is missing.
        progress: told of each question, and of each that failed.
        threads: questions that are asked at the same time.

    Returns:
        How it went; a question that fails does not stop the others.

    Raises:
        UsageError: ``out`` holds something else than answers, or is a folder.
        MedlitError: another run is writing to ``out``.
        OSError: ``out`` cannot be written.
    """
    _check_place(out)
    with _alone(out):
        return _answer_all(ask, asked, out, progress or Silent(), threads)


def _answer_all(
    ask: Ask, asked: Sequence[Asked], out: Path, progress: Progress, threads: int
) -> Tally:
    done = _resume(out)
    waiting = [one for one in asked if one not in done]
    numbers = {one: n for n, one in enumerate(asked, start=1)}
    answered = abstained = failed = 0
    progress.start("questions", len(waiting), "questions")
    # for its owner alone where it is new: a question may be about a patient
    with open(out, "a", encoding="utf-8", errors="replace", newline="\n", opener=_owners) as file:
        for one, made in _answers(ask, waiting, threads):
            number = numbers[one]
            row: dict[str, Any] = {"id": one.id}
            if isinstance(made, Exception):
                failed += 1
                said = " ".join(str(made).split()) or type(made).__name__
                row |= {"error": said}
                # notes end in logs: they number the question, and do not repeat it; an id of the
                # user's own may be the number of a record
                name = f"question {number}" + (f" ({redact(one.id).text})" if one.id else "")
                progress.note(f"failed: {name}: {redact(said).text}")
            else:
                row |= made
                answered += row["status"] == "answered"
                abstained += row["status"] != "answered"
            row["question"] = one.question
            file.write(json_text(row) + "\n")
            file.flush()  # a run that is killed must not lose what it answered
            progress.advance(1)
    progress.finish()
    return Tally(answered, abstained, failed, len(asked) - len(waiting))


def _answers(
    ask: Ask, waiting: Sequence[Asked], threads: int
) -> Iterator[tuple[Asked, dict[str, Any] | Exception]]:
    """Yield each question as it is answered, or what it failed with."""

    def answered(one: Asked) -> dict[str, Any] | Exception:
        try:
            return answer_to_dict(ask(one.question))
        except _FAILURES as error:
            return error

    if threads == 1:
        yield from ((one, answered(one)) for one in waiting)
        return
    ahead = iter(waiting)
    pool = ThreadPoolExecutor(threads, "medlit-ask")
    try:
        running = {pool.submit(answered, one): one for one in islice(ahead, threads)}
        while running:
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                one = running.pop(future)
                running.update({pool.submit(answered, more): more for more in islice(ahead, 1)})
                yield one, future.result()
    finally:
        # who breaks off does not wait for what is being written
        pool.shutdown(wait=False, cancel_futures=True)


def _owners(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _check_place(out: Path) -> None:
    if out.is_dir():
        raise UsageError(f"{out} is a folder; name a file for the answers")
    if not out.parent.is_dir():
        raise UsageError(f"there is no folder {out.parent}; make it, or name another --out")


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Hold ``out`` against other runs: two at once would take out each other's lines.

    The lock file stays: one that is removed could be held by two that opened it in turn.
    """
    out = out.resolve()  # by whatever link it was named
    lock = FileLock(out.with_name(f".{out.name}.lock"), timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout as error:
        raise MedlitError(
            f"another run is writing to {out}; wait for it, or name another --out"
        ) from error
    try:
        yield
    finally:
        lock.release()


def _resume(out: Path) -> set[Asked]:
    """The questions that ``out`` answers, after taking out what must be asked again."""
    if not out.exists():
        return set()
    data = out.read_bytes()
    lines = data.split(b"\n")
    kept: list[bytes] = []
    done: set[Asked] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row = _row(line)
        if row is None:
            ours = line.startswith(_BEGIN) or _BEGIN.startswith(line)
            if number == len(lines) and (kept or ours):
                continue  # cut: no line feed follows what is no object
            raise UsageError(
                f"{out}: line {number} is no answer of medlit's; mend it, or name another --out"
            )
        if "error" not in row:
            kept.append(line)
            done.add(Asked(str(row.get("id", "")), row["question"]))
    whole = b"".join(line + b"\n" for line in kept)
    if whole != data:
        unfinished = out.with_name(f".{out.name}.part")
        try:
            with open(unfinished, "wb", opener=_owners) as file:
                file.write(whole)
            unfinished.chmod(out.stat().st_mode & 0o777)
            os.replace(unfinished, out)
        finally:
            unfinished.unlink(missing_ok=True)
    return done


def _row(line: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not (isinstance(row, dict) and isinstance(row.get("question"), str)):
        return None
    return row if "error" in row or "statements" in row else None


def _content(path: Path) -> str:
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file of questions")
    try:
        data = path.read_bytes()
        if data.startswith(b"\x1f\x8b"):
            data = gzip.decompress(data)
        return data.decode(json.detect_encoding(data)).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not text in UTF-8; save it as UTF-8") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UsageError(f"{path} is a damaged gzip file; get it again") from error
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error


def _objects(text: str, path: Path) -> list[tuple[int, Any]]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        rows = []
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                try:
                    rows.append((number, json.loads(line)))
                except (ValueError, RecursionError) as error:
                    raise UsageError(f"{path}: line {number} is not JSON; mend it") from error
        return rows
    if isinstance(value, dict) and isinstance(value.get("questions"), list):
        value = value["questions"]
    return list(enumerate(value if isinstance(value, list) else [value], start=1))


def _asked(row: Any, where: str) -> Asked:
    if isinstance(row, str):
        row = {"question": row}
    if not isinstance(row, dict):
        raise UsageError(f"{where} is no object; give {{'id': …, 'question': …}}")
    text = next((row[key] for key in _TEXT_KEYS if isinstance(row.get(key), str)), None)
    if text is None:
        raise UsageError(f"{where} has no text under {', '.join(_TEXT_KEYS)}")
    own = next((row[key] for key in _ID_KEYS if isinstance(row.get(key), (str, int))), "")
    return Asked(str(own), text.encode("utf-8", "replace").decode("utf-8"))
