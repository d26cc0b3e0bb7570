"""Slows down guessing: how many wrong passwords a login and an address may try."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta

from seamline import clock
from seamline.problems import Problem, Refused
from seamline.text import Text

WINDOW = timedelta(minutes=5)
LOGIN_LIMIT = 8
ADDRESS_LIMIT = 60  # a whole plant may stand behind one address
KEYS_KEPT = 10_000


class TooMany(Refused):
    """Too many wrong passwords (status 429); `seconds` says how long to wait."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        say = Text(
            f"密码错误次数过多，请在 {seconds} 秒后再试。",
            f"Too many wrong passwords; try again in {seconds} seconds.",
        )
        super().__init__((Problem("too_many_attempts", say, got=str(seconds)),), 429)


class Attempts:
    """Wrong passwords of the last five minutes, in memory of this process, of bounded size.

    An attempt counts from its beginning, so that many at once cannot slip through, and is taken
    back when the password was right.
    """

    def __init__(self) -> None:
        self._tried: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, login: str, address: str) -> None:
        """Count one attempt; raises `TooMany` (and counts nothing) over a limit."""
        at = clock.now()
        with self._lock:
            limits = zip(_keys(login, address), (LOGIN_LIMIT, ADDRESS_LIMIT), strict=True)
            tried = [(self._recent(key, at), limit) for key, limit in limits]
            waits = [times[0] + WINDOW - at for times, limit in tried if len(times) >= limit]
            if waits:
                raise TooMany(max(1, math.ceil(max(waits).total_seconds())))
            for times, _ in tried:
                times.append(at)

    def succeeded(self, login: str, address: str) -> None:
        """Forget the attempts of `login`, and the last one of `address`."""
        by_login, by_address = _keys(login, address)
        with self._lock:
            self._tried.pop(by_login, None)
            times = self._tried.get(by_address)
            if times:
                times.pop()

    def _recent(self, key: str, at: datetime) -> deque[datetime]:
        times = self._tried.setdefault(key, deque())
        self._tried.move_to_end(key)
        while times and times[0] + WINDOW <= at:
            times.popleft()
        while len(self._tried) > KEYS_KEPT:
            self._tried.popitem(last=False)
        return times


def _keys(login: str, address: str) -> tuple[str, str]:
    return f"login {login[:100]}", f"address {address[:100]}"
