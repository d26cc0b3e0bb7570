"""Leases: what one process at a time does, so that others who would do it too let it be."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from seamline import clock

from .desk import Desk

HOLDER = uuid4().hex  # this process


def take(desk: Desk, name: str, held: timedelta) -> bool:
    """Take a lease for a while, or hold it for longer; False where another process has it."""
    at = clock.now()
    with desk.store.unit() as unit:
        return unit.remembered.take_lease(name, HOLDER, at, at + held)


def end(desk: Desk, name: str) -> None:
    """Give a lease back."""
    with desk.store.unit() as unit:
        unit.remembered.end_lease(name, HOLDER)
