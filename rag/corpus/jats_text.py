"""The running text of a JATS document: paragraphs with their labels, captions, lists.

A paragraph is one line and reads as a sentence should. Numbers that point to the list of
references or to a footnote go, with their brackets: a quoted ``[12]`` would pass for a
citation of the answer that quotes it, and a raised 12 for a figure. They stay where the
sentence needs them ("as described in [12]"), and so do names with years. Figures, tables and
boxes that stand inside a paragraph follow it; of a table its caption and notes are read, not
its cells. A formula is read from its MathML, else from its words; TeX and images are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy

from lxml import etree

from rag.corpus.inline_text import inline_text
from rag.corpus.scripts import script
from rag.types import Section

SEPARATOR = " > "
"""Between the titles of nested sections, in a label."""

MAX_LABEL = 200
"""Longest label: it stands before the paragraphs of its section."""

# what floats in a paragraph and is read after it
_FLOATS = {
    "boxed-text",
    "chem-struct-wrap",
    "fig",
    "fig-group",
    "fn",
    "media",
    "supplementary-material",
    "table-wrap",
    "table-wrap-group",
}
_TITLED = {"app", "boxed-text", "notes", "sec", "statement"}
_CONTAINERS = {"caption", "disp-quote", "fn-group", "floats-group", "speech", "verse-group"}
_LEFT_OUT = {
    "alt-text",
    "attrib",
    "graphic",
    "index-term",
    "inline-graphic",
    "long-desc",
    "object-id",
    "permissions",
    "processing-meta",
    "ref-list",
    "sec-meta",
    "table",
    "tex-math",
}
_FORMULAS = {"disp-formula", "disp-formula-group", "inline-formula", "math"}
_NO_WORDS = {"label", "tex-math"}
_SPACED = {"break", "def-list", "disp-quote", "list-item", "p", "title", "verse-group"}
_NUMBERED = {"def-item", "disp-quote", "list", "list-item", "p"}
_MATH = ("{http://www.w3.org/1998/Math/MathML}math", "math")

# noncharacters, so in no text: where a pointer to a reference begins and ends
_MARK, _END = "\ufdd0", "\ufdd1"
_POINTERS = {"aff", "author-notes", "bibr", "corresp", "fn", "table-fn"}
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)", re.ASCII)
_NUMBER = re.compile(r"[\s\[\](),;–—*†‡§¶#\d-]*+[a-z]?[\s\[\](),;]*")
_POINTER = rf"{_MARK}[^{_END}]*{_END}"
_POINTED = rf"{_POINTER}(?:(?:[\s,;–—-]|and\b|&)*{_POINTER})*"
_BRACKETED = re.compile(rf" ?[\[(] ?{_POINTED} ?[\])]")
_BARE = re.compile(rf" ?{_POINTED}")
_NEEDED = {"by", "from", "in", "of", "ref", "reference", "references", "refs", "see", "than", "to"}
_TIDY = (
    (re.compile(r"\s+([.,;:)\]])(?=\s|$|[)\]])"), r"\1"),
    (re.compile(r"[,;] ?([)\]])"), r"\1"),
    (re.compile(r"([(\[]) ?[,;] ?"), r"\1"),
)
_ENDS = (".", "!", "?", ";", ":", ",")


def body_sections(
    elements: Iterable[etree._Element], path: tuple[str, ...] = ()
) -> Iterator[Section]:
    """Yield the paragraphs of elements in order, labelled with their sections' titles."""
    for element in elements:
        tag = str(element.tag)
        if tag in ("title", "label", "subtitle") or tag in _LEFT_OUT:
            continue
        if tag in _TITLED:
            title = titled(element)
            if len(title) > MAX_LABEL:
                yield Section(title, label_of(path))
                title = ""
            yield from body_sections(element, _below(path, title))
        elif tag == "fn":
            # the mark of a footnote says nothing without its anchor
            texts = [text_of(child) for child in element if child.tag != "label"]
            yield from _section(" ".join(filter(None, texts)), path)
        elif tag in _FLOATS:
            yield from _float(element, path)
        elif tag in _CONTAINERS:
            yield from body_sections(element, path)
        else:
            floats: list[etree._Element] = []
            yield from _section(_tidy(_flow(element, floats)), path)
            yield from body_sections(floats, path)


def text_of(element: etree._Element | None) -> str:
    """Return the running text of an element without what floats in it, on one line."""
    return "" if element is None else _tidy(_flow(element, []))


def titled(element: etree._Element) -> str:
    """Return the title of a section or box, or an empty string."""
    title = element.find("title")
    return text_of(title if title is not None else element.find("caption/title"))


def joined(parts: Iterable[str]) -> str:
    """Texts one after the other, a full stop behind each that has no end of its own."""
    kept = [part for part in parts if part]
    ended = [part if part.endswith(_ENDS) else f"{part}." for part in kept[:-1]]
    return " ".join([*ended, *kept[-1:]])


def label_of(path: Iterable[str]) -> str:
    """The titles of nested sections as one label, without the outer ones where that is long."""
    label = ""
    for title in reversed(tuple(path)):
        longer = f"{title}{SEPARATOR}{label}" if label else title
        if len(longer) > MAX_LABEL:
            break
        label = longer
    return label


def _below(path: tuple[str, ...], title: str) -> tuple[str, ...]:
    return (*path, title) if title else path


def _section(text: str, path: tuple[str, ...]) -> Iterator[Section]:
    if text:
        yield Section(text, label_of(path))


def _float(element: etree._Element, path: tuple[str, ...]) -> Iterator[Section]:
    """A figure, a table, a file: its caption as one text, then its notes."""
    own = _below(path, text_of(element.find("label")).rstrip(".: "))
    for child in element:
        if child.tag != "caption":
            inner = child if child.tag in ("table-wrap-foot", "alternatives") else (child,)
            yield from body_sections(inner, own)
            continue
        floats: list[etree._Element] = []
        parts = [_tidy(_flow(part, floats)) for part in child]
        yield from _section(joined([" ".join((child.text or "").split()), *parts]), own)
        yield from body_sections(floats, own)


def _flow(element: etree._Element, floats: list[etree._Element]) -> str:
    # libxml2 refuses documents nested deeper than 256, so recursion is bounded
    tag = str(element.tag)
    if tag in _LEFT_OUT:
        return ""
    if tag.rpartition("}")[2] in _FORMULAS:
        return _formula(element)
    if tag == "list":
        return _list(element, floats)
    if tag == "def-item":
        term, meaning = (_children(element.findall(name), floats) for name in ("term", "def"))
        return f" {term.strip()}: {meaning.strip()}; "
    said = element.text or ""
    for child in element:
        name, tail = str(child.tag), child.tail or ""
        if name in _FLOATS:
            floats.append(child)
        elif name == "xref" or (name == "sup" and _is_pointer(child)):
            said += _pointer(child, floats)
        elif name in _SPACED:
            said += f" {_flow(child, floats)} "
        elif name in ("sup", "sub"):
            said += script(name == "sup", _flow(child, floats), said, tail)
        elif name != "label" or tag not in _NUMBERED:
            said += _flow(child, floats)
        said += tail
    return said


def _children(elements: Iterable[etree._Element], floats: list[etree._Element]) -> str:
    return " ".join(_flow(element, floats) for element in elements)


def _is_pointer(sup: etree._Element) -> bool:
    """True for a raised text that holds nothing but pointers."""
    own = (sup.text or "") + "".join(child.tail or "" for child in sup)
    return len(sup) > 0 and not own.strip(" ,;–—-[]()\n") and all(c.tag == "xref" for c in sup)


def _pointer(element: etree._Element, floats: list[etree._Element]) -> str:
    parts = [element.text or ""]
    for child in element:
        parts.append(_flow(child, floats))
        parts.append(child.tail or "")
    text = " ".join("".join(parts).split())
    kinds = {x.get("ref-type", "") for x in (element, *element) if x.tag == "xref"}
    is_number = _NUMBER.fullmatch(text) and not _YEAR.search(text)
    return f"{_MARK}{text}{_END}" if kinds <= _POINTERS and is_number else text


def _list(element: etree._Element, floats: list[etree._Element]) -> str:
    """The items on one line, parted by semicolons where they do not end as sentences."""
    items = [" ".join(_flow(item, floats).split()) for item in element.iterchildren("list-item")]
    kept = [item for item in items if item]
    parted = [item if item.endswith(_ENDS) else f"{item};" for item in kept[:-1]]
    title = text_of(element.find("title"))
    return f" {' '.join(filter(None, [title, *parted, *kept[-1:]]))} "


def _formula(element: etree._Element) -> str:
    """The formula's MathML as text, else its words; nothing where it is only an image or TeX."""
    found = []
    for math in element.iter(*_MATH):
        if math is not element and next(math.iterancestors(*_MATH), None) is not None:
            continue  # read with the one around it
        holder = etree.Element("x")
        holder.append(deepcopy(math))
        holder[0].tail = None
        found.append(inline_text(holder))
    if not found:
        found = [_words(element)]
    space = " " if str(element.tag).startswith("disp") else ""
    return f"{space}{' '.join(found)}{space}"


def _words(element: etree._Element) -> str:
    """What a formula says in plain words and figures; TeX and the names of images are neither."""
    said = element.text or ""
    for child in element:
        name, tail = str(child.tag), child.tail or ""
        if name in ("sup", "sub"):
            said += script(name == "sup", _words(child), said, tail)
        elif name not in _LEFT_OUT and name not in _NO_WORDS:
            said += _words(child)
        said += tail
    return said


def _tidy(text: str) -> str:
    text = " ".join(text.split())
    if _MARK in text or _END in text:
        text = _BARE.sub(_without, _BRACKETED.sub(_without, text))
        for pattern, replacement in _TIDY:
            text = pattern.sub(replacement, text)
        text = text.replace(_MARK, "").replace(_END, "")
    return text.strip()


def _without(match: re.Match[str]) -> str:
    """What stands where pointers stood: nothing, or themselves where a word needs them."""
    before = match.string[max(0, match.start() - 12) : match.start()].split()
    needed = before and before[-1].strip("(.").lower() in _NEEDED
    if needed and match[0].startswith(" "):
        return match[0].replace(_MARK, "").replace(_END, "")
    return ""
