"""A stand-in for Aliyun's and Tencent's text messages and calls, on one address."""

from __future__ import annotations

from seamline.standins.standin import HttpStandIn, Reach
from seamline.text import Text

from .approved import APP, KEY_ID, KEY_SECRET, SIGN, VOICE_APP
from .service import SmsService

__all__ = ["APP", "KEY_ID", "KEY_SECRET", "SIGN", "STANDIN", "VOICE_APP", "SmsService"]


def reached(url: str) -> Reach:
    """Return how a connection reaches Aliyun's half of it."""
    settings = {"provider": "aliyun", "sign": SIGN, "sms_server": url, "voice_server": url}
    return Reach(settings, {"key_id": KEY_ID, "key_secret": KEY_SECRET})


STANDIN = HttpStandIn(
    "sms",
    Text(
        "阿里云与腾讯云的短信和语音：签名校验、模板、回执",
        "Text messages and calls of Aliyun and Tencent: signatures, templates, receipts",
    ),
    (SmsService,),
    reached=reached,
)
