"""What a database says that is busy or away for a moment: trying again is all there is to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from seamline.problems import Refused
from seamline.text import Text

BUSY = Text("数据库繁忙，请稍后重试。", "The database is busy; please try again.")
AWAY = Text(
    "数据库暂时连接不上，请稍后重试。", "The database is away; please try again in a moment."
)


@contextmanager
def patient() -> Iterator[None]:
    """Say in words that the database stayed busy or went away: it undid what was under way.

    Raises Refused 503. After the first such error the connections of before are not used again.
    """
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        say = _said(error)
        if say is None:
            raise
        raise Refused.one("busy", say, status=503) from error


def momentary(error: BaseException) -> bool:
    """Return whether an error says no more than that the database is busy or away."""
    if isinstance(error, Refused):
        return error.status == 503
    return isinstance(error, (OperationalError, InterfaceError)) and _said(error) is not None


def _said(error: DBAPIError) -> Text | None:
    state = getattr(error.orig, "sqlstate", "")  # None where the server could not be asked
    if state in ("40P01", "55P03", "40001") or "database is locked" in str(error.orig):
        return BUSY  # deadlock, lock not available, serialisation
    if error.connection_invalidated or state is None or state.startswith(("08", "57P")):
        return AWAY
    return None
