"""Why a record cannot become an article: raised while one is read, caught where it is counted."""

from __future__ import annotations


class BadRecord(Exception):
    """The reason, in one line, for a record's reject."""
