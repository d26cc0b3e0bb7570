"""Record codes: `OD-{year}-{month}-{number:5}` to `OD-2026-02-00001`."""

from __future__ import annotations

import re
from datetime import date

from seamline import clock

from .case import Case

_PLACE = re.compile(r"\{(year|month|day|number)(?::(\d+))?\}")


def code_of(case: Case) -> str:
    """Return the code of a new record; the key's value, or empty, where the form has no pattern.

    The number is taken inside the transaction, so a refused submission uses none up, and it
    grows by a digit past its width: 99,999 is followed by 100,000.
    """
    form = case.model.form
    return _key(case) if form.code is None else _next(case, form.id, form.code.pattern)


def code_after(case: Case) -> str:
    """Return the code of a record that is changed: its own, or what its key says by now."""
    if case.before is not None and case.model.form.code is not None:
        return case.before.code
    return _key(case)


def _key(case: Case) -> str:
    key = case.values.get(case.model.form.key) if case.model.form.key else None
    return "" if key is None else str(key)


def fill_codes(case: Case) -> None:
    """Give every code field of a new record its number."""
    for name in case.model.codes:
        if case.values.get(name) is None:
            pattern = str(case.model.fields[name].field.settings["pattern"])
            case.values[name] = _next(case, f"{case.model.form.id}.{name}", pattern)


def _next(case: Case, name: str, pattern: str) -> str:
    today = clock.today(case.catalog.zone)
    number = case.unit.sequences.next(f"{name}:{_period(pattern, today)}")
    return fill(pattern, today, number)


def _period(pattern: str, day: date) -> str:
    """Return the pattern with its dates filled in: the name under which numbers count up."""
    return _PLACE.sub(lambda place: _date_part(place[1], day) or "#", pattern)


def fill(pattern: str, day: date, number: int) -> str:
    """Return the pattern with date and number filled in; the number padded to its width."""

    def part(place: re.Match[str]) -> str:
        return _date_part(place[1], day) or str(number).zfill(int(place[2] or 0))

    return _PLACE.sub(part, pattern)


def _date_part(name: str, day: date) -> str:
    match name:
        case "year":
            return f"{day.year:04d}"
        case "month":
            return f"{day.month:02d}"
        case "day":
            return f"{day.day:02d}"
    return ""
