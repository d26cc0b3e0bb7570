"""How often something may be said: WeCom drops what is too much without a word, so we count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from seamline.connector import Context, Retry
from seamline.problems import Problem
from seamline.text import Text

_MINUTE = timedelta(minutes=1)
_KEPT = timedelta(hours=1, minutes=2)
_CROWDED = (0, 30)  # the minutes of each hour at which WeCom asks not to be called
_SPREAD = 90  # seconds over which those messages go out
_SLOW = Text("发送过快，稍后继续。", "Sending too fast; it goes on later.")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many a minute and an hour."""

    minute: int
    hour: int


MEMBER = Limit(30, 1_000)
ROBOT = Limit(20, 1_000)
CORP = Limit(10_000, 150_000)


class Pace:
    """The counters of a connection, shared by all processes."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def room(self, names: Sequence[str], limit: Limit) -> tuple[list[str], timedelta]:
        """Take a place for each name that has one; return them, and when the others may."""
        with self._context.memory.alone("pace"):
            waits = {name: self._take(name, limit) for name in names}
        free = [name for name, wait in waits.items() if not wait]
        return free, max(waits.values(), default=timedelta())

    def corp(self) -> None:
        """Count one call of the company; raises Retry where there were too many.

        Counted by the minute, unlike the members': thousands of moments are not kept.
        """
        memory, now = self._context.memory, self._context.now()
        minute = int(now.timestamp()) // 60
        with memory.alone("pace"):
            kept = memory.get("pace:corp") or {}
            counts = {int(at): n for at, n in kept.items() if int(at) > minute - 60}
            if counts.get(minute, 0) >= CORP.minute or sum(counts.values()) >= CORP.hour:
                raise Retry(Problem("wecom_pace", _SLOW), _MINUTE)
            counts[minute] = counts.get(minute, 0) + 1
            memory.put("pace:corp", {str(at): n for at, n in counts.items()}, _KEPT)

    def _take(self, name: str, limit: Limit) -> timedelta:
        memory, now = self._context.memory, self._context.now()
        stamp = now.timestamp()
        moments = [at for at in memory.get(f"pace:{name}") or () if at > stamp - 3600]
        wait = max(_over(moments, limit.minute, 60, stamp), _over(moments, limit.hour, 3600, stamp))
        if not wait:
            memory.put(f"pace:{name}", [*moments, stamp], _KEPT)
        return timedelta(seconds=wait)


def _over(moments: Iterable[float], most: int, span: float, now: float) -> float:
    """Return the seconds until one more is no longer too much."""
    recent = [at for at in moments if at > now - span]
    return recent[-most] + span - now + 0.1 if len(recent) >= most else 0


def keep_off_the_hour(key: str, now: datetime) -> None:
    """Raise Retry where everybody calls: a message of a full or half hour has its own second."""
    start = now.replace(second=0, microsecond=0)
    if start.minute - 1 in _CROWDED:
        start -= _MINUTE
    if start.minute not in _CROWDED:
        return
    share = int.from_bytes(sha256(key.encode()).digest()[:4]) / 2**32
    wait = start + timedelta(seconds=share * _SPREAD) - now
    if wait > timedelta():
        say = Text("避开整点和半点，稍后发送。", "Sent a little after the full or half hour.")
        raise Retry(Problem("wecom_spread", say), wait)
