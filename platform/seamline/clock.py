"""The one place that knows what time it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, tzinfo

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """Return the present moment, aware, in UTC, to the microsecond."""
    return _frozen.get() or datetime.now(UTC)


def today(zone: tzinfo) -> date:
    """Return the present date in `zone`."""
    return now().astimezone(zone).date()


def moment(day: date, zone: tzinfo, at: time = time.min) -> datetime:
    """Return when clocks in `zone` show `at` on `day`, in UTC; without it when the day begins.

    Where clocks go over that, it is reckoned as if they had not been put on yet.
    """
    return datetime.combine(day, at, zone).astimezone(UTC)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Hold the clock of this context at `moment` (aware)."""
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
