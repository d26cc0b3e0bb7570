"""The filters of a list as one condition, checked like every condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from seamline.conditions.parse import Node, parse
from seamline.forms import FormModel
from seamline.problems import Place, Problem, Refused, shorten
from seamline.text import Text

from .asked import DUE, ME, OPEN, Asked, split
from .targets import Target

Part = Mapping[str, Any]
MOST_DAYS = 3650
ARCHIVED: Part = {"var": "_archived_at"}  # true where it is set
_RELATIONS = {"ge": ">=", "le": "<="}


@dataclass(frozen=True, slots=True)
class Around:
    """Who asks and when: what the words `@me` and "the last days" stand for."""

    me: str
    today: date
    zone: tzinfo


def where(
    model: FormModel, asked: Asked, targets: Mapping[str, Target], around: Around
) -> Node | None:
    """Return the condition of a list; raises Refused where a value does not fit its field."""
    document = condition(model, asked, targets, around)
    return None if document is None else parse(document, model.scope, Place())


def condition(
    model: FormModel, asked: Asked, targets: Mapping[str, Target], around: Around
) -> Part | None:
    """Return the filters of a list as one JsonLogic document; None where it has none."""
    parts = list(_parts(model, asked, targets, around))
    if not parts:
        return None
    return {"and": parts} if len(parts) > 1 else parts[0]


def _parts(
    model: FormModel, asked: Asked, targets: Mapping[str, Target], around: Around
) -> Iterator[Part]:
    equal: dict[str, list[str]] = {}
    for word, value in asked.pairs:
        found = split(word, targets)
        if found is None:
            continue
        target = targets[found[0]]
        if found[1]:
            yield _inside(target, _test(target, found[1], value, around))
        else:
            equal.setdefault(target.name, []).append(value)
    for name, values in equal.items():
        yield _inside(targets[name], _equal(model, targets[name], values, around))
    if asked.get("mine"):
        yield mine(model, around.me)
    if asked.get("archived"):
        yield ARCHIVED


def _inside(target: Target, part: Part) -> Part:
    return {"some": [{"var": target.table}, part]} if target.table else part


def _equal(model: FormModel, target: Target, words: Sequence[str], around: Around) -> Part:
    """Return the condition that a name has one of some values."""
    name = {"var": target.own}
    values: list[Any] = []
    for word in words:
        if word == OPEN and target.name == "_state":
            values += [state.id for state in model.form.states if not state.final]
        elif word == DUE and target.name == "_state":
            values += model.form.pressing
        elif word == ME and target.shape == "people":
            values.append(around.me)
        else:
            values.append(_literal(target, word))
    if target.type == "list":
        ways: list[Part] = [{"in": [value, name]} for value in values]
        return {"or": ways} if len(ways) > 1 else ways[0]
    if target.type == "boolean" and len(values) > 1:
        return {"or": [{"==": [name, value]} for value in values]}
    return {"==": [name, values[0]]} if len(values) == 1 else {"in": [name, values]}


def _test(target: Target, suffix: str, value: str, around: Around) -> Part:
    name = {"var": target.own}
    if suffix == "none":
        return {"!": [name]}
    if suffix == "some":
        return name
    if suffix == "past":
        return {"falls": [name, "before today"]}
    if suffix == "falls":
        return {"falls": [name, value]}
    if suffix in ("last", "next"):
        days = timedelta(_days(target, suffix, value))
        back, ahead = (days, timedelta()) if suffix == "last" else (timedelta(), days)
        first, last = around.today - back, around.today + ahead
        after = {"<": [name, _start(target, last + timedelta(1), around)]}
        return {"and": [{">=": [name, _start(target, first, around)]}, after]}
    return {_RELATIONS[suffix]: [name, _end(target, suffix, value, around)]}


def _end(target: Target, suffix: str, value: str, around: Around) -> Any:
    """Return one end of a span; a day given for a moment means the whole of that day."""
    if target.type != "datetime" or len(value) != len("2026-02-18"):
        return _literal(target, value)
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    at = time.max if suffix == "le" else time.min
    return datetime.combine(day, at, around.zone).isoformat()


def _start(target: Target, day: date, around: Around) -> str:
    if target.type == "datetime":
        return datetime.combine(day, time.min, around.zone).isoformat()
    return day.isoformat()


def _literal(target: Target, word: str) -> Any:
    if target.type == "boolean":
        return word == "true"
    if target.type == "number":
        try:
            return Decimal(word)
        except InvalidOperation:
            return word
    return word


def _days(target: Target, suffix: str, value: str) -> int:
    if value.isascii() and value.isdigit() and int(value) <= MOST_DAYS:
        return int(value)
    problem = Problem(
        "days_expected",
        Text(
            f"“{target.label}”应写 0–{MOST_DAYS} 之间的天数，收到“{shorten(value)}”。",
            f"'{target.label}' takes a number of days from 0 to {MOST_DAYS}, "
            f"got '{shorten(value)}'.",
        ),
        Place(f"{target.name}.{suffix}"),
    )
    raise Refused((problem,), 400)


def mine(model: FormModel, me: str) -> Part:
    """Return the condition that a record is somebody's: it names them, or they made it."""
    names = [field.id for field in model.form.fields if field.kind == "person"]
    names += [] if "_created_by" in model.unseen else ["_created_by"]
    ways: list[Part] = [{"==": [{"var": name}, me]} for name in names]
    if not ways:
        return {"==": [{"var": "_id"}, "-"]}  # nothing shows whose a record is
    return {"or": ways} if len(ways) > 1 else ways[0]
