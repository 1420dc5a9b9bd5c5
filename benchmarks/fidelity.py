"""Is everything that a PubMed record says in the Article? Field by field, by a second reading.

    python benchmarks/fidelity.py corpora/starter/*.xml.gz --also ../shared/data/formats/*.xml

``--records`` records are drawn evenly from the files and every PubMed record of ``--also`` is
added. The second reading is in ``second_reading.py``: xml.etree of the standard library over
the whole document, no code of medlit. Both sides are compared after every run of white space
has become one space and the ends are stripped; nothing else is normalised. A text with a MathML
formula is compared without any white space, and may hold more than the source says only by
``/ ( ) √`` and fences (fraction bars and roots, which MathML states as structure): "formula".

Rules that both readings share, since they say what is asked and not how it is read: an empty
title falls back to the vernacular one; a section's label is Label, else NlmCategory unless
UNASSIGNED; a suffix follows the last name; repeated keywords and types count once; a DOI is
``10.``, four to nine digits and ``/``. A record that has neither title nor abstract is to be a
reject. At the end stands the text that no field of Article takes in, by element, so that
nothing is lost unsaid.
Exit code 1 where a field differs in any record.
"""

from __future__ import annotations

import argparse
import sys
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from pathlib import Path

from second_reading import TAKEN, Formula, open_xml, second_reading, squeeze

from rag.corpus import read
from rag.types import Article, Deletion


def of_article(a, stated):
    """The same fields of an Article; a label that only the kind of abstract gives is left out."""
    labels = [s.label for s in a.sections]
    for n, (own, label) in enumerate(zip(labels, stated["abstract labels"], strict=False)):
        if a.sections[n].language and own and not label:
            labels[n] = ""
    return {
        "PMID": a.pmid,
        "version": a.version,
        "DateRevised": a.revised,
        "title": a.title,
        "vernacular title": a.vernacular_title,
        "abstract sections": len(a.sections),
        "abstract texts": [s.text for s in a.sections],
        "abstract labels": labels,
        "abstract languages": [s.language for s in a.sections],
        "journal": a.journal,
        "ISO abbreviation": a.journal_abbreviation,
        "year": a.year,
        "publication date": a.publication_date,
        "volume": a.volume,
        "issue": a.issue,
        "pages": a.pages,
        "authors": [(x.last, x.fore, x.initials, x.collective) for x in a.authors],
        "DOI": a.doi,
        "PMCID": a.pmcid,
        "language": a.language,
        "publication types": list(a.publication_types),
        "ISSN": a.issn,
        "journal id": a.journal_id,
        "substances": [(s.name, s.ui, s.number) for s in a.substances],
        "MeSH": [
            (m.descriptor, m.ui, m.major, [(q.name, q.major) for q in m.qualifiers]) for m in a.mesh
        ],
        "keywords": list(a.keywords),
        "copyright": a.copyright,
        "relations": [(r.kind, r.target.removeprefix("pmid:"), r.citation) for r in a.relations],
    }


def compare(stated, ours):
    """``equal``, ``formula`` (equal but for the bars and roots of a formula) or ``differs``."""
    if stated == ours:
        return "equal"
    if isinstance(stated, list) and isinstance(ours, list) and len(stated) == len(ours):
        found = {compare(a, b) for a, b in zip(stated, ours, strict=True)}
        return next(kind for kind in ("differs", "formula", "equal") if kind in found)
    if isinstance(stated, Formula):
        rest, extra = list(stated), []
        for letter in "".join(ours.split()):
            if rest and letter == rest[0]:
                rest.pop(0)
            else:
                extra.append(letter)
        return "formula" if not rest and set(extra) <= set("/()√,[]{}|") else "differs"
    return "differs"


def pairs(path, records):
    """(element, record read) for ``records`` of a file, evenly drawn; all where it has fewer."""
    with open_xml(path) as handle:
        total = sum(1 for _, e in ET.iterparse(handle) if e.tag == "PubmedArticle" or e.clear())
    if not total:
        return
    count = min(records, total)
    wanted = {i * total // count for i in range(count)}
    read_here = (r for r in read(path) if not isinstance(r, Deletion))
    with open_xml(path) as handle:
        place = 0
        for _, element in ET.iterparse(handle):
            if element.tag == "PubmedBookArticle":
                next(read_here, None)
            elif element.tag == "PubmedArticle":
                record = next(read_here, None)
                if place in wanted:
                    yield element, record
                place += 1
                element.clear()


def not_taken(node, found):
    """Count the records in which an element has text that no field of Article takes in."""
    names = set()
    for parent in node.iter():
        for child in parent if parent.tag in TAKEN else ():
            if child.tag not in TAKEN[parent.tag].split() and squeeze("".join(child.itertext())):
                names.add(f"{parent.tag}/{child.tag}")
    found.update(names)


def run(files, also, records, examples):
    counts = defaultdict(Counter)
    shown = defaultdict(list)
    left = Counter()
    total = unread = empty = 0
    shares = [(path, max(1, records // len(files))) for path in files]
    for path, share in [*shares, *((path, sys.maxsize) for path in also)]:
        for node, record in pairs(path, share):
            total += 1
            not_taken(node, left)
            stated = second_reading(node)
            if not isinstance(record, Article):
                empty += not stated["title"] and not stated["abstract texts"]
                unread += 1
                print(f"{path.name}: not read: {record}")
                continue
            ours = of_article(record, stated)
            for field, value in stated.items():
                kind = compare(value, ours[field])
                counts[field][kind] += 1
                counts[field]["filled"] += bool(value)
                if kind == "differs" and len(shown[field]) < examples:
                    shown[field].append((record.id, value, ours[field]))
    print(
        f"\n{'field':20} {'compared':>8} {'filled':>7} {'equal':>7} {'formula':>7} "
        f"{'differ':>7} {'ratio':>8}"
    )
    for field, count in counts.items():
        same = count["equal"] + count["formula"]
        compared = same + count["differs"]
        print(
            f"{field:20} {compared:8,} {count['filled']:7,} {count['equal']:7,} "
            f"{count['formula']:7,} {count['differs']:7,} {same / compared:8.4f}"
        )
    for field, found in shown.items():
        for article_id, stated, ours in found:
            print(f"\n{field} of {article_id}\n  stated {stated!r:.600}\n  read   {ours!r:.600}")
    print("\ntext that no field takes in (records that have it):")
    for name, count in left.most_common():
        print(f"  {name:45} {count:6,}")
    differing = sum(count["differs"] for count in counts.values())
    print(
        f"\n{total:,} records, {unread} not read ({empty} of them have no text), "
        f"{differing} fields differ"
    )
    return 1 if differing or unread > empty or not total else 0


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--also", nargs="*", type=Path, default=[], help="compared whole")
    parser.add_argument("--records", type=int, default=1000)
    parser.add_argument("--examples", type=int, default=2)
    arguments = parser.parse_args()
    return run(arguments.files, arguments.also, arguments.records, arguments.examples)


if __name__ == "__main__":
    sys.exit(main())
