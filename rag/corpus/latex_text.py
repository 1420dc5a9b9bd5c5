r"""The plain text of a BibTeX value: accents, symbols and mathematics in LaTeX's spelling.

Reference managers write "p \textless{} 0.05" and "{\"o}"; others put "50% of R&D" into the
same files as it stands. Whatever is not known as LaTeX is therefore left alone, and only marks
are taken away: no word is lost. The decoder of bibtexparser gives the symbols.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bibtexparser.library import Library
from bibtexparser.middlewares import LatexDecodingMiddleware
from bibtexparser.model import Entry, Field

_ACCENTS = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "d": "\u0323",
    "b": "\u0331", "r": "\u030a", "k": "\u0328",
}  # fmt: skip
_LETTER = r"\\?[A-Za-z](?![A-Za-z])"
_MARKUP = re.compile(
    rf"""\\(?P<accent>["'`^~=.])(?:\{{\s?(?P<in>{_LETTER})\s?\}}|\s?(?P<on>\\[ij](?![A-Za-z])|[A-Za-z]))
    |\\(?P<stroke>[uvHcdbrk])(?:\{{\s?(?P<inside>{_LETTER})\s?\}}|\s(?P<after>{_LETTER}))
    |\\(?P<spell>["'`^~=.])\{{\}}
    |\\(?P<name>[A-Za-z]{{1,30}})(?![A-Za-z])\*?(?P<end>\{{\}}|\s)?
    |\\(?P<sign>[^A-Za-z])""",
    re.VERBOSE,
)
_SIGNS = {
    "\\": " ", " ": " ", ",": " ", ";": " ", ":": " ", "!": "", "-": "", "/": "", "(": "",
    ")": "", "[": "", "]": "", "{": "\ue000", "}": "\ue001", "$": "\ue002", "%": "%", "&": "&",
    "_": "_", "#": "#", "@": "@", "\n": " ",
}  # fmt: skip
_WORDS = {
    "textless": "<", "textgreater": ">", "lt": "<", "gt": ">", "textasciitilde": "\ue003",
    "textasciicircum": "^", "textbackslash": "\\", "textquotesingle": "'", "textbar": "|",
    "textquotedbl": '"', "newline": " ", "par": " ", "quad": " ", "qquad": " ", "i": "i",
    "j": "j", "textdollar": "\ue002", "textbraceleft": "\ue000", "textbraceright": "\ue001",
    "textunderscore": "_", "slash": "/", "textpercent": "%", "percent": "%",
}  # fmt: skip
_FORMS = frozenset(
    """
    emph textbf textit textrm textsf texttt textsc textsl textup textmd textnormal text
    textsuperscript textsubscript mathrm mathbf mathit mathsf mathtt mathcal mathbb mbox hbox
    ensuremath url nolinkurl uppercase underline em bf it rm sc tt sl bfseries itshape upshape
    mdseries protect relax left right displaystyle textstyle boldsymbol bm operatorname noopsort
    """.split()  # noqa: SIM905
)
# signs that were spelt out and are text: put in when braces, formulas and ties are done with
_KEPT = str.maketrans({"\ue000": "{", "\ue001": "}", "\ue002": "$", "\ue003": "~"})
_MATH = re.compile(r"\$([^$]{1,300})\$")
_FORMULA = re.compile(r"[\^_<>=+*/|~-]|[^\x00-\x7f]")
_RAISED = re.compile(r"[_^](?=[\w{+*−-])")
_TIE = re.compile(r"(?<=[\w.,;)])~(?=\w)")
_DASHES = re.compile(r"(?<!-)(---?)(?!-)")
_LONGEST_SYMBOL = 4


def latex_text(value: str) -> str:
    """Return the text; what is not LaTeX stays as it is, and braces that group go."""
    if "\\" in value:
        value = _MARKUP.sub(_markup, value)
    if "$" in value:
        value = _MATH.sub(_math, value)
    if "~" in value:
        value = _TIE.sub(" ", value)
    if "--" in value:
        value = _DASHES.sub(lambda m: "—" if len(m[1]) == 3 else "–", value)
    if "``" in value:
        value = value.replace("``", "“").replace("''", "”")
    value = value.replace("{", "").replace("}", "")
    return value.translate(_KEPT)


def _markup(match: re.Match[str]) -> str:
    letter = match["in"] or match["on"] or match["inside"] or match["after"]
    if letter:
        mark = _ACCENTS[match["accent"] or match["stroke"]]
        return unicodedata.normalize("NFC", letter.lstrip("\\") + mark)
    if match["spell"]:
        return "\ue003" if match["spell"] == "~" else match["spell"]
    if match["sign"]:
        return _SIGNS.get(match["sign"], match[0])
    name, end = match["name"], match["end"] or ""
    if name in _FORMS:
        return end.strip("{}")
    symbol = _WORDS.get(name) or _symbol(name)
    if symbol is None:
        # the brace that follows will go, and must not join two words
        return f"{match[0]} " if match.string.startswith("{", match.end()) else match[0]
    # for TeX the blank behind a name is no text, but few who write "\alpha helix" know it
    return symbol + end.strip("{}")


@lru_cache(maxsize=4096)
def _symbol(name: str) -> str | None:
    """What a command stands for, where that is a sign; not what it would do with a text."""
    entry = Entry("article", "key", [Field("value", f"\\{name}{{}}")])
    decoded = LatexDecodingMiddleware(keep_math_mode=True).transform_entry(entry, Library())
    value = decoded.fields[0].value.strip() if isinstance(decoded, Entry) else ""
    if not value or len(value) > _LONGEST_SYMBOL or value[0] in "<[\\" or value.isspace():
        return None
    return str(value)


def _math(match: re.Match[str]) -> str:
    """A formula without its signs; sums of money are none."""
    inner = match[1]
    alike = inner[0].isspace() == inner[-1].isspace()
    if not alike or not (_FORMULA.search(inner) or " " not in inner):
        return match[0]
    return _RAISED.sub("", inner)
