"""Values that fit a form, made from its metadata: for loads, benchmarks and generated tests."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from seamline.metadata import Field, Form

# Rows of a sub-table, drawn evenly: 3.6 on average, as in the month the story tells of.
ROWS = (2, 3, 4, 4, 5)
# Days ahead within which dates fall, where the field does not say otherwise.
AHEAD = (10, 90)
_SHORT = 200


class Filling:
    """Makes the JSON values of one record after another; the same seed makes the same records.

    `keys` gives, per form, the keys that references may name. `fixed` are values to take as they
    are, by path (`agreement_no`, `lines.qty`); beside these only required fields are filled.
    """

    def __init__(
        self,
        form: Form,
        keys: Mapping[str, Sequence[str]],
        fixed: Mapping[str, Any] | None = None,
        today: date | None = None,
        seed: int = 1,
    ) -> None:
        self._form = form
        self._keys = keys
        self._fixed = dict(fixed or {})
        self._today = today or datetime.now(UTC).date()
        self._seed = seed

    def values(self, number: int) -> dict[str, Any]:
        """Return the values of record `number`; text fields end in the number, so they differ."""
        dice = random.Random(f"{self._seed}-{number}")
        return self._filled(self._form.fields, "", number, dice)

    def _filled(
        self, fields: Sequence[Field], under: str, number: int, dice: random.Random
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for field in fields:
            path = under + field.id
            if path in self._fixed:
                values[field.id] = self._fixed[path]
            elif field.kind == "table":
                least = int(field.settings.get("min_rows", 1))
                values[field.id] = [
                    self._filled(field.fields, f"{path}.", number, dice)
                    for _ in range(max(least, dice.choice(ROWS)))
                ]
            elif field.required:
                values[field.id] = self._value(field, number, dice)
        return values

    def _value(self, field: Field, number: int, dice: random.Random) -> Any:
        if field.kind == "reference":
            return dice.choice(self._keys[str(field.settings["to"])])
        if field.kind in ("date", "datetime"):
            return self._moment(field, dice)
        return MAKERS[field.kind](field, number, dice)

    def _moment(self, field: Field, dice: random.Random) -> str:
        day = self._today + timedelta(days=dice.randint(*AHEAD))
        latest = field.settings.get("max")
        if latest is not None:
            end = self._today if latest == "today" else date.fromisoformat(str(latest)[:10])
            day = min(day, end)
        return day.isoformat() if field.kind == "date" else f"{day.isoformat()}T08:00:00Z"


def _text(field: Field, number: int, dice: random.Random) -> str:
    word = f"{field.id} {number}"
    return word[-int(field.settings.get("max_length", _SHORT)) :]


def _number(field: Field, number: int, dice: random.Random) -> str:
    scale = int(field.settings.get("scale", 2))
    least = Decimal(str(field.settings.get("min", 0)))
    most = Decimal(str(field.settings.get("max", least + 500)))
    step = Decimal(1).scaleb(-scale)
    between = Decimal(str(round(dice.random(), 6))) * (most - least)
    return str(max(least, (least + between).quantize(step)))


def _integer(field: Field, number: int, dice: random.Random) -> int:
    least = int(field.settings.get("min", 1))
    return dice.randint(least, int(field.settings.get("max", least + 500)))


def _choice(field: Field, number: int, dice: random.Random) -> str:
    return str(dice.choice(field.settings["options"])["id"])


MAKERS: Mapping[str, Callable[[Field, int, random.Random], Any]] = {
    "text": _text,
    "long_text": _text,
    "barcode": _text,
    "integer": _integer,
    "decimal": _number,
    "money": _number,
    "percent": _number,
    "boolean": lambda field, number, dice: dice.random() < 0.5,
    "duration": _integer,
    "choice": _choice,
    "multi_choice": lambda field, number, dice: [_choice(field, number, dice)],
    "phone": lambda field, number, dice: f"+86 138 {number % 10**8:08d}",
    "email": lambda field, number, dice: f"buyer{number}@example.com",
    "url": lambda field, number, dice: f"https://example.com/{number}",
    "place": lambda field, number, dice: {"latitude": 31.2, "longitude": 121.5, "accuracy": 10},
}
