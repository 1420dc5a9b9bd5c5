"""The systems that ``peers.py`` compares; each phase of each is one process of this script.

    python peer_systems.py build  NAME WORK     texts and vectors to the system's own files
    python peer_systems.py search NAME WORK     opens them, asks every query, writes NAME.json

``WORK`` holds what ``peers.py`` left there: ``texts.jsonl``, ``vectors.npy``, ``queries.json``,
``options.json``. The script knows nothing of medlit but ``Retriever``, so that it runs under the
interpreter of either environment. A search is the call a user would write for one query; what it
returns is turned into ids off the clock.

Each peer is used as its own documentation shows, with its defaults where nothing is said:

- ``bm25s``: English stemmer and stop words, k1 0.9 and b 0.4 as medlit; ``bm25s-default`` has its
  own k1 1.5 and b 0.75, ``bm25s-numba`` the compiled backend that its ``core`` extra brings.
- ``langchain``: ``EnsembleRetriever`` over ``BM25Retriever`` and ``FAISS``, weights 0.5 each, by
  reciprocal ranks. Documents are told apart by their id, not by equal text, which its default
  would merge. ``BM25Retriever`` has no way to be saved; it is pickled, as its users do. It splits
  at white space and keeps case; ``langchain-stems`` gives it the tokens that ``bm25s`` has.
- ``txtai``: ``hybrid=True``, content off. Vectors come from an external transform while it
  builds, and from the model itself, named when the index is loaded, for the queries.
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from peer_medlit import Medlit


class Work:
    """The folder of one test collection; see the module's text."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.options = json.loads((folder / "options.json").read_text(encoding="utf-8"))

    @property
    def model(self) -> str:
        """The folder of the embedding model."""
        return self.options["model"]

    def documents(self) -> tuple[list[str], list[str]]:
        """Return ids and texts."""
        with (self.folder / "texts.jsonl").open(encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        return [row["id"] for row in rows], [row["text"] for row in rows]

    def vectors(self) -> Any:
        """Return float32, (n, d), in the order of the texts."""
        import numpy as np

        return np.load(self.folder / "vectors.npy")


class Bm25s:
    """A sparse matrix of BM25 scores."""

    packages = ("bm25s", "PyStemmer", "numpy")

    def __init__(self, backend: str = "numpy", **parameters: float) -> None:
        self.backend, self.parameters = backend, parameters
        if backend == "numba":
            self.packages = (*self.packages, "numba")

    def build(self, work: Work, folder: Path) -> None:
        """Write the system's own files."""
        import bm25s
        import Stemmer

        ids, texts = work.documents()
        tokens = bm25s.tokenize(
            texts, stopwords="en", stemmer=Stemmer.Stemmer("english"), show_progress=False
        )
        retriever = bm25s.BM25(**self.parameters, backend=self.backend)
        retriever.index(tokens, show_progress=False)
        retriever.save(str(folder), show_progress=False)
        (folder / "ids.json").write_text(json.dumps(ids), encoding="utf-8")

    def open(self, work: Work, folder: Path) -> None:
        """Open what was written, for searching."""
        import bm25s
        import Stemmer

        self.tokenize, self.stemmer = bm25s.tokenize, Stemmer.Stemmer("english")
        self.retriever = bm25s.BM25.load(str(folder))
        self.ids = json.loads((folder / "ids.json").read_text(encoding="utf-8"))

    def search(self, query: str, k: int) -> Any:
        """Ask one query, as a user's code would."""
        tokens = self.tokenize(query, stopwords="en", stemmer=self.stemmer, show_progress=False)
        return self.retriever.retrieve(tokens, k=min(k, len(self.ids)), show_progress=False)

    def named(self, found: Any) -> list[str]:
        """Return the ids of what a search returned, best first."""
        # it fills up to k with documents that share no word with the query
        rows = zip(found[0][0].tolist(), found[1][0].tolist(), strict=True)
        return [self.ids[at] for at, score in rows if score > 0]


def stems(text: str) -> list[str]:
    """Return lower-cased English stems without stop words: the tokens of ``Bm25s``."""
    import bm25s
    import Stemmer

    tokens = bm25s.tokenize(
        text, stopwords="en", stemmer=_stemmer(Stemmer), return_ids=False, show_progress=False
    )
    return tokens[0]


@lru_cache(maxsize=1)
def _stemmer(module: Any) -> Any:
    return module.Stemmer("english")


class Langchain:
    """Two retrievers, and reciprocal ranks over what both return."""

    packages = (
        "langchain-community",
        "langchain-classic",
        "langchain-huggingface",
        "rank-bm25",
        "faiss-cpu",
        "sentence-transformers",
        "torch",
    )

    def __init__(self, words: Callable[[str], list[str]] | None = None) -> None:
        self.words = {} if words is None else {"preprocess_func": words}

    def build(self, work: Work, folder: Path) -> None:
        """Write the system's own files."""
        from langchain_community.retrievers import BM25Retriever
        from langchain_community.vectorstores import FAISS
        from langchain_huggingface import HuggingFaceEmbeddings

        ids, texts = work.documents()
        metadatas = [{"id": own} for own in ids]
        store = FAISS.from_embeddings(
            zip(texts, work.vectors(), strict=True),
            HuggingFaceEmbeddings(model_name=work.model),
            metadatas,
        )
        store.save_local(str(folder))
        words = BM25Retriever.from_texts(texts, metadatas, **self.words)
        (folder / "bm25.pkl").write_bytes(pickle.dumps(words))

    def open(self, work: Work, folder: Path) -> None:
        """Open what was written, for searching."""
        from langchain_classic.retrievers import EnsembleRetriever
        from langchain_community.vectorstores import FAISS
        from langchain_huggingface import HuggingFaceEmbeddings

        store = FAISS.load_local(
            str(folder),
            HuggingFaceEmbeddings(model_name=work.model),
            allow_dangerous_deserialization=True,  # of the files that build wrote
        )
        dense = store.as_retriever(search_kwargs={"k": work.options["k"]})
        words = pickle.loads((folder / "bm25.pkl").read_bytes())
        words.k = work.options["k"]
        self.ensemble = EnsembleRetriever(
            retrievers=[words, dense], weights=[0.5, 0.5], id_key="id"
        )

    def search(self, query: str, k: int) -> Any:
        """Ask one query, as a user's code would."""
        return self.ensemble.invoke(query)[:k]  # each retriever was given its k

    def named(self, found: Any) -> list[str]:
        """Return the ids of what a search returned, best first."""
        return [document.metadata["id"] for document in found]


class Txtai:
    """Dense and BM25 scores by a weighted sum."""

    packages = ("txtai", "faiss-cpu", "transformers", "torch")

    def build(self, work: Work, folder: Path) -> None:
        """Write the system's own files."""
        import numpy as np
        from txtai import Embeddings

        ids, texts = work.documents()
        known = dict(zip(texts, work.vectors(), strict=True))

        def transform(inputs: Sequence[str]) -> Any:
            return np.stack([known[text] for text in inputs])

        embeddings = Embeddings(method="external", transform=transform, hybrid=True, content=False)
        embeddings.index((own, text, None) for own, text in zip(ids, texts, strict=True))
        embeddings.save(str(folder))

    def open(self, work: Work, folder: Path) -> None:
        """Open what was written, for searching."""
        from txtai import Embeddings

        asked = {"path": work.model, "method": None, "transform": None}
        self.embeddings = Embeddings()
        self.embeddings.load(str(folder), config=asked)

    def search(self, query: str, k: int) -> Any:
        """Ask one query, as a user's code would."""
        return self.embeddings.search(query, k)

    def named(self, found: Any) -> list[str]:
        """Return the ids of what a search returned, best first."""
        return [own for own, _ in found]


SYSTEMS: dict[str, Any] = {
    "medlit-lexical": Medlit("lexical"),
    "medlit-dense": Medlit("dense"),
    "medlit-plain": Medlit("hybrid", plain=True),
    "medlit-hybrid": Medlit("hybrid"),
    "bm25s": Bm25s(k1=0.9, b=0.4),
    "bm25s-default": Bm25s(),
    "bm25s-numba": Bm25s("numba", k1=0.9, b=0.4),
    "langchain": Langchain(),
    "langchain-stems": Langchain(stems),
    "txtai": Txtai(),
}


def search(name: str, work: Work, started: float) -> dict[str, Any]:
    """Open a system and ask it every query, one after the other.

    Returns:
        ``cold_s`` from ``started``, the start of the process, to the first answer; ``ms`` of each
        query; ``found``, query id → ids of documents, best first; ``peak_mb``; ``versions``.
    """
    system, k = SYSTEMS[name], work.options["k"]
    queries = json.loads((work.folder / "queries.json").read_text(encoding="utf-8"))
    system.open(work, work.folder / name)
    system.search(queries[0][1], k)
    cold = time.time() - started
    milliseconds, found = [], {}
    for own, text in queries:
        at = time.perf_counter()
        answer = system.search(text, k)
        milliseconds.append(1000 * (time.perf_counter() - at))
        found[own] = system.named(answer)[:k]
    return {
        "cold_s": cold,
        "ms": milliseconds,
        "found": found,
        "peak_mb": peak_mb(),
        "versions": {"python": sys.version.split()[0]} | {p: version(p) for p in system.packages},
    }


def peak_mb() -> float | None:
    """Return the largest resident memory so far in MB; ``None`` where there is no ``/proc``.

    ``getrusage`` would give the parent's where that was larger: Linux keeps it across exec.
    """
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def main() -> None:
    phase, name, folder, started = sys.argv[1:5]
    work = Work(Path(folder))
    if phase == "build":
        place = work.folder / name
        place.mkdir(parents=True, exist_ok=True)
        SYSTEMS[name].build(work, place)
        return
    out = search(name, work, float(started))
    (work.folder / f"{name}.json").write_text(json.dumps(out), encoding="utf-8")


if __name__ == "__main__":
    main()
