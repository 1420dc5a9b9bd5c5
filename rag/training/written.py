"""Before and after: what a generator writes for examples that it was not trained on.

The passages are those of the example and nothing is verified, so these figures are of the draft
alone; ``medlit eval answers`` measures whole answers, with search and verification.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rag.answering.draft import split_draft
from rag.answering.llm import STOP
from rag.answering.prompt import REFUSAL_LINE
from rag.claims.lexicon import content_terms, coverage
from rag.evaluation.classification import ratio
from rag.evaluation.rouge import rouge
from rag.models.fetch import LocalModel
from rag.models.generator import Generator
from rag.progress import Progress
from rag.training.answers import Example
from rag.training.encoding import IGNORED, encode
from rag.training.generator import load_for_training

MOST_TOKENS = 160
_REFUSED = 0.8
"""Share of the refusal's words from which a text is one."""


@dataclass(frozen=True, slots=True)
class Written:
    """Figures of drafts; a share is of what it is a share of, 0 where there is none.

    Attributes:
        n: examples.
        loss: mean negative log-likelihood of a token of the wanted answer.
        marked: share of the sentences that cite a passage that is there.
        right: share of the cited passages that are gold ones.
        answered: share of the answerable questions that are not refused.
        refused: share of the unanswerable ones that are.
        rouge2: ROUGE-2 F1 against the ideal answer, over the answerable questions.
        held: share of a sentence's content stems that its cited passages hold, over marked ones.
        seconds: mean of an answer.
    """

    n: int
    loss: float
    marked: float
    right: float
    answered: float
    refused: float
    rouge2: float
    held: float
    seconds: float

    def flat(self) -> dict[str, float]:
        """Return the figures by name."""
        return asdict(self)


def is_refusal(text: str) -> bool:
    """Return whether a draft says that the passages do not answer."""
    first = text.strip().split("\n")[0]
    return coverage(content_terms(REFUSAL_LINE), content_terms(first)) >= _REFUSED


def measure_written(
    generator: Generator, examples: Sequence[Example], loss: float, progress: Progress
) -> Written:
    """Let a generator write the answers of examples, greedily, and count.

    Raises:
        ModelError: the model failed, or a prompt does not fit.
        EvaluationError: the extra ``eval`` is not installed.
    """
    sentences = marked = cited = right = refused = answered = 0
    scores, held = [], []
    started = time.perf_counter()
    progress.start("writing answers", len(examples), "answers")
    for example in examples:
        text = "".join(generator.stream(example.messages, MOST_TOKENS, STOP)).strip()
        progress.advance(1)
        if example.refuses:
            refused += is_refusal(text)
            continue
        if is_refusal(text):
            scores.append(0.0)
            continue
        answered += 1
        passages = _passages(example)
        said = split_draft(text)
        scores.append(rouge(" ".join(s.text for s in said), [example.ideal]).two.f1)
        for sentence in said:
            sentences += 1
            numbers = [n for n in sentence.markers if n in passages]
            marked += bool(numbers)
            cited += len(numbers)
            right += sum(n in example.gold for n in numbers)
            if numbers:
                terms = content_terms(sentence.text)
                shown = frozenset().union(*(content_terms(passages[n]) for n in numbers))
                held.append(coverage(terms, shown) if terms else 1.0)
    progress.finish()
    wanted = sum(not e.refuses for e in examples)
    return Written(
        n=len(examples),
        loss=loss,
        marked=ratio(marked, sentences),
        right=ratio(right, cited),
        answered=ratio(answered, wanted),
        refused=ratio(refused, len(examples) - wanted),
        rouge2=ratio(math.fsum(scores), wanted),
        held=ratio(math.fsum(held), len(held)),
        seconds=ratio(time.perf_counter() - started, len(examples)),
    )


def answer_loss(model: LocalModel, examples: Sequence[Example], device: str = "auto") -> float:
    """Return the mean negative log-likelihood (nats) of a token of the wanted answers.

    Raises:
        ModelError: the model cannot be loaded.
    """
    import torch

    network, tokenizer = load_for_training(model, device)
    network.eval()
    total = tokens = 0.0
    with torch.inference_mode():
        for example in examples:
            one = encode(tokenizer, example)
            labels = torch.tensor([one.labels], device=network.device)
            ids = torch.tensor([one.ids], device=network.device)
            count = sum(label != IGNORED for label in one.labels)
            total += float(network(input_ids=ids, labels=labels).loss) * count
            tokens += count
    return total / tokens if tokens else 0.0


def _passages(example: Example) -> dict[int, str]:
    """Return the numbered passages of a prompt."""
    found = {}
    for line in example.messages[-1].content.splitlines():
        if line.startswith('<passage n="'):
            number, _, rest = line.removeprefix('<passage n="').partition('">')
            found[int(number)] = rest.removesuffix("</passage>")
    return found
