"""A store to remember in, a server on this machine to call, and a folder for connectors."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from seamline.connecting import Seal
from seamline.facts import Actor
from seamline.store import Store, open_store
from seamline.usecases.desk import Desk

from ..published import published

ADMIN = Actor("admin", "Admin", ("administrator",))
PACKAGES = Path(__file__).parents[1] / "packages"

MANIFEST: dict[str, Any] = {
    "seamline": 1,
    "connector": "notebook",
    "title": {"zh": "记事本", "en": "Notebook"},
    "settings": {
        "type": "object",
        "properties": {
            "folder": {"type": "string", "title": "文件夹 · Folder"},
            "password": {"type": "string", "title": "口令 · Password"},
        },
        "required": ["folder"],
    },
    "secrets": ["password"],
    "capabilities": ["read"],
    "permissions": [{"for": "read", "say": {"zh": "读取文件夹", "en": "Read the folder"}}],
}
MODULE = '''"""A connector of a test."""


def connect(settings, context):
    """Open it."""
    raise ValueError(context.secret("password"))
'''


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> Iterator[Store]:
    """Return an empty store."""
    with closing(open_store(store_url, tmp_path / "files")) as opened:
        opened.upgrade()
        yield opened


@pytest.fixture
def seal() -> Seal:
    """Return a seal of some workspace."""
    return Seal(b"k" * 32)


@pytest.fixture
def write_connector(tmp_path: Path) -> Callable[..., Path]:
    """Return what writes a connector's folder: other manifest keys, another module."""

    def write(name: str = "notebook", module: str = MODULE, **manifest: Any) -> Path:
        folder = tmp_path / "connectors" / name
        folder.mkdir(parents=True)
        data = {**MANIFEST, "connector": name, **manifest}
        (folder / "connector.json").write_text(json.dumps(data, indent=1), encoding="utf-8")
        (folder / "__init__.py").write_text(module, encoding="utf-8")
        return folder

    return write


class Served:
    """A server of this machine: what it was asked, and what it answers by path."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.connections = 0
        served = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                served.connections += 1
                super().setup()

            def do_GET(self) -> None:
                size = int(self.headers.get("content-length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                served.asked.append((self.command, self.path, headers, self.rfile.read(size)))
                say = served.answers.get(self.path.partition("?")[0], plain())
                say(self)

            do_POST = do_GET

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


def plain(
    status: int = 200, body: bytes = b"ok", **headers: str
) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return what answers with a status and a body."""

    def say(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return say


@pytest.fixture
def answer() -> Callable[..., Any]:
    """Return what makes an answer of a status and a body."""
    return plain


@pytest.fixture
def served() -> Iterator[Served]:
    """Return a server of this machine."""
    made = Served()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return a workspace in which the package with a connection to files is published."""
    opened = published(tmp_path / "workspace", PACKAGES / "mirror_desk")
    yield opened
    opened.close()
