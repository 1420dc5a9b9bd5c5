"""Write synthetic clinical notes with marked names, addresses and facilities, to train the tagger.

The wording comes from ``note_templates.txt``, which was written for this; the people and places
are drawn from Faker's lists (MIT) or made up by syllables, so that no note speaks of anyone. Notes
are put together from headers, sentences and signatures at random: they carry the forms of clinical
text and no medical sense. It needs Faker, which medlit itself does not.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rag.privacy.vocabulary import EPONYMS
from rag.training import note_values as values
from rag.training.lexicon import CITY, FIRST, LAST, faker_lists

TEMPLATES = Path(__file__).with_name("note_templates.txt")
SLOT = re.compile(r"\{([A-Za-z_]+?)(\d?)\}")
NAME, ADDRESS, FACILITY = "name", "address", "facility"
Marked = list[tuple[str, str]]
"""Pieces of text with their kind ("" for none)."""


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its spans: (start, end, kind)."""

    text: str
    spans: tuple[tuple[int, int, str], ...]


def sections() -> dict[str, list[str]]:
    """Return the templates by the section of ``note_templates.txt`` that they stand in."""
    found: dict[str, list[str]] = {}
    for line in TEMPLATES.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            lines = found.setdefault(line[2:].split(":")[0], [])
        elif line.strip():
            lines.append(line.replace("\\n", "\n"))
    return found


@dataclass
class Writer:
    """Draws people and places, and fills templates with them. One ``rng``, so the same twice."""

    rng: random.Random
    firsts: list[str] = field(default_factory=list)
    lasts: list[str] = field(default_factory=list)
    cities: list[str] = field(default_factory=list)
    person: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        def plain(kind: str, wanted: re.Pattern[str]) -> list[str]:
            entries = faker_lists(kind, wanted)
            return sorted(e for e in entries if 1 < len(e) < 24 and ord(max(e)) < 0x0530)

        self.firsts = plain("person", FIRST)
        self.lasts = plain("person", LAST)
        self.cities = plain("address", CITY)

    # people ------------------------------------------------------------------------------

    def first(self) -> str:
        """Draw a first name: an English one, one of any land, or an invented one."""
        r = self.rng.random()
        if r < 0.45:
            return self.rng.choice(values.ENGLISH_FIRST)
        return self.rng.choice(self.firsts) if r < 0.93 else self.invented(2)

    def last(self) -> str:
        """Draw a surname, a double or prefixed one now and then."""
        r = self.rng.random()
        if r < 0.4:
            name = self.rng.choice(values.ENGLISH_LAST)
        elif r < 0.5:
            name = self.rng.choice(sorted(EPONYMS)).capitalize()
        elif r < 0.9:
            name = self.rng.choice(self.lasts)
        else:
            name = self.invented(3)
        r = self.rng.random()
        if r < 0.05:
            return f"{name}-{self.rng.choice(self.lasts)}"
        if r < 0.12:
            return self.rng.choice(values.PREFIXES) + name
        return name

    def invented(self, syllables: int) -> str:
        """Make up a word by syllables."""
        n = self.rng.randint(2, syllables)
        return "".join(self.rng.choice(values.SYLLABLES) for _ in range(n)).capitalize()

    def full(self) -> str:
        """Draw a name in full, with or without a middle name or initial."""
        r, first, last = self.rng.random(), self.first(), self.last()
        if r < 0.22:
            return f"{first} {self.letter()}. {last}"
        if r < 0.27:
            return f"{first} {self.letter()} {last}"
        if r < 0.37:
            return f"{first} {self.first()} {last}"
        if r < 0.41:
            return f"{first} {last} {self.rng.choice(('Jr.', 'Sr.', 'III', 'II', 'Jr'))}"
        if r < 0.44:
            return f'{first} "{self.first()}" {last}'
        if r < 0.47:
            return f"{self.letter()}.{self.letter()}. {last}"
        return f"{first} {last}"

    def letter(self) -> str:
        """Draw a capital letter."""
        return self.rng.choice("ABCDEFGHJKLMNPRSTVW")

    # places ------------------------------------------------------------------------------

    def city(self) -> str:
        """Draw a town."""
        r = self.rng.random()
        if r < 0.35:
            return self.rng.choice(values.KNOWN_CITIES)
        if r < 0.75:
            return self.rng.choice(self.cities)
        if r < 0.9:
            return self.last() + self.rng.choice(values.TOWN_ENDS)
        return self.rng.choice(values.TOWN_STARTS) + " " + self.last()

    def street0(self) -> str:
        """Draw the name of a street."""
        word = self.rng.choice((self.last, self.first, lambda: self.rng.choice(values.STREET_WORDS)))()
        r = self.rng.random()
        if r < 0.08:
            n = self.rng.randint(1, 190)
            end = {1: "st", 2: "nd", 3: "rd"}.get(n % 10 if n % 100 not in (11, 12, 13) else 0, "th")
            word = f"{n}{end}"
        if r > 0.9:
            word = self.rng.choice(("North", "S.", "N", "West", "East", "Old", "Upper")) + " " + word
        if r > 0.25:
            return f"{word} {self.rng.choice(values.STREET_ENDS)}"
        if r > 0.12:
            return f"{self.rng.choice(values.STREET_STARTS)} {word}"
        return word + self.rng.choice(("straße", "gatan", "vej", "straat", "weg", "gade", "tie", "katu"))

    def street(self) -> str:
        """Draw a street with a number and perhaps a unit, or a post box."""
        r, number = self.rng.random(), str(self.rng.randint(1, 9999 if self.rng.random() < 0.6 else 150))
        if r < 0.05:
            return self.rng.choice(("PO Box ", "P.O. Box ", "Box ", "P. O. Box ")) + number
        if r < 0.25:
            text = f"{self.street0()} {number}"
        else:
            text = f"{number}{self.rng.choice(('', '', '', 'A', 'b', '/2'))} {self.street0()}"
        if self.rng.random() < 0.2:
            unit = self.rng.choice(("Apt", "Apt.", "Suite", "Unit", "#", "Flat", "Room", "Floor"))
            text += f"{self.rng.choice((', ', ' '))}{unit} {self.rng.randint(1, 999)}"
            text += self.rng.choice(("", "", "B"))
        return text

    def postcode(self) -> str:
        """Draw a postcode of one land's form."""
        digits = "".join(self.rng.choice("0123456789") for _ in range(9))
        letter = self.letter
        return self.rng.choice((
            digits[:5], digits[:5], f"{digits[:5]}-{digits[5:]}", digits[:4], f"{digits[:4]} {letter()}{letter()}",
            f"{letter()}{letter()}{digits[0]} {digits[1]}{letter()}{letter()}",
            f"{letter()}{digits[0]}{letter()} {digits[1]}{letter()}{digits[2]}", f"{digits[:3]} {digits[3:5]}",
        ))  # fmt: skip

    def address(self, lines: bool = False) -> str:
        """Draw an address in full, on one line or on several."""
        gap = "\n" if lines else self.rng.choice((", ", ", ", " "))
        r, street, city, code = self.rng.random(), self.street(), self.city(), self.postcode()
        state, country = self.rng.choice(values.STATES), self.rng.choice(values.COUNTRIES)
        if r < 0.4:
            return f"{street}{gap}{city}, {state} {code}"
        if r < 0.55:
            return f"{street}{gap}{code} {city}"
        if r < 0.7:
            return f"{street}{gap}{city}{gap}{code}"
        if r < 0.8:
            return f"{street}{gap}{city}{gap}{country} {code}"
        if r < 0.85:
            return f"{street}{gap}{code} {city}{gap}{country}"
        return f"{street}, {city}"

    def facility(self) -> str:
        """Draw a hospital or clinic."""
        who = self.rng.choice((self.last, self.city, lambda: self.rng.choice(values.SAINTS)))()
        return self.rng.choice(values.FACILITY_FORMS).format(x=who, y=self.city())

    def organisation(self) -> str:
        """Draw a company or other employer."""
        form = self.rng.choice(values.ORG_FORMS)
        return form.format(
            x=self.last(), y=self.last(), z=self.invented(3), c=self.city(),
            i="".join(self.letter() for _ in range(3)), w=self.rng.choice(values.STREET_WORDS),
        )  # fmt: skip

    # filling -----------------------------------------------------------------------------

    def fill(self, template: str) -> Marked:
        """Fill the slots of one template. ``{first2}`` is another person than ``{first}``."""
        out: Marked = []
        at = 0
        for slot in SLOT.finditer(template):
            out += [(template[at : slot.start()], ""), self.value(slot[1], slot[2])]
            at = slot.end()
        return [*out, (template[at:], "")]

    def value(self, slot: str, n: str) -> tuple[str, str]:
        """Draw the value of a slot, with its kind."""
        one = slot in ("first", "last") and not n and self.rng.random() < 0.4
        if one and slot in self.person:  # the patient of this note again
            return self.person[slot], NAME
        makers: dict[str, tuple[Callable[[], str], str]] = {
            "first": (self.first, NAME), "last": (self.last, NAME), "full": (self.full, NAME),
            "lastfirst": (lambda: f"{self.last()}, {self.first()}"
                          + (f" {self.letter()}." if self.rng.random() < 0.3 else ""), NAME),
            "flast": (lambda: f"{self.letter()}. {self.last()}", NAME),
            "init": (lambda: self.rng.choice(("{}.{}.", "{}{}", "{}. {}.")).format(
                self.letter(), self.letter()), NAME),
            "street": (self.street, ADDRESS), "street0": (self.street0, ADDRESS),
            "addr": (self.address, ADDRESS), "addrml": (lambda: self.address(True), ADDRESS),
            "city": (self.city, ADDRESS), "zip": (self.postcode, ADDRESS),
            "county": (lambda: f"{self.last()} County", ADDRESS),
            "hosp": (self.facility, FACILITY), "org": (self.organisation, FACILITY),
        }  # fmt: skip
        if slot in makers:
            make, kind = makers[slot]
            made = make()
            if slot in ("first", "last") and not n:
                self.person[slot] = made
            return made, kind
        if slot in values.FACILITIES:
            form = self.rng.choice(values.FACILITIES[slot])
            return form.format(x=self.last(), c=self.city(), w=self.rng.choice(values.STREET_WORDS)), FACILITY
        return values.plain(slot, self.rng), ""

    def clinician(self, template: str) -> str:
        """Write the slot ``{dr_last}`` out: a title and a name."""
        forms = ("Dr. {last}", "Dr {last}", "Dr. {full}", "Dr {first} {last}", "Prof. {last}", "DR. {last}",
                 "{full}, MD", "Dr. {flast}", "{last}", "Drs. {last} and {last2}", "Mr {full}")  # fmt: skip
        return re.sub(r"\{dr_last\}", lambda _: self.rng.choice(forms), template)

    def note(self, parts: dict[str, list[str]]) -> Note:
        """Put one note together, in one of many layouts and cases."""
        rng = self.rng
        self.person = {}
        layout = rng.random()
        lines: list[str] = []
        if layout < 0.6:
            lines += rng.sample(parts["header"], rng.randint(1, 8))
        body = [
            rng.choice(parts["other"] if rng.random() < 0.5 else parts["sentence"])
            for _ in range(rng.randint(1, 10))
        ]
        joiner = rng.choice(("\n", " ", " ", "\n\n", "\n- "))
        lines.append(joiner.join(body))
        if rng.random() < 0.4:
            lines.append(rng.choice(parts["signature"]))
        gap = rng.choice(("\n", "\n", "\n\n", "  "))
        pieces = self.fill(self.clinician(gap.join(lines)))
        case = rng.random()
        change: Callable[[str], str] = str
        if case < 0.09:
            change = str.upper
        elif case < 0.17:
            change = str.lower
        return marked([(change(text), kind) for text, kind in pieces])


def marked(pieces: Marked) -> Note:
    """Join pieces into a text with its spans."""
    text, spans = "", []
    for piece, kind in pieces:
        if kind and piece:
            spans.append((len(text), len(text) + len(piece), kind))
        text += piece
    return Note(text, tuple(spans))


def write(n: int, seed: int) -> list[Note]:
    """Write ``n`` notes; the same seed gives the same notes."""
    writer, parts = Writer(random.Random(seed)), sections()
    return [writer.note(parts) for _ in range(n)]
