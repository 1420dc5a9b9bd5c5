"""The generator for whatever causal language model ``transformers`` can run."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError
from rag.models.device import choose
from rag.models.fetch import LocalModel
from rag.models.folder import weight_files
from rag.models.generator import GeneratorIdentity, Message, cut_at_stop, require_room
from rag.models.hashes import sha256_of_files
from rag.models.hub import first_line, load_model, loading

if TYPE_CHECKING:
    import torch

_DEFAULT_CONTEXT = 2048


class TransformersGenerator:
    """Runs a folder or a ``.gguf`` file on CPU or GPU with its own chat template.

    A model without a template was not trained on conversations and gets a plain prompt.
    """

    def __init__(self, model: LocalModel, device: str = "auto") -> None:
        """Load tokenizer and weights.

        Raises:
            ModelError: something of it cannot be loaded, or the ``gguf`` extra is missing.
        """
        from transformers import AutoTokenizer

        path = model.path
        one_file = path.is_file()
        if one_file:
            _require_gguf(model.spec)
        self._device = choose(device)
        with loading(path):
            self._tokenizer: Any = AutoTokenizer.from_pretrained(
                path.parent if one_file else path,
                local_files_only=True,
                trust_remote_code=False,
                **({"gguf_file": path.name} if one_file else {}),
            )
        self._model = load_model("AutoModelForCausalLM", path, self._device)
        positions = getattr(self._model.config, "max_position_embeddings", None)
        self.context_tokens = positions if isinstance(positions, int) else _DEFAULT_CONTEXT
        self.identity = GeneratorIdentity(
            name=model.card.name if model.card is not None else model.spec,
            spec=model.spec,
            revision=model.revision,
            weights_sha256=sha256_of_files([path] if one_file else weight_files(path)),
            runtime="transformers",
        )

    def count_tokens(self, text: str) -> int:
        """Return the tokens of a text, without special tokens."""
        return len(self._tokenizer.encode(text, add_special_tokens=False, verbose=False))

    def stream(
        self, messages: Sequence[Message], max_tokens: int, stop: Sequence[str] = ()
    ) -> Iterator[str]:
        """Write the next turn (see ``Generator``)."""
        import torch

        prompt = prompt_ids(self._tokenizer, messages)
        require_room(len(prompt), max_tokens, self.context_tokens)
        ids = torch.tensor([prompt], device=self._device.torch_name)
        return cut_at_stop(self._pieces(ids, max_tokens), stop)

    def close(self) -> None:
        """Let go of the weights."""
        del self._model

    def _pieces(self, ids: torch.Tensor, max_tokens: int) -> Iterator[str]:
        from transformers import TextIteratorStreamer

        streamer = TextIteratorStreamer(self._tokenizer, skip_prompt=True, skip_special_tokens=True)
        stopped = threading.Event()
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="medlit-generate") as pool:
            running: Future[None] = pool.submit(self._generate, ids, max_tokens, streamer, stopped)
            # whatever ends the thread ends the stream, so that the consumer never waits for ever
            running.add_done_callback(lambda _: streamer.on_finalized_text("", stream_end=True))
            try:
                yield from (piece for piece in streamer if piece)
            finally:
                stopped.set()
            failure = running.exception()
            if failure is not None:
                raise ModelError(f"the model failed: {first_line(failure)}") from failure

    def _generate(
        self, ids: torch.Tensor, max_tokens: int, streamer: object, stopped: threading.Event
    ) -> None:
        import torch
        from transformers import GenerationConfig, StoppingCriteria

        class Stopped(StoppingCriteria):
            def __call__(self, input_ids: Any, scores: Any, **kwargs: Any) -> Any:
                return torch.full((input_ids.shape[0],), stopped.is_set(), device=input_ids.device)

        own = self._model.generation_config
        ends = own.eos_token_id
        if ends is None:
            ends = self._tokenizer.eos_token_id
        padding = self._tokenizer.pad_token_id
        if padding is None:
            padding = ends[0] if isinstance(ends, list) else ends
        # a fresh configuration: a model's own often asks for sampling
        config = GenerationConfig(  # type: ignore[no-untyped-call]
            do_sample=False,
            max_new_tokens=max_tokens,
            eos_token_id=ends,
            pad_token_id=padding,
            bos_token_id=own.bos_token_id,
        )
        with torch.inference_mode():
            self._model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                generation_config=config,
                streamer=streamer,
                stopping_criteria=[Stopped()],
            )


def prompt_ids(tokenizer: Any, messages: Sequence[Message]) -> list[int]:
    """Return the tokens of a conversation, up to where the model goes on.

    Raises:
        ModelError: the model's chat template refuses it.
    """
    if not tokenizer.chat_template:
        text = "\n\n".join(f"{m.role.capitalize()}: {m.content}" for m in messages)
        ids: list[int] = tokenizer.encode(f"{text}\n\nAssistant:", verbose=False)
        return ids
    from jinja2 import TemplateError

    turns = [{"role": m.role, "content": m.content} for m in messages]
    try:
        text = _template(tokenizer, turns)
    except TemplateError:
        # some models know no system role: what it says goes before the first question
        try:
            text = _template(tokenizer, _without_system(turns))
        except TemplateError as error:
            raise ModelError(f"its chat template refuses: {first_line(error)}") from error
    # the template has written the special tokens already
    tokens: list[int] = tokenizer.encode(text, add_special_tokens=False, verbose=False)
    return tokens


def _template(tokenizer: Any, turns: list[dict[str, str]]) -> str:
    text: str = tokenizer.apply_chat_template(turns, add_generation_prompt=True, tokenize=False)
    return text


def _without_system(turns: list[dict[str, str]]) -> list[dict[str, str]]:
    system = [turn["content"] for turn in turns if turn["role"] == "system"]
    rest = [dict(turn) for turn in turns if turn["role"] != "system"]
    if system and rest:
        rest[0]["content"] = "\n\n".join([*system, rest[0]["content"]])
    return rest


def _require_gguf(spec: str) -> None:
    # transformers reads the file with gguf and builds the model with accelerate
    if any(importlib.util.find_spec(name) is None for name in ("gguf", "accelerate")):
        raise ModelError(f"{spec} is a GGUF file; run `pip install 'medlit[gguf]'` to use it")
