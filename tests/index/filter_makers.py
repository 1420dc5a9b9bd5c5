"""Articles with every kind of fact that a filter asks for, and the filters by brute force."""

from __future__ import annotations

import random

from rag.types import Article, Filter

TYPES = {  # what a type asks for → the types that it finds, written out by hand
    "Clinical Trial": {
        "Clinical Trial",
        "Clinical Trial, Phase II",
        "Controlled Clinical Trial",
        "Randomized Controlled Trial",
        "Pragmatic Clinical Trial",
    },
    "randomised controlled trial": {"Randomized Controlled Trial", "Pragmatic Clinical Trial"},
    "Review": {"Review", "Systematic Review"},
    "Systematic Review": {"Systematic Review"},
    "Case Reports": {"Case Reports"},
    "Letter": {"Letter"},
    "Comparative Study": {"Comparative Study"},
    "Journal Article": {"Journal Article"},
}
LEVELS = [  # the first line that has a type of the article decides
    (1, {"Systematic Review", "Meta-Analysis"}),
    (2, {"Randomized Controlled Trial", "Pragmatic Clinical Trial"}),
    (
        3,
        {
            "Clinical Trial",
            "Clinical Trial, Phase II",
            "Controlled Clinical Trial",
            "Comparative Study",
        },
    ),
    (4, {"Case Reports"}),
    (5, {"Review", "Letter"}),
]
DESIGNS = {"Cohort Studies", "Retrospective Studies"}
HEADINGS = ["Asthma", "Bronchitis", "Stroke", "Épilepsie", "Humans", *sorted(DESIGNS)]
JOURNALS = ["Lung", "The Lancet", "N Engl J Med", "Heart"]
LANGUAGES = {"eng": {"eng", "en"}, "English": {"eng", "en"}, "fr": {"fre"}, "deu": {"ger"}}
HELD_TYPES = sorted(set().union(*TYPES.values()) | {"Meta-Analysis"})


def record(i: int) -> dict[str, object]:
    """Return a record of a JSON lines file; every article has the word ``ward``."""
    draw = random.Random(i)
    types = draw.sample(HELD_TYPES, draw.choice([0, 1, 1, 2]))
    if draw.random() < 0.05:
        types.append("Retracted Publication")
    metadata = {
        "pmid": str(10_000 + i),
        "publication_types": types,
        "mesh": draw.sample(HEADINGS, draw.choice([0, 1, 2])),
        "journal": "Annals of One" if i == 77 else draw.choice(JOURNALS),
        "language": draw.choice(["eng", "eng", "en", "fre", "eng,fre", "ger", ""]),
    }
    if draw.random() < 0.9:
        metadata["year"] = draw.randint(1980, 2020)
    words = " ".join(draw.choice(["fever", "cough", "rash", "lung", "pain"]) for _ in range(8))
    long = ". ".join([words] * 12) if draw.random() < 0.2 else words
    return {
        "_id": str(i),
        "title": f"Ward study number{i} of {words.split()[0]}",
        "text": "" if draw.random() < 0.15 else f"Ward. {long}.",
        "metadata": metadata,
    }


def level(article: Article) -> int:
    types = set(article.publication_types)
    for number, names in LEVELS:
        if types & names:
            return number
    return 3 if {h.descriptor for h in article.mesh} & DESIGNS else 6


def keeps(filters: Filter, article: Article) -> bool:
    """Say by plain comparisons whether a filter keeps an article."""
    types = set(article.publication_types)
    headings = {h.descriptor.lower().replace("é", "e") for h in article.mesh}
    spoken = set(article.language.split(","))
    low, high = filters.evidence or (1, 6)
    retracted = article.status == "retracted"
    return all(
        (
            not filters.publication_types
            or any(types & TYPES[name] for name in filters.publication_types),
            not filters.mesh
            or any(name.lower().replace("é", "e") in headings for name in filters.mesh),
            not filters.journals
            or article.journal.lower() in {name.lower() for name in filters.journals},
            not filters.languages or any(spoken & LANGUAGES[name] for name in filters.languages),
            filters.year_from is None
            or (article.year is not None and article.year >= filters.year_from),
            filters.year_to is None
            or (article.year is not None and article.year <= filters.year_to),
            low <= level(article) <= high,
            not filters.has_abstract or any(s.text for s in article.sections),
            retracted if filters.retracted_only else (filters.include_retracted or not retracted),
        )
    )


def drawn_filter(seed: int) -> Filter:
    """Return a mix of one to four of the parts of a filter."""
    draw = random.Random(seed)
    years = sorted(draw.sample(range(1978, 2023), 2))
    levels = sorted(draw.choices(range(1, 7), k=2))
    parts: dict[str, object] = {
        "year_from": years[0],
        "year_to": years[1],
        "publication_types": tuple(draw.sample(sorted(TYPES), draw.randint(1, 2))),
        "mesh": tuple(draw.sample([*HEADINGS, "EPILEPSIE"], draw.randint(1, 3))),
        "journals": tuple(draw.sample([*JOURNALS, "lung"], draw.randint(1, 2))),
        "languages": tuple(draw.sample(sorted(LANGUAGES), 1)),
        "evidence": (levels[0], levels[1]),
        "has_abstract": True,
        "include_retracted": True,
        "retracted_only": True,
    }
    # most filters ask for one or two things; few for what is retracted
    names = draw.sample(
        [n for n in parts if n != "retracted_only"], draw.choice([1, 1, 2, 2, 3, 4])
    )
    if draw.random() < 0.15:
        names.append("retracted_only")
    return Filter(**{name: parts[name] for name in names})
