"""What stands in for one identifier in the style "surrogates", made from a key.

Every choice comes from HMAC-SHA-256 over the key and the folded original: the same key and
the same order of notes give the same text, another key another one, and without the key
nothing leads back. Numbers keep their shape and change every digit and letter, so that check
digits are mostly wrong on purpose. A number made up here may by chance belong to somebody.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from itertools import count

from rag.privacy.surrogate_words import GIVEN, KEPT_WORDS, PLACES, PROFESSIONS, SURNAMES
from rag.text import fold

_WORD = re.compile(r"[^\W\d_]+(?:['’.]?[^\W\d_]+)*")
_UPPER, _LOWER = "ABCDEFGHJKLMNPRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz"


class StandIns:
    """Surrogates of one patient's notes; remembers what stands for what."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._words: dict[tuple[str, str], str] = {}
        self._initials: dict[str, set[str]] = {}
        self._left: dict[tuple[str, int], Iterator[str]] = {}
        self._count = count(1)
        self._used: set[str] = set()
        self._forbidden: set[str] = set()

    def forbid(self, words: set[str]) -> None:
        """Never choose one of these folded words: they stand in the notes themselves."""
        self._forbidden |= words

    def number(self, purpose: str, below: int) -> int:
        """Return a number from 0 to ``below - 1`` that key and purpose determine."""
        digest = hmac.new(self._key, purpose.encode("utf-8", "surrogatepass"), hashlib.sha256)
        return int.from_bytes(digest.digest()[:8]) % below

    def learn(self, name: str) -> None:
        """Note which words of a name are surnames: the last one, or those before a comma."""
        before, comma, _ = name.partition(",")
        words = [w for w in _name_words(before) if len(w) > 1]
        behind = [w for w in _name_words(name.partition(",")[2]) if len(w) > 1]
        if not words or (len(words) + len(behind) < 2):
            return
        for n, word in enumerate(words):
            self._word("surname" if (comma and behind) or n == len(words) - 1 else "given", word)
        for word in behind:
            self._word("given", word)

    def name(self, name: str) -> str:
        """Return a name of the same form: each word and initial by its own stand-in."""
        return _WORD.sub(lambda m: self._name_word(m[0]), name)

    def _name_word(self, word: str) -> str:
        folded = fold(word).replace(".", "")
        if folded in KEPT_WORDS and len(folded) > 1:
            return word
        if len(folded) == 1:
            known = self._initials.get(folded, set())
            letter = min(known) if len(known) == 1 else self._letter(folded)
            return letter if word.isupper() else letter.lower()
        if len(folded) <= 3 and word.isupper() and not self._has(folded):
            return "".join(self._letter(c) for c in folded)  # initials: "JS"
        kind = "given" if ("given", folded) in self._words else "surname"
        return _cased(self._word(kind, folded), word)

    def _has(self, word: str) -> bool:
        return ("given", word) in self._words or ("surname", word) in self._words

    def _letter(self, letter: str) -> str:
        return _other(_UPPER, letter.upper(), self.number(f"letter {letter}", 1 << 30))

    def _word(self, kind: str, word: str) -> str:
        for other in (kind, "given", "surname") if kind != "place" else (kind,):
            if (other, word) in self._words:
                return self._words[other, word]
        pool = {"given": GIVEN, "surname": SURNAMES, "place": PLACES}[kind]
        start = self.number(f"{kind} {word}", len(pool))
        # each start goes on where it was: thousands of names would look at all used ones again
        left = self._left.setdefault((kind, start), self._candidates(pool, start))
        chosen = next(c for c in left if self._fits(c, word))
        self._used.add(fold(chosen))
        self._words[kind, word] = chosen
        self._initials.setdefault(word[0], set()).add(chosen[0])
        return chosen

    def _fits(self, candidate: str, word: str) -> bool:
        folded = fold(candidate)
        parts = set(folded.split("-"))
        return (
            folded not in self._used
            and not parts & self._forbidden
            and (len(word) < 3 or word not in folded)
            and folded[0] != word[0]
        )

    def _candidates(self, pool: tuple[str, ...], start: int) -> Iterator[str]:
        turned = pool[start:] + pool[:start]
        yield from turned
        for first in turned:
            yield from (f"{first}-{second}" for second in turned if second != first)
        for number in self._count:  # beyond thousands of names: letters that count
            letters, n = "", number
            while n:
                n, rest = divmod(n - 1, 26)
                letters += chr(ord("a") + rest)
            yield f"{'QXZVK'[number % 5]}{letters}"

    def place(self, text: str) -> str:
        """Return an address or a facility: other names and numbers, the same general words."""
        out = _WORD.sub(
            lambda m: m[0] if fold(m[0]) in KEPT_WORDS else self._place_word(m[0]), text
        )
        return re.sub(r"\d+", lambda m: self.shaped(m[0], "address"), out)

    def _place_word(self, word: str) -> str:
        folded = fold(word)
        if len(folded) < 3:
            return self.shaped(word, "address")
        return _cased(self._word("place", folded), word)

    def profession(self, text: str) -> str:
        """Return a common profession that the original does not hold."""
        start = self.number(f"profession {fold(text)}", len(PROFESSIONS))
        turned = PROFESSIONS[start:] + PROFESSIONS[:start]
        return next(p for p in turned if p not in fold(text) and fold(text) not in p)

    def shaped(self, text: str, kind: str) -> str:
        """Return a text of the same shape: every digit and letter is another one.

        The same number in another spelling ("555-0147", "555 0147") gets the same digits.
        """
        plain = "".join(c for c in fold(text) if c.isalnum())
        out, at = [], 0
        for c in text:
            if not c.isalnum():
                out.append(c)
                continue
            drawn = self.number(f"{kind} {plain} {at}", 1 << 30)
            at += 1
            if c.isdigit():
                out.append(_other("0123456789", c, drawn))
            else:
                out.append(_other(_UPPER if c.isupper() else _LOWER, c, drawn))
        return "".join(out)

    def email(self, text: str) -> str:
        """Return an address at example.org, which belongs to nobody (RFC 2606)."""
        return f"user{self.number(f'email {_plain(text)}', 10**6):06d}@example.org"

    def url(self, text: str) -> str:
        """Return an address below example.org."""
        scheme = re.match(r"(?i)https?://", text)
        return f"{scheme[0] if scheme else ''}example.org/{self.number(f'url {text}', 10**6):06d}"

    def ip(self, text: str) -> str:
        """Return an address of those kept for documentation (RFC 5737, RFC 3849)."""
        if text.count(".") == 3:
            net = ("192.0.2", "198.51.100", "203.0.113")[self.number(f"net {text}", 3)]
            return f"{net}.{1 + self.number(f'ip {text}', 254)}"
        if re.fullmatch(r"[0-9a-fA-F]{2}(?:[:-][0-9a-fA-F]{2}){5}", text):
            return re.sub(r"[0-9a-fA-F]", lambda m: _other("0123456789abcdef", m[0].lower(),
                          self.number(f"mac {text} {m.start()}", 1 << 30)), text)  # fmt: skip
        return f"2001:db8::{1 + self.number(f'ip {text}', 65534):x}"

    def file(self, text: str) -> str:
        """Return a file name of the same shape and ending, or a shaped word."""
        stem, dot, ending = text.rpartition(".")
        return f"{self.shaped(stem, 'file')}.{ending}" if dot else self.shaped(text, "file")


def _name_words(text: str) -> list[str]:
    words = (fold(m[0]).replace(".", "") for m in _WORD.finditer(text))
    return [w for w in words if w and not (w in KEPT_WORDS and len(w) > 1)]


def _plain(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalnum())


def _other(alphabet: str, char: str, drawn: int) -> str:
    rest = alphabet.replace(char, "")
    return rest[drawn % len(rest)]


def _cased(word: str, like: str) -> str:
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word.lower() if like.islower() else word
