"""Signing in by WeCom: inside its client at once, elsewhere by scanning a code with it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from seamline.connector import Context, GiveUp, Identity, Setback
from seamline.problems import Problem
from seamline.text import Text

from .calling import Interface

INSIDE = "https://open.weixin.qq.com"
SCAN = "https://login.work.weixin.qq.com"
_STRANGER = Text("您不是这家企业的成员。", "You are no member of this company.")


class Entering:
    """The entrance of one app."""

    def __init__(self, context: Context, api: Interface, settings: dict[str, Any]) -> None:
        self._context = context
        self._api = api
        self._corp = str(settings["corp_id"])
        self._agent = str(settings["agent_id"])
        self._private = bool(settings.get("private_info"))
        self._inside = str(settings.get("inside_server") or INSIDE).rstrip("/")
        self._scan = str(settings.get("scan_server") or SCAN).rstrip("/")

    def entrance(self, back: str, state: str, inside: bool) -> str:
        """Return where to send a browser, WeCom's own or another."""
        if inside:
            asked = {
                "appid": self._corp,
                "redirect_uri": back,
                "response_type": "code",
                "scope": "snsapi_privateinfo" if self._private else "snsapi_base",
                "state": state,
                "agentid": self._agent,
            }
            query = urlencode(asked, quote_via=quote)
            return f"{self._inside}/connect/oauth2/authorize?{query}#wechat_redirect"
        asked = {
            "login_type": "CorpApp",
            "appid": self._corp,
            "agentid": self._agent,
            "redirect_uri": back,
            "state": state,
        }
        return f"{self._scan}/wwlogin/sso/login?{urlencode(asked, quote_via=quote)}"

    def identify(self, code: str) -> Identity:
        """Return which member came back with a code."""
        found = self._api.call("GET", "/cgi-bin/auth/getuserinfo", {"code": code})
        member = str(found.get("userid") or found.get("UserId") or "")
        if not member:
            raise GiveUp(Problem("wecom_stranger", _STRANGER))
        facts = self._facts(member, str(found.get("user_ticket") or ""))
        name = facts.pop("name", "")
        return Identity(member, name, facts)

    def _facts(self, member: str, ticket: str) -> dict[str, str]:
        """Return name and phone as far as the app may know them; who it is stands without."""
        facts: dict[str, str] = {}
        try:
            found = self._api.call("GET", "/cgi-bin/user/get", {"userid": member})
            facts |= _kept(found)
            if ticket:
                body = {"user_ticket": ticket}
                facts |= _kept(self._api.call("POST", "/cgi-bin/auth/getuserdetail", None, body))
        except Setback:
            return facts
        return facts


def _kept(found: Any) -> dict[str, str]:
    wanted = ("name", "mobile", "email", "biz_mail")
    return {name: str(found[name]) for name in wanted if found.get(name)}
