"""Settings: a flag wins over the environment, the environment over ``medlit.toml``.

``medlit.toml`` is looked for in the working directory only. Its keys are ``index``,
``embedder``, ``generator``, ``quantize``, ``reranker``, ``verifier``, ``device``, ``mesh_tree``
and ``offline``; an unknown key is an error, so that a misspelt setting never passes in silence.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ConfigError

DEFAULT_INDEX = "indexes/default"
_KEYS = (
    "index", "embedder", "generator", "quantize", "reranker", "verifier", "device", "mesh_tree",
    "offline",
)  # fmt: skip
_TRUE = {"1", "true", "yes", "on"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What environment and file say; ``None`` means that neither says anything."""

    index: Path = Path(DEFAULT_INDEX)
    embedder: str | None = None
    generator: str | None = None
    quantize: str | None = None
    reranker: str | None = None
    verifier: str | None = None
    device: str = "auto"
    mesh_tree: Path | None = None
    offline: bool = False


def load_settings(directory: Path | None = None) -> Settings:
    """Read ``medlit.toml`` in ``directory`` (default: the working directory) and ``MEDLIT_*``.

    Raises:
        ConfigError: the file is not TOML, or has an unknown key or a value of a wrong type.
    """
    path = (directory or Path.cwd()) / "medlit.toml"
    table: dict[str, object] = {}
    if path.is_file():
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path} is not valid TOML: {error}") from error
    unknown = sorted(set(table) - set(_KEYS))
    if unknown:
        raise ConfigError(f"{path}: unknown key {unknown[0]!r}; known keys: {', '.join(_KEYS)}")
    values = {key: _value(key, table, path) for key in _KEYS}
    return Settings(
        index=Path(values["index"] or DEFAULT_INDEX),
        embedder=values["embedder"],
        generator=values["generator"],
        quantize=values["quantize"],
        reranker=values["reranker"],
        verifier=values["verifier"],
        device=values["device"] or "auto",
        mesh_tree=Path(values["mesh_tree"]) if values["mesh_tree"] else None,
        offline=(values["offline"] or "").lower() in _TRUE,
    )


def _value(key: str, table: dict[str, object], path: Path) -> str | None:
    from_environment = os.environ.get(f"MEDLIT_{key.upper()}")
    if from_environment:
        return from_environment
    value = table.get(key)
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        raise ConfigError(f"{path}: {key} must be a string")
    return value


def cache_dir() -> Path:
    """Where fetched models are kept: ``$MEDLIT_HOME``, else ``~/.cache/medlit``."""
    home = os.environ.get("MEDLIT_HOME")
    if home:
        return Path(home)
    return Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "medlit"
