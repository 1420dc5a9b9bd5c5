"""Which article a record is about: PMID, then DOI, then a hash of title and year.

Equal text never makes two records one article; a letter and its reprint stay two.
"""

from __future__ import annotations

import hashlib
import re

from rag.text import fold

_NO_WORD = re.compile(r"[\W_]+")
_PMID = re.compile(r"0*([1-9][0-9]{0,9})", re.ASCII)
_DOI = re.compile(r"10\.[0-9]{4,9}/\S+", re.ASCII)
_DOI_PREFIX = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)


_TELLING_WORDS, _TELLING_LETTERS = 5, 30


def plain_words(text: str) -> str:
    """Return the folded words of a text, without punctuation."""
    return " ".join(_NO_WORD.sub(" ", fold(text)).split())


def is_telling(title: str) -> bool:
    """True where a title can single out an article: "Editorial" of a year is that of many."""
    words = plain_words(title).split()
    return len(words) >= _TELLING_WORDS and sum(map(len, words)) >= _TELLING_LETTERS


def article_id(pmid: str, doi: str, title: str, year: int | None) -> str:
    """Return ``pmid:…``, else ``doi:…`` (lower case: DOIs ignore case), else ``hash:…``.

    Args:
        pmid: a number as ``clean_pmid`` gives it, or empty.
        doi: a DOI as ``clean_doi`` gives it, or empty.
        title: the title, or where there is none the first text of the record.
        year: of publication, where known.
    """
    if pmid:
        return f"pmid:{pmid}"
    if doi:
        return f"doi:{doi.lower()}"
    key = f"{plain_words(title) or fold(title)}|{'' if year is None else year}"
    return f"hash:{hashlib.sha256(key.encode('utf-8')).hexdigest()[:16]}"


def clean_pmid(text: str) -> str:
    """Return the PMID without leading zeros, or an empty string where it is not a number."""
    match = _PMID.fullmatch(text.strip())
    return match[1] if match else ""


def clean_doi(text: str) -> str:
    """Return the DOI without a resolver's address before it, or empty where it is none."""
    doi = _DOI_PREFIX.sub("", text.strip())
    return doi if _DOI.fullmatch(doi) else ""
