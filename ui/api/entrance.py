"""Who calls, from where and in which language: read from the headers of a request."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Request

from seamline.facts import Actor, Origin
from seamline.problems import Place, Problem, Refused
from seamline.text import Text
from seamline.usecases import accounts
from seamline.usecases.desk import Desk

MAX_REPORTED = 200
MAX_IDEMPOTENCY_KEY = 200


@dataclass(frozen=True, slots=True)
class Caller:
    """The actor behind a token, and where the request came from."""

    actor: Actor
    origin: Origin


def caller(desk: Desk, request: Request) -> Caller:
    """Return who calls; raises Refused 401 without a valid bearer token."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    actor = None
    if scheme.lower() == "bearer" and token.isascii() and token.isprintable() and token:
        actor = accounts.actor_of_token(desk, token)
    if actor is None:
        raise _unauthenticated()
    return Caller(actor, origin(request))


def _unauthenticated() -> Refused:
    problem = Problem(
        "unauthenticated",
        Text("没有有效的访问令牌。", "There is no valid access token."),
        Place("Authorization"),
        Text(
            "请加上请求头 Authorization: Bearer <令牌>；令牌可用 seamline token 生成。",
            "Send the header Authorization: Bearer <token>; make one with: seamline token",
        ),
    )
    return Refused((problem,), 401)


def origin(request: Request) -> Origin:
    """Return where the request came from: the address seen, the device as it reports itself."""
    reported = request.headers.get("X-Device") or request.headers.get("User-Agent", "")
    if not reported.isprintable():
        reported = "".join(sign for sign in reported if sign.isprintable())
    return Origin("api", request.remote_addr or "", reported[:MAX_REPORTED])


def language_of(request: Request, fallback: str) -> str:
    """Return `zh` or `en` as the request prefers, `fallback` where it does not say."""
    wanted = request.headers.get("Accept-Language", "")
    if not wanted or wanted == "*":
        return fallback
    return request.accept_languages.best_match(("zh", "en"), fallback) or fallback


def idempotency_key(request: Request) -> str:
    """Return the `Idempotency-Key` header, empty where absent; raises Refused 400 if unusable."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return ""
    if 0 < len(key) <= MAX_IDEMPOTENCY_KEY and key.isascii() and key.isprintable():
        return key
    problem = Problem(
        "wrong_header",
        Text(
            f"幂等键应为 1-{MAX_IDEMPOTENCY_KEY} 个可见 ASCII 字符。",
            f"An idempotency key has 1-{MAX_IDEMPOTENCY_KEY} visible ASCII characters.",
        ),
        Place("Idempotency-Key"),
    )
    raise Refused((problem,), 400)
