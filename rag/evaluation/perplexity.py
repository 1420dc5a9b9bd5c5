"""How well a language model foresees a text.

    perplexity = exp(-1/N · Σ ln p(tᵢ | what stands before tᵢ))      over the N tokens of the text

(Jelinek, Mercer, Bahl and Baker 1977, J. Acoust. Soc. Am. 62, S63). A text longer than the window
is read in windows that overlap, and each token is scored once, in the window that ends a stride
behind it, as in the documentation of transformers ("Perplexity of fixed-length models"). Tokens
differ between vocabularies; the same sum by words and by bytes of the text can be compared between
models, as EleutherAI's lm-evaluation-harness does:

    word perplexity = exp(-Σ ln p / words)      bits a byte = -Σ ln p / (ln 2 · bytes)

The first token is foreseen from the token that begins a text, or the one that ends one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.errors import EvaluationError, ModelError, OutOfMemory, UsageError
from rag.models.causal import Causal, free_memory, is_out_of_memory, load_causal
from rag.models.fetch import resolve
from rag.models.hub import first_line
from rag.models.quantize import Quantize
from rag.progress import Progress, Silent

WINDOW = 1024
"""Tokens at most, by default; a longer one takes memory for 600 kB of figures a token."""
_ROWS = 128
"""Tokens whose probabilities are computed in double length at a time."""


@dataclass(frozen=True, slots=True)
class Perplexity:
    """The sum over a text, and what it is divided by."""

    negative_log_likelihood: float
    """-Σ ln p, in nats."""
    tokens: int
    words: int
    bytes: int
    window: int
    stride: int

    def flat(self) -> dict[str, float | int]:
        """Return the figures by the names that ``--json`` has."""
        total = self.negative_log_likelihood
        return {
            "perplexity": _exp(total / self.tokens),
            "nll_per_token": total / self.tokens,
            "word_perplexity": _exp(total / self.words),
            "byte_perplexity": _exp(total / self.bytes),
            "bits_per_byte": total / (math.log(2) * self.bytes),
            "n": self.tokens,
            "tokens": self.tokens,
            "words": self.words,
            "bytes": self.bytes,
            "window": self.window,
            "stride": self.stride,
        }


def load_scorer(spec: str, device: str = "auto", quantize: Quantize | None = None) -> Causal:
    """Load what can say how probable each token is: a folder, a hub id or a ``.gguf`` file.

    Raises:
        EvaluationError: the spec names a server or no language model.
        ModelError: it is not here or cannot be loaded.
    """
    model = None if spec == "extractive" or _remote(spec) else resolve(spec)
    if model is None or (model.card is not None and model.card.task != "generator"):
        raise EvaluationError(
            f"{spec} does not tell how probable each token is; name a generator of the catalog, a "
            "folder, a .gguf file or a Hugging Face id"
        )
    return load_causal(model, device, quantize)


def measure_perplexity(
    causal: Causal,
    text: str,
    window: int | None = None,
    stride: int | None = None,
    progress: Progress | None = None,
) -> Perplexity:
    """Score every token of a text once.

    Args:
        causal: the model.
        text: any length.
        window: tokens read at once; by default ``WINDOW`` or what the model takes.
        stride: tokens scored in a window behind the first; by default half of it. A smaller one
            gives each token more of what stands before, and takes longer.
        progress: told of each window.

    Raises:
        EvaluationError: the text holds no token that could be scored.
        UsageError: window and stride do not fit each other or the model.
        OutOfMemory: a window does not fit into memory.
        ModelError: the model failed.
    """
    size = min(WINDOW, causal.context_tokens) if window is None else window
    step = max(1, size // 2) if stride is None else stride
    if not 2 <= size <= causal.context_tokens:
        raise UsageError(f"--window {size}: the model takes 2 to {causal.context_tokens} tokens")
    if not 1 <= step < size:
        raise UsageError(f"--stride {step}: must be at least 1 and less than --window {size}")
    ids: list[int] = causal.tokenizer.encode(text, add_special_tokens=False, verbose=False)
    begin = _beginning(causal)
    sequence = ids if begin is None else [begin, *ids]
    scored = len(sequence) - 1
    if scored < 1 or not text.split():
        raise EvaluationError("the text holds no token that could be foreseen; give a longer one")
    progress = progress or Silent()
    windows = list(_windows(len(sequence), size, step))
    progress.start("windows", len(windows), "windows")
    total = 0.0
    for first, end in windows:
        total += _score(causal, sequence[max(0, end - size) : end], end - first)
        progress.advance(1)
    progress.finish()
    if math.isnan(total):
        raise ModelError(
            f"the model's figures overflow in {causal.device.dtype}; use --device cpu, or another "
            "model"
        )
    return Perplexity(total, scored, len(text.split()), len(text.encode()), size, step)


def _windows(count: int, size: int, step: int) -> Iterator[tuple[int, int]]:
    """Yield the tokens that each window scores: from the first to before the end."""
    first = 1
    end = min(size, count)
    while first < count:
        yield first, end
        first, end = end, min(end + step, count)


def _score(causal: Causal, ids: Sequence[int], scored: int) -> float:
    """Return -Σ ln p of the last ``scored`` tokens, in nats."""
    import torch

    given = torch.tensor([list(ids)], device=causal.model.device)
    try:
        with torch.inference_mode():
            # the logits at a token foresee the next one
            logits = causal.model(given).logits[0, -scored - 1 : -1]
            total = 0.0
            for at in range(0, scored, _ROWS):
                rows = logits[at : at + _ROWS].double().log_softmax(dim=-1)
                wanted = given[0, -scored:][at : at + _ROWS].unsqueeze(1).to(rows.device)
                total -= float(rows.gather(1, wanted).sum())
    except RuntimeError as error:
        if not is_out_of_memory(error):
            raise ModelError(f"the model failed: {first_line(error)}") from error
        free_memory(error)
        raise OutOfMemory(
            f"{causal.device.torch_name} is out of memory with a window of {len(ids)} tokens; "
            "give a smaller --window, or --quantize 8bit or 4bit"
        ) from error
    return total


def _beginning(causal: Causal) -> int | None:
    begin = causal.tokenizer.bos_token_id
    return begin if isinstance(begin, int) else next(iter(causal.ends), None)


def _exp(value: float) -> float:
    return math.exp(value) if value < 700 else math.inf


def _remote(spec: str) -> bool:
    from rag.models.generator_langchain import names_provider

    return spec.strip().lower().startswith("openai:") or names_provider(spec)
