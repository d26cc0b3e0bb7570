"""The clock: every so often, or at times of day on certain days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from seamline import clock
from seamline.documents import Path
from seamline.pages import Data
from seamline.text import Text
from seamline.workdays import DAYS, Calendar

from ..kind import Gives, PipelineNames, TriggerKind
from ..shapes import SPAN, span

MOST = 1000  # slots looked at in one go: more have been missed than anybody wants made up for
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OnClock:
    """Every `every`, counted from the beginning of the century; or `at` times on `days`.

    `working` leaves out the days that the calendar of the package does not work.
    """

    every: timedelta | None = None
    at: tuple[time, ...] = ()
    days: tuple[str, ...] = DAYS
    working: bool = False


@dataclass(frozen=True, slots=True)
class Almanac:
    """Where and when a workspace works."""

    zone: Any
    calendar: Calendar | None


def _read(data: Data) -> OnClock:
    return OnClock(
        every=span(data["every"]) if "every" in data else None,
        at=tuple(time.fromisoformat(word) for word in data.get("at", ())),
        days=tuple(data.get("days", DAYS)),
        working=data.get("working", False),
    )


def _check(data: Data, path: Path, names: PipelineNames) -> Mapping[str, Gives]:
    if ("every" in data) == ("at" in data):
        say = Text("every 与 at 恰好写一个。", "Exactly one of every and at is written.")
        names.tell(path, "every_or_at", say)
    return {"slot": Gives({"at": "datetime"})}


def _slots(asked: OnClock, since: datetime, until: datetime, almanac: Any) -> Sequence[datetime]:
    """Return the moments after `since` and up to `until`, the newest `MOST` of them."""
    if asked.every is not None:
        last = (until - EPOCH) // asked.every
        first = max((since - EPOCH) // asked.every + 1, last - MOST + 1)
        found = [EPOCH + asked.every * number for number in range(first, last + 1)]
    else:
        found = list(_of_days(asked, since, until, almanac.zone))
    return [moment for moment in found if _fits(asked, moment, almanac)]


def _of_days(asked: OnClock, since: datetime, until: datetime, zone: Any) -> Sequence[datetime]:
    day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    found: list[datetime] = []
    while day <= last:
        moments = (clock.moment(day, zone, at) for at in sorted(asked.at))
        found += [moment for moment in moments if since < moment <= until]
        day += timedelta(days=1)
    return found[-MOST:]


def _fits(asked: OnClock, moment: datetime, almanac: Any) -> bool:
    day = moment.astimezone(almanac.zone).date()
    if DAYS[day.weekday()] not in asked.days:
        return False
    return not asked.working or almanac.calendar is None or almanac.calendar.works(day)


_TIME = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
_SETTINGS: dict[str, Any] = {
    "every": SPAN,
    "at": {"description": "几点，如 08:00 · Times of day", "type": "array", "minItems": 1,
           "maxItems": 48, "items": _TIME},
    "days": {"description": "星期几 · Days of the week", "type": "array", "minItems": 1,
             "uniqueItems": True, "items": {"enum": list(DAYS)}},
    "working": {"description": "只在工作日 · On working days only", "type": "boolean"},
}  # fmt: skip
KIND = TriggerKind(
    name="schedule",
    title=Text("时间表", "Schedule"),
    settings=_SETTINGS,
    read=_read,
    check=_check,
    slots=_slots,
    icon="calendar",
)
