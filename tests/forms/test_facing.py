"""A form shows records as facts and as JSON, and answers any input."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings, strategies as st

from seamline.facts import FileRef, GeoPoint, Row
from seamline.forms import ReferenceUse

PAPER = {"sha256": "a" * 64, "name": "a.pdf", "media_type": "application/pdf", "size": 5}


def test_references_say_what_they_need(order):
    assert order.model.references == (
        ReferenceUse("customer", "customer", ("name", "manager", "credit_line", "_state")),
        ReferenceUse("lines.material", "material", ("price", "weight")),
    )


def test_facts_are_flat(order):
    files = (FileRef("a" * 64, "a.pdf", "application/pdf", 5),) * 2
    values, _ = order.done(tags=["rush"], spot="31.2,121.4,5", lead="2h", ok="yes")
    values["agreement"] = files
    facts = order.model.facts(values, order.found, {"_state": "open", "_revision": 2})
    assert facts["customer"] == "C1"
    assert facts["customer.credit_line"] == Decimal("10000.00")
    assert facts["customer._state"] == "active"
    assert facts["manager"] == "E7"
    assert facts["agreement"] == 2
    assert facts["spot"] == "31.2,121.4"
    assert facts["tags"] == ("rush",)
    assert facts["po"] is None
    assert facts["_state"] == "open"
    assert facts["lines"][0]["material"] == "M1"
    assert facts["lines"][0]["material.price"] == Decimal("10.00")
    assert order.model.facts(values, {})["customer.credit_line"] is None


def test_facts_become_plain_json(order):
    values, _ = order.done(
        tags=["rush"], spot="31.2,121.4", lead="2h", ok="no", signed_at="2026-02-18 10:30"
    )
    kept = order.model.facts_json(order.model.facts(values, order.found))
    assert json.loads(json.dumps(kept)) == kept
    assert kept["customer.credit_line"] == "10000.00"
    assert (kept["lead"], kept["ok"], kept["tags"]) == ("2h", False, ["rush"])
    assert kept["signed_at"] == "2026-02-18T02:30:00Z"
    assert kept["lines"][1]["qty"] == "2.00"


def test_values_become_json_that_reads_back(order):
    values, _ = order.done(
        tags=["rush"], spot={"latitude": 31.2, "longitude": 121.4}, lead="90m", ok=True, discount=5,
        signed_at="2026-02-18T10:30:00+02:00",
        agreement=[PAPER],
    )  # fmt: skip
    shown = json.loads(json.dumps(order.model.to_json(values)))
    assert set(shown) == {field.id for field in order.form.fields}
    assert (shown["customer"], shown["manager"], shown["po"]) == ("C1", "E7", None)
    assert shown["signed_at"] == "2026-02-18T08:30:00Z"
    assert shown["lines"][0]["amount"] == "30.00"
    written = {name: cell for name, cell in shown.items() if order.model.fields[name].kind.written}
    written["lines"] = [
        {
            name: cell
            for name, cell in row.items()
            if order.model.fields[f"lines.{name}"].kind.written
        }
        for row in shown["lines"]
    ]
    again, problems = order.done(raw=written)
    assert problems == []
    assert again == values
    assert values["spot"] == GeoPoint(31.2, 121.4)
    assert values["lead"] == timedelta(minutes=90)


def test_rows_say_their_id_in_json(order):
    values = {"lines": (Row({"qty": Decimal(1)}, "R1"), Row({"qty": Decimal(2)}))}
    shown = order.model.to_json(values)["lines"]
    assert [row.get("_id") for row in shown] == ["R1", None]


def test_steps_are_complete(order):
    assert list(order.model.steps) == ["create", "change", "rush", "finish", "archive", "restore"]
    assert (
        order.model.steps["create"].to,
        order.model.steps["create"].fields,
        order.model.steps["create"].from_states,
    ) == ("open", None, ())
    assert (
        order.model.steps["change"].to,
        order.model.steps["change"].fields,
        order.model.steps["change"].from_states,
    ) == (None, None, ("open",))
    assert order.model.steps["archive"].fields == order.model.steps["finish"].fields == ()


def test_the_model_names_its_parts(order):
    assert order.model.codes == ("number",)
    assert order.model.fields["lines.qty"].path == "lines.qty"
    assert order.model.fields["manager"].shown.settings["to"] == "employee"
    assert order.model.scope.types["manager"] == "text"
    assert order.model.scope.types["customer.contracts"] == "file"
    assert order.model.scope.rows["lines"].types["material.weight"] == "number"
    assert order.model.scope.types["_state"] == "text"
    assert order.model.tables.form is order.form


SHORT = st.text(max_size=5)
CELL = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=9)
    | st.sampled_from(["C1", "M1", "5", "rush", "2026-02-18", "R1", "1e400"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SHORT, inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


def raw_of(form):
    """Return any input that names fields of `form`, or none of its."""
    lines = next(field for field in form.fields if field.kind == "table")
    cells = st.sampled_from([*(column.id for column in lines.fields), "_id", "x"])
    rows = st.lists(st.dictionaries(cells, CELL, max_size=9) | CELL, max_size=4)
    names = st.sampled_from([*(field.id for field in form.fields), "nonsense", ""])
    return st.dictionaries(names, CELL | rows, max_size=16)


def test_any_input_gives_values_or_problems(order):
    model, before = order.model, order.done()[0]
    steps = st.sampled_from(list(model.steps.values()))

    @settings(max_examples=200, deadline=None)
    @given(raw_of(order.form), steps, st.sampled_from([None, before]))
    def holds(raw, step, stored):
        values, problems = model.read(raw, step, stored, order.reading)
        problems += model.finish(values, order.found)
        places = order.codes(problems)
        assert len(places) == len(set(places))
        json.dumps(model.to_json(values))
        json.dumps(model.facts_json(model.facts(values, order.found)))

    holds()
