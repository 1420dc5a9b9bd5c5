"""What the corpus tests share: where the evaluation data lie, and files made on the spot."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest


@pytest.fixture
def formats():
    folder = Path(__file__).parents[2].parent / "shared" / "data" / "formats"
    if not folder.is_dir():
        pytest.skip("the evaluation data are not beside the checkout")
    return folder


@pytest.fixture
def write(tmp_path):
    """Write text or bytes to a file in a fresh folder, gzipped where asked."""

    def _write(name, content, compress=False):
        data = content.encode("utf-8") if isinstance(content, str) else content
        path = tmp_path / name
        path.write_bytes(gzip.compress(data) if compress else data)
        return path

    return _write


def simple_article(pmid, title="A title", extra=""):
    return (
        f"<PubmedArticle><MedlineCitation><PMID Version='1'>{pmid}</PMID><Article>"
        f"<ArticleTitle>{title}</ArticleTitle>"
        f"<Abstract><AbstractText>Text of {pmid}.</AbstractText></Abstract>{extra}"
        "</Article></MedlineCitation></PubmedArticle>\n"
    )


def article_set(*records):
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC '
        '"-//NLM//DTD PubMedArticle, 1st January 2019//EN" "https://example.org/pubmed.dtd">\n'
        "<PubmedArticleSet>\n" + "".join(records) + "</PubmedArticleSet>\n"
    )


@pytest.fixture(name="simple_article")
def _simple_article():
    return simple_article


@pytest.fixture(name="article_set")
def _article_set():
    return article_set
