"""A mailbox: its messages with their attachments, over IMAP, without changing anything in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.connector import Context

from .reading import Mailbox


def connect(settings: Mapping[str, Any], context: Context) -> Mailbox:
    """Open the mailbox; it is dialled when it is first asked for something."""
    return Mailbox(settings, context)
