"""One condition, four readers: Python, SQLite, PostgreSQL and a browser give the same answer."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import create_engine

from seamline.conditions.browser import facts_for_browser, for_browser
from seamline.conditions.evaluate import compiled
from seamline.conditions.parse import parse

from .making import SCOPE, Maker
from .stored import answers, fill

CONDITIONS, RECORDS, SEED, BATCH = 500, 40, 108, 100
JUDGE = """async ([trees, records]) => {
  const { compiled } = await import("/js/conditions.js");
  return trees.map(compiled).map((judge) => records.map(judge));
}"""


@pytest.fixture(scope="module")
def made() -> tuple[list[Any], list[dict[str, Any]]]:
    """Conditions as written, and the facts of records."""
    maker = Maker(SEED)
    records = [maker.record() for _ in range(RECORDS)]
    return [maker.condition() for _ in range(CONDITIONS)], records


@pytest.fixture(scope="module")
def expected(made) -> list[list[bool | None]]:
    """What Python answers: a row per condition, an answer per record."""
    conditions, records = made
    checks = [compiled(parse(one, SCOPE)) for one in conditions]
    return [[check(facts) for facts in records] for check in checks]


def different(made, expected, got) -> list[tuple[Any, int, Any, Any]]:
    """Return where the answers part: the condition, the record, Python's answer, the other."""
    return [
        (condition, number, one, other)
        for condition, ours, theirs in zip(made[0], expected, got, strict=True)
        for number, (one, other) in enumerate(zip(ours, theirs, strict=True))
        if one is not other
    ]


def test_what_is_made_is_worth_comparing(made, expected) -> None:
    count = Counter(answer for row in expected for answer in row)
    assert count.total() >= 10_000
    assert min(count[True], count[False], count[None]) > count.total() / 10
    whole = str(made[0])
    for word in ("==", "!=", "<", "<=", ">", ">=", "in", "and", "or", "!", "some", "all", "none"):
        assert whole.count(f"'{word}'") > 10, word
    undecided = sum(1 for row in expected if len(set(row)) == 1)
    assert undecided < CONDITIONS / 3


@pytest.mark.cap(108)
@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def test_the_databases_say_what_python_says(database, made, expected, request) -> None:
    postgres = database == "postgresql"
    engine = create_engine(request.getfixturevalue("postgres_server") if postgres else "sqlite://")
    with engine.connect() as connection:
        fill(connection, made[1])
        got = [answers(connection, parse(one, SCOPE)) for one in made[0]]
        connection.rollback()
    engine.dispose()
    assert different(made, expected, got) == []


@pytest.mark.cap(108)
@pytest.mark.browser
def test_the_browser_says_what_python_says(page, made, expected) -> None:
    trees = [for_browser(parse(one, SCOPE)) for one in made[0]]
    facts = [facts_for_browser(one) for one in made[1]]
    got = []
    for start in range(0, CONDITIONS, BATCH):
        got += page.evaluate(JUDGE, [trees[start : start + BATCH], facts])
    assert different(made, expected, got) == []
