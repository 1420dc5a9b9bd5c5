"""Records of one article become one article, and the order of their arrival never matters."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.corpus.identity import article_id
from rag.corpus.status import status_of
from rag.index import joining, ledger
from rag.index.catalogue import Catalogue
from rag.index.joining import CROWD, partition
from rag.index.merging import Contribution, Origin, merged
from rag.index.passages import Span
from rag.index.store import Store
from rag.types import Article, Author, Deletion, MeshHeading, Relation, Section, Source

TITLE = "Azithromycin for pertussis in adolescents and adults"
OTHER = "Magnets do not cure fever and cough in children"


def cut(article):
    return [Span(0, len(article.text), "")] if article.text else []


def listed(store):
    """What the writer regards as the index now."""
    return store.db.execute(
        "SELECT id, status, body FROM articles WHERE removed IS NULL ORDER BY id"
    ).fetchall()


class Fresh:
    def __init__(self, folder):
        self.store = Store(folder / "articles.sqlite", writable=True)
        self.store.db.execute("PRAGMA synchronous = OFF")  # a test need not outlive a power cut
        self.catalogue = Catalogue(self.store, 1, cut)

    def __call__(self, *records):
        for record, origin in records:
            if isinstance(record, Deletion):
                self.catalogue.delete(record, origin)
            else:
                self.catalogue.add(record, origin)
        return self.articles()

    def articles(self):
        return {
            i: self.store.article(row)
            for i, row in self.store.db.execute(
                "SELECT id, row FROM articles WHERE removed IS NULL ORDER BY id"
            )
        }


@pytest.fixture
def fresh(tmp_path):
    made = Fresh(tmp_path)
    yield made
    made.store.close()


def pubmed(pmid, title=TITLE, *, file=0, record=0, **fields):
    a = Article(f"pmid:{pmid}", title, year=2020, revised="2020-05-01")
    a = replace(a, **fields)
    links = a.relations
    read = Source(f"p{file}", int(pmid))
    a = replace(a, status=status_of(a.publication_types, links), source=read)
    return a, Origin("pubmed", file, record=record)


def export(title=TITLE, *, doi="", file="x", asof=1, record=0, **fields):
    a = Article(article_id("", doi, title, 2020), title)
    a = replace(a, year=2020, doi=doi, source=Source(file, record), **fields)
    return a, Origin("beir", asof, file, f"sha-{file}-{asof}", record)


SMITH, JONES, LEE = Author("Smith", "A"), Author("Jones", "B"), Author("Lee", "C")
ABSTRACT = (Section("Long and whole.", "METHODS"),)
MESH = (MeshHeading("Whooping Cough", "D014917"),)


@pytest.mark.parametrize("turned", [False, True])
def test_pubmed_and_an_export_become_one_with_the_richer_fields(fresh, turned):
    rows = [
        pubmed(1, doi="10.1/a", mesh=MESH, sections=ABSTRACT),
        export(doi="10.1/A", keywords=("cough",), pages="1-9", sections=(Section("Cut"),)),
    ]
    found = fresh(*(reversed(rows) if turned else rows))
    assert list(found) == ["pmid:1"]
    a = found["pmid:1"]
    assert (a.mesh, a.sections, a.keywords, a.pages) == (MESH, ABSTRACT, ("cough",), "1-9")
    assert fresh.catalogue.report.merged == 1
    assert fresh.catalogue.report.added == 1


@pytest.mark.parametrize("turned", [False, True])
def test_title_and_year_join_where_no_identifier_does(fresh, turned):
    rows = [pubmed(1), export("AZITHROMYCIN for pertussis in adolescents, and adults.")]
    assert list(fresh(*(reversed(rows) if turned else rows))) == ["pmid:1"]


def test_what_must_stay_apart(fresh):
    smith, jones = (Author("Smith", "A"),), (Author("Jones", "B"),)
    found = fresh(
        pubmed(1, doi="10.1/a", authors=smith),
        pubmed(2),  # the same title, another PMID
        export(doi="10.1/b"),  # the same title, another DOI than 1's; 2 states none: joins 2
        export("Editorial"),
        export("Editorial", file="y", journal="Other Journal"),
        pubmed(3, OTHER, authors=smith),
        export(OTHER, authors=jones),  # the same title, other people
    )
    kinds = sorted(i.partition(":")[0] for i in found)
    assert kinds == ["hash", "hash", "hash", "pmid", "pmid", "pmid"]
    assert found["pmid:2"].doi == "10.1/b"


def test_a_title_that_two_articles_bear_joins_neither(fresh):
    found = fresh(pubmed(1), export(), pubmed(2))
    assert [i.partition(":")[0] for i in found] == ["hash", "pmid", "pmid"]
    # and when PubMed withdraws one of the two, the export is the other's
    assert list(fresh((Deletion("pmid:1"), Origin("pubmed", 5)))) == ["pmid:2"]


@pytest.mark.parametrize("turned", [False, True])
def test_a_crowd_under_one_title_joins_nobody_whenever_it_gathers(fresh, turned):
    crowd = [pubmed(n, file=n, authors=(Author(f"Name{n}", "A"),)) for n in range(1, CROWD + 2)]
    rows = [export(authors=crowd[0][0].authors), *crowd]
    found = fresh(*(reversed(rows) if turned else rows))
    assert len(found) == CROWD + 2
    # and when one of them goes, the crowd may be none
    for n in (3, 4):
        found = fresh((Deletion(f"pmid:{n}"), Origin("pubmed", 99)))
    assert len(found) == CROWD - 1
    assert not any(i.startswith("hash:") for i in found)


@pytest.mark.parametrize("turned", [False, True])
def test_a_pmc_id_joins_what_states_it(fresh, turned):
    full = Article("id:PMC7", OTHER, pmcid="PMC7", body=ABSTRACT, source=Source("j", 0))
    rows = [pubmed(1, pmcid="PMC7"), (full, Origin("jats", 1, "j", "sha-j"))]
    assert fresh(*(reversed(rows) if turned else rows))["pmid:1"].body == ABSTRACT
    by_doi, origin = export(OTHER, doi="10.1/b", pmcid="PMC8")
    alone = replace(full, id="id:PMC8", pmcid="PMC8")
    rows = [(by_doi, origin), (alone, Origin("jats", 1, "k", "sha-k"))]
    assert fresh(*(reversed(rows) if turned else rows))["doi:10.1/b"].body == ABSTRACT


def test_of_two_records_in_one_file_the_later_counts(fresh):
    for n in range(8):
        words = [(Section(f"{word} {n}."),) for word in ("First", "Second")]
        rows = [pubmed(n, OTHER, record=i, sections=s) for i, s in enumerate(words)]
        assert fresh(*rows)[f"pmid:{n}"].sections == words[1]


def test_two_exports_of_one_article_keep_what_each_has(fresh):
    found = fresh(
        export(doi="10.1/a", file="embase", asof=2, keywords=("emtree",)),
        export(doi="10.1/a", file="scopus", asof=1, sections=ABSTRACT),
    )
    assert found["doi:10.1/a"].keywords == ("emtree",)
    assert found["doi:10.1/a"].sections == ABSTRACT


def test_one_title_by_wholly_different_people_is_two_articles(fresh):
    smith = export(authors=(Author("Smith", "A"),), sections=(Section("Smith's."),))
    jones = export(authors=(Author("Jones", "B"),), sections=(Section("Jones's."),), record=1)
    nobody = export(record=2, keywords=("cough",))
    found = fresh(smith, jones, nobody)
    said = sorted(" ".join(s.text for s in a.sections) for a in found.values())
    assert said == ["", "Jones's.", "Smith's."]
    # who has an author in common with both shows that they are one
    both = export(authors=(Author("Jones", "B"), Author("Smith", "A")), record=3)
    (one,) = fresh(both).values()
    assert one.keywords == ("cough",)


def test_what_a_second_file_still_states_outlives_a_correction_of_the_first(fresh):
    one, origin = export(doi="10.1/a", file="x", sections=ABSTRACT)
    two, other = export(doi="10.1/a", file="y", sections=ABSTRACT)
    fresh((one, origin), (two, other))
    found = fresh((replace(one, sections=()), replace(origin, content="sha-2", asof=9)))
    assert found["doi:10.1/a"].sections == ABSTRACT
    alone = export(doi="10.1/a", file="y", sections=ABSTRACT)
    assert fresh(alone)["doi:10.1/a"].sections == ABSTRACT


@pytest.mark.parametrize("turned", [False, True])
def test_a_newer_record_of_europe_pmc_takes_the_place_of_the_older(fresh, turned):
    gone, back = (
        Article("pmid:1", TITLE, year=2020, revised=day, publication_types=types, status=status)
        for day, types, status in [
            ("2021-01-01", ("Retracted Publication",), "retracted"),
            ("2022-01-01", (), "current"),
        ]
    )
    rows = [(gone, Origin("europepmc", 1)), (back, Origin("europepmc", 2))]
    assert fresh(*(reversed(rows) if turned else rows))["pmid:1"] == back


ASPIRIN, VANCOMYCIN = "Aspirin and stroke recurrence", "Vancomycin troughs in neonates"


@pytest.mark.parametrize("turned", [False, True])
def test_the_doi_of_a_supplement_joins_only_what_is_alike(fresh, turned):
    rows = [
        export(ASPIRIN, doi="10.1/s", record=0, authors=(SMITH,)),
        export(VANCOMYCIN, doi="10.1/s", record=1, authors=(SMITH,)),
        export(ASPIRIN + ": an audit", doi="10.1/s", file="y", keywords=("cough",)),
    ]
    found = fresh(*(reversed(rows) if turned else rows))
    assert sorted(a.title for a in found.values()) in (
        [ASPIRIN, VANCOMYCIN],
        [ASPIRIN + ": an audit", VANCOMYCIN],
    )
    assert all(i.startswith("doi:10.1/s#") for i in found)
    assert [a.keywords for a in found.values() if "Aspirin" in a.title] == [("cough",)]
    crowd = [export(f"Abstract {n * 'x'}yyy", doi="10.1/s", record=9 + n) for n in range(CROWD)]
    assert len(fresh(*crowd)) == 3 + CROWD  # a crowd: also the two that are alike stand apart


@pytest.mark.parametrize("turned", [False, True])
def test_a_running_number_of_two_tables_is_not_one_article(fresh, turned):
    def row(title, file, text="", fmt="csv"):
        sections = (Section(text),) if text else ()
        a = Article("id:1", title, sections, source=Source(file, 0))
        return a, Origin(fmt, 1, file, f"sha-{file}", 0)

    rows = [
        row(ASPIRIN, "a"),
        row(VANCOMYCIN, "b", "They were low."),
        row(ASPIRIN, "c", fmt="beir"),
    ]
    found = fresh(*(reversed(rows) if turned else rows))
    assert sorted((a.title, len(a.sections)) for a in found.values()) == [
        (ASPIRIN, 0),
        (VANCOMYCIN, 1),
    ]
    texts = [
        row("Case report", f, t) for f, t in [("d", "A magnet was eaten."), ("e", "He is ill.")]
    ]
    assert len(fresh(*texts)) == 4


def test_notes_of_two_patients_under_one_number_are_two(fresh):
    def note(subject, place):
        a = Article("note:1", "Report", (Section(f"Of {subject}."),), subject=subject)
        return a, Origin("mimic", 1, place, f"sha-{place}", 0)

    found = fresh(note("7", "a"), note("99", "b"))
    assert sorted(a.subject for a in found.values()) == ["7", "99"]
    assert fresh((Deletion("note:1"), Origin("mimic", 2, "c", "sha-c", 0))) == {}


@pytest.mark.parametrize("turned", [False, True])
def test_what_nobody_signed_is_one_only_where_the_texts_agree(fresh, turned):
    words = "A third report on the dosing of warfarin in old people"
    rows = [
        export(sections=(Section(words),)),
        export(sections=(Section("Another tells of levels of digoxin."),), record=1),
        export(sections=(Section(words + " and cut short"),), file="y"),
    ]
    found = fresh(*(reversed(rows) if turned else rows))
    assert len(found) == 2
    assert len(fresh(export("Editorial", sections=ABSTRACT), export("Editorial", record=5))) == 4


@pytest.mark.parametrize("turned", [False, True])
def test_a_retraction_in_the_title_reaches_the_unmarked_copy(fresh, turned):
    marked = f"RETRACTED: {TITLE}"
    rows = [
        export(TITLE, authors=(SMITH,)),
        export(marked, authors=(SMITH,), file="y", status=status_of((), (), marked)),
    ]
    (one,) = fresh(*(reversed(rows) if turned else rows)).values()
    assert one.status == "retracted"


@pytest.mark.parametrize("turned", [False, True])
def test_a_record_is_said_to_be_of_the_file_that_speaks_first(fresh, turned):
    rows = [pubmed(1, file=2101001), pubmed(1, file=2101002)]
    found = fresh(*(reversed(rows) if turned else rows))
    assert found["pmid:1"].source == Source("p2101002", 1)


def test_a_corrected_file_takes_the_place_of_what_it_said(fresh):
    one, origin = export(doi="10.1/a", sections=(Section("Wrong."),))
    fresh((one, origin))
    two = replace(one, sections=(Section("Right."),))
    found = fresh((two, replace(origin, content="sha-2", asof=0)))  # an older date, put back
    assert found["doi:10.1/a"].sections == (Section("Right."),)
    assert fresh.catalogue.report.revised == 1


def test_a_reissued_pmid_lives_and_an_older_file_does_not_bring_it_back(fresh):
    gone = Deletion("pmid:1", Source("pubmed21n1298.xml.gz", 9)), Origin("pubmed", 2101298)
    assert list(fresh(pubmed(1, file=2101000), gone)) == []
    assert list(fresh(pubmed(1, file=2101200))) == []
    assert list(fresh(pubmed(1, file=0))) == []  # a file without a number: not known to be later
    assert list(fresh(pubmed(1, file=2200001))) == ["pmid:1"]
    assert list(fresh(gone)) == ["pmid:1"]


LINK = (Relation("RetractionOf", "pmid:1"),)


def test_a_withdrawn_notice_is_a_withdrawn_retraction(fresh):
    found = fresh(pubmed(1), pubmed(2, OTHER, relations=LINK))
    assert found["pmid:1"].status == "retracted"
    assert found["pmid:1"].relations == (Relation("RetractionIn", "pmid:2"),)
    assert found["pmid:2"].status == "notice"
    assert fresh.catalogue.report.retracted == 1
    found = fresh((Deletion("pmid:2"), Origin("pubmed", 7)))
    assert (found["pmid:1"].status, found["pmid:1"].relations) == ("current", ())


def test_a_revised_notice_that_names_another_article(fresh):
    fresh(pubmed(1), pubmed(2, OTHER, relations=LINK), pubmed(3, "Third of them all in this test"))
    moved = (Relation("RetractionOf", "pmid:3"),)
    found = fresh(pubmed(2, OTHER, relations=moved, revised="2021-01-01"))
    assert [a.status for a in found.values()] == ["current", "notice", "retracted"]


@pytest.mark.parametrize(
    ("kind", "inverse", "status"),
    [
        ("ExpressionOfConcernFor", "ExpressionOfConcernIn", "concern"),
        ("ErratumFor", "ErratumIn", "current"),
        ("UpdateOf", "UpdateIn", "current"),
        ("PartialRetractionOf", "PartialRetractionIn", "current"),
        ("RetractedandRepublishedFrom", "RetractedandRepublishedIn", "retracted"),
    ],
)
def test_notices_of_every_kind_stand_at_their_article(fresh, kind, inverse, status):
    found = fresh(pubmed(2, OTHER, relations=(Relation(kind, "pmid:1"),)), pubmed(1))
    assert found["pmid:1"].relations == (Relation(inverse, "pmid:2"),)
    assert found["pmid:1"].status == status


def test_a_notice_by_doi_finds_the_article_under_its_pmid(fresh):
    notice = export(OTHER, doi="10.1/n", relations=(Relation("RetractionOf", "doi:10.1/a"),))
    for order in ([notice, pubmed(1, doi="10.1/A")], []):
        found = fresh(*order)
    assert found["pmid:1"].status == "retracted"


def test_retracted_by_one_source_is_retracted():
    a, origin = pubmed(1, doi="10.1/a")
    b, other = export(
        doi="10.1/a", publication_types=("Retracted Publication",), status="retracted"
    )
    ((own, group),) = partition([Contribution(b, other), Contribution(a, origin)]).items()
    one = merged(own, group)
    assert (one.id, one.status, one.publication_types) == (
        "pmid:1",
        "retracted",
        ("Retracted Publication",),
    )


# -- any records in any order -----------------------------------------------------------------

DOIS = st.sampled_from(["", "10.1/a", "10.1/b"])
TITLES = st.sampled_from([TITLE, OTHER, "Reply"])
PMCIDS = st.sampled_from(["", "", "PMC7"])
PEOPLE = st.sampled_from([(), (SMITH,), (JONES,), (SMITH, LEE), (JONES, LEE)])
WORDS = st.sampled_from([(), ABSTRACT, (Section("Other words."),)])
LINKS = st.sampled_from(
    [
        (),
        LINK,
        (Relation("ExpressionOfConcernFor", "doi:10.1/a"),),
        (Relation("ErratumFor", "pmid:2"),),
    ]
)

# dates of revision follow the numbers of PubMed's files; MEDLINE exports bear any date
pubmed_records = st.builds(
    lambda pmid, title, doi, pmc, people, words, links, file, medline: (
        pubmed(
            pmid, title, doi=doi, pmcid=pmc, authors=people, sections=words, relations=links,
            revised=f"2021-01-0{1 + (file if medline else file // 2)}",
        )[0],
        Origin("medline") if medline else Origin("pubmed", file),
    ),
    st.integers(1, 3), TITLES, DOIS, PMCIDS, PEOPLE, WORDS, LINKS, st.integers(1, 4), st.booleans(),
)  # fmt: skip
deletions = st.builds(
    lambda pmid, file: (Deletion(f"pmid:{pmid}"), Origin("pubmed", file)),
    st.integers(1, 3),
    st.integers(1, 4),
)
exports = st.builds(
    lambda title, doi, pmc, people, words, links, file, record: export(
        title, doi=doi, pmcid=pmc, authors=people, sections=words, relations=links,
        file=str(file), asof=file, record=record,
    ),
    TITLES, DOIS, PMCIDS, PEOPLE, WORDS, LINKS, st.integers(1, 3), st.integers(0, 3),
)  # fmt: skip


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), crowd=st.sampled_from([2, CROWD]))
def test_any_order_gives_the_same_articles(tmp_path_factory, monkeypatch, data, crowd):
    for module in (joining, ledger):  # a crowd that a few records make
        monkeypatch.setattr(module, "CROWD", crowd)
    # a place in a file holds one record: the same record number never says two things
    records = data.draw(
        st.lists(
            st.one_of(pubmed_records, pubmed_records, exports, exports, deletions),
            min_size=2,
            max_size=7,
            unique_by=lambda r: (r[1].place, r[1].record) if r[1].place else repr(r),
        )
    )
    order = data.draw(st.permutations(records))
    first, second = (Fresh(tmp_path_factory.mktemp("s")) for _ in range(2))
    first(*records)
    second(*order)
    assert listed(first.store) == listed(second.store)
    for made in (first, second):
        stale = "SELECT COUNT(*) FROM keys k LEFT JOIN articles a USING (row) WHERE a.id IS NULL"
        assert made.store.count(f"{stale} OR a.removed IS NOT NULL") == 0
        made.store.close()
