"""Faults on demand: rules that say which request goes wrong, and how."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from seamline.problems import Place, Problem, Problems
from seamline.text import Text

# Faults every service can have; `exchange.py` makes them happen.
BEFORE = ("http_500", "http_502_html", "http_503_retry_after", "timeout", "reset")
AFTER = ("lost_reply", "truncated_json", "wrong_content_type")
TIMES = ("slow", "clock_skew")
CALLBACKS = ("duplicate_callback",)
ANY_SERVICE = (*BEFORE, *AFTER, *TIMES, *CALLBACKS)
# The same faults on every run: chance is drawn from here.
SEED = 20260201


@dataclass
class Rule:
    """One rule: whom it meets, when, and what happens then."""

    fault: str
    service: str = "*"
    path: str = "*"
    method: str = "*"
    args: Mapping[str, Any] = field(default_factory=dict)
    nth: int | None = None
    rate: float | None = None
    times: int | None = None
    seen: int = 0
    fired: int = 0

    def meets(self, service: str, path: str, method: str) -> bool:
        """Return whether the rule is about this request; it does not count it yet."""
        return (
            self.service in ("*", service)
            and self.method in ("*", method)
            and fnmatchcase(path, self.path)
        )

    def fires(self, chance: random.Random) -> bool:
        """Count one request the rule meets and return whether it goes wrong.

        `nth` alone is that one request; with `times` it is the first of so many.
        """
        self.seen += 1
        first = self.nth or 1
        many = self.times if self.times is not None else (1 if self.nth else None)
        hit = self.seen >= first and (many is None or self.fired < many)
        if hit and self.rate is not None:
            hit = chance.random() < self.rate
        self.fired += hit
        return hit


class Faults:
    """The rules in force."""

    def __init__(self, known: Mapping[str, Collection[str]]) -> None:
        self._known = known
        self.clear()

    def clear(self) -> None:
        """Let everything go well."""
        self._rules: list[Rule] = []
        self._chance = random.Random(SEED)

    def add(self, data: object) -> Rule:
        """Put a rule in force; `Refused` with everything that is wrong with it."""
        problems = Problems()
        problems.extend(_wrong(data, self._known))
        problems.raise_if_any()
        assert isinstance(data, dict)  # noqa: S101 - `_wrong` has just looked
        self._rules.append(Rule(**data))
        return self._rules[-1]

    def drawn(self, service: str, path: str, method: str) -> list[Rule]:
        """Return the rules by which this request goes wrong."""
        return self._fire(service, path, method, callback=False)

    def of_callback(self, service: str, path: str) -> list[Rule]:
        """Return the rules by which a call back to the product goes wrong."""
        return self._fire(service, path, "POST", callback=True)

    def _fire(self, service: str, path: str, method: str, *, callback: bool) -> list[Rule]:
        return [
            rule
            for rule in self._rules
            if (rule.fault in CALLBACKS) is callback
            and rule.meets(service, path, method)
            and rule.fires(self._chance)
        ]


_TYPES: Mapping[str, tuple[type, ...]] = {
    "fault": (str,), "service": (str,), "path": (str,), "method": (str,), "args": (dict,),
    "nth": (int,), "times": (int,), "rate": (int, float),
}  # fmt: skip


def _wrong(data: object, known: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    if not isinstance(data, dict):
        yield Problem("not_a_rule", Text("应为 JSON 对象。", "Expected a JSON object."))
        return
    for key, value in data.items():
        types = _TYPES.get(key)
        if types is None:
            yield _problem("unknown_key", key, f"one of {', '.join(_TYPES)}", key)
        elif not isinstance(value, types) or isinstance(value, bool):
            yield _problem("wrong_type", key, types[-1].__name__, value)
    service, fault = data.get("service", "*"), data.get("fault")
    if service != "*" and service not in known:
        yield _problem("unknown_service", "service", f"one of {', '.join(known)}", service)
    own = known.get(service, ()) if service != "*" else {f for own in known.values() for f in own}
    if fault not in ANY_SERVICE and fault not in own:
        choices = ", ".join((*ANY_SERVICE, *sorted(own)))
        yield _problem("unknown_fault", "fault", f"one of {choices}", fault)
    if isinstance(data.get("rate"), int | float) and not 0 <= data["rate"] <= 1:
        yield _problem("out_of_range", "rate", "0 to 1", data["rate"])


def _problem(code: str, key: str, expected: str, got: object) -> Problem:
    say = Text(f"{key} 应为 {expected}。", f"Expected {key} to be {expected}.")
    return Problem(code, say, Place(key), got=str(got)[:80])
