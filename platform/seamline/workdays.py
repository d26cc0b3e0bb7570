"""The working calendar: when a span of working time, counted from a moment, is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from . import clock

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A calendar without a working day in so long never comes to an end; its author is told at load.
HORIZON = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a week that people work, from `start` to `end` local time, but for `holidays`.

    `workdays` are days that are worked although their weekday is free (a Chinese holiday week is
    made up for on a weekend).
    """

    days: tuple[str, ...] = DAYS[:5]
    start: time = time(8, 0)
    end: time = time(17, 30)
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """Return whether `day` is worked."""
        if day in self.workdays:
            return True
        return DAYS[day.weekday()] in self.days and day not in self.holidays

    def later(self, day: date, days: int) -> date:
        """Return the working day that is `days` working days after `day`; with 0 the next of them,
        `day` itself where it is worked.

        Raises ValueError where no day within a year is worked.
        """
        last = day
        while not self.works(day):
            day += timedelta(days=1)
            if day - last > HORIZON:
                raise ValueError(f"no working day within a year of {last}")
        for _ in range(days):
            day = self.later(day + timedelta(days=1), 0)
        return day

    def after(self, moment: datetime, span: timedelta, zone: tzinfo) -> datetime:
        """Return when `span` of working time after `moment` (aware) is over, in UTC.

        Raises ValueError where no day within a year is worked.
        """
        left = span
        day = moment.astimezone(zone).date()
        last = day + HORIZON
        while day <= last:
            if self.works(day):
                begins = max(moment, clock.moment(day, zone, self.start))
                ends = clock.moment(day, zone, self.end)
                if begins < ends:
                    if ends - begins >= left:
                        return begins + left
                    left -= ends - begins
            day += timedelta(days=1)
        raise ValueError(f"no working time within a year of {moment:%Y-%m-%d}")

    def before(self, moment: datetime, span: timedelta, zone: tzinfo) -> datetime:
        """Return the moment from which `span` of working time is left until `moment`, in UTC.

        Raises ValueError where no day within a year is worked.
        """
        left = span
        day = moment.astimezone(zone).date()
        last = day - HORIZON
        while day >= last:
            if self.works(day):
                begins = clock.moment(day, zone, self.start)
                ends = min(moment, clock.moment(day, zone, self.end))
                if begins < ends:
                    if ends - begins >= left:
                        return ends - left
                    left -= ends - begins
            day -= timedelta(days=1)
        raise ValueError(f"no working time within a year before {moment:%Y-%m-%d}")

    def between(self, since: datetime, until: datetime, zone: tzinfo) -> timedelta:
        """Return the working time between two aware moments."""
        spent = timedelta()
        day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
        while day <= last:
            if self.works(day):
                begins = max(since, clock.moment(day, zone, self.start))
                ends = min(until, clock.moment(day, zone, self.end))
                spent += max(ends - begins, timedelta())
            day += timedelta(days=1)
        return spent


def due(calendar: Calendar | None, moment: datetime, span: timedelta, zone: tzinfo) -> datetime:
    """Return when `span` after `moment` is over: in working time where there is a calendar."""
    if calendar is None:
        return moment + span
    return calendar.after(moment, span, zone)
