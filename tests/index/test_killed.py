"""An ingest killed with SIGKILL leaves the last generation whole and goes on afterwards."""

import random
import signal
import subprocess
import time

import pytest

from rag.index.reader import IndexReader
from rag.types import Filter
from tests.support import Medlit, pubmed_file, pubmed_record

pytestmark = [pytest.mark.model, pytest.mark.slow]
COUNT = 2600


def test_killed_again_and_again_nothing_is_lost_or_doubled(tmp_path):
    first = pubmed_file(tmp_path / "a.xml", pubmed_record(1, "Cough in adults."))
    many = [pubmed_record(i, f"Fever {i}.", f"Case {i} rose.") for i in range(2, COUNT + 2)]
    second = pubmed_file(tmp_path / "b.xml", *many)
    medlit = Medlit(tmp_path)
    assert medlit("ingest", first, "--index", "ix").returncode == 0
    chance = random.Random(7)
    killed = 0
    for _ in range(6):
        process = subprocess.Popen(
            medlit.command("ingest", second, "--index", "ix"),
            cwd=tmp_path,
            env=medlit.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        # start-up takes seconds; the work itself begins when the lock is taken
        time.sleep(chance.uniform(2.0, 7.0))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        reader = IndexReader.open(tmp_path / "ix")
        found = reader.lexical.search("cough fever", 5000, Filter())
        assert reader.manifest.counts.articles in (1, COUNT + 1)
        assert len(found.ids) == reader.manifest.counts.passages == reader.lexical.count
        assert reader.dense.count == reader.manifest.counts.embedded
        reader.close()
    assert killed >= 3
    assert medlit("ingest", second, "--index", "ix").returncode == 0
    reader = IndexReader.open(tmp_path / "ix")
    assert reader.manifest.counts.articles == COUNT + 1
    assert reader.manifest.counts.embedded == reader.manifest.counts.passages == COUNT + 1
    found = reader.lexical.search("cough fever", 5000, Filter())
    ids = [a.id for _, a in reader.passages(found.ids.tolist())]
    assert sorted(ids) == sorted(f"pmid:{i}" for i in range(1, COUNT + 2))
    reader.close()
