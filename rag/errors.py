"""Errors that medlit raises on purpose. Each message is one line: what is wrong, what to do.

MedlitError
├── UsageError            the request itself makes no sense (empty query, bad option)
├── ConfigError           a setting or medlit.toml cannot be used
├── CorpusError           a file cannot be read as literature at all
│   └── UnknownFormat     no reader knows its content
├── FetchError            a download failed
│   └── ChecksumError     bytes with another hash than the pinned one
├── OfflineError          something asked for the network while it is forbidden
├── ModelError            a model cannot be found, loaded or run
│   └── OutOfMemory       the memory of the device does not hold the model with this prompt
├── EvaluationError      evaluation data, a run or a tool for measuring is missing or unusable
├── ExportError           a file is no answer of medlit's, or an export cannot be written
├── PrivacyError          text that may hold identifiers would leave; nothing was sent
├── EngineError           a cluster that should embed is missing, out of reach or failing
└── LiteratureIndexError           an index cannot be opened, read or written
    ├── IndexNotFound
    ├── IndexLocked       another process is writing
    ├── IndexMismatch     made with another embedder or format
    └── IndexDamaged      contents contradict the manifest
"""

from __future__ import annotations


class MedlitError(Exception):
    """Base of all errors that a user may see as one line."""


class UsageError(MedlitError):
    """The request makes no sense as it stands."""


class ConfigError(MedlitError):
    """A setting cannot be used."""


class CorpusError(MedlitError):
    """A file cannot be read as literature."""


class UnknownFormat(CorpusError):
    """No reader recognises the content of a file."""


class FetchError(MedlitError):
    """A download failed."""


class ChecksumError(FetchError):
    """Downloaded bytes are not the pinned ones."""


class OfflineError(MedlitError):
    """The network was asked for while medlit is offline."""


class ModelError(MedlitError):
    """A model cannot be found, loaded or run."""


class OutOfMemory(ModelError):
    """The device's memory does not hold the model with this prompt; a shorter one may fit."""


class EvaluationError(MedlitError):
    """Evaluation data, a run, or what measures it, cannot be used."""


class ExportError(MedlitError):
    """What should be exported is no answer, or it cannot be written."""


class PrivacyError(MedlitError):
    """Text that may hold identifiers of patients would leave this machine; it did not."""


class EngineError(MedlitError):
    """A cluster that should embed cannot be used."""


class LiteratureIndexError(MedlitError):
    """An index cannot be used."""


class IndexNotFound(LiteratureIndexError):
    """There is no index at the path."""


class IndexLocked(LiteratureIndexError):
    """Another process is writing to the index."""


class IndexMismatch(LiteratureIndexError):
    """The index was made with another embedder or format version."""


class IndexDamaged(LiteratureIndexError):
    """The index contradicts its own manifest."""
