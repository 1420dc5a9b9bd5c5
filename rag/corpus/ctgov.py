"""ClinicalTrials.gov's XML (``<clinical_study>``), one study a file or files joined.

Read is what was registered; posted results, sites and contacts are not. The service now gives
JSON, which ``ctgov_json`` reads; the XML remains in archives and in test collections.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from rag.corpus.ctgov_parts import Intervention, Outcome, Trial, trial_article
from rag.corpus.fields import one_line
from rag.corpus.identity import clean_pmid
from rag.corpus.inline_text import inline_text
from rag.corpus.streams import Stream
from rag.corpus.xml_records import read_records
from rag.corpus.xml_split import Tags
from rag.types import Article, Record, Source

_TAGS = Tags("clinical_study", around=("clinical_studies",))
_SNIFF = re.compile(rb"<clinical_study[\s>]")
_DESIGN = (
    ("Phase", "phase"),
    ("Allocation", "study_design_info/allocation"),
    ("Intervention model", "study_design_info/intervention_model"),
    ("Observational model", "study_design_info/observational_model"),
    ("Time perspective", "study_design_info/time_perspective"),
    ("Primary purpose", "study_design_info/primary_purpose"),
    ("Masking", "study_design_info/masking"),
    ("Design", "study_design"),
    ("Enrollment", "enrollment"),
)
_POPULATION = (
    ("Study population", "study_pop/textblock"),
    ("Sex", "gender"),
    ("Minimum age", "minimum_age"),
    ("Maximum age", "maximum_age"),
    ("Healthy volunteers", "healthy_volunteers"),
)


def sniff(head: bytes) -> bool:
    """True where ``head`` starts like the XML of a study."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and bool(_SNIFF.search(head))


def read(stream: Stream, file: str, skip: int = 0) -> Iterator[Record]:
    """Yield the studies of a stream in file order.

    Args:
        stream: the decompressed content.
        file: the file's name, for ``Source``.
        skip: leading records that are counted but neither parsed nor yielded.

    Raises:
        CorpusError: the file declares an encoding that cannot be read.
    """
    return read_records(stream, file, skip, _TAGS, _article)


def _article(root: etree._Element, source: Source) -> Article:
    eligibility = root.find("eligibility")
    eligible = eligibility if eligibility is not None else etree.Element("eligibility")
    trial = Trial(
        number=_line(root, "id_info/nct_id"),
        brief_title=_line(root, "brief_title"),
        official_title=_line(root, "official_title"),
        summary=_block(root, "brief_summary"),
        description=_block(root, "detailed_description"),
        conditions=_lines(root, "condition"),
        interventions=tuple(
            Intervention(
                _line(each, "intervention_type"),
                _line(each, "intervention_name"),
                _line(each, "description"),
                _lines(each, "other_name"),
            )
            for each in root.iterchildren("intervention")
        ),
        criteria=_block(eligible, "criteria"),
        population=tuple((name, _line(eligible, path)) for name, path in _POPULATION),
        primary=_outcomes(root, "primary_outcome"),
        secondary=_outcomes(root, "secondary_outcome"),
        study_type=_line(root, "study_type"),
        design=tuple((name, _line(root, path)) for name, path in _DESIGN),
        status=_line(root, "overall_status"),
        why_stopped=_line(root, "why_stopped"),
        started=_line(root, "start_date"),
        posted=_line(root, "study_first_posted") or _line(root, "firstreceived_date"),
        updated=_line(root, "last_update_posted") or _line(root, "lastchanged_date"),
        sponsor=_line(root, "sponsors/lead_sponsor/agency"),
        officials=_lines(root, "overall_official/last_name"),
        keywords=_lines(root, "keyword"),
        mesh=tuple(
            (term, "")
            for place in ("condition_browse", "intervention_browse")
            for term in _lines(root, f"{place}/mesh_term")
        ),
        results=tuple(
            (clean_pmid(_line(each, "PMID")), _line(each, "citation"))
            for each in root.iterchildren("results_reference")
        ),
    )
    return trial_article(trial, source)


def _line(parent: etree._Element, path: str) -> str:
    return one_line(inline_text(parent.find(path)))


def _lines(parent: etree._Element, path: str) -> tuple[str, ...]:
    return tuple(filter(None, (one_line(inline_text(each)) for each in parent.iterfind(path))))


def _block(parent: etree._Element, path: str) -> str:
    """The text with its line breaks, in or outside a ``textblock``."""
    element = parent.find(path)
    return "" if element is None else "".join(map(str, element.itertext()))


def _outcomes(root: etree._Element, tag: str) -> tuple[Outcome, ...]:
    return tuple(
        Outcome(_line(each, "measure"), _line(each, "time_frame"), _line(each, "description"))
        for each in root.iterchildren(tag)
    )
