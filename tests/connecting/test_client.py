"""The client of a connection: where it may go, what it keeps, what it says of lost answers."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from seamline.connecting import Allowed, Turns
from seamline.connecting.addresses import resolved
from seamline.connecting.client import ANSWER_LIMIT, Client
from seamline.connector import GiveUp, Retry
from seamline.store import open_store
from seamline.usecases.connected import _turns_of

HERE = Allowed(("127.0.0.1",), "loopback")


@pytest.fixture
def client():
    made = Client(HERE)
    yield made
    made.close()


def test_it_calls_what_it_may_and_keeps_the_connection(served, client):
    for number in range(3):
        answer = client.request(
            "post", f"{served.url}/a?x=1", params={"n": str(number)}, json={"甲": 1}
        )
        assert (answer.status, answer.body) == (200, b"ok")
    assert served.connections == 1
    command, path, headers, body = served.asked[-1]
    assert (command, path, body) == ("POST", "/a?x=1&n=2", '{"甲":1}'.encode())
    assert headers["host"] == served.url.removeprefix("http://")


@pytest.mark.parametrize("status", [400, 401, 404, 500, 503])
def test_a_status_is_not_judged(served, client, answer, status):
    served.answers["/s"] = answer(status, b"why", X_Reason="x")
    got = client.request("GET", f"{served.url}/s")
    assert (got.status, got.body, got.headers["x_reason"]) == (status, b"why", "x")


@pytest.mark.parametrize(
    ("network", "address", "may"),
    [
        ("public", "93.184.216.34", True),
        ("public", "2606:2800:220:1:248:1893:25c8:1946", True),
        ("public", "10.0.0.1", False),
        ("public", "192.168.1.20", False),
        ("public", "100.64.0.1", False),
        ("public", "127.0.0.1", False),
        ("public", "169.254.169.254", False),
        ("public", "::1", False),
        ("public", "::ffff:127.0.0.1", False),
        ("public", "::ffff:10.0.0.1", False),
        ("public", "2002:7f00:1::", False),
        ("public", "64:ff9b::7f00:1", False),
        ("public", "fe80::1%eth0", False),
        ("public", "0.0.0.0", False),
        ("public", "224.0.0.1", False),
        ("private", "192.168.1.20", True),
        ("private", "fd00::1", True),
        ("private", "93.184.216.34", True),
        ("private", "127.0.0.1", False),
        ("private", "169.254.169.254", False),
        ("private", "::", False),
        ("loopback", "127.0.0.53", True),
        ("loopback", "::1", True),
        ("loopback", "10.0.0.1", False),
        ("loopback", "93.184.216.34", False),
    ],
)
def test_addresses_by_network(network, address, may):
    assert Allowed(("*.x",), network).address(address) is may


@pytest.mark.parametrize(
    ("host", "may"),
    [
        ("api.example.com", True),
        ("API.example.com.", True),
        ("example.com", False),
        ("evil-example.com", False),
        ("api.example.com.evil.net", False),
        ("qyapi.weixin.qq.com", True),
        ("weixin.qq.com", False),
    ],
)
def test_hosts_by_name(host, may):
    assert Allowed(("*.example.com", "qyapi.weixin.qq.com")).host(host) is may


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://localhost/", "host_not_allowed"),
        ("http://169.254.169.254/latest", "host_not_allowed"),
        ("file:///etc/passwd", "strange_url"),
        ("gopher://127.0.0.1/", "strange_url"),
        ("http://user:pass@127.0.0.1/", "strange_url"),
        ("http:///path", "strange_url"),
    ],
)
def test_other_places_are_not_called(client, url, code):
    with pytest.raises(GiveUp) as raised:
        client.request("GET", url)
    assert raised.value.problem.code == code
    assert "pass" not in str(raised.value)


def test_an_allowed_name_that_means_this_machine_is_not_called():
    with pytest.raises(GiveUp) as raised:
        Client(Allowed(("localhost",))).request("GET", "http://localhost:1/")
    problem = raised.value.problem
    assert problem.code == "address_not_allowed"
    assert problem.hint is not None and "(loopback)" in problem.hint.en


def test_a_name_is_resolved_once_and_its_address_called(served, monkeypatch):
    """A name that comes to mean another address after it was looked at leads nowhere else."""
    asked = []
    real = socket.getaddrinfo

    def turning(host, port, *more, **named):
        asked.append(host)
        if host == "erp.example":
            place = "127.0.0.1" if asked.count(host) == 1 else "169.254.169.254"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port))]
        return real(host, port, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", turning)
    client = Client(Allowed(("erp.example",), "loopback"))
    port = served.server.server_port
    for _ in range(2):
        assert client.request("GET", f"http://erp.example:{port}/").status == 200
    assert asked.count("erp.example") == 1
    assert served.asked[0][2]["host"] == f"erp.example:{port}"
    client.close()


def test_a_redirect_stays_with_its_origin(served, client, answer):
    served.answers["/old"] = answer(302, Location="/new")
    served.answers["/out"] = answer(302, Location="http://169.254.169.254/latest")
    served.answers["/round"] = answer(302, Location="/round")
    assert client.request("GET", f"{served.url}/old").status == 200
    assert client.request("POST", f"{served.url}/old").status == 302
    for path in ("/out", "/round"):
        with pytest.raises(GiveUp) as raised:
            client.request("GET", served.url + path)
        assert raised.value.problem.code == "redirected"


def test_nobody_there_means_that_nothing_happened(client):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Retry) as raised:
        client.request("POST", f"http://127.0.0.1:{port}/")
    assert (raised.value.effect, raised.value.problem.code) == ("none", "unreachable")


def hang_up(handler):
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def break_off(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"half")
    handler.wfile.flush()
    hang_up(handler)


@pytest.mark.parametrize("fault", [hang_up, break_off])
def test_a_lost_answer_may_have_had_an_effect(served, client, fault):
    served.answers["/f"] = fault
    with pytest.raises(Retry) as raised:
        client.request("POST", f"{served.url}/f")
    assert raised.value.effect == "unknown"


def test_silence_ends(served, client):
    ended = []

    def silent(handler):
        handler.connection.settimeout(5)
        ended.append(handler.connection.recv(1))

    served.answers["/slow"] = silent
    with pytest.raises(Retry) as raised:
        client.request("GET", f"{served.url}/slow", timeout=0.2)
    assert raised.value.effect == "unknown"


def test_a_flood_ends(served, client):
    piece = b"x" * 2**20

    def flood(handler):
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(piece)
        except OSError:
            handler.close_connection = True

    served.answers["/flood"] = flood
    with pytest.raises(GiveUp) as raised:
        client.request("GET", f"{served.url}/flood")
    assert raised.value.problem.code == "too_large"
    with pytest.raises(GiveUp):
        client.request("POST", f"{served.url}/", body=b"x" * (ANSWER_LIMIT + 1))


def test_a_name_nobody_knows_may_be_known_later():
    with pytest.raises(Retry) as raised:
        resolved("no-such-host.invalid", 80, Allowed(("no-such-host.invalid",)))
    assert raised.value.problem.code == "unresolved_host"


def test_no_more_calls_go_out_than_may():
    turns = Turns(per_minute=3)
    for _ in range(3):
        with turns.turn():
            pass
    with pytest.raises(Retry) as raised, turns.turn():
        pass
    assert raised.value.after is not None and 0 < raised.value.after.total_seconds() <= 60


def test_no_more_calls_go_out_at_once_than_may():
    turns, inside, most = Turns(at_once=2), [], []

    def call(_):
        with turns.turn():
            inside.append(1)
            most.append(len(inside))
            inside.pop()

    with ThreadPoolExecutor(8) as many:
        list(many.map(call, range(200)))
    assert max(most) <= 2


@pytest.fixture
def two(store_url):
    """One store, opened twice as by two processes."""
    stores = [open_store(store_url) for _ in range(2)]
    stores[0].upgrade()
    yield stores
    for store in stores:
        store.close()


def test_a_seat_left_while_another_looks_is_taken_once(two):
    several = [_turns_of(store, "erp", None, 2) for store in two]
    inside, most = [], []

    def call(number):
        with several[number % 2].turn():
            inside.append(number)
            most.append(len(inside))
            inside.remove(number)

    with ThreadPoolExecutor(4) as many:
        list(many.map(call, range(80)))
    assert len(most) == 80 and max(most) <= 2


def test_processes_share_the_limits_of_a_connection(two):
    several = [_turns_of(store, "erp", 3, 1) for store in two]
    inside, most = [], []

    def call(number):
        with several[number % 2].turn():
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.01)
            inside.remove(number)

    with ThreadPoolExecutor(3) as many:
        list(many.map(call, range(3)))
    assert max(most) == 1
    for turns in several:
        with pytest.raises(Retry) as raised, turns.turn():
            pass
        assert 50 < raised.value.after.total_seconds() <= 60
