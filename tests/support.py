"""What tests share: a fake embedder, small literature files, the command line as a process."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from rag.models.embedder import EmbedderIdentity
from tests.warm import FIXED, FREE, WARM

ROOT = Path(__file__).parents[1]


class FakeEmbedder:
    """Bag of hashed words: deterministic, instant, close for texts that share words."""

    def __init__(self, dimension: int = 64, weights: str = "fake") -> None:
        self.texts_embedded = 0
        self.identity = EmbedderIdentity(
            spec="fake",
            name="fake",
            revision="",
            weights_sha256=weights,
            pooling="mean",
            query_prompt="",
            document_prompt="",
            dimension=dimension,
            max_tokens=64,
        )

    def embed_documents(self, texts):
        self.texts_embedded += len(texts)
        out = np.full((len(texts), self.identity.dimension), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                digest = hashlib.sha256(word.encode()).digest()
                out[row, digest[0] % self.identity.dimension] += 1.0
        return out / np.linalg.norm(out, axis=1, keepdims=True)

    def embed_queries(self, texts):
        return self.embed_documents(texts)

    def token_spans(self, texts):
        spans = []
        for text in texts:
            found = [m.span() for m in re.finditer(r"\w+|[^\w\s]", text)]
            spans.append(np.asarray(found, dtype=np.int32).reshape(-1, 2))
        return spans

    def reads(self, text):
        return text.isascii()

    def close(self):
        pass


def pubmed_record(pmid, title, abstract="", *, revised="2020-01-01", extra="", types=(), year=2020):
    """A PubmedArticle element of our own making."""
    y, m, d = revised.split("-")
    kinds = "".join(f"<PublicationType UI='D0'>{t}</PublicationType>" for t in types)
    body = f"<Abstract><AbstractText>{abstract}</AbstractText></Abstract>" if abstract else ""
    return (
        f"<PubmedArticle><MedlineCitation><PMID Version='1'>{pmid}</PMID>"
        f"<DateRevised><Year>{y}</Year><Month>{m}</Month><Day>{d}</Day></DateRevised>"
        f"<Article><Journal><JournalIssue><PubDate><Year>{year}</Year></PubDate></JournalIssue>"
        f"<Title>Journal of Tests</Title></Journal><ArticleTitle>{title}</ArticleTitle>{body}"
        f"<Language>eng</Language><PublicationTypeList>{kinds}</PublicationTypeList></Article>"
        f"{extra}</MedlineCitation></PubmedArticle>\n"
    )


def pubmed_file(path: Path, *records: str, deleted=()) -> Path:
    gone = "".join(f"<PMID Version='1'>{p}</PMID>" for p in deleted)
    tail = f"<DeleteCitation>{gone}</DeleteCitation>" if deleted else ""
    path.write_text(
        "<?xml version='1.0' encoding='utf-8'?>\n<PubmedArticleSet>\n"
        + "".join(records)
        + tail
        + "</PubmedArticleSet>\n",
        encoding="utf-8",
    )
    return path


def beir_file(path: Path, rows) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return path


SEVERAL = """
import json, sys
from typer.testing import CliRunner
import cli
told = []
for arguments, typed, keep in json.load(sys.stdin):
    done = CliRunner().invoke(cli.app, arguments, input=typed, prog_name="medlit")
    if done.exit_code or done.exception:
        sys.exit(f"{arguments}: {done.exit_code} {done.exception!r} {done.stderr}")
    told.append(done.stdout)
    if keep:
        open(keep, "w", encoding="utf-8").write(done.stdout)
print(json.dumps(told))
"""
"""Many commands in one process, which loads its libraries once: each with what is typed to it,
and the file that keeps what it says."""


class Medlit:
    """Runs ``medlit`` in a folder with a clean environment.

    The command runs in a process that has its libraries already (``tests/warm.py``), unless it
    is ``cold``: then as a user starts it.
    """

    def __init__(self, cwd: Path, cold: bool = False) -> None:
        self.cwd = cwd
        self.cold = cold
        own = {k: v for k, v in os.environ.items() if k.startswith(FREE)}
        own = {k: v for k, v in own.items() if not k.startswith("MEDLIT_")}
        self.env = FIXED | own | {"MEDLIT_OFFLINE": "1"}

    def command(self, *args: object) -> list[str]:
        return [sys.executable, "-m", "cli", *map(str, args)]

    def several(
        self,
        *commands: tuple[tuple[object, ...], str, str],
        prefix: tuple[str, ...] = (),
        env: dict[str, str] | None = None,
    ) -> list[str]:
        """Run commands that must succeed in one process (``SEVERAL``); what each said."""
        given = json.dumps([([*map(str, args)], typed, keep) for args, typed, keep in commands])
        done = WARM.run(
            [*prefix, sys.executable, "-c", SEVERAL],
            cwd=self.cwd,
            env=self.env | (env or {}),
            input=given,
        )
        assert done.returncode == 0, done.stderr
        told: list[str] = json.loads(done.stdout.splitlines()[-1])
        return told

    def each(self, *commands: tuple[object, ...], **env: str) -> list[str]:
        """Run commands that must succeed and get no input in one process; what each said."""
        return self.several(*((command, "", "") for command in commands), env=env)

    def __call__(self, *args: object, **env: str) -> subprocess.CompletedProcess[str]:
        if self.cold:
            return subprocess.run(
                self.command(*args),
                cwd=self.cwd,
                env=self.env | env,
                capture_output=True,
                text=True,
                timeout=240,
            )
        return WARM.run(self.command(*args), cwd=self.cwd, env=self.env | env)

    def typed(self, typed: str | bytes, *args: object, **env: str) -> Any:
        """Run a command that gets ``typed`` on stdin; what it says is text or bytes as that is."""
        return WARM.run(self.command(*args), cwd=self.cwd, env=self.env | env, input=typed)

    def script(self, name: str, *args: object, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a script of ``benchmarks/`` in the folder."""
        command = [sys.executable, str(ROOT / "benchmarks" / name), *map(str, args)]
        return WARM.run(command, cwd=self.cwd, env=self.env | env)


@functools.cache
def help_of(*command: str) -> str:
    """Return what ``medlit COMMAND --help`` says on a wide terminal without colours."""
    done = Medlit(ROOT)(*command, "--help", COLUMNS="200", TERM="dumb")
    assert done.returncode == 0, done.stderr
    return done.stdout
