"""Draws the values of one sample record from a form's metadata; the same dice, the same values."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from seamline.fields import kind_of
from seamline.metadata import Field, Form
from seamline.text import Language

from . import words

ROWS = (1, 2, 2, 3, 4)
OFTEN = 0.75  # how often a field that need not be filled is
FILES = ("attachment", "image", "signature")
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_PAST = re.compile(
    r"签订|下单|登记|制单|生效|创建|发生|signed|signing|ordered|created|issued|from$"
)
_ROUND = re.compile(r"额度|应收|余额|合计|总额|credit|balance|receivable|total|budget")
_PRICE = re.compile(r"单价|价格|price")


@dataclass(slots=True)
class Draw:
    """Draws one record.

    `keys` returns what references to a form may name. `kept` is called for a file that a field
    requires. `fill` and `leave` are paths that have to be filled, or left empty, as far as the
    door has said so (`lines.qty` for a column).
    """

    form: Form
    language: Language
    today: date
    number: int
    dice: random.Random
    keys: Callable[[str], Sequence[str]]
    kept: Callable[[Field], Any]
    people: Sequence[str]
    fill: set[str] = field(default_factory=set)
    leave: set[str] = field(default_factory=set)

    def values(self, fillable: Collection[str]) -> dict[str, Any]:
        """Return the values, as they would be sent."""
        return self._of([one for one in self.form.fields if one.id in fillable], "")

    def _of(self, fields: Sequence[Field], under: str) -> dict[str, Any]:
        found = {}
        for one in fields:
            path = f"{under}{one.id}"
            needed = one.required or path in self.fill
            if not self._wanted(one, path, needed):
                continue
            table = one.kind == "table"
            value = self._rows(one, path, needed) if table else self._value(one, needed)
            if value is not None and value != []:
                found[one.id] = value
        return found

    def _wanted(self, one: Field, path: str, needed: bool) -> bool:
        if not kind_of(one).written or (path in self.leave and not one.required):
            return False
        left = one.default is not None or one.kind in FILES
        return needed or one.kind == "table" or (not left and self.dice.random() < OFTEN)

    def _rows(self, one: Field, path: str, needed: bool) -> list[dict[str, Any]]:
        least = int(one.settings.get("min_rows", 1 if needed else 0))
        most = int(one.settings.get("max_rows", 200))
        count = min(most, max(least, self.dice.choice(ROWS)))
        return [self._of(one.fields, f"{path}.") for _ in range(count)]

    def _value(self, one: Field, needed: bool) -> Any:
        made = MAKERS.get(one.kind)
        if made is not None:
            return made(self, one)
        if one.kind == "reference":
            keys = self.keys(str(one.settings["to"]))
            return self.dice.choice(keys) if keys else None
        if one.kind in FILES:
            return [self.kept(one)] if needed else None
        return None

    def text(self, one: Field) -> str | None:
        """Return words that fit the label, of a shape that the field takes."""
        pattern, most = one.settings.get("pattern"), int(one.settings.get("max_length", 200))
        label = one.label.in_(self.language)
        known = None if one.unique or one.id == self.form.key else self._about(one, label)
        mark = "".join(self.dice.choice(SIGNS) for _ in range(2))
        code = f"{mark}{self.number:04d}"
        for word in (known, code, f"{mark}-{self.number:04d}", f"{self.number:08d}",
                     f"V{1 + self.number % 9}.{self.dice.randint(0, 9)}", str(self.number),
                     mark.lower() + str(self.number)):  # fmt: skip
            if (
                word is not None
                and len(word) <= most
                and (pattern is None or re.search(pattern, word))
            ):
                return word
        return None

    def _about(self, one: Field, label: str) -> str | None:
        if one.kind == "long_text":
            return words.remark(self.language, self.dice)
        return words.about(label, self.language, self.dice)

    def amount(self, one: Field) -> Any:
        """Return a number within the field's range, of a size that fits what it is called."""
        settings, label = one.settings, f"{one.label.zh} {one.label.en}".lower()
        whole = one.kind in ("integer", "duration")
        scale = 0 if whole else int(settings.get("scale", 2))
        usual = (1, 200)
        if one.kind == "percent":
            usual = (1, 20)
        elif _ROUND.search(label):
            usual = (5_000, 500_000)
        elif _PRICE.search(label):
            usual = (5, 400)
        least = Decimal(str(settings.get("min", usual[0])))
        most = Decimal(str(settings.get("max", max(least, Decimal(usual[1])))))
        least = max(least, min(Decimal(usual[0]), most))
        most = max(least, min(most, max(Decimal(usual[1]), least * 2)))
        drawn = least + (most - least) * Decimal(self.dice.randint(0, 1000)) / 1000
        step = Decimal(1).scaleb(-scale)
        if most - least > 1000 and scale:
            step = Decimal(1)
        value = min(most, max(least, drawn.quantize(step)))
        return int(value) if whole else format(value.quantize(Decimal(1).scaleb(-scale)), "f")

    def day(self, one: Field) -> str:
        """Return a day within the field's limits, before or after today as its label says."""
        label = f"{one.label.zh} {one.label.en}".lower()
        past = bool(_PAST.search(label))
        away = -self.dice.randint(0, 20) if past else self.dice.randint(12, 75)
        day = self.today + timedelta(days=away)
        for key, pick in (("min", max), ("max", min)):
            limit = one.settings.get(key)
            if limit is not None:
                end = self.today if limit == "today" else date.fromisoformat(str(limit)[:10])
                day = pick(day, end)
        return day.isoformat()

    def option(self, one: Field) -> str:
        """Return one of the options, those in front more often."""
        ids = [str(each["id"]) for each in one.settings["options"]]
        weights = [1 / (place + 1) for place in range(len(ids))]
        return self.dice.choices(ids, weights)[0]

    def phone(self) -> str:
        """Return a phone number that nobody has."""
        return f"1390000{self.dice.randint(0, 9999):04d}"


MAKERS: Mapping[str, Callable[[Draw, Field], Any]] = {
    "text": Draw.text,
    "long_text": Draw.text,
    "barcode": Draw.text,
    "integer": Draw.amount,
    "decimal": Draw.amount,
    "money": Draw.amount,
    "percent": Draw.amount,
    "duration": Draw.amount,
    "date": Draw.day,
    "datetime": lambda draw, one: f"{draw.day(one)}T0{draw.dice.randint(1, 9)}:30:00Z",
    "boolean": lambda draw, _one: draw.dice.random() < 0.3,
    "choice": Draw.option,
    "multi_choice": lambda draw, one: [draw.option(one)],
    "phone": lambda draw, _one: draw.phone(),
    "email": lambda draw, _one: f"sample{draw.number}@example.com",
    "url": lambda draw, _one: f"https://example.com/{draw.number}",
    "person": lambda draw, _one: draw.dice.choice(draw.people) if draw.people else None,
    "place": lambda draw, _one: {
        "latitude": round(31 + draw.dice.random(), 4),
        "longitude": round(120 + draw.dice.random(), 4),
        "accuracy": 12,
    },
}
