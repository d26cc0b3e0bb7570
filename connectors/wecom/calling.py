"""Calls to WeCom's interface: the token, its renewal, and what an answer amounts to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NoReturn

from seamline.connector import Answer, Context, Retry
from seamline.problems import Problem
from seamline.text import Text

from . import codes

EARLY = timedelta(seconds=300)  # a token is renewed that long before it ends
SERVER = "https://qyapi.weixin.qq.com"
SECONDS = 10.0
_TOKEN = "token"  # noqa: S105 - the name under which it is remembered


class Refusal(Exception):
    """WeCom answered with an error code; the caller may know it and go on."""

    def __init__(self, code: int, data: Mapping[str, Any]) -> None:
        self.code = code
        self.data = data
        super().__init__(str(code))

    @property
    def message(self) -> str:
        """Return WeCom's own words on it."""
        return str(self.data.get("errmsg", ""))


class Interface:
    """The interface of one app: every caller of it, in all processes, shares one token."""

    def __init__(
        self, context: Context, settings: Mapping[str, Any], count: Callable[[], None]
    ) -> None:
        self._context = context
        self._corp = str(settings["corp_id"])
        self._server = str(settings.get("server") or SERVER).rstrip("/")
        self._seconds = float(settings.get("seconds") or SECONDS)
        self._count = count

    def token(self, stale: str = "") -> str:
        """Return a token that is not `stale`; one caller fetches it while the others wait."""
        memory = self._context.memory
        kept = memory.get(_TOKEN)
        if kept and kept != stale:
            return str(kept)
        with memory.alone(_TOKEN):
            kept = memory.get(_TOKEN)
            if kept and kept != stale:
                return str(kept)
            return self._fetched()

    def _fetched(self) -> str:
        asked = {"corpid": self._corp, "corpsecret": self._context.secret("secret")}
        data = self._asked("GET", "/cgi-bin/gettoken", asked, None)
        lasts = timedelta(seconds=int(data.get("expires_in", 7200)))
        token = str(data["access_token"])
        self._context.memory.put(_TOKEN, token, max(lasts - EARLY, lasts / 2))
        return token

    def call(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        body: object = None,
    ) -> Mapping[str, Any]:
        """Return what a call answers, the token renewed once; raises a setback."""
        try:
            return self.tried(method, path, params, body)
        except Refusal as refusal:
            stop(refusal)

    def tried(
        self, method: str, path: str, params: Mapping[str, str] | None = None, body: object = None
    ) -> Mapping[str, Any]:
        """Do what `call` does; raises Refusal where WeCom answered with an error code."""
        self._count()
        token = self._token_or_stop()
        try:
            return self._asked(method, path, {**(params or {}), "access_token": token}, body)
        except Refusal as refusal:
            if refusal.code not in codes.TOKEN_GONE:
                raise
        token = self._token_or_stop(token)
        return self._asked(method, path, {**(params or {}), "access_token": token}, body)

    def _token_or_stop(self, stale: str = "") -> str:
        """Return a token; what is wrong with getting one is never of a receiver or a code."""
        try:
            return self.token(stale)
        except Refusal as refusal:
            stop(refusal)

    def robot(self, key: str, body: object) -> None:
        """Let a robot of a group chat say something; raises a setback."""
        self._count()
        try:
            self._asked("POST", "/cgi-bin/webhook/send", {"key": key}, body)
        except Refusal as refusal:
            stop(refusal)

    def _asked(
        self, method: str, path: str, params: Mapping[str, str], body: object
    ) -> Mapping[str, Any]:
        address = self._server + path
        answer = self._context.http.request(
            method, address, params=params, json=body, timeout=self._seconds
        )
        data = understood(answer, changes=method == "POST")
        code = data.get("errcode", 0)
        if code != codes.OK:
            raise Refusal(int(code), data)
        return data


def stop(refusal: Refusal) -> NoReturn:
    """Raise the setback that an error code amounts to."""
    raise codes.setback(refusal.code, refusal.message) from None


def understood(answer: Answer, changes: bool) -> Mapping[str, Any]:
    """Return the JSON of an answer, whatever its type says; raises Retry where it is none."""
    try:
        data = json.loads(answer.body)
    except ValueError:
        data = None
    if answer.status < 400 and isinstance(data, dict):
        return data
    say = Text(
        f"企业微信的回答无法读取(HTTP {answer.status})。",
        f"The answer of WeCom cannot be read (HTTP {answer.status}).",
    )
    raise Retry(
        Problem("wecom_answer", say),
        answer.retry_after,
        "unknown" if changes and answer.status != 503 else "none",
    )
