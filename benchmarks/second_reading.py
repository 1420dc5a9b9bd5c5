"""What a PubMed record says, read a second time: xml.etree over the document, no code of medlit.

For ``fidelity.py`` and ``updates.py``, which hold medlit's reading and its index against it.
"""

from __future__ import annotations

import gzip
import re
import unicodedata

# a publisher's note in place of a text
PLACEHOLDER = "Abstract available from the publisher."
# children that Article takes in, or that say nothing about the article (status, dates of entry)
TAKEN = {
    "MedlineCitation": "PMID DateRevised Article MedlineJournalInfo CommentsCorrectionsList "
    "MeshHeadingList OtherAbstract KeywordList ChemicalList",
    "Article": "Journal ArticleTitle Pagination Abstract AuthorList Language "
    "PublicationTypeList VernacularTitle ArticleDate ELocationID",
    "Journal": "ISSN Title ISOAbbreviation JournalIssue",
    "Author": "LastName ForeName Initials Suffix CollectiveName",
    "PubmedData": "ArticleIdList",
    "OtherAbstract": "AbstractText",
    "Abstract": "AbstractText CopyrightInformation",
}


class Formula(str):
    """A text with MathML in it, without white space."""


def squeeze(text):
    return " ".join((text or "").split())


def whole_text(element):
    """The text of an element and of all inside it, in document order.

    As docs/formats.md says, a raised or lowered figure that would run into another is written
    with raised or lowered digits, or behind a sign where it is more than a whole number.
    """
    if element is None:
        return ""
    if not any(e.tag.endswith("}math") for e in element.iter()):
        return squeeze(said_of(element))
    return Formula("".join(said_of(element).split()))


def said_of(element):
    if element.tag.endswith("}msup") and len(element) == 2:
        base, power = ("".join(said_of(e).split()) for e in element)
        return base + apart("sup", power, base, "")
    text = element.text or ""
    for child in element:
        tail = child.tail or ""
        if child.tag.endswith(("}annotation", "}annotation-xml")):
            text += tail
            continue
        own = said_of(child)
        text += (apart(child.tag, own, text, tail) if child.tag in ("sup", "sub") else own) + tail
    return text


def apart(kind, own, text, tail):
    """``own`` as it stands between ``text`` and ``tail``."""
    figure = own.strip()
    if re.match(r"[-+−–]?[0-9]", figure) is None:
        return own
    touches_before = re.search(r"[0-9\])]$" if kind == "sup" else r"[0-9]$", text)
    touches_after = re.match(r"[0-9]", tail) and re.search(r"[0-9]$", figure)
    if not touches_before and not touches_after:
        return own
    if re.search(r"[^0-9]", figure[1:]):
        return {"sup": "^", "sub": "_"}[kind] + figure
    place = {"sup": "SUPERSCRIPT", "sub": "SUBSCRIPT"}[kind]
    words = ["ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE"]
    names = {str(n): word for n, word in enumerate(words)}
    names |= {"+": "PLUS SIGN", "-": "MINUS", "−": "MINUS", "–": "MINUS"}
    return "".join(unicodedata.lookup(f"{place} {names[c]}") for c in figure)


def once(values):
    return list(dict.fromkeys(v for v in values if v))


def number(text):
    return re.sub(r"^0+", "", squeeze(text))


def date_parts(element):
    names = ("Year", "Month", "Day", "Season", "MedlineDate")
    return [squeeze(element.findtext(n)) for n in names] if element is not None else [""] * 5


def stated_year(article):
    for path in ("Journal/JournalIssue/PubDate", "ArticleDate"):
        found = re.search(r"\d{4}", " ".join(date_parts(article.find(path))))
        if found:
            return int(found[0])
    return None


def sections(citation):
    """(text, label, language) of every AbstractText, own abstract first."""
    found = []
    for place in ("Article/Abstract", "OtherAbstract"):
        for abstract in citation.findall(place):
            for part in abstract.findall("AbstractText"):
                category = squeeze(part.get("NlmCategory"))
                label = squeeze(part.get("Label")) or category.replace("UNASSIGNED", "")
                language = abstract.get("Language", "") if place == "OtherAbstract" else ""
                text = whole_text(part)
                if text and not (place == "OtherAbstract" and text == PLACEHOLDER):
                    found.append((text, label, language))
    return found


def people(article):
    found = []
    for author in article.findall("AuthorList/Author"):
        parts = {n: whole_text(author.find(n)) for n in TAKEN["Author"].split()}
        last = squeeze(parts["LastName"] + " " + parts["Suffix"])
        found.append((last, parts["ForeName"], parts["Initials"], parts["CollectiveName"]))
    return found


def article_ids(node, article, kind):
    listed = [
        squeeze(e.text)
        for e in node.findall("PubmedData/ArticleIdList/ArticleId")
        if e.get("IdType") == kind
    ]
    if kind == "doi":
        listed += [
            squeeze(e.text)
            for e in article.findall("ELocationID")
            if e.get("EIdType") == "doi" and e.get("ValidYN", "Y") == "Y"
        ]
        listed = [value for value in listed if re.match(r"10\.\d{4,9}/\S+$", value)]
    return next((value for value in listed if value), "")


def second_reading(node):
    """What a PubmedArticle element says, field by field."""
    citation = node.find("MedlineCitation")
    article = citation.find("Article")
    revised = date_parts(citation.find("DateRevised"))[:3]
    title = whole_text(article.find("ArticleTitle"))
    vernacular = whole_text(article.find("VernacularTitle"))
    pages = squeeze(article.findtext("Pagination/MedlinePgn"))
    if not pages:
        ends = [squeeze(article.findtext(f"Pagination/{n}Page")) for n in ("Start", "End")]
        pages = "-".join(e for e in ends if e)
    parts = sections(citation)
    short = squeeze(article.findtext("Journal/ISOAbbreviation"))
    return {
        "PMID": number(citation.findtext("PMID")),
        "version": int(citation.find("PMID").get("Version", "1")),
        "DateRevised": "-".join(p.zfill(2) for p in revised) if revised[0] else "",
        "title": title or vernacular,
        "vernacular title": vernacular,
        "abstract sections": len(parts),
        "abstract texts": [text for text, _, _ in parts],
        "abstract labels": [label for _, label, _ in parts],
        "abstract languages": [language for _, _, language in parts],
        "journal": whole_text(article.find("Journal/Title")),
        "ISO abbreviation": short or squeeze(citation.findtext("MedlineJournalInfo/MedlineTA")),
        "year": stated_year(article),
        "publication date": squeeze(" ".join(date_parts(article.find(".//PubDate")))),
        "volume": squeeze(article.findtext("Journal/JournalIssue/Volume")),
        "issue": squeeze(article.findtext("Journal/JournalIssue/Issue")),
        "pages": pages,
        "authors": people(article),
        "DOI": article_ids(node, article, "doi"),
        "PMCID": article_ids(node, article, "pmc"),
        "language": ",".join(once(squeeze(e.text) for e in article.findall("Language"))),
        "publication types": once(
            whole_text(e) for e in article.findall("PublicationTypeList/PublicationType")
        ),
        "ISSN": squeeze(article.findtext("Journal/ISSN"))
        or squeeze(citation.findtext("MedlineJournalInfo/ISSNLinking")),
        "journal id": squeeze(citation.findtext("MedlineJournalInfo/NlmUniqueID")),
        "substances": [
            (
                squeeze(c.findtext("NameOfSubstance")),
                c.find("NameOfSubstance").get("UI", ""),
                squeeze(c.findtext("RegistryNumber")),
            )
            for c in citation.findall("ChemicalList/Chemical")
        ],
        "MeSH": [
            (
                squeeze(h.findtext("DescriptorName")),
                h.find("DescriptorName").get("UI"),
                h.find("DescriptorName").get("MajorTopicYN") == "Y",
                [
                    (squeeze(q.text), q.get("MajorTopicYN") == "Y")
                    for q in h.findall("QualifierName")
                ],
            )
            for h in citation.findall("MeshHeadingList/MeshHeading")
        ],
        "keywords": once(whole_text(e) for e in citation.findall("KeywordList/Keyword")),
        "copyright": whole_text(article.find("Abstract/CopyrightInformation")),
        "relations": [
            (r.get("RefType"), number(r.findtext("PMID")), whole_text(r.find("RefSource")))
            for r in citation.findall("CommentsCorrectionsList/CommentsCorrections")
        ],
    }


def open_xml(path):
    plain = path.open("rb")
    if plain.read(2) == b"\x1f\x8b":
        plain.close()
        return gzip.open(path, "rb")
    plain.seek(0)
    return plain
