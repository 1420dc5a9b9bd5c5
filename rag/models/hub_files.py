"""What the Hugging Face hub gives: single files, snapshots, and only weights that run no code.

``HF_HUB_OFFLINE``, ``HF_HOME``, ``HF_ENDPOINT`` and ``HF_TOKEN`` are read by the hub's library
itself. This module knows nothing of the catalog.
"""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies

from rag.errors import FetchError, ModelError
from rag.offline import hub_allowed

_HUB_PATTERNS = ["*.safetensors", "*.json", "*.txt", "*.model", "*.jinja"]
_HUB_IGNORED = ["onnx/*", "openvino/*", "*.onnx", "training_*"]
_HUB_SECONDS = 5.0
_WEIGHTS = ("*.safetensors", "*.gguf")
_PICKLES = ("pytorch_model*.bin", "*.ckpt")


def download_file(hub_id: str, name: str, revision: str, folder: Path) -> Path:
    """Bring one file of a hub model into a folder.

    Raises:
        FetchError: the hub cannot give it.
    """
    import huggingface_hub
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        path = huggingface_hub.hf_hub_download(
            hub_id, name, revision=revision, local_dir=folder, etag_timeout=_HUB_SECONDS
        )
    except (HfHubHTTPError, HFValidationError, OSError, _http_error()) as error:
        raise FetchError(f"{hub_id} cannot be fetched from the hub: {_line(error)}") from error
    return Path(path)


def snapshot(hub_id: str, revision: str, *, local_only: bool = False) -> Path:
    """Return the folder of a hub model in the hub's cache, filled first where allowed.

    Raises:
        ModelError: it is neither there nor to be had, or has only pickled weights.
    """
    import huggingface_hub
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    allowed = hub_allowed() and not local_only
    try:
        folder = huggingface_hub.snapshot_download(
            hub_id,
            revision=revision,
            local_files_only=not allowed,
            allow_patterns=_HUB_PATTERNS,
            ignore_patterns=_HUB_IGNORED,
            etag_timeout=_HUB_SECONDS,
        )
    except (HfHubHTTPError, HFValidationError, OSError, _http_error()) as error:
        state = "the hub cannot give it" if allowed else "the hub is off"
        raise ModelError(
            f"{hub_id} is not on this machine and {state} ({_line(error)}); check the name and "
            "the connection, or give a local path"
        ) from error
    require_safe_weights(Path(folder))
    return Path(folder)


def require_hub() -> None:
    """Refuse at once where the hub cannot be reached: its library tries for half a minute.

    Raises:
        FetchError: no connection to the hub within a few seconds.
    """
    from huggingface_hub import constants

    address = urlsplit(constants.ENDPOINT)
    if getproxies().get(address.scheme):
        return  # only the proxy can tell
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        socket.create_connection((address.hostname or "", port), timeout=_HUB_SECONDS).close()
    except OSError as error:
        raise FetchError(f"{constants.ENDPOINT} cannot be reached: {_line(error)}") from error


def _http_error() -> type[Exception]:
    """The connection errors of huggingface_hub's HTTP library, whose version decides its name."""
    import httpx

    return httpx.HTTPError


def require_safe_weights(path: Path) -> None:
    """Refuse what is no model, and weights that would have to be unpickled.

    Raises:
        ModelError: there are no safetensors and no GGUF.
    """
    if path.is_file():
        if path.suffix != ".gguf":
            raise ModelError(f"{path} is no model: give a folder or a .gguf file")
        return
    safe = {file.parent for pattern in _WEIGHTS for file in path.rglob(pattern)}
    pickled = {file.parent for pattern in _PICKLES for file in path.rglob(pattern)}
    if pickled - safe:
        raise ModelError(
            f"{sorted(pickled - safe)[0]} has only pickled weights, which can run code when they "
            "are loaded; convert them to safetensors"
        )
    if not safe:
        raise ModelError(f"{path} has no weights (*.safetensors or *.gguf); is it a model folder?")


def _line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
