"""Seconds of ``medlit ask``: cold (a process each time) and warm (one opened index).

python benchmarks/ask.py --index indexes/default
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time

from rag.assistant import Assistant

QUESTIONS = [
    "I feel that I have a fever and cough.",
    "What are the symptoms of COVID-19 in children?",
    "Does hydroxychloroquine reduce mortality in COVID-19?",
    "Which drugs cause agranulocytosis?",
    "How is pertussis diagnosed?",
]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", default="indexes/default")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    cold = []
    for question in QUESTIONS[: arguments.runs]:
        started = time.perf_counter()
        command = [sys.executable, "-m", "cli", "ask", question, "--index", arguments.index]
        subprocess.run(command, check=True, capture_output=True)
        cold.append(time.perf_counter() - started)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    assistant = Assistant.open(arguments.index)
    assistant.ask(QUESTIONS[0])
    warm, search = [], []
    for _ in range(arguments.runs):
        for question in QUESTIONS:
            started = time.perf_counter()
            assistant.ask(question)
            warm.append(time.perf_counter() - started)
            started = time.perf_counter()
            assistant.search(question)
            search.append(time.perf_counter() - started)
    print(f"ask cold: median {statistics.median(cold):.2f} s, peak memory {memory:.0f} MB")
    print(f"ask warm: median {statistics.median(warm):.2f} s")
    print(f"search warm: median {1000 * statistics.median(search):.0f} ms")


if __name__ == "__main__":
    main()
