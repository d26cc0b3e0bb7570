"""Asking a connected system for one thing: what several kinds of steps do."""

from __future__ import annotations

from typing import Any

from seamline.connector import AskPerson, Change, Reads
from seamline.problems import Problem
from seamline.text import Text

from .kind import Hands


def no_reading(connection: str) -> Problem:
    """Return the problem of a connection that is asked to read and cannot."""
    return Problem(
        "cannot_read",
        Text(f"连接“{connection}”不能读取。", f"The connection '{connection}' does not read."),
    )


def asked_for(hands: Hands, connection: str, entity: str, key: Any) -> Change | None:
    """Return a thing as it stands now at a connection; None where it is not there or is gone.

    `key` is written as values of steps are. Raises AskPerson where the connection does not read.
    """
    system = hands.connection(connection)
    if not isinstance(system, Reads):
        raise AskPerson(no_reading(connection))
    found = system.find(entity, str(hands.value(key) or ""))
    return None if found is None or found.deleted else found
