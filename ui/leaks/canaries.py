"""Values that are found again wherever they come out: each stands in one field of one record."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from seamline.facts import FileRef, Record, Ref, Row, Value
from seamline.fields import KINDS, options
from seamline.fields.kind import Reading
from seamline.fields.moments import iso, show_moment
from seamline.forms import FormModel
from seamline.metadata import Field
from seamline.testing.completing import Completion
from seamline.text import LANGUAGES

SHORTEST = 5  # characters below which a text is found by chance
SURE_DIGITS = 6
MINE, FOREIGN, LABEL = "mine", "foreign", "label"
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_LONG = 20  # letters of a word: enough that it looks like no other
_DIGITS = re.compile(r"\d")
_GROUPED = re.compile(r"\d,\d{3}")
_DECIMAL = re.compile(r"[\d,]+\.\d+")
_NUMBERS = ("integer", "decimal", "money", "percent")
_FIRST_DAY, _DAYS = date(2041, 1, 1), 20_000
_AGAIN = 50  # draws of a value before it is taken though it is known


@dataclass(frozen=True, slots=True)
class Canary:
    """One value of one record, in every form in which it might be shown.

    `record` says which: `mine` within the reader's reach, `foreign` beyond it, or the id of a
    record that these refer to; `label` stands for the field's own label.
    """

    form: str
    record: str
    name: str
    shown: frozenset[str]


@dataclass(slots=True)
class Maker:
    """Makes canary values, none of them twice.

    `referred` gives a word for a record of a form, `file` stores a file, `option` tells the word
    that a choice has for this proof alone.
    """

    referred: Callable[[str], str]
    file: Callable[[str], Mapping[str, Any]]
    given: set[str]

    def values(self, fields: Iterable[Field]) -> dict[str, Any]:
        """Return a value for every field that people fill, each unlike all others."""
        made: dict[str, Any] = {}
        for one in fields:
            if one.kind == "table":
                made[one.id] = [self.values(one.fields)]
            else:
                value = self.value(one)
                if value is not None:
                    made[one.id] = value
        return made

    def value(self, one: Field) -> Any:
        """Return a canary for one field, something plain where its kind has no room for one."""
        settings = one.settings
        if not KINDS[one.kind].written:
            return None
        if one.kind in _NUMBERS:
            scale = 0 if one.kind == "integer" else int(settings.get("scale", 2))
            return self._once(lambda: _number(scale))
        if one.kind == "date":
            return self._day()
        if one.kind == "datetime":
            return f"{self._day()}T{_time()}Z"
        if one.kind == "duration":
            return self._once(lambda: f"{100 + _dice.randrange(900)}d{_dice.randrange(24)}h59m")
        if one.kind in ("attachment", "image", "signature"):
            return [self.file(_type(settings))]
        if one.kind == "place":
            north, east = _dice.uniform(20, 50), _dice.uniform(80, 120)
            return {"latitude": north, "longitude": east}
        if one.kind in ("text", "long_text", "barcode"):
            return self._once(word)
        if one.kind in ("choice", "multi_choice"):
            last = str(settings["options"][-1]["id"])
            return last if one.kind == "choice" else [last]
        if one.kind == "person":
            return self._once(word)
        number = _dice.randrange(10_000_000, 99_999_999)
        plain = Completion(date(2031, 1, 1), number, self.referred)
        return plain.complete([_required(one)], {}).get(one.id)

    def _day(self) -> str:
        """Return a day that no other value has, nor the day beside it in another zone.

        A moment that may be seen begins with its day: a hidden date of that day would be found.
        """
        day = _day()
        for _ in range(_AGAIN):
            if self.given.isdisjoint(beside := {f"{day + timedelta(n)}" for n in (-1, 0, 1)}):
                self.given |= beside
                break
            day = _day()
        return day.isoformat()

    def _once(self, make: Callable[[], Any]) -> Any:
        """Return a value that nothing else in this proof has."""
        value = make()
        for _ in range(_AGAIN):
            if str(value) not in self.given:
                break
            value = make()
        self.given.add(str(value))
        return value


_dice = random.SystemRandom()


def word() -> str:
    """Return a text that stands nowhere else and looks like nothing else."""
    return _dice.choice(_LETTERS[:26]) + "".join(_dice.choices(_LETTERS, k=_LONG - 1))


def unlike(known: str) -> str:
    """Return a word of the same shape as one that is known, and nothing else of it."""
    made = (
        _dice.choice("123456789") if one.isdigit()
        else _dice.choice(_LETTERS[:26]) if one.islower()
        else _dice.choice(_LETTERS[:26]).upper() if one.isupper() and one.isascii()
        else one
        for one in known
    )  # fmt: skip
    return "".join(made)


def _number(scale: int) -> int | str:
    # Seven digits: fewer are a size or a length somewhere, more overflow where they are multiplied.
    digits = str(_dice.randrange(1_000_000, 10_000_000))
    return int(digits) if scale == 0 else format(Decimal(digits).scaleb(-min(scale, 3)), "f")


def _day() -> date:
    """Return a day long after all that the product shows of itself."""
    return _FIRST_DAY + timedelta(days=_dice.randrange(_DAYS))


def _time() -> str:
    return f"{_dice.randrange(24):02}:{_dice.randrange(60):02}:{_dice.randrange(60):02}"


def _type(settings: Mapping[str, Any]) -> str:
    types = [word for word in settings.get("types", ()) if not word.endswith("*")]
    return types[0] if types else "image/png"


def _required(one: Field) -> Field:
    return replace(one, required=True, default=None, fields=())


@dataclass(frozen=True, slots=True)
class Telling:
    """What values are shown as: people by login, bytes of files by hash, moments in some zones."""

    zones: tuple[tzinfo, ...] = (UTC,)
    people: dict[str, str] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)

    def readings(self) -> Iterator[Reading]:
        """Yield every language in every zone."""
        for language in LANGUAGES:
            yield from (Reading(language, zone) for zone in self.zones)


def of_record(model: FormModel, record: Record, called: str, telling: Telling) -> Iterator[Canary]:
    """Yield the canaries of a stored record: of its fields, and of what the platform adds."""
    for name, value in record.values.items():
        yield from _of_value(model, called, name, value, telling)
    people = telling.people
    system: dict[str, set[str]] = {
        "_code": {record.code},
        "_tracking": {record.tracking},
        "_created_by": {record.created_by, people.get(record.created_by, "")},
        "_updated_by": {record.updated_by, people.get(record.updated_by, "")},
        "_created_at": _moments(record.created_at, telling),
        "_updated_at": _moments(record.updated_at, telling),
    }
    for name, words in system.items():
        yield from _canary(model, called, name, words)


def _of_value(
    model: FormModel, called: str, path: str, value: Value, telling: Telling
) -> Iterator[Canary]:
    if isinstance(value, tuple) and value and isinstance(value[0], Row):
        for row in value:
            for column, cell in row.values.items() if isinstance(row, Row) else ():
                yield from _of_value(model, called, f"{path}.{column}", cell, telling)
    elif value is not None:
        words = _shown(model, path, value, telling)
        files = value if isinstance(value, tuple) else ()
        for file in files:
            if isinstance(file, FileRef):
                words |= {file.name, file.sha256, telling.contents.get(file.sha256, "")}
        yield from _canary(model, called, path, words)


def _shown(model: FormModel, path: str, value: Any, telling: Telling) -> set[str]:
    found = model.fields[path]
    if isinstance(value, Ref):
        return {value.key, value.label}
    if isinstance(value, datetime):
        return _moments(value, telling)
    if found.shown.kind in ("choice", "multi_choice"):
        chosen = {*value} if isinstance(value, tuple) else {str(value)}
        return chosen - {*options.words_of(found.shown)}  # those words stand in the form itself
    if isinstance(value, bool):
        return set()
    words = {found.shown_kind.to_text(found.shown, value)}
    words |= {found.shown_kind.show(found.shown, value, reading) for reading in telling.readings()}
    if isinstance(value, (int, Decimal)):
        words |= {format(value, "f"), f"{value:,f}"}
    return words


def _moments(moment: datetime, telling: Telling) -> set[str]:
    """Return a moment in every form in which it is shown, in the zones of the product."""
    local = [moment.astimezone(zone) for zone in telling.zones]
    days = [f"{one:%Y-%m-%d %H:%M}" for one in local] + [one.isoformat() for one in local]
    return {iso(moment), *days, *(show_moment(moment, reading) for reading in telling.readings())}


def _canary(model: FormModel, called: str, name: str, words: Iterable[str]) -> Iterator[Canary]:
    sure = frozenset(one for one in words if _sure(one))
    if sure:
        yield Canary(model.form.id, called, name, sure)


def _sure(word: str) -> bool:
    """Whether a word found on a surface can only be the canary."""
    if len(word) < SHORTEST:
        return False
    letters = re.search(r"[A-Za-z\u4e00-\u9fff]", word)
    return bool(letters) or len(_DIGITS.findall(word)) >= SURE_DIGITS


def stands_in(word: str, text: str) -> bool:
    """Whether a word stands in a text by itself, and not as a part of something longer.

    `1 Oct 2041` is no part of `21 Oct 2041`, nor `234,567` one of `1,234,567`.
    """
    at = text.find(word)
    while at >= 0:
        before, after = text[max(0, at - 2) : at], text[at + len(word) : at + len(word) + 20]
        if not (_longer_before(word, before) or _longer_after(word, after)):
            return True
        at = text.find(word, at + 1)
    return False


def _longer_before(word: str, before: str) -> bool:
    if _GROUPED.search(word) and re.search(r"[0-9],$", before):
        return True
    return word[0].isalnum() and bool(re.search(r"[A-Za-z0-9]$|[0-9]\.$", before))


def _longer_after(word: str, after: str) -> bool:
    """Whether what stands behind a word goes on with it; zeros behind a point do not."""
    if _GROUPED.search(word) and re.match(r",[0-9]{3}(?![0-9])", after):
        return True
    point = "" if "." in word else r"\."
    if re.match(rf"{point}0+(?![A-Za-z0-9])", after) and (point or _DECIMAL.fullmatch(word)):
        return False
    return word[-1].isalnum() and bool(re.match(r"[A-Za-z0-9]|\.[0-9]", after))
