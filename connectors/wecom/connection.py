"""The connection to one app of one company, with everything it can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any

from seamline.connector import (
    Context,
    Delivery,
    Entity,
    Finding,
    Identity,
    Incoming,
    Message,
    Receipt,
    Setback,
    Taken,
    Write,
)
from seamline.text import Text

from . import after_sending, callbacks
from .calling import SERVER, Interface
from .device import Device
from .entering import Entering
from .pace import Pace
from .sending import ROBOTS, Sending

_CLOCK_SECONDS = 120


class WeCom:
    """One app: it sends, receives, signs people in and signs pages for the device."""

    def __init__(self, settings: Mapping[str, Any], context: Context) -> None:
        self._settings = dict(settings)
        self._context = context
        self._corp = str(settings["corp_id"])
        self._agent = int(settings["agent_id"])
        self._server = str(settings.get("server") or SERVER)
        pace = Pace(context)
        self._api = Interface(context, settings, pace.corp)
        self._sending = Sending(context, self._api, pace, self._agent)
        self._entering = Entering(context, self._api, self._settings)

    def check(self) -> Sequence[Finding]:
        """Say whether the secret, our address and the app are as they should be."""
        try:
            self._api.token()
            found = self._api.call("GET", "/cgi-bin/agent/get", {"agentid": str(self._agent)})
        except Setback as setback:
            title = Text("调用企业微信接口", "Calling WeCom's interface")
            return [Finding(title, False, setback.problem.say, setback.problem.hint)]
        name = str(found.get("name", ""))
        findings = [
            Finding(
                Text("应用", "App"), not found.get("close"),
                Text(f"已连接应用“{name}”。", f"Connected to the app '{name}'."),
                Text("应用已停用时请在管理后台启用。", "Where the app is disabled, enable it."),
            ),
            self._clock(),
        ]  # fmt: skip
        if self._settings.get("sign_in") or self._settings.get("scan"):
            findings.append(_domain(str(found.get("redirect_domain", ""))))
        return findings

    def _clock(self) -> Finding:
        title = Text("时钟", "Clock")
        answer = self._context.http.request("GET", self._server)
        said = answer.headers.get("date", "")
        try:
            off = abs((parsedate_to_datetime(said) - self._context.now()).total_seconds())
        except ValueError:
            off = 0
        say = Text(f"与企业微信相差 {off:.0f} 秒。", f"{off:.0f} s apart from WeCom's.")
        hint = Text("请校准服务器时间。", "Set the time of the server.")
        return Finding(title, off <= _CLOCK_SECONDS, say, hint if off > _CLOCK_SECONDS else None)

    def describe(self) -> Sequence[Entity]:
        """Return what can be done beside sending."""
        return after_sending.ENTITIES

    def close(self) -> None:
        """Nothing is held open."""

    def send(self, message: Message) -> Sequence[Delivery]:
        """Send a message to members (their ids) and to robots (`robot:name`)."""
        return self._sending.send(message, self._robots(message))

    def _robots(self, message: Message) -> Mapping[str, str]:
        """Return the robots by name; they are secrets, read only for a message to one of them."""
        if not any(one.startswith(ROBOTS) for one in message.to):
            return {}
        pairs = (line.partition("=") for line in self._context.secret("robots").split())
        return {name: key for name, _equals, key in pairs}

    def delivery(self, reference: str) -> Sequence[Delivery]:
        """Return nothing: WeCom gives no receipts, so `accepted` is all there ever is."""
        return ()

    def write(self, order: Write) -> Receipt:
        """Recall a message, or change the button of a card that was clicked."""
        return after_sending.write(order, self._context, self._api, self._agent)

    def receive(self, request: Incoming) -> Taken:
        """Return what WeCom told of: a message to the app, a click on a card, another event."""
        token, key = self._context.secret("callback_token"), self._context.secret("callback_key")
        key_bytes = callbacks.key_of(key)
        return callbacks.received(request, token, key_bytes, self._corp, self._context.now())

    def entrance(self, back: str, state: str, inside: bool) -> str:
        """Return where a browser goes to be told who it is."""
        return self._entering.entrance(back, state, inside)

    def identify(self, code: str) -> Identity:
        """Return which member came back with a code."""
        return self._entering.identify(code)

    def page(self, url: str) -> Mapping[str, str]:
        """Return what a page inside WeCom needs to scan with the phone's camera."""
        return Device(self._context, self._api, self._corp, str(self._agent)).page(url)


def _domain(domain: str) -> Finding:
    return Finding(
        Text("可信域名", "Trusted domain"),
        bool(domain),
        Text(f"已登记：{domain or '无'}。", f"Registered: {domain or 'none'}."),
        None if domain else Text(
            "请在应用的“网页授权及JS-SDK”登记本系统的域名(须已备案)。",
            "Register the domain of this system for web authorisation and JS-SDK of the app.",
        ),
    )  # fmt: skip
