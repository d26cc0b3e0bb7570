"""A real socket on this machine for the services of a stand-in, down to the rudest reply."""

from __future__ import annotations

import os
import select
import socket
import struct
import threading
import traceback
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .bench import Bench
from .control import PREFIX, Control
from .exchange import Reply, exchange
from .service import Request, Route, Service, json_answer

LARGEST_BODY = 32 * 2**20
LOOK_SECONDS = 0.05


class Server(ThreadingHTTPServer):
    """The listening socket with its bench, its services and their routes."""

    daemon_threads = False
    request_queue_size = 64

    def __init__(self, bench: Bench, services: Sequence[Service], port: int) -> None:
        self.bench = bench
        self.control = Control(bench, services)
        self._routes = [(service, route) for service in services for route in service.routes()]
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)

    def route(self, method: str, path: str) -> tuple[Service, Route, Mapping[str, str]] | None:
        """Return who answers a path, and the words in it."""
        for service, route in self._routes:
            words = route.match(method, path)
            if words is not None:
                return service, route, words
        return None

    def service_actions(self) -> None:
        """Do what has fallen due on the virtual clock."""
        with self.bench.lock:
            self.bench.clock.catch_up()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that closing the server ends it."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection and close it."""
        self._open.discard(request)
        super().shutdown_request(request)

    def start(self) -> None:
        """Answer from a thread of its own."""
        self._loop = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": LOOK_SECONDS}
        )
        self._loop.start()

    def stop(self) -> None:
        """Stop answering, end what hangs, and free the port."""
        self.bench.stopping.set()
        self.shutdown()
        self._loop.join()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the other side, or a fault, was quicker
        self.server_close()
        self.bench.settle()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def _any_method(self) -> None:
        try:
            self._serve()
        except ConnectionError:
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = _any_method

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the journal has it."""

    def _serve(self) -> None:
        body = self._body()
        if body is None:
            self._send(Reply(json_answer({"error": "Content-Length"}, status=411)))
            self.close_connection = True
            return
        request = self._request(body)
        if request.path.startswith(PREFIX):
            answer = self.server.control.answer(request, self.client_address[0])
            self._send(Reply(answer))
            return
        found = self.server.route(request.method, request.path)
        if found is None:
            self._send(Reply(json_answer({"error": "not found"}, status=404)))
            return
        service, route, words = found
        request.service, request.words = service.name, words
        try:
            reply = exchange(self.server.bench, service, route, request)
        except Exception:
            traceback.print_exc()
            reply = Reply(json_answer({"error": "the stand-in itself failed"}, status=500))
        self._out(reply)

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            return None
        return self.rfile.read(int(length)) if int(length) <= LARGEST_BODY else None

    def _request(self, body: bytes) -> Request:
        parts = urlsplit(self.path)
        return Request(
            service="",
            method=self.command,
            path=unquote(parts.path),
            target=self.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            at=self.server.bench.clock.now(),
        )

    def _out(self, reply: Reply) -> None:
        if reply.wait_ms:
            self.server.bench.stopping.wait(reply.wait_ms / 1000)
        if reply.manner == "send":
            self._send(reply)
            return
        self.close_connection = True
        if reply.manner == "hang":
            self._hang()
        elif reply.manner == "reset":
            # Closing with a linger time of nothing makes the kernel send RST instead of FIN.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())

    def _hang(self) -> None:
        """Wait until the caller gives up or the server stops."""
        while not self.server.bench.stopping.wait(LOOK_SECONDS):
            if select.select([self.connection], [], [], 0)[0]:
                return

    def _send(self, reply: Reply) -> None:
        answer = reply.answer
        length = len(answer.body) if reply.declared is None else reply.declared
        self.send_response(answer.status, HTTPStatus(answer.status).phrase)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(length))
        for name, value in answer.headers.items():
            for one in (value,) if isinstance(value, str) else value:
                self.send_header(name, one)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        if reply.declared is not None:
            self.close_connection = True
