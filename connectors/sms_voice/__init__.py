"""Text messages and phone calls to people by Aliyun or Tencent, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.connector import Context

from .connection import SmsVoice


def connect(settings: Mapping[str, Any], context: Context) -> SmsVoice:
    """Open a connection to one account at one provider."""
    return SmsVoice(settings, context)
