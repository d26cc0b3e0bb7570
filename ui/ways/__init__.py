"""The ways in as a visitor meets them, each used for real on one workspace."""

from __future__ import annotations

from seamline.testing.conformance.verdicts import Way
from seamline.usecases.desk import Desk

from .api import Api
from .called import Called
from .imported import Imported
from .page import Page
from .scanned import Scanned
from .visitor import Visitor

CALLERS = ("pipeline", "mcp")


def every_way(desk: Desk) -> list[Way]:
    """Return every way in to a workspace, for an administrator made for it."""
    who = Visitor.of(desk)
    called: list[Way] = [Called(desk, who.actor, via) for via in CALLERS]
    return [Page(who), Api(who), Imported(desk, who.actor), Scanned(who), *called]
