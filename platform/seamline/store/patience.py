"""What a busy database says, and that trying again is all there is to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from seamline.problems import Refused
from seamline.text import Text


@contextmanager
def patient() -> Iterator[None]:
    """Say in words that the database stayed busy; it undid the transaction, so try again."""
    try:
        yield
    except OperationalError as error:
        if not _busy(error):
            raise
        raise Refused.one(
            "busy",
            Text("数据库繁忙，请稍后重试。", "The database is busy; please try again."),
            status=503,
        ) from error


def _busy(error: OperationalError) -> bool:
    state = getattr(error.orig, "sqlstate", None)  # deadlock, lock not available, serialisation
    return state in ("40P01", "55P03", "40001") or "database is locked" in str(error.orig)
