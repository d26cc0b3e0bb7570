"""A stand-in for WeCom: one company of 40 people, one app, two robots."""

from __future__ import annotations

from seamline.standins.standin import HttpStandIn
from seamline.text import Text

from .company import AGENT, CALLBACK_KEY, CALLBACK_TOKEN, CORP, PEOPLE, ROBOTS, SECRET
from .service import WeComService

__all__ = [
    "AGENT",
    "CALLBACK_KEY",
    "CALLBACK_TOKEN",
    "CORP",
    "PEOPLE",
    "ROBOTS",
    "SECRET",
    "STANDIN",
    "WeComService",
]

STANDIN = HttpStandIn(
    "wecom",
    Text(
        "企业微信：消息、卡片、机器人、扫码登录、加密回调",
        "WeCom: messages, cards, robots, signing in, encrypted callbacks",
    ),
    (WeComService,),
)
