"""Small files of our own text, one or more for every format, and hostile ones made from them.

For ``mutations.py``: seeds for the formats of which no real file is at hand, and XML documents
with entity bombs. All people, journals, numbers and findings are invented.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from pathlib import Path

from mutants import small

from rag.corpus import corpus_files, detect
from rag.errors import CorpusError

MARK = "Magnesium"
"""A word of every seed's title: where it stands, a bomb puts its entity."""

_TITLE = f"{MARK} and sleep in invented adults."
_TEXT = "Sleep improved in 12 of 40 invented adults (30%); two had a rash."
_AUTHOR = "<LastName>Doe</LastName><ForeName>Jane</ForeName><Initials>J</Initials>"

_PUBMED = (
    '<?xml version="1.0" encoding="utf-8"?>\n<PubmedArticleSet>\n'
    + "".join(
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><DateRevised><Year>2020'
        "</Year><Month>1</Month><Day>2</Day></DateRevised><Article><Journal><Title>Journal of "
        f"Invention</Title></Journal><ArticleTitle>{_TITLE}</ArticleTitle><Abstract>"
        f'<AbstractText Label="RESULTS">{_TEXT}</AbstractText></Abstract><AuthorList><Author>'
        f"{_AUTHOR}</Author></AuthorList></Article></MedlineCitation></PubmedArticle>\n"
        for pmid in (990001, 990002)
    )
    + "</PubmedArticleSet>\n"
)
_MEDLINE = (
    f"\nPMID- 990003\nDP  - 2020 Jan\nTI  - {_TITLE}\nAB  - BACKGROUND: {_TEXT}\n      RESULTS: "
    "None.\nAU  - Doe J\nPT  - Journal Article\n\nPMID- 990004\nTI  - Another.\n"
)
_BEIR = "".join(
    json.dumps({"_id": key, "title": _TITLE, "text": _TEXT, "metadata": {"year": 2020}}) + "\n"
    for key in ("990005", "d2")
)
_RIS = (
    f"TY  - JOUR\nTI  - {_TITLE}\nAU  - Doe, Jane\nPY  - 2020/01/02/\nAB  - {_TEXT}\n"
    "DO  - 10.1234/invented.1\nSP  - 1\nEP  - 9\nER  - \n\nTY  - JOUR\nT1  - Another\nER  - \n"
)
_ENDNOTE = (
    f"%0 Journal Article\n%A Doe, Jane\n%T {_TITLE}\n%J Journal of Invention\n%D 2020\n"
    f"%X {_TEXT}\n%R 10.1234/invented.2\n\n%0 Journal Article\n%T Another\n"
)
_BIBTEX = (
    "% of our own\n@string{ji = {Journal of Invention}}\n"
    f'@article{{doe2020, title = {{{_TITLE}}}, author = {{Doe, Jane and M{{\\"u}}ller, K.}},\n'
    f"  journal = ji, year = 2020, pages = {{1--9}}, abstract = {{{_TEXT[:-1]} $p<0.05$}},\n"
    '  doi = "10.1234/invented.3"}\n@misc{b, title = "An" # " other", year = {2021}}\n'
)
_CSV = (
    "PMID,Title,Authors,Abstract,Journal/Book,Publication Year,DOI\n"
    f'990006,"{_TITLE}","Doe J, Roe R","{_TEXT}",J Inv,2020,10.1234/invented.4\n'
    '990007,"A ""quoted"" one",,"Two\nlines",J Inv,2019,\n'
)
_JATS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<article article-type="research-article" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"><front><journal-meta><journal-title>Journal of '
    "Invention</journal-title></journal-meta><article-meta>"
    '<article-id pub-id-type="pmid">990008</article-id><title-group><article-title>'
    f"{_TITLE}</article-title></title-group><contrib-group><contrib contrib-type='author'><name>"
    "<surname>Doe</surname><given-names>Jane</given-names></name></contrib></contrib-group>"
    "<pub-date pub-type='epub'><year>2020</year></pub-date><abstract><sec><title>Results</title>"
    f"<p>{_TEXT}</p></sec></abstract></article-meta></front><body><sec><title>Methods</title>"
    "<p>We invented <italic>all</italic> of it.</p></sec></body></article>\n"
)
_BIOC = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<collection><source>PubMed</source><date>20200102'
    "</date><key>k</key><document><id>990009</id><passage><infon key='type'>title</infon>"
    f"<offset>0</offset><text>{_TITLE}</text></passage><passage><infon key='type'>abstract</infon>"
    f"<offset>40</offset><text>{_TEXT}</text></passage></document></collection>\n"
)
_PASSAGES = [
    {"offset": 0, "infons": {"type": "title"}, "text": _TITLE},
    {"offset": 40, "infons": {"type": "abstract"}, "text": _TEXT},
]
_BIOC_JSON = json.dumps(
    {"source": "PubMed", "date": "20200102", "key": "k", "infons": {},
     "documents": [{"id": "990010", "infons": {}, "passages": _PASSAGES}]}
)  # fmt: skip
_RESULT = {
    "id": "990011", "source": "MED", "pmid": "990011", "doi": "10.1234/invented.5",
    "title": _TITLE, "authorString": "Doe J.", "pubYear": "2020", "abstractText": _TEXT,
    "journalInfo": {"volume": "1", "journal": {"title": "Journal of Invention"}},
}  # fmt: skip
_EUROPEPMC_JSON = json.dumps({"version": "6.9", "hitCount": 1, "resultList": {"result": [_RESULT]}})
_EUROPEPMC = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<responseWrapper><version>6.9</version><hitCount>1'
    "</hitCount><resultList><result><id>990012</id><source>MED</source><pmid>990012</pmid>"
    f"<title>{_TITLE}</title><authorString>Doe J.</authorString><pubYear>2020</pubYear>"
    f"<abstractText>{_TEXT}</abstractText></result></resultList></responseWrapper>\n"
)
_CTGOV = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<clinical_study><id_info><nct_id>NCT99000001</nct_id>'
    f"</id_info><brief_title>{_TITLE}</brief_title><official_title>{_TITLE}</official_title>"
    f"<brief_summary><textblock>{_TEXT}</textblock></brief_summary><overall_status>Completed"
    "</overall_status><start_date>January 2020</start_date><condition>Sleep</condition>"
    "</clinical_study>\n"
)
_CTGOV_JSON = json.dumps(
    {"protocolSection": {
        "identificationModule": {"nctId": "NCT99000002", "briefTitle": _TITLE},
        "descriptionModule": {"briefSummary": _TEXT},
        "statusModule": {"overallStatus": "COMPLETED"}}}
)  # fmt: skip
_MIMIC_III = (
    '"ROW_ID","SUBJECT_ID","HADM_ID","CHARTDATE","CHARTTIME","STORETIME","CATEGORY",'
    '"DESCRIPTION","CGID","ISERROR","TEXT"\n1,10,100,"2120-01-02",,,"Discharge summary",'
    f'"Report",,,"Chief Complaint:\n{MARK} given.\n\nHistory:\n{_TEXT}"\n'
)
_MIMIC_IV = (
    "note_id,subject_id,hadm_id,note_type,note_seq,charttime,storetime,text\n10-DS-1,10,100,DS,"
    f'1,2120-01-02 00:00:00,2120-01-03 00:00:00,"Service: NONE\n\nHistory:\n{MARK}. {_TEXT}"\n'
)
_PLAIN = f"{_TITLE}\n\nIntroduction\n\n{_TEXT}\n\nConclusion\n\nNothing follows from this.\n"

SEEDS = {
    "own_pubmed.xml": _PUBMED,
    "own_medline.nbib": _MEDLINE,
    "own_beir.jsonl": _BEIR,
    "own_ris.ris": _RIS,
    "own_endnote.enw": _ENDNOTE,
    "own_bibtex.bib": _BIBTEX,
    "own_table.csv": _CSV,
    "own_jats.nxml": _JATS,
    "own_bioc.xml": _BIOC,
    "own_bioc.json": _BIOC_JSON,
    "own_europepmc.xml": _EUROPEPMC,
    "own_europepmc.json": _EUROPEPMC_JSON,
    "own_ctgov.xml": _CTGOV,
    "own_ctgov.json": _CTGOV_JSON,
    "NOTEEVENTS.csv": _MIMIC_III,
    "discharge.csv": _MIMIC_IV,
    "own_text.txt": _PLAIN,
    "own_text.md": f"# {_TITLE}\n\n## Results\n\n{_TEXT}\n",
}


def own_seeds():
    """File name → bytes of every seed."""
    return {name: text.encode() for name, text in SEEDS.items()}


def load_seeds(folders):
    """Format → [(name, bytes)] of our own seeds and those of folders, cut to a moderate size.

    Files in no format that is known are under ``-``.
    """
    groups = defaultdict(list)
    with tempfile.TemporaryDirectory() as work:
        found = [(path.name, path.read_bytes()) for path in corpus_files(folders)]
        for name, data in [*found, *own_seeds().items()]:
            path = Path(work, name)
            path.write_bytes(small(data))
            try:
                group = detect(path)
            except CorpusError:
                group = "-"
            groups[group].append((name, path.read_bytes()))
    return dict(groups)


def bombs(canary):
    """Yield (name, bytes): every XML seed with every hostile document type.

    ``canary`` is a file whose content must appear in no record.
    """
    uri = canary.resolve().as_uri()
    laughs = '<!ENTITY a "ha ha ha ha ha ha ha ha ">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefghi", "bcdefghij", strict=True)
    )
    quadratic = f'<!ENTITY j "{"ha " * 20_000}">'
    kinds = {
        "laughs": (f"[{laughs}]", "&j;"),
        "quadratic": (f"[{quadratic}]", "&j;" * 5_000),
        "endless": ('[<!ENTITY j "&k;"><!ENTITY k "&j;">]', "&j;"),
        "external": (f'[<!ENTITY j SYSTEM "{uri}">]', "&j;"),
        "public": (f'[<!ENTITY j PUBLIC "x" "{uri}">]', "&j;"),
        "parameter": (
            f'[<!ENTITY % p SYSTEM "{uri}"><!ENTITY % q "<!ENTITY j SYSTEM \'{uri}\'>"> %q; %p;]',
            "&j;",
        ),
        "dtd": (f'SYSTEM "{uri}"', MARK),
        "elements": ("", "<b/>" * 3_000_000),  # a tree of them takes 150 bytes an element
        "small": ('[<!ENTITY j "ha">]', "&j;"),
        "xinclude": (
            "",
            f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="{uri}" parse="text"/>',
        ),
    }
    for name, text in SEEDS.items():
        if not text.startswith("<?xml"):
            continue
        declaration, _, rest = text.partition("\n")
        root = rest[1:].replace(">", " ").split()[0]
        for kind, (subset, entity) in kinds.items():
            doctype = f"<!DOCTYPE {root} {subset}>\n" if subset else ""
            body = rest.replace(MARK, entity)
            yield f"{kind}_{name}", f"{declaration}\n{doctype}{body}".encode()
