"""Many prompts written at once by one model of ``transformers``.

On CUDA by its continuous batching (Yu et al. 2022, Orca): a finished text makes room for the next
prompt, and nothing is padded. Elsewhere in padded batches, which read the weights once for all.
Greedy either way; where the device rounds, a batch may round otherwise than one prompt does.
"""

from __future__ import annotations

import importlib.util
import logging
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError, OutOfMemory
from rag.models.causal import Causal, free_memory, is_out_of_memory
from rag.models.hub import first_line

if TYPE_CHECKING:
    from transformers import ContinuousBatchingConfig, GenerationConfig

_PADDED = 8
"""Prompts of a padded batch; on CPUs more no longer help."""
_CONTINUOUS = 64
"""Prompts that are given to continuous batching together; it takes more in as others end."""
_PAGE = 256
"""Tokens of a page of the cache, as transformers has it."""
_CACHE = 0.7
"""Share of the free memory of a GPU that the cache of continuous batching may take."""

_SILENT = 600.0
"""Seconds without any finished text after which continuous batching counts as stuck."""


class Batch:
    """Writes many prompts; the cache of continuous batching is kept until ``close``."""

    def __init__(self, causal: Causal) -> None:
        self._causal = causal
        self._continuous = causal.device.kind == "cuda"

    @property
    def size(self) -> int:
        """Prompts that are written together best."""
        return _CONTINUOUS if self._continuous else _PADDED

    def write(self, prompts: Sequence[list[int]], limit: int) -> list[list[int] | ModelError]:
        """Return the tokens written for each prompt, up to and with the one that ends a text.

        Args:
            prompts: token ids; each fits with ``limit`` into the window.
            limit: tokens after which a text ends.

        Returns:
            In the order of the prompts; an error in place of the tokens where one failed.
        """
        made: dict[int, list[int] | ModelError] = {}
        if self._continuous and len(prompts) > 1:
            made.update(self._paged(prompts, limit))
        rest = [n for n in range(len(prompts)) if n not in made]
        # of like length together: less to pad
        rest.sort(key=lambda n: len(prompts[n]), reverse=True)
        for at in range(0, len(rest), _PADDED):
            numbers = rest[at : at + _PADDED]
            written = self._padded([prompts[n] for n in numbers], limit)
            made.update(zip(numbers, written, strict=True))
        return [made[n] for n in range(len(prompts))]

    def greedy(self, limit: int, *, compiled: bool = False) -> GenerationConfig:
        """Return a fresh configuration: a model's own often asks for sampling."""
        from transformers import GenerationConfig

        # transformers compiles by itself where the cache is static
        fixed = {"cache_implementation": "static"} if compiled else {}
        return GenerationConfig(  # type: ignore[no-untyped-call]
            do_sample=False,
            max_new_tokens=limit,
            eos_token_id=self._causal.ends or None,
            pad_token_id=self._causal.padding,
            bos_token_id=self._causal.model.generation_config.bos_token_id,
            **fixed,
        )

    def close(self) -> None:
        """Free the cache of continuous batching; the next call makes it anew."""
        if self._continuous:
            self._causal.model.destroy_cached_continuous_batching_manager()

    def short_of_memory(self, tokens: int) -> str:
        """Say that memory ran out, and what to change."""
        return (
            f"{self._causal.device.torch_name} is out of memory with a prompt of {tokens} tokens; "
            "ask with --length short, load the model with --quantize 8bit or 4bit, or use a "
            "smaller one"
        )

    def _padded(self, prompts: list[list[int]], limit: int) -> list[list[int] | ModelError]:
        """Write one batch, in halves where memory runs out."""
        import torch

        width = max(map(len, prompts))
        lacking = [width - len(prompt) for prompt in prompts]
        fill = self._causal.padding
        device = self._causal.model.device
        # on the left, so that every row is gone on with at the same place
        ids = torch.tensor(
            [[fill] * n + p for n, p in zip(lacking, prompts, strict=True)], device=device
        )
        mask = torch.tensor([[0] * n + [1] * (width - n) for n in lacking], device=device)
        try:
            with torch.inference_mode():
                out = self._causal.model.generate(
                    ids, attention_mask=mask, generation_config=self.greedy(limit)
                )
            return [self._cut(row) for row in out[:, width:].tolist()]
        except RuntimeError as error:
            if not is_out_of_memory(error):
                failed = ModelError(f"the model failed: {first_line(error)}")
                return [failed] * len(prompts)
            free_memory(error)
        if len(prompts) == 1:
            return [OutOfMemory(self.short_of_memory(width))]
        half = len(prompts) // 2
        return [*self._padded(prompts[:half], limit), *self._padded(prompts[half:], limit)]

    def _paged(self, prompts: Sequence[list[int]], limit: int) -> dict[int, list[int] | ModelError]:
        """Write by continuous batching; what it does not return is left to padded batches."""
        _quiet()
        made: dict[int, list[int] | ModelError] = {}
        model: Any = self._causal.model
        try:
            with model.continuous_batching_context_manager(
                generation_config=self.greedy(limit),
                continuous_batching_config=self._paging(),
                persistent_manager=True,
                timeout=5,
                warmup=False,  # graphs are captured as shapes come up
            ) as manager:
                names = manager.add_requests(inputs=list(prompts), max_new_tokens=limit)
                numbers = {name: n for n, name in enumerate(names)}
                until = time.monotonic() + _SILENT
                while len(made) < len(prompts) and time.monotonic() < until:
                    one = manager.get_result(timeout=1)
                    if one is None and not manager.is_running():
                        break
                    if one is not None and one.is_finished() and one.request_id in numbers:
                        if one.error is not None:
                            break  # one fails: its thread has ended, and all others with it
                        made[numbers[one.request_id]] = self._cut(one.generated_tokens)
                        until = time.monotonic() + _SILENT
        except (RuntimeError, ValueError, NotImplementedError, AttributeError, KeyError) as error:
            # an architecture that cannot be paged, or a cache that does not fit
            logging.getLogger(__name__).info("no continuous batching: %s", first_line(error))
        if len(made) < len(prompts):
            logging.getLogger(__name__).warning(
                "continuous batching ended early; padded batches are written instead, slower"
            )
            self.close()
            self._continuous = False
        return made

    def _paging(self) -> ContinuousBatchingConfig:
        from transformers import ContinuousBatchingConfig

        window = min(self._causal.context_tokens, 1 << 15)
        return ContinuousBatchingConfig(
            page_size=_PAGE,
            max_blocks_per_request=-(-window // _PAGE),
            max_requests_per_batch=256,
            max_memory_percent=_CACHE,
            # without the package it would ask the hub for a kernel
            auto_switch_to_flash=importlib.util.find_spec("flash_attn") is not None,
        )

    def _cut(self, ids: list[int]) -> list[int]:
        """Leave out what fills a row behind the end of its text."""
        ends = set(self._causal.ends)
        for at, token in enumerate(ids):
            if token in ends:
                return ids[: at + 1]
        return ids


def _quiet() -> None:
    """Its notes on sizes and kernels mean nothing to who asks a question."""
    logging.getLogger("ContinuousBatchingLogger").setLevel(logging.CRITICAL)
