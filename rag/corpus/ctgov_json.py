"""ClinicalTrials.gov's JSON (version 2 of its service): one study, or ``{"studies": [...]}``.

Read is the ``protocolSection``, and the MeSH terms that the service derived; posted results,
sites and contacts are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.corpus.bad_record import BadRecord
from rag.corpus.ctgov_parts import Intervention, Outcome, Trial, trial_article
from rag.corpus.identity import clean_pmid
from rag.corpus.json_records import Table, at, items, raw, read_records, text, texts
from rag.corpus.streams import Stream
from rag.types import Article, Record, Source

_PATHS = (("studies",),)
_SNIFF = re.compile(rb'"protocolSection"\s*:\s*\{')
_POPULATION = (
    ("Study population", "studyPopulation"),
    ("Sex", "sex"),
    ("Minimum age", "minimumAge"),
    ("Maximum age", "maximumAge"),
)
_DESIGN = (
    ("Allocation", "allocation"),
    ("Intervention model", "interventionModel"),
    ("Observational model", "observationalModel"),
    ("Time perspective", "timePerspective"),
    ("Primary purpose", "primaryPurpose"),
)


def sniff(head: bytes) -> bool:
    """True where ``head`` starts with the keys of a study."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return start in (b"{", b"[") and bool(_SNIFF.search(head))


def read(stream: Stream, file: str, skip: int = 0) -> Iterator[Record]:
    """Yield the studies of a JSON stream in file order.

    Args:
        stream: the decompressed content.
        file: the file's name, for ``Source``.
        skip: leading records that are counted but neither parsed nor yielded.
    """
    return read_records(stream, file, skip, _PATHS, _article)


def _article(study: Table, source: Source) -> Article:
    protocol = study.get("protocolSection")
    if not isinstance(protocol, dict):
        raise BadRecord("study has no protocolSection")
    identity = protocol.get("identificationModule")
    status = protocol.get("statusModule")
    texts_of = protocol.get("descriptionModule")
    eligible = protocol.get("eligibilityModule")
    design = protocol.get("designModule")
    info = at(design, "designInfo")
    healthy = {"True": "Yes", "False": "No"}.get(str(at(eligible, "healthyVolunteers")), "")
    trial = Trial(
        number=text(identity, "nctId"),
        brief_title=text(identity, "briefTitle"),
        official_title=text(identity, "officialTitle"),
        summary=raw(texts_of, "briefSummary"),
        description=raw(texts_of, "detailedDescription"),
        conditions=tuple(texts(protocol, "conditionsModule", "conditions")),
        interventions=tuple(
            Intervention(
                _words(text(each, "type")),
                text(each, "name"),
                text(each, "description"),
                tuple(texts(each, "otherNames")),
            )
            for each in items(protocol, "armsInterventionsModule", "interventions")
        ),
        criteria=raw(eligible, "eligibilityCriteria"),
        population=(
            *((name, _words(text(eligible, key))) for name, key in _POPULATION),
            ("Healthy volunteers", healthy),
        ),
        primary=_outcomes(protocol, "primaryOutcomes"),
        secondary=_outcomes(protocol, "secondaryOutcomes"),
        study_type=_words(text(design, "studyType")),
        design=(
            ("Phase", "/".join(map(_phase, texts(design, "phases")))),
            *((name, _words(text(info, key))) for name, key in _DESIGN),
            ("Masking", _words(text(info, "maskingInfo", "masking"))),
            ("Enrollment", text(design, "enrollmentInfo", "count")),
        ),
        status=_words(text(status, "overallStatus")),
        why_stopped=text(status, "whyStopped"),
        started=text(status, "startDateStruct", "date"),
        posted=text(status, "studyFirstPostDateStruct", "date"),
        updated=text(status, "lastUpdatePostDateStruct", "date"),
        sponsor=text(protocol, "sponsorCollaboratorsModule", "leadSponsor", "name"),
        officials=tuple(
            text(each, "name")
            for each in items(protocol, "contactsLocationsModule", "overallOfficials")
        ),
        keywords=tuple(texts(protocol, "conditionsModule", "keywords")),
        mesh=tuple(
            (text(mesh, "term"), text(mesh, "id"))
            for place in ("conditionBrowseModule", "interventionBrowseModule")
            for mesh in items(study, "derivedSection", place, "meshes")
        ),
        results=tuple(
            (clean_pmid(text(each, "pmid")), text(each, "citation"))
            for each in items(protocol, "referencesModule", "references")
            if text(each, "type") == "RESULT"
        ),
    )
    return trial_article(trial, source)


def _outcomes(protocol: Table, key: str) -> tuple[Outcome, ...]:
    return tuple(
        Outcome(text(each, "measure"), text(each, "timeFrame"), text(each, "description"))
        for each in items(protocol, "outcomesModule", key)
    )


def _words(value: str) -> str:
    """``NOT_YET_RECRUITING`` in words; what is not in capitals as it is."""
    plain = value.isupper() and value.replace("_", "").isalnum()
    return value.replace("_", " ").capitalize() if plain else value


def _phase(value: str) -> str:
    return _words(value).replace("Phase", "Phase ") if value.startswith("PHASE") else _words(value)
