"""Write ``weights/lexicon.tsv``: words with what they can be (a name, a place, an ordinary word).

    python -m rag.training.lexicon --literature corpora/starter/pubmed21n1298.xml.gz \
        --out rag/privacy/weights/lexicon.tsv

Names and places come from the providers of Faker (MIT); ordinary words are those that PubMed
abstracts write in lower case. It needs Faker, which medlit itself does not.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from rag.corpus import read
from rag.privacy.vocabulary import fold
from rag.types import Article

FIRST = re.compile(r"^first_(?:romanized_)?names")
LAST = re.compile(r"^last_(?:romanized_)?names|^middle_names")
CITY = re.compile(r"^(?:cities|city_names|towns|villages|municipalities|localities|places|communes|"
                  r"concelhos|cap_city_province|settlements|boroughs|counties|real_city_names)$")
STATE = re.compile(r"^(?:countries|states|provinces|regions|cantons|departments)$")
WORD = re.compile(r"[^\W\d_]{2,}")
COMMON, VERY_COMMON = 4, 150
"""Times that PubMed's abstracts write a word in lower case."""


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (k for k in value if isinstance(k, str))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)


def faker_lists(kind: str, wanted: re.Pattern[str]) -> set[str]:
    """Return the entries of all lands' lists of Faker whose name matches ``wanted``."""
    package = importlib.import_module(f"faker.providers.{kind}")
    found: set[str] = set()
    for module in pkgutil.iter_modules(package.__path__):
        provider = importlib.import_module(f"faker.providers.{kind}.{module.name}").Provider
        for name in dir(provider):
            if wanted.search(name):
                found.update(_strings(getattr(provider, name)))
    return found


def latin(words: Iterable[str]) -> Iterator[str]:
    """Yield the folded words of two letters or more in Latin, Greek or Cyrillic script."""
    for entry in words:
        for word in WORD.findall(entry):
            folded = fold(word)
            if len(folded) > 1 and ord(max(folded)) < 0x0530:
                yield folded


def lower_case_words(literature: Path) -> Counter[str]:
    """Count the words that the abstracts of ``literature`` write in lower case."""
    counts: Counter[str] = Counter()
    for record in read(literature):
        if isinstance(record, Article) and record.language in ("", "eng"):
            for section in record.sections:
                counts.update(w for w in WORD.findall(section.text) if w.islower())
    return counts


def build(literature: Path) -> dict[str, str]:
    """Return word → flags: f first name, l surname, c place, s state or country, w and W common."""
    flags: dict[str, set[str]] = defaultdict(set)
    for kind, wanted, flag in (
        ("person", FIRST, "f"), ("person", LAST, "l"), ("address", CITY, "c"), ("address", STATE, "s"),
    ):
        for word in latin(faker_lists(kind, wanted)):
            flags[word].add(flag)
    for word, n in lower_case_words(literature).items():
        if n >= COMMON and ord(max(word)) < 0x0530:
            flags[fold(word)].add("W" if n >= VERY_COMMON else "w")
    return {w: "".join(sorted(f - {"w"} if "W" in f else f)) for w, f in sorted(flags.items())}


def main() -> None:
    """Build the lexicon and write it, grouped by flags, one line a group."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--literature", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    groups: dict[str, list[str]] = defaultdict(list)
    for word, flags in build(args.literature).items():
        groups[flags].append(word)
    lines = [f"{flags}\t{' '.join(words)}\n" for flags, words in sorted(groups.items())]
    args.out.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
