"""medlit's de-identification beside presidio and its NER alone, in one run on the same notes.

    python -m venv peers && peers/bin/pip install -r benchmarks/requirements-privacy.txt
    PYTHONPATH=. python benchmarks/privacy.py --notes ../shared/data/phi/*.json \
        --peers-python peers/bin/python

``privacy_systems.py`` says how each system is used; each has a process of its own, one thread
and no network. ``rag/evaluation/privacy.py`` says what the figures mean; the held-out part is
the default. Then the hard lines of ``tests/privacy/adversarial.tsv``: a count for each system,
and every line that medlit gets wrong. Last the time that medlit takes for one long note
(``--large`` megabytes), made of the notes themselves.

Notes a second are of the finding alone: loading is a column of its own. No text of the notes is
printed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from privacy_adversarial import faults, read_lines, summary
from privacy_systems import SYSTEMS

from rag.errors import EvaluationError, MedlitError
from rag.evaluation.notes import Note, part_of, read_notes
from rag.evaluation.privacy import FoundSpan, judge_note
from rag.evaluation.privacy_figures import PrivacyMeasured
from rag.version import __version__

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = Path(__file__).with_name("privacy_systems.py")
OVERALL = (
    ("recall", "recall"),
    ("covered", "recall_covered"),
    ("precision", "precision"),
    ("F1", "f1"),
    ("exact F1", "f1_exact"),
    ("exact, typed F1", "f1_exact_typed"),
    ("left", "left"),
    ("notes with none left", "notes_none_left"),
    ("notes/s", "notes_per_second"),
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a system found in texts, and how long it took."""

    found: list[list[FoundSpan]]
    seconds: list[float]
    load: float
    versions: dict[str, str]


def run_system(name: str, texts: Sequence[str], python: Path) -> Spoken:
    """Let a system look through texts, in a process of its own.

    Raises:
        EvaluationError: it failed; with the last line that it said.
    """
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder) / "texts.jsonl", Path(folder) / "spans.json"
        given.write_text("".join(json.dumps(text) + "\n" for text in texts), encoding="utf-8")
        command = [str(python), str(SCRIPT), name, str(given), str(out)]
        try:
            done = subprocess.run(
                command, env=environment(name), capture_output=True, text=True, check=False
            )
        except OSError as error:
            raise EvaluationError(f"cannot run {python}: {error.strerror}") from error
        if done.returncode:
            said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
            raise EvaluationError(
                f"{name} failed: {said[-1]}; install benchmarks/requirements-privacy.txt, "
                "or leave it out of --systems"
            )
        raw: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    spans = [[FoundSpan(*span) for span in found] for found in raw["found"]]
    return Spoken(spans, raw["seconds"], raw["load"], raw["versions"])


def environment(name: str) -> dict[str, str]:
    """Return one thread and no network for all, medlit's own modules for medlit."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    kept |= dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    kept |= dict.fromkeys(("HF_HUB_OFFLINE", "MEDLIT_OFFLINE"), "1")
    return kept | ({"PYTHONPATH": str(ROOT)} if name == "medlit" else {})


def measured(notes: Sequence[Note], spoken: Spoken) -> PrivacyMeasured:
    """Compare what a system found with the labels."""
    judged = [judge_note(n, f) for n, f in zip(notes, spoken.found, strict=True)]
    return PrivacyMeasured(tuple(judged), sum(spoken.seconds))


def joined(several: Sequence[Spoken]) -> Spoken:
    """Return runs over several sets as one; loading is the quickest."""
    return Spoken(
        [found for one in several for found in one.found],
        [second for one in several for second in one.seconds],
        min(one.load for one in several),
        several[0].versions,
    )


def report(title: str, notes: Sequence[Note], spoken: dict[str, Spoken]) -> None:
    """Print the figures of all systems on some notes."""
    rows = {name: (measured(notes, one), one) for name, one in spoken.items()}
    count = sum(len(note.identifiers) for note in notes)
    print(f"\n{title}: {len(notes):,} notes, {count:,} identifiers\n")
    print(f"{overall_table(rows)}\n\n{kind_table(rows)}", flush=True)


def overall_table(rows: dict[str, tuple[PrivacyMeasured, Spoken]]) -> str:
    """Return a Markdown table, a row a system."""
    heads = [head for head, _ in OVERALL]
    lines = [f"| system | {' | '.join(heads)} | load s |", "|---" * (len(heads) + 2) + "|"]
    for name, (one, spoken) in rows.items():
        flat = one.flat()
        cells = [shown(flat[key]) for _, key in OVERALL]
        lines.append(f"| {name} | {' | '.join(cells)} | {spoken.load:.1f} |")
    return "\n".join(lines)


def kind_table(rows: dict[str, tuple[PrivacyMeasured, Spoken]]) -> str:
    """Return recall and precision by kind as a Markdown table, two columns a system."""
    heads = " | ".join(f"{name} recall | {name} precision" for name in rows)
    lines = [f"| kind | spans | {heads} |", "|---" * (2 * len(rows) + 2) + "|"]
    for kind in sorted({kind for one, _ in rows.values() for kind in one.kinds}):
        of = [one.of_kind(kind) for one, _ in rows.values()]
        cells = [f"{shown(x['recall'])} | {shown(x['precision'])}" for x in of]
        lines.append(f"| {kind} | {of[0]['spans']} | {' | '.join(cells)} |")
    return "\n".join(lines)


def shown(value: object) -> str:
    """Return a share with three places, a speed with one, nothing as a dash."""
    if value is None:
        return "-"
    if not isinstance(value, float):
        return str(value)
    return f"{value:.3f}" if value <= 1 else f"{value:.1f}"


def long_note(notes: Sequence[Note], megabytes: float) -> str:
    """Return the notes one after another, again and again, up to a length in UTF-8."""
    once = "\n\n".join(note.text for note in notes) + "\n\n"
    times = int(megabytes * 1_000_000 / len(once.encode())) + 1
    return (once * times).encode()[: int(megabytes * 1_000_000)].decode(errors="ignore")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--notes", type=Path, nargs="+", required=True, help="labelled notes")
    parser.add_argument("--part", choices=("held-out", "rest", "all"), default="held-out")
    parser.add_argument("--peers-python", type=Path, help="interpreter of the peers' environment")
    parser.add_argument("--systems", nargs="+", choices=list(SYSTEMS), default=list(SYSTEMS))
    parser.add_argument("--large", type=float, default=10, help="megabytes; 0: not measured")
    args = parser.parse_args()
    peers = [name for name in args.systems if name != "medlit"]
    if peers and args.peers_python is None:
        parser.error("peers need --peers-python, the interpreter of their environment")
    python = {name: args.peers_python if name in peers else sys.executable for name in SYSTEMS}
    versions = {"medlit": __version__}
    try:
        sets = {path.stem: part_of(read_notes(path), args.part) for path in args.notes}
        runs: dict[str, list[Spoken]] = {name: [] for name in args.systems}
        for title, notes in sets.items():
            for name in args.systems:
                spoken = run_system(name, [note.text for note in notes], python[name])
                runs[name].append(spoken)
                versions |= spoken.versions
            report(f"{title}, {args.part}", notes, {name: runs[name][-1] for name in runs})
        every = [note for notes in sets.values() for note in notes]
        if len(sets) > 1:
            together = {name: joined(several) for name, several in runs.items()}
            report(f"together, {args.part}", every, together)
        hard(args.systems, python)
        if args.large and "medlit" in args.systems:
            text = long_note(every, args.large)
            seconds = run_system("medlit", [text], python["medlit"]).seconds[0]
            print(f"\none note of {args.large:g} MB: medlit {seconds:.1f} s")
    except MedlitError as error:
        sys.exit(str(error))
    print("\n" + ", ".join(f"{name} {number}" for name, number in versions.items()))
    print(f"{platform.platform()}, one thread, load {os.getloadavg()[0]:.1f}")


def hard(systems: Sequence[str], python: dict[str, Any]) -> None:
    """Print how the systems do on the hard lines, and what medlit gets wrong there."""
    lines = read_lines()
    for name in systems:
        spoken = run_system(name, [line.text for line in lines], python[name])
        spans = {
            line.text: [(s.start, s.end) for s in found]
            for line, found in zip(lines, spoken.found, strict=True)
        }
        wrong = faults(lines, spans.__getitem__)
        table = summary(lines, wrong)
        print(f"\nhard lines, {name}:\n")
        print(table if name == "medlit" else "\n".join(table.splitlines()[i] for i in (0, 1, -1)))
        if name == "medlit":
            print("\ntext, not found, taken though it should stay:")
            print("\n".join(f"    {fault.row()}" for fault in wrong))


if __name__ == "__main__":
    main()
