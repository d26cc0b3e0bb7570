"""New sales orders by U8's OpenAPI, each under an id of ours that the relay takes once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from seamline.connector import Answer, AskPerson, Context, Finding, Receipt, Retry, Setback, Write
from seamline.problems import Problem, shorten
from seamline.text import Text

from .orders import MEMBERS, Orders

# A token is given up a little before it ends.
MARGIN = timedelta(minutes=5)
# The relay's codes are not published; its words are what it can be known by.
_TOKEN = ("token",)
_LATER = ("不在线", "离线", "许可", "正在处理", "繁忙", "超时", "频繁", "timeout", "busy")


class OpenApi:
    """Writes by the relay of one application."""

    operations = ("create",)
    members = MEMBERS

    def __init__(self, settings: Mapping[str, Any], orders: Orders, context: Context) -> None:
        self._settings = settings
        self._orders = orders
        self._context = context
        self._seconds = float(settings.get("service_seconds", 60))
        self._base = str(settings.get("openapi_url") or "https://api.yonyouup.com").rstrip("/")

    def check(self, title: Text) -> Finding:
        """Return whether the relay gives a token."""
        try:
            self._token(anew=True)
        except Setback as setback:
            hint = setback.problem.hint or Text("请检查 OpenAPI 设置。", "Check its settings.")
            return Finding(title, False, setback.problem.say, hint)
        return Finding(title, True, Text("OpenAPI 可用", "OpenAPI lets us in"))

    def write(self, order: Write) -> Receipt:
        """Enter an order once: sent again, the relay answers what it has answered first."""
        told = self._orders.told(order)
        known = self._orders.done(order)
        if known is not None:
            return known
        # One id of ours is one order of U8, whatever becomes of an answer.
        once = {"biz_id": hashlib.sha256(order.key.encode()).hexdigest()[:32], "sync": "1"}
        answer = self._asked(once, told)
        if answer.get("errcode") != "0" and _says(answer, _TOKEN):
            self._token(anew=True)
            answer = self._asked(once, told)
        if answer.get("errcode") != "0":
            raise _setback(answer)
        return self._orders.keep(order, str(answer.get("id") or ""), {"code": told["code"]})

    def _asked(self, once: Mapping[str, str], told: Mapping[str, Any]) -> Mapping[str, Any]:
        own = {name: str(self._settings.get(name, "")) for name in ("from_account", "to_account")}
        query = {**own, "app_key": str(self._settings.get("app_key", "")), "token": self._token()}
        return _body(
            self._context.http.request(
                "POST",
                f"{self._base}/api/saleorder/add",
                params={**query, **once},
                json={"saleorder": told},
                timeout=self._seconds,
            ),
            writes=True,
        )

    def _token(self, *, anew: bool = False) -> str:
        memory = self._context.memory
        if anew:
            memory.drop("openapi-token")
        kept = memory.get("openapi-token")
        if kept is None:
            with memory.alone("openapi-token"):
                kept = memory.get("openapi-token") or self._fresh()
        return str(kept)

    def _fresh(self) -> str:
        query = {
            "from_account": str(self._settings.get("from_account", "")),
            "app_key": str(self._settings.get("app_key", "")),
            "app_secret": self._context.secret("app_secret"),
        }
        url = f"{self._base}/system/token"
        answer = _body(
            self._context.http.request("GET", url, params=query, timeout=self._seconds),
            writes=False,
        )
        token = answer.get("token")
        if answer.get("errcode") != "0" or not isinstance(token, Mapping) or not token.get("id"):
            if _says(answer, _LATER):
                raise Retry(_refused(answer))
            raise AskPerson(_refused(answer))
        life = timedelta(seconds=int(token.get("expiresIn") or 3600))
        self._context.memory.put("openapi-token", token["id"], max(life - MARGIN, life / 2))
        return str(token["id"])


def _body(answer: Answer, *, writes: bool) -> Mapping[str, Any]:
    if answer.status in (401, 403, 404):
        raise AskPerson(_http(answer.status))
    if answer.status >= 300:
        raise Retry(_http(answer.status), effect="unknown" if writes else "none")
    try:
        data = json.loads(answer.body.decode("utf-8-sig"))
    except ValueError:
        data = None
    if not isinstance(data, Mapping):
        say = Text("OpenAPI 的回答不完整。", "The answer of OpenAPI is cut off, or no JSON.")
        raise Retry(Problem("u8_garbled", say), effect="unknown" if writes else "none")
    return data


def _says(answer: Mapping[str, Any], words: tuple[str, ...]) -> bool:
    text = str(answer.get("errmsg") or "").lower()
    return any(word in text for word in words)


def _setback(answer: Mapping[str, Any]) -> Setback:
    """Return what a refusal means: the agent away or busy is for later, all else for a person."""
    if _says(answer, _LATER) or _says(answer, _TOKEN):
        return Retry(_refused(answer), timedelta(seconds=60))
    return AskPerson(_refused(answer))


def _refused(answer: Mapping[str, Any]) -> Problem:
    told = shorten(str(answer.get("errmsg") or answer.get("errcode") or "?"), 300)
    say = Text(f"U8 OpenAPI:{told}", f"U8's OpenAPI says: {told}")
    return Problem("u8_refused", say, got=str(answer.get("errcode")))


def _http(status: int) -> Problem:
    say = Text(f"U8 OpenAPI 回答 HTTP {status}。", f"U8's OpenAPI answered HTTP {status}.")
    hint = Text("请检查 OpenAPI 地址。", "Check the address of OpenAPI.")
    return Problem("u8_http", say, hint=hint, got=str(status))
