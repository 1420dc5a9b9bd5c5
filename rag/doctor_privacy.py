"""What would leave the machine under the settings in force, and what is stored where.

Reads settings, variables and file modes; opens no connection and prints no word of a note, a
question or a key. It judges this process and its settings: what another program on the machine
does with the same files or variables, it cannot know.
"""

from __future__ import annotations

import os
import shlex
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from rag.config import Settings, cache_dir
from rag.conversation_store import conversations_dir
from rag.doctor import Fact, Section
from rag.errors import MedlitError
from rag.offline import TELEMETRY_OFF, hub_allowed, is_offline, is_this_machine, proxies

_TRACING = (
    "LANGSMITH_TRACING",
    "LANGSMITH_TRACING_V2",
    "LANGCHAIN_TRACING_V2",
    "LANGCHAIN_TRACING",
)
_KEYS = ("OPENAI_API_KEY", "HF_TOKEN", "LANGSMITH_API_KEY", "LANGCHAIN_API_KEY", "NCBI_API_KEY")
_TRUE = {"1", "true", "yes", "on"}
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Modes:
    """The file modes of a folder: its own, and how many entries others may read or change."""

    folder: int
    entries: int
    open_to_others: int
    of_another_user: int


def examine_privacy(indexes: tuple[Path, ...], settings: Settings) -> tuple[Section, ...]:
    """Return what would leave and what is stored.

    Args:
        indexes: index folders to look at; what is no index is passed over.
        settings: what options, environment and medlit.toml say.
    """
    return (
        Section("what would leave this machine", _leaving(settings)),
        Section("what is stored", (*_indexes(indexes), *_stores())),
    )


def _leaving(settings: Settings) -> tuple[Fact, ...]:
    offline = is_offline() or settings.offline
    state = (
        "on: no connection leaves the process (docs/offline.md says what that does not reach)"
        if offline
        else "off: what is below may leave; --offline or MEDLIT_OFFLINE=1 forbids it"
    )
    return (
        Fact("offline", state),
        _generator(settings.generator, offline),
        _hub(settings, offline),
        Fact(
            "fetch and update",
            "refused"
            if offline
            else "when you run them: de-identified queries to NCBI, Europe "
            "PMC or a package index, never a note or a question",
        ),
        _proxies(offline),
        _tracing(offline),
        _telemetry(offline),
        Fact(
            "keys in the environment",
            ", ".join(k for k in _KEYS if os.environ.get(k)) or "none",
        ),
    )


def _generator(spec: str | None, offline: bool) -> Fact:
    """Whether the generator is on this machine; a server elsewhere gets de-identified text."""
    from rag.models.generator_openai import is_remote, place_of

    if not spec or spec in ("auto", "extractive"):
        return Fact("generator", f"{spec or 'auto'}: nothing leaves")
    try:
        remote = is_remote(spec)
    except MedlitError as error:
        return Fact("generator", spec, str(error))
    if not remote:
        return Fact("generator", f"{spec}: on this machine, nothing leaves")
    place = place_of(spec)
    if offline:
        return Fact("generator", f"{place} is another machine: refused, since offline is on")
    return Fact(
        "generator",
        f"{place} is another machine: the de-identified question and passages of published "
        "articles go there; an index of notes is refused",
    )


def _hub(settings: Settings, offline: bool) -> Fact:
    if offline or not hub_allowed():
        return Fact("model downloads", "off")
    named = [
        spec
        for spec in (settings.embedder, settings.generator, settings.reranker, settings.verifier)
        if spec and "/" in spec and ":" not in spec and not Path(spec).expanduser().exists()
    ]
    where = os.environ.get("HF_ENDPOINT") or "https://huggingface.co"
    what = f"the names {', '.join(named)}" if named else "names of models that you ask for"
    return Fact("model downloads", f"allowed: {what} to {where}")


def _proxies(offline: bool) -> Fact:
    found = proxies()
    if offline:
        return Fact("proxies", "none is used")
    if not found:
        return Fact("proxies", "none")
    shown = []
    for name, value in found.items():
        parts = urlsplit(value if "://" in value else f"//{value}")
        here = (
            " (this machine, which hands on what it gets)"
            if is_this_machine(parts.hostname)
            else ""
        )
        # without user and password
        shown.append(f"{name}={parts.hostname}{here}")
    return Fact("proxies", "; ".join(shown))


def _tracing(offline: bool) -> Fact:
    on = [name for name in _TRACING if os.environ.get(name, "").lower() in _TRUE]
    if offline or not on:
        return Fact("tracing (LangSmith)", "off")
    return Fact(
        "tracing (LangSmith)",
        f"{', '.join(on)} is on: medlit's own calls are left out, a program around them is not",
    )


def _telemetry(offline: bool) -> Fact:
    """Medlit sends none of its own; that of libraries is switched off unless the user set it."""
    if offline:
        return Fact("telemetry", "none of medlit; that of libraries is off")
    on = [n for n, off in TELEMETRY_OFF.items() if os.environ.get(n, off).lower() != off.lower()]
    return Fact(
        "telemetry",
        "none of medlit; that of libraries is " + (f"left on by {', '.join(on)}" if on else "off"),
    )


def modes(folder: Path) -> Modes:
    """Return the file modes of a folder and all in it; links are not followed."""
    entries = open_to_others = of_another_user = 0
    own = os.getuid() if hasattr(os, "getuid") else None
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            found = os.lstat(os.path.join(place, name))
            if stat.S_ISLNK(found.st_mode):
                continue
            entries += 1
            open_to_others += bool(found.st_mode & _OTHERS)
            of_another_user += own is not None and found.st_uid != own
    return Modes(stat.S_IMODE(folder.stat().st_mode), entries, open_to_others, of_another_user)


def _private(name: str, folder: Path, what: str, *, must: bool = True) -> Fact:
    """A folder with its modes; where it must be private and is not, the command that mends it."""
    try:
        found = modes(folder)
    except OSError as error:
        return Fact(name, f"{folder}: {what}", f"{folder} cannot be read: {error.strerror}")
    value = f"{folder}: {what}, mode {found.folder:04o}"
    if found.of_another_user:
        value += f", {found.of_another_user} entries of another user"
    others = (found.folder & _OTHERS != 0) + found.open_to_others
    if not must or os.name == "nt":
        return Fact(name, value)
    if not others:
        return Fact(name, f"{value}, for you alone")
    return Fact(
        name,
        f"{value}, {others} of {found.entries + 1} entries open to others",
        f"{folder} holds {what} that others may read or change; run "
        f"chmod -R go-rwx {shlex.quote(str(folder))}",
    )


def _indexes(indexes: tuple[Path, ...]) -> tuple[Fact, ...]:
    facts = []
    for folder in indexes:
        content = _content(folder)
        if content is None:
            facts.append(Fact("index", f"{folder}: no index there"))
        elif content == "notes":
            facts.append(_private("index", folder, "clinical notes"))
        elif content == "literature":
            facts.append(_private("index", folder, "literature", must=False))
        else:
            # it may be of notes: private until somebody can say
            facts.append(_private("index", folder, "an index that cannot be opened"))
    return tuple(facts)


def _content(folder: Path) -> str | None:
    """``literature``, ``notes``, ``None`` where there is no index, empty where it is unreadable."""
    from rag.index.generations import current, path
    from rag.index.manifest import load_manifest

    if not folder.is_dir():
        return None
    try:
        number = current(folder)
        if number is None:
            return "" if any(folder.iterdir()) else None
        return load_manifest(path(folder, number)).content
    except (MedlitError, OSError):
        return ""


def _stores() -> tuple[Fact, ...]:
    """Folders outside of the project; models and evaluation sets hold nothing of a patient."""
    facts = []
    home = os.environ.get("HF_HOME")
    hub = Path(home).expanduser() if home else Path("~/.cache/huggingface").expanduser()
    for name, folder, what in (
        ("models", cache_dir() / "models", "models, no text of yours"),
        ("evaluation", cache_dir() / "eval", "indexes of evaluation sets"),
        ("hub cache", hub, "models, no text of yours"),
    ):
        if folder.is_dir():
            facts.append(Fact(name, f"{folder}: {what}"))
        else:
            facts.append(Fact(name, f"{folder}: not there"))
    saved = conversations_dir()
    if saved.is_dir():
        count = len(list(saved.glob("*.jsonl")))
        facts.append(_private("conversations", saved, f"{count} saved conversations"))
    else:
        facts.append(Fact("conversations", f"{saved}: none (chat --save makes it)"))
    facts.append(
        Fact("answers", "only where --out says; a new file is 0600, and questions stay as asked")
    )
    return tuple(facts)
