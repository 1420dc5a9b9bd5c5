"""Literature from the network: PubMed by query, PubMed whole, Europe PMC by query.

    from rag.corpus.fetch import endpoints, fetch_pubmed
    here = endpoints()
    result = fetch_pubmed("fever AND cough", Path("corpora/fever"), maximum=1_000,
                          base_url=here.eutils, api_key=here.api_key, email=here.email)

Each fetch writes files that ``rag.corpus.read`` reads, every one whole and checked, and goes on
where it was broken off when it is run again. A folder remembers by ``save`` what was fetched
into it, and ``refetch`` brings what is new. Nothing here is imported by ``rag.corpus``.
"""

from __future__ import annotations

from rag.corpus.fetch.endpoints import Endpoints, endpoints
from rag.corpus.fetch.europepmc import fetch_europepmc
from rag.corpus.fetch.eutils import fetch_pubmed
from rag.corpus.fetch.files import fetch_baseline, fetch_updates
from rag.corpus.fetch.result import FetchResult
from rag.corpus.fetch.subscription import Subscription, load, refetch, save, subscribed_below

__all__ = [
    "Endpoints",
    "FetchResult",
    "Subscription",
    "endpoints",
    "fetch_baseline",
    "fetch_europepmc",
    "fetch_pubmed",
    "fetch_updates",
    "load",
    "refetch",
    "save",
    "subscribed_below",
]
