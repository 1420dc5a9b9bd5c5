"""Where literature is fetched from, and how medlit names itself there.

``MEDLIT_EUTILS_URL``, ``MEDLIT_PUBMED_FILES_URL`` (the parent of ``baseline/`` and
``updatefiles/``) and ``MEDLIT_EUROPEPMC_URL`` point to mirrors. ``NCBI_API_KEY`` raises NCBI's
limit from 3 to 10 requests a second; ``MEDLIT_EMAIL`` tells a server whom to write to.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

EUTILS_URL = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
PUBMED_FILES_URL = "https://ftp.ncbi.nlm.nih.gov/pubmed/"
EUROPEPMC_URL = "https://www.ebi.ac.uk/europepmc/webservices/rest"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The servers and the name that is given there; the key is not part of the ``repr``."""

    eutils: str = EUTILS_URL
    pubmed_files: str = PUBMED_FILES_URL
    europepmc: str = EUROPEPMC_URL
    api_key: str | None = field(default=None, repr=False)
    email: str = ""

    @property
    def baseline(self) -> str:
        """The folder of the baseline files."""
        return f"{self.pubmed_files.rstrip('/')}/baseline/"

    @property
    def updates(self) -> str:
        """The folder of the update files."""
        return f"{self.pubmed_files.rstrip('/')}/updatefiles/"


def endpoints() -> Endpoints:
    """Read the endpoints from the environment."""
    return Endpoints(
        eutils=os.environ.get("MEDLIT_EUTILS_URL") or EUTILS_URL,
        pubmed_files=os.environ.get("MEDLIT_PUBMED_FILES_URL") or PUBMED_FILES_URL,
        europepmc=os.environ.get("MEDLIT_EUROPEPMC_URL") or EUROPEPMC_URL,
        api_key=os.environ.get("NCBI_API_KEY") or None,
        email=os.environ.get("MEDLIT_EMAIL", ""),
    )
