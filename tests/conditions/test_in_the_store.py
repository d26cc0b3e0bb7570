"""Lists of a real form find what a condition is true of, references and rows included."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from seamline import settings
from seamline.conditions.evaluate import compiled
from seamline.conditions.parse import parse
from seamline.facts import Actor, FileRef, GeoPoint, Origin, Record, Ref, Row
from seamline.store import Query
from seamline.store.ulid import ulid
from seamline.usecases import install
from seamline.usecases.desk import open_desk

AT = datetime(2026, 1, 1, tzinfo=UTC)
PACKAGE = """
seamline: 1
package: probe
version: 0.1.0
title: Probe
"""
REGION = """
seamline: 1
form: region
title: Region
key: code
sections:
  - {id: head, title: Head, fields: [
      {id: code, kind: text, label: Code, required: true, unique: true},
      {id: rank, kind: integer, label: Rank}]}
list: {columns: [code]}
"""
CUSTOMER = """
seamline: 1
form: customer
title: Customer
key: code
sections:
  - {id: head, title: Head, fields: [
      {id: code, kind: text, label: Code, required: true, unique: true},
      {id: region, kind: reference, to: region, label: Region},
      {id: parent, kind: reference, to: customer, label: Parent},
      {id: limit, kind: money, label: Limit},
      {id: active, kind: boolean, label: Active}]}
list: {columns: [code]}
"""
ORDER = """
seamline: 1
form: order
title: Order
sections:
  - id: head
    title: Head
    fields:
      - {id: customer, kind: reference, to: customer, label: Customer}
      - {id: qty, kind: decimal, scale: 2, label: Quantity}
      - {id: price, kind: money, scale: 4, label: Price}
      - {id: pieces, kind: integer, label: Pieces}
      - {id: rush, kind: boolean, label: Rush}
      - {id: due, kind: date, label: Due}
      - {id: promised, kind: datetime, label: Promised}
      - {id: lead, kind: duration, unit: hours, label: Lead}
      - {id: tags, kind: multi_choice, label: Tags, options: [{id: red, label: Red}, {id: blue, label: Blue}]}
      - {id: papers, kind: attachment, label: Papers}
      - {id: spot, kind: place, label: Spot}
      - {id: limit, kind: lookup, from: customer, field: limit, label: Limit}
      - {id: double, kind: computed, formula: "qty * 2", scale: 2, label: Double}
      - id: lines
        kind: table
        label: Lines
        fields:
          - {id: material, kind: reference, to: customer, label: Material}
          - {id: n, kind: integer, label: N}
          - {id: tags, kind: multi_choice, label: Tags, options: [{id: red, label: Red}, {id: blue, label: Blue}]}
list: {columns: [customer, due]}
"""  # noqa: E501
NEEDS = {"customer": ("limit", "active", "region"), "lines.material": ("limit", "active", "region")}


@pytest.fixture
def desk(store_url, tmp_path):
    source = tmp_path / "probe"
    (source / "forms").mkdir(parents=True)
    (source / "package.yaml").write_text(PACKAGE, encoding="utf-8")
    for name, text in (("region", REGION), ("customer", CUSTOMER), ("order", ORDER)):
        (source / "forms" / f"{name}.yaml").write_text(text, encoding="utf-8")
    opened = open_desk(settings.found(tmp_path / "w", {"SEAMLINE_DATABASE": store_url}))
    install.publish(opened, Actor("x", "X", ("administrator",)), Origin("cli"), source)
    yield opened
    opened.close()


def record(form, values, state="", held=""):
    return Record(
        form=form, id=ulid(AT), code="", tracking="", state=state, held=held, revision=0,
        version=1, values=values, created_at=AT, created_by="li", updated_at=AT, updated_by="li",
    )  # fmt: skip


def masters(unit, forms):
    """Two regions, four customers; return the references and what a condition sees of each."""
    regions, customers, seen = {}, {}, {}
    for code, rank in (("north", 1), ("south", None)):
        made = record("region", {"code": code, "rank": rank})
        unit.records.insert(forms["region"].tables, made)
        regions[code] = Ref(code, made.id)
    for code, region, limit, active in (
        ("c1", "north", Decimal("100.50"), True),
        ("c2", "south", Decimal("5.00"), False),
        ("c3", None, None, None),
        ("c4", "north", Decimal("0.00"), True),
    ):
        values = {"code": code, "region": regions.get(region), "limit": limit, "active": active}
        made = record("customer", values | {"parent": customers.get("c1")})
        unit.records.insert(forms["customer"].tables, made)
        customers[code] = Ref(code, made.id)
        seen[code] = values
    return customers, seen


def orders(customers, seen):
    dice = random.Random(11)
    files = tuple(FileRef(f"{n:064x}", f"{n}.pdf", "application/pdf", n) for n in range(2))

    def some(*values):
        return dice.choice([None, *values])

    for _ in range(60):
        customer = some(*customers.values())
        qty = some(Decimal("1.00"), Decimal("2.50"), Decimal("0.00"))
        yield {
            "customer": customer,
            "limit": seen[customer.key]["limit"] if customer else None,
            "qty": qty,
            "double": None if qty is None else qty * 2,
            "price": some(Decimal("2.5000"), Decimal("100.5001"), Decimal("1.0000")),
            "pieces": some(0, 1, 5),
            "rush": some(True, False),
            "due": some(date(2026, 1, 1), date(2026, 6, 30)),
            "promised": some(AT, AT + timedelta(microseconds=1)),
            "lead": some(timedelta(hours=2), timedelta(0), timedelta(days=3)),
            "tags": some(("red",), ("red", "blue")),
            "papers": some(files[:1], files),
            "spot": some(GeoPoint(31.2, 121.5)),
            "lines": tuple(
                Row(
                    {
                        "material": some(*customers.values()),
                        "n": some(0, 3),
                        "tags": some(("red",), ("blue",)),
                    }
                )
                for _ in range(dice.choice([0, 1, 3]))
            ),
        }


def var(name):
    return {"var": name}


CONDITIONS = [
    {"==": [var("customer"), "c1"]},
    {"!=": [var("customer"), "c1"]},
    {"in": [var("customer"), ["c1", "c3", "nobody"]]},
    {"!": {"in": [var("customer"), ["c1", "c3"]]}},
    {">": [var("customer"), "c2"]},
    var("customer"),
    {"!": var("customer")},
    {"==": [var("customer.region"), "north"]},
    {"!": {"==": [var("customer.region"), "north"]}},
    var("customer.active"),
    {"==": [var("customer.active"), False]},
    {">": [var("price"), var("customer.limit")]},
    {"<=": [var("qty"), var("price")]},
    {"==": [var("pieces"), var("qty")]},
    {"<": [var("limit"), 100]},
    {"<": [2, var("double"), 5.001]},
    {"==": [var("rush"), False]},
    {"<": [var("due"), "2026-06-30"]},
    {"<=": [var("promised"), "2026-01-01T08:00:00+08:00"]},
    {">": [var("lead"), "90m"]},
    var("lead"),
    {"in": ["blue", var("tags")]},
    {"!": {"in": ["blue", var("tags")]}},
    var("tags"),
    {"!": var("papers")},
    {">=": [var("papers"), 2]},
    var("spot"),
    {"==": [var("_state"), "open"]},
    {"!": var("_held")},
    {"<": [var("_version"), 10**15]},
    var("lines"),
    {"some": [var("lines"), {"==": [var("material"), "c1"]}]},
    {"none": [var("lines"), {"==": [var("material.region"), "north"]}]},
    {"all": [var("lines"), {"or": [var("material.active"), {">": [var("n"), 1]}]}]},
    {"!": {"all": [var("lines"), {"<": [var("material.limit"), var("n")]}]}},
    {"some": [var("lines"), {"!": {"in": ["red", var("tags")]}}]},
    {"and": [var("rush"), {"some": [var("lines"), var("n")]}, {"!": {"==": [var("qty"), 1]}}]},
]


def test_a_list_finds_what_the_condition_is_true_of(desk):
    forms = desk.catalogs.current().forms
    model, stored = forms["order"], {}
    with desk.store.unit() as unit:
        customers, seen = masters(unit, forms)
        for number, values in enumerate(orders(customers, seen)):
            made = record(
                "order", values, "open" if number % 2 else "done", "pending" * (number % 3)
            )
            unit.records.insert(model.tables, made)
            stored[made.id] = made
    facts = {id_: facts_of(model, one, seen) for id_, one in stored.items()}
    with desk.store.reading() as unit:
        for document in CONDITIONS:
            check = compiled(parse(document, model.scope))
            query = Query(where=parse(document, model.scope), search="", sort=(), limit=100)
            found = {one.id for one in unit.records.page(model.tables, query).rows}
            expected = {id_ for id_, seen_ in facts.items() if check(seen_) is True}
            assert found == expected, json.dumps(document)
            assert 0 < len(expected) < len(facts) or "_version" in str(document), document


def facts_of(model, one, seen):
    """What a condition sees of a record, spelt out by hand from the stored masters."""
    facts = dict(model.facts(one.values, {}))
    facts |= {"_state": one.state, "_held": one.held, "_version": one.version}
    facts |= _through("customer", facts["customer"], seen)
    facts["lines"] = tuple(
        dict(row) | _through("material", row["material"], seen) for row in facts["lines"]
    )
    return facts


def _through(path, key, seen):
    values = seen.get(key, {})
    region = values.get("region")
    return {
        f"{path}.limit": values.get("limit"),
        f"{path}.active": values.get("active"),
        f"{path}.region": region.key if region else None,
    }
