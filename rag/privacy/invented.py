"""Stand-ins for identifiers: of the same shape, drawn by a key, never the original itself.

Numbers and codes keep their shape digit by digit; addresses of the net lie in the ranges that are set
aside for examples (RFC 2606, 5737, 3849), social security numbers begin with 9, which none does.
Names, streets, towns and facilities come from short lists; a list that is used up is numbered.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Sequence

NAMES = ["Abbott", "Alder", "Ambrose", "Arden", "Ashby", "Aston", "Barlow", "Barnes", "Beckett", "Bellamy", "Benson", "Birch", "Blythe", "Bowen", "Bramley", "Briar", "Calder", "Carver", "Chandler", "Colby", "Conway", "Corbin", "Dalton", "Darby", "Denholm", "Dixon", "Drayton", "Easton", "Ellery", "Elmore", "Emery", "Fairley", "Farrow", "Fenwick", "Finley", "Forrest", "Gilroy", "Granger", "Greer", "Hadley", "Halden", "Harlan", "Harper", "Hartley", "Haven", "Hollis", "Ingram", "Jarvis", "Keaton", "Kendall", "Kipling", "Lander", "Larkin", "Lennox", "Linden", "Lowell", "Marlow", "Mercer", "Merritt", "Monroe", "Morley", "Nash", "Norwood", "Oakley", "Orwell", "Paxton", "Payton", "Perrin", "Prescott", "Quincy", "Radley", "Ramsey", "Redmond", "Remington", "Ripley", "Rowan", "Sawyer", "Selby", "Sheldon", "Sherwood", "Stanton", "Sutton", "Tatum", "Thorne", "Tilden", "Tobin", "Upton", "Vance", "Waverly", "Webb", "Weldon", "Whitley", "Winslow", "Wyatt", "Yardley", "York", "Zeller"]  # fmt: skip
STREETS = ("Ash Lane", "Birch Street", "Cedar Road", "Elm Street", "Fir Avenue", "Hazel Way", "Juniper Road",
           "Larch Street", "Maple Lane", "Poplar Avenue", "Spruce Road", "Willow Way")  # fmt: skip
TOWNS = ("Ashford Mills", "Brookvale", "Cedarton", "Dunmere", "Eastbrook", "Fairhaven Cross", "Greenmoor",
         "Hillcroft", "Kingsmere", "Lakewater", "Millbridge", "Northwell", "Oakhurst Vale", "Stonebrook")  # fmt: skip
PLACES = ("Brookside", "Clearwater", "Eastgate", "Fairview", "Hillside", "Lakeside", "Meadowbrook", "Northgate",
          "Parkside", "Riverside", "Southgate", "Westgate")  # fmt: skip
_FACILITY = re.compile(
    r"\b(?:medical cent(?:er|re)|hospital|clinic|infirmary|hospice|health cent(?:er|re)|nursing home|rehab\w*|"
    r"school|college|university|pharmacy|laborator(?:y|ies)|church|prison|shelter|bank|institute|cent(?:er|re)|"
    r"inc\.?|ltd\.?|llc|group|gmbh)(?!\w)",
    re.IGNORECASE,
)


class Draw:
    """Draws from lists and shapes by a key: the same key, kind and value give the same draw."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def number(self, purpose: str, value: str, turn: int = 0) -> int:
        """Return 256 bits of HMAC-SHA256 (RFC 2104) of a purpose and a value."""
        message = f"{purpose}\0{value}\0{turn}".encode()
        return int.from_bytes(hmac.new(self._key, message, hashlib.sha256).digest(), "big")

    def one_of(
        self, purpose: str, value: str, choices: Sequence[str], taken: Collection[str]
    ) -> str:
        """Return a choice that is not taken; where all are, one with a number behind it."""
        start = self.number(purpose, value) % len(choices)
        for i in range(len(choices)):
            choice = choices[(start + i) % len(choices)]
            if choice not in taken:
                return choice
        number = 2
        while f"{choices[start]}{number}" in taken:
            number += 1
        return f"{choices[start]}{number}"

    def shape(self, purpose: str, value: str) -> str:
        """Return other digits and letters in the same places and cases."""
        if not any(c.isalnum() for c in value):
            return value
        for turn in range(64):
            bits = self.number(purpose, value, turn)
            out = []
            for i, c in enumerate(value):
                if i % 40 == 39:
                    bits = self.number(purpose, f"{value}{i}", turn)
                bits, rest = divmod(bits, 26)
                out.append(_turned(c, rest))
            if (drawn := "".join(out)) != value:
                return drawn
        return re.sub(r"[^\W_]", "0", value)

    def stand_in(self, kind: str, value: str, taken: Collection[str]) -> str:
        """Return a stand-in for any kind but names and dates."""
        number = self.number(kind, value) % 100_000
        if kind == "age":
            return "90+"
        if kind == "email":
            return f"person{number}@example.org"
        if kind == "url":
            return f"https://example.org/{number}"
        if kind == "ip":
            if ":" in value or "-" in value:
                return f"2001:db8::{number % 65_536:x}"
            return f"192.0.2.{number % 254 + 1}"
        if kind == "ssn":
            shaped = self.shape(kind, value)
            return "9" + shaped[1:] if shaped[0].isdigit() else shaped
        if kind == "address":
            return self._address(value, taken)
        if kind == "facility":
            tail = _FACILITY.findall(value)
            place = self.one_of(kind, value.lower(), PLACES, {t.split(" ")[0] for t in taken})
            return f"{place} {tail[-1]}" if tail else place
        if kind == "profession":
            return "worker"
        return self.shape(kind, value)

    def _address(self, value: str, taken: Collection[str]) -> str:
        letters = sum(c.isalpha() for c in value)
        digits = sum(c.isdigit() for c in value)
        if digits and letters <= 4:
            return self.shape("address", value)
        if digits:
            street = self.one_of("street", value.lower(), STREETS, ())
            return f"{self.number('house', value) % 180 + 1} {street}"
        return self.one_of("town", value.lower(), TOWNS, taken)


def _turned(c: str, rest: int) -> str:
    if c.isdigit():
        return str(rest % 10)
    if c.isalpha():
        letter = chr(ord("a") + rest)
        return letter.upper() if c.isupper() else letter
    return c
