"""What each format writes, by hand."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from export_makers import HONEY, MAGNETS, abstention, answer, as_json, cited, example, search_json
from rich.console import Console

from rag.answering.to_json import answer_to_dict
from rag.errors import ExportError, UsageError
from rag.exporting import FORMATS, document_from_dict, read_documents, render
from rag.exporting.dates import DateParts, date_parts
from rag.exporting.markdown import escaped
from rag.exporting.names import PersonalName, personal
from rag.terminal import print_answer
from rag.text import one_line
from rag.types import Article, Author, Statement


def export(name, *answers):
    text = "\n".join(as_json(one) for one in answers)
    return render(read_documents(text, "a.json").documents, name)


def test_ris_of_an_article():
    assert export("ris", example()).split("\n\n")[0].splitlines() == [
        "TY  - JOUR",
        "AU  - Test, Anna B",
        "AU  - van der Test, Jan",
        "AU  - O'Test, Carl, Jr",
        "AU  - Honey Study Group,",
        "TI  - Honey for cough in children: a randomised trial.",
        "T2  - Journal of Invented Remedies",
        "JA  - J Invent Remedies",
        "PY  - 2021",
        "DA  - 2021/07/03",
        "VL  - 10",
        "IS  - 2 Suppl 1",
        "SP  - 123",
        "EP  - 9",
        "SN  - 1234-5678",
        "DO  - 10.1000/honey_1",
        "DB  - PubMed",
        "AN  - 101",
        "C2  - PMC7000001",
        "M3  - Journal Article; Randomized Controlled Trial",
        "KW  - honey",
        "KW  - cough",
        "LA  - eng",
        "UR  - https://pubmed.ncbi.nlm.nih.gov/101/",
        "N1  - medlit: cited as [1] in the answer to “Does honey help against cough?”",
        "N1  - medlit: supports statement 1, “Honey shortens cough by 2 days.”: "
        "“Cough was 2 days shorter with honey.”",
        "ER  -",
    ]


def test_ris_of_a_retracted_article():
    notes = [x[6:] for x in export("ris", example()).splitlines() if x.startswith("N1")][2:]
    assert notes == [
        "medlit: RETRACTED: this article was retracted.",
        "Retraction in: J Invent Results. 2016;4:5. doi: 10.1000/gone. PMID: 103",
        "Erratum in: J Invent Results. 2015;3:9",
        "medlit: cited as [2][retracted] in the answer to “Does honey help against cough?”",
        "medlit: supports statement 2: “Magnets were tried too.”",
        "medlit: contradicts statement 1, “Honey shortens cough by 2 days.”: “Honey did nothing.”",
    ]


def test_bibtex_of_an_article():
    first, second = export("bibtex", example()).split("\n\n")
    assert first.splitlines() == [
        "@article{pmid101,",
        "  author = {Test, Anna B and van der Test, Jan and O'Test, Jr, Carl and "
        "{Honey Study Group}},",
        "  title = {{Honey for cough in children: a randomised trial.}},",
        "  journal = {Journal of Invented Remedies},",
        "  shortjournal = {J Invent Remedies},",
        "  year = {2021},",
        "  month = jul,",
        "  volume = {10},",
        "  number = {2 Suppl 1},",
        "  issn = {1234-5678},",
        "  pages = {123--9},",
        "  doi = {10.1000/honey_1},",
        "  pmid = {101},",
        "  pmcid = {PMC7000001},",
        "  url = {https://pubmed.ncbi.nlm.nih.gov/101/},",
        "  language = {eng},",
        "  publication_type = {Journal Article; Randomized Controlled Trial},",
        "  keywords = {honey; cough},",
        "  annote = {medlit: cited as [1] in the answer to “Does honey help against cough?”",
        "    medlit: supports statement 1, “Honey shortens cough by 2 days.”: “Cough was 2 days "
        "shorter with honey.”}",
        "}",
    ]
    assert (
        "  note = {RETRACTED. Retraction in: J Invent Results. 2016;4:5. doi: 10.1000/gone. "
        "PMID: 103. Erratum in: J Invent Results. 2015;3:9.},"
    ) in second


def test_bibtex_signs_and_keys():
    odd = Article(id="doi:10.1000/a(b)", title="{50%} & #1_x ~ ^ \\ $ <x> | -- `` ''", doi="")
    twin = replace(odd, id="doi:10.1000/a_b)")
    text = export("bibtex", answer(odd, twin))
    assert text.startswith("@misc{doi-10.1000-a-b,\n")
    assert "\n@misc{doi-10.1000-a-b-2,\n" in text
    assert (
        r"title = {{\{50\%\} \& \#1\_x \textasciitilde{} \textasciicircum{} \textbackslash{} \$ "
        r"\textless{}x\textgreater{} \textbar{} -{}- `{}` '{}'}},"
    ) in text


def test_nlm_is_a_numbered_list_with_notices():
    assert export("nlm", example()) == (
        "1. Test AB, van der Test J, O'Test Jr C, Honey Study Group. Honey for cough in children: "
        "a randomised trial. J Invent Remedies. 2021;10(2 Suppl 1):123-9. doi: 10.1000/honey_1. "
        "PMID: 101; PMCID: PMC7000001.\n"
        "2. Example E. Magnets cure cough. Journal of Invented Results. 2015. PMID: 102. "
        "RETRACTED: this article was retracted. Retraction in: J Invent Results. 2016;4:5. "
        "doi: 10.1000/gone. PMID: 103. Erratum in: J Invent Results. 2015;3:9.\n"
    )


def test_markdown_quotes_a_contradiction_once():
    value = answer_to_dict(example())
    said = "A later study (2015) found the opposite: “Honey did nothing.”"
    value["conflicts"][0]["said"] = said
    made = render([document_from_dict(value)], "markdown")
    assert f"(design not stated, 2015): {said}\n" in made


def test_json_and_text_mark_a_retracted_citation():
    said = "A later study (2015) found the opposite: “Honey did nothing.”"
    told = replace(example().conflicts[0], said=said)
    made = replace(
        example(), conflicts=(told,), kind="yesno", direct="mixed", direct_statements=(0, 1)
    )
    value = answer_to_dict(made)
    assert value["text"] == (
        "Mixed [1][2][retracted]. A randomised trial (2021): Honey shortens cough by 2 days. [1] "
        f"{said} [2][retracted] Magnets were tried too. [2][retracted]"
    )
    assert [c["retracted"] for s in value["statements"] for c in s["citations"]] == [False, True]
    assert value["conflicts"][0]["citation"]["retracted"] is True


def test_the_terminal_marks_a_retracted_citation():
    out = io.StringIO()
    shown = replace(example(), direct="magnets", kind="factoid", direct_statements=(1,))
    print_answer(Console(file=out, width=200, force_terminal=False, markup=False), shown, False)
    lines = out.getvalue().splitlines()
    assert "magnets [2][retracted]" in lines
    assert "Magnets were tried too. [2][retracted]" in lines
    assert any(x.lstrip().startswith("Against this") and "[2][retracted]" in x for x in lines)
    assert "A randomised trial (2021): Honey shortens cough by 2 days. [1]" in lines


def test_markdown_of_an_answer():
    value = answer_to_dict(example())
    value |= {"kind": "yesno", "direct": "yes", "direct_statements": [0, 7]}
    value["conflicts"][0]["said"] = "A later study disagrees."
    assert render([document_from_dict(value)], "markdown") == (
        "# Does honey help against cough?\n\n"
        "**Seek help at once.**\n\n"
        "**Answer (yes or no): yes** [1]\n\n"
        "1. *A randomised trial (2021):* Honey shortens cough by 2 days. [1]\n\n"
        "   > **Against this** [2][retracted] (design not stated, 2015): A later study disagrees. "
        "“Honey did nothing.”\n\n"
        "2. Magnets were tried too. [2][retracted]\n\n"
        "## References\n\n"
        "[1] Test AB, van der Test J, O'Test Jr C, Honey Study Group. Honey for cough in "
        "children: a randomised trial. J Invent Remedies. 2021;10(2 Suppl 1):123-9. "
        "doi: 10.1000/honey\\_1. PMID: 101; PMCID: PMC7000001.\\\n"
        "evidence: randomised trial · <https://pubmed.ncbi.nlm.nih.gov/101/>\n\n"
        "> “Cough was 2 days shorter with honey.” (supports statement 1)\n\n"
        "[2] Example E. Magnets cure cough. Journal of Invented Results. 2015. PMID: 102. "
        "**RETRACTED: this article was retracted.** Retraction in: J Invent Results. 2016;4:5. "
        "doi: 10.1000/gone. PMID: 103. Erratum in: J Invent Results. 2015;3:9.\\\n"
        "evidence: design not stated · <https://pubmed.ncbi.nlm.nih.gov/102/>\n\n"
        "> “Magnets were tried too.” (supports statement 2)\n>\n"
        "> “Honey did nothing.” (contradicts statement 1)\n\n"
        "*medlit shows what the literature in this index says. It assists a clinician's "
        "judgement and does not replace it.*\n\n"
        "Made by medlit 9.9; index cough (generation 3); embedder minilm; generator extractive; "
        "verifier rules.\n"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[x](y) *a* _b_ <b> |c| `d` \\", r"\[x\](y) \*a\* \_b\_ \<b\> \|c\| \`d\` " + "\\\\"),
        ("# head", r"\# head"),
        ("- item", r"\- item"),
        ("12. item", r"12\. item"),
        ("5.2 mg", r"5\.2 mg"),
        ("&amp; $x$ ~~y~~", r"\&amp; \$x\$ \~\~y\~\~"),
        ("plain", "plain"),
    ],
    ids=range(7),
)
def test_markdown_escapes(text, shown):
    assert escaped(text) == shown


def test_an_abstention_says_that_it_is_one():
    one = abstention(HONEY)
    assert "the index does not answer “Who won?”" in export("ris", one)
    assert "does not answer “Who won?”" in export("bibtex", one)
    assert export("nlm", one).startswith(
        "Who won?\n\nThe literature in this index does not answer this question well enough. "
        "The closest articles:\n\n1. Test AB"
    )
    assert "**The literature in this index does not answer" in export("markdown", one)
    assert export("markdown", abstention()).count("\n\n") == 3
    for name in ("ris", "bibtex", "nlm"):
        with pytest.raises(ExportError, match="no reference"):
            export(name, abstention())


def test_a_search_is_exported_with_its_passages():
    documents = read_documents(search_json("honey", HONEY, MAGNETS), "s.json").documents
    ris = render(documents, "ris")
    assert "N1  - medlit: found for “honey”, rank 2: “A passage.”" in ris
    assert ris.count("AU  - ") == 5
    shown = render(documents, "markdown")
    assert shown.startswith("# Search: honey\n\n## Articles\n\n[1] Test AB")
    assert "\n\n> “A passage.”\n\n[2] Example E." in shown
    assert "**RETRACTED: this article was retracted.**" in shown
    nothing = read_documents('{"query": "x", "hits": []}', "s.json").documents
    assert "Nothing was found." in render(nothing, "markdown")


def test_json_of_before_is_read_with_what_it_holds():
    value = answer_to_dict(example())
    for reference in value["references"]:
        del reference["bibliography"]
    (document,) = read_documents(json.dumps(value), "a.json").documents
    first = document.references[0].article
    assert first.authors[:2] == (
        Author("Test", "", "AB"),
        Author("van der Test", "", "J"),
    )
    assert first.authors[3] == Author(collective="Honey Study Group")
    assert (first.journal, first.doi) == ("J Invent Remedies", "10.1000/honey_1")
    assert document.references[1].article.status == "retracted"


def test_nothing_that_steers_a_terminal_comes_out():
    evil = "A\x1b[31mred\x9b2J\x07 \u202etitle\r\n\x00b\u2028c\x7f"
    article = replace(HONEY, title=evil, journal=evil, authors=(Author(evil, evil, "A"),))
    statement = Statement(evil, (cited(article, 1, evil),), evil)
    one = answer(article, statements=(statement,), question=evil, red_flags=(evil,), read_as=evil)
    for name in FORMATS:
        text = export(name, one)
        assert [c for c in text if c != "\n" and (ord(c) < 32 or 126 < ord(c) < 160)] == []
        assert not set(text) & set("\u202e\u2028")
    assert one_line(evil) == "Ared title b c"


def test_dates_and_names_in_parts():
    assert date_parts("2012 Jul 3", 2012) == DateParts(7, 3)
    assert date_parts("2012 07 03", 2012) == DateParts(7, 3)
    assert date_parts("2012-07", 2012) == DateParts(7, 0)
    assert date_parts("2012 Jun-Jul", 2012) == DateParts()
    assert date_parts("2012 Winter", 2012) == DateParts()
    assert date_parts("2012 Jul 3", 2013) == DateParts()
    assert date_parts("2012 Jul 3", None) == DateParts()
    assert personal(Author("Test Jr", "", "JA")) == PersonalName("Test", "J. A.", "Jr")
    assert personal(Author("Plato")) == PersonalName("Plato", "")
    assert personal(Author("Abu Test")) is None
    assert personal(Author(collective="Group")) is None


def test_formats_are_named_once():
    assert list(FORMATS) == ["ris", "bibtex", "nlm", "markdown"]
    with pytest.raises(UsageError, match="--format takes ris, bibtex, nlm, markdown"):
        render([], "word")
