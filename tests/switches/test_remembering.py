"""Stored facts come back as what conditions ran on, and judge as they were judged."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from seamline.forms import Recall, facts_from_json
from seamline.forms.facing import facts_json
from seamline.rules import decide
from seamline.scope import Scope
from seamline.store import plain

ROW = Scope({"part": "text", "qty": "number", "due": "date", "took": "duration"})
SCOPE = Scope(
    {
        "name": "text",
        "total": "number",
        "count": "number",
        "open": "boolean",
        "day": "date",
        "at": "datetime",
        "took": "duration",
        "tags": "list",
        "files": "file",
        "where": "place",
        "lines": "table",
        "customer.credit_line": "number",
    },
    {"lines": ROW},
)
text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**14)) | (
    st.integers(-(2**63), 2**63 - 1)
)
spans = st.timedeltas(timedelta(0), timedelta(days=9_999)).map(
    lambda span: timedelta(days=span.days, seconds=span.seconds)
)
rows = st.fixed_dictionaries(
    {"part": text, "qty": st.none() | numbers, "due": st.none() | st.dates(), "took": spans}
)
FACTS = st.fixed_dictionaries(
    {
        "name": st.none() | text,
        "total": st.none() | numbers,
        "count": st.integers(0, 10**6),
        "open": st.none() | st.booleans(),
        "day": st.none() | st.dates(),
        "at": st.none() | st.datetimes(timezones=st.just(UTC)),
        "took": st.none() | spans,
        "tags": st.none() | st.lists(text, max_size=3).map(tuple),
        "files": st.none() | st.integers(1, 9),
        "where": st.none() | st.just("30.2741,120.1551"),
        "lines": st.lists(rows, max_size=3).map(tuple),
        "customer.credit_line": st.none() | numbers,
    }
)


@given(FACTS)
@settings(max_examples=150, deadline=None)
def test_facts_come_back_as_they_were(facts):
    stored = plain.dump(facts_json(facts))
    assert facts_from_json(SCOPE, json.loads(stored)) == facts

    names = {*SCOPE.types, *(f"lines[].{name}" for name in ROW.types)}
    quick = Recall(SCOPE, names)
    for given_as in (stored, stored.encode()):
        read = quick(given_as)
        assert {name: tidy(value) for name, value in read.items()} == facts


def tidy(value):
    return tuple(value) if isinstance(value, list) else value


def test_only_the_names_asked_for_are_read():
    stored = '{"day":"2026-02-01","lines":[{"part":"A","qty":"1.50"}],"name":"x","total":"2.00"}'
    few = Recall(SCOPE, ["total", "lines", "lines[].qty"])(stored)
    assert few == {"total": Decimal("2.00"), "lines": [{"qty": Decimal("1.50")}]}


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("total", '"many"'),
        ("total", "true"),
        ("day", '"2026-02-31"'),
        ("at", '"yesterday"'),
        ("took", '"soon"'),
        ("files", '"two"'),
        ("open", '"yes"'),
        ("lines", '"none"'),
    ],
)
def test_a_value_of_another_type_stays_what_it_was(name, stored):
    document = f'{{"{name}":{stored},"count":3}}'
    whole = facts_from_json(SCOPE, json.loads(document))
    assert whole[name] == json.loads(stored)
    quick = Recall(SCOPE, [name, "count"])(document)
    assert (quick[name], quick["count"]) == (whole[name], 3)


def test_dates_and_moments_are_typed():
    facts = facts_from_json(SCOPE, {"day": "2026-02-01", "at": "2026-02-01T08:00:00Z"})
    assert facts["day"] == date(2026, 2, 1)
    assert facts["at"] == datetime(2026, 2, 1, 8, tzinfo=UTC)


def test_every_stored_decision_is_decided_again_as_it_was(desk, place):
    from seamline.problems import Refused

    for number in range(12):
        try:
            place(
                agreement=number % 4 != 0,
                lines=[{"part": "A", "qty": number + 1, "price": f"{number * 90}.50"}],
            )
        except Refused as refused:
            assert refused.problems[0].code == "hard_rule"
    catalog = desk.catalogs.current()
    model, scope = catalog.rules["order.create"], catalog.forms["order"].scope
    outcomes = set()
    with desk.store.reading() as unit:
        from seamline.store.platform_tables import DECISIONS

        for row in unit.connection.execute(DECISIONS.select()).mappings():
            kept = unit.decisions.get(row["id"])
            facts = facts_from_json(scope, kept.facts)
            outcome, findings = decide(model, facts, catalog.switches, catalog.shadows)
            outcomes.add(outcome)
            assert outcome == kept.outcome
            assert plain.load(plain.dump(list(findings))) == json.loads(row["findings"])
    assert outcomes == {"passed", "reminded", "held", "refused"}
