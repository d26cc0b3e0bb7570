"""Values of every kind come back exactly as they went in, on both databases."""

from __future__ import annotations

import string
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from seamline.facts import FileRef, GeoPoint, Ref, Row
from seamline.fields import KINDS
from seamline.store import Store, tables_for
from seamline.store.types import moment_text
from seamline.testing.trade import field, form, package, publish, record

OPTIONS = [{"id": word, "label": word} for word in ("red", "blue", "x_1")]
# What a form may hold of a text: anything but control characters and halves of characters.
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=80)
FILES = st.lists(
    st.builds(
        FileRef,
        st.text("0123456789abcdef", min_size=64, max_size=64),
        TEXT,
        st.sampled_from(["application/pdf", "image/png"]),
        st.integers(0, 2**50),
    ),
    min_size=1,
    max_size=3,
).map(tuple)


def exact(scale: int) -> st.SearchStrategy[Decimal]:
    most = 10**18 - 1
    return st.integers(-most, most).map(lambda number: Decimal(number).scaleb(-scale))


MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
VALUES = {
    "text": TEXT,
    "long_text": TEXT,
    "integer": st.integers(-(2**63), 2**63 - 1),
    "decimal": exact(3),
    "money": exact(2),
    "percent": exact(2),
    "boolean": st.booleans(),
    "date": st.dates(),
    "datetime": MOMENTS,
    "duration": st.integers(0, 10**9).map(lambda seconds: timedelta(seconds=seconds)),
    "choice": st.sampled_from(["red", "blue"]),
    "multi_choice": st.sampled_from([("red",), ("red", "x_1"), ("blue", "red")]),
    "attachment": FILES,
    "image": FILES,
    "signature": FILES.map(lambda files: files[:1]),
    "barcode": st.text(string.ascii_uppercase, min_size=1),
    "phone": st.text(string.digits, min_size=5, max_size=20),
    "email": st.just("li@example.com"),
    "url": st.just("https://example.com/?a=1%25"),
    "person": TEXT,
    "place": st.builds(GeoPoint, st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 1000)),
    "computed": exact(4),
    "code": TEXT,
    "lookup": exact(2),
    "promised": st.dates(),
    "bound": TEXT,
}
SETTINGS = {
    "decimal": {"scale": 3},
    "choice": {"options": OPTIONS},
    "multi_choice": {"options": OPTIONS},
    "reference": {"to": "thing"},
    "lookup": {"from": "reference_field", "field": "money_field"},
    "computed": {"formula": "1", "result": "number", "scale": 4},
    "code": {"pattern": "{number:3}"},
}
FIELDS = tuple(
    field(f"{kind}_field", kind, **SETTINGS.get(kind, {})) for kind in KINDS if kind != "table"
)
# `order` and `xmin` are words of SQL and of PostgreSQL's own.
THING = form(
    "thing",
    field("order", "text"),
    field("xmin", "text"),
    *FIELDS,
    field("rows", "table", fields=tuple(one for one in FIELDS if KINDS[one.kind].in_tables)),
)
FORMS = {"thing": THING}


@pytest.fixture
def things(empty: Store) -> Store:
    empty.upgrade()
    publish(empty, None, package(THING))
    return empty


def test_every_kind_has_values_here() -> None:
    assert set(VALUES) == set(KINDS) - {"table", "reference"}


def some_values() -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries(
        {f"{kind}_field": st.none() | values for kind, values in VALUES.items()}
    )


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(values=some_values(), row=some_values())
def test_what_goes_in_comes_out(things: Store, values: dict, row: dict) -> None:
    tables = tables_for(THING, FORMS)
    cells = tables.child_cells["rows"]
    with things.unit() as unit:
        other = record("thing", {"order": "1"})
        unit.records.insert(tables, other)
        ref = Ref(other.id, other.id, "")
        inner = {name: row.get(name) for name in cells} | {"reference_field": ref}
        whole = values | {"order": "x", "xmin": "y", "reference_field": ref}
        stored = record("thing", whole | {"rows": (Row(inner),)})
        unit.records.insert(tables, stored)
    with things.reading() as unit:
        found = unit.records.get(tables, stored.id)
    assert found is not None
    (kept,) = found.values["rows"]
    assert dict(kept.values) == inner
    assert {**found.values, "rows": ()} == {**stored.values, "rows": ()}
    for name, value in whole.items():
        if isinstance(value, Decimal):
            assert str(found.values[name]) == str(value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"money_field": Decimal("0.001")},
        {"money_field": Decimal(10) ** 16},
        {"reference_field": Ref("nobody")},
    ],
)
def test_what_would_not_come_out_does_not_go_in(things: Store, wrong: dict) -> None:
    with pytest.raises(ValueError, match="thing"), things.unit() as unit:
        unit.records.insert(tables_for(THING, FORMS), record("thing", wrong))


def test_dates_of_any_age_sort_alike(things: Store) -> None:
    tables = tables_for(THING, FORMS)
    days = [date(1, 1, 1), date(999, 12, 31), date(2026, 2, 1), date(9999, 12, 31)]
    with things.unit() as unit:
        for day in reversed(days):
            unit.records.insert(tables, record("thing", {"date_field": day}))
    with things.reading() as unit:
        from seamline.store import Query

        page = unit.records.page(tables, Query(sort=("date_field",)))
    assert [row.values["date_field"] for row in page.rows] == days


def test_the_hour_that_a_clock_shows_twice_is_two_hours() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    said = [moment_text(moment)[:16] for moment in (first, first.replace(fold=1))]
    assert said == ["2026-10-25T00:30", "2026-10-25T01:30"]
