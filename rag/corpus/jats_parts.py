"""The parts of a JATS article's front: names, dates, ids, abstracts, links, kinds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from rag.corpus.fields import unique, year_in
from rag.corpus.identity import clean_doi, clean_pmid
from rag.corpus.jats_text import body_sections, joined, label_of, text_of, titled
from rag.corpus.languages import medline_language
from rag.types import Author, Relation, Section

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_HREF = "{http://www.w3.org/1999/xlink}href"

_TYPES = {
    "addendum": ("Published Erratum",),
    "article-commentary": ("Comment",),
    "brief-report": ("Journal Article",),
    "case-report": ("Journal Article", "Case Reports"),
    "case-study": ("Journal Article", "Case Reports"),
    "correction": ("Published Erratum",),
    "data-paper": ("Journal Article",),
    "editorial": ("Editorial",),
    "expression-of-concern": ("Expression of Concern",),
    "introduction": ("Introductory Journal Article",),
    "letter": ("Letter",),
    "meeting-report": ("Congress",),
    "meta-analysis": ("Journal Article", "Meta-Analysis"),
    "methods-article": ("Journal Article",),
    "news": ("News",),
    "obituary": ("Biography",),
    "preprint": ("Preprint",),
    "protocol": ("Journal Article",),
    "rapid-communication": ("Journal Article",),
    "reply": ("Letter", "Comment"),
    "research-article": ("Journal Article",),
    "retraction": ("Retraction of Publication",),
    "review-article": ("Journal Article", "Review"),
    "systematic-review": ("Journal Article", "Systematic Review"),
}
# headings in a journal's table of contents that say how a study was designed
_DESIGNS = {
    "case report": "Case Reports",
    "case reports": "Case Reports",
    "clinical trial": "Clinical Trial",
    "meta-analysis": "Meta-Analysis",
    "observational study": "Observational Study",
    "practice guideline": "Practice Guideline",
    "randomised controlled trial": "Randomized Controlled Trial",
    "randomized controlled trial": "Randomized Controlled Trial",
    "systematic review": "Systematic Review",
}
_KINDS = {
    "addended-article": "ErratumFor",
    "commentary": "CommentIn",
    "commentary-article": "CommentOn",
    "concern-forward": "ExpressionOfConcernIn",
    "corrected-article": "ErratumFor",
    "correction-forward": "ErratumIn",
    "object-of-concern": "ExpressionOfConcernFor",
    "partial-retraction": "PartialRetractionOf",
    "preprint": "UpdateOf",
    "republished-article": "RepublishedFrom",
    "retracted-article": "RetractionOf",
    "retraction-forward": "RetractionIn",
    "update": "UpdateIn",
    "updated-article": "UpdateOf",
}
# pictures, advertisements of the article and recordings: they add no text of their own
_SKIPPED_ABSTRACTS = {"ascii", "graphical", "stereochemical", "teaser", "toc", "video"}
_SKIPPED_KEYWORDS = {"abbr", "abbreviations", "abbreviation", "author-abbr"}
_DATES = ("ppub", "epub-ppub", "collection", "epub", "pub")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_INITIALS = re.compile(r"[^\W\d_a-z]{1,4}")
_NAME_PARTS = re.compile(r"[\s.-]+")
_TWO_DIGITS = re.compile(r"\d{1,2}", re.ASCII)
_MAX_LABEL = 60


def publication_types(kind: str, headings: Iterable[str]) -> tuple[str, ...]:
    """Return PubMed's names for an ``article-type`` and for headings that name a design.

    A kind that is not known gives none: nothing is claimed of it.
    """
    designs = [_DESIGNS.get(heading.casefold(), "") for heading in headings]
    return unique([*_TYPES.get(kind.strip().lower(), ()), *designs])


def abstracts(meta: etree._Element) -> tuple[Section, ...]:
    """Return the abstract, then other kinds under their names, then translated ones.

    Summaries and key points are kept; what only shows or advertises the article is not.
    """
    found: list[Section] = []
    own = list(meta.iterchildren("abstract"))
    for element in sorted(own, key=lambda each: each.get("abstract-type") is not None):
        kind = element.get("abstract-type", "")
        if kind.lower() not in _SKIPPED_ABSTRACTS:
            title = (titled(element) or kind) if kind else ""
            found.extend(_abstract(element, title, ""))
    for element in meta.iterchildren("trans-abstract"):
        if element.get("abstract-type", "").lower() not in _SKIPPED_ABSTRACTS:
            found.extend(_abstract(element, "", medline_language(element.get(XML_LANG, ""))))
    return tuple(found)


def _abstract(element: etree._Element, title: str, language: str) -> Iterator[Section]:
    plain: list[str] = []
    for child in element:
        if child.tag in ("title", "label"):
            continue
        labelled = [] if child.tag == "sec" else list(_paragraphs(child))
        if labelled and not any(section.label for section in labelled):
            plain += [section.text for section in labelled]
            continue
        if plain:
            yield Section(" ".join(plain), title, language)
            plain = []
        if child.tag == "sec":
            yield from _gathered(child, (title,) if title else (), language)
        for section in labelled:
            label = label_of(filter(None, (title, section.label)))
            yield Section(section.text, label, language)
    if plain:
        yield Section(" ".join(plain), title, language)


def _gathered(sec: etree._Element, path: tuple[str, ...], language: str) -> Iterator[Section]:
    """A section of an abstract as one text, as PubMed has it."""
    title = titled(sec).rstrip(": ")
    own = (*path, title) if title else path
    texts = [
        section.text for part in sec if part.tag != "sec" for section in body_sections((part,))
    ]
    if texts:
        yield Section(" ".join(texts), label_of(own), language)
    for inner in sec.iterchildren("sec"):
        yield from _gathered(inner, own, language)


def _paragraphs(element: etree._Element) -> Iterator[Section]:
    """The paragraph with its label, where it begins with ``<bold>Methods:</bold>``."""
    first = element[0] if element.tag == "p" and len(element) else None
    if first is not None and first.tag in ("bold", "italic") and not (element.text or "").strip():
        label, tail = text_of(first), first.tail or ""
        if 0 < len(label) <= _MAX_LABEL and (label.endswith(":") or tail.startswith(":")):
            first.text, first.tail = "", tail.removeprefix(":")
            del first[:]
            for section in body_sections((element,)):
                yield Section(section.text, section.label or label.rstrip(": "))
                label = ""
            return
    yield from body_sections((element,))


def authors(meta: etree._Element) -> tuple[Author, ...]:
    """Return persons and groups in order; editors and translators are no authors."""
    found = []
    for contrib in meta.iterfind("contrib-group/contrib"):
        if contrib.get("contrib-type", "author") != "author":
            continue
        # the first only: the same name in another script may follow
        name = next(contrib.iter("name", "string-name", "collab"), None)
        groups = [contrib.find("on-behalf-of")]
        if name is not None and name.tag == "collab":
            groups.insert(0, name)
        elif name is not None:
            found.append(_person(name))
        found += [Author(collective=_group(group)) for group in groups if group is not None]
    return tuple(author for author in dict.fromkeys(found) if author != Author())


def _group(collab: etree._Element) -> str:
    """The name of a group, without the members that it may list."""
    parts = [collab.text or ""]
    for child in collab:
        parts += ["" if child.tag == "contrib-group" else text_of(child), child.tail or ""]
    return " ".join("".join(parts).split())


def _person(name: etree._Element) -> Author:
    last, given = text_of(name.find("surname")), text_of(name.find("given-names"))
    suffix, stated = text_of(name.find("suffix")), name.find("given-names")
    initials = stated.get("initials", "") if stated is not None else ""
    if not initials:
        words = [word for word in _NAME_PARTS.split(given) if word]
        initials = "".join(w if _INITIALS.fullmatch(w) else w[0].upper() for w in words)
    if not last and not given:
        last, initials = text_of(name), ""
    return Author(f"{last} {suffix}".strip(), given, initials)


def ids(meta: etree._Element) -> tuple[str, str, str]:
    """Return PMID, DOI and PMC id (with ``PMC``), each empty where there is none."""
    found = {"pmid": "", "doi": "", "pmc": ""}
    for element in meta.iterchildren("article-id"):
        kind, value = element.get("pub-id-type", ""), text_of(element)
        kind = "pmc" if kind == "pmcid" else kind
        if kind not in found or found[kind]:
            continue
        if kind == "pmid":
            found[kind] = clean_pmid(value)
        elif kind == "doi":
            found[kind] = clean_doi(value)
        else:
            number = clean_pmid(value.upper().removeprefix("PMC").partition(".")[0])
            found[kind] = f"PMC{number}" if number else ""
    return found["pmid"], found["doi"], found["pmc"]


def publication_date(meta: etree._Element) -> tuple[str, int | None]:
    """Return the date in NLM's words and its year: printed first, as PubMed has it.

    A year alone gives way to a fuller date in the same year.
    """
    dates: dict[str, str] = {}
    for element in meta.iterchildren("pub-date"):
        kind = element.get("pub-type") or element.get("date-type") or "pub"
        if element.get("publication-format") == "print":
            kind = "ppub"
        dates.setdefault(kind, _date(element))
    ranked = [dates[kind] for kind in _DATES if year_in(dates.get(kind, "")) is not None]
    if not ranked:
        return "", None
    same = [date for date in ranked if year_in(date) == year_in(ranked[0])]
    date = same[0] if " " in same[0] else max(same, key=len)
    return date, year_in(date)


def _date(element: etree._Element) -> str:
    year, month, day, season = (
        text_of(element.find(name)) for name in ("year", "month", "day", "season")
    )
    if _TWO_DIGITS.fullmatch(month) and 1 <= int(month) <= 12:
        month = _MONTHS[int(month) - 1]
    if _TWO_DIGITS.fullmatch(day):
        day = day.zfill(2)
    words = " ".join(filter(None, (year, month or season, day if month else "")))
    return words or text_of(element.find("string-date"))


def pages(meta: etree._Element) -> str:
    """Return ``5-9``, or the number of an article that has no pages."""
    first, last = text_of(meta.find("fpage")), text_of(meta.find("lpage"))
    if first:
        return f"{first}-{last}" if last and last != first else first
    return text_of(meta.find("page-range")) or text_of(meta.find("elocation-id"))


def keywords(meta: etree._Element) -> tuple[str, ...]:
    """Return the keywords of all groups but lists of abbreviations."""
    found = []
    for group in meta.iterchildren("kwd-group"):
        if group.get("kwd-group-type", "").lower() not in _SKIPPED_KEYWORDS:
            found += [text_of(keyword) for keyword in group.iter("kwd")]
            found += [joined(map(text_of, each)) for each in group.iter("compound-kwd")]
    return unique(found)


def copyright_of(meta: etree._Element) -> str:
    """Return the copyright statement and the licence, or the older ``copyright-statement``."""
    permissions = meta.find("permissions")
    place = meta if permissions is None else permissions
    statement = text_of(place.find("copyright-statement"))
    if not statement:
        year, holder = (text_of(place.find(f"copyright-{name}")) for name in ("year", "holder"))
        statement = f"© {year} {holder}".replace("  ", " ").strip() if year or holder else ""
    texts = [text_of(part) for licence in place.iterchildren("license") for part in licence]
    return joined([statement, *texts])


def relations(meta: etree._Element) -> tuple[Relation, ...]:
    """Return links to other articles in PubMed's words; other kinds of links are left out."""
    found = []
    for link in meta.iter("related-article"):
        kind = _KINDS.get(link.get("related-article-type", ""), "")
        if kind:
            found.append(Relation(kind, *_linked(link)))
    return tuple(dict.fromkeys(found))


def _linked(link: etree._Element) -> tuple[str, str]:
    """The target's id, and the citation as far as it is stated."""
    stated = link.get(_HREF, "").strip()
    where = link.get("ext-link-type", "")
    places = (link.get(name, "") for name in ("vol", "issue", "page", "elocation-id"))
    text = text_of(link) or " ".join(" ".join([link.get("journal-id", ""), *places]).split())
    if where in ("pmid", "pubmed") and clean_pmid(stated):
        return f"pmid:{clean_pmid(stated)}", text
    doi = clean_doi(stated)
    if doi:
        return f"doi:{doi.lower()}", text
    return "", text or stated
