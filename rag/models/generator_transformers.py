"""The generator for whatever causal language model ``transformers`` can run."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError, OutOfMemory
from rag.models.causal import Causal, free_memory, is_out_of_memory, load_causal
from rag.models.chat_prompt import ChatPrompt
from rag.models.fetch import LocalModel
from rag.models.generator import (
    GeneratorIdentity,
    Message,
    Stream,
    Usage,
    Writing,
    Written,
    require_room,
)
from rag.models.generator_batch import Batch
from rag.models.hashes import sha256_of_files
from rag.models.hub import first_line
from rag.models.quantize import Quantize

if TYPE_CHECKING:
    import torch


class TransformersGenerator:
    """Runs a folder or a ``.gguf`` file on CPU or GPU with its own chat template.

    One thread computes, whoever asks: streams that are open at the same time take turns.
    """

    def __init__(
        self, causal: Causal, identity: GeneratorIdentity, *, compiled: bool = False
    ) -> None:
        """Write with a model that is loaded.

        Args:
            causal: the model and its tokenizer.
            identity: what it is called.
            compiled: compile the model for a cache of fixed size, on CUDA: the first answers
                take a minute more, and the later ones less.
        """
        self._causal = causal
        self._prompt = ChatPrompt(causal.tokenizer)
        self._compiled = compiled and causal.device.kind == "cuda"
        self._batch = Batch(causal)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="medlit-generate")
        self.at_once = self._batch.size
        self.context_tokens = causal.context_tokens
        self.identity = identity
        self._closed = False

    @classmethod
    def load(
        cls, model: LocalModel, device: str = "auto", quantize: Quantize | None = None
    ) -> TransformersGenerator:
        """Load tokenizer and weights, where ``quantize`` says so in 8 or 4 bits.

        Raises:
            OutOfMemory: the weights do not fit.
            ModelError: something of it cannot be loaded, or an extra is missing.
        """
        causal = load_causal(model, device, quantize)
        identity = GeneratorIdentity(
            name=model.card.name if model.card is not None else model.spec,
            spec=model.spec,
            revision=model.revision,
            weights_sha256=sha256_of_files(list(causal.files)),
            runtime="transformers",
        )
        return cls(causal, identity)

    def count_tokens(self, text: str) -> int:
        """Return the tokens of a text, without special tokens."""
        return self._prompt.count(text)

    def stream(
        self, messages: Sequence[Message], max_tokens: int, stop: Sequence[str] = ()
    ) -> Stream:
        """Write the next turn (see ``Generator``)."""
        self._require_open()
        prompt = self._prompt.ids(messages)
        require_room(len(prompt), max_tokens, self.context_tokens)
        return Stream(lambda writing: self._pieces(prompt, max_tokens, writing), stop)

    def generate_many(
        self,
        conversations: Sequence[Sequence[Message]],
        max_tokens: int,
        stop: Sequence[str] = (),
    ) -> list[Written | ModelError]:
        """Write the next turn of many conversations at once (see ``BatchGenerator``)."""
        self._require_open()
        made: list[Written | ModelError | None] = []
        prompts: list[list[int]] = []
        for messages in conversations:
            try:
                prompt = self._prompt.ids(messages)
                require_room(len(prompt), max_tokens, self.context_tokens)
            except ModelError as error:
                made.append(error)
            else:
                made.append(None)
                prompts.append(prompt)
        written = iter(self._thread.submit(self._batch.write, prompts, max_tokens).result())
        waiting = iter(prompts)
        return [
            one if one is not None else self._read(next(waiting), next(written), max_tokens, stop)
            for one in made
        ]

    def close(self) -> None:
        """Let go of the weights, after what is being written."""
        if self._closed:
            return
        self._closed = True
        self._thread.shutdown(wait=True)
        self._batch.close()
        del self._causal, self._batch

    def _require_open(self) -> None:
        if self._closed:
            raise ModelError("the generator was closed; load it again")

    def _read(
        self, prompt: list[int], ids: list[int] | ModelError, limit: int, stop: Sequence[str]
    ) -> Written | ModelError:
        """Return the text of written tokens as ``stream`` would have given it."""
        if isinstance(ids, ModelError):
            return ids
        whole = self._prompt.text(ids)
        text = Stream(lambda _: iter([whole] if whole else []), stop).text()
        ended = len(text) < len(whole) or len(ids) < limit or ids[-1] in self._causal.ends
        return Written(text, Usage(len(prompt), len(ids)), "stop" if ended else "length")

    def _pieces(self, prompt: list[int], max_tokens: int, writing: Writing) -> Iterator[str]:
        from transformers import TextIteratorStreamer

        self._require_open()  # it may have been closed since the stream was made
        streamer = TextIteratorStreamer(
            self._causal.tokenizer, skip_prompt=True, skip_special_tokens=True
        )
        done = threading.Event()
        running = self._thread.submit(self._generate, prompt, max_tokens, streamer, writing)

        def ended(_: Future[None]) -> None:
            done.set()
            # whatever ends the work ends the stream, so that nobody waits for ever
            streamer.on_finalized_text("", stream_end=True)

        running.add_done_callback(ended)
        try:
            yield from (piece for piece in streamer if piece)
        finally:
            running.cancel()  # where another stream has the thread, this one has not begun
            done.wait()
        failure = None if running.cancelled() else running.exception()
        if failure is not None:
            raise self._failed(failure, len(prompt)) from failure

    def _failed(self, failure: BaseException, tokens: int) -> ModelError:
        if not is_out_of_memory(failure):
            return ModelError(f"the model failed: {first_line(failure)}")
        free_memory(failure)
        return OutOfMemory(f"{self._batch.short_of_memory(tokens)} ({first_line(failure)})")

    def _generate(
        self, prompt: list[int], max_tokens: int, streamer: object, writing: Writing
    ) -> None:
        import torch
        from transformers import StoppingCriteria

        given = len(prompt)
        writing.usage = Usage(given, 0)
        self._batch.close()  # its cache would take the memory

        class Watch(StoppingCriteria):
            def __call__(self, input_ids: Any, scores: Any, **kwargs: Any) -> Any:
                writing.usage = Usage(given, input_ids.shape[1] - given)
                stop = writing.cancelled.is_set()
                return torch.full((input_ids.shape[0],), stop, device=input_ids.device)

        ids = torch.tensor([prompt], device=self._causal.model.device)
        with torch.inference_mode():
            made: torch.Tensor = self._causal.model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                generation_config=self._batch.greedy(max_tokens, compiled=self._compiled),
                streamer=streamer,
                stopping_criteria=[Watch()],
            )
        if not writing.cancelled.is_set():
            ended = made.shape[1] - given < max_tokens or int(made[0, -1]) in self._causal.ends
            writing.finish = "stop" if ended else "length"
