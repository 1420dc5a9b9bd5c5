"""A file of ``count`` small records in every format, and the ids that its articles then have."""

from __future__ import annotations

import json


def simple_article(pmid, title="A title"):
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article>"
        f"<ArticleTitle>{title}</ArticleTitle>"
        f"<Abstract><AbstractText>Text of {pmid}.</AbstractText></Abstract>"
        "</Article></MedlineCitation></PubmedArticle>\n"
    )


def article_set(*records):
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<PubmedArticleSet>\n'
        + "".join(records)
        + "</PubmedArticleSet>\n"
    )


def _joined(count, one, before="", between="", after=""):
    return (before + between.join(one(n) for n in range(1, count + 1)) + after).encode()


def pubmed(count):
    return article_set(*(simple_article(n) for n in range(1, count + 1))).encode()


def medline(count):
    return _joined(
        count, lambda n: f"PMID- {n}\nTI  - Title {n}\nAB  - Text\n      of {n}.\n", between="\n"
    )


def jats(count):
    return _joined(
        count,
        lambda n: (
            f"<article><front><article-meta><article-id pub-id-type='pmid'>{n}</article-id>"
            f"<title-group><article-title>Title {n}</article-title></title-group>"
            f"<abstract><p>Text of {n}.</p></abstract></article-meta></front></article>\n"
        ),
        "<pmc-articleset>",
        after="</pmc-articleset>\n",
    )


def bioc(count):
    def one(n):
        title = {"type": "title", "article-id_pmid": str(n)}
        passages = [
            {"offset": 0, "infons": title, "text": f"Title {n}"},
            {"offset": 9, "infons": {"type": "abstract"}, "text": f"Text of {n}."},
        ]
        return json.dumps({"id": str(n), "infons": {}, "passages": passages})

    return _joined(count, one, '{"source": "PubMed", "documents": [', ", ", "]}\n")


def europepmc(count):
    def one(n):
        return json.dumps({"id": str(n), "source": "MED", "pmid": str(n), "title": f"Title {n}"})

    return _joined(count, one, '{"version": "6.9", "resultList": {"result": [', ",\n", "]}}\n")


def ctgov(count):
    return _joined(
        count,
        lambda n: (
            f"<clinical_study><id_info><nct_id>NCT{n:08}</nct_id></id_info>"
            f"<brief_title>Title {n}</brief_title></clinical_study>\n"
        ),
    )


def ctgov_json(count):
    def one(n):
        module = {"nctId": f"NCT{n:08}", "briefTitle": f"Title {n}"}
        return json.dumps({"protocolSection": {"identificationModule": module}})

    return _joined(count, one, '{"studies": [', ", ", "]}\n")


def ris(count):
    return _joined(
        count, lambda n: f"TY  - JOUR\nTI  - Title {n}\nDB  - PubMed\nAN  - {n}\nER  - \n\n"
    )


def endnote(count):
    return _joined(count, lambda n: f"%0 Journal Article\n%T Title {n}\n%W PubMed\n%M {n}\n\n")


def bibtex(count):
    return _joined(count, lambda n: f"@article{{k{n},\n  title = {{Title {n}}}, pmid = {n}\n}}\n")


def csv(count):
    return _joined(count, lambda n: f'{n},"Title, {n}",Text of {n}.\n', "PMID,Title,Abstract\n")


def beir(count):
    def one(n):
        row = {"_id": f"d{n}", "title": f"Title {n}", "text": "a\nb", "metadata": {"pmid": n}}
        return json.dumps(row) + "\n"

    return _joined(count, one)


def mimic(count):
    return _joined(
        count,
        lambda n: f'{n},10,100,"2120-01-02",,,"Nursing","Report",,,"Chief Complaint:\ncough {n}"\n',
        "ROW_ID,SUBJECT_ID,HADM_ID,CHARTDATE,CHARTTIME,STORETIME,CATEGORY,DESCRIPTION,CGID,"
        "ISERROR,TEXT\n",
    )


def text(count):
    return _joined(count, lambda n: f"Line {n} of a plain text.\n\n", "A title\n\n")


MAKERS = {
    "pubmed": pubmed,
    "medline": medline,
    "jats": jats,
    "bioc": bioc,
    "europepmc": europepmc,
    "ctgov": ctgov,
    "ctgov-json": ctgov_json,
    "ris": ris,
    "endnote": endnote,
    "bibtex": bibtex,
    "csv": csv,
    "beir": beir,
    "mimic": mimic,
    "text": text,
}
MANY = [name for name in MAKERS if name != "text"]
"""Formats of which a file holds many records."""
_IDS = {"ctgov": "nct:NCT{:08}", "ctgov-json": "nct:NCT{:08}", "mimic": "note:{}"}


def article_id(name, n):
    """The id of the n-th article of a made file."""
    return _IDS.get(name, "pmid:{}").format(n)
