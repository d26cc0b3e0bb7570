"""A stand-in for WeCom: one company of 40 people, one app, two robots."""

from __future__ import annotations

from seamline.standins.standin import HttpStandIn, Reach
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


def reached(url: str) -> Reach:
    """Return how a connection reaches the app of the company, and its members that are in sight."""
    settings = {"corp_id": CORP, "agent_id": AGENT} | dict.fromkeys(
        ("server", "inside_server", "scan_server"), url
    )
    robots = "\n".join(f"{name}={key}" for name, key in ROBOTS.items())
    secrets = {"secret": SECRET, "callback_token": CALLBACK_TOKEN, "callback_key": CALLBACK_KEY,
               "robots": robots}  # fmt: skip
    people = [(one.id, one.mobile) for one in PEOPLE.values() if one.visible and one.licensed]
    return Reach(settings, secrets, people)


STANDIN = HttpStandIn(
    "wecom",
    Text(
        "企业微信：消息、卡片、机器人、扫码登录、加密回调",
        "WeCom: messages, cards, robots, signing in, encrypted callbacks",
    ),
    (WeComService,),
    reached=reached,
)
