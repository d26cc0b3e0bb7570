"""The production server: waitress on loopback, stopped without dropping a request."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any

from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

from seamline.problems import Refused
from seamline.settings import Settings
from seamline.text import Text
from seamline.usecases.desk import open_desk

from .logs import Application, logged
from .ownership import owned

LOG = logging.getLogger("seamline.server")
# Seconds that requests in work are given to finish after the signal to stop.
GRACE = 10.0
MEGABYTE = 1024 * 1024
LOOPBACK = ("127.0.0.1", "::1", "localhost")


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
                self._polite(application),
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
            raise _unavailable(settings, error) from None
        self._workers = server.task_dispatcher
        self._listeners = [s for s in self._sockets.values() if isinstance(s, BaseWSGIServer)]
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
        self._listeners[0].pull_trigger()

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._sockets, count=1)

    def _drain(self) -> None:
        for listener in self._listeners:
            # Only its own socket: `listener.close()` would close the trigger by which workers
            # wake this loop to send what they have answered.
            wasyncore.dispatcher.close(listener)
        begun = time.monotonic()
        while self._busy() and time.monotonic() - begun < self._grace:
            self._turn(0.05)

    def _busy(self) -> bool:
        return any(
            channel.requests or channel.total_outbufs_len
            for channel in list(self._sockets.values())
            if isinstance(channel, HTTPChannel)
        )

    def _polite(self, application: Application) -> Application:
        """Tell clients that keep their connection, while stopping, that this answer is the last."""

        def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
                if self._stopping.is_set():
                    headers = [*headers, ("Connection", "close")]
                return start_response(status, headers, exc_info)

            return application(environ, start)

        return answer


def serve(settings: Settings, ready: Callable[[str], None] | None = None) -> None:
    """Serve the workspace until SIGTERM or SIGINT; `ready` is called with the address.

    Raises `Refused` where the address or the workspace is held by another process.
    """
    from .app import create_app

    with ExitStack() as stack:
        if settings.embedded:
            stack.enter_context(owned(settings.lock_file))
        desk = open_desk(settings)
        stack.callback(desk.close)
        serving = Serving(logged(create_app(desk)), settings)
        for name in ("SIGTERM", "SIGINT"):
            signal.signal(getattr(signal, name), lambda *_: serving.stop())
        facts = {"address": serving.address, "database": settings.database_shown}
        LOG.info("listening", extra={"facts": facts})
        if settings.host not in LOOPBACK and not settings.public_url.startswith("https"):
            LOG.warning("reachable from the network without encryption")
        if ready:
            ready(serving.address)
        serving.run()
        LOG.info("stopped")


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
