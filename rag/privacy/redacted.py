"""``Redacted``: text that has been through de-identification, and ``redact``, which alone makes it.

Whatever may leave the process (a question to a remote generator, a query to PubMed, a saved
conversation, an error report) takes a ``Redacted`` and no ``str``. mypy refuses a ``str`` there,
and so does the receiving function when it runs.

The seal guards against a mistake, not against code that sets out to forge one: Python lets
any code reach into any object. Nor does it say that nothing was missed: it says that the
detector has seen this very text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn, final

from rag.errors import PrivacyError
from rag.privacy._seal import SEAL, Seal
from rag.types import Article

_HIDDEN = frozenset({"Cf", "Cs", "Co"})
_PLACE = "\ue000"
"""Stands for a published span while the detector reads; private use, so no text keeps one."""
_WORD = re.compile(r"\w+")
_OPERATORS = re.compile(r"\b(?:AND|OR|NOT)\b|[()]")
_FIELD_BEHIND = re.compile(
    r"\[(?:1au|ad|affiliation|aid|au|auid|author(?: - \w+)?|book|cn|corporate author|crdt|dcom|doi"
    r"|dp|edat|ed|editor|fau|full author name|gr|grants?(?: number)?|ip|ir|investigator|isbn|issue"
    r"|jid|journal|lastau|la|lang|language|lid|lr|majr|mesh(?: [\w ]+)?|mh|mhda|pa|pdat|pg|pl|pmid"
    r"|pt|publication (?:date|type)|date - \w+|sb|si|ta|uid|vi|vol|volume)(?::noexp|:~\d+)?\]\s*$",
    re.IGNORECASE,
)
"""PubMed's fields in which names, places and days of the literature belong. A title or
abstract is none of them: whoever looks for words there can leave a patient's name out."""
_FIELD_BEFORE = re.compile(
    r"\b(?:AUTH|AUTHOR|AUTHORID|AFF|ISBN|ISSN|JOURNAL|EXT_ID|DOI|PMCID|GRANT_ID|GRANT_AGENCY|PUB_YEAR"
    r"|E_PDATE|FIRST_PDATE|P_PDATE|CREATION_DATE|UPDATE_DATE|MESH|LANG|PUB_TYPE|SRC):"
    r"(?:\"[^\"]*\"|\[[^\[\]]*\]|[^\s()]+)"
)
"""Those of Europe PMC."""
_NEVER_PUBLISHED = frozenset({"email", "label-record", "label-ssn", "phone-label", "ssn"})
"""Rules whose finds belong into no field: "Mary Roe MRN 4471123 pneumonia[mh]" is one piece."""
_PUBLIC_ID = re.compile(r"(?:pmid:[1-9]\d*|doi:10\..+|nct:NCT\d{8})", re.IGNORECASE)


@final
class Redacted:
    """A text that may leave; ``text`` is the only way to it.

    It is no ``str``, does not turn into one by itself (``str()`` and f-strings raise
    ``TypeError``), is not pickled, and its ``repr`` shows no word of it.

    Attributes:
        text: the text, with a tag such as ``[NAME-1]`` for each identifier.
        replaced: how many identifiers were replaced.
    """

    __slots__ = ("_replaced", "_text")

    _text: str
    _replaced: int

    def __init__(self, text: str, replaced: int, seal: Seal) -> None:
        """Refuse everybody but ``redact``.

        Raises:
            TypeError: without the seal.
        """
        if seal is not SEAL:
            raise TypeError("a Redacted is made by rag.privacy.redact(text) alone")
        object.__setattr__(self, "_text", text)
        object.__setattr__(self, "_replaced", replaced)

    def __init_subclass__(cls) -> NoReturn:
        raise TypeError("Redacted has no subclasses")

    @property
    def text(self) -> str:
        """The text without the identifiers that were found."""
        return self._text

    @property
    def replaced(self) -> int:
        """How many identifiers were replaced."""
        return self._replaced

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a Redacted does not change")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a Redacted does not change")

    def __repr__(self) -> str:
        return f"<Redacted: {len(self._text)} characters, {self._replaced} identifiers replaced>"

    def __str__(self) -> NoReturn:
        raise TypeError("a Redacted is no str; say .text where the text may go")

    def __format__(self, spec: str) -> NoReturn:
        raise TypeError("a Redacted is no str; say .text where the text may go")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Redacted is not pickled; redact the text where it is needed")

    def __copy__(self) -> Redacted:
        return self

    def __deepcopy__(self, memo: object) -> Redacted:
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Redacted) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


@dataclass(frozen=True, slots=True)
class Published:
    """A span of a text that is quoted from a published article, and so holds no secret."""

    start: int
    end: int
    article: Article


def redact(text: str, published: Sequence[Published] = ()) -> Redacted:
    """Replace every identifier that is found by a tag; the result may leave.

    Characters that show nothing (zero width, private use) are taken out first, since they
    can cut a name in two for the detector and not for a reader.

    Args:
        text: any text.
        published: spans, in order, that stay as they are, so that authors, places and years of
            the literature are not broken.

    Raises:
        PrivacyError: a span is not from a published article, or the de-identification failed;
            the message holds no word of the text.
        TypeError: ``text`` is no ``str``.
    """
    from rag.privacy.surrogates import deidentify

    if not isinstance(text, str):
        raise TypeError(f"redact takes a str, not {type(text).__name__}")
    framed, kept, at = "", [], 0
    for span in published:
        if not at <= span.start <= span.end <= len(text):
            raise PrivacyError("published spans overlap or end outside of the text")
        quoted = visible(text[span.start : span.end])
        _require_published(quoted, span.article)
        framed += visible(text[at : span.start]) + _PLACE
        kept.append(quoted)
        at = span.end
    framed += visible(text[at:])
    made = deidentify(framed, style="tags")
    pieces = made.text.split(_PLACE)
    if len(pieces) != len(kept) + 1:
        # an identifier that reaches over a passage: better to send nothing
        raise PrivacyError("the text cannot be told from the passages quoted in it; nothing sent")
    out = pieces[0] + "".join(quote + rest for quote, rest in zip(kept, pieces[1:], strict=True))
    return Redacted(out, len(made.identifiers), SEAL)


def redact_query(query: str) -> Redacted:
    """Return a query for a literature server, unless it holds an identifier.

    A tag in place of a name would find nothing, so a query is refused and not changed. Authors,
    places, headings and days of the literature itself are given with their field, as in
    ``Smith J[au]``, ``2015:2020[dp]`` or ``AUTH:"Smith J"``; in what has a field only that
    is looked for by which no article is found: an e-mail address, a number of social security.

    Raises:
        PrivacyError: an identifier was found; the message names its kind and not the text.
        TypeError: ``query`` is no ``str``.
    """
    from rag.privacy.detect import find_identifiers

    if not isinstance(query, str):
        raise TypeError(f"redact_query takes a str, not {type(query).__name__}")
    whole = visible(query)
    pieces = _OPERATORS.split(_FIELD_BEFORE.sub(" ", whole))
    free = " ".join(piece for piece in pieces if not _FIELD_BEHIND.search(piece))
    kinds = sorted(
        {found.kind for found in find_identifiers(free)}
        | {found.kind for found in find_identifiers(whole) if found.rule in _NEVER_PUBLISHED}
    )
    if kinds:
        raise PrivacyError(
            f"the query seems to hold an identifier ({', '.join(kinds)}), which the server would "
            "learn; leave it out, or give its field where it is the literature's: Smith J[au], "
            "2015:2020[dp]"
        )
    return Redacted(query, 0, SEAL)


def require_redacted(value: object) -> Redacted:
    """Return ``value`` where it is a ``Redacted``; what writes or sends calls this first.

    Raises:
        TypeError: it is anything else; the message does not show it.
    """
    if type(value) is not Redacted:
        raise TypeError(f"only a Redacted may leave, not {type(value).__name__}; see rag.privacy")
    return value


def visible(text: str) -> str:
    """Return a text without characters that show nothing."""
    return "".join(c for c in text if unicodedata.category(c) not in _HIDDEN)


def is_published(article: Article) -> bool:
    """True for an article that anybody can look up: by PMID, PMC id, DOI or NCT number.

    A clinical note is none, whatever it says of itself, and a file of the user's own without
    such a number may hold anything.
    """
    if article.subject or article.encounter or article.id.startswith("note:"):
        return False
    return bool(_PUBLIC_ID.fullmatch(article.id) or article.doi or article.pmcid)


def _require_published(quoted: str, article: Article) -> None:
    """Refuse a span that is no quotation, so that a mixed-up offset lets nothing through.

    Raises:
        PrivacyError: the article is not published, or lacks a word of the span.
    """
    if not is_published(article):
        raise PrivacyError("a passage of an article that is not published is not left as it is")
    known = set(_WORD.findall(visible(article.text).casefold()))
    if not known.issuperset(_WORD.findall(quoted.casefold())):
        raise PrivacyError("what is said to be quoted holds words that the article does not")
