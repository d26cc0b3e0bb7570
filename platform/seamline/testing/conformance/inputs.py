"""What a rule's verdict hangs on: the values a person writes, and words worth trying for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from seamline import clock
from seamline.catalog import Catalog
from seamline.conditions.node import And, Compare, Falls, Member, Node, Not, Or, Rows, Var
from seamline.conditions.span import edges
from seamline.metadata import Field
from seamline.testing.completing import FILES

# From a form's own field through references to the field of another record: `lines material cost`.
Path = tuple[str, ...]
LOCKED = "_locked"
NUMBERS = tuple(map(Decimal, (0, 1, 2, 50, 1_000, 100_000, 10_000_000)))
DAYS = (-400, -1, 0, 1, 30, 60, 400)
KINDS_OF_NUMBERS = ("integer", "decimal", "money", "percent")
KINDS_OF_WORDS = ("text", "long_text", "barcode", "phone", "email", "url", "person")


@dataclass(frozen=True, slots=True)
class Input:
    """One written value that a rule looks at, directly or through references and formulas."""

    path: Path
    field: Field | None  # None: whether the record is locked
    required: bool = False


@dataclass(slots=True)
class Inputs:
    """Finds the inputs of names that a condition uses, once each."""

    catalog: Catalog
    found: dict[Path, Input] = field(default_factory=dict)
    _seen: set[tuple[str, str, Path, str]] = field(default_factory=set)

    def of(self, form: str, names: Iterable[str]) -> list[Input]:
        """Return the inputs behind `names` of a form."""
        for name in sorted(names):
            self._walk(form, name.replace("[]", ""), (), "")
        return list(self.found.values())

    def _walk(self, form: str, name: str, before: Path, table: str) -> None:
        if (form, name, before, table) in self._seen:
            return
        self._seen.add((form, name, before, table))
        head, _, rest = name.partition(".")
        if head == LOCKED:
            self.found[(*before, LOCKED)] = Input((*before, LOCKED), None)
            return
        one, under, inside = self._field(form, head, table)
        if one is None:
            return
        if one.kind == "table":
            if rest:
                self._walk(form, rest, before, head)
            return
        self._written(form, one, rest, (*before, *under), before, inside)

    def _field(self, form: str, head: str, table: str) -> tuple[Field | None, Path, str]:
        """Return a field by its name, seen from inside a sub-table where `table` names one."""
        fields = {one.id: one for one in self.catalog.forms[form].form.fields}
        if table and head in (columns := {one.id: one for one in fields[table].fields}):
            return columns[head], (table,), table
        return fields.get(head), (), ""

    def _written(
        self, form: str, one: Field, rest: str, base: Path, before: Path, table: str
    ) -> None:
        if one.kind == "reference" and rest:
            self._walk(str(one.settings["to"]), rest, (*base, one.id), "")
        elif one.kind == "lookup":
            by, _, _ = self._field(form, str(one.settings["from"]), table)
            if by is not None:
                target, seen = str(by.settings["to"]), str(one.settings["field"])
                self._walk(target, seen, (*base, by.id), "")
        elif one.kind == "computed":
            path = f"{table}.{one.id}" if table else one.id
            formula = self.catalog.forms[form].fields[path].formula
            for need in sorted(formula.needs) if formula is not None else ():
                self._walk(form, need.replace("[]", ""), before, table)
        elif one.kind not in ("code", "promised", "bound") and not one.unique:
            self.found[(*base, one.id)] = Input((*base, one.id), one, one.required)


def constants(node: Node) -> Iterator[Any]:
    """Yield every constant that a condition compares with."""
    match node:
        case Compare(_, _, right) if not isinstance(right, Var):
            yield right
        case Member(item, options):
            yield from () if isinstance(item, Var) else (item,)
            yield from () if isinstance(options, Var) else options
        case Falls(var, span):
            found = (edge for _word, edge in edges(span, var.type == "date", clock.now()))
            yield from (one.date() if isinstance(one, datetime) else one for one in found)
        case And(parts) | Or(parts):
            for part in parts:
                yield from constants(part)
        case Not(part) | Rows(_, _, part):
            yield from constants(part)


def words(one: Input, constant: list[Any], today: date) -> list[Any]:
    """Return what is worth trying for an input, as JSON values; None is an empty field."""
    if one.field is None:
        return [False, True]
    found = list(_words(one.field, constant, today))
    return found if one.required else [*found, None]


def _words(one: Field, constant: list[Any], today: date) -> Iterator[Any]:
    if one.kind in ("choice", "multi_choice"):
        for option in one.settings["options"]:
            yield option["id"] if one.kind == "choice" else [option["id"]]
    elif one.kind == "boolean":
        yield from (True, False)
    elif one.kind in KINDS_OF_NUMBERS:
        yield from _numbers(one, constant)
    elif one.kind in ("date", "datetime"):
        days = [each for each in constant if isinstance(each, date)]
        near = {day + timedelta(days=n) for day in days for n in (-1, 0, 1)}
        for day in sorted({today + timedelta(days=n) for n in DAYS} | near):
            yield day.isoformat()[:10] + ("" if one.kind == "date" else "T08:00:00Z")
    elif one.kind == "duration":
        hours = {int(each / timedelta(hours=1)) for each in constant if isinstance(each, timedelta)}
        yield from (
            f"{n}h" for n in sorted({1, 100} | {max(0, h + d) for h in hours for d in (-1, 1)})
        )
    elif one.kind in FILES:
        yield [f"{one.id}.png"]
    elif one.kind in KINDS_OF_WORDS and not one.settings.get("pattern"):
        texts = [each for each in constant if isinstance(each, str)]
        yield from [*texts, "conformance"] if one.kind in ("text", "long_text") else texts


def _numbers(one: Field, constant: list[Any]) -> Iterator[str | int]:
    scale = 0 if one.kind == "integer" else int(one.settings.get("scale", 2))
    step = Decimal(1).scaleb(-scale)
    told = [Decimal(each) for each in constant if isinstance(each, (int, Decimal))]
    near = {each + d for each in told for d in (-step, Decimal(0), step)}
    limits = [Decimal(str(one.settings[k])) for k in ("min", "max") if k in one.settings]
    least = limits[0] if "min" in one.settings else None
    most = limits[-1] if "max" in one.settings else None
    for number in sorted({*NUMBERS, *near, *limits}):
        inside = (least is None or number >= least) and (most is None or number <= most)
        if inside:
            shown = number.quantize(step)
            yield int(shown) if one.kind == "integer" else format(shown, "f")
