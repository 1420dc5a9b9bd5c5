"""How well medlit finds and answers, as values: nothing here prints.

    from rag.evaluation import Options, evaluate, read_set
    for result in evaluate([read_set("data/medlars")], Options(modes=("hybrid",))):
        print(result.measured.mean("ndcg@10"))

``layout`` reads folders in BEIR's layout, ``cache`` makes an index in which every document of a
set keeps its own identity, ``retrieval`` searches it, ``runs`` writes and reads TREC run files,
``measures`` and ``significance`` do the sums with ir-measures and SciPy (the extra ``eval``).
"""

from rag.evaluation.layout import EvaluationSet, find_sets, read_set
from rag.evaluation.measures import KEYS, Measured, measure
from rag.evaluation.retrieval import Options, Result, evaluate
from rag.evaluation.runs import Run, read_run, write_run
from rag.evaluation.significance import Comparison, compare

__all__ = [
    "KEYS",
    "Comparison",
    "EvaluationSet",
    "Measured",
    "Options",
    "Result",
    "Run",
    "compare",
    "evaluate",
    "find_sets",
    "measure",
    "read_run",
    "read_set",
    "write_run",
]
