"""Files of a folder: tables in Excel and CSV by their rows, everything else as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.connector import Context

from .folder import Files


def connect(settings: Mapping[str, Any], context: Context) -> Files:
    """Open the folder."""
    return Files(settings, context)
