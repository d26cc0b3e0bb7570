"""Values that are found again wherever they come out: each stands in one field of one record."""

from __future__ import annotations

import random
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import Any

from seamline import clock
from seamline.facts import FileRef, Record, Ref, Row, Value
from seamline.fields.kind import Reading
from seamline.fields.moments import iso, show_moment
from seamline.forms import FormModel
from seamline.metadata import Field
from seamline.testing.completing import Completion

SHORTEST = 5  # characters below which a text is found by chance
SURE_DIGITS = 5
_DIGITS = re.compile(r"\d")
_NUMBERS = ("integer", "decimal", "money", "percent")


@dataclass(frozen=True, slots=True)
class Canary:
    """One value of one record, in every form in which it might be shown.

    `record` says which: `mine` within the reader's reach, `foreign` beyond it, or the id of a
    record that these refer to.
    """

    form: str
    record: str
    name: str
    shown: frozenset[str]


@dataclass(slots=True)
class Maker:
    """Makes canary values; `referred` gives a word for a record of a form, `file` stores a file."""

    referred: Callable[[str], str]
    file: Callable[[str], Mapping[str, Any]]
    _dice: random.Random = field(default_factory=lambda: random.Random(secrets.token_hex()))

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
        if one.kind in _NUMBERS:
            return self._number(settings, 0 if one.kind == "integer" else settings.get("scale", 2))
        if one.kind in ("date", "datetime"):
            return self._day(settings, one.kind)
        if one.kind in ("attachment", "image", "signature"):
            return [self.file(self._type(settings))]
        if one.kind == "place":
            return {
                "latitude": self._dice.uniform(20, 50),
                "longitude": self._dice.uniform(80, 120),
            }
        if one.kind in ("text", "long_text") and not settings.get("pattern"):
            return self.word()[-int(settings.get("max_length", 100)) :]
        if one.kind == "person":
            return self.word().lower()
        number = self._dice.randrange(10_000_000, 99_999_999)
        plain = Completion(date(2031, 1, 1), number, self.referred)
        return plain.complete([_required(one)], {}).get(one.id)

    def word(self) -> str:
        """Return a text that stands nowhere else."""
        return f"Lk{self._dice.randrange(16**9):09x}q"

    def _number(self, settings: Mapping[str, Any], scale: int) -> int | str | None:
        step = Decimal(1).scaleb(-scale)
        least = Decimal(str(settings.get("min", 1_000_000)))
        most = Decimal(str(settings.get("max", max(least, Decimal(1)) + 8_999_999)))
        room = int((most - least) / step)
        if room < 0:
            return None
        number = least + step * self._dice.randrange(room // 2, room + 1)
        return int(number) if scale == 0 else format(number.quantize(step), "f")

    def _day(self, settings: Mapping[str, Any], kind: str) -> str:
        day = date(2031, 1, 1) + timedelta(days=self._dice.randrange(3_000))
        most = str(settings.get("max", ""))
        if most == "today":
            day = clock.today(UTC) - timedelta(days=self._dice.randrange(900))
        elif most:
            day = min(day, date.fromisoformat(most[:10]))
        return day.isoformat() if kind == "date" else f"{day.isoformat()}T08:{day.day:02}:00Z"

    @staticmethod
    def _type(settings: Mapping[str, Any]) -> str:
        types = [word for word in settings.get("types", ()) if not word.endswith("*")]
        return types[0] if types else "image/png"


def _required(one: Field) -> Field:
    return replace(one, required=True, default=None, fields=())


def of_record(
    model: FormModel, record: Record, called: str, people: Mapping[str, str], contents: Contents
) -> Iterator[Canary]:
    """Yield the canaries of a stored record: of its fields, and of what the platform adds.

    `people` are the names of accounts by login, `contents` the bytes of stored files by their hash.
    """
    for name, value in record.values.items():
        yield from _of_value(model, called, name, value, contents)
    system: dict[str, set[str]] = {
        "_code": {record.code},
        "_tracking": {record.tracking},
        "_created_by": {record.created_by, people.get(record.created_by, "")},
        "_updated_by": {record.updated_by, people.get(record.updated_by, "")},
    }
    for name in ("created_at", "updated_at"):
        moment = getattr(record, name)
        system[f"_{name}"] = {iso(moment), *(show_moment(moment, reading) for reading in READINGS)}
    for name, words in system.items():
        yield from _canary(model, called, name, words)


Contents = Mapping[str, str]
READINGS = (Reading("zh"), Reading("en"))


def _of_value(
    model: FormModel, called: str, path: str, value: Value, contents: Contents
) -> Iterator[Canary]:
    if isinstance(value, tuple) and value and isinstance(value[0], Row):
        for row in value:
            for column, cell in row.values.items() if isinstance(row, Row) else ():
                yield from _of_value(model, called, f"{path}.{column}", cell, contents)
    elif value is not None:
        words = _shown(model, path, value)
        files = value if isinstance(value, tuple) else ()
        for file in files:
            if isinstance(file, FileRef):
                words |= {file.name, file.sha256, contents.get(file.sha256, "")}
        yield from _canary(model, called, path, words)


def _shown(model: FormModel, path: str, value: Any) -> set[str]:
    found = model.fields[path]
    if isinstance(value, Ref):
        return {value.key, value.label}
    if found.shown.kind in ("choice", "multi_choice", "boolean"):
        return set()  # their words stand in the form itself
    words = {found.shown_kind.to_text(found.shown, value)}
    words |= {found.shown_kind.show(found.shown, value, reading) for reading in READINGS}
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        words |= {format(value, "f"), f"{value:,f}"}
    return words


def _canary(model: FormModel, called: str, name: str, words: Iterable[str]) -> Iterator[Canary]:
    sure = frozenset(word for word in words if _sure(word))
    if sure:
        yield Canary(model.form.id, called, name, sure)


def _sure(word: str) -> bool:
    """Whether a word found on a surface can only be the canary."""
    if len(word) < SHORTEST:
        return False
    letters = re.search(r"[A-Za-z\u4e00-\u9fff]", word)
    return bool(letters) or len(_DIGITS.findall(word)) >= SURE_DIGITS
