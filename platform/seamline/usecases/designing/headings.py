"""What a heading says: an id a person would have given it, its English, and what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from seamline.text import Text

_FILE = Path(__file__).with_name("headings.txt")
_BRACKETED = re.compile(r"[（(\[【]([^）)\]】]{1,12})[）)\]】]")
_HANZI = re.compile(r"[\u4e00-\u9fff]+")
_ENGLISH = {
    "number": ("no", "number", "num"),
    "code": ("code", "sku", "id"),
    "name": ("name", "subject", "title"),
    "date": ("date", "on", "day", "due", "deadline"),
    "datetime": ("time", "at"),
    "money": ("price", "amount", "cost", "total", "budget", "fee", "value"),
    "decimal": ("qty", "quantity", "weight", "length", "stock"),
    "percent": ("rate", "percent", "discount"),
    "choice": ("status", "type", "kind", "category", "priority"),
    "phone": ("phone", "mobile", "tel"),
    "email": ("email", "mail"),
    "url": ("url", "website", "link"),
    "long_text": ("note", "notes", "remark", "remarks", "description", "comment", "comments"),
}
_ENDINGS = {word: what for what, words in _ENGLISH.items() for word in words}
# Where the characters of each first letter begin: the level-1 set of GB 2312 stands by sound.
_SOUNDS = (
    (0xB0A1, "a"), (0xB0C5, "b"), (0xB2C1, "c"), (0xB4EE, "d"), (0xB6EA, "e"), (0xB7A2, "f"),
    (0xB8C1, "g"), (0xB9FE, "h"), (0xBBF7, "j"), (0xBFA6, "k"), (0xC0AC, "l"), (0xC2E8, "m"),
    (0xC4C3, "n"), (0xC5B6, "o"), (0xC5BE, "p"), (0xC6DA, "q"), (0xC8BB, "r"), (0xC8F6, "s"),
    (0xCBFA, "t"), (0xCDDA, "w"), (0xCEF4, "x"), (0xD1B9, "y"), (0xD4D1, "z"), (0xD7FA, ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading understood: `what` it is about ("" where only cells can say), unit in brackets."""

    label: Text
    id: str
    what: str
    unit: str = ""
    starred: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    id: str
    english: str
    what: str


@lru_cache(maxsize=1)
def _words() -> Mapping[str, _Word]:
    found: dict[str, _Word] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            id_, english, what, chinese = (one.strip() for one in line.split("|"))
            for word in chinese.split():
                found.setdefault(word, _Word(id_, english, what))
    return found


def understood(written: str) -> Heading:
    """Return what a heading says, as far as its words are known."""
    whole = " ".join(written.split())
    starred = "*" in whole or "＊" in whole
    unit = _BRACKETED.search(whole)
    bare = _BRACKETED.sub("", whole).strip(" *＊:：") or whole
    if not _HANZI.search(bare):
        return _english(bare, unit[1] if unit else "", starred)
    words = list(_pieces(bare))
    named = [one.id for one in words if one.id]
    english = " ".join(one.english for one in words if one.english)
    what = words[0].what if words[0].what == "boolean" else words[-1].what
    known = all(one.english or one.what == "boolean" for one in words) and english
    label = Text(bare, f"{english[0]}{english[1:].lower()}" if known else bare)
    return Heading(label, identified("_".join(named)), what, unit[1] if unit else "", starred)


def identified(words: str, stem: str = "field") -> str:
    """Return words as an id: lower case, digits and _, beginning with a letter; maybe `stem`."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", words)
    plain = re.sub(r"[^a-z0-9]+", "_", split.lower()).strip("_")
    if plain and not plain[0].isalpha():
        plain = f"{stem}_{plain}"
    return plain[:40].rstrip("_") or stem


def sounding(words: str) -> str:
    """Return the first letters of Chinese characters by their sound, other signs as they are."""
    return "".join(_sound(one) if _HANZI.match(one) else one for one in words)


def _sound(character: str) -> str:
    code = int.from_bytes(character.encode("gb18030")[:2])
    return next((letter for start, letter in reversed(_SOUNDS) if code >= start), "")


def _pieces(bare: str) -> Iterator[_Word]:
    """Yield the words of a heading, the longest that is known first; the rest by its sound."""
    known, rest = _words(), ""
    while bare:
        size = next((size for size in range(min(8, len(bare)), 0, -1) if bare[:size] in known), 0)
        if size and rest:
            yield _Word(sounding(rest), "", "")
            rest = ""
        if size:
            yield known[bare[:size]]
        else:
            rest += bare[0]
        bare = bare[size or 1 :]
    if rest:
        yield _Word(sounding(rest), "", "")


def _english(bare: str, unit: str, starred: bool) -> Heading:
    words = re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", bare).lower())
    what = _ENDINGS.get(words[-1], "") if words else ""
    return Heading(Text.same(bare or "?"), identified(bare), what, unit, starred)
