"""What an entry of the table of emergencies holds, and the words that many entries share.

Signs are regular expressions over the words as ``notes.plain`` makes them: lower case, hyphens as
blanks, abbreviations of notes written out, "can't" as "unable to", "does not stop" as "fails to
stop", "no pulse" as "zero pulse", so that a sign can hold what else would be a denial.

Limits are written as they are read: "Systolic >= 180 | Diastolic >= 120" is met where one of the
two is, in the units of ``values``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rag.answering.redflags.values import Value

NHS = "https://www.nhs.uk/"
NICE = "https://www.nice.org.uk/guidance/"
CALL = "call your emergency number (112, 999, 911) now"


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of a measure: ``sign`` is ``<``, ``<=``, ``>`` or ``>=``."""

    name: str
    sign: str
    number: float

    def is_passed(self, values: Mapping[str, Value]) -> bool:
        """True where the measure is told and beyond the limit; a bound tells of its side alone."""
        value = values.get(self.name)
        if value is None or (value.bound and value.bound != self.sign[0]):
            return False
        # a unit that was changed leaves a hair: 54 mg/dL is 2.997 mmol/L
        number = round(value.number, 2)
        if number == self.number:
            return len(self.sign) == 2 or bool(value.bound)
        return number > self.number if self.sign[0] == ">" else number < self.number


@dataclass(frozen=True, slots=True)
class Way:
    """One way to tell an emergency: each of ``signs`` is told of, near to each other.

    Attributes:
        signs: expressions, each to be found.
        given: what must be so besides, told anywhere (an age, a pregnancy, a drug); or ``None``.
        is_named: a name of the emergency rather than its signs: it counts only where a person is
            told of, for by itself it is a topic.
        limits: of measured values: of each group one is passed. With limits the signs may stand
            anywhere in what is told of now, for vital signs and complaints have sections of their own.
        ages: from and below, in years, where the limits hold.
    """

    signs: tuple[re.Pattern[str], ...]
    given: re.Pattern[str] | None = None
    is_named: bool = False
    limits: tuple[tuple[Limit, ...], ...] = ()
    ages: tuple[float, float] = (0.0, 200.0)


@dataclass(frozen=True, slots=True)
class RedFlag:
    """One emergency: the ways to tell it, and the notice with its source (a title, its address)."""

    name: str
    notice: str
    source: str
    url: str
    ways: tuple[Way, ...]


def way(*signs: str, given: str = "", is_named: bool = False) -> Way:
    """Return a way to tell an emergency, from expressions of whole words."""
    return Way(tuple(map(_words, signs)), _words(given) if given else None, is_named)


def measured(
    *limits: str,
    signs: tuple[str, ...] = (),
    given: str = "",
    ages: tuple[float, float] = (0.0, 200.0),
) -> Way:
    """Return a way to tell an emergency by measured values, and signs besides.

    Raises:
        ValueError: a limit is not written as one.
    """
    groups = tuple(tuple(_limit(one) for one in group.split("|")) for group in limits)
    return Way(
        tuple(map(_words, signs)), _words(given) if given else None, limits=groups, ages=ages
    )


def _limit(written: str) -> Limit:
    match = re.fullmatch(r"\s*(.+?) (<=?|>=?) ([\d.]+)\s*", written)
    if match is None:
        raise ValueError(f"no limit: {written!r}; write it as 'Potassium >= 6.5'")
    return Limit(match[1], match[2], float(match[3]))


def named(*names: str) -> Way:
    """Return the way by the names of an emergency."""
    return way("|".join(names), is_named=True)


def flag(name: str, notice: str, source: str, url: str, *ways: Way) -> RedFlag:
    """Return an entry."""
    return RedFlag(name, notice, source, url, ways)


def _words(expression: str) -> re.Pattern[str]:
    # a comma or an apostrophe does not part words that a sign lets stand between its own
    gaps = expression.replace(r"(?: \w+)", r"(?:,? [\w']+)")
    return re.compile(rf"(?<!\w)(?:{gaps})(?!\w)")


# Words that entries share
SUDDEN = (
    r"sudden\w*|abrupt\w*|acute|acutely|out of (?:nowhere|the blue)|all at once|in (?:seconds|minutes|an instant)"
    r"|within (?:seconds|minutes|an hour|\d+ min\w*)|(?:came|comes) on (?:fast|quickly|at once)|peaked|overnight"
    r"|(?:an|one|\d) hours? ago|(?:since|for|x) (?:an|one|\d) ?(?:hours?|hrs?|h)|(?:\d+|few) min\w* ago|woke up(?: with)?|this morning"
)
SEVERE = (
    r"severe\w*|terribl[ey]|excruciating\w*|agon\w+|unbearabl[ey]|worst|intense|massive|awful|horribl[ey]|(?:really|very|so) (?:bad"
    r"|strong|sharp)"
    r"|bad|badly|crushing|splitting|(?:10|ten) ?(?:/|out of) ?(?:10|ten)|like hell|so much|hurts? a lot|really hurts"
)
PAIN = r"(?:pains?|painful|hurt\w*|aches?|aching|sore|cramp\w*|tender\w*|agony|discomfort|stab\w*)"
CHEST = (
    r"(?:chest|substernal|retrosternal|breastbone) (?:\w+ ){0,2}?(?:pains?|pressure|tightness|discomfort|heaviness|hurts?|aches?"
    r"|ached|hurting|tight|killing|kills|burns)"
    r"|(?:pains?|painful|pressure|tight\w*|heav\w+|weight|squeez\w+|crush\w+|band|elephant|ache|stab|burning"
    r"|sitting)(?: \w+){0,4}? (?:chest|breastbone|sternum)|clutch\w* (?:his|her|my) chest"
    r"|angina"
)
BREATH = (
    r"(?:short(?:ness)?|out|loss) of (?:my |his |her )?breath|(?:too |very |so |more )?breathless\w*|dyspn\w+"
    r"|unable to (?:\w+ )?(?:breath\w*|catch)"
    r"|(?:difficult\w*|trouble|struggl\w+|hard|fight\w*|problems?|labou?red|fast|rapid|quick) (?:\w+ ){0,2}?(?:breath\w*|air)"
    r"|breath\w* (?:is |are |was |has become |very |really |so )*(?:fast|rapid\w*|quickly|hard|difficult|labou?red|heavily)"
    r"|tachypn\w+|puffed|winded"
    r"|gasping|gulping (?:for )?(?:air|breath)|respiratory distress"
)
FEVER = (
    r"fever\w*|febrile|pyrexia\w*|(?:38|39|40|41)(?:\.\d)? ?(?:c|degrees) fever|10[1-6] fever|(?:high|raised) temperature"
    r"|burning up|has a temperature|have a temperature|hot to (?:the )?touch"
    r"|(?:temp|temps|temperature|tmax|t|thermometer|rectal|febrile|fever)(?: \w+){0,3}? ?(?:of |to |=|:|>)? ?(?:38|39|40|41|42"
    r"|100\.[4-9]|10[1-7])(?:[.,]\d+)?"
)
SICK = r"vomit\w*|throw\w* up|threw up|being sick|been sick|feel\w* sick|nause\w+|puk\w+|emesis"
FAINT = (
    r"faint\w*|light ?headed\w*|dizz\w+|pass\w* out|black\w* out|syncope|near syncope|presyncope|collaps\w+|clammy"
    r"|pale and sweaty|hypotensi\w+|tachycardi\w+|shock"
)
DROWSY = (
    r"drows\w*|letharg\w*|obtunded|floppy|limp|very sleepy|so sleepy|sleepy|difficult to (?:wake|rouse)|hard to (?:wake|rouse)"
    r"|fails to wake|unrespons\w+"
    r"|altered mental status|somnolen\w+|listless|sleepy all day"
)
CONFUSED = (
    r"confus(?:ed|ion)|disorient\w+|(?:talking|speaking) (?:nonsense|gibberish|rubbish)|fails to mak\w+ (?:any )?sense"
    r"|making zero sense|delirious|delirium"
    r"|altered mental status|fails to know|hallucinat\w+|see(?:s|ing) (?:things|spiders|insects|people|bugs|rats)"
)
PREGNANT = (
    r"pregnan\w+|(?:first|second|third|1st|2nd|3rd) trimester|trimester|gestation\w*|weeks? along|\d+ weeks gone|antenatal"
    r"|expecting (?:a baby|twins|my)|my bump|midwife|post ?partum pre"
    r"|(?<!for )(?<!past )(?<!last )(?<!over )(?<!every )(?<!after )(?<!about )(?<!in )(?:1[2-9]|2\d|3\d|4[0-2]) weeks(?! (?:old"
    r"|ago|later|after|post\w*|of|history|now|on))"
    r"|(?:i'm|i am|she's|she is|im|at|caller) (?:about )?(?:\d+|twenty|thirty|forty)(?: \w+)? weeks(?! old)"
)
LOW_PRESSURE = r"(?:bp|blood pressure|sbp|pressure) ?(?:is |was |of |: ?)?(?:[4-7]\d|8[0-9])(?: ?/ ?\d+)?|hypotensi\w+"
