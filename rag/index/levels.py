"""The evidence level of every article of a store, from its types and headings."""

from __future__ import annotations

import json
import sqlite3

import numpy as np

from rag.evidence import RULES, UNKNOWN


def article_levels(db: sqlite3.Connection) -> np.ndarray:
    """Return levels by article row, uint8 (rows + 1,), 1 (strongest) to 6 (not stated).

    One pass over the index of terms, and a byte an article: the stored levels are of the
    table that was in force at ingest, and are not asked.
    """
    (last,) = db.execute("SELECT COALESCE(MAX(row), 0) FROM articles").fetchone()
    levels = np.full(last + 1, UNKNOWN, dtype=np.uint8)
    for rule in reversed(RULES):  # the first that applies is written last
        rows = db.execute(
            "SELECT row FROM terms WHERE kind = ? AND value IN (SELECT value FROM json_each(?))",
            (rule.kind, json.dumps(sorted(rule.names))),
        )
        # a writer may have added articles meanwhile, which this reader does not see
        levels[np.fromiter((row for (row,) in rows if row <= last), dtype=np.int64)] = rule.level
    return levels
