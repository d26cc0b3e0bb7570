"""WeCom: messages and cards to people, what they answer, and signing in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.connector import Context

from .connection import WeCom


def connect(settings: Mapping[str, Any], context: Context) -> WeCom:
    """Open a connection to one app of one company."""
    return WeCom(settings, context)
