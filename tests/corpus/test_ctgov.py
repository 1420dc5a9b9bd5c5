from __future__ import annotations

import json
import time
import xml.etree.ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings

from rag.corpus import ctgov, ctgov_json
from rag.corpus.ctgov_parts import iso_day, paragraphs
from rag.types import Article, Author, MeshHeading, Reject, Relation
from tests.corpus.readers import (
    ENTITIES,
    SECRET,
    bomb,
    check_sound,
    mutated,
    mutations,
    records,
    slowly,
)

CRITERIA = """
        Inclusion Criteria:

          -  Adults of any height, as long as they
             can read

          -  Cough

        Exclusion Criteria:

          1. None.
"""

FULL = f"""<?xml version="1.0" encoding="UTF-8"?>
<clinical_study rank="7">
  <id_info><org_study_id>X</org_study_id><nct_id>NCT00000001</nct_id></id_info>
  <brief_title>Invented drug</brief_title>
  <official_title>A Trial of an Invented Drug</official_title>
  <sponsors><lead_sponsor><agency>Nowhere University</agency></lead_sponsor></sponsors>
  <brief_summary><textblock>
      A study of nothing,
      in two lines.

      Second paragraph.
  </textblock></brief_summary>
  <detailed_description><textblock>Details &amp; more.</textblock></detailed_description>
  <overall_status>Terminated</overall_status><why_stopped>no money</why_stopped>
  <start_date>January 2005</start_date>
  <study_first_posted type="Actual">March 2, 2004</study_first_posted>
  <last_update_posted type="Actual">April 6, 2017</last_update_posted>
  <phase>Phase 2</phase><study_type>Interventional</study_type>
  <study_design_info><allocation>Randomized</allocation><masking>Double</masking>
  </study_design_info>
  <primary_outcome><measure>Cough</measure><time_frame>6 months</time_frame>
    <description>Counted
      daily.</description></primary_outcome>
  <secondary_outcome><measure>Fever</measure></secondary_outcome>
  <enrollment>56</enrollment>
  <condition>Cough</condition><condition>Fever</condition>
  <intervention><intervention_type>Drug</intervention_type>
    <intervention_name>Inventin</intervention_name><description>8 mg daily</description>
    <other_name>INV-1</other_name></intervention>
  <eligibility><criteria><textblock>{CRITERIA}</textblock></criteria>
    <gender>All</gender><minimum_age>18 Years</minimum_age><maximum_age>N/A</maximum_age>
  </eligibility>
  <overall_official><last_name>Jane Q Roe, MD, PhD</last_name><role>Chair</role></overall_official>
  <reference><citation>Background.</citation><PMID>1</PMID></reference>
  <results_reference><citation>Roe J. Results.</citation><PMID>900001</PMID></results_reference>
  <keyword>cough</keyword>
  <condition_browse><mesh_term>Cough</mesh_term></condition_browse>
  <intervention_browse><mesh_term>Aspirin</mesh_term></intervention_browse>
  <clinical_results><outcome_list><outcome><title>It cured all</title></outcome></outcome_list>
  </clinical_results>
</clinical_study>
"""

STUDY = {
    "protocolSection": {
        "identificationModule": {
            "nctId": "NCT00000001",
            "briefTitle": "Invented drug",
            "officialTitle": "A Trial of an Invented Drug",
        },
        "statusModule": {
            "overallStatus": "TERMINATED",
            "whyStopped": "no money",
            "startDateStruct": {"date": "2005-01"},
            "studyFirstPostDateStruct": {"date": "2004-03-02", "type": "ACTUAL"},
            "lastUpdatePostDateStruct": {"date": "2017-04-06"},
        },
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Nowhere University"}},
        "descriptionModule": {
            "briefSummary": "A study of nothing,\nin two lines.\n\nSecond paragraph.",
            "detailedDescription": "Details & more.",
        },
        "conditionsModule": {"conditions": ["Cough", "Fever"], "keywords": ["cough"]},
        "designModule": {
            "studyType": "INTERVENTIONAL",
            "phases": ["PHASE2"],
            "designInfo": {"allocation": "RANDOMIZED", "maskingInfo": {"masking": "DOUBLE"}},
            "enrollmentInfo": {"count": 56},
        },
        "armsInterventionsModule": {
            "interventions": [
                {
                    "type": "DRUG",
                    "name": "Inventin",
                    "description": "8 mg daily",
                    "otherNames": ["INV-1"],
                }
            ]
        },
        "outcomesModule": {
            "primaryOutcomes": [
                {"measure": "Cough", "timeFrame": "6 months", "description": "Counted\ndaily."}
            ],
            "secondaryOutcomes": [{"measure": "Fever"}],
        },
        "eligibilityModule": {
            "eligibilityCriteria": CRITERIA,
            "sex": "ALL",
            "minimumAge": "18 Years",
            "maximumAge": "N/A",
        },
        "contactsLocationsModule": {"overallOfficials": [{"name": "Jane Q Roe, MD, PhD"}]},
        "referencesModule": {
            "references": [
                {"pmid": "1", "type": "BACKGROUND", "citation": "Background."},
                {"pmid": "900001", "type": "RESULT", "citation": "Roe J. Results."},
            ]
        },
    },
    "derivedSection": {
        "conditionBrowseModule": {"meshes": [{"id": "D003371", "term": "Cough"}]},
        "interventionBrowseModule": {"meshes": [{"id": "D001241", "term": "Aspirin"}]},
    },
    "resultsSection": {"moreInfoModule": {"x": "It cured all"}},
}

SECTIONS = [
    ("SUMMARY", "A study of nothing, in two lines."),
    ("SUMMARY", "Second paragraph."),
    ("DESCRIPTION", "Details & more."),
    ("CONDITIONS", "Cough; Fever"),
    ("INTERVENTIONS", "Drug: Inventin (also: INV-1). 8 mg daily"),
    (
        "ELIGIBILITY",
        "Inclusion Criteria: Adults of any height, as long as they can read; Cough",
    ),
    ("ELIGIBILITY", "Exclusion Criteria: 1. None."),
    ("ELIGIBILITY", "Sex: All; Minimum age: 18 Years; Maximum age: N/A."),
    ("PRIMARY OUTCOME", "Cough (time frame: 6 months). Counted daily."),
    ("SECONDARY OUTCOME", "Fever"),
    (
        "DESIGN",
        "Study type: Interventional; Phase: Phase 2; Allocation: Randomized; Masking: Double; "
        "Enrollment: 56.",
    ),
    ("STATUS", "Terminated; why stopped: no money"),
    ("SPONSOR", "Nowhere University"),
]


def study(n, inside=""):
    return (
        f"<clinical_study><id_info><nct_id>NCT{n:08d}</nct_id></id_info><brief_title>Title {n}"
        f"</brief_title>{inside}</clinical_study>"
    )


def check_full(a):
    assert isinstance(a, Article)
    assert (a.id, a.title) == ("nct:NCT00000001", "A Trial of an Invented Drug")
    assert [(s.label, s.text) for s in a.sections] == SECTIONS
    assert (a.journal, a.year, a.revised) == ("ClinicalTrials.gov", 2005, "2017-04-06")
    assert a.authors == (Author("Roe", "Jane Q", "JQ"),)
    assert (a.publication_types, a.keywords, a.language) == (
        ("Clinical Trial Protocol",),
        ("cough",),
        "eng",
    )
    assert a.relations == (Relation("AssociatedPublication", "pmid:900001", "Roe J. Results."),)
    assert [h.descriptor for h in a.mesh] == ["Cough", "Aspirin"]
    assert "cured" not in a.text


def test_every_field_of_a_full_record(write):
    (a,) = check_sound(ctgov, write("t.xml", FULL))
    check_full(a)
    assert a.publication_date == "January 2005"


def test_json_says_the_same(write):
    for value in (STUDY, {"totalCount": 1, "studies": [STUDY]}, [STUDY]):
        (a,) = check_sound(ctgov_json, write("t.json", json.dumps(value)))
        check_full(a)
        assert a.publication_date == "2005-01"
        assert a.mesh[0] == MeshHeading("Cough", "D003371")
    two = json.dumps(STUDY) + "\n" + json.dumps(STUDY) + "\n"
    assert len(records(ctgov_json, write("t.jsonl", two))) == 2


def test_an_observational_study_is_no_trial(write):
    text = FULL.replace("Interventional", "Observational")
    assert records(ctgov, write("o.xml", text))[0].publication_types == ()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("a\nb\n\nc", ["a b", "c"]),
        ("Do:\n\n - one\n   more\n - two.\n - three\n\nEnd", ["Do: one more; two. three", "End"]),
        ("- only", ["- only"]),
        ("x\n* y\n(1) z", ["x; y; (1) z"]),
        ("A 5 - 7 range\n10 mg twice", ["A 5 - 7 range 10 mg twice"]),
    ],
)
def test_paragraphs_and_lists(text, parts):
    assert paragraphs(text) == parts


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("April 6, 2017", "2017-04-06"),
        ("2017-04-06", "2017-04-06"),
        ("April 2017", ""),
        ("Foo 6, 2017", ""),
        ("April 60, 2017", ""),
        ("", ""),
    ],
)
def test_days(text, date):
    assert iso_day(text) == date


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (study(9).replace("NCT", "ABC"), "is not one"),
        ("<clinical_study/>", "is not one"),
        (study(9).replace("Title 9", ""), "neither title nor text"),
        (study(9, "<x>"), "not well-formed"),
        (study(9, "<i>" * 100_000 + "x" + "</i>" * 100_000), "depth"),
        ("stray", "text outside any record"),
    ],
)
def test_a_bad_record_is_a_reject_and_reading_goes_on(write, bad, reason):
    path = write("b.xml", f"<clinical_studies>{study(1)}{bad}{study(2)}</clinical_studies>")
    first, reject, second = check_sound(ctgov, path)
    assert (first.id, second.id) == ("nct:NCT00000001", "nct:NCT00000002")
    assert isinstance(reject, Reject)
    assert reason in reject.reason


@pytest.mark.parametrize("entity", ENTITIES)
def test_entities_are_never_expanded(write, tmp_path, entity):
    text = bomb("clinical_study", tmp_path) + study(1, f"<phase>{entity}</phase>") + study(2)
    text += study(3).replace("<brief_title", f"<brief_title a='{entity}'")
    started = time.monotonic()
    found = records(ctgov, write("bomb.xml", text))
    assert time.monotonic() - started < 5
    assert [type(r).__name__ for r in found] == ["Reject", "Article", "Reject"]
    assert SECRET not in repr(found)
    assert "root:" not in repr(found)


def test_json_that_is_wrong_or_hostile(write):
    good = json.dumps(STUDY)
    rows = [good, '{"protocolSection": []}', '{"protocolSection": {', "{" * 9, "[" * 100_000, good]
    found = check_sound(ctgov_json, write("w.jsonl", "\n".join(rows)))
    assert [type(r).__name__ for r in found] == ["Article", *["Reject"] * 4, "Article"]
    deep = '{"studies": [{"protocolSection": ' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "}]}"
    (found,) = check_sound(ctgov_json, write("d.json", deep))
    assert found.reason == "nested too deep"


def test_sniff():
    assert ctgov.sniff(FULL.encode())
    assert ctgov_json.sniff(json.dumps({"studies": [STUDY]}).encode())
    for other in (b"", b"<article>", b'{"title": "x"}', b"clinical_study"):
        assert not ctgov.sniff(other)
        assert not ctgov_json.sniff(other)


@settings(
    max_examples=80, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=mutations([b"<", b"&", b"</clinical_study>", b"<clinical_study>", b"\0", b"-->"]))
def test_mutated_xml_never_raises(write, changes):
    data = (study(1) + FULL + study(2)).encode()
    check_sound(ctgov, write("m", mutated(data, changes)))


@settings(
    max_examples=80, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=mutations([b"{", b"}", b'"', b"[", b"]", b"null", b"1", b"\\ud800", b"\n", b"\0"]))
def test_mutated_json_never_raises(write, changes):
    data = json.dumps({"studies": [STUDY, STUDY]}).encode()
    check_sound(ctgov_json, write("m", mutated(data, changes)))


@pytest.mark.parametrize("size", [1, 13, 900])
def test_records_are_the_same_whatever_the_chunks(write, size):
    path = write("c.xml", study(1) + FULL)
    assert slowly(ctgov, path, size) == records(ctgov, path)


@pytest.mark.shared
def test_a_real_study(shared_data):
    path = shared_data / "formats" / "ctgov_NCT00283075.xml"
    (a,) = records(ctgov, path)
    tree = ET.parse(path)
    assert a.id == f"nct:{tree.findtext('id_info/nct_id')}"
    assert a.title == tree.findtext("official_title")
    assert (a.year, a.authors) == (2005, (Author("Smith", "Barry H", "BH"),))
    assert list(dict.fromkeys(s.label for s in a.sections)) == [
        "SUMMARY",
        "DESCRIPTION",
        "CONDITIONS",
        "INTERVENTIONS",
        "ELIGIBILITY",
        "PRIMARY OUTCOME",
        "SECONDARY OUTCOME",
        "DESIGN",
        "STATUS",
        "SPONSOR",
    ]
    text = " ".join(a.text.split())
    for block in ("brief_summary/textblock", "detailed_description/textblock"):
        for paragraph in tree.findtext(block).split("\n\n"):
            assert " ".join(paragraph.split()) in text
    read = [s.text for s in a.sections if s.label == "PRIMARY OUTCOME"]
    for measure, outcome in zip(tree.iterfind("primary_outcome/measure"), read, strict=True):
        assert outcome.startswith(measure.text)
    posted = [e.text for e in tree.iterfind("clinical_results//event/sub_title")]
    assert len(posted) > 40
    assert not any(f" {event} " in text for event in posted if event.count(" ") > 1)
    assert tree.findtext("clinical_results/participant_flow/recruitment_details") not in text
