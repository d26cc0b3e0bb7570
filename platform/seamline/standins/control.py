"""The control plane `/_sim/`: faults, journal, clock, reset and deliveries, from this machine."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from seamline.problems import Problem, Refused
from seamline.text import Text

from .bench import Bench
from .service import Answer, Request, Route, Service, json_answer

PREFIX = "/_sim/"


class Control:
    """What a person or a test tells a stand-in from outside."""

    def __init__(self, bench: Bench, services: Sequence[Service]) -> None:
        self._bench = bench
        self._services = services
        self._routes = (
            Route("POST", "/_sim/faults", self._add_fault),
            Route("DELETE", "/_sim/faults", self._clear_faults),
            Route("GET", "/_sim/journal", self._journal),
            Route("GET", "/_sim/clock", self._time),
            Route("POST", "/_sim/clock", self._clock),
            Route("POST", "/_sim/reset", self._reset),
            Route("GET", "/_sim/deliveries", self._deliveries),
        )

    def answer(self, request: Request, peer: str) -> Answer:
        """Do what is asked, if the asker is on this machine and no page in a browser."""
        if not ipaddress.ip_address(peer).is_loopback or "origin" in request.headers:
            return json_answer({"error": "loopback only"}, status=403)
        for route in self._routes:
            if route.match(request.method, request.path) is not None:
                try:
                    with self._bench.lock:
                        return route.handler(request)
                except Refused as refused:
                    problems = [problem.as_json() for problem in refused.problems]
                    return json_answer({"problems": problems}, status=400)
        listed = [f"{route.method} {route.pattern}" for route in self._routes]
        return json_answer({"error": "not found", "known": listed}, status=404)

    def reset(self) -> None:
        """Let everything be as it was at the start."""
        with self._bench.lock:
            self._bench.reset()
            for service in self._services:
                service.reset()

    def _add_fault(self, request: Request) -> Answer:
        return json_answer(asdict(self._bench.faults.add(request.data)), status=201)

    def _clear_faults(self, request: Request) -> Answer:
        self._bench.faults.clear()
        return json_answer({})

    def _journal(self, request: Request) -> Answer:
        since = request.query.get("since", "0")
        if not since.isdecimal():
            raise _refused("since", "应为数字。", "Expected a number.", since)
        found = self._bench.journal.entries(request.query.get("service", ""), int(since))
        return json_answer({"requests": found})

    def _time(self, request: Request) -> Answer:
        return json_answer({"now": self._bench.clock.now().isoformat()})

    def _clock(self, request: Request) -> Answer:
        asked: Any = request.data if isinstance(request.data, dict) else {}
        advance, hold = asked.get("advance_s", 0), asked.get("hold")
        if not isinstance(advance, int | float) or isinstance(advance, bool) or advance < 0:
            raise _refused("advance_s", "应为不小于 0 的秒数。", "Expected seconds >= 0.", advance)
        if isinstance(hold, bool):
            self._bench.clock.hold(hold)
        self._bench.clock.advance(advance)
        return self._time(request)

    def _reset(self, request: Request) -> Answer:
        self.reset()
        return json_answer({})

    def _deliveries(self, request: Request) -> Answer:
        found = self._bench.deliveries(request.query.get("service", ""))
        return json_answer({"deliveries": found})


def _refused(key: str, zh: str, en: str, got: object) -> Refused:
    return Refused((Problem(f"wrong_{key}", Text(f"{key} {zh}", f"{key}: {en}"), got=str(got)),))
