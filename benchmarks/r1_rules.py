"""R1: twelve rules on one order with their trace, a thousand rules, hostile conditions refused."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from statistics import median
from typing import Any

from seamline.conditions.evaluate import Check, compiled
from seamline.conditions.parse import parse
from seamline.facts import Clause
from seamline.problems import Refused
from seamline.scope import Scope

MICRO, MILLI = 1e6, 1e3
LINE = Scope({"material": "text", "qty": "number", "available": "number", "bom": "text"})
ORDER = Scope(
    {
        "customer": "text",
        "customer.credit_line": "number",
        "customer.cooperation": "text",
        "exposure": "number",
        "amount": "number",
        "margin": "number",
        "due_date": "date",
        "earliest": "date",
        "received_at": "datetime",
        "answer_within": "duration",
        "agreement": "file",
        "drawing": "file",
        "version": "text",
        "drawing_version": "text",
        "urgency": "text",
        "channel": "text",
        "tags": "list",
        "paid": "boolean",
        "lines": "table",
    },
    {"lines": LINE},
)
FACTS: dict[str, Any] = {
    "customer": "C0012",
    "customer.credit_line": Decimal("1000000.00"),
    "customer.cooperation": "active",
    "exposure": Decimal("812345.50"),
    "amount": Decimal("186400.00"),
    "margin": Decimal("12.5"),
    "due_date": date(2026, 3, 31),
    "earliest": date(2026, 3, 12),
    "received_at": datetime(2026, 2, 18, 8, tzinfo=UTC),
    "answer_within": timedelta(hours=2),
    "agreement": 1,
    "drawing": None,
    "version": "V2.0",
    "drawing_version": "V2.1",
    "urgency": "normal",
    "channel": "wechat",
    "tags": ("export",),
    "paid": False,
    "lines": tuple(
        {"material": f"HX-{n}", "qty": Decimal(n * 10), "available": Decimal(35), "bom": "B1"}
        for n in range(1, 6)
    ),
}


def var(name: str) -> dict[str, str]:
    """Return a named fact."""
    return {"var": name}


TWELVE: list[Any] = [
    {">": [var("exposure"), var("customer.credit_line")]},
    {"==": [var("customer.cooperation"), "stopped"]},
    {"!": var("agreement")},
    {"and": [{"!": var("drawing")}, {"==": [var("urgency"), "line_down"]}]},
    {"!=": [var("version"), var("drawing_version")]},
    {"<": [var("due_date"), var("earliest")]},
    {"and": [{"<": [var("margin"), 10]}, {">": [var("amount"), 100_000]}]},
    {"in": [var("channel"), ["phone", "paper"]]},
    {"some": [var("lines"), {">": [var("qty"), var("available")]}]},
    {"some": [var("lines"), {"!": var("bom")}]},
    {">": [var("answer_within"), "1d"]},
    {"and": [{"in": ["export", var("tags")]}, {"!": var("paid")}]},
]


def main() -> None:
    """Print medians of CPU time beside their bars; exit 1 where one is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=200, help="rounds, of which medians (200)")
    rounds = options.parse_args().rounds
    twelve = [compiled(parse(one, ORDER)) for one in TWELVE]
    thousand = [compiled(parse(_varied(number), ORDER)) for number in range(1_000)]
    rows = [
        ("12 rules, each with its trace", _cpu(lambda: _traced(twelve), rounds, 20), 20.0),
        ("12 rules, answers only", _cpu(lambda: _answers(twelve), rounds, 20), 20.0),
        ("1,000 rules, each with its trace", _cpu(lambda: _traced(thousand), rounds), 4_000.0),
        ("1,000 rules, answers only", _cpu(lambda: _answers(thousand), rounds), 4_000.0),
    ]
    for name, document in hostile():
        rows.append((f"refuse {name}", _cpu(partial(_refused, document), 5), 50_000.0))
    missed = False
    print("| what | median CPU | bar |\n|---|---|---|")
    for name, seconds, bar in rows:
        spent = seconds * MICRO
        missed |= spent > bar
        print(f"| {name} | {_shown(spent)} | {_shown(bar)} |")
    sys.exit(missed)


def _varied(number: int) -> Any:
    """Return one of the twelve with a constant of its own, so that no two rules are one."""
    rule = TWELVE[number % len(TWELVE)]
    return {"and": [{">": [var("amount"), number]}, rule]}


def _traced(checks: list[Check]) -> None:
    for check in checks:
        trace: list[Clause] = []
        check(FACTS, trace)


def _answers(checks: list[Check]) -> None:
    for check in checks:
        check(FACTS)


def _refused(document: Any) -> None:
    try:
        parse(document, ORDER)
    except Refused:
        return
    raise AssertionError("a hostile condition was accepted")


def _cpu(act: Callable[[], None], rounds: int, times: int = 1) -> float:
    """Return the median CPU seconds of one act."""
    spent = []
    for _ in range(rounds):
        begun = time.process_time()
        for _ in range(times):
            act()
        spent.append((time.process_time() - begun) / times)
    return median(spent)


def hostile() -> Iterator[tuple[str, Any]]:
    """Yield conditions that somebody might send to hurt: deep, huge, cyclic, regex-like."""
    deep: Any = var("paid")
    shared: Any = var("paid")
    for _ in range(5_000):
        deep = {"!": deep}
    for _ in range(60):
        shared = {"and": [shared, shared]}
    cyclic: dict[str, Any] = {}
    cyclic["!"] = cyclic
    wide: list[Any] = []
    wide.extend([{"or": wide}] * 150)
    yield "5,000 levels", deep
    yield "60 levels of the same part twice", shared
    yield "a condition inside itself", cyclic
    yield "a list inside itself 150 times", {"and": wide}
    yield "a million parts", {"and": [var("paid")] * 1_000_000}
    yield "49 lists of 1,000 bad constants", {"or": [{"in": [var("amount"), ["x"] * 1_000]}] * 49}
    texts = ["e\u0301" * 400] * 1_000
    yield "49 lists of 1,000 long texts", {"or": [{"in": [var("channel"), texts]}] * 49}
    yield "190 misspelt names", {"and": [var(f"customer.credit_lime{n}") for n in range(190)]}
    yield "a name of ten million letters", var("x" * 10_000_000)
    yield "a number of 100,000 digits", {"==": [var("amount"), 10**100_000]}
    yield "190 regular expressions", {"and": [{"matches": [var("channel"), "(a+)+$"]}] * 190}
    yield "a regular expression as a name", {"in": [var("(" * 99 + "a" + ")*" * 99), ["a"]]}


def _shown(micros: float) -> str:
    return f"{micros:.1f} µs" if micros < 1_000 else f"{micros / MILLI:.2f} ms"


if __name__ == "__main__":
    main()
