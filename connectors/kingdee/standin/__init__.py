"""A stand-in for Kingdee Cloud Galaxy (金蝶云星空)."""

from __future__ import annotations

from seamline.standins.standin import HttpStandIn, Reach
from seamline.text import Text

from .auth import ACCOUNT, APP_ID, APP_SECRET, PASSWORD, USER
from .service import Kingdee


def reached(url: str) -> Reach:
    """Return how a connection signs its requests to the stand-in at an address."""
    settings = {"server": f"{url}/k3cloud", "account": ACCOUNT, "user": USER, "app_id": APP_ID}
    return Reach(settings, {"app_secret": APP_SECRET})


STANDIN = HttpStandIn(
    "kingdee",
    Text("金蝶云星空的 Web API。", "The Web API of Kingdee Cloud Galaxy."),
    (Kingdee,),
    (
        Text(
            f"账套 {ACCOUNT}，用户 {USER}，密码 {PASSWORD}",
            f"account {ACCOUNT}, user {USER}, password {PASSWORD}",
        ),
        Text(
            f"应用 {APP_ID}，密钥 {APP_SECRET}",
            f"application {APP_ID}, secret {APP_SECRET}",
        ),
    ),
    reached,
)
