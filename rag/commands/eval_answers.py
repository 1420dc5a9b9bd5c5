"""``eval answers``: are answers true to their sources, complete and short?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, Literal

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
from rag.errors import ModelError, UsageError

if TYPE_CHECKING:
    from rag.evaluation.answers import Asked, Flat
    from rag.models.verifier import Verifier
    from rag.progress import Progress


def answers(
    questions: Annotated[
        Path, typer.Option("--questions", help="BioASQ's JSON, or JSON lines of the same.")
    ],
    index: IndexOption = None,
    generator: GeneratorOption = None,
    verifier: VerifierOption = None,
    style: Annotated[
        Literal["clinician", "lay"], typer.Option("--style", help="For whom it is worded.")
    ] = "clinician",
    limit: SampleOption = None,
    every: Annotated[
        int, typer.Option("--every", min=1, help="Only the first and every so manieth after it.")
    ] = 1,
    batch: Annotated[
        str, typer.Option("--batch", help="Only questions whose batch begins so: 9B, 8B3.")
    ] = "",
    check: Annotated[
        str | None,
        typer.Option("--check", help="Verifier that judges support [default: one not in use]."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write every answer as a JSON line, gold beside.")
    ] = None,
    device: DeviceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a set's questions; citations, support, ROUGE, exact answers, abstention, seconds."""
    from rag.evaluation.questions import read_questions

    # what is wrong with the request is better known before a model is loaded
    if out is not None:
        output_file(out, "--out")
    asked_of = read_questions(questions, limit=limit, batch=batch, every=every)

    from rag.assistant import Assistant
    from rag.commands.eval_answer_tables import print_answers
    from rag.evaluation.answers import ask_all, measure_answers
    from rag.evaluation.rouge import require_rouge
    from rag.models.quantize import read_quantize
    from rag.terminal import BarProgress
    from rag.version import __version__

    require_rouge()
    settings = load_settings()
    place = device or settings.device
    with BarProgress(console(err=True)) as progress:
        assistant = Assistant.open(
            index or settings.index,
            generator=generator or settings.generator,
            embedder=settings.embedder,
            reranker=settings.reranker,
            verifier=verifier or settings.verifier,
            device=place,
            mesh_tree=settings.mesh_tree,
            quantize=read_quantize(settings.quantize),
        )
        rows: list[Asked] = []
        handle = out.open("w", encoding="utf-8") if out is not None else None
        try:
            for asked in ask_all(asked_of, lambda q: assistant.ask(q, style=style), progress):
                rows.append(asked)
                if handle is not None:
                    _write(handle, asked)
        finally:
            if handle is not None:
                handle.close()
        made_by = next((r.answer.provenance for r in rows if r.answer.status == "answered"), None)
        made_by = made_by or rows[0].answer.provenance
        in_use = made_by.verifier if made_by is not None else ""
        judge = _check(check, in_use, place, progress)
        try:
            measured = measure_answers(rows, assistant.retriever.reader.article, judge)
        finally:
            judge.close()
        assistant.close()
    flat: Flat = {"questions": str(questions), "batch": batch, "every": every, "limit": limit}
    flat |= measured.flat()
    flat |= {
        "verifier": in_use,
        "generator": generator or settings.generator or "auto",
        "embedder": made_by.embedder if made_by is not None else "",
        "style": style,
        "medlit": __version__,
    }
    if as_json:
        print_json(flat)
        return
    print_answers(console(), flat)


def _check(spec: str | None, in_use: str, device: str, progress: Progress) -> Verifier:
    """Load the verifier that checks: the one asked for, or the best that is not in use."""
    from rag.answering.judges import judge_named
    from rag.evaluation.independence import checks_for, same_kind

    if spec is not None:
        if same_kind(spec, in_use):
            progress.note(f"{spec} also verified the answers: it is no independent check")
        return judge_named(spec, device)
    why = ""
    for other in checks_for(in_use):
        try:
            return judge_named(other, device)
        except ModelError as error:  # not fetched, or an extra is missing
            why = str(error)
            progress.note(f"{other} does not check: {error}")
    raise UsageError(f"no verifier other than {in_use} is here to check ({why}); name a --check")


def _write(handle: IO[str], asked: Asked) -> None:
    from rag.answering.to_json import answer_to_dict

    question = asked.question
    row: dict[str, Any] = {
        "id": question.id,
        "type": question.kind,
        "question": question.text,
        "seconds": round(asked.seconds, 4),
        "answer": answer_to_dict(asked.answer),
        "gold": {
            "pmids": list(question.pmids),
            "snippets": [{"pmid": s.pmid, "text": s.text} for s in question.snippets],
            "ideal_answer": list(question.ideal),
            "exact_answer": [list(names) for names in question.exact],
            "answerable": question.answerable,
        },
    }
    handle.write(json.dumps(row, ensure_ascii=False) + "\n")
    handle.flush()  # what is answered stays, whatever stops the run
