"""Tokens, codes and tickets of the stand-in: how long they serve and for whom."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from .company import CORP, SECRET

LASTS = 7200
CODE_LASTS = timedelta(minutes=5)


class Tokens:
    """What was given out and still serves."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._token = ""
        self._ends = now()
        self._codes: dict[str, tuple[str, datetime]] = {}
        self._tickets: dict[str, str] = {}
        self.fetched = 0

    def fetch(self, corp: str, secret: str) -> dict[str, Any]:
        """Return the token of the app: the same again while it serves."""
        if corp != CORP:
            return {"errcode": 40013, "errmsg": "invalid corpid"}
        if secret != SECRET:
            return {"errcode": 40001, "errmsg": "invalid credential"}
        self.fetched += 1
        left = (self._ends - self._now()).total_seconds()
        if not self._token or left <= 0:
            self._token, left = secrets.token_urlsafe(32), LASTS
            self._ends = self._now() + timedelta(seconds=LASTS)
        return {
            "errcode": 0, "errmsg": "ok", "access_token": self._token, "expires_in": int(left),
        }  # fmt: skip

    def revoke(self) -> None:
        """End the token early, as WeCom may."""
        self._token = ""

    def trouble(self, token: str) -> int:
        """Return the error code a token deserves, 0 where it is good."""
        if not token:
            return 41001
        if token != self._token:
            return 40014
        return 42001 if self._ends <= self._now() else 0

    def code(self, member: str) -> str:
        """Return a code that says once, for five minutes, who somebody is."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = (member, self._now() + CODE_LASTS)
        return code

    def member(self, code: str) -> str:
        """Return whom a code names and use it up; nothing where it serves no more."""
        member, ends = self._codes.pop(code, ("", self._now()))
        return member if ends > self._now() else ""

    def ticket(self, kind: str) -> str:
        """Return the ticket by which addresses of pages are signed."""
        return self._tickets.setdefault(kind, secrets.token_urlsafe(32))
