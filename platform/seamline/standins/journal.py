"""What was asked and what it did: every request, without its secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from .service import Answer, Request

HIDDEN = "***"
# Names, in bodies, queries and headers, whose values are nobody's business.
SECRET = re.compile(
    r"secret|passw|pwd|token|sign|appdata|cookie|session|authorization|nonce|ticket|api[-_]?key|^(app_?)?key$",
    re.IGNORECASE,
)
LONGEST = 4000


class Journal:
    """The requests of a stand-in in the order they came."""

    def __init__(self) -> None:
        self._entries: list[dict[str, Any]] = []

    def add(
        self, request: Request, answer: Answer | None, fault: str, effects: tuple[str, ...]
    ) -> None:
        """Keep one request with what became of it."""
        self._entries.append(
            {
                "seq": len(self._entries) + 1,
                "at": _text(request.at),
                "service": request.service,
                "method": request.method,
                "path": request.path,
                "query": redacted(request.query),
                "headers": redacted(request.headers),
                "body": _body(request),
                "fault": fault,
                "status": answer.status if answer else None,
                "effect": bool(effects),
                "effects": list(effects),
            }
        )

    def entries(self, service: str = "", since: int = 0) -> list[dict[str, Any]]:
        """Return what came after number `since`, of one service or of all."""
        return [one for one in self._entries[since:] if service in ("", one["service"])]

    def effects(self, service: str = "") -> list[str]:
        """Return every effect there was, in order."""
        return [effect for one in self.entries(service) for effect in one["effects"]]

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()


def redacted(value: Any) -> Any:
    """Return a value with everything under a secret name hidden."""
    if isinstance(value, Mapping):
        return {
            key: HIDDEN if SECRET.search(str(key)) and inner else redacted(inner)
            for key, inner in value.items()
        }
    return [redacted(inner) for inner in value] if isinstance(value, list) else value


def _body(request: Request) -> Any:
    if request.data is not None:
        return redacted(request.data)
    text = request.body.decode(errors="replace")
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return redacted(dict(parse_qsl(text, keep_blank_values=True)))
    return text[:LONGEST]


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
