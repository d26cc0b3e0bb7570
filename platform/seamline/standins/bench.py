"""What the services of one stand-in share: time, journal, faults, and what reached whom."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from .faults import Faults
from .journal import Journal, redacted
from .timing import VirtualClock

CALLBACK_SECONDS = 10


class Bench:
    """The room the services stand in; `lock` is held by whoever changes or reads their state."""

    def __init__(self, known: Mapping[str, Collection[str]]) -> None:
        self.clock = VirtualClock()
        self.journal = Journal()
        self.faults = Faults(known)
        self.lock = threading.RLock()
        self.stopping = threading.Event()
        self._deliveries: list[dict[str, Any]] = []
        self._calls: list[threading.Thread] = []

    def deliver(self, service: str, **what: object) -> None:
        """Note what reached whom: a message on a phone, a card in a chat."""
        at = self.clock.now().isoformat(timespec="milliseconds")
        with self.lock:
            self._deliveries.append({"at": at, "service": service, **redacted(what)})

    def deliveries(self, service: str = "") -> list[dict[str, Any]]:
        """Return what reached whom, of one service or of all."""
        return [one for one in self._deliveries if service in ("", one["service"])]

    def call_back(
        self, service: str, url: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> None:
        """Post to the product as the real service would, without waiting for its answer."""
        with self.lock:
            rules = self.faults.of_callback(service, urlsplit(url).path)
        asked = urllib.request.Request(url, body, dict(headers or {}), method="POST")
        for _ in range(1 + len(rules)):
            thread = threading.Thread(target=self._post, args=(service, asked), daemon=True)
            self._calls.append(thread)
            thread.start()

    def _post(self, service: str, asked: urllib.request.Request) -> None:
        try:
            with urllib.request.urlopen(asked, timeout=CALLBACK_SECONDS) as answer:
                status, text = answer.status, answer.read(1000).decode(errors="replace")
        except urllib.error.HTTPError as error:
            with error:
                status, text = error.code, error.read(1000).decode(errors="replace")
        except OSError as error:
            status, text = None, str(error)
        path = urlsplit(asked.full_url).path
        self.deliver(service, kind="callback", path=path, status=status, answer=text)

    def settle(self) -> None:
        """Wait until every call back has had its answer."""
        while self._calls:
            self._calls.pop().join(CALLBACK_SECONDS)

    def reset(self) -> None:
        """Forget what happened and what should go wrong."""
        with self.lock:
            self.clock.reset()
            self.journal.clear()
            self.faults.clear()
            self._deliveries.clear()
