"""Opening an index, and the first search in it, read no more than they need."""

from __future__ import annotations

import pytest
from literature import build

from rag.index.reader import IndexReader
from rag.types import Filter


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return build(tmp_path_factory.mktemp("opening"), 100)


def test_the_retracted_are_found_by_their_index(index):
    reader = IndexReader.open(index)
    asked = []
    db = reader._store.db
    db.set_trace_callback(asked.append)
    allowed, excluded = reader.selection(Filter())
    db.set_trace_callback(None)
    assert allowed is None
    retracted = db.execute(
        "SELECT p.id FROM passages p JOIN articles a USING (row) WHERE +a.status = 'retracted'"
    )
    assert excluded.tolist() == sorted(pid for (pid,) in retracted)
    assert len(excluded) == 6  # each 17th of 100
    (query,) = asked
    plan = " ".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {query}"))
    assert "USING INDEX articles_status" in plan
    assert "SCAN" not in plan
    reader.close()


def test_opening_asks_sqlite_for_single_values_only(index, monkeypatch):
    import sqlite3

    asked = []

    class Watched(sqlite3.Connection):
        def execute(self, sql, *args):
            asked.append(sql)
            return super().execute(sql, *args)

    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: real(*a, **k, factory=Watched))
    IndexReader.open(index).close()
    assert asked
    assert all(" meta " in sql for sql in asked)
