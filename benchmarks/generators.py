"""Generators on this machine: time to the first token, whole time, tokens a second, peak memory.

    python benchmarks/generators.py --index indexes/default
    python benchmarks/generators.py --index indexes/default --only smollm2:gguf qwen-1.5b:gguf

One real question's prompt with eight passages, the same for all. Each model has a process of its
own, so that its memory is its own: one run as after a start, then ``--runs`` more, of which the
median is shown. The first token is the first piece of text that a reader sees; ``CPU s`` are the
seconds of all cores for the whole answer, which a busy machine stretches less than those of a
clock. Seconds to load are those from a started interpreter to a model that can write, with the
check of its hash. ``transformers`` unpacks a GGUF file to the number format of the device.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MODELS = ("smollm2:gguf", "smollm2:transformers", "qwen-1.5b:gguf", "qwen-1.5b:transformers")
COLUMNS = (
    "model", "runtime", "format", "prompt tokens", "written", "load s", "first token s",
    "whole s", "CPU s", "read/s", "written/s", "peak MB",
)  # fmt: skip


def load(spec, runtime, device):
    from rag.models.fetch import resolve
    from rag.models.generator_gguf import GgufGenerator
    from rag.models.generator_transformers import TransformersGenerator

    if runtime == "gguf":
        return GgufGenerator(resolve(spec), device)
    return TransformersGenerator.load(resolve(spec), device)


def child(arguments):
    """Load one model, write the answer, and print a line of JSON."""
    from rag.models.generator import Message

    started = time.perf_counter()
    spec, _, runtime = arguments.child.rpartition(":")
    generator = load(spec, runtime, arguments.device)
    loaded = time.perf_counter() - started
    messages = [Message(**row) for row in json.loads(Path(arguments.prompt).read_text())]
    runs = []
    for _ in range(arguments.runs + 1):
        began, worked = time.perf_counter(), time.process_time()
        stream = generator.stream(messages, arguments.tokens)
        pieces = [next(stream)]
        first = time.perf_counter() - began
        pieces += stream
        whole = time.perf_counter() - began
        runs.append((first, whole, time.process_time() - worked))
    usage, text = stream.usage, "".join(pieces)
    later = runs[1:] or runs
    first = statistics.median(r[0] for r in later)
    whole = statistics.median(r[1] for r in later)
    worked = statistics.median(r[2] for r in later)
    causal = getattr(generator, "_causal", None)
    print(
        json.dumps(
            {
                "model": spec,
                "runtime": generator.identity.runtime,
                "format": causal.device.dtype if causal is not None else "as in the file",
                "prompt tokens": usage.prompt_tokens,
                "written": usage.completion_tokens,
                "load s": round(loaded, 2),
                "first token s": round(first, 2),
                "whole s": round(whole, 2),
                "CPU s": round(worked, 1),
                "read/s": round(usage.prompt_tokens / first, 1),
                "written/s": round((usage.completion_tokens - 1) / max(whole - first, 1e-9), 2),
                "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                "runs": [[round(value, 2) for value in run] for run in runs],
                "finish": stream.finish,
                "text": text,
            }
        )
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", default="indexes/default")
    parser.add_argument("--only", nargs="+", default=MODELS, help="MODEL:gguf or :transformers.")
    parser.add_argument("--question", type=int, default=1, help="Which of prompts.QUESTIONS.")
    parser.add_argument("--tokens", type=int, default=128, help="Tokens to write at most.")
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--json", action="store_true", help="Print JSON lines with the texts.")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--prompt", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments)
        return
    from prompts import real_prompts

    messages = real_prompts(arguments.index, arguments.question + 1)[arguments.question]
    with tempfile.TemporaryDirectory() as folder:
        prompt = Path(folder) / "prompt.json"
        prompt.write_text(json.dumps([{"role": m.role, "content": m.content} for m in messages]))
        rows = []
        for name in arguments.only:
            command = [
                sys.executable, __file__, "--child", name, "--prompt", str(prompt),
                "--tokens", str(arguments.tokens), "--runs", str(arguments.runs),
                "--device", arguments.device,
            ]  # fmt: skip
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                last = done.stderr.strip().splitlines()[-1:]
                print(f"{name}: {' '.join(last)}", file=sys.stderr)
                continue
            row = json.loads(done.stdout.splitlines()[-1])
            rows.append(row)
            if arguments.json:
                print(json.dumps(row), flush=True)
    if not arguments.json:
        print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
        for row in rows:
            print(f"| {' | '.join(str(row[c]) for c in COLUMNS)} |")
    if len(rows) < len(arguments.only):
        sys.exit(1)


if __name__ == "__main__":
    main()
