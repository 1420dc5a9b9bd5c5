"""Does the index say the same of an update file as the file itself? Counted without medlit.

    python benchmarks/updates.py corpora/starter/pubmed21n1298.xml.gz --build
    python benchmarks/updates.py FILE --index DIR     # an index of just this file

One reading is xml.etree over the file, in this script; the other is the index's SQLite file,
opened read-only. ``--build`` makes the index first, in a temporary folder, with the command
``medlit ingest FILE --index DIR --embed-for 0``. Compared are sets of PMIDs and not only their
sizes:

- articles: PMIDs of the file's records, less the deleted and those that have neither title nor
  abstract; each stored as its newest record (highest version, then latest DateRevised, then the
  later in the file), by version, date and the letters of title and abstract
- deleted: PMIDs under DeleteCitation
- revised: PMIDs with more than one record (all but the newest are no longer live)
- retracted: type "Retracted Publication", a RetractionIn or RetractedandRepublishedIn, named by
  the notice of one, or a title that begins with "Retracted:" where the record is no notice
- notices: type "Retraction of Publication", a RetractionOf, or a title that begins with
  "Retraction:", themselves not retracted
- concern: an ExpressionOfConcernIn, or named by an ExpressionOfConcernFor, and neither of the two

Exit code 1 where a set differs.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
import zlib
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

from second_reading import date_parts, number, open_xml, squeeze, whole_text

ROOT = Path(__file__).parents[1]


class Stated(NamedTuple):
    """What one record of the file says."""

    version: int
    revised: str
    readable: bool
    title: str
    types: frozenset
    links: frozenset
    letters: str


def letters(*texts):
    return "".join(c for text in texts for c in text if c.isascii() and c.isalpha())


def read_file(path):
    """PMID → its records in file order, and the PMIDs deleted, each as often as it occurs."""
    found, deleted = defaultdict(list), []
    with open_xml(path) as handle:
        for _, element in ET.iterparse(handle):
            if element.tag == "PubmedArticle":
                pmid, record = one_record(element)
                found[pmid].append(record)
                element.clear()
            elif element.tag == "DeleteCitation":
                deleted += [number(e.text) for e in element.iter("PMID")]
    return found, deleted


def one_record(node):
    citation = node.find("MedlineCitation")
    article = citation.find("Article")
    texts = [*article.iter("ArticleTitle"), *citation.iter("AbstractText")]
    texts += article.iter("VernacularTitle")
    stated = Stated(
        version=int(citation.find("PMID").get("Version", "1")),
        revised="-".join(p.zfill(2) for p in date_parts(citation.find("DateRevised"))[:3]),
        readable=any(whole_text(e) for e in texts),
        title=whole_text(article.find("ArticleTitle")).casefold(),
        types=frozenset(squeeze(e.text).casefold() for e in citation.iter("PublicationType")),
        links=frozenset(
            (e.get("RefType"), number(e.findtext("PMID")))
            for e in citation.findall("CommentsCorrectionsList/CommentsCorrections")
        ),
        letters=letters(
            *(whole_text(e) for e in article.findall("ArticleTitle")),
            *(whole_text(e) for e in article.findall("Abstract/AbstractText")),
        ),
    )
    return number(citation.findtext("PMID")), stated


def expected(found, deleted):
    """The sets that the index must hold, and the newest record of each article."""
    gone = set(deleted)
    newest = {}
    for pmid, records in found.items():
        readable = [r for r in records if r.readable]
        if readable and pmid not in gone:
            # max keeps the first of equals, so the later one in the file must come first
            newest[pmid] = max(reversed(readable), key=lambda r: (r.version, r.revised))

    def targets(kind):
        return {t for r in newest.values() for k, t in r.links if k == kind} & set(newest)

    def having(kind, *types):
        return {
            pmid
            for pmid, r in newest.items()
            if any(k == kind for k, _ in r.links) or r.types & set(types)
        }

    def titled(*words):
        return {pmid for pmid, r in newest.items() if r.title.lstrip("[").startswith(words)}

    notices = having("RetractionOf", "retraction of publication", "retraction notice")
    retracted = having("RetractionIn", "retracted publication") | targets("RetractionOf")
    retracted |= having("RetractedandRepublishedIn") | targets("RetractedandRepublishedFrom")
    retracted |= titled("retracted:", "retracted article:") - notices
    notices = (notices | titled("retraction:", "retraction note", "retraction of:")) - retracted
    concern = having("ExpressionOfConcernIn") | targets("ExpressionOfConcernFor")
    sets = {
        "articles": set(newest),
        "deleted": gone,
        "revised": {p for p, records in found.items() if len(records) > 1 and p in newest},
        "retracted": retracted,
        "notices": notices,
        "concern": concern - retracted - notices,
    }
    return sets, newest


def indexed(folder):
    """The same sets as an index holds them, and version, date and letters of each live article."""
    path = next(folder.glob("**/articles.sqlite"))
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)

    def pmids(query):
        return {i.removeprefix("pmid:") for (i,) in db.execute(query)}

    live = "SELECT id FROM articles WHERE removed IS NULL"
    sets = {
        "articles": pmids(live),
        "deleted": pmids("SELECT id FROM deletions"),
        "revised": pmids(f"SELECT id FROM articles WHERE removed IS NOT NULL AND id IN ({live})"),
        "retracted": pmids(f"{live} AND status = 'retracted'"),
        "notices": pmids(f"{live} AND status = 'notice'"),
        "concern": pmids(f"{live} AND status = 'concern'"),
    }
    rows = db.execute("SELECT id, version, revised, body FROM articles WHERE removed IS NULL")
    keys = {}
    for own, version, revised, body in rows:
        data = json.loads(zlib.decompress(body))
        words = [data.get("title", ""), *(s["text"] for s in data.get("sections", ()))]
        keys[own.removeprefix("pmid:")] = version, revised, letters(*words)
    db.close()
    return sets, keys


def print_counts(found, deleted):
    records = [r for several in found.values() for r in several]
    kinds = Counter(kind for r in records for kind, _ in r.links)
    targets = {t for r in records for kind, t in r.links if kind == "RetractionOf"}
    rows = [
        ("records", len(records)),
        ("distinct PMIDs", len(found)),
        ("PMIDs with several records", sum(len(several) > 1 for several in found.values())),
        (
            "  of these with several versions",
            sum(len({r.version for r in several}) > 1 for several in found.values()),
        ),
        ("records with neither title nor abstract", sum(not r.readable for r in records)),
        ("deletions", len(deleted)),
        ("distinct PMIDs deleted", len(set(deleted))),
        ("type Retracted Publication", sum("retracted publication" in r.types for r in records)),
        (
            "type Retraction of Publication",
            sum("retraction of publication" in r.types for r in records),
        ),
        ("articles named by RetractionOf", len(targets)),
        ("  of these in the file", len(targets & set(found))),
    ]
    rows += [(f"{kind} links", n) for kind, n in sorted(kinds.items())]
    for name, n in rows:
        print(f"{name:42} {n:8,}")


def build(path, folder):
    command = [sys.executable, "-m", "cli", "ingest", str(path.resolve()), "--index", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MEDLIT_OFFLINE": "1"}
    done = subprocess.run(
        [*command, "--embed-for", "0"], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"medlit ingest failed:\n{done.stderr.strip()[-2000:]}")


def compare(found, deleted, folder):
    """Print both sides; return whether all is equal."""
    wanted, newest = expected(found, deleted)
    stored, keys = indexed(folder)
    # rows end for notices too (a link is added): only articles with several records count
    # as revised, so an extra one is no error, but a missing one is
    stored["revised"] &= {pmid for pmid, records in found.items() if len(records) > 1}
    print(f"\n{'':12} {'file':>8} {'index':>8}")
    same = True
    for name, pmids in wanted.items():
        differ = sorted(pmids ^ stored[name])
        same &= not differ
        note = f"differ: {', '.join(differ[:5])}" if differ else "same PMIDs"
        print(f"{name:12} {len(pmids):8,} {len(stored[name]):8,}  {note}")
    # behind the abstract an index may hold abstracts in other languages
    stale = [
        p
        for p, r in newest.items()
        if p not in keys
        or keys[p][:2] != (r.version, r.revised)
        or not keys[p][2].startswith(r.letters)
    ]
    print(f"{len(stale)} articles are not stored as their newest record {', '.join(stale[:5])}")
    return same and not stale


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--index", type=Path, help="an index of just this file")
    where.add_argument("--build", action="store_true", help="ingest the file first")
    arguments = parser.parse_args()
    found, deleted = read_file(arguments.file)
    print_counts(found, deleted)
    if arguments.index:
        return 0 if compare(found, deleted, arguments.index) else 1
    if arguments.build:
        with tempfile.TemporaryDirectory() as work:
            build(arguments.file, Path(work) / "index")
            return 0 if compare(found, deleted, Path(work) / "index") else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
