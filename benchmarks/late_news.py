"""How long a retraction and a deletion that arrive late take to reach a standing index.

    python benchmarks/late_news.py corpora/starter

Builds an index of the literature with vectors drawn at random (what is measured does not depend
on their values, and the real ones take half an hour of a laptop), then ingests a file of one
retraction notice and one deletion, times it, and looks whether a search shows the change. Exit
code 1 where it does not.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from rag.index.builder import ingest
from rag.models.embedder import EmbedderIdentity
from rag.retrieval import Retriever
from rag.types import Filter

DIMENSION = 384
NEWS = """<PubmedArticleSet>
<PubmedArticle><MedlineCitation><PMID Version="1">99999999</PMID><Article>
<ArticleTitle>Notice of retraction.</ArticleTitle><Journal><Title>Test</Title></Journal></Article>
<CommentsCorrectionsList><CommentsCorrections RefType="RetractionOf"><RefSource>Test</RefSource>
<PMID Version="1">{retracted}</PMID></CommentsCorrections></CommentsCorrectionsList>
</MedlineCitation></PubmedArticle>
<DeleteCitation><PMID Version="1">{deleted}</PMID></DeleteCitation></PubmedArticleSet>
"""


class RandomVectors:
    """An embedder whose vectors mean nothing."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(1)
        self.identity = EmbedderIdentity(
            spec="random", name="random", revision="", weights_sha256="random", pooling="mean",
            query_prompt="", document_prompt="", dimension=DIMENSION, max_tokens=256,
        )  # fmt: skip

    def embed_documents(self, texts):
        """See ``rag.models.embedder.Embedder``."""
        out = self._random.standard_normal((len(texts), DIMENSION), dtype=np.float32)
        return out / np.linalg.norm(out, axis=1, keepdims=True)

    embed_queries = embed_documents

    def token_spans(self, texts):
        """See ``rag.models.embedder.Embedder``."""
        found = [[m.span() for m in re.finditer(r"\w+|[^\w\s]", t)] for t in texts]
        return [np.asarray(spans, dtype=np.int32).reshape(-1, 2) for spans in found]

    def close(self):
        """See ``rag.models.embedder.Embedder``."""


def shown(index: Path, embedder: RandomVectors, title: str, filters: Filter | None = None) -> dict:
    """Return id → status of what a search for the words of a title finds."""
    retriever = Retriever.open(index, embedder=embedder)
    hits = retriever.search(title, 20, filters, mode="lexical")
    retriever.close()
    return {hit.article.id: hit.article.status for hit in hits}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    embedder = RandomVectors()
    with tempfile.TemporaryDirectory() as place:
        index = Path(place) / "index"
        built = ingest(options.paths, index, embedder)
        print(f"index: {built.added:,} articles, {built.embedded:,} vectors")
        seconds = []
        retriever = Retriever.open(index, embedder=embedder)
        some = retriever.search("treatment of patients", 4 * options.rounds, mode="lexical")
        retriever.close()
        pairs = [h.article for h in some if h.article.pmid and h.article.status == "current"]
        for i in range(options.rounds):
            a, b = pairs[2 * i], pairs[2 * i + 1]
            news = Path(place) / f"news{i}.xml"
            xml = NEWS.format(retracted=a.pmid, deleted=b.pmid)
            news.write_text(xml.replace("99999999", str(99999990 + i)), encoding="utf-8")
            start = time.perf_counter()
            report = ingest([news], index, embedder)
            seconds.append(time.perf_counter() - start)
            everything = Filter(include_retracted=True)
            gone = a.id not in shown(index, embedder, a.title)
            marked = shown(index, embedder, a.title, everything).get(a.id) == "retracted"
            absent = b.id not in shown(index, embedder, b.title, everything)
            if not (gone and marked and absent and report.newly_retracted == (a.id,)):
                print(f"the news did not arrive: {gone=} {marked=} {absent=} {report}")
                return 1
            print(f"round {i + 1}: {seconds[-1]:.2f} s ({dict(report.seconds)})")
    print(f"a retraction and a deletion: median {sorted(seconds)[len(seconds) // 2]:.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
