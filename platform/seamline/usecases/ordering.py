"""Which version came before which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from seamline.facts import Record

_DIGITS = re.compile(r"(\d+)")


def order(record: Record, by: Sequence[str]) -> list[Any]:
    """Return what puts versions in order: V10.0 comes after V9.0, what says nothing first."""
    found: list[Any] = []
    for name in by:
        value = record.values.get(name)
        if isinstance(value, str):
            parts = _DIGITS.split(value)
            found.append((1, [(int(p) if n % 2 else 0, p) for n, p in enumerate(parts)]))
        else:
            found.append((0, None) if value is None else (1, value))
    return [*((rank, "" if value is None else value) for rank, value in found), record.created_at]
