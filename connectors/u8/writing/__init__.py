"""The ways to write to U8: user-defined columns by SQL, OpenAPI, EAI; never an INSERT."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from seamline.connector import Context, Finding, Receipt, Write
from seamline.text import Text

from ...databases.session import Session
from .columns import Columns
from .eai import Eai
from .openapi import OpenApi
from .orders import Orders

__all__ = ["Writer", "writer"]


class Writer(Protocol):
    """One way to write to sales orders."""

    @property
    def operations(self) -> tuple[str, ...]:
        """Return what may be done."""

    @property
    def members(self) -> tuple[str, ...]:
        """Return the members of an order and its lines that may be written."""

    def check(self, title: Text) -> Finding:
        """Return whether the way is open."""

    def write(self, order: Write) -> Receipt:
        """Do what is ordered exactly once."""


def writer(
    settings: Mapping[str, Any], columns: Mapping[str, str], session: Session, context: Context
) -> Writer | None:
    """Return the way that the settings choose, or None where nothing is written."""
    by = settings.get("write_by", "none")
    if by == "columns":
        allowed = {name: columns[name] for name in settings.get("write_columns", ())}
        return Columns(allowed, session, context)
    orders = Orders(settings, columns, session, context)
    if by == "openapi":
        return OpenApi(settings, orders, context)
    return Eai(settings, orders, context) if by == "eai" else None
