"""Small fields that several formats write alike: names, headings, dates, lines of text."""

from __future__ import annotations

import re

from rag.types import Author, MeshHeading, MeshQualifier, Reject, Source

_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)", re.ASCII)
_UNWRITABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_INITIALS = re.compile(r"(?:[^\W\d_a-z]-?){1,5}")
_SUFFIXES = {"jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "2nd", "3rd", "4th", "5th"}
_EXCERPT = 200


def one_line(text: str) -> str:
    """Collapse white space to single spaces; control characters and lone surrogates too.

    Half a surrogate pair (JSON can spell one) cannot be written as UTF-8, and a zero byte
    ends a string for SQLite's functions.
    """
    return " ".join(_UNWRITABLE.sub(" ", text).split())


def year_in(text: str) -> int | None:
    """Return the first four-digit year in a date as PubMed writes it (1500 to 2099)."""
    match = _YEAR.search(text)
    return int(match[1]) if match else None


def iso_date(year: str, month: str, day: str) -> str:
    """Return ``YYYY-MM-DD``, or an empty string where a part is not a number in range."""
    parts = (year.strip(), month.strip() or "1", day.strip() or "1")
    if not all(p.isascii() and p.isdigit() and len(p) <= 4 for p in parts):
        return ""
    y, m, d = (int(p) for p in parts)
    return f"{y:04d}-{m:02d}-{d:02d}" if 1 <= m <= 12 and 1 <= d <= 31 else ""


def author_from_name(short: str, full: str = "") -> Author:
    """Read ``Smith JA``, with ``Smith, John A`` beside it or alone.

    Args:
        short: the name in NLM's short form, or empty.
        full: the name as ``Last, Fore``, or empty.
    """
    last, _, fore = (part.strip() for part in full.partition(","))
    words = short.split()
    suffix = words.pop() if len(words) > 2 and words[-1].lower() in _SUFFIXES else ""
    fore_words = fore.split()
    if fore_words and fore_words[-1].lower() in _SUFFIXES:
        suffix = suffix or fore_words[-1]
        fore = " ".join(fore_words[:-1])
    initials = words.pop() if len(words) > 1 and _INITIALS.fullmatch(words[-1]) else ""
    last = last or " ".join(words)
    if not initials and not short:
        initials = "".join(word[0].upper() for word in re.split(r"[\s.-]+", fore) if word)
    return Author(last=f"{last} {suffix}".strip(), fore=fore, initials=initials)


def mesh_heading(text: str) -> MeshHeading:
    """Read ``Descriptor/*qualifier/qualifier``, a star before each main point."""
    name, *rest = (part.strip() for part in text.split("/"))
    return MeshHeading(
        descriptor=name.removeprefix("*"),
        major=name.startswith("*"),
        qualifiers=tuple(
            MeshQualifier(part.removeprefix("*"), part.startswith("*")) for part in rest if part
        ),
    )


def unique(values: list[str]) -> tuple[str, ...]:
    """Drop empty and repeated values; keep the order."""
    return tuple(dict.fromkeys(value for value in values if value))


def reject(
    file: str, record: int, reason: str, excerpt: bytes | str = "", *, cut: bool = False
) -> Reject:
    """Build a reject with its reason and excerpt on one line each."""
    if isinstance(excerpt, bytes):
        excerpt = excerpt[: 4 * _EXCERPT].decode("utf-8", "replace")
    return Reject(Source(file, record), one_line(reason), one_line(excerpt)[:_EXCERPT], cut)
