"""Find passages: filter, dense and lexical search, fusion, reranking.

    hits = Retriever.open("indexes/default").search("pertussis in adults", k=10)

Hybrid search takes the top passages of each route (``retriever``) for the forms of the query
(``forms``, ``candidates``) and makes one order of them (``fusion``, by the numbers of
``ranking``). One hit an article: its best passage.
"""

from rag.retrieval.ranking import DEFAULT, PLAIN, Ranking
from rag.retrieval.retriever import Retriever

__all__ = ["DEFAULT", "PLAIN", "Ranking", "Retriever"]
