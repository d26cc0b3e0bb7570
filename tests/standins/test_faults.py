"""Every fault a stand-in can have, met by a client that is not ours."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests
from requests.exceptions import ChunkedEncodingError

from seamline.problems import Refused
from seamline.standins.bench import Bench
from seamline.standins.service import Answer, Args, Request, Route, json_answer
from seamline.standins.standin import running

PATIENCE = 0.4


class Till:
    """A till: money put in stays in, and it can be told to call back."""

    name = "till"

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.faults = {"jammed": self._jammed, "counterfeit": lambda request, args: None}
        self.reset()

    def reset(self) -> None:
        self.coins: list[int] = []

    def routes(self):
        return (
            Route("POST", "/coins/{value}", self._put),
            Route("GET", "/coins", lambda request: json_answer(self.coins)),
            Route("POST", "/login", lambda request: json_answer({}), secret=True),
            Route("POST", "/ring", self._ring),
        )

    def _put(self, request: Request) -> Answer:
        if "counterfeit" in request.faults:
            return json_answer({"error": "counterfeit", "at": request.at.isoformat()})
        self.coins.append(int(request.words["value"]))
        told = {"coins": self.coins, "at": request.at.isoformat(), "what": "收" * 20}
        return json_answer(told, effects=(f"coin {self.coins[-1]}",))

    def _ring(self, request: Request) -> Answer:
        self.bench.clock.later(
            60, lambda: self.bench.call_back("till", request.data["url"], b"ring")
        )
        return json_answer({})

    def _jammed(self, request: Request, args: Args) -> Answer:
        return json_answer({"error": "jammed", "why": args.get("why")})


@pytest.fixture(scope="module")
def served():
    with running(Till) as found:
        yield found


@pytest.fixture
def till(served):
    served.reset()
    return served


def put(till, value=1, patience=PATIENCE):
    return requests.post(f"{till.url}/coins/{value}", timeout=patience)


def test_without_a_fault_it_answers_and_remembers(till):
    assert put(till, 5).json()["coins"] == [5]
    assert requests.get(f"{till.url}/coins", timeout=PATIENCE).json() == [5]
    assert till.effects() == ["coin 5"]
    assert [one["effect"] for one in till.requests()] == [True, False]


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        ("http_500", 500, "application/json"),
        ("http_502_html", 502, "text/html"),
        ("http_503_retry_after", 503, "text/plain"),
    ],
)
@pytest.mark.parametrize("after", [False, True])
def test_error_statuses_come_before_the_effect_or_behind_it(till, fault, status, kind, after):
    till.fault(fault, times=1, args={"after": after})
    answer = put(till)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith(kind)
    assert answer.headers.get("Retry-After") == ("30" if status == 503 else None)
    assert till.effects() == (["coin 1"] if after else [])
    assert put(till).status_code == 200


@pytest.mark.parametrize(
    ("fault", "args", "error", "effects"),
    [
        ("timeout", {}, requests.ReadTimeout, []),
        ("timeout", {"after": True}, requests.ReadTimeout, ["coin 1"]),
        ("slow", {"ms": 900}, requests.ReadTimeout, ["coin 1"]),
        ("reset", {}, requests.ConnectionError, []),
        ("lost_reply", {}, requests.ConnectionError, ["coin 1"]),
        (
            "truncated_json",
            {"declared": True},
            ChunkedEncodingError,
            ["coin 1"],
        ),
    ],
)
def test_no_whole_answer_comes(till, fault, args, error, effects):
    till.fault(fault, nth=1, args=args)
    with pytest.raises(error):
        put(till)
    assert till.effects() == effects
    assert till.requests()[0]["fault"] == fault
    assert put(till, 2).ok


def test_a_reset_is_one(till):
    till.fault("reset")
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        put(till)


def test_half_an_answer_is_no_json(till):
    till.fault("truncated_json")
    answer = put(till)
    with pytest.raises(ValueError):
        json.loads(answer.content)
    assert till.effects() == ["coin 1"]


def test_the_type_of_an_answer_can_lie(till):
    till.fault("wrong_content_type")
    answer = put(till)
    assert answer.headers["Content-Type"] == "text/html; charset=gbk"
    assert json.loads(answer.content)["coins"] == [1]


def test_a_slow_answer_still_comes(till):
    till.fault("slow", args={"ms": 50})
    assert put(till, patience=5).ok


def test_the_services_clock_can_be_wrong(till):
    till.bench.clock.hold(True)
    right = put(till).json()["at"]
    till.fault("clock_skew", args={"s": 3600})
    assert put(till).json()["at"] > right
    till.heal()
    assert put(till).json()["at"] == right


def test_a_services_own_faults_answer_in_its_place_or_change_its_mind(till):
    till.fault("jammed", service="till", times=1, args={"why": "gum"})
    assert put(till).json() == {"error": "jammed", "why": "gum"}
    till.fault("counterfeit", times=1)
    assert put(till).json()["error"] == "counterfeit"
    assert till.effects() == []


def test_rules_choose_by_path_method_number_times_and_chance(till):
    till.fault("http_500", path="/coins/7*", method="POST")
    assert [put(till, value).status_code for value in (7, 71, 1)] == [500, 500, 200]
    till.heal()
    till.fault("http_500", nth=2, times=2)
    assert [put(till).ok for _ in range(5)] == [True, False, False, True, True]
    till.heal()
    till.fault("http_500", rate=0.5)
    met = [put(till).ok for _ in range(40)]
    assert 8 < sum(met) < 32
    till.heal()
    till.fault("http_500", rate=0.5)
    assert [put(till).ok for _ in range(40)] == met


@pytest.mark.parametrize(
    "rule",
    [
        [],
        {},
        {"fault": "jam"},
        {"fault": "reset", "service": "tills"},
        {"fault": "reset", "rate": 2},
        {"fault": "reset", "nth": "first"},
        {"fault": "reset", "often": 1},
    ],
)
def test_a_rule_that_says_nothing_sensible_is_refused(till, rule):
    answer = requests.post(f"{till.url}/_sim/faults", json=rule, timeout=PATIENCE)
    assert answer.status_code == 400
    assert all(problem["message"]["zh"] for problem in answer.json()["problems"])
    with pytest.raises(Refused):
        till.bench.faults.add(rule)
    assert put(till).ok


def test_what_hangs_does_not_keep_the_server_from_stopping():
    with running(Till) as till:
        till.fault("timeout")
        with pytest.raises(requests.ReadTimeout):
            put(till)
        kept = requests.Session()
        kept.get(f"{till.url}/_sim/clock", timeout=PATIENCE)
    with pytest.raises(requests.ConnectionError):
        kept.get(f"{till.url}/_sim/clock", timeout=PATIENCE)
    kept.close()


@pytest.fixture
def bell():
    """A listener that counts how often it was called."""

    class Bell(BaseHTTPRequestHandler):
        def do_POST(self):
            calls.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *args):
            pass

    calls: list[bytes] = []
    with HTTPServer(("127.0.0.1", 0), Bell) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/bell", calls
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("fault", [None, "duplicate_callback"])
def test_a_call_back_comes_when_due_once_or_twice(till, bell, fault):
    url, calls = bell
    if fault:
        till.fault(fault, path="/bell")
    requests.post(f"{till.url}/ring", json={"url": url}, timeout=PATIENCE)
    till.advance(59)
    assert calls == []
    till.advance(1)
    assert calls == [b"ring"] * (2 if fault else 1)
    assert {one["status"] for one in till.bench.deliveries()} == {200}


def test_a_call_back_nobody_takes_is_noted(till):
    requests.post(f"{till.url}/ring", json={"url": "http://127.0.0.1:9/"}, timeout=PATIENCE)
    till.advance(60)
    assert [one["status"] for one in till.bench.deliveries()] == [None]
