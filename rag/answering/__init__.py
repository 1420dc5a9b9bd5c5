"""Answering: from hits to verified, numbered statements, or an abstention.

``answer`` ties the room together; ``composer`` names who writes; ``answer_to_dict`` is the
JSON form. Nothing here knows where hits come from, and nothing here prints.
"""

from __future__ import annotations

from rag.answering.compose import COMPOSERS, composer
from rag.answering.draft import Composed, Composer, DraftSentence
from rag.answering.engine import Parts, answer
from rag.answering.extractive import Extractive
from rag.answering.llm import LlmComposer
from rag.answering.prompt import PROMPT_VERSION
from rag.answering.redflags import red_flags
from rag.answering.references import nlm_reference, pubmed_url, status_mark
from rag.answering.to_json import answer_to_dict

__all__ = [
    "COMPOSERS",
    "PROMPT_VERSION",
    "Composed",
    "Composer",
    "DraftSentence",
    "Extractive",
    "LlmComposer",
    "Parts",
    "answer",
    "answer_to_dict",
    "composer",
    "nlm_reference",
    "pubmed_url",
    "red_flags",
    "status_mark",
]
