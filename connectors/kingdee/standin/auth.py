"""Who may call: three logins, sessions, and the signed header that needs no login."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any
from urllib.parse import quote

from seamline.standins.service import Answer, Request, json_answer

# The only account there is; nothing here opens anything but this stand-in.
ACCOUNT, USER, PASSWORD = "6391f0a5d7e001", "seamline", "stand-in-password"  # noqa: S105
APP_ID = "290042_1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q"
APP_SECRET = "8f14e45fceea167a5a36dedd4bea2543"  # noqa: S105
# What the vendor's SDK mixes into the second half of an application id to get the client secret.
_MIX = b"0054f397c6234378b09ca7d3e5debce7"
IDLE = timedelta(minutes=20)
WINDOW = timedelta(minutes=15)
COOKIE = "kdservice-sessionid"


class Doorkeeper:
    """Lets callers in and remembers their sessions."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        # Session id: from when it is accepted, and when it was last used.
        self.sessions: dict[str, tuple[datetime, datetime]] = {}

    def forget(self) -> None:
        """End every session."""
        self.sessions.clear()

    def login(self, call: str, request: Request) -> Answer:
        """Answer one of the three logins, or Logout."""
        if call == "Logout":
            self.sessions.pop(_session(request), None)
            return json_answer(True)
        if call not in _LOGINS or not _LOGINS[call](_parameters(call, request.data), request.at):
            return json_answer(
                {"LoginResultType": 0, "Message": "用户名或密码错误", "KDSVCSessionId": ""}
            )
        wait = float(request.faults.get("session_delay", {}).get("s", 0))
        made = self._open(request.at + timedelta(seconds=wait))
        told = {"LoginResultType": 1, "Message": None, "KDSVCSessionId": made}
        return _with_cookie(json_answer(told), made)

    def enter(self, request: Request) -> str | None:
        """Return the session a request belongs to, a new one for a signed header, or None."""
        known = self._known(_session(request), request.at)
        if known:
            return known
        if "x-api-signature" in request.headers and signed(request):
            wait = float(request.faults.get("session_delay", {}).get("s", 0))
            return self._open(request.at + timedelta(seconds=wait))
        return None

    def _known(self, session: str, at: datetime) -> str | None:
        start, used = self.sessions.get(session, (at, None))
        if used is None or at < start or at - max(start, used) > IDLE:
            return None
        self.sessions[session] = (start, at)
        return session

    def _open(self, start: datetime) -> str:
        made = token_hex(16)
        self.sessions[made] = (start, start)
        return made


def with_session(answer: Answer, session: str) -> Answer:
    """Return an answer that tells the caller its session."""
    return _with_cookie(answer, session)


def _with_cookie(answer: Answer, session: str) -> Answer:
    # The session's cookie is not the last of them, as with the real one.
    cookies = (f"{COOKIE}={session}; path=/", f"ASP.NET_SessionId={session[:24]}; path=/")
    headers = {**answer.headers, "Set-Cookie": cookies}
    return Answer(answer.status, answer.body, answer.content_type, headers, answer.effects)


def _session(request: Request) -> str:
    given = request.headers.get(COOKIE)
    if given:
        return given
    for part in request.headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE:
            return value
    return ""


def _parameters(call: str, data: Any) -> Sequence[Any]:
    """Return what was sent in order; the password login also knows names."""
    given = data.get("parameters") if isinstance(data, Mapping) else None
    if isinstance(given, str):
        given = json.loads(given)
    if isinstance(given, list):
        return given
    if call == "ValidateUser" and isinstance(data, Mapping):
        return [data.get(key) for key in ("acctID", "username", "password", "lcid")]
    return []


def _by_password(given: Sequence[Any], at: datetime) -> bool:
    return list(given[:3]) == [ACCOUNT, USER, PASSWORD]


def _by_secret(given: Sequence[Any], at: datetime) -> bool:
    return list(given[:4]) == [ACCOUNT, USER, APP_ID, APP_SECRET]


def _by_sign(given: Sequence[Any], at: datetime) -> bool:
    if list(given[:3]) != [ACCOUNT, USER, APP_ID] or len(given) < 5:
        return False
    stamp = str(given[3])
    whole = "".join(sorted([ACCOUNT, USER, APP_ID, APP_SECRET, stamp]))
    right = hashlib.sha256(whole.encode()).hexdigest()
    return hmac.compare_digest(right, str(given[4])) and _fresh(stamp, at)


_LOGINS = {"ValidateUser": _by_password, "LoginByAppSecret": _by_secret, "LoginBySign": _by_sign}


def signed(request: Request) -> bool:
    """Return whether the X-Api and X-Kd headers of a request are right for what it asks."""
    told = request.headers
    first, _, second = APP_ID.partition("_")
    stamp, nonce = told.get("x-api-timestamp", ""), told.get("x-api-nonce", "")
    path = quote(request.path, safe="")
    text = f"POST\n{path}\n\nx-api-nonce:{nonce}\nx-api-timestamp:{stamp}\n"
    try:
        app_data = base64.b64decode(told.get("x-kd-appdata", ""), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    pairs = (
        (told.get("x-api-clientid", ""), first),
        (told.get("x-api-auth-version", ""), "2.0"),
        (told.get("x-kd-appkey", ""), APP_ID),
        (told.get("x-api-signature", ""), _hmac(text, _client_secret(second))),
        (told.get("x-kd-signature", ""), _hmac(APP_ID + app_data, APP_SECRET)),
    )
    same = all(hmac.compare_digest(given.encode(), right.encode()) for given, right in pairs)
    return same and app_data.split(",")[:2] == [ACCOUNT, USER] and _fresh(stamp, request.at)


def _client_secret(second: str) -> str:
    mixed = bytes(a ^ b for a, b in zip(base64.b64decode(second), _MIX, strict=False))
    return base64.b64encode(mixed).decode()


def _hmac(text: str, secret: str) -> str:
    made = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return base64.b64encode(made.encode()).decode()


def _fresh(stamp: str, at: datetime) -> bool:
    return stamp.isdecimal() and abs(at.timestamp() - int(stamp)) <= WINDOW.total_seconds()
