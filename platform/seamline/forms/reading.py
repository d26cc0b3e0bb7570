"""Reads what came in for a form: every value by its kind, every problem at its place, at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from seamline.facts import Row, Value
from seamline.fields import Invalid, Reading, seen
from seamline.fields.table import ROW_ID, is_blank, rows_of
from seamline.metadata import Step
from seamline.problems import Place, Problem, did_you_mean
from seamline.text import Text

from .parts import FieldModel, Values

MOST_UNKNOWN = 20  # unknown names that are said one by one


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads raw data for the fields of one form; made once per form."""

    fields: tuple[FieldModel, ...]
    _places: Mapping[str, int] = field(init=False, repr=False, compare=False)
    _blank: Mapping[str, Value] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = {one.id: place for place, one in enumerate(self.fields)}
        blank = {one.id: () if one.columns else None for one in self.fields}
        object.__setattr__(self, "_places", places)
        object.__setattr__(self, "_blank", blank)

    def read(
        self,
        raw: Any,
        step: Step,
        before: Mapping[str, Value] | None,
        reading: Reading,
    ) -> tuple[Values, list[Problem]]:
        """Return the values that a step leads to, and every problem of what came in."""
        problems: list[Problem] = []
        values = Values({**self._blank, **(before or {})}, reading, step)
        if not isinstance(raw, Mapping):
            return values, [_not_values(raw)]
        if before is None:
            for one in self.fields:
                if one.field.default is not None and one.id not in raw:
                    values[one.id] = _default(one, reading)
        places = sorted(self._places[name] for name in raw if name in self._places)
        for place in places:
            one = self.fields[place]
            name, given = one.id, raw[one.id]
            refusal = _not_written(one, given) or _not_in_step(one, step)
            if refusal is not None:
                problems.append(refusal)
                values.unread.add(name)
            elif not one.kind.written:
                continue
            elif one.columns:
                old = before.get(name) if before is not None else None
                values[name] = _read_table(one, given, old, reading, values.unread, problems)
            elif is_blank(given):
                values[name] = None
            else:
                values[name] = _read(one, name, given, reading, values.unread, problems)
        if len(places) < len(raw):
            problems.extend(_unknown(raw, [*self._places], ""))
        return values, problems


def _read(
    field: FieldModel,
    path: str,
    given: Any,
    reading: Reading,
    unread: set[str],
    problems: list[Problem],
) -> Value:
    try:
        value = field.kind.parse(field.field, given, reading)
        return None if value == () else value
    except Invalid as error:
        problems.append(error.problem.at(Place(path)))
        unread.add(path)
        return None


def _default(field: FieldModel, reading: Reading) -> Value:
    """Return the default of a field, None where it no longer fits (said when it was loaded)."""
    try:
        return field.kind.parse(field.field, field.field.default, reading)
    except Invalid:
        return None


def _read_table(
    table: FieldModel,
    given: Any,
    before: Value,
    reading: Reading,
    unread: set[str],
    problems: list[Problem],
) -> tuple[Row, ...]:
    """Return the rows that replace those before; rows that say their `_id` keep it."""
    if is_blank(given):
        return ()
    try:
        raw_rows = rows_of(table.field, given)
    except Invalid as error:
        problems.append(error.problem.at(Place(table.id)))
        unread.add(table.id)
        return ()
    old = before if isinstance(before, tuple) else ()
    stored = {row.id for row in old if isinstance(row, Row)}
    rows = []
    for number, raw in enumerate(raw_rows, 1):
        place = f"{table.id}[{number}]"
        values = _read_row(table, place, raw, reading, unread, problems)
        rows.append(Row(values, _identity(raw.get(ROW_ID), place, stored, problems)))
    return tuple(rows)


def _read_row(
    table: FieldModel,
    place: str,
    raw: Mapping[str, Any],
    reading: Reading,
    unread: set[str],
    problems: list[Problem],
) -> dict[str, Value]:
    values: dict[str, Value] = {}
    left = len(raw) - (ROW_ID in raw)
    for column in table.columns:
        name = column.id
        values[name] = None
        if name not in raw:
            if column.field.default is not None and not raw.get(ROW_ID):
                values[name] = _default(column, reading)
            continue
        left -= 1
        given = raw[name]
        if is_blank(given):
            continue
        path = f"{place}.{name}"
        if column.kind.written:
            values[name] = _read(column, path, given, reading, unread, problems)
        else:
            problems.append(_platform_filled(column, path))
    if left:
        names = [ROW_ID, *(column.id for column in table.columns)]
        problems.extend(_unknown(raw, names, f"{place}."))
    return values


def _identity(given: Any, place: str, stored: set[str], problems: list[Problem]) -> str:
    """Return the id of a row that was stored before, once; empty for a new row."""
    if given is None or given == "":
        return ""
    if isinstance(given, str) and given in stored:
        stored.discard(given)
        return given
    say = Text(
        "这一行已不在记录中，或出现了两次。", "This row is not in the record, or came twice."
    )
    hint = Text("请重新打开记录后再改。", "Open the record again and repeat the change.")
    problems.append(Problem("unknown_row", say, Place(f"{place}.{ROW_ID}"), hint, seen(given)))
    return ""


def _not_values(raw: Any) -> Problem:
    say = Text(f"应为字段和值，收到 {seen(raw)}。", f"Expected fields and values, got {seen(raw)}.")
    return Problem("object_expected", say, got=seen(raw))


def _not_written(field: FieldModel, given: Any) -> Problem | None:
    if field.kind.written or is_blank(given):
        return None
    return _platform_filled(field, field.id)


def _platform_filled(field: FieldModel, path: str) -> Problem:
    label = field.field.label
    return Problem(
        "platform_filled",
        Text(f"“{label.zh}”由平台填写。", f"{label.en} is filled by the platform."),
        Place(path),
        Text("请去掉这个字段。", "Leave this field out."),
    )


def _not_in_step(field: FieldModel, step: Step) -> Problem | None:
    if step.fields is None or field.id in step.fields or not field.kind.written:
        return None
    label = field.field.label
    few = ", ".join(step.fields[:8])
    return Problem(
        "not_in_step",
        Text(
            f"业务环节“{step.title.zh}”不能改“{label.zh}”。",
            f"The step {step.title.en} cannot change {label.en}.",
        ),
        Place(field.id),
        Text(f"它可改：{few}。", f"It can change: {few}.") if few else None,
    )


def _unknown(raw: Mapping[Any, Any], known: list[str], prefix: str) -> list[Problem]:
    """Return a problem for each name that the form does not have."""
    problems = []
    for name in [name for name in raw if name not in known][:MOST_UNKNOWN]:
        word = seen(name)
        say = Text(f"没有字段“{word}”。", f"There is no field '{word}'.")
        hint = did_you_mean(word, known)
        problems.append(Problem("unknown_field", say, Place(f"{prefix}{word}"), hint, word))
    return problems
