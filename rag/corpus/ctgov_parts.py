"""A registered trial as ClinicalTrials.gov states it, and the article made of it.

Both of its formats, XML and JSON, come through here, so that a trial reads the same from
either. A registration says what was planned: no result is read from it or claimed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.corpus.bad_record import BadRecord
from rag.corpus.fields import one_line, unique, year_in
from rag.types import Article, Author, MeshHeading, Relation, Section, Source

_JOURNAL = "ClinicalTrials.gov"
_PROTOCOL = "Clinical Trial Protocol"
_NCT = re.compile(r"NCT\d{8}", re.ASCII)
_ITEM = re.compile(r"(?:[-–—*•·]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+")
_BULLET = re.compile(r"[-–—*•·]\s+")
_ENDS = (".", "!", "?", ";", ":")
_DATE = re.compile(r"([A-Z][a-z]{2})[a-z]* (?:(\d{1,2}), )?(\d{4})", re.ASCII)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is measured, when, and how."""

    measure: str
    frame: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Intervention:
    """What is given or done."""

    kind: str
    name: str
    description: str = ""
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """The fields that are read, as stated; texts with their line breaks."""

    number: str
    brief_title: str = ""
    official_title: str = ""
    summary: str = ""
    description: str = ""
    conditions: tuple[str, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    criteria: str = ""
    population: tuple[tuple[str, str], ...] = ()
    primary: tuple[Outcome, ...] = ()
    secondary: tuple[Outcome, ...] = ()
    study_type: str = ""
    design: tuple[tuple[str, str], ...] = ()
    status: str = ""
    why_stopped: str = ""
    started: str = ""
    posted: str = ""
    updated: str = ""
    sponsor: str = ""
    officials: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    mesh: tuple[tuple[str, str], ...] = ()
    results: tuple[tuple[str, str], ...] = ()


def trial_article(trial: Trial, source: Source) -> Article:
    """Return the article ``nct:NCT…`` of a trial.

    The publication type is that of a protocol, and of interventional studies only.

    Raises:
        BadRecord: there is no number of the registry, or neither title nor text.
    """
    number = trial.number.strip().upper()
    if not _NCT.fullmatch(number):
        raise BadRecord(f"NCT number {number[:40]!r} is not one")
    title = one_line(trial.official_title) or one_line(trial.brief_title)
    sections = _sections(trial)
    if not title and not sections:
        raise BadRecord("study has neither title nor text")
    date = trial.started or trial.posted
    interventional = trial.study_type.casefold() in ("interventional", "")
    return Article(
        id=f"nct:{number}",
        title=title,
        sections=sections,
        journal=_JOURNAL,
        year=year_in(date) or year_in(trial.posted),
        publication_date=date,
        authors=tuple(_official(name) for name in trial.officials if name),
        mesh=tuple(dict.fromkeys(MeshHeading(name, ui) for name, ui in trial.mesh if name)),
        publication_types=(_PROTOCOL,) if interventional else (),
        language="eng",
        keywords=unique(list(trial.keywords)),
        relations=tuple(
            Relation("AssociatedPublication", f"pmid:{pmid}" if pmid else "", citation)
            for pmid, citation in trial.results
        ),
        revised=iso_day(trial.updated),
        source=source,
    )


def iso_day(text: str) -> str:
    """Return ``YYYY-MM-DD`` for ``April 6, 2017`` or for itself; a month alone has no day."""
    if _ISO.fullmatch(text):
        return text
    match = _DATE.fullmatch(text)
    if match is None or not match[2] or match[1] not in _MONTHS or not 0 < int(match[2]) < 32:
        return ""
    return f"{match[3]}-{_MONTHS.index(match[1]) + 1:02d}-{int(match[2]):02d}"


def paragraphs(text: str) -> list[str]:
    """Split a text at blank lines; the items of a list stay with what introduces them.

    Items are parted by semicolons where they do not end as sentences. No word is lost.
    """
    found: list[str] = []
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        words = one_line(line)
        item = _ITEM.match(words)
        if (not words or item) and block:
            _append(found, " ".join(block))
            block = []
        if words:
            block.append(words)
    return found


def _append(found: list[str], text: str) -> None:
    if found and _ITEM.match(text):
        before = found[-1]
        item = _BULLET.sub("", text, count=1)
        found[-1] = f"{before} {item}" if before.endswith(_ENDS) else f"{before}; {item}"
    else:
        found.append(text)


def _sections(trial: Trial) -> tuple[Section, ...]:
    found = [Section(text, "SUMMARY") for text in paragraphs(trial.summary)]
    found += [Section(text, "DESCRIPTION") for text in paragraphs(trial.description)]
    if conditions := "; ".join(unique([one_line(name) for name in trial.conditions])):
        found.append(Section(conditions, "CONDITIONS"))
    found += [Section(_intervention(each), "INTERVENTIONS") for each in trial.interventions]
    found += [Section(text, "ELIGIBILITY") for text in paragraphs(trial.criteria)]
    if population := _listed(trial.population):
        found.append(Section(population, "ELIGIBILITY"))
    found += [Section(_outcome(each), "PRIMARY OUTCOME") for each in trial.primary]
    found += [Section(_outcome(each), "SECONDARY OUTCOME") for each in trial.secondary]
    if design := _listed((("Study type", trial.study_type), *trial.design)):
        found.append(Section(design, "DESIGN"))
    stopped = f"why stopped: {one_line(trial.why_stopped)}" if trial.why_stopped.strip() else ""
    if status := "; ".join(filter(None, (one_line(trial.status), stopped))):
        found.append(Section(status, "STATUS"))
    if trial.sponsor:
        found.append(Section(one_line(trial.sponsor), "SPONSOR"))
    return tuple(section for section in found if section.text)


def _listed(fields: tuple[tuple[str, str], ...]) -> str:
    stated = [f"{name}: {one_line(value)}" for name, value in fields if value.strip()]
    return f"{'; '.join(stated)}." if stated else ""


def _intervention(each: Intervention) -> str:
    name = f"{each.kind}: {each.name}" if each.kind and each.name else each.kind or each.name
    others = f" (also: {'; '.join(each.other_names)})" if each.other_names else ""
    return _sentence(f"{name}{others}", one_line(each.description))


def _outcome(each: Outcome) -> str:
    frame = f" (time frame: {one_line(each.frame)})" if each.frame.strip() else ""
    return _sentence(f"{one_line(each.measure)}{frame}", one_line(each.description))


def _sentence(head: str, rest: str) -> str:
    head = head.strip()
    return f"{head}. {rest}" if head and rest else head or rest


def _official(stated: str) -> Author:
    """Read ``Jane Q Roe, MD, PhD``: fore names, last name, then degrees."""
    words = one_line(stated.partition(",")[0]).split()
    fore = words[:-1]
    return Author(
        last=words[-1] if words else one_line(stated),
        fore=" ".join(fore),
        initials="".join(word[0].upper() for word in fore),
    )
