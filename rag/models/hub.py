"""Loading with ``transformers``: quietly, from local files only, and with one kind of error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError
from rag.models.folder import read_json

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from rag.models.device import Device


@contextmanager
def loading(path: Path) -> Iterator[None]:
    """Silence bars and notes of ``transformers``, and turn what loading raises to ModelError."""
    from safetensors import SafetensorError
    from transformers.utils import logging

    level = logging.get_verbosity()
    bar = logging.is_progress_bar_enabled()
    unpacking = _without_bar() if path.suffix == ".gguf" else nullcontext()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        with unpacking:
            yield
    except (OSError, ValueError, RuntimeError, LookupError, TypeError, AttributeError) as error:
        raise ModelError(f"{path} cannot be loaded: {first_line(error)}") from error
    except (ImportError, SafetensorError) as error:
        raise ModelError(f"{path} cannot be loaded: {first_line(error)}") from error
    finally:
        logging.set_verbosity(level)
        if bar:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


@contextmanager
def _without_bar() -> Iterator[None]:
    """Unpack a GGUF file without the bar that ``transformers`` shows whatever it is told."""
    from transformers import modeling_gguf_pytorch_utils as unpacker

    bar = getattr(unpacker, "tqdm", None)
    if bar is None:
        yield
        return
    setattr(unpacker, "tqdm", partial(bar, disable=True))  # noqa: B010  # no name for mypy
    try:
        yield
    finally:
        setattr(unpacker, "tqdm", bar)  # noqa: B010


def load_model(kind: str, path: Path, device: Device) -> Any:
    """Load a model of an ``Auto…`` class for inference on a device.

    Args:
        kind: the name of the class in ``transformers`` (``AutoModel``…).
        path: a folder, or a ``.gguf`` file, whose weights are then dequantised.
        device: where it runs.

    Raises:
        ModelError: it cannot be loaded.
    """
    import transformers

    extra: dict[str, Any] = {"gguf_file": path.name} if path.is_file() else {}
    folder = path.parent if path.is_file() else path
    with loading(path):
        model = getattr(transformers, kind).from_pretrained(
            folder,
            dtype=device.torch_dtype,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=None if extra else True,
            **extra,
        )
        return model.to(device.torch_name).eval()


def load_tokenizer(folder: Path) -> Tokenizer:
    """Load the tokenizer of a folder with neither truncation nor padding.

    ``tokenizer.json`` is read directly: that takes 30 ms, and ``transformers`` 3 s.

    Raises:
        ModelError: there is none, or only one without a fast form.
    """
    from tokenizers import Tokenizer

    file = folder / "tokenizer.json"
    if file.is_file():
        # tokenizers raises a bare Exception for what is no tokenizer, so it is looked at before
        data = read_json(file)
        if not isinstance(data, dict) or not isinstance(data.get("model"), dict):
            raise ModelError(f"{file} is no tokenizer; fetch the model again")
        tokenizer = Tokenizer.from_file(str(file))
    else:
        from transformers import AutoTokenizer

        with loading(folder):
            slow = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        backend = getattr(slow, "backend_tokenizer", None)
        if not isinstance(backend, Tokenizer):
            raise ModelError(f"{folder} has no tokenizer.json and none can be made of its files")
        tokenizer = backend
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def first_line(error: BaseException) -> str:
    """What an error says, in one line."""
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
