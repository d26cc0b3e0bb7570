"""What a form requires and nobody has given: filled with something plain that fits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from seamline.metadata import Field

# Days ahead that a required date lies, where the field does not say otherwise.
AHEAD = 30
FILES = ("attachment", "image", "signature")


@dataclass(frozen=True, slots=True)
class Completion:
    """Fills one record; the same `number` makes the same values, another one others.

    `referred` returns a word for a record of a form, "" where there can be none.
    """

    today: date
    number: int
    referred: Callable[[str], str]

    def complete(self, fields: Sequence[Field], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return `given` and a value for every required field that it does not name."""
        values = dict(given)
        for field in fields:
            if field.kind == "table":
                self._complete_table(field, values)
            elif field.required and field.default is None and field.id not in values:
                value = self._value(field)
                if value is not None:
                    values[field.id] = value
        return values

    def _complete_table(self, field: Field, values: dict[str, Any]) -> None:
        rows = values.get(field.id)
        if rows is None and field.id not in values:
            least = int(field.settings.get("min_rows", 1 if field.required else 0))
            rows = [{} for _ in range(least)]
        if isinstance(rows, list) and rows:
            values[field.id] = [
                self.complete(field.fields, row) if isinstance(row, Mapping) else row
                for row in rows
            ]

    def _value(self, field: Field) -> Any:
        settings = field.settings
        match field.kind:
            case "reference":
                return self.referred(str(settings["to"])) or None
            case "choice":
                return settings["options"][0]["id"]
            case "multi_choice":
                return [settings["options"][0]["id"]]
            case "date" | "datetime":
                return self._day(settings, field.kind)
            case "integer" | "decimal" | "money" | "percent" | "duration":
                return _number(settings)
            case kind if kind in FILES:
                return [f"{field.id}.png"]
            case "place":
                return {"latitude": 31.2, "longitude": 121.5, "accuracy": 10}
        return self._word(field)

    def _word(self, field: Field) -> Any:
        """Return a text that tells its field and number, of a shape that the field takes."""
        most = int(field.settings.get("max_length", 200))
        plain = {
            "boolean": False,
            "phone": f"+86 139 {self.number:08d}",
            "email": f"person{self.number}@example.com",
            "url": f"https://example.com/{self.number}",
            "person": "somebody",
        }
        if field.kind in plain:
            return plain[field.kind]
        pattern = field.settings.get("pattern")
        name = field.id.replace("_", "-")
        for word in (f"{name} {self.number}", f"{name.upper()}-{self.number}", f"{self.number:08d}",
                     f"V{self.number}.0"):  # fmt: skip
            word = word[-most:]
            if pattern is None or re.search(pattern, word):
                return word
        return None

    def _day(self, settings: Mapping[str, Any], kind: str) -> str:
        day = self.today + timedelta(days=AHEAD)
        for key, pick in (("min", max), ("max", min)):
            limit = settings.get(key)
            if limit is not None:
                end = self.today if limit == "today" else date.fromisoformat(str(limit)[:10])
                day = pick(day, end)
        return day.isoformat() if kind == "date" else f"{day.isoformat()}T08:00:00Z"


def _number(settings: Mapping[str, Any]) -> int | str:
    value = Decimal(1)
    if settings.get("min") is not None:
        value = max(value, Decimal(str(settings["min"])))
    if settings.get("max") is not None:
        value = min(value, Decimal(str(settings["max"])))
    return int(value) if value == int(value) else format(value, "f")
