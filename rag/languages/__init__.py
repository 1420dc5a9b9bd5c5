"""Questions in other languages than English: which language, and its English form.

    english_form("我发烧咳嗽").english  # "I have fever and cough"

Chinese is read through a term list written for medlit (``zh_terms.tsv``), in simplified and
traditional characters. Other languages pass as they are.
"""

from rag.languages.chinese import english_form
from rag.languages.scripts import language_note, script_language

__all__ = ["english_form", "language_note", "script_language"]
