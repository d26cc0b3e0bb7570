"""The phones of the stand-in: what becomes of a message or a call, and when that is known."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from seamline.standins.bench import Bench

SMS_SECONDS, CALL_SECONDS = 5, 30
_MOBILE = re.compile(r"1[3-9]\d{9}")
CALLS = {
    "answered": ("200000", "用户接听", 21),
    "busy": ("200002", "用户忙", 0),
    "no_answer": ("200005", "无人接听", 0),
    "off": ("200010", "关机", 0),
}


@dataclass
class Sent:
    """One message or call and what became of it; `state` is empty until that is known."""

    medium: str
    number: str
    reference: str
    mark: str
    at: datetime
    state: str = ""
    ended: datetime | None = None
    pulled: bool = False
    more: dict[str, Any] = field(default_factory=dict)


class Phones:
    """Everything that was sent, and how each phone behaves."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.sent: list[Sent] = []
        self._manners: dict[str, dict[str, str]] = {}
        self._number = 0

    def behave(self, number: str, sms: str = "delivered", voice: str = "answered") -> None:
        """Let a phone take messages (delivered, failed, never) and calls (answered, busy, ...)."""
        self._manners[bare(number)] = {"sms": sms, "voice": voice}

    def send(self, medium: str, number: str, mark: str, manner: str = "") -> Sent:
        """Send to a phone; what becomes of it is known some virtual seconds later."""
        self._number += 1
        now = self._bench.clock.now()
        one = Sent(medium, bare(number), f"{medium}-{self._number:07d}", mark, now)
        self.sent.append(one)
        usual = "delivered" if medium == "sms" else "answered"
        known = manner or self._manners.get(one.number, {}).get(medium, usual)
        self._bench.deliver("sms", medium=medium, number=one.number, reference=one.reference)
        if known != "never":
            seconds = SMS_SECONDS if medium == "sms" else CALL_SECONDS
            self._bench.clock.later(seconds, lambda: self._end(one, known))
        return one

    def _end(self, one: Sent, state: str) -> None:
        one.state, one.ended = state, self._bench.clock.now()


def bare(number: str) -> str:
    """Return a number without its country."""
    return number.removeprefix("+").removeprefix("86") if number.startswith("+") else number


def real(number: str) -> bool:
    """Return whether a number could be a mobile phone's."""
    return _MOBILE.fullmatch(bare(number)) is not None
