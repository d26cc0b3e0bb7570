"""Listening: waitress on an address, stopped without dropping a request."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import Any

from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

from seamline.problems import Refused
from seamline.settings import Settings
from seamline.text import Text

from .logs import Application

# Seconds that requests in work are given to finish after the signal to stop.
GRACE = 10.0
MEGABYTE = 1024 * 1024


class Serving:
    """An application listening on an address until `stop`."""

    def __init__(self, application: Application, settings: Settings) -> None:
        """Bind the address at once; raises `Refused` (409) where it is taken."""
        self._sockets: dict[int, Any] = {}
        self._stopping = threading.Event()
        self._grace = GRACE
        proxy = {}
        if settings.trusted_proxy:
            proxy = {
                "trusted_proxy": settings.trusted_proxy,
                "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
            }
        try:
            server = create_server(
                application,
                map=self._sockets,
                host=settings.host,
                port=settings.port,
                threads=settings.threads,
                max_request_body_size=settings.body_megabytes * MEGABYTE,
                ident=None,
                clear_untrusted_proxy_headers=True,
                **proxy,
            )
        except OSError as error:
            for listener in self._bound():
                listener.task_dispatcher.shutdown(timeout=1)
            wasyncore.close_all(self._sockets)
            raise _unavailable(settings, error) from None
        self._workers = server.task_dispatcher
        self._listeners = self._bound()
        host, port = self._listeners[0].effective_host, self._listeners[0].effective_port
        self.address = f"http://{f'[{host}]' if ':' in str(host) else host}:{port}"

    def run(self) -> None:
        """Serve until `stop`; then take no new request, finish those in work, and return."""
        try:
            while not self._stopping.is_set():
                self._turn(1.0)
            self._drain()
        finally:
            self._workers.shutdown(timeout=1)
            wasyncore.close_all(self._sockets)

    def stop(self) -> None:
        """Ask `run` to end, from any thread or a signal; asked twice, it does not wait."""
        if self._stopping.is_set():
            self._grace = 0.0
        self._stopping.set()
        with suppress(OSError):  # it has ended by itself meanwhile, and closed what wakes it
            self._listeners[0].pull_trigger()

    def _bound(self) -> list[BaseWSGIServer]:
        return [s for s in self._sockets.values() if isinstance(s, BaseWSGIServer)]

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._sockets, count=1)

    def _drain(self) -> None:
        for listener in self._listeners:
            # Only its own socket: `listener.close()` would close the trigger by which workers
            # wake this loop to send what they have answered.
            wasyncore.dispatcher.close(listener)
        begun = time.monotonic()
        while self._dismiss() and time.monotonic() - begun < self._grace:
            self._turn(0.05)

    def _dismiss(self) -> bool:
        """Let go of every client that waits for nothing; return whether one still does."""
        channels = [s for s in list(self._sockets.values()) if isinstance(s, HTTPChannel)]
        for channel in channels:
            # A worker takes a request off the list only after its answer is on the way.
            channel.will_close = not (channel.requests or channel.total_outbufs_len)
        return bool(channels)


def _unavailable(settings: Settings, error: OSError) -> Refused:
    where = f"{settings.host}:{settings.port}"
    return Refused.one(
        "address_unavailable",
        Text(
            f"无法监听 {where}:{error.strerror}。", f"Cannot listen on {where}: {error.strerror}."
        ),
        status=409,
        hint=Text(
            "请换一个端口:--port 0 任选空闲端口。", "Take another port; --port 0 takes a free one."
        ),
    )
