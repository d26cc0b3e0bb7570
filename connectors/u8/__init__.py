"""Yonyou U8: stock, archives, bills, orders and credit by SQL, write-back by its own doors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.connector import Context

from .connection import U8


def connect(settings: Mapping[str, Any], context: Context) -> U8:
    """Return a connection to one company database."""
    return U8(settings, context)
