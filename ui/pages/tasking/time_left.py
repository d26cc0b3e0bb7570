"""How long is left until a task is due, in words and in the colour that fits."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from markupsafe import Markup

from seamline import clock
from seamline.facts import Value

from ...say import _, ngettext
from ...session import reading
from ...shown import badge

HOUR, DAY = 60, 24 * 60
FEW_HOURS = 48  # what is nearer than this is told in hours


def due_at(value: Value) -> datetime | None:
    """Return when a task is due: a day is over at its end, in the workspace's zone."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, date):
        return None
    return datetime.combine(value + timedelta(days=1), time(), reading().zone)


def minutes_left(value: Value) -> int | None:
    """Return the minutes until a task is due, below zero once it is overdue."""
    moment = due_at(value)
    return None if moment is None else int((moment - clock.now()).total_seconds() // 60)


def left(value: Value, soon: timedelta) -> Markup:
    """Return the badge of the time left; nothing where no day is given."""
    minutes = minutes_left(value)
    if minutes is None:
        return Markup("")
    if minutes < 0:
        return badge(_("overdue by %(span)s", span=_span(-minutes)), "red", "clock")
    near = minutes <= soon.total_seconds() // 60
    return badge(_("%(span)s left", span=_span(minutes)), "amber" if near else "", "clock")


def _span(minutes: int) -> str:
    if minutes < HOUR:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    if minutes < FEW_HOURS * HOUR:
        return ngettext("%(num)s hour", "%(num)s hours", minutes // HOUR)
    return ngettext("%(num)s day", "%(num)s days", minutes // DAY)
