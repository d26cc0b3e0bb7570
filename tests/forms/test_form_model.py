"""A compiled form reads, completes and shows records; every problem at its place, at once."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from seamline import clock
from seamline.facts import FileRef, GeoPoint, Ref, Row
from seamline.fields import Reading
from seamline.forms import ReferenceUse, compile_form
from seamline.metadata import Field, Form, ListView, Section, State, Step
from seamline.text import Text

SHANGHAI = Reading("zh", ZoneInfo("Asia/Shanghai"))
OPTIONS = [
    {"id": "normal", "label": {"zh": "普通", "en": "Normal"}},
    {"id": "rush", "label": "Rush"},
]


def field(word, kind, /, *, columns=(), **settings):
    """Return a field; common keys go to the field, the others to its settings."""
    common = {
        key: settings.pop(key)
        for key in ("required", "default", "visible_when", "required_when")
        if key in settings
    }
    return Field(
        word, kind, Text(f"字段{word}", word.title()), settings=settings, fields=columns, **common
    )


def form(word, *fields, states=(), steps=(), **rest):
    """Return a form of one section."""
    section = Section("main", Text.same("Main"), fields)
    return Form(
        word, Text.same(word), (section,), ListView(columns=()), states=states, steps=steps, **rest
    )


CUSTOMER = form(
    "customer",
    field("code", "text"),
    field("name", "text"),
    field("credit_line", "money"),
    field("manager", "reference", to="employee"),
    field("contracts", "attachment"),
)
EMPLOYEE = form("employee", field("code", "text"), field("grade", "integer"))
MATERIAL = form(
    "material",
    field("code", "text"),
    field("weight", "decimal", scale=3),
    field("price", "money"),
)
LINES = (
    field("material", "reference", to="material", required=True),
    field("qty", "decimal", scale=2, min=0, required=True),
    field("unit_price", "money"),
    field("price", "lookup", **{"from": "material", "field": "price"}),
    field("amount", "computed", formula="qty * coalesce(unit_price, price)"),
    field("discounted", "computed", formula="amount * (1 - coalesce(discount, 0) / 100)"),
    field("process", "choice", options=OPTIONS, default="normal"),
    field("note", "text", visible_when={"==": [{"var": "process"}, "rush"]},
          required_when={">": [{"var": "qty"}, 100]}),
)  # fmt: skip
ORDER = form(
    "order",
    field("customer", "reference", to="customer", required=True),
    field("customer_name", "lookup", **{"from": "customer", "field": "name"}),
    field("manager", "lookup", **{"from": "customer", "field": "manager"}),
    field("urgency", "choice", options=OPTIONS, default="normal"),
    field("reason", "text", visible_when={"==": [{"var": "urgency"}, "rush"]}, required=True),
    field("reason_code", "text", visible_when={"var": "reason"}),
    field("po", "text", required_when={">": [{"var": "total"}, 1000]}),
    field("due_date", "date", default="today"),
    field("discount", "percent"),
    field("agreement", "attachment"),
    field("spot", "place"),
    field("tags", "multi_choice", options=OPTIONS),
    field("lead", "duration"),
    field("signed_at", "datetime"),
    field("ok", "boolean"),
    field("number", "code", pattern="N-{number}"),
    field("lines", "table", columns=LINES, min_rows=1, max_rows=50),
    field("total", "computed", formula="sum(lines.discounted)"),
    field("left", "computed", formula="customer.credit_line - total"),
    field("weight", "computed", formula="sum(lines.qty * lines.material.weight)", scale=3),
    field("days_left", "computed", formula="days_between(today(), due_date)", scale=0),
    states=(State("open", Text.same("Open")), State("done", Text.same("Done"), final=True)),
    steps=(Step("rush", Text("加急", "Rush"), ("open",), fields=("urgency", "reason")),
           Step("finish", Text("完成", "Finish"), ("open",), to="done")),
)  # fmt: skip
FORMS = {one.id: one for one in (ORDER, CUSTOMER, EMPLOYEE, MATERIAL)}
MODEL = compile_form(ORDER, FORMS, ("customer._state", "lines.material.price"))
CREATE, CHANGE = MODEL.steps["create"], MODEL.steps["change"]
FOUND = {
    "customer": {
        "C1": {
            "name": "宏达",
            "credit_line": Decimal("10000.00"),
            "manager": Ref("E7"),
            "_state": "active",
        }
    },
    "lines.material": {
        "M1": {"price": Decimal("10.00"), "weight": Decimal("0.500")},
        "M2": {"price": None, "weight": Decimal("2.000")},
    },
}
PAPER = {"sha256": "a" * 64, "name": "a.pdf", "media_type": "application/pdf", "size": 5}
GOOD = {
    "customer": "C1",
    "lines": [{"material": "M1", "qty": "3"}, {"material": "M2", "qty": 2, "unit_price": "1.50"}],
}


def codes(problems):
    """Return problems as (path, code)."""
    return [(problem.place.path, problem.code) for problem in problems]


def done(raw=None, before=None, step=CREATE, found=FOUND, **more):
    """Return completed values and every problem of reading and completing."""
    values, problems = MODEL.read({**GOOD, **more} if raw is None else raw, step, before, SHANGHAI)
    return values, [*problems, *MODEL.finish(values, found)]


def test_a_good_record_is_read_and_completed():
    with clock.frozen(datetime(2026, 2, 18, 20, 0, tzinfo=UTC)):
        values, problems = done(discount="10", due_date="2026/2/20")
    assert problems == []
    assert values["customer"] == Ref("C1")
    assert values["customer_name"] == "宏达"
    assert values["manager"] == Ref("E7")
    assert [row.values["amount"] for row in values["lines"]] == [Decimal("30.00"), Decimal("3.00")]
    assert values["total"] == Decimal("29.70")
    assert values["left"] == Decimal("9970.30")
    assert values["weight"] == Decimal("5.500")
    assert values["days_left"] == 1  # in Shanghai it is the 19th already
    assert values["lines"][0].values["process"] == "normal"


def test_every_problem_is_said_at_once_at_its_place():
    values, problems = done(
        raw={
            "customer": ["C1"],
            "urgncy": "rush",
            "urgency": "rsh",
            "po": "x" * 300,
            "due_date": "2026-02-30",
            "discount": "1e400",
            "total": "5",
            "number": "N-1",
            "ok": "maybe",
            "lines": [
                {"material": "M1", "qty": "abc"},
                {"qty": -1, "amount": 5, "colour": "red"},
                {"material": "M1", "qty": "1.234", "process": "slow"},
            ],
        }
    )
    assert codes(problems) == [
        ("customer", "text_expected"),
        ("urgency", "not_an_option"),
        ("po", "too_long"),
        ("due_date", "date_expected"),
        ("discount", "number_too_large"),
        ("ok", "boolean_expected"),
        ("number", "platform_filled"),
        ("lines[1].qty", "number_expected"),
        ("lines[2].qty", "too_small"),
        ("lines[2].amount", "platform_filled"),
        ("lines[2].colour", "unknown_field"),
        ("lines[3].qty", "too_many_decimals"),
        ("lines[3].process", "not_an_option"),
        ("total", "platform_filled"),
        ("urgncy", "unknown_field"),
        ("lines[2].material", "required"),
    ]
    hints = {problem.code: problem.hint for problem in problems}
    assert hints["unknown_field"].en == "Did you mean 'urgency'?"
    assert all(problem.say.zh and problem.say.en for problem in problems)


def test_nothing_given_names_what_is_required():
    assert codes(done(raw={})[1]) == [("customer", "required"), ("lines", "too_few_rows")]


@pytest.mark.parametrize("raw", [None, 5, "x", [], [("customer", "C1")]])
def test_what_is_no_mapping_is_refused(raw):
    _, problems = MODEL.read(raw, CREATE, None, SHANGHAI)
    assert codes(problems) == [("", "object_expected")]


def test_blank_is_absent():
    values, problems = done(po="  ", tags=[], agreement=[], spot=None, discount="", total="")
    assert problems == []
    assert {values[name] for name in ("po", "tags", "agreement", "spot", "discount")} == {None}


def test_defaults_fill_what_was_not_sent_and_respect_what_was_emptied():
    with clock.frozen(datetime(2026, 2, 18, 20, 0, tzinfo=UTC)):
        assert done()[0]["due_date"] == date(2026, 2, 19)
    values, _ = done(urgency="")
    assert values["urgency"] is None


def test_a_change_replaces_only_what_is_given():
    before, _ = done(po="PO-1")
    values, problems = done(raw={"po": "PO-2"}, before=before, step=CHANGE)
    assert problems == []
    assert values["po"] == "PO-2"
    assert {**values, "po": "PO-1"} == before


def test_a_step_changes_only_its_fields():
    before, _ = done()
    step = MODEL.steps["rush"]
    raw = {"urgency": "rush", "reason": "line down", "po": "X", "lines": []}
    values, problems = MODEL.read(raw, step, before, SHANGHAI)
    assert codes(problems) == [("po", "not_in_step"), ("lines", "not_in_step")]
    assert (values["urgency"], values["po"], values["lines"]) == ("rush", None, before["lines"])
    _, problems = MODEL.read({"po": "X"}, MODEL.steps["finish"], before, SHANGHAI)
    assert codes(problems) == [("po", "not_in_step")]


def test_only_fields_that_the_step_may_change_are_required():
    values, _ = MODEL.read({}, MODEL.steps["rush"], {"urgency": "rush"}, SHANGHAI)
    assert codes(MODEL.finish(values, {})) == [("reason", "required")]
    values, _ = MODEL.read({}, MODEL.steps["finish"], {"urgency": "rush"}, SHANGHAI)
    assert MODEL.finish(values, {}) == []


def test_rows_keep_their_identity_and_only_their_own():
    before, _ = done()
    rows = tuple(Row(row.values, f"R{n}") for n, row in enumerate(before["lines"], 1))
    raw = [
        {"_id": "R2", "material": "M1", "qty": 1},
        {"_id": "", "material": "M1", "qty": 1},
        {"_id": "R2", "material": "M1", "qty": 1},
        {"_id": "R9", "material": "M1", "qty": 1},
        {"_id": ["R1"], "material": "M1", "qty": 1},
    ]
    values, problems = done(raw={"lines": raw}, before={**before, "lines": rows}, step=CHANGE)
    assert codes(problems) == [
        ("lines[3]._id", "unknown_row"),
        ("lines[4]._id", "unknown_row"),
        ("lines[5]._id", "unknown_row"),
    ]
    assert [row.id for row in values["lines"]] == ["R2", "", "", "", ""]


def test_blank_rows_at_the_end_are_dropped_and_others_keep_their_number():
    raw = [
        {"material": "M1", "qty": 1},
        {"qty": ""},
        {"material": "M1", "qty": 2},
        {"qty": " "},
        {},
    ]
    values, problems = done(lines=raw)
    assert codes(problems) == [("lines[2].material", "required"), ("lines[2].qty", "required")]
    assert len(values["lines"]) == 3


def test_too_many_rows_are_one_problem():
    _, problems = done(lines=[{"material": "M1", "qty": 1}] * 51)
    assert codes(problems) == [("lines", "too_many_rows")]
    _, problems = done(lines=[5])
    assert codes(problems) == [("lines", "rows_expected")]


def test_what_is_hidden_is_emptied_and_not_required():
    values, problems = done(reason="x", reason_code="R1")
    assert problems == []
    assert (values["reason"], values["reason_code"]) == (None, None)
    values, problems = done(urgency="rush", reason="x", reason_code="R1")
    assert (values["reason"], values["reason_code"]) == ("x", "R1")
    assert codes(done(urgency="rush")[1]) == [("reason", "required")]


def test_columns_hide_and_are_required_by_their_row():
    lines = [
        {"material": "M1", "qty": 1, "note": "gone"},
        {"material": "M1", "qty": 500, "process": "rush"},
        {"material": "M1", "qty": 5, "process": "rush", "note": "kept"},
    ]
    values, problems = done(po="P", lines=lines)
    assert codes(problems) == [("lines[2].note", "required")]
    assert [row.values["note"] for row in values["lines"]] == [None, None, "kept"]


def test_a_condition_over_a_computed_field_requires():
    lines = [{"material": "M1", "qty": 200}]
    assert codes(done(lines=lines)[1]) == [("po", "required")]
    assert codes(done(lines=lines, po="P")[1]) == []


def test_a_result_beyond_the_digits_is_a_problem_and_not_a_value():
    lines = [{"material": "M1", "qty": "9" * 15, "unit_price": "9" * 15}]
    values, problems = done(po="P", lines=lines)
    assert ("lines[1].amount", "computed_too_large") in codes(problems)
    assert values["lines"][0].values["amount"] is None


def test_what_was_not_found_stays_unknown_and_is_not_said_twice():
    values, problems = done(found={})
    assert problems == []
    assert (values["customer_name"], values["left"]) == (None, None)


def test_a_lookup_keeps_its_copy_where_the_record_was_not_asked_for():
    before, _ = done()
    values, _ = done(raw={"po": "x"}, before=before, step=CHANGE, found={})
    assert values["customer_name"] == "宏达"
    values, _ = done(raw={"customer": ""}, before=before, step=CHANGE, found={})
    assert values["customer_name"] is None


def test_the_given_rows_are_not_touched():
    row = Row({"material": Ref("M1"), "qty": Decimal(1)}, "R1")
    values = {"customer": Ref("C1"), "lines": (row,)}
    MODEL.finish(values, FOUND)
    assert row.values == {"material": Ref("M1"), "qty": Decimal(1)}
    assert values["lines"][0].values["amount"] == Decimal("10.00")
    assert values["lines"][0].id == "R1"


def test_references_say_what_they_need():
    assert MODEL.references == (
        ReferenceUse("customer", "customer", ("name", "manager", "credit_line", "_state")),
        ReferenceUse("lines.material", "material", ("price", "weight")),
    )


def test_facts_are_flat():
    files = (FileRef("a" * 64, "a.pdf", "application/pdf", 5),) * 2
    values, _ = done(tags=["rush"], spot="31.2,121.4,5", lead="2h", ok="yes")
    values["agreement"] = files
    facts = MODEL.facts(values, FOUND, {"_state": "open", "_revision": 2})
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
    assert MODEL.facts(values, {})["customer.credit_line"] is None


def test_facts_become_plain_json():
    values, _ = done(
        tags=["rush"], spot="31.2,121.4", lead="2h", ok="no", signed_at="2026-02-18 10:30"
    )
    kept = MODEL.facts_json(MODEL.facts(values, FOUND))
    assert json.loads(json.dumps(kept)) == kept
    assert kept["customer.credit_line"] == "10000.00"
    assert (kept["lead"], kept["ok"], kept["tags"]) == ("2h", False, ["rush"])
    assert kept["signed_at"] == "2026-02-18T02:30:00Z"
    assert kept["lines"][1]["qty"] == "2.00"


def test_values_become_json_that_reads_back():
    values, _ = done(
        tags=["rush"], spot={"latitude": 31.2, "longitude": 121.4}, lead="90m", ok=True, discount=5,
        signed_at="2026-02-18T10:30:00+02:00",
        agreement=[PAPER],
    )  # fmt: skip
    shown = json.loads(json.dumps(MODEL.to_json(values)))
    assert set(shown) == {field.id for field in ORDER.fields}
    assert (shown["customer"], shown["manager"], shown["po"]) == ("C1", "E7", None)
    assert shown["signed_at"] == "2026-02-18T08:30:00Z"
    assert shown["lines"][0]["amount"] == "30.00"
    written = {name: cell for name, cell in shown.items() if MODEL.fields[name].kind.written}
    written["lines"] = [
        {name: cell for name, cell in row.items() if MODEL.fields[f"lines.{name}"].kind.written}
        for row in shown["lines"]
    ]
    again, problems = done(raw=written)
    assert problems == []
    assert again == values
    assert values["spot"] == GeoPoint(31.2, 121.4)
    assert values["lead"] == timedelta(minutes=90)


def test_rows_say_their_id_in_json():
    values = {"lines": (Row({"qty": Decimal(1)}, "R1"), Row({"qty": Decimal(2)}))}
    shown = MODEL.to_json(values)["lines"]
    assert [row.get("_id") for row in shown] == ["R1", None]


def test_steps_are_complete():
    assert list(MODEL.steps) == ["create", "change", "rush", "finish", "archive", "restore"]
    assert (CREATE.to, CREATE.fields, CREATE.from_states) == ("open", None, ())
    assert (CHANGE.to, CHANGE.fields, CHANGE.from_states) == (None, None, ("open",))
    assert MODEL.steps["archive"].fields == MODEL.steps["finish"].fields == ()


def test_the_model_names_its_parts():
    assert MODEL.codes == ("number",)
    assert MODEL.fields["lines.qty"].path == "lines.qty"
    assert MODEL.fields["manager"].shown.settings["to"] == "employee"
    assert MODEL.scope.types["manager"] == "text"
    assert MODEL.scope.types["customer.contracts"] == "file"
    assert MODEL.scope.rows["lines"].types["material.weight"] == "number"
    assert MODEL.scope.types["_state"] == "text"
    assert MODEL.tables.form is ORDER


SHORT = st.text(max_size=5)
CELL = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=9)
    | st.sampled_from(["C1", "M1", "5", "rush", "2026-02-18", "R1", "1e400"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SHORT, inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
ROWS = st.lists(
    st.dictionaries(st.sampled_from([*(c.id for c in LINES), "_id", "x"]), CELL, max_size=9) | CELL,
    max_size=4,
)
RAW = st.dictionaries(
    st.sampled_from([*(f.id for f in ORDER.fields), "nonsense", ""]), CELL | ROWS, max_size=16
)


@settings(max_examples=200, deadline=None)
@given(RAW, st.sampled_from(list(MODEL.steps.values())), st.booleans())
def test_any_input_gives_values_or_problems(raw, step, stored):
    before = done()[0] if stored else None
    values, problems = MODEL.read(raw, step, before, SHANGHAI)
    problems += MODEL.finish(values, FOUND)
    places = [(problem.place.path, problem.code) for problem in problems]
    assert len(places) == len(set(places))
    json.dumps(MODEL.to_json(values))
    json.dumps(MODEL.facts_json(MODEL.facts(values, FOUND)))
