"""Spans of time, four readers: Python, SQLite, PostgreSQL and a browser agree at every edge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Column, Connection, MetaData, Table, create_engine

from seamline.conditions.browser import facts_for_browser, for_browser
from seamline.conditions.evaluate import compiled
from seamline.conditions.node import Node, moored
from seamline.conditions.parse import parse
from seamline.conditions.span import COUNTED, EVERY_WAY, PERIODS, WAYS, edges, read_span
from seamline.scope import MOMENT, Scope
from seamline.store.types import Day, Moment, integers

from .stored import answers

ROW = Scope({"day": "date", "at": "datetime"})
SCOPE = Scope({"day": "date", "at": "datetime", "lines": "table"}, {"lines": ROW})
# Clocks that go forward and back, over midnight, by half an hour, and in China of the 1980s.
ZONES = [
    "Asia/Shanghai", "UTC", "Europe/Berlin", "America/New_York", "Africa/Cairo",
    "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu",
]  # fmt: skip
MOMENTS = [
    "2026-03-31T23:59:59.999999", "2026-04-01T00:00:00", "2024-02-29T12:00:00",
    "2026-12-31T23:30:00", "2027-01-01T00:00:00.000001", "2026-03-29T02:30:00",
    "2026-10-25T02:30:00", "2026-03-08T00:30:00", "2026-11-01T00:30:00", "2026-04-24T00:10:00",
    "1986-05-04T00:20:00", "2025-02-28T09:15:00", "2026-06-29T00:00:00", "2026-04-05T01:45:00",
]  # fmt: skip
SEED, CASES, SPANS, BATCH = 48, 48, 8, 24
JUDGE = """async (cases) => {
  const { compiled, moment } = await import("/js/conditions.js");
  return cases.map(({ now, zone, trees, records }) => {
    const clock = { now: moment(now), zone };
    return trees.map(compiled).map((judge) => records.map((facts) => judge(facts, clock)));
  });
}"""
META = MetaData()
MAIN = Table(
    "spanned", META, Column("_id", integers(), primary_key=True), Column("day", Day()),
    Column("at", Moment()),
)  # fmt: skip
LINES = Table(
    "spanned__lines", META, Column("_id", integers(), primary_key=True),
    Column("_parent", integers()), Column("day", Day()), Column("at", Moment()),
)  # fmt: skip
BELOW = {"lines": LINES}


@dataclass(frozen=True)
class Case:
    """One moment in one zone: conditions, the facts they are asked of, and Python's answers."""

    now: datetime
    nodes: tuple[Node, ...]
    records: tuple[dict[str, Any], ...]
    expected: list[list[bool | None]]


def spans(dice: Random) -> Iterator[str]:
    every = [f"{way} {period}" for period in PERIODS for way in EVERY_WAY]
    every += [f"{way} now" for way in WAYS["now"]]
    every += [
        f"{way} {word} {dice.choice((1, 2, 7, 30, 48, 365))}{unit}"
        for word in COUNTED for way in WAYS[word] for unit in "mhdw"
    ]  # fmt: skip
    for words in dice.sample(every, SPANS):
        yield words.removeprefix("in ")


def case(now: datetime, dice: Random) -> Case:
    written: list[Any] = []
    values: dict[str, list[Any]] = {"day": [None], "at": [None]}
    for words in spans(dice):
        span = read_span(words)
        assert span is not None, words
        for name, type_ in ROW.types.items():
            if type_ == "date" and ("now" in words or words[-1] in "mh" and words[-2].isdigit()):
                continue
            written.append({"falls": [{"var": name}, words]})
            small = timedelta(1) if type_ == "date" else timedelta(microseconds=1)
            for _relation, edge in edges(span, type_ == "date", now):
                values[name] += [edge - small, edge, edge + small]
            values[name].append(dice.choice(values[name][1:]) + dice.randint(-400, 400) * small)
    records = [{"day": a, "at": b, "lines": ()} for a, b in paired(values, dice)]
    for record in records[:6]:
        rows = dice.sample(records, dice.randint(1, 3))
        record["lines"] = tuple({"day": row["day"], "at": row["at"]} for row in rows)
    one, other = dice.sample(written, 2)
    written += [{word: [{"var": "lines"}, one]} for word in ("some", "all", "none")]
    written += [{"!": other}, {"or": [one, {"!": [{"and": [other, {"var": "day"}]}]}]}]
    nodes = tuple(parse(one, SCOPE) for one in written)
    facts = [{**record, MOMENT: now} for record in records]
    checks = [compiled(node) for node in nodes]
    return Case(now, nodes, tuple(records), [[check(one) for one in facts] for check in checks])


def paired(values: dict[str, list[Any]], dice: Random) -> list[tuple[Any, Any]]:
    days, moments = values["day"], values["at"]
    count = max(len(days), len(moments))
    return [
        ((days + dice.choices(days, k=count))[n], (moments + dice.choices(moments, k=count))[n])
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """Moments at the ends of months and days, and where clocks are put on or back."""
    dice = Random(SEED)
    seen = [(zone, one) for zone in ZONES for one in MOMENTS]
    return [
        case(datetime.fromisoformat(one).replace(tzinfo=ZoneInfo(zone)), dice)
        for zone, one in dice.sample(seen, CASES)
    ]


def test_what_is_made_is_worth_comparing(cases) -> None:
    count = Counter(answer for case in cases for row in case.expected for answer in row)
    assert count.total() > 20_000 and min(count.values()) > count.total() / 50


@pytest.mark.cap(108)
@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def test_the_databases_say_what_python_says(database, cases, request) -> None:
    postgres = database == "postgresql"
    engine = create_engine(request.getfixturevalue("postgres_server") if postgres else "sqlite://")
    with engine.connect() as connection:
        META.create_all(connection)
        for case in cases:
            fill(connection, case.records)
            for node, ours in zip(case.nodes, case.expected, strict=True):
                got = answers(connection, moored(node, case.now), MAIN, BELOW)
                assert got == ours, (case.now, node)
        connection.rollback()
    engine.dispose()


@pytest.mark.cap(108)
@pytest.mark.browser
def test_the_browser_says_what_python_says(page, cases) -> None:
    for start in range(0, len(cases), BATCH):
        part = cases[start : start + BATCH]
        for case, got in zip(part, page.evaluate(JUDGE, [told(one) for one in part]), strict=True):
            for node, ours, theirs in zip(case.nodes, case.expected, got, strict=True):
                assert theirs == ours, (case.now, node)


def told(case: Case) -> dict[str, Any]:
    zone = case.now.tzinfo
    assert isinstance(zone, ZoneInfo)
    return {
        "zone": zone.key,
        **facts_for_browser({"now": case.now}),
        "trees": [for_browser(node) for node in case.nodes],
        "records": [facts_for_browser(one) for one in case.records],
    }


def fill(connection: Connection, records: tuple[dict[str, Any], ...]) -> None:
    connection.execute(LINES.delete())
    connection.execute(MAIN.delete())
    rows = [{"_id": n, "day": one["day"], "at": one["at"]} for n, one in enumerate(records)]
    connection.execute(MAIN.insert(), rows)
    below = [
        {"_id": n * 10 + place, "_parent": n, **row}
        for n, one in enumerate(records)
        for place, row in enumerate(one["lines"])
    ]
    connection.execute(LINES.insert(), below)


def test_the_first_day_of_a_zone_counts(cases) -> None:
    """A day begins at another moment in every zone, and ends with the last of its moments."""
    check = compiled(parse({"falls": [{"var": "at"}, "today"]}, SCOPE))
    late = datetime(2026, 3, 31, 16, tzinfo=UTC)
    here = {"at": late, MOMENT: datetime(2026, 4, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))}
    assert check(here) is True
    assert check({**here, MOMENT: here[MOMENT].astimezone(UTC)}) is False
    assert check({**here, "at": late - timedelta(microseconds=1)}) is False
    assert check({"at": date(2026, 4, 1), MOMENT: here[MOMENT]}) is None
