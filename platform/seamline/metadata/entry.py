"""A short way into a form: by a printed code, from an address, or without an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from seamline.text import Text


@dataclass(frozen=True, slots=True)
class Public:
    """What an entry without an account may do: all that `role` may, `per_hour` times an address."""

    role: str
    per_hour: int = 20
    thanks: Text | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One way into the form of new records; `enabled` says how its switch stands at first.

    `values` are those it begins with, `accepts` the fields that its address may fill in.
    """

    id: str
    title: Text
    values: Mapping[str, Any] = field(default_factory=dict)
    accepts: tuple[str, ...] = ()
    public: Public | None = None
    enabled: bool = True


def switch_of(form: str, entry: str) -> str:
    """Return the key under which the switch of an entry is kept; no rule is called so."""
    return f"entry.{form}.{entry}"
