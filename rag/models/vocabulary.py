"""Whether a tokenizer knows the writing of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_UNKNOWN = frozenset({"[UNK]", "<unk>"})


def reads(tokenizer: Tokenizer, text: str) -> bool:
    """Return whether a text gives no unknown token and no more tokens than characters.

    The second half is for vocabularies of bytes: they spell any writing, but one that they
    were not made from takes two or three tokens a character. A yes says that the writing was
    met when the vocabulary was made, not that the model was trained to align it with English.
    """
    unknown = _UNKNOWN | {getattr(tokenizer.model, "unk_token", None)}
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    if any(tokenizer.id_to_token(i) in unknown for i in ids):
        return False
    # a unigram vocabulary marks the beginning of a text by a token of its own
    return len(ids) <= len(text) + 1
