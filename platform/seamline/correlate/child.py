"""The engine of joins in a process of its own: it may crash, hang or grow, and nothing is lost.

Started as a script, so that it loads nothing of the platform. One JSON object per line comes in,
one goes out. Facts are small whole numbers under short names; what fires is told by fact ids.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, TextIO

PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class Joins:
    """The rule sets of the engine, and what fired since it was last asked."""

    def __init__(self) -> None:
        from durable.engine import Host

        class Quiet(Host):  # type: ignore[misc]  # the library has no types
            """A host without its two polling loops: facts alone make rules fire."""

            def _run(self) -> None:
                """Start nothing."""

        self._host = Quiet()
        self._fired: list[tuple[str, list[str]]] = []

    def define(self, rulesets: dict[str, dict[str, Any]]) -> None:
        """Take up rule sets: name -> rule -> its patterns by alias."""
        for name, rules in rulesets.items():
            definition = {
                rule: {"all": body, "run": self._run(rule)} for rule, body in rules.items()
            }
            self._host.register_rulesets({name: definition})

    def _run(self, rule: str) -> Any:
        def fire(context: Any) -> None:
            facts = context._m
            self._fired.append((rule, [facts[f"f{place}"]["id"] for place in range(len(facts))]))

        return fire

    def apply(self, operations: list[list[Any]]) -> list[tuple[str, list[str]]]:
        """Assert (`+`) and retract (`-`) facts in their order; return what fired."""
        self._fired = []
        for sign, ruleset, fact in operations:
            if sign == "+":
                self._host.assert_fact(ruleset, fact)
            else:
                self._host.retract_fact(ruleset, fact)
        return self._fired


def resident() -> int:
    """Return the bytes of memory that this process holds, 0 where nobody tells."""
    try:
        with open("/proc/self/statm", encoding="ascii") as stream:
            return int(stream.read().split()[1]) * PAGE
    except (OSError, ValueError):
        return 0


def serve(requests: TextIO, answers: TextIO) -> None:
    """Answer requests until there are none left."""
    joins = Joins()
    for line in requests:
        request = json.loads(line)
        answer: dict[str, Any] = {}
        if "define" in request:
            joins.define(request["define"])
        if "do" in request:
            answer["fired"] = joins.apply(request["do"])
        if "beat" in request:
            answer["resident"] = resident()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def main() -> None:
    """Keep the way out for answers: what the engine prints must not get between them."""
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
