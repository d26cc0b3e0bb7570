"""A form that cannot work is refused when it is compiled, with every reason."""

from __future__ import annotations

import pytest

from seamline.forms import compile_form, form_scope, row_scope
from seamline.metadata import Field, Form, ListView, Section, State, Step
from seamline.problems import Refused
from seamline.text import Text


def field(word, kind, *columns, **settings):
    """Return a field; `visible_when` goes to the field, the others to its settings."""
    shows = settings.pop("visible_when", None)
    return Field(word, kind, Text.same(word), visible_when=shows, settings=settings, fields=columns)


def form(word, *fields, **rest):
    """Return a form of one section."""
    section = Section("main", Text.same("Main"), fields)
    return Form(word, Text.same(word), (section,), ListView(columns=()), **rest)


CUSTOMER = form("customer", field("code", "text"), field("credit", "money"))


def problems_of(*fields):
    """Return what is wrong with a form of these fields, as place and code."""
    one = form("order", *fields)
    with pytest.raises(Refused) as refused:
        compile_form(one, {"order": one, "customer": CUSTOMER})
    return [(problem.place.path, problem.code) for problem in refused.value.problems]


def test_every_problem_is_said():
    assert problems_of(
        field("qty", "number"),
        field("due", "date"),
        field("customer", "reference", to="customer"),
        field("credit", "lookup", **{"from": "custmer", "field": "credit"}),
        field("phone", "lookup", **{"from": "customer", "field": "phone"}),
        field("total", "computed", formula="sum(lines.amuont)"),
        field("label", "computed", formula="due - due"),
        field(
            "lines",
            "table",
            field("amount", "decimal"),
            field("share", "computed", formula="amount / total / nothing"),
            field("note", "text", visible_when={"==": [{"var": "amuont"}, 1]}),
        ),
    ) == [
        ("fields[qty].kind", "unknown_kind"),
        ("fields[credit].from", "bad_lookup"),
        ("fields[phone].from", "bad_lookup"),
        ("fields[total].formula", "unknown_name"),
        ("fields[label].formula", "formula_result"),
        ("fields[lines].fields[share].formula", "unknown_name"),
        ("fields[lines].fields[note].visible_when.==[1].var", "unknown_name"),
    ]


def test_circles_are_found_across_the_record_and_its_rows():
    assert problems_of(
        field("total", "computed", formula="sum(lines.share)"),
        field("lines", "table", field("share", "computed", formula="total / 2")),
        field("a", "computed", formula="a + 1"),
    ) == [("fields[total].formula", "formula_circle"), ("fields[a].formula", "formula_circle")]


def test_a_lookup_of_a_lookup_is_kept_like_its_source():
    region = form("region", field("code", "text"), field("rate", "percent"))
    site = form(
        "site",
        field("region", "reference", to="region"),
        field("rate", "lookup", **{"from": "region", "field": "rate"}),
    )
    order = form(
        "order",
        field("site", "reference", to="site"),
        field("rate", "lookup", **{"from": "site", "field": "rate"}),
        field("twice", "computed", formula="rate * 2"),
    )
    model = compile_form(order, {"region": region, "site": site, "order": order})
    assert model.fields["rate"].shown_kind.name == "percent"
    assert model.scope.types["site.rate"] == "number"
    assert model.references[0].needs == ("rate",)


def test_a_column_looks_up_through_its_row_first_then_through_the_record():
    order = form(
        "order",
        field("customer", "reference", to="customer"),
        field(
            "lines",
            "table",
            field("credit", "lookup", **{"from": "customer", "field": "credit"}),
        ),
    )
    model = compile_form(order, {"order": order, "customer": CUSTOMER})
    assert [(use.path, use.needs) for use in model.references] == [("customer", ("credit",))]


def test_a_column_sees_its_row_before_the_record():
    order = form(
        "order",
        field("qty", "text"),
        field("rate", "percent"),
        field("lines", "table", field("qty", "decimal")),
    )
    scope = form_scope(order, {"order": order})
    inside = row_scope(scope, "lines")
    assert (inside.types["qty"], inside.types["rate"]) == ("number", "number")
    assert "lines" not in inside.types
    assert "rate" not in scope.rows["lines"].types


def test_the_scope_leaves_out_what_leads_nowhere():
    order = form(
        "order",
        field("customer", "reference", to="nobody"),
        field("credit", "lookup", **{"from": "customer", "field": "credit"}),
        field("odd", "number"),
    )
    assert set(form_scope(order, {}).types) >= {"customer", "_state"}
    assert not {"credit", "odd", "customer.code"} & set(form_scope(order, {}).types)


def test_listed_built_in_steps_are_completed():
    states = (State("draft", Text.same("D")), State("open", Text.same("O")))
    steps = (
        Step("create", Text.same("New"), to="open", fields=("qty",)),
        Step("change", Text.same("Edit"), ("draft",), reason="required", revises=True),
        Step("archive", Text.same("Put away"), reason="required"),
    )
    order = form("order", field("qty", "integer"), states=states, steps=steps)
    made = compile_form(order, {"order": order}).steps
    assert (made["create"].to, made["create"].fields) == ("open", ("qty",))
    assert (made["change"].fields, made["change"].from_states) == (None, ("draft",))
    assert (made["archive"].reason, made["archive"].fields) == ("required", ())
    assert made["restore"].title.zh == "恢复"
