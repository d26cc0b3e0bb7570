"""Truth tables with unknown, and what a trace tells."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from seamline.conditions.evaluate import TRACED_ROWS, compiled
from seamline.conditions.parse import parse
from seamline.facts import Clause
from seamline.scope import Scope

TYPES = {
    "a": "number",
    "b": "number",
    "t": "text",
    "p": "boolean",
    "q": "boolean",
    "d": "date",
    "at": "datetime",
    "lead": "duration",
    "tags": "list",
    "papers": "file",
    "spot": "place",
    "rows": "table",
}
SCOPE = Scope(TYPES, {"rows": Scope({"n": "number", "ok": "boolean", "tags": "list"})})
A, B, P, Q = ({"var": name} for name in "abpq")
# A boolean that can be unknown: a bare name never is.
IS_P, IS_Q = {"==": [P, True]}, {"==": [Q, True]}
T, F, U = True, False, None
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def result(document, **facts):
    check = compiled(parse(document, SCOPE))
    trace = []
    assert check(facts, trace) is check(facts)
    return check(facts)


@pytest.mark.parametrize(
    ("p", "q", "both", "either"),
    [
        (T, T, T, T), (T, F, F, T), (T, U, U, T),
        (F, T, F, T), (F, F, F, F), (F, U, F, U),
        (U, T, U, T), (U, F, F, U), (U, U, U, U),
    ],
)  # fmt: skip
def test_and_or_with_unknown(p, q, both, either):
    assert result({"and": [IS_P, IS_Q]}, p=p, q=q) is both
    assert result({"or": [IS_P, IS_Q]}, p=p, q=q) is either


@pytest.mark.parametrize(("p", "opposite"), [(T, F), (F, T), (U, U)])
def test_not_with_unknown(p, opposite):
    assert result({"!": IS_P}, p=p) is opposite
    assert result({"!": {"!": IS_P}}, p=p) is p


@pytest.mark.parametrize(
    ("operator", "less", "same", "more"),
    [
        ("==", F, T, F), ("!=", T, F, T), ("<", T, F, F),
        ("<=", T, T, F), (">", F, F, T), (">=", F, T, T),
    ],
)  # fmt: skip
def test_comparisons(operator, less, same, more):
    for other in (B, 2):
        facts = {"b": 2}
        assert result({operator: [A, other]}, a=Decimal("1.9"), **facts) is less
        assert result({operator: [A, other]}, a=Decimal("2.00"), **facts) is same
        assert result({operator: [A, other]}, a=3, **facts) is more
        assert result({operator: [A, other]}, **facts) is U
    assert result({operator: [A, B]}, a=1, b=None) is U


@pytest.mark.parametrize(
    ("a", "within"), [(None, U), (0, F), (1, T), (3, T), (5, T), (Decimal("5.01"), F)]
)
def test_three_operands_are_a_range(a, within):
    assert result({"<=": [1, A, 5]}, a=a) is within


def test_a_range_with_one_missing_end_is_decided_by_the_other():
    assert result({"<=": [1, A, B]}, a=0) is F
    assert result({"<=": [1, A, B]}, a=2) is U


@pytest.mark.parametrize(
    ("document", "facts", "expected"),
    [
        ({"in": [A, [1, 2.5]]}, {"a": Decimal("2.50")}, T),
        ({"in": [A, [1, 2.5]]}, {"a": 2}, F),
        ({"in": [A, [1]]}, {}, U),
        ({"in": ["x", {"var": "tags"}]}, {"tags": ("x", "y")}, T),
        ({"in": ["x", {"var": "tags"}]}, {"tags": ()}, F),
        ({"in": ["x", {"var": "tags"}]}, {}, U),
        ({"in": [{"var": "t"}, {"var": "tags"}]}, {"tags": ("x",)}, U),
        ({"in": [{"var": "t"}, {"var": "tags"}]}, {"tags": ["x"], "t": "x"}, T),
        ({"==": [{"var": "t"}, "x"]}, {"t": "X"}, F),
        ({"<": [{"var": "t"}, "b"]}, {"t": "B"}, T),
        ({">": [{"var": "d"}, "2026-01-31"]}, {"d": date(2026, 2, 1)}, T),
        ({"<": [{"var": "at"}, "2026-01-01T08:00:00+08:00"]}, {"at": NEW_YEAR}, F),
        ({"<=": [{"var": "at"}, "2026-01-01T08:00:00+08:00"]}, {"at": NEW_YEAR}, T),
        ({"<": [{"var": "lead"}, "2h"]}, {"lead": timedelta(minutes=119)}, T),
        ({">=": [{"var": "papers"}, 2]}, {"papers": 2}, T),
        ({">=": [{"var": "papers"}, 2]}, {}, U),
        (True, {}, T),
        (False, {}, F),
    ],
)  # fmt: skip
def test_leaves(document, facts, expected):
    assert result(document, **facts) is expected


@pytest.mark.parametrize(
    ("name", "filled", "empty"),
    [
        ("a", [1, Decimal("-0.1")], [None, 0, Decimal("0.00")]),
        ("t", ["0", " "], [None, ""]),
        ("p", [True], [None, False]),
        ("d", [date(1, 1, 1)], [None]),
        ("lead", [timedelta(seconds=1)], [None, timedelta(0)]),
        ("tags", [("x",)], [None, ()]),
        ("papers", [1], [None]),
        ("spot", ["0,0"], [None]),
        ("rows", [({},)], [None, ()]),
    ],
)
def test_a_bare_name_asks_whether_something_is_there(name, filled, empty):
    for value in filled:
        assert result({"var": name}, **{name: value}) is T
        assert result({"!": {"var": name}}, **{name: value}) is F
    for value in empty:
        assert result({"var": name}, **{name: value}) is F
        assert result({"!": [{"var": name}]}, **{name: value}) is T
    assert result({"!": {"var": name}}) is T


@pytest.mark.parametrize(
    ("rows", "some", "every", "none"),
    [
        ((), F, F, T),
        ((T,), T, T, F),
        ((F,), F, F, T),
        ((U,), U, U, U),
        ((T, F), T, F, F),
        ((T, U), T, U, F),
        ((F, U), U, F, U),
        ((T, F, U), T, F, F),
    ],
)
def test_rows_with_unknown(rows, some, every, none):
    facts = {"rows": tuple({"ok": value} for value in rows)}
    part = {"==": [{"var": "ok"}, True]}
    assert result({"some": [{"var": "rows"}, part]}, **facts) is some
    assert result({"all": [{"var": "rows"}, part]}, **facts) is every
    assert result({"none": [{"var": "rows"}, part]}, **facts) is none


def test_a_missing_sub_table_has_no_rows():
    assert result({"none": [{"var": "rows"}, True]}) is T
    assert result({"some": [{"var": "rows"}, True]}) is F


@pytest.mark.parametrize(
    ("document", "facts"),
    [
        ({"==": [A, 1]}, {"a": "1"}),
        ({"==": [A, 1]}, {"a": 1.0}),
        ({"==": [A, 1]}, {"a": True}),
        ({"<": [A, B]}, {"a": Decimal("NaN"), "b": 1}),
        ({"==": [{"var": "t"}, "1"]}, {"t": 1}),
        ({"in": [{"var": "t"}, ["1"]]}, {"t": ["1"]}),
        ({"in": ["x", {"var": "tags"}]}, {"tags": "x"}),
        ({"<": [{"var": "at"}, "2026-01-01T00:00:00Z"]}, {"at": datetime(2025, 1, 1)}),
        ({"<": [{"var": "d"}, "2026-01-01"]}, {"d": datetime(2025, 1, 1, tzinfo=UTC)}),
        ({"some": [{"var": "rows"}, True]}, {"rows": 3}),
    ],
)
def test_a_value_of_the_wrong_kind_is_unknown(document, facts):
    assert result(document, **facts) is U


def traced(document, **facts):
    trace = []
    compiled(parse(document, SCOPE))(facts, trace)
    return trace


def test_a_trace_tells_each_leaf_that_was_looked_at():
    document = {"or": [{">": [A, B]}, {"!": {"var": "t"}}, {"==": [A, 1]}]}
    assert traced(document, a=1, b=None) == [
        Clause("a", ">", 1, None, "unknown"),
        Clause("t", "!", None, None, "true"),
    ]


def test_a_trace_names_the_rows_that_decide():
    rows = tuple({"n": n} for n in (5, 1, None, 2))
    some = {"some": [{"var": "rows"}, {"<": [{"var": "n"}, 3]}]}
    assert traced(some, rows=rows) == [
        Clause("rows[2].n", "<", 1, 3, "true"),
        Clause("rows[4].n", "<", 2, 3, "true"),
    ]
    every = {"all": [{"var": "rows"}, {"<": [{"var": "n"}, 6]}]}
    assert traced(every, rows=rows) == [Clause("rows[3].n", "<", None, 6, "unknown")]
    assert traced(some, rows=rows[:1]) == [Clause("rows", "some", 1, None, "false")]
    assert traced(every) == [Clause("rows", "all", 0, None, "false")]


def test_a_trace_stays_bounded():
    some = {"some": [{"var": "rows"}, {"==": [{"var": "n"}, 1]}]}
    assert len(traced(some, rows=({"n": 1},) * 5_000)) == TRACED_ROWS
    assert len(traced(some, rows=({},) * 5_000)) == TRACED_ROWS
