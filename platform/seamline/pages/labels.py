"""What a label says: the code of an item and what stands beside it, read as the scanner sent it.

`ui/static/js/scan/labels.js` reads the same on the device; a test holds the two equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .scan import CODE, PLACE

GROUP = "\x1d"  # ends an element of variable length
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9]")
_BRACKETED = re.compile(r"\(([0-9]{2,4})\)([^(]*)")
# Elements of fixed length by the start of their identifier: length of identifier, of the value.
_FIXED: Mapping[str, tuple[int, int]] = {
    "00": (2, 18), "01": (2, 14), "02": (2, 14), "03": (2, 14), "11": (2, 6), "12": (2, 6),
    "13": (2, 6), "15": (2, 6), "16": (2, 6), "17": (2, 6), "20": (2, 2), "41": (3, 13),
    "31": (4, 6), "32": (4, 6), "33": (4, 6), "34": (4, 6), "35": (4, 6), "36": (4, 6),
}  # fmt: skip
# Identifiers longer than two digits whose value may be of any length.
_LONG: Mapping[str, int] = {
    "23": 3, "24": 3, "25": 3, "39": 4, "40": 3, "42": 3, "43": 4, "70": 4, "71": 3, "72": 4,
    "80": 4, "81": 4, "82": 4,
}  # fmt: skip
_MEASURE = re.compile(r"3[1-6][0-9]([0-9])")
_GTIN = 14
_LONGEST = 500


def read(text: str, pattern: str = "", gs1: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the code (under `code`) and the fields that a scanned text holds.

    A text that is no label of the pattern and no GS1 element string is the code itself.
    """
    text = text.strip()[:_LONGEST]
    plain = _SYMBOLOGY.sub("", text, count=1) if _SYMBOLOGY.match(text) else text
    elements = dict(_elements(text))
    code = elements.get("01") or elements.get("02")
    if code:
        named = {gs1[ai]: value for ai, value in elements.items() if gs1 and ai in gs1}
        return {CODE: code, **named}
    plain = plain.strip(GROUP)
    return _parts(plain, pattern) if pattern else {CODE: plain}


def variants(code: str) -> tuple[str, ...]:
    """Return what a code may be stored as: a GTIN of 14 digits also without its leading zeros."""
    found = [code]
    if len(code) == _GTIN and code.isascii() and code.isdigit():
        found += [code[cut:] for cut in (1, 2, 6) if not code[:cut].strip("0")]
    return tuple(found)


def _parts(text: str, pattern: str) -> dict[str, str]:
    pieces = PLACE.split(pattern)
    begin, names, between = pieces[0], pieces[1::2], pieces[2::2]
    if not text.startswith(begin):
        return {CODE: text}
    rest, found = text[len(begin) :], {}
    for name, separator in zip(names, between, strict=True):
        value, cut, after = rest.partition(separator) if separator else (rest, "", "")
        if value.strip():
            found[name] = value.strip()
        if not cut:
            break
        rest = after
    return found if CODE in found else {CODE: text}


def _elements(text: str) -> Iterator[tuple[str, str]]:
    """Yield the GS1 elements of a text: identifier and value; nothing where it holds none."""
    bracketed = _BRACKETED.findall(text)
    if bracketed and text.startswith("("):
        for ai, value in bracketed:
            yield ai, _value(ai, value)
        return
    marked = _SYMBOLOGY.match(text) is not None
    rest = text[3:] if marked else text
    if not marked and GROUP not in rest:
        # A bare string counts where it begins with a whole GTIN whose check digit is right.
        if not (rest[:2] == "01" and rest[:16].isascii() and rest[:16].isdigit()):
            return
        if len(rest) < 16 or not _checks(rest[2:16]):
            return
    yield from _walked(rest.lstrip(GROUP))


def _walked(rest: str) -> Iterator[tuple[str, str]]:
    while len(rest) > 2 and rest[:2].isascii() and rest[:2].isdigit():
        length, fixed = _FIXED.get(rest[:2], (_LONG.get(rest[:2], 2), 0))
        ai, body = rest[:length], rest[length:]
        value, _, after = body.partition(GROUP)
        if fixed:
            value, after = body[:fixed], body[fixed:].lstrip(GROUP)
        yield ai, _value(ai, value)
        rest = after


def _value(ai: str, value: str) -> str:
    """Return a value as people write it: a measure with its decimals."""
    value = value.strip()
    measure = _MEASURE.fullmatch(ai)
    if measure is None or not (value.isascii() and value.isdigit()):
        return value
    places = int(measure[1])
    padded = value.rjust(places + 1, "0")
    whole, decimals = (padded[:-places], padded[-places:]) if places else (padded, "")
    return (whole.lstrip("0") or "0") + (f".{decimals}" if decimals else "")


def _checks(gtin: str) -> bool:
    digits = [int(digit) for digit in gtin]
    total = sum(digit * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits[:-1]))
    return (10 - total % 10) % 10 == digits[-1]
