"""``eval qa``: questions with fixed answers, with and without retrieval."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from rag.commands.common import (
    DeviceOption,
    GeneratorOption,
    IndexOption,
    JsonOption,
    VerifierOption,
    console,
    print_json,
)
from rag.commands.eval_options import SampleOption, output_file
from rag.config import load_settings
from rag.errors import UsageError

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.evaluation.qa import Chooser, Chosen
    from rag.evaluation.qa_sets import QaQuestion
    from rag.models.verifier import Verifier
    from rag.types import Answer, Hit


def qa(
    questions: Annotated[
        Path, typer.Option("--questions", help="PubMedQA's or MIRAGE's JSON, or JSON lines.")
    ],
    index: IndexOption = None,
    contexts: Annotated[
        bool, typer.Option("--contexts", help="The set's own contexts are the evidence.")
    ] = False,
    no_retrieval: Annotated[
        bool, typer.Option("--no-retrieval", help="No evidence: what the generator knows.")
    ] = False,
    generator: GeneratorOption = None,
    verifier: VerifierOption = None,
    k: Annotated[int, typer.Option("-k", min=1, help="Articles found for a question.")] = 8,
    limit: SampleOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write a JSON line a question: gold and choice.")
    ] = None,
    device: DeviceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Choose among fixed answers (PubMedQA, MIRAGE); accuracy, and macro-F1 of yes/no/maybe."""
    from rag.evaluation.qa_sets import read_qa

    # what is wrong with the request is better known before a model is loaded
    if no_retrieval and (contexts or index is not None):
        raise UsageError("--no-retrieval takes no evidence; leave out --contexts and --index")
    if contexts and index is not None:
        raise UsageError("--contexts and --index are two sources of evidence; give one of them")
    if out is not None:
        output_file(out, "--out")
    rows = read_qa(questions, limit)
    if contexts and not all(q.contexts for q in rows):
        raise UsageError(f"{questions} has questions without contexts; leave --contexts out")

    from rag.assistant import EXTRACTIVE, choose_generator
    from rag.commands.eval_answer_tables import print_qa
    from rag.evaluation.qa import choose_all, flat_qa, measure_qa
    from rag.terminal import BarProgress
    from rag.version import __version__

    settings = load_settings()
    place = device or settings.device
    spec = generator or settings.generator or "auto"
    spec = choose_generator(place) if spec == "auto" else spec
    if no_retrieval and spec == EXTRACTIVE:
        raise UsageError(
            "without retrieval and without a generator nothing can answer; "
            "name a --generator, or leave --no-retrieval out"
        )
    with BarProgress(console(err=True)) as progress:
        setup = _Setup(spec == EXTRACTIVE, spec, verifier, place, k)
        if contexts:
            chooser, find = setup.by_contexts()
        elif no_retrieval:
            chooser, find = setup.by_knowledge()
        else:
            chooser, find = setup.by_index(index or settings.index)
        chosen: list[Chosen] = []
        handle = out.open("w", encoding="utf-8") if out is not None else None
        try:
            for one in choose_all(rows, find, chooser, progress):
                chosen.append(one)
                if handle is not None:
                    _write(handle, one)
        finally:
            if handle is not None:
                handle.close()
            setup.close()
    sets = measure_qa(chosen)
    if as_json:
        evidence = "contexts" if contexts else "none" if no_retrieval else "retrieval"
        print_json(
            {"questions": str(questions)}
            | flat_qa(sets)
            | {"evidence": evidence, "chosen_by": chooser.identity, "limit": limit}
            | {"medlit": __version__}
        )
        return
    print_qa(console(), {name: one.flat() for name, one in sets.items()})


Find = Callable[["QaQuestion"], "Sequence[Hit]"]


class _Setup:
    """Loads what one way of answering needs, and closes it."""

    def __init__(
        self, by_evidence: bool, spec: str, verifier: str | None, device: str, k: int
    ) -> None:
        self._by_evidence = by_evidence
        self._spec, self._verifier, self._device, self._k = spec, verifier, device, k
        self._closing: list[Callable[[], None]] = []
        self._judging: Verifier | None = None

    def close(self) -> None:
        while self._closing:
            self._closing.pop()()

    def by_knowledge(self) -> tuple[Chooser, Find]:
        return self._replies(), lambda question: ()

    def by_contexts(self) -> tuple[Chooser, Find]:
        from rag.evaluation.qa_evidence import hits_of

        if not self._by_evidence:
            return self._replies(), hits_of
        from rag.answering.engine import Parts, answer
        from rag.models.embedder import load_embedder

        embedder = load_embedder(load_settings().embedder, self._device)
        self._closing.append(embedder.close)
        parts = Parts(embedder=embedder, verifier=self._judge())
        return self._evidence(lambda q: answer(q.text, hits_of(q), parts)), hits_of

    def by_index(self, index: Path | str) -> tuple[Chooser, Find]:
        from rag.assistant import EXTRACTIVE, Assistant

        settings = load_settings()
        assistant: Assistant = Assistant.open(
            index,
            generator=EXTRACTIVE,
            embedder=settings.embedder,
            reranker=settings.reranker,
            verifier=self._judge() if self._by_evidence else None,
            device=self._device,
            mesh_tree=settings.mesh_tree,
        )
        self._closing.append(assistant.close)

        def find(question: QaQuestion) -> Sequence[Hit]:
            return assistant.search(question.text, self._k)

        if not self._by_evidence:
            return self._replies(), find
        return self._evidence(lambda q: assistant.ask(q.text)), find

    def _replies(self) -> Chooser:
        from rag.evaluation.qa_replies import ReplyChooser
        from rag.models.generator import load_generator
        from rag.models.quantize import read_quantize

        bits = read_quantize(load_settings().quantize)
        loaded = load_generator(self._spec, self._device, bits)
        self._closing.append(loaded.close)
        return ReplyChooser(loaded)

    def _evidence(self, ask: Callable[[QaQuestion], Answer]) -> Chooser:
        from rag.evaluation.qa_evidence import EvidenceChooser

        return EvidenceChooser(ask, self._judge())

    def _judge(self) -> Verifier:
        from rag.answering.judges import judge_named

        if self._judging is None:
            self._judging = judge_named(self._verifier, self._device)
            self._closing.append(self._judging.close)
        return self._judging


def _write(handle: IO[str], one: Chosen) -> None:
    question = one.question
    row = {
        "id": question.id,
        "set": question.dataset,
        "question": question.text,
        "options": {o.letter: o.text for o in question.options},
        "gold": question.gold,
        "chosen": one.choice.letter,
        "reply": one.choice.reply,
        "how": one.choice.how,
        "evidence": [h.article.id for h in one.evidence],
        "seconds": round(one.seconds, 4),
    }
    handle.write(json.dumps(row, ensure_ascii=False) + "\n")
    handle.flush()
