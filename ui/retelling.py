"""A year of sample history, told through the one door with the clock of each day.

A package may carry `data/story.csv`: day (counted from today), time, a name for the record, form,
step and values as JSON. In values `@-3` is the day three days ago and `=o1` the record called o1;
`_reason` is the reason of the step. A line without a form decides what holds the record for review.
The demonstration tells it, so that lists, timelines and measures have something to show.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from seamline import clock
from seamline.facts import Actor, Origin
from seamline.problems import Refused
from seamline.usecases.desk import Desk
from seamline.usecases.review import decide
from seamline.usecases.submit import RefusedByRules, Submission, keep_refusal, submit_in

STORY = Path("data") / "story.csv"
TOGETHER = 40  # lines in one transaction
REVIEWED = "approve"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, at an aware moment."""

    at: datetime
    name: str
    form: str
    step: str
    values: dict[str, Any]


def retell(desk: Desk, actor: Actor, origin: Origin, package: Path) -> int:
    """Let the story of a package happen; return how many of its lines came to something.

    What a rule refuses stays refused, as it would have been on the day.
    """
    if not (package / STORY).is_file():
        return 0
    names: dict[str, str] = {}
    lines = list(_lines(desk, package / STORY))
    done, waiting = 0, []
    for line in lines:
        if line.form:
            waiting.append(line)
            if len(waiting) < TOGETHER:
                continue
        done += _happen(desk, actor, origin, names, waiting)
        waiting = []
        if not line.form:
            done += _decided(desk, actor, origin, names.get(line.name, ""), line)
    return done + _happen(desk, actor, origin, names, waiting)


def _lines(desk: Desk, path: Path) -> Iterator[Line]:
    """Yield the lines that lie in the past already."""
    catalog = desk.catalogs.current()
    today, now = clock.today(catalog.zone), clock.now()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            day = today + timedelta(days=int(row["day"]))
            at = datetime.combine(day, time.fromisoformat(row["time"]), catalog.zone)
            if at < now:
                values = _dated(json.loads(row["values"]), today)
                yield Line(at, row["name"], row["form"], row["step"], values)


def _dated(value: Any, today: date) -> Any:
    """Return a value with its days in the calendar."""
    if isinstance(value, dict):
        return {key: _dated(part, today) for key, part in value.items()}
    if isinstance(value, list):
        return [_dated(part, today) for part in value]
    if isinstance(value, str) and value[:1] == "@":
        return (today + timedelta(days=int(value[1:]))).isoformat()
    return value


def _happen(
    desk: Desk, actor: Actor, origin: Origin, names: dict[str, str], lines: list[Line]
) -> int:
    done = 0
    if not lines:
        return done
    catalog = desk.catalogs.current()
    with desk.store.unit() as unit:
        for line in lines:
            asked = _submission(line, names)
            if asked is None:
                continue
            with clock.frozen(line.at):
                try:
                    record = submit_in(unit, catalog, actor, origin, asked).record
                except RefusedByRules as refusal:
                    keep_refusal(unit, refusal)
                    continue
                except Refused:  # it is held still, or has been cancelled: nothing came of it
                    continue
            names.setdefault(line.name, record.code or record.id)
            done += 1
    return done


def _submission(line: Line, names: dict[str, str]) -> Submission | None:
    """Return a line as a submission; None where the record it is about never came to be."""
    values = dict(line.values)
    reason = values.pop("_reason", "")
    for name, value in values.items():
        if isinstance(value, str) and value[:1] == "=":
            if value[1:] not in names:
                return None
            values[name] = names[value[1:]]
    if line.step != "create" and line.name not in names:
        return None
    record = "" if line.step == "create" else names[line.name]
    return Submission(line.form, line.step, values, record=record, reason=reason)


def _decided(desk: Desk, actor: Actor, origin: Origin, word: str, line: Line) -> int:
    """Approve what holds a record for review; nothing where nothing does."""
    with desk.store.reading() as unit:
        catalog = desk.catalogs.current()
        open_ones = unit.reviews.waiting(catalog.access.pools(actor))
        records = {
            one.id: unit.records.get(catalog.forms[one.form].tables, one.record)
            for one in open_ones
        }
    for review in open_ones:
        record = records[review.id]
        if record is not None and record.code == word:
            with clock.frozen(line.at):
                decide(desk, actor, origin, review.id, "approve", line.values["reason"])
            return 1
    return 0
