"""The HTTP client of a connection: allowed hosts only, addresses pinned, size and time bounded."""

from __future__ import annotations

import json as jsons
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

import urllib3
from urllib3 import exceptions

from seamline.connector import Answer, AskPerson, GiveUp, Retry
from seamline.problems import Problem, shorten
from seamline.text import Text

from .addresses import Allowed, resolved

ANSWER_LIMIT = 32 * 1024 * 1024  # bytes of a body, unpacked
SENT_LIMIT = 32 * 1024 * 1024
SECONDS = 30.0  # for an answer, where the call does not say
LONGEST = 300.0
CONNECT_SECONDS = 10.0
PINNED_SECONDS = 300.0  # a host is resolved anew after so long
KEPT = 4  # connections per address
REDIRECTS = 3
CHUNK = 64 * 1024

_Pool: TypeAlias = "urllib3.HTTPConnectionPool | urllib3.HTTPSConnectionPool"
Turn: TypeAlias = "Callable[[], AbstractContextManager[None]]"
_Pin: TypeAlias = "tuple[str, str, int]"


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    ends: float  # by the monotonic clock


class Client:
    """Http as connectors know it; safe to share between threads.

    A redirect is followed by GET and HEAD only and to the same origin only, since the headers may
    hold credentials. Certificates are checked against what this machine trusts.
    """

    def __init__(self, allowed: Allowed, turn: Turn = nullcontext) -> None:
        self._allowed = allowed
        self._turn = turn
        self._pins: dict[_Pin, tuple[float, list[_Pool]]] = {}
        self._lock = threading.Lock()

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        body: bytes | None = None,
        timeout: float | None = None,
    ) -> Answer:
        """Return the answer to a request, whatever its status; raises Retry, AskPerson, GiveUp."""
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        if json is not None:
            body = jsons.dumps(json, ensure_ascii=False, separators=(",", ":")).encode()
            sent.setdefault("content-type", "application/json; charset=utf-8")
        if body is not None and len(body) > SENT_LIMIT:
            raise GiveUp(_too_large(urlsplit(url).hostname or "", SENT_LIMIT))
        seconds = min(timeout or SECONDS, LONGEST)
        call = _Call(method.upper(), _with(url, params), sent, body, time.monotonic() + seconds)
        for _ in range(REDIRECTS + 1):
            with self._turn():
                answer = self._one(call)
            onward = _onward(call, answer)
            if onward is None:
                return answer
            call = onward
        raise GiveUp(_redirected(call.url))

    def close(self) -> None:
        """Close every connection that is kept."""
        with self._lock:
            for _, pools in self._pins.values():
                for pool in pools:
                    pool.close()
            self._pins.clear()

    def _one(self, call: _Call) -> Answer:
        parts = urlsplit(call.url)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or not host or parts.username is not None:
            raise GiveUp(_strange_url(call.url))
        pin = (parts.scheme, host, parts.port or (443 if parts.scheme == "https" else 80))
        pools = self._pools(pin)
        for pool in pools[:-1]:
            try:
                return _asked(pool, call, host)
            except Retry as setback:
                if setback.effect == "unknown" or setback.problem.code != "unreachable":
                    raise
        return _asked(pools[-1], call, host)

    def _pools(self, pin: _Pin) -> list[_Pool]:
        """Return a pool per address of an origin, resolved at most `PINNED_SECONDS` ago."""
        with self._lock:
            kept = self._pins.get(pin)
            if kept is not None and time.monotonic() - kept[0] < PINNED_SECONDS:
                return kept[1]
        scheme, host, port = pin
        pools = [_pool(scheme, host, port, one) for one in resolved(host, port, self._allowed)]
        with self._lock:
            self._pins[pin] = (time.monotonic(), pools)
        if kept is not None:
            for pool in kept[1]:
                pool.close()
        return pools


def _pool(scheme: str, host: str, port: int, address: str) -> _Pool:
    """Return a pool to one address; certificates are still those of the host."""
    more: dict[str, Any] = {"maxsize": KEPT, "block": False, "retries": False}
    if scheme == "http":
        return urllib3.HTTPConnectionPool(address, port, **more)
    return urllib3.HTTPSConnectionPool(
        address, port, server_hostname=host, assert_hostname=host, cert_reqs="CERT_REQUIRED", **more
    )


def _asked(pool: _Pool, call: _Call, host: str) -> Answer:
    parts = urlsplit(call.url)
    path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    left = max(0.001, call.ends - time.monotonic())
    try:
        with pool.urlopen(
            call.method,
            path,
            body=call.body,
            headers={"host": parts.netloc, "accept-encoding": "gzip, deflate", **call.headers},
            redirect=False,
            preload_content=False,
            timeout=urllib3.Timeout(connect=min(CONNECT_SECONDS, left), read=left, total=left),
        ) as response:
            body = _body(response, call, host)
            # By name, not by item: a header that came twice (Set-Cookie) is whole only so.
            names = {name.lower(): response.headers[name] for name in response.headers}
            return Answer(response.status, names, body)
    except exceptions.SSLError:
        raise AskPerson(_untrusted(host)) from None
    except (exceptions.NewConnectionError, exceptions.ConnectTimeoutError) as error:
        raise Retry(_unreachable(host, error)) from None
    except (exceptions.HTTPError, OSError, ValueError) as error:
        raise Retry(_lost(host, error), effect="unknown") from None


def _body(response: urllib3.BaseHTTPResponse, call: _Call, host: str) -> bytes:
    """Return the whole body; the time is that of the whole answer, not of each piece of it."""
    parts, size = [], 0
    for part in response.stream(CHUNK, decode_content=True):
        size += len(part)
        if size > ANSWER_LIMIT:
            response.close()
            raise GiveUp(_too_large(host, ANSWER_LIMIT), effect="unknown")
        if time.monotonic() > call.ends:
            response.close()
            raise Retry(_lost(host, TimeoutError()), effect="unknown")
        parts.append(part)
    return b"".join(parts)


def _with(url: str, params: Mapping[str, str] | None) -> str:
    if not params:
        return url
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode(params)) if part)
    return urlunsplit(parts._replace(query=query))


def _onward(call: _Call, answer: Answer) -> _Call | None:
    """Return the call that a redirect asks for, None where there is none to be followed."""
    target = answer.headers.get("location")
    if answer.status not in (301, 302, 303, 307, 308) or not target:
        return None
    if call.method not in ("GET", "HEAD"):
        return None
    url = urljoin(call.url, target)
    if urlsplit(url)[:2] != urlsplit(call.url)[:2]:
        raise GiveUp(_redirected(url))
    return _Call(call.method, url, call.headers, call.body, call.ends)


def _origin(url: str) -> str:
    """Return what of an address may be shown: its query and its path may hold secrets."""
    parts = urlsplit(url)
    return shorten(f"{parts.scheme}://{parts.hostname or ''}", 100)


def _strange_url(url: str) -> Problem:
    say = Text("{url} 不是可访问的 http(s) 网址。", "{url} is no http or https address to call.")
    return Problem("strange_url", say.fill(url=_origin(url)))


def _redirected(url: str) -> Problem:
    say = Text(
        "对方要求转到 {url}，连接器不会跟去。",
        "The answer redirects to {url}, which is not followed.",
    )
    hint = Text("请把设置里的网址改成最终的网址。", "Write the final address into the settings.")
    return Problem("redirected", say.fill(url=_origin(url)), hint=hint)


def _untrusted(host: str) -> Problem:
    say = Text("{host} 的证书不可信。", "The certificate of {host} is not trusted.")
    hint = Text(
        "检查主机名与有效期；自签证书要加入本机的信任库。",
        "Check its name and dates; a certificate of your own has to be trusted by this machine.",
    )
    return Problem("untrusted_certificate", say.fill(host=host), hint=hint)


def _unreachable(host: str, error: Exception) -> Problem:
    say = Text("连不上 {host}({why})。", "{host} cannot be reached ({why}).")
    hint = Text(
        "检查网络、端口与对方是否在运行。", "Check the network, the port and whether it runs."
    )
    return Problem("unreachable", say.fill(host=host, why=type(error).__name__), hint=hint)


def _lost(host: str, error: Exception) -> Problem:
    say = Text(
        "{host} 没有给出完整的回答({why})，请求可能已生效。",
        "{host} gave no whole answer ({why}); the request may have taken effect.",
    )
    return Problem("answer_lost", say.fill(host=host, why=type(error).__name__))


def _too_large(host: str, limit: int) -> Problem:
    say = Text(
        "与 {host} 往来的内容超过 {size} MB。", "What goes to or from {host} is over {size} MB."
    )
    return Problem("too_large", say.fill(host=host, size=limit // 2**20))
