"""What to rule out first, in a terminal and as JSON."""

import io

from rich.console import Console

from rag.clinical.findings import find_findings
from rag.terminal_differential import differential_to_dict, print_differential
from rag.types import Article, Candidate, Citation, Differential, FindingLink, Reference, Statement

TEXT = "crushing chest pain"
QUOTE = "Aortic dissection causes sudden chest pain."


def found() -> Differential:
    findings = find_findings(TEXT)
    citation = Citation(1, "id:1", 7, QUOTE, 0, len(QUOTE), "supports", 1.0, "quoted verbatim")
    link = FindingLink(findings[0], 0.0, (Statement(QUOTE, (citation,)),))
    dissection = Candidate(16, "aortic dissection", "", 9.0, 2.0, 3, (link,), is_dangerous=True)
    reflux = Candidate(1, "gastroesophageal reflux disease", "", 12.0, 1.0, 4)
    references = (Reference(1, Article("id:1", "What is Aortic Dissection ?"), 6),)
    return Differential(TEXT, findings, (reflux,), references=references, rule_out=(dissection,))


def test_what_to_rule_out_stands_first_with_its_sentence():
    out = io.StringIO()
    print_differential(Console(file=out, width=200), found(), explain=False)
    said = out.getvalue()
    assert f"   aortic dissection  Chest pain: “{QUOTE}” [1]\n" in said
    assert said.index("Rule out first:") < said.index("aortic dissection") < said.index("1. gastro")


def test_it_has_its_rank_source_and_sentences_in_json():
    (one,) = differential_to_dict(found())["rule_out"]
    assert (one["name"], one["rank"]) == ("aortic dissection", 16)
    assert one["dangerous_source"].startswith("ACC/AHA 2022")
    (finding,) = one["findings"]
    assert TEXT[finding["start"] : finding["end"]] == finding["text"]
    assert finding["statements"][0]["citations"][0]["quote"] == QUOTE
