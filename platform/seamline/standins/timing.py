"""Virtual time: it runs like the clock on the wall, jumps ahead on request, or is held."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from seamline import clock


class VirtualClock:
    """The time a stand-in lives in, and what it has promised to do later."""

    def __init__(self) -> None:
        self._order = count()
        self.reset()

    def reset(self) -> None:
        """Show the present again and forget what was due."""
        self._ahead = timedelta()
        self._held: datetime | None = None
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []

    def now(self) -> datetime:
        """Return the virtual moment, aware, in UTC."""
        return (self._held or clock.now()) + self._ahead

    def hold(self, held: bool) -> None:
        """Stop the clock where it is, or let it run on from there."""
        shown = self.now()
        self._held = shown if held else None
        self._ahead = timedelta() if held else shown - clock.now()

    def advance(self, seconds: float) -> None:
        """Jump ahead; what falls due on the way is done at its own moment, in order."""
        goal = self.now() + timedelta(seconds=seconds)
        while self._due and self._due[0][0] <= goal:
            moment, _, act = heapq.heappop(self._due)
            if moment > self.now():
                self._ahead += moment - self.now()
            act()
        if goal > self.now():
            self._ahead += goal - self.now()

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Do `act` in so many virtual seconds."""
        moment = self.now() + timedelta(seconds=seconds)
        heapq.heappush(self._due, (moment, next(self._order), act))

    def catch_up(self) -> None:
        """Do what has fallen due by now."""
        self.advance(0)
