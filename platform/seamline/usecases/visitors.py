"""How often one address may send a public form: counted in memory of this process, bounded."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta

from seamline import clock

HOUR = timedelta(hours=1)
MOST_KEPT = 10_000


class Visitors:
    """The submissions of the last hour, by entry and address."""

    def __init__(self) -> None:
        self._came: OrderedDict[tuple[str, str], deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, entry: str, address: str, per_hour: int) -> int:
        """Count one more of an address; where it is one too many, return the seconds to wait."""
        return self._asked(entry, address, per_hour, counts=True)

    def peek(self, entry: str, address: str, per_hour: int) -> int:
        """Return the seconds that one more of an address would have to wait, counting nothing."""
        return self._asked(entry, address, per_hour, counts=False)

    def _asked(self, entry: str, address: str, per_hour: int, counts: bool) -> int:
        at, key = clock.now(), (entry, address[:100])
        with self._lock:
            came = self._came.setdefault(key, deque())
            self._came.move_to_end(key)
            while came and came[0] + HOUR <= at:
                came.popleft()
            if len(came) >= per_hour:
                return max(1, math.ceil((came[0] + HOUR - at).total_seconds()))
            if counts:
                came.append(at)
            while len(self._came) > MOST_KEPT:
                self._came.popitem(last=False)
        return 0
