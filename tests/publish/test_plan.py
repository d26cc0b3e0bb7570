"""What a publication changes, by the ids of what was there before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from seamline.facts import Record, Row
from seamline.metadata import Field, Form, ListView, Section
from seamline.problems import Refused
from seamline.publish import Plan, apply, plan
from seamline.store import Store, tables_for
from seamline.testing.trade import field, form, package, publish, record
from seamline.text import Text

LINES = field("lines", "table", fields=(field("qty", "decimal", scale=2), field("note", "text")))
BASE = form(
    "job",
    field("title", "text", max_length=50),
    field("price", "money", currency="CNY"),
    field("buyer", "reference", to="person_form"),
    LINES,
)
PERSON = form("person_form", field("code", "text"), key="code")


def with_fields(*fields: Field, **more: Any) -> Form:
    return replace(BASE, sections=(Section("main", Text.same("main"), fields),), **more)


def without(*ids: str) -> Form:
    return with_fields(*(one for one in BASE.fields if one.id not in ids))


def changed(id: str, **more: Any) -> Form:
    return with_fields(*(replace(one, **more) if one.id == id else one for one in BASE.fields))


def added(*fields: Field, **more: Any) -> Form:
    return with_fields(*BASE.fields, *fields, **more)


def planned(store: Store, before: Form | None, after: Form | None) -> Plan:
    old = (package(before, PERSON),) if before else ()
    return plan(old, (package(after, PERSON) if after else package(PERSON),), store)


def kinds(made: Plan) -> list[str]:
    return [change.kind for change in made.changes]


def stored(store: Store, form: Form, **values: Any) -> Record:
    tables = tables_for(form, {form.id: form, "person_form": PERSON})
    made = record(form.id, values)
    with store.unit() as unit:
        unit.records.insert(tables, made)
    return made


def read(store: Store, form: Form, id: str) -> Record:
    tables = tables_for(form, {form.id: form, "person_form": PERSON})
    with store.reading() as unit:
        found = unit.records.get(tables, id)
    assert found is not None
    return found


@pytest.fixture
def published(store: Store) -> Iterator[Store]:
    """A store where the base is published and one job stored."""
    publish(store, None, package(BASE, PERSON))
    yield store


def test_the_first_publication_makes_tables_and_nothing_twice(store: Store) -> None:
    made = planned(store, None, BASE)
    assert kinds(made) == ["create_table"] * 3 and made.problems == ()
    assert "CREATE TABLE f_job" in made.changes[0].sql
    assert made.changes[0].words.zh != made.changes[0].words.en
    apply(made, store)
    assert planned(store, BASE, BASE).changes == ()
    assert planned(store, None, BASE).changes == ()  # what is there already is found


# What an author does, and the changes that come of it.
MATRIX = [
    ("label", changed("title", label=Text("名称", "Name")), []),
    ("optional", added(field("due", "date")), ["add_column"]),
    ("required", added(field("due", "date", required=True)), ["add_column"]),
    (
        "unique",
        added(field("serial", "text", unique=True)),
        ["add_column", "add_index"],
    ),
    (
        "reference",
        added(field("boss", "reference", to="person_form")),
        ["add_column", "add_index"],
    ),
    (
        "sub-table",
        added(field("parts", "table", fields=(field("n", "integer"),))),
        ["create_table"],
    ),
    (
        "sub-table column",
        changed("lines", fields=(*LINES.fields, field("size", "integer"))),
        ["add_column"],
    ),
    ("longer", changed("title", settings={"max_length": 90}), ["widen_text"]),
    ("shorter", changed("title", settings={"max_length": 5}), ["narrow_text"]),
    ("must", changed("title", required=True), ["require"]),
    ("removed", without("title"), ["archive_column"]),
    ("sub-table removed", without("lines"), ["archive_table"]),
    (
        "sub-table column removed",
        changed("lines", fields=LINES.fields[:1]),
        ["archive_column"],
    ),
    (
        "another sort",
        replace(BASE, list=ListView(("title",), (), (), ("title",))),
        ["add_index", "drop_index"],
    ),
    (
        "filters",
        replace(BASE, list=ListView(("title",), ("title", "price"))),
        ["add_index"] * 3,
    ),
    ("choice", changed("title", kind="choice", settings={"options": []}), ["change_kind"]),
]


@pytest.mark.parametrize(("_", "after", "expected"), MATRIX, ids=[row[0] for row in MATRIX])
def test_what_an_author_does(published: Store, _: str, after: Form, expected: list[str]) -> None:
    job = stored(published, BASE, title="甲乙丙丁戊己庚", lines=(Row({"qty": Decimal("1.00")}),))
    made = planned(published, BASE, after)
    assert (kinds(made), made.problems) == (expected, ())
    apply(made, published)
    assert kinds(planned(published, after, after)) == []
    found = read(published, after, job.id)
    if "title" in found.values:
        assert found.values["title"] == "甲乙丙丁戊己庚"
    stored(published, after, title="新", lines=(Row({"qty": Decimal("2.00")}),))


REFUSED = [
    ("text to number", changed("title", kind="decimal", settings={"scale": 2})),
    ("scale", changed("price", kind="decimal", settings={"scale": 4})),
    ("target", changed("buyer", settings={"to": "job"})),
    ("text to date", changed("title", kind="date", settings={})),
    ("field to sub-table", changed("title", kind="table", settings={}, fields=LINES.fields)),
    ("sub-table to field", changed("lines", kind="text", fields=())),
    ("row column", changed("lines", fields=(field("qty", "text"), LINES.fields[1]))),
]


@pytest.mark.parametrize(("_", "after"), REFUSED, ids=[row[0] for row in REFUSED])
def test_another_type_under_the_same_id_is_refused(published: Store, _: str, after: Form) -> None:
    made = planned(published, BASE, after)
    assert [problem.code for problem in made.problems] == ["type_changed"]
    assert "_2" in made.problems[0].sentence("en") or "new id" in made.problems[0].sentence("en")
    with pytest.raises(Refused) as refused:
        apply(made, published)
    assert refused.value.status == 422
    assert planned(published, BASE, BASE).changes == ()


def test_a_removed_field_comes_back_with_its_data(published: Store) -> None:
    job = stored(published, BASE, title="kept", lines=(Row({"note": "row"}),))
    less = without("title", "lines")
    publish(published, package(BASE, PERSON), package(less, PERSON))
    later = stored(published, less, price=Decimal("1.00"))
    assert "title" not in read(published, less, job.id).values
    other = with_fields(field("title", "integer"), *less.fields)
    (problem,) = planned(published, less, other).problems
    assert problem.code == "type_changed"  # a column that sleeps keeps its type
    back = planned(published, less, BASE)
    assert sorted(kinds(back)) == ["revive_column", "revive_table"]
    apply(back, published)
    found = read(published, BASE, job.id)
    assert found.values["title"] == "kept"
    assert [row.values["note"] for row in found.values["lines"]] == ["row"]
    assert read(published, BASE, later.id).values["title"] is None
    assert planned(published, BASE, BASE).changes == ()


def test_a_removed_form_comes_back_with_its_data(published: Store) -> None:
    job = stored(published, BASE, title="kept")
    away = planned(published, BASE, None)
    assert kinds(away) == ["archive_table"] * 2 and away.changes[0].rows == 1
    apply(away, published)
    assert planned(published, None, None).changes == ()
    back = planned(published, None, BASE)
    assert kinds(back) == ["revive_table"] * 2
    apply(back, published)
    assert read(published, BASE, job.id).values["title"] == "kept"


def test_unique_is_refused_while_values_repeat(published: Store) -> None:
    for title in ("twice", "twice", "once"):
        stored(published, BASE, title=title)
    (problem,) = planned(published, BASE, changed("title", unique=True)).problems
    assert problem.code == "not_unique" and problem.got == "twice"


def test_rows_and_waiting_are_estimated(published: Store) -> None:
    for _ in range(3):
        stored(published, BASE, title="a")
    after = replace(BASE, list=ListView(("title",), ("title",)))
    (index,) = planned(published, BASE, after).changes
    assert index.rows == 3 and index.seconds > 0
    assert index.blocks is (published.dialect == "sqlite")
    assert ("CONCURRENTLY" in index.sql) is (published.dialect == "postgresql")


def test_a_plan_goes_stale_and_what_fails_leaves_nothing(published: Store) -> None:
    after = added(field("due", "date"))
    stale = planned(published, BASE, after)

    def fail(unit: Any) -> None:
        unit.packages.keep(package(after, version="2.0.0"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        apply(stale, published, fail)
    with published.reading() as unit:
        assert [one.version for one in unit.packages.installed()] == ["1.0.0"]
    assert kinds(planned(published, BASE, after)) == ["add_column"]
    publish(published, package(BASE, PERSON), package(after, PERSON))
    with pytest.raises(Refused) as refused:
        apply(stale, published)
    assert refused.value.status == 409


def test_long_and_awkward_ids_have_tables_of_their_own(store: Store) -> None:
    long = "a" * 40
    forms = (
        form(long, field("b" * 40, "table", fields=(field("c" * 40, "text"),))),
        form("a", field("b", "table", fields=(field("n", "integer"),))),
        form("a__b", field("n", "integer")),
        form("a_", field("b", "table", fields=(field("n", "integer"),))),
        form("group", field("select", "text"), field("ctid", "text")),
    )
    publish(store, None, package(*forms))
    assert plan((), (package(*forms),), store).changes == ()
    names = [name for one in forms for name in _tables(one)]
    assert len(set(names)) == 8 and max(map(len, names)) <= 55


def _tables(form: Form) -> list[str]:
    tables = tables_for(form, {form.id: form})
    return [tables.main.name, *(child.name for child in tables.children.values())]
