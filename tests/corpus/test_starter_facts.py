"""Facts of the two starter files, where ``medlit fetch starter`` has put them."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from rag.corpus import read

FACTS = {  # name: records of each kind, then place, id and start of the title's sha256
    "pubmed20n0014.xml.gz": (
        {"Article": 30_000},
        [
            (0, "pmid:399296", "116b30b33fc9"),
            (9, "pmid:399305", "d3ea5c3034d9"),
            (29_999, "pmid:429554", "4d1039aca231"),
        ],
    ),
    "pubmed21n1298.xml.gz": (
        # one record of the file has neither a title nor a text
        {"Article": 20_787, "Reject": 1, "Deletion": 20},
        [(0, "pmid:10704411", "a373f888c016"), (9, "pmid:17727691", "dd6bf5bcc98d")],
    ),
}


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("name", FACTS)
def test_golden_facts_of_the_starter_files(name):
    path = Path(__file__).parents[2] / "corpora" / "starter" / name
    if not path.is_file():
        pytest.skip("the starter corpus is not in corpora/starter")
    counts, golden = FACTS[name]
    wanted = {place for place, _, _ in golden}
    found, kinds = [], Counter()
    for place, record in enumerate(read(path)):
        kinds[type(record).__name__] += 1
        if place in wanted:
            title = hashlib.sha256(record.title.encode()).hexdigest()[:12]
            found.append((place, record.id, title))
    assert kinds == counts
    assert found == golden
