"""The control plane of a stand-in by HTTP, and the command that starts one."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import requests

from seamline.standins.journal import redacted
from seamline.standins.service import Route, json_answer
from seamline.standins.standin import running


class Diary:
    """A service that keeps what it is told."""

    name = "diary"
    faults: dict = {}

    def __init__(self, bench) -> None:
        self.bench = bench
        self.reset()

    def reset(self) -> None:
        self.lines: list[str] = []

    def routes(self):
        return (
            Route("POST", "/lines", self._write),
            Route("POST", "/login", lambda request: json_answer({}), secret=True),
        )

    def _write(self, request):
        self.lines.append(request.body.decode())
        self.bench.deliver("diary", to="reader", text=self.lines[-1])
        return json_answer({}, effects=("line",))


@pytest.fixture
def diary():
    with running(Diary) as found:
        yield found


def sim(diary, method, path, **more):
    return requests.request(method, f"{diary.url}/_sim/{path}", timeout=5, **more)


def test_faults_journal_deliveries_and_reset(diary):
    rule = {"service": "diary", "fault": "http_500", "times": 1}
    assert sim(diary, "POST", "faults", json=rule).status_code == 201
    said = {"text": "x", "app_secret": "s1", "inner": [{"access_token": "s2"}]}
    url, key = f"{diary.url}/lines?corpsecret=s3", {"Authorization": "Bearer s4"}
    assert requests.post(url, json=said, headers=key, timeout=5).status_code == 500
    assert sim(diary, "DELETE", "faults").ok
    assert requests.post(url, json=said, headers=key, timeout=5).ok
    requests.post(f"{diary.url}/login", json={"parameters": ["s5"]}, timeout=5)
    found = sim(diary, "GET", "journal").json()["requests"]
    assert [(one["seq"], one["fault"], one["effect"]) for one in found] == [
        (1, "http_500", False), (2, "", True), (3, "", False),
    ]  # fmt: skip
    assert not any(f"s{number}" in json.dumps(found) for number in range(1, 6))
    assert len(sim(diary, "GET", "journal?since=2&service=diary").json()["requests"]) == 1
    assert len(sim(diary, "GET", "deliveries?service=diary").json()["deliveries"]) == 1
    assert sim(diary, "GET", "journal?since=x").status_code == 400
    assert sim(diary, "POST", "reset").ok
    assert sim(diary, "GET", "journal").json() == {"requests": []}
    assert diary.services["diary"].lines == []


def test_the_clock_jumps_holds_and_runs_on(diary):
    sim(diary, "POST", "clock", json={"hold": True})
    first = sim(diary, "GET", "clock").json()["now"]
    assert sim(diary, "GET", "clock").json()["now"] == first
    ahead = sim(diary, "POST", "clock", json={"advance_s": 7200}).json()["now"]
    assert ahead > first
    sim(diary, "POST", "clock", json={"hold": False})
    assert sim(diary, "GET", "clock").json()["now"] >= ahead
    for wrong in (-1, "1", True):
        assert sim(diary, "POST", "clock", json={"advance_s": wrong}).status_code == 400


def test_a_page_in_a_browser_may_not_reach_the_controls(diary):
    answer = sim(diary, "POST", "reset", headers={"Origin": "http://elsewhere.example"})
    assert answer.status_code == 403
    assert sim(diary, "GET", "nothing").status_code == 404


def test_requests_that_cannot_be_read_are_refused(diary):
    answer = requests.post(f"{diary.url}/lines", data=iter([b"x"]), timeout=5)
    assert answer.status_code == 411
    assert requests.get(f"{diary.url}/elsewhere", timeout=5).status_code == 404


def test_secrets_are_hidden_at_any_depth():
    told = {"a": [{"Password": "x", "b": 1}], "X-Api-Signature": "y", "key": "z", "keyword": "w"}
    assert redacted(told) == {
        "a": [{"Password": "***", "b": 1}],
        "X-Api-Signature": "***",
        "key": "***",
        "keyword": "w",
    }


def test_the_command_lists_what_there_is():
    words = [sys.executable, "-m", "seamline", "standin"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_the_command_stands_in_until_it_is_stopped():
    words = [sys.executable, "-m", "seamline", "standin", "kingdee"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().split()[0]
        assert requests.get(f"{url}/_sim/clock", timeout=5).ok
        process.terminate()
        rest = process.stdout.read()
        assert process.wait(10) == 0
    assert "secret" in rest or "密钥" in rest
