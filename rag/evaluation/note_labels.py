"""What the labels of collections of notes mean in the kinds that medlit replaces.

One table a form. A label means one or several kinds (the first is the one it is counted under),
or nothing that Safe Harbor [1] calls an identifier: ``()``. Such a span is *neutral*: nobody
must find it, and who finds it is not punished. Some values are neutral whatever their label
says: ages of 89 or less, a year alone, a time of day alone, a country or a state alone.

A weekday alone ("Tuesday") stays an identifier: it says more than the year. The i2b2 guidelines
label it too [2].

[1] 45 CFR 164.514(b)(2). [2] Stubbs and Uzuner, J Biomed Inform 2015;58 Suppl:S20-9.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass

from rag.privacy.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Labels:
    """How a form is labelled.

    Attributes:
        kinds: label → kinds; ``()`` is neutral.
        labelled: kinds whose every mention the form labels. What is found of another kind, and
            touches no label, is neither right nor wrong.
        places: labels under which a country or a state alone is neutral.
    """

    kinds: Mapping[str, tuple[str, ...]]
    labelled: frozenset[str]
    places: frozenset[str] = frozenset()


PRESIDIO = Labels(
    kinds={
        "PERSON": ("name",),
        "STREET_ADDRESS": ("address",),
        "GPE": ("address",),
        "LOCATION": ("address",),
        "ZIP_CODE": ("address",),
        "ORGANIZATION": ("facility",),
        "DATE_TIME": ("date",),
        "AGE": ("age",),
        "PHONE_NUMBER": ("phone", "fax"),
        "EMAIL_ADDRESS": ("email",),
        "CREDIT_CARD": ("account",),
        "IBAN_CODE": ("account",),
        "US_BANK_NUMBER": ("account",),
        "US_SSN": ("ssn",),
        "US_DRIVER_LICENSE": ("licence",),
        "US_PASSPORT": ("licence", "other_id"),
        "IP_ADDRESS": ("ip",),
        "DOMAIN_NAME": ("url",),
        "URL": ("url",),
        "TITLE": (),  # "Dr.", and names of occupations
        "NRP": (),  # nationality, religion, politics
    },
    labelled=frozenset(KINDS) - {"profession"},
    places=frozenset({"GPE", "LOCATION"}),
)
"""presidio-research: a JSON array of ``{full_text, spans, template_id}``."""

MEDCAT = Labels(
    kinds={
        "PATIENT": ("name",),
        "DOCTOR": ("name",),
        "HOSPITAL": ("address", "facility"),  # one label for both, and mostly streets and cities
    },
    labelled=frozenset({"name", "address", "facility"}),
)
"""MedCATtrainer's export with the labels of MedCAT's model for de-identification."""

I2B2 = Labels(
    kinds={
        "PATIENT": ("name",),
        "DOCTOR": ("name",),
        "USERNAME": ("other_id", "name"),
        "PROFESSION": ("profession",),
        "HOSPITAL": ("facility",),
        "ORGANIZATION": ("facility",),
        "ROOM": ("address",),
        "DEPARTMENT": ("facility",),
        "STREET": ("address",),
        "CITY": ("address",),
        "ZIP": ("address",),
        "LOCATION-OTHER": ("address", "facility"),
        "STATE": (),
        "COUNTRY": (),
        "AGE": ("age",),
        "DATE": ("date",),
        "PHONE": ("phone", "fax"),
        "FAX": ("fax", "phone"),
        "EMAIL": ("email",),
        "URL": ("url",),
        "IPADDR": ("ip",),
        "IPADDRESS": ("ip",),
        "SSN": ("ssn",),
        "MEDICALRECORD": ("record",),
        "HEALTHPLAN": ("plan",),
        "ACCOUNT": ("account",),
        "LICENSE": ("licence",),
        "VEHICLE": ("vehicle",),
        "DEVICE": ("device",),
        "BIOID": ("other_id",),
        "IDNUM": ("other_id", "record"),
    },
    labelled=frozenset(KINDS),
)
"""i2b2/UTHealth 2014: an XML file a note, ``<deIdi2b2><TEXT/><TAGS/></deIdi2b2>``."""

OWN = Labels(kinds={kind: (kind,) for kind in KINDS} | {"none": ()}, labelled=frozenset(KINDS))
"""medlit's own: JSON lines ``{text, spans: [{start, end, kind}]}``; ``none`` is neutral."""

_YEAR = re.compile(r"(?:in |the )?(?:(?:1[89]|20)\d\d|['’]\d\d)['’]?s?", re.IGNORECASE)
_TIME = re.compile(r"\d{1,2}[:.h]\d\d(?:[:.]\d\d)?\s*(?:[ap]\.?\s?m\.?|h|hrs)?", re.IGNORECASE)
_OVER_89 = re.compile(r"ninet|nonagenarian|hundred|centenarian", re.IGNORECASE)
_CODE = re.compile(r"[A-Z]{2,3}")  # of a state or a country: CO, SK, USA
_IN_BRACKETS = re.compile(r"\s*\([^)]*\)$")  # Cyprus (Greek)
# "nan" is a value that the generator of presidio-research lacked, "Greenlander" a nationality
_NO_PLACE = {"nan", "greenlander"}
_COUNTRIES = """
    afghanistan|albania|algeria|andorra|angola|argentina|armenia|australia|austria|azerbaijan|
    bahamas|bahrain|bangladesh|barbados|belarus|belgium|belize|benin|bhutan|bolivia|botswana|
    brazil|brunei|bulgaria|burkina faso|burundi|cambodia|cameroon|canada|cape verde|chad|chile|
    china|colombia|comoros|congo|costa rica|croatia|cuba|cyprus|czech republic|czechia|denmark|
    dominica|dominican republic|ecuador|egypt|el salvador|england|eritrea|estonia|eswatini|
    ethiopia|fiji|finland|france|gabon|gambia|georgia|germany|ghana|great britain|greece|
    greenland|grenada|guatemala|guinea|guyana|haiti|honduras|hungary|iceland|india|indonesia|
    iran|iraq|ireland|israel|italy|ivory coast|jamaica|japan|jordan|kazakhstan|kenya|kiribati|
    kosovo|kuwait|kyrgyzstan|laos|latvia|lebanon|lesotho|liberia|libya|liechtenstein|lithuania|
    luxembourg|madagascar|malawi|malaysia|maldives|mali|malta|mauritania|mauritius|mexico|
    moldova|monaco|mongolia|montenegro|morocco|mozambique|myanmar|namibia|nauru|nepal|
    netherlands|new zealand|nicaragua|niger|nigeria|north korea|north macedonia|northern ireland|
    norway|oman|pakistan|palau|palestine|panama|papua new guinea|paraguay|peru|philippines|
    poland|portugal|puerto rico|qatar|romania|russia|rwanda|samoa|san marino|saudi arabia|
    scotland|senegal|serbia|seychelles|sierra leone|singapore|slovakia|slovenia|somalia|
    south africa|south korea|south sudan|spain|sri lanka|sudan|suriname|sweden|switzerland|syria|
    taiwan|tajikistan|tanzania|thailand|timor-leste|togo|tonga|trinidad and tobago|tunisia|
    turkey|turkmenistan|tuvalu|uganda|ukraine|united arab emirates|united kingdom|uk|u.k|
    united states|united states of america|usa|us|u.s|u.s.a|uruguay|uzbekistan|vanuatu|
    venezuela|vietnam|wales|yemen|zambia|zimbabwe"""
# New York and Washington are left out: they are cities too
_STATES = """
    alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|hawaii|idaho|
    illinois|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|
    minnesota|mississippi|missouri|montana|nebraska|nevada|new hampshire|new jersey|new mexico|
    north carolina|north dakota|ohio|oklahoma|oregon|pennsylvania|rhode island|south carolina|
    south dakota|tennessee|texas|utah|vermont|virginia|west virginia|wisconsin|wyoming|
    alberta|british columbia|manitoba|new brunswick|newfoundland and labrador|nova scotia|ontario|
    prince edward island|quebec|saskatchewan|new south wales|queensland|south australia|tasmania|
    victoria|western australia"""
_PLACES = {name.strip() for name in f"{_COUNTRIES}|{_STATES}".split("|")}


def kinds_of(labels: Labels, label: str, value: str) -> tuple[str, ...] | None:
    """Return the kinds of a labelled value: ``()`` where it is neutral, ``None`` if unknown.

    Labels are compared without case. Countries and states are known by their English names and
    by codes of two or three capitals; the list of names is not complete.
    """
    kinds = labels.kinds.get(label.upper(), labels.kinds.get(label.lower()))
    if not kinds:
        return kinds
    bare = value.strip(string.whitespace + ".,;:")
    if kinds[0] == "age":
        return kinds if _over_89(bare) else ()
    if kinds[0] == "date":
        return () if _YEAR.fullmatch(bare) or _TIME.fullmatch(bare) else kinds
    if label.upper() in labels.places and _is_state_or_country(bare):
        return ()
    return kinds


def _over_89(value: str) -> bool:
    numbers = [int(n) for n in re.findall(r"[0-9]{1,4}", value)]
    return any(n > 89 for n in numbers) if numbers else bool(_OVER_89.search(value))


def _is_state_or_country(value: str) -> bool:
    if _CODE.fullmatch(value):
        return True
    name = _IN_BRACKETS.sub("", value).lower().removeprefix("the ").strip()
    return name in _PLACES or name in _NO_PLACE
