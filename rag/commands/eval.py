"""``eval``: measure medlit on test collections."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rag.commands.common import DeviceOption, JsonOption, console, print_json
from rag.commands.eval_answers import answers
from rag.commands.eval_differential import differential
from rag.commands.eval_perplexity import perplexity
from rag.commands.eval_privacy import privacy
from rag.commands.eval_qa import qa
from rag.commands.eval_record import record
from rag.commands.eval_support import support
from rag.config import load_settings
from rag.errors import EvaluationError, UsageError

if TYPE_CHECKING:
    from rag.evaluation import Comparison, EvaluationSet, Measured, Result, Run
    from rag.progress import Progress

eval_app = typer.Typer(no_args_is_help=True, help="Measure medlit on test collections.")
eval_app.command("support")(support)
eval_app.command("answers")(answers)
eval_app.command("qa")(qa)
eval_app.command("record")(record)
eval_app.command("privacy")(privacy)
eval_app.command("perplexity")(perplexity)
eval_app.command("differential")(differential)

SplitOption = Annotated[str, typer.Option("--split", help="Which judgements: qrels/SPLIT.tsv.")]
IdenticalOption = Annotated[
    bool,
    typer.Option(
        "--ignore-identical-ids",
        help="Leave out a document with the id of its query, as BEIR does (ArguAna, Quora).",
    ),
]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, help="Only the first so many judged queries.")
]
AgainstOption = Annotated[
    Path | None, typer.Option("--against", help="TREC run to compare with, by paired tests.")
]


@eval_app.command("retrieval")
def retrieval(
    data: Annotated[
        list[Path],
        typer.Option("--data", help="Set in BEIR layout, or a folder of sets; repeatable."),
    ],
    split: SplitOption = "test",
    mode: Annotated[
        Literal["hybrid", "dense", "lexical", "all"], typer.Option("--mode", help="Which routes.")
    ] = "hybrid",
    index: Annotated[
        Path | None,
        typer.Option("--index", help="Index that medlit ingest made of the set [default: cached]"),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Make cached indexes anew.")] = False,
    embedder: Annotated[
        str | None, typer.Option("--embedder", help="Catalog name, folder or hub id.")
    ] = None,
    rerank: Annotated[
        str | None, typer.Option("--rerank", help="Cross-encoder for the top hits: folder, hub id.")
    ] = None,
    ranking: Annotated[
        Literal["default", "plain"],
        typer.Option("--ranking", help="medlit's, or an ordinary hybrid's to compare with."),
    ] = "default",
    device: DeviceOption = None,
    k: Annotated[int, typer.Option("-k", help="Documents a query; 100 or more.")] = 100,
    run: Annotated[
        Path | None, typer.Option("--run", help="Write what was found as TREC run (.gz: packed).")
    ] = None,
    against: AgainstOption = None,
    ignore_identical: IdenticalOption = False,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search test collections as medlit searches; nDCG@10, R@100, MRR, MAP and P@10.

    Indexes are made once and kept under $MEDLIT_HOME/eval (~/.cache/medlit/eval).
    """
    from rag.commands.eval_tables import print_comparisons, print_results
    from rag.evaluation import Options, compare, evaluate, find_sets, read_set, write_run
    from rag.evaluation.measures import require_tools
    from rag.evaluation.report import flat_results
    from rag.evaluation.retrieval import MODES
    from rag.evaluation.runs import require_writable_ids
    from rag.index.reading import default_workers
    from rag.models.reranker import load_reranker
    from rag.retrieval import DEFAULT, PLAIN
    from rag.terminal import BarProgress

    settings = load_settings()
    require_tools()
    notes = console(err=True)
    with BarProgress(notes) as progress:
        # what is wrong with the data is better known before the hours of an index
        folders, passed = find_sets(data, split)
        for note in passed:
            progress.note(note)
        sets = [read_set(folder, split, limit) for folder in folders]
        if against is not None and len(sets) > 1:
            raise UsageError("--against is a run over one set; give one --data")
        if against is not None and len(sets[0].queries) < 2:
            raise UsageError("--against tests two queries or more; raise --limit")
        other = _measured(against, sets[0], ignore_identical, progress) if against else None
        if run is not None:
            if not run.parent.is_dir():
                raise UsageError(f"{run.parent} is no folder; make it, or name another --run")
            if run.is_dir():
                raise UsageError(f"{run} is a folder; name a file in it for --run")
            for one in sets:
                require_writable_ids((q.id for q in one.queries), "query")
        options = Options(
            modes=MODES if mode == "all" else (mode,),
            k=k,
            ignore_identical=ignore_identical,
            index=index,
            fresh=fresh,
            workers=default_workers(),
            ranking=PLAIN if ranking == "plain" else DEFAULT,
        )
        place, reranker = device or settings.device, rerank or settings.reranker
        several = len(sets) * len(options.modes) > 1
        results: list[Result] = []
        comparisons: dict[int, tuple[Comparison, ...]] = {}
        for result in evaluate(
            sets,
            options,
            embedder=embedder or (settings.embedder if index is None else None),
            reranker=load_reranker(reranker, place) if reranker else None,
            device=place,
            progress=progress,
        ):
            if run is not None:
                name = f"{result.set.name}.{result.mode}" if several else ""
                write_run(result.run, _named(run, name))
            if other is not None:
                comparisons[len(results)] = compare(result.measured, other)
            results.append(result)
    if as_json:
        flat = flat_results(results, reranker, comparisons) | {"ranking": ranking}
        print_json(flat | ({"against": str(against)} if against else {}))
        return
    print_results(console(), results)
    for at, rows in comparisons.items():
        print_comparisons(console(), rows, results[at].mode, str(against))


@eval_app.command("run")
def run_command(
    run: Annotated[Path, typer.Argument(help="TREC run file of any system, plain or .gz.")],
    data: Annotated[Path, typer.Option("--data", help="Set in BEIR layout.")],
    split: SplitOption = "test",
    against: AgainstOption = None,
    ignore_identical: IdenticalOption = False,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure a run that is there already, alone or against another one."""
    from rag.commands.eval_tables import print_comparisons, print_run
    from rag.evaluation import compare, read_set
    from rag.evaluation.report import flat_comparison
    from rag.terminal import BarProgress
    from rag.version import __version__

    with BarProgress(console(err=True)) as progress:
        one = read_set(data, split, limit)
        for note in one.notes:
            progress.note(f"{one.name}: {note}")
        measured = _measured(run, one, ignore_identical, progress)
        rows: tuple[Comparison, ...] = ()
        if against is not None:
            rows = compare(measured, _measured(against, one, ignore_identical, progress))
    if as_json:
        print_json(
            {"set": one.name, "split": split, "run": str(run), "medlit": __version__}
            | measured.means()
            | {"n": len(measured.queries)}
            | flat_comparison(rows)
            | ({"against": str(against)} if against else {})
        )
        return
    print_run(console(), one.name, str(run), measured)
    if rows:
        print_comparisons(console(), rows, str(run), str(against))


def _measured(
    path: Path, one: EvaluationSet, ignore_identical: bool, progress: Progress
) -> Measured:
    """Read and measure a run file; say where it and the judgements are of different queries."""
    from rag.evaluation import measure, read_run

    run: Run = read_run(path)
    if ignore_identical:
        run = run.without_identical()
    judged = set(one.judgements)
    missing = len(judged - set(run.found))
    if missing == len(judged):
        raise EvaluationError(
            f"{path} has none of the {len(judged):,} judged queries of {one.name}; "
            "it is a run over another set or split"
        )
    if missing:
        progress.note(f"{path} has no line for {missing:,} judged queries: they count 0")
    others = len(set(run.found) - judged)
    if others:
        progress.note(f"{path}: {others:,} queries are not judged and do not count")
    return measure(run, one.judgements)


def _named(path: Path, name: str) -> Path:
    """Put a name before the endings: ``out.trec.gz`` becomes ``out.SET.MODE.trec.gz``."""
    if not name:
        return path
    packed = path.suffix if path.suffix == ".gz" else ""
    rest = path.with_suffix("") if packed else path
    return rest.with_name(f"{rest.stem}.{name}{rest.suffix}{packed}")
