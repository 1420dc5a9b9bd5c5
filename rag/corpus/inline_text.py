"""The text of an XML element that may hold inline markup or a formula.

Markup such as ``<sub>`` goes and its text stays in place: ``CO<sub>2</sub>`` is ``CO2``; of
figures that would run together see ``scripts``. White space is normalised, so that the text is
one line. In MathML the white space between elements is layout and is left out, a fraction keeps
its bar, a root its sign and a fence its brackets; TeX beside the formula is left out, since it
would say it twice. This module does not lay formulas out.
"""

from __future__ import annotations

from lxml import etree

from rag.corpus.scripts import script

_MATH_NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
_TEX = {"annotation", "annotation-xml"}


def inline_text(element: etree._Element | None) -> str:
    """Return the text of an element and all inside it, on one line."""
    if element is None:
        return ""
    if len(element) == 0:
        text = element.text
        return " ".join(text.split()) if text else ""
    return " ".join(_marked(element).split())


def _marked(element: etree._Element) -> str:
    # libxml2 refuses documents nested deeper than 256, so recursion is bounded
    said = element.text or ""
    for child in element:
        name = str(child.tag).rpartition("}")[2]
        if len(child) == 0:
            inner = child.text or ""
        else:
            inner = _math(child) if name == "math" else _marked(child)
        tail = child.tail or ""
        if name in ("sup", "sub"):
            inner = script(name == "sup", inner, said, tail)
        said += inner + tail
    return said


def _math(element: etree._Element) -> str:
    name = str(element.tag).rpartition("}")[2]
    if name in _TEX:
        return ""
    own = (element.text or "").strip()
    parts = [own] if own else []
    inner = []
    for child in element:
        inner.append(_math(child))
        tail = (child.tail or "").strip()
        if tail:
            inner.append(tail)
    if name == "mfrac" and len(inner) == 2:
        parts.append(f"{_grouped(inner[0])}/{_grouped(inner[1])}")
    elif name == "msup" and len(inner) == 2:
        parts += [inner[0], script(True, inner[1], inner[0], "")]
    elif name == "msqrt":
        parts.append(f"√{_grouped(''.join(inner))}")
    elif name == "mfenced":
        opening, closing = element.get("open", "("), element.get("close", ")")
        parts.append(f"{opening}{','.join(inner)}{closing}")
    else:
        parts.extend(inner)
    return "".join(parts)


def _grouped(text: str) -> str:
    """Brackets around what would read otherwise without them."""
    return text if text.replace(".", "").isalnum() else f"({text})"
