"""``ask``: a question, or a file of them, answered with verified citations."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rag.commands.ask_file import ParallelOption, QuestionsOption, ask_file, check_request
from rag.commands.chat import ContinueOption, continued, keep
from rag.commands.common import (
    AbstractOption,
    BoostOption,
    DeviceOption,
    EvidenceOption,
    ExplainOption,
    GeneratorOption,
    IndexOption,
    JournalOption,
    JsonOption,
    LanguageOption,
    MeshOption,
    MeshTreeOption,
    ModeOption,
    NoExplodeOption,
    QuantizeOption,
    RerankOption,
    RetractedOnlyOption,
    RetractedOption,
    TypeOption,
    VerifierOption,
    YearOption,
    console,
    note_unknown,
    print_json,
    tell_reading,
    words,
)
from rag.commands.export import AskedFormatOption, AskedOutOption, print_document
from rag.config import load_settings
from rag.errors import MedlitError, UsageError
from rag.filtering import read_filter

if TYPE_CHECKING:
    from rich.console import Console


def ask(
    question: Annotated[
        str | None, typer.Argument(help="A clinical question or symptoms.", show_default=False)
    ] = None,
    continue_: ContinueOption = False,
    questions: QuestionsOption = None,
    parallel: ParallelOption = None,
    out: AskedOutOption = None,
    index: IndexOption = None,
    generator: GeneratorOption = None,
    quantize: QuantizeOption = None,
    verifier: VerifierOption = None,
    mode: ModeOption = "hybrid",
    rerank: RerankOption = None,
    year: YearOption = None,
    publication_type: TypeOption = None,
    mesh: MeshOption = None,
    journal: JournalOption = None,
    language: LanguageOption = None,
    evidence: EvidenceOption = None,
    include_retracted: RetractedOption = False,
    retracted_only: RetractedOnlyOption = False,
    has_abstract: AbstractOption = False,
    noexp: NoExplodeOption = False,
    mesh_tree: MeshTreeOption = None,
    boost_evidence: BoostOption = 0.0,
    style: Annotated[
        Literal["clinician", "lay"], typer.Option("--style", help="For whom it is worded.")
    ] = "clinician",
    length: Annotated[
        Literal["short", "medium", "long"],
        typer.Option("--length", help="How much is said, and how sure each sentence must be."),
    ] = "medium",
    stream: Annotated[
        bool | None,
        typer.Option("--stream/--no-stream", help="Show a model's unverified draft on stderr."),
    ] = None,
    device: DeviceOption = None,
    explain: ExplainOption = False,
    format: AskedFormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question; every statement carries the article and the sentence that supports it."""
    filters = read_filter(
        year=year,
        publication_types=publication_type,
        mesh=mesh,
        journals=journal,
        languages=language,
        evidence=evidence,
        has_abstract=has_abstract,
        include_retracted=include_retracted,
        retracted_only=retracted_only,
        explode=not noexp,
    )
    check_request(
        question, questions, out, format, as_json=as_json, explain=explain, stream=bool(stream)
    )
    if parallel is not None and questions is None:
        raise UsageError("--parallel is for a file of questions (--questions)")
    question = words(question or "") if questions is None else ""
    turn = None
    if continue_:
        if questions is not None:
            raise UsageError("--continue reads one question; leave --questions out")
        turn = continued(question)
        question = turn.question
    from rag.answering.to_json import answer_to_dict
    from rag.assistant import Assistant
    from rag.models.quantize import read_quantize
    from rag.terminal import print_answer

    asked = None
    if questions is not None:  # before anything is loaded
        from rag.asking import read_questions

        asked = read_questions(questions)
    settings = load_settings()
    assistant = Assistant.open(
        index or settings.index,
        generator=generator or settings.generator,
        embedder=settings.embedder,
        reranker=rerank or settings.reranker,
        verifier=verifier or settings.verifier,
        device=device or settings.device,
        mesh_tree=mesh_tree or settings.mesh_tree,
        quantize=read_quantize(quantize or settings.quantize),
    )
    notes = console(err=True)
    for_programs = as_json or format is not None or questions is not None
    shown = stream if stream is not None else notes.is_terminal and not for_programs
    on_piece = _DraftPrinter(notes) if shown and assistant.generator is not None else None
    note_unknown(
        assistant.retriever.unknown_values(filters), assistant.retriever.mesh_tree is not None
    )
    ask_one = partial(
        assistant.ask,
        filters=filters,
        style=style,
        length=length,
        mode=mode,
        evidence_boost=boost_evidence,
        on_piece=on_piece,
    )
    if asked is not None and out is not None:
        try:
            ask_file(ask_one, asked, out, assistant.share(parallel))
        finally:
            assistant.close()
        return
    try:
        answer = ask_one(question)
    except MedlitError:
        if on_piece is not None:
            on_piece.dropped()
        raise
    if on_piece is not None:
        notes.print("\n")
    tell_reading(question)
    if as_json:
        print_json(answer_to_dict(answer, explain))
    elif format is not None:
        print_document(answer_to_dict(answer), format)
    else:
        print_answer(console(), answer, explain)
    if turn is not None:
        keep(turn, answer)
    assistant.close()


class _DraftPrinter:
    """Shows a draft as it is written, and says so where it came to nothing."""

    def __init__(self, notes: Console) -> None:
        self._notes = notes
        self._any = False
        notes.print("draft, not yet verified:", style="dim")

    def __call__(self, piece: str) -> None:
        from rich.text import Text

        from rag.text import printable

        self._any = True
        self._notes.print(Text(printable(piece, lines=True)), end="", style="dim", soft_wrap=True)

    def dropped(self) -> None:
        """Say that what was shown is no answer."""
        if self._any:
            self._notes.print("\n\nthe draft above broke off and was dropped: it is no answer")
