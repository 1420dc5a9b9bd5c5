"""Numbers with a unit in a Chinese text: durations, ages, doses, temperatures, types and stages."""

from __future__ import annotations

import re

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_SCALES = {"十": 10, "百": 100, "千": 1000}
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}

_TIME = {
    "天": "day", "日": "day", "周": "week", "星期": "week", "礼拜": "week", "个星期": "week",
    "个礼拜": "week", "个多星期": "week", "个月": "month", "个多月": "month", "年": "year",
    "小时": "hour", "个小时": "hour", "个多小时": "hour", "钟头": "hour", "个钟头": "hour",
    "分钟": "minute", "秒": "second",
}  # fmt: skip
_UNITS = {
    "毫克": "mg", "微克": "µg", "克": "g", "公斤": "kg", "千克": "kg", "斤": "jin", "毫升": "ml",
    "升": "l", "单位": "units", "片": "tablets", "粒": "tablets", "颗": "tablets",
    "次": "times", "倍": "fold", "厘米": "cm", "毫米": "mm",
}  # fmt: skip
_CLASSES = {"型": "type", "期": "stage", "级": "grade"}
_FIXED = {
    "半年": "six months", "半个月": "two weeks", "半天": "half a day", "半小时": "30 minutes",
    "半个小时": "30 minutes", "一年半": "18 months", "一个半月": "six weeks",
}  # fmt: skip


def _any(words: dict[str, str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_NUMBER = (
    r"(?P<n>\d{1,9}(?:\.\d{1,9})?(?:\s{0,2}[-~到至]\s{0,2}\d{1,9}(?:\.\d{1,9})?)?"
    r"|[零〇一二两三四五六七八九十百千]{1,9}|几|数)\s{0,2}多?"
)
"""Bounded, so that a row of digits or blanks is not read to its end from each of its places."""
_FORMS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("fixed", f"(?P<n>{_any(_FIXED)})"),
        ("born", rf"出生后?{_NUMBER}(?P<u>{_any(_TIME)})"),
        ("age", rf"{_NUMBER}(?P<u>周岁|岁)(?P<side>以上|以下|及以上)?"),
        ("born", rf"{_NUMBER}(?P<u>{_any(_TIME)})大"),
        ("year", r"(?P<n>(?:19|20)\d\d)\s*年"),
        ("time", rf"{_NUMBER}(?P<u>{_any(_TIME)})多?(?P<ago>之?前)?"),
        ("heat", rf"{_NUMBER}(?P<u>摄氏度|度|°C)(?P<tenth>\d(?!\d))?"),
        ("unit", rf"{_NUMBER}(?P<u>{_any(_UNITS)})"),
        ("class", r"(?P<n>\d|[一二三四]|I{1,3}|IV)\s*(?P<u>型|期|级)"),
    )
)


def number(text: str) -> int | None:
    """Return the value of a Chinese numeral below ten thousand, or ``None``.

    Two digits side by side are a range (两三, "two or three") and no number.
    """
    total, last = 0, None
    for character in text:
        if character in _DIGITS:
            if last not in (None, 0):
                return None
            last = _DIGITS[character]
        elif character in _SCALES:
            total += (1 if last is None else last) * _SCALES[character]
            last = None
        else:
            return None
    return total + (last or 0)


def quantity_at(text: str, at: int) -> tuple[int, str] | None:
    """Return the end and the English of a quantity that begins at a place, or ``None``.

    三周 is "three weeks", 45岁 is "45-year-old", 2型 is "type 2", 100毫克 is "100 mg".
    """
    for kind, form in _FORMS:
        match = form.match(text, at)
        if match is not None:
            said = _say(kind, match)
            if said:
                return match.end(), said
    return None


def _say(kind: str, match: re.Match[str]) -> str:
    written = "".join(match["n"].split())
    unit = match.groupdict().get("u") or ""
    if kind == "fixed":
        return _FIXED[written]
    if kind == "year":
        return written
    if not _digits(written):  # 两三千: no number, and no digits side by side
        return ""
    if kind == "class":
        return f"{_CLASSES[unit]} {_ROMAN.get(written) or _digits(written)}"
    if kind == "age":
        side = match["side"] or ""
        if side:
            return f"{'under' if side == '以下' else 'over'} {_digits(written)} years old"
        return f"{_digits(written)}-year-old"
    if kind == "born":
        return f"{_digits(written)}-{_TIME[unit]}-old"
    if kind == "heat":
        tenth = f".{match['tenth']}" if match["tenth"] else ""  # 38度5
        return f"{_digits(written)}{tenth} °C"
    if kind == "unit":
        return f"{_digits(written)} {_UNITS[unit]}"
    value = number(written)
    said = _WORDS[value] if value is not None and value < len(_WORDS) else _digits(written)
    plural = "" if said in ("one", "1") else "s"
    return f"{said} {_TIME[unit]}{plural}{' ago' if match['ago'] else ''}"


def _digits(written: str) -> str:
    if written in ("几", "数"):
        return "several"
    value = number(written)
    if value is not None:
        return str(value)
    if all(c in _DIGITS for c in written):
        return " to ".join(str(_DIGITS[c]) for c in written)
    if written[0] in _DIGITS or written[0] in _SCALES:
        return written if number(written) is not None else ""
    return re.sub(r"[~到至-]", " to ", written)
