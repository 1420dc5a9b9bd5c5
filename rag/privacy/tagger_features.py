"""What the tagger sees of a text: tokens, their lexical classes, and the features made of them.

Training and use share this module, so that both see the same. A token is a run of letters, a run
of digits, a line break, or one other character. Features of a token are words, shapes, endings
and lexicon classes of the tokens up to three places away, and pairs of neighbouring classes. No
feature is the spelling of a rare word: a name is known by its company and its class.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from rag.privacy.vocabulary import (
    CLINICAL_HEADS,
    CREDENTIALS,
    EPONYMS,
    FACILITY_WORDS,
    RELATIVES,
    STREETS,
    TITLES,
    UNITS,
    fold,
)

TOKEN = re.compile(r"[^\W\d_]+|\d+|\n(?:[ \t\r]*\n)*|[^\w\s]|_")
"""White space other than line breaks belongs to no token."""
REACH = 3
"""Places to each side that a token's own attributes are seen from."""
LONGEST = 160
"""Tokens of a segment, at most; segments end at blank lines or, when long, at any line break."""
ASKING = frozenset({"answer", "cite", "each", "explain", "write"})
"""Ordinary words of instructions, which abstracts hardly hold in small letters."""
_HAND = (
    (TITLES, "t"), (STREETS, "r"), (UNITS, "u"), (FACILITY_WORDS, "h"), (RELATIVES, "k"),
    (CLINICAL_HEADS, "d"), (EPONYMS, "e"), (CREDENTIALS, "m"), (ASKING, "W"),
)  # fmt: skip


class Token(NamedTuple):
    """``text[start:end]``; a line break is one token however many blank lines it spans.

    A tuple, since a long note has millions and a dataclass takes five times as long to make.
    """

    start: int
    end: int
    text: str


@lru_cache(maxsize=1)
def lexicon() -> Mapping[str, str]:
    """Return word → flags from ``weights/lexicon.tsv`` and the lists written by hand.

    Flags: f first name, l surname, c town, s state or country, w ordinary word, W very ordinary,
    and t title, r street, u unit, h facility, k relative, d clinical head, e eponym, m credential.
    """
    found: dict[str, str] = {}
    path = files("rag.privacy") / "weights" / "lexicon.tsv"
    for line in path.read_text(encoding="utf-8").splitlines():
        flags, _, words = line.partition("\t")
        found.update(dict.fromkeys(words.split(), flags))
    for listed, flag in _HAND:
        for word in listed:
            found[word] = found.get(word, "") + flag
    return found


def tokens(text: str) -> list[Token]:
    """Split ``text`` into tokens, in order."""
    return [Token(m.start(), m.end(), m[0]) for m in TOKEN.finditer(text)]


def segments(parts: Sequence[Token]) -> list[tuple[int, int]]:
    """Cut tokens into segments (start, end) of at most ``LONGEST``, at line breaks if it can."""
    out: list[tuple[int, int]] = []
    start = 0
    last_break = last_stop = 0
    for i, token in enumerate(parts):
        size = i + 1 - start
        if token.text[0] == "\n":
            last_break = i + 1
            if size > LONGEST // 2 or (size > 8 and token.text.count("\n") > 1):
                out.append((start, i + 1))
                start = i + 1
        elif token.text == "." and i and len(parts[i - 1].text) > 3:
            last_stop = i + 1
        if i + 1 - start >= LONGEST:
            cut = last_break if last_break > start else last_stop if last_stop > start else i + 1
            out.append((start, cut))
            start = cut
    if start < len(parts):
        out.append((start, len(parts)))
    return out


def modes(parts: Sequence[Token]) -> list[str]:
    """Say of each token how its line is written: U capitals only, l no capitals, m both."""
    out: list[str] = []
    line: list[str] = []

    def flush() -> None:
        words = [w for w in line if w[0].isalpha()]
        upper = sum(w.isupper() for w in words)
        lower = sum(w.islower() for w in words)
        long_upper = any(w.isupper() and len(w) > 3 for w in words)
        mode = "m"
        if words and lower == len(words) and lower > 2:
            mode = "l"
        elif words and long_upper and upper > 0.8 * len(words) and len(words) > 1:
            mode = "U"
        out.extend([mode] * len(line))
        line.clear()

    for token in parts:
        line.append(token.text)
        if token.text[0] == "\n":
            flush()
    flush()
    return out


def shape(word: str) -> str:
    """Name the shape of a token: X one capital, XX capitals, Xx, x, xX, d1 to d6, else itself."""
    if word[0].isalpha():
        if word.isupper():
            return "X" if len(word) == 1 else "XX"
        if word.islower():
            return "x1" if len(word) == 1 else "x"
        return "Xx" if word[0].isupper() and word[1:].islower() else "xX"
    if word[0].isdigit():
        return f"d{min(len(word), 6)}"
    if word[0] == "\n":
        return "nl" if word.count("\n") == 1 else "nl2"
    return word[:1]


def word_attributes(word: str, mode: str, flags: str) -> tuple[str, tuple[str, ...]]:
    """Return the coarse class of a token and its attributes.

    Args:
        word: the token as it stands.
        mode: how its line is written (``modes``).
        flags: its flags in the lexicon; training blanks some so that unlisted names are learnt.
    """
    form = shape(word)
    if not word[0].isalpha():
        exact = len(word) < 4 and word[0] != "\n"
        return form, (f"s={form}", f"w={word}") if exact else (f"s={form}",)
    if mode == "U" and form == "XX":
        form = "U"
    elif mode == "l" and form == "x":
        form = "L"
    elif form == "Xx" and len(word) == 2:
        form = "Xx2"
    bare = "".join(sorted(flags))
    kind = f"{form}{bare}"
    attributes = [f"c={kind}", f"s={form}"]
    attributes += [f"f={form}{flag}" for flag in bare] or [f"f={form}0"]
    folded = fold(word)
    if set(bare) & set("wWtruhkdm") or len(word) == 1 or (bare == "" and len(word) < 4):
        attributes.append(f"w={folded}")
    return kind, tuple(attributes)


def own_attributes(word: str, mode: str) -> tuple[str, ...]:
    """Return endings and beginnings, which count only at the token itself."""
    if not word[0].isalpha() or len(word) < 4:
        return ()
    folded = fold(word)
    case = "U" if word.isupper() else "x" if word.islower() else "X"
    return (f"z3={case}{folded[-3:]}", f"z2={case}{folded[-2:]}", f"a3={case}{folded[:3]}",
            f"n={case}{min(len(word), 12)}")  # fmt: skip


def pair_attributes(
    kinds: Sequence[str], words: Sequence[str], i: int
) -> tuple[str, str, str, str]:
    """Return the features of token ``i`` that join it to its neighbours.

    ``words`` are folded and blank where the word is no ordinary one.
    """
    here = kinds[i]
    before = kinds[i - 1] if i else "^"
    after = kinds[i + 1] if i + 1 < len(kinds) else "$"
    word_before = words[i - 1] if i else "^"
    word_after = words[i + 1] if i + 1 < len(words) else "$"
    two_before = words[i - 2] if i > 1 else "^"
    return (f"p-={before}|{here}", f"p+={here}|{after}", f"q={word_before}|{word_after}",
            f"v={two_before}|{word_before}")  # fmt: skip


def cue(word: str, flags: str) -> str:
    """Return the folded word where it is an ordinary word or a mark, else its shape in brackets."""
    if word[0].isalpha():
        return fold(word) if set(flags) & set("wWtruhkdm") else f"<{shape(word)}>"
    return word if len(word) == 1 and not word.isalnum() and word != "\n" else f"<{shape(word)}>"
