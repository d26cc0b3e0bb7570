"""The server: stops without dropping a request, owns its workspace, logs what it did."""

from __future__ import annotations

import http.client
import json
import logging
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace

import pytest

from seamline import settings
from seamline.problems import Refused
from seamline.ui import logs
from seamline.ui.listening import Serving
from seamline.ui.ownership import owned

SECONDS = 10


def loopback(tmp_path, **more):
    return replace(settings.load(tmp_path, {}), port=0, **more)


def hello(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(body) + 5))])
    return [b"hello" + body]


@contextmanager
def served(application, given):
    serving = Serving(application, given)
    thread = threading.Thread(target=serving.run)
    thread.start()
    try:
        yield serving
    finally:
        serving.stop()
        thread.join(SECONDS)
        assert not thread.is_alive()


@pytest.fixture
def connection():
    """Return a maker of client connections, all closed when the test ends."""
    with ExitStack() as opened:
        yield lambda serving: opened.enter_context(closing(client_of(serving)))


def client_of(serving):
    host, port = serving.address.removeprefix("http://").split(":")
    return http.client.HTTPConnection(host, int(port), timeout=SECONDS)


def test_a_request_in_work_is_answered_before_the_server_ends(tmp_path, connection):
    begun, finish = threading.Event(), threading.Event()

    def slow(environ, start_response):
        begun.set()
        assert finish.wait(SECONDS)
        return hello(environ, start_response)

    with served(slow, loopback(tmp_path)) as serving:
        client = connection(serving)
        client.request("GET", "/")
        assert begun.wait(SECONDS)
        serving.stop()
        refused_soon(serving)
        finish.set()
        answer = client.getresponse()
        assert (answer.status, answer.read()) == (200, b"hello")


def refused_soon(serving):
    """Wait until a newcomer is turned away."""
    for _ in range(200):
        try:
            with closing(client_of(serving)) as client:
                client.connect()
        except ConnectionError:
            return
        threading.Event().wait(0.05)
    raise AssertionError("the server still takes connections")


def test_a_client_that_keeps_its_connection_does_not_keep_the_server(tmp_path, connection):
    with served(hello, loopback(tmp_path)) as serving:
        client = connection(serving)
        client.request("GET", "/")
        assert client.getresponse().read() == b"hello"
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        client.request("GET", "/")
        client.getresponse()


def test_a_taken_address_is_said_in_a_sentence(tmp_path):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = replace(loopback(tmp_path), port=holder.getsockname()[1])
        with pytest.raises(Refused) as refused:
            Serving(hello, taken)
    assert refused.value.problems[0].code == "address_unavailable"
    assert "--port 0" in refused.value.problems[0].hint.en


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(tmp_path, connection):
    with served(hello, loopback(tmp_path, body_megabytes=1)) as serving:
        client = connection(serving)
        client.putrequest("POST", "/")
        client.putheader("Content-Length", str(2 * 1024 * 1024))
        client.endheaders()
        assert client.getresponse().status == 413


def test_a_forged_proxy_header_is_not_believed(tmp_path, connection):
    seen = {}

    def remember(environ, start_response):
        seen.update(environ)
        return hello(environ, start_response)

    with served(remember, loopback(tmp_path)) as serving:
        client = connection(serving)
        client.request("GET", "/", headers={"X-Forwarded-For": "6.6.6.6"})
        client.getresponse().read()
    assert seen["REMOTE_ADDR"] == "127.0.0.1"
    assert "HTTP_X_FORWARDED_FOR" not in seen


def test_the_address_behind_a_trusted_proxy_is_believed(tmp_path, connection):
    seen = {}

    def remember(environ, start_response):
        seen.update(environ)
        return hello(environ, start_response)

    with served(remember, loopback(tmp_path, trusted_proxy="127.0.0.1")) as serving:
        client = connection(serving)
        headers = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https"}
        client.request("GET", "/", headers=headers)
        client.getresponse().read()
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("6.6.6.6", "https")


HOLDER = """
import sys
from pathlib import Path
from seamline.ui.ownership import owned
with owned(Path(sys.argv[1]), "process one"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_one_process_owns_a_workspace_until_it_ends_or_dies(tmp_path):
    lock = tmp_path / "serving.lock"
    for end in ("close", "kill"):
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(lock)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        with holder:
            assert holder.stdout.readline().strip() == b"held"
            with pytest.raises(Refused) as refused, owned(lock):
                pass
            assert "process one" in refused.value.problems[0].say.en
            holder.stdin.close() if end == "close" else holder.kill()
            holder.wait(SECONDS)
        with owned(lock):
            pass


def test_each_request_is_one_line_without_its_query(tmp_path, caplog, connection):
    with caplog.at_level(logging.INFO), served(logs.logged(hello), loopback(tmp_path)) as serving:
        client = connection(serving)
        client.request("GET", "/orders?q=secret", headers={"X-Request-ID": "gate-7"})
        answer = client.getresponse()
        answer.read()
        assert answer.getheader("X-Request-ID") == "gate-7"
        client.request("GET", "/", headers={"X-Request-ID": 'x"; drop'})
        answer = client.getresponse()
        answer.read()
        assert answer.getheader("X-Request-ID").isalnum()
    first = next(record for record in caplog.records if record.name == "seamline.requests")
    line = json.loads(logs.JsonLines().format(first))
    assert (line["method"], line["path"], line["status"]) == ("GET", "/orders", 200)
    assert line["request"] == "gate-7"
    assert "secret" not in logs.JsonLines().format(first)
    assert "status=200" in logs.PlainLines().format(first)


def test_an_error_keeps_its_traceback_in_one_line():
    try:
        raise ValueError("broken")
    except ValueError:
        record = logging.getLogger("x").makeRecord(
            "x", logging.ERROR, "f", 1, "it %s", ("failed",), sys.exc_info()
        )
    line = logs.JsonLines().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == "it failed"
    assert "ValueError: broken" in json.loads(line)["error"]
    assert "ValueError: broken" in logs.PlainLines().format(record)
