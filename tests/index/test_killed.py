"""An ingest killed with SIGKILL leaves the last generation whole and goes on afterwards."""

import signal
import sqlite3
import subprocess
import time

import pytest

from rag.index.reader import IndexReader
from rag.types import Filter
from tests.support import Medlit, pubmed_file, pubmed_record

pytestmark = pytest.mark.model
COUNT = 2600


def stored(index, query):
    """One number of the store, as another process sees it; 0 while there is none."""
    try:
        db = sqlite3.connect(f"file:{index}/store/articles.sqlite?mode=ro", uri=True)
        try:
            row = db.execute(query).fetchone()
        finally:
            db.close()
    except sqlite3.OperationalError:
        return 0
    return int(row[0] or 0) if row else 0


RECORDS = "SELECT MAX(records) FROM sources WHERE file = 'b.xml'"
VECTORS = "SELECT value FROM meta WHERE key = 'vectors_done'"

# every stage of an ingest, in the order in which they are reached; each run goes on from
# where the one before was killed
MOMENTS = [
    ("reading", lambda index: stored(index, RECORDS) >= 500),
    ("reading on", lambda index: stored(index, RECORDS) >= 1500),
    ("embedding", lambda index: stored(index, VECTORS) >= 500),
    ("embedding on", lambda index: stored(index, VECTORS) >= 1000),
    ("deriving", lambda index: (index / "gen-000002.tmp").exists()),
    ("deriving again", lambda index: (index / "gen-000002.tmp" / "lexical").exists()),
]


def test_killed_at_every_stage_nothing_is_lost_or_doubled(tmp_path):
    first = pubmed_file(tmp_path / "a.xml", pubmed_record(1, "Cough in adults."))
    many = [pubmed_record(i, f"Fever {i}.", f"Case {i} rose.") for i in range(2, COUNT + 2)]
    second = pubmed_file(tmp_path / "b.xml", *many)
    medlit, index = Medlit(tmp_path), tmp_path / "ix"
    assert medlit("ingest", first, "--index", "ix").returncode == 0
    for name, reached in MOMENTS:
        process = subprocess.Popen(
            medlit.command("ingest", second, "--index", "ix"),
            cwd=tmp_path,
            env=medlit.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 120
        while process.poll() is None and not reached(index) and time.monotonic() < deadline:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL, f"{name}: it ended before it could be killed"
        reader = IndexReader.open(index)
        found = reader.lexical.search("cough fever", 5000, Filter())
        assert reader.manifest.counts.articles == 1, name
        assert len(found.ids) == reader.lexical.count == reader.dense.count == 1, name
        reader.close()
    done = medlit("ingest", second, "--index", "ix")
    assert done.returncode == 0, done.stderr
    reader = IndexReader.open(index)
    counts = reader.manifest.counts
    assert counts.articles == counts.passages == counts.embedded == COUNT + 1
    assert reader.dense.count == COUNT + 1
    found = reader.lexical.search("cough fever", 5000, Filter())
    ids = [a.id for _, a in reader.passages(found.ids.tolist())]
    assert sorted(ids) == sorted(f"pmid:{i}" for i in range(1, COUNT + 2))
    vectors = reader.vectors
    assert (abs((vectors.astype("float32") ** 2).sum(axis=1) - 1) < 0.01).all()
    reader.close()
    assert not list(index.glob("*.tmp"))
