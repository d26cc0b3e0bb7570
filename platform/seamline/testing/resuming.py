"""What the platform does with a call to another system: again after a while, or before a person.

Tests of a connector under faults use it to see where a call ends.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from seamline import clock
from seamline.connector import Connector, Retry, Setback

USUAL_WAIT = timedelta(seconds=5)


def settled(
    connect: Callable[[], AbstractContextManager[Connector]],
    call: Callable[[Any], Any],
    *,
    attempts: int = 5,
    passes: Callable[[timedelta], None] = lambda span: None,
) -> Any:
    """Return what a call comes to, or the setback that a person would see.

    Each attempt opens the connection anew, at the moment that the setback before it named;
    `passes` lets as much time pass in the other system.
    """
    ahead, start = timedelta(), clock.now()
    last: Setback | None = None
    for _ in range(attempts):
        with clock.frozen(start + ahead):
            try:
                with connect() as connector:
                    return call(connector)
            except Retry as setback:
                wait, last = setback.after or USUAL_WAIT, setback
            except Setback as setback:
                return setback
        ahead += wait
        passes(wait)
    return last
