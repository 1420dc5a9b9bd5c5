"""A few hundred small articles and their index, made with the fake embedder."""

from __future__ import annotations

import random
from pathlib import Path

from rag.index.builder import ingest
from rag.types import Filter
from tests.support import FakeEmbedder, pubmed_file, pubmed_record

_SUBJECTS = "fever cough pertussis pneumonia asthma influenza diabetes heart failure stroke weight"
_TREATMENTS = "metformin insulin placebo vaccine azithromycin aspirin radiography trial"
WORDS = f"{_SUBJECTS} {_TREATMENTS} children adults".split()
TYPES = ("Review", "Randomized Controlled Trial", "Observational Study")
FILTERS = (
    None,
    Filter(year_from=2010),
    Filter(year_to=2005, include_retracted=True),
    Filter(publication_types=("Review",)),
    Filter(evidence=(1, 2), year_from=2003),
)


def build(folder: Path, articles: int = 300) -> Path:
    """Return the folder of an index over articles of random words; the same each time."""
    dice = random.Random(5)
    records = []
    for number in range(articles):
        said = ". ".join(" ".join(dice.choices(WORDS, k=8)) for _ in range(3))
        retracted = ("Retracted Publication",) if number % 17 == 0 else ()
        records.append(
            pubmed_record(
                1000 + number,
                " ".join(dice.choices(WORDS, k=4)),
                f"{said}.",
                types=(dice.choice(TYPES), *retracted),
                year=2000 + number % 20,
            )
        )
    pubmed_file(folder / "c.xml", *records)
    ingest([folder / "c.xml"], folder / "ix", FakeEmbedder())
    return folder / "ix"


def questions(count: int, seed: int = 1) -> list[str]:
    """Return questions of two to four of the words."""
    dice = random.Random(seed)
    return [" ".join(dice.sample(WORDS, dice.randint(2, 4))) for _ in range(count)]
