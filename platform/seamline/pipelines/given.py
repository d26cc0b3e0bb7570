"""What is said of a thing from elsewhere: names with their types, columns of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.pages import Data
from seamline.scope import Scope

from .kind import Gives


def given(told: Data) -> Gives:
    """Return what later steps may name of it."""
    rows = {name: Scope(dict(one)) for name, one in told.items() if isinstance(one, Mapping)}
    return Gives({name: one for name, one in told.items() if name not in rows}, rows)


def picked(told: Data, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return of a thing what was said of it, and no more."""
    found: dict[str, Any] = {}
    for name, one in told.items():
        value = values.get(name)
        if isinstance(one, Mapping):
            value = [{column: row.get(column) for column in one} for row in value or ()]
        found[name] = value
    return found
