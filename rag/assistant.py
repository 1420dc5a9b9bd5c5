"""The whole path behind one object: open an index, search it, ask it.

answer = Assistant.open("indexes/default").ask("I feel that I have a fever and cough.")
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rag.answering.engine import Parts, answer
from rag.errors import PrivacyError, UsageError
from rag.languages import english_form
from rag.mesh_tree import MeshTree
from rag.models.device import choose
from rag.models.embedder import Embedder
from rag.models.gathering import Gathering
from rag.models.generator import (
    Generator,
    RemoteGenerator,
    is_batch_generator,
    is_remote_generator,
    load_generator,
)
from rag.models.generator_openai import require_allowed
from rag.models.quantize import Quantize
from rag.models.verifier import DEFAULT_VERIFIER, RULES, Verifier, load_verifier
from rag.retrieval import Retriever
from rag.types import Answer, Differential, Filter, Hit, Length, Mode, PatientRecord, Style
from rag.version import __version__

LONGEST_QUESTION = 5000
"""Characters; a longer text is a document, not a question."""
EVIDENCE_HITS = 20
"""Articles looked at before evidence is chosen among them."""
AT_A_SERVER = 4
"""Questions at a time: small servers still answer in time, large ones write them together."""
GPU_GENERATOR = "qwen-1.5b"
EXTRACTIVE = "extractive"


class Assistant:
    """Searches an index and answers from it with verified citations."""

    def __init__(
        self,
        retriever: Retriever,
        generator: Generator | RemoteGenerator | None = None,
        verifier: Verifier | str | None = None,
        device: str = "auto",
    ) -> None:
        """Use ``generator`` to compose, or verbatim sentences where it is ``None``.

        A verifier that is given by its name is loaded with the first question.

        Raises:
            PrivacyError: the index is one of clinical notes and the generator on another machine.
        """
        content = retriever.reader.manifest.content
        if is_remote_generator(generator) and content != "literature":
            raise PrivacyError(
                f"the index {retriever.reader.directory} holds clinical notes, which are not "
                f"sent to {generator.host}, de-identified or not; use a --generator on this machine"
            )
        self.retriever = retriever
        self.generator = generator
        self._verifier = verifier
        self._device = device

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        generator: Generator | RemoteGenerator | str | None = None,
        embedder: Embedder | str | None = None,
        reranker: str | None = None,
        verifier: Verifier | str | None = None,
        device: str = "auto",
        mesh_tree: MeshTree | str | Path | None = None,
        quantize: Quantize | None = None,
    ) -> Assistant:
        """Open an index for asking.

        Args:
            path: the index folder.
            generator: ``extractive`` (verbatim sentences, no language model), a catalog
                name, a folder, a ``.gguf`` file, a hub id, ``openai:MODEL@URL`` or langchain's
                ``provider:model``; ``None`` or ``auto`` chooses: see ``choose_generator``. A
                model on another machine, and any of langchain, gets the question de-identified.
            embedder: by default the one that made the index.
            reranker: a cross-encoder, or ``None``.
            verifier: what judges statements: ``rules`` (words alone), or what
                ``rag.models.verifier.load_verifier`` takes; ``None`` is the default.
            device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
            mesh_tree: see ``Retriever.open``.
            quantize: load a generator of safetensors in ``8bit`` or ``4bit``.

        Raises:
            IndexNotFound: there is no index.
            ModelError: a model cannot be had.
            OfflineError: the generator is on another machine, and the network is forbidden.
            PrivacyError: the same, and the index is one of clinical notes.
        """
        if isinstance(generator, str):
            require_allowed(generator)
        retriever = Retriever.open(
            path, embedder=embedder, reranker=reranker, device=device, mesh_tree=mesh_tree
        )
        if generator is None or generator == "auto":
            generator = choose_generator(device)
        if isinstance(generator, str):
            extractive = generator == EXTRACTIVE
            generator = None if extractive else load_generator(generator, device, quantize)
        return cls(retriever, generator, verifier, device)

    def search(
        self,
        query: str,
        k: int = 10,
        filters: Filter | None = None,
        *,
        mode: Mode = "hybrid",
        evidence_boost: float = 0.0,
    ) -> list[Hit]:
        """Return up to ``k`` hits; see ``Retriever.search``."""
        return self.retriever.search(query, k, filters, mode=mode, evidence_boost=evidence_boost)

    def ask(
        self,
        question: str,
        filters: Filter | None = None,
        *,
        style: Style = "clinician",
        length: Length = "medium",
        mode: Mode = "hybrid",
        evidence_boost: float = 0.0,
        on_piece: Callable[[str], None] | None = None,
    ) -> Answer:
        """Answer a question from the index.

        Args:
            question: a clinical question or a description of symptoms. One in Chinese is
                judged and answered by its English form (``Answer.read_as``).
            filters: which articles may be used; by default all but the retracted.
            style: for whom the answer is worded.
            length: ``short``, ``medium`` or ``long``: how many sentences are quoted at most, and
                how sure each must be; of a language model, how many are asked for.
            mode: how the evidence is searched.
            evidence_boost: see ``Retriever.search``.
            on_piece: called with each piece of a language model's draft as it comes. The
                draft is not verified; only the returned answer is.

        Raises:
            UsageError: the question is empty, too long or holds no Chinese term that is known,
                or the style or length is unknown.
        """
        if style not in ("clinician", "lay"):
            raise UsageError(f"unknown style {style!r}; choose clinician or lay")
        if length not in ("short", "medium", "long"):
            raise UsageError(f"unknown length {length!r}; choose short, medium or long")
        if len(question) > LONGEST_QUESTION:
            raise UsageError(
                f"the question has {len(question):,} characters; ask in at most "
                f"{LONGEST_QUESTION:,}"
            )
        started = time.perf_counter()
        hits = self.retriever.search(
            question, EVIDENCE_HITS, filters, mode=mode, evidence_boost=evidence_boost
        )
        manifest = self.retriever.reader.manifest
        parts = Parts(
            embedder=self.retriever.embedder,
            generator=self.generator,
            index=str(self.retriever.reader.directory),
            generation=manifest.generation,
            embedder_name=manifest.embedder.name,
            medlit_version=__version__,
            retrieval_seconds=time.perf_counter() - started,
            verifier=self.verifier(),
            holders=self.retriever.reader.lexical.holders,
            passages=self.retriever.reader.lexical.count,
        )
        reading = english_form(question)
        read_as = reading.english if reading else ""
        made = answer(
            read_as or question, hits, parts, style=style, length=length, on_piece=on_piece
        )
        return replace(made, question=question, read_as=read_as)

    def differential(
        self, description: str, k: int = 10, record: PatientRecord | None = None
    ) -> Differential:
        """Return up to ``k`` diseases that the literature links with symptoms or a record.

        ``record`` is what was read in ``description``, where that is a record. See
        ``rag.clinical.differential``; it uses no language model.

        Raises:
            UsageError: the description is empty, or ``k`` is not positive.
        """
        from rag.clinical.differential import differential

        return differential(self.retriever, description, k=k, record=record)

    def verifier(self) -> Verifier | None:
        """Return what judges statements, loaded if need be; ``None`` means the rules.

        Raises:
            ModelError: it cannot be had.
        """
        if self._verifier is None or isinstance(self._verifier, str):
            spec = self._verifier or DEFAULT_VERIFIER
            if spec == RULES:
                return None
            self._verifier = load_verifier(spec, self._device)
        return self._verifier

    def share(self, parallel: int | None = None) -> int:
        """Prepare to be asked by many threads, and return how many of them pay.

        A generator that can then writes their answers in batches (``docs/generators.md``).

        Args:
            parallel: questions that a model server is asked at the same time, by default
                ``AT_A_SERVER``.

        Raises:
            ModelError: the verifier cannot be had.
            UsageError: ``parallel`` is given, and the generator is no server's.
        """
        served = self.generator is not None and (
            is_remote_generator(self.generator) or self.generator.identity.runtime == "openai"
        )
        if parallel is not None and not served:
            raise UsageError("--parallel is for a model server; other generators choose themselves")
        self.verifier()  # loaded once, not by each
        if served:
            return parallel or AT_A_SERVER
        if isinstance(self.generator, Gathering):
            return self.generator.threads
        if self.generator is None or not is_batch_generator(self.generator):
            return 1
        self.generator = Gathering(self.generator)
        return self.generator.threads

    def close(self) -> None:
        """Close the index and free the models."""
        self.retriever.close()
        if self._verifier is not None and not isinstance(self._verifier, str):
            self._verifier.close()
        if self.generator is not None:
            self.generator.close()


def choose_generator(device: str = "auto") -> str:
    """Return what composes when the user does not say: a language model only on a GPU.

    On a CPU verbatim sentences are better and faster (``benchmarks/README.md``). On a GPU
    the catalog's model is used if it was fetched.
    """
    from rag.models.fetch import is_fetched

    if choose(device).kind == "cpu":
        return EXTRACTIVE
    return GPU_GENERATOR if is_fetched(GPU_GENERATOR) else EXTRACTIVE
