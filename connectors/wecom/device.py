"""What a page needs to use the device inside WeCom: signatures for its JS-SDK."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta

from seamline.connector import Context

from .calling import EARLY, Interface

_TICKETS = {
    "corp": ("/cgi-bin/get_jsapi_ticket", {}),
    "app": ("/cgi-bin/ticket/get", {"type": "agent_config"}),
}


class Device:
    """Signs the addresses of pages; a ticket is fetched once for all processes."""

    def __init__(self, context: Context, api: Interface, corp: str, agent: str) -> None:
        self._context = context
        self._api = api
        self._corp = corp
        self._agent = agent

    def page(self, url: str) -> Mapping[str, str]:
        """Return what the page at `url` gives to the JS-SDK."""
        stamp = str(int(self._context.now().timestamp()))
        nonce = secrets.token_hex(8)
        found = {
            "corp_id": self._corp,
            "agent_id": self._agent,
            "timestamp": stamp,
            "nonce": nonce,
        }
        for name in _TICKETS:
            ticket = self._ticket(name)
            found[f"{name}_signature"] = signature(ticket, nonce, stamp, url)
        return found

    def _ticket(self, name: str) -> str:
        memory = self._context.memory
        kept = memory.get(f"ticket:{name}")
        if kept:
            return str(kept)
        with memory.alone(f"ticket:{name}"):
            kept = memory.get(f"ticket:{name}")
            if kept:
                return str(kept)
            path, params = _TICKETS[name]
            data = self._api.call("GET", path, params)
            lasts = timedelta(seconds=int(data.get("expires_in", 7200)))
            memory.put(f"ticket:{name}", str(data["ticket"]), max(lasts - EARLY, lasts / 2))
            return str(data["ticket"])


def signature(ticket: str, nonce: str, stamp: str, url: str) -> str:
    """Return WeCom's signature of the address of a page, without what stands behind its #."""
    parts = {
        "jsapi_ticket": ticket,
        "noncestr": nonce,
        "timestamp": stamp,
        "url": url.partition("#")[0],
    }
    line = "&".join(f"{name}={value}" for name, value in parts.items())
    return hashlib.sha1(line.encode()).hexdigest()  # noqa: S324 - as WeCom publishes it
