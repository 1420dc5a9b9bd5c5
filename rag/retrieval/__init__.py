"""Find passages: filter, dense and lexical search, fusion, reranking.

    hits = Retriever.open("indexes/default").search("pertussis in adults", k=10)

Hybrid search takes the top passages of each route (``retriever``) for the forms of the query
(``forms``) and makes one order of them (``fusion``). One hit an article: its best passage.
"""

from rag.retrieval.fusion import DENSE_WEIGHT, fuse
from rag.retrieval.retriever import Retriever

__all__ = ["DENSE_WEIGHT", "Retriever", "fuse"]
