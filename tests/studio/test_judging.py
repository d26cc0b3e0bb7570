"""A rule or a formula tried on records: what it sees of them, and what it says of each piece."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from seamline.conditions.parse import parse
from seamline.facts import Actor
from seamline.fields import Reading
from seamline.forms import FormModel, compile_form
from seamline.metadata import Form
from seamline.scope import Scope
from seamline.store.ulid import ulid
from seamline.text import Text
from seamline.ui.app import create_app
from seamline.usecases import accounts, design, locks
from seamline.usecases.designing import releases
from seamline.usecases.designing.choosing import choices
from seamline.usecases.designing.edits import Write
from seamline.usecases.designing.judging import Judged, judged, seen
from seamline.usecases.designing.reckoning import Asked, reckoned
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit

from ..pages.conftest import Site
from .conftest import ADMIN, CLI, PASSWORD

BOARD = Actor("wang", "王总", ("board",))  # reads orders, and neither customers nor purchases
X = Scope({"x": "number", "y": "boolean", "rows": "table"})


def put(desk: Desk, form: str, **values: Any) -> Any:
    record = submit(desk, ADMIN, CLI, Submission(form, "create", values)).record
    assert record is not None
    return record


@pytest.fixture
def order(desk: Desk) -> Any:
    """An order of a customer that is called as a purchase is."""
    lines = [{"part": "P", "qty": 2, "price": 5}]
    values = {"due_date": "2027-01-01", "agreement": True, "lines": lines}
    name = ulid()
    put(desk, "customer", code=name, name=name, credit_line="100000")
    first = put(desk, "order", customer=name, **values)
    code = put(desk, "purchase", order=first.code, note="secret").code
    put(desk, "customer", code=code, name=name, credit_line="100000")
    return put(desk, "order", customer=code, **values)


def drafted(desk: Desk, to: str, *names: str) -> FormModel:
    """Return the order as a draft may have it, its customer a reference to another form."""
    forms = {id_: model.form for id_, model in desk.catalogs.current().forms.items()}
    return compile_form(pointed(forms["order"], to), forms, names)


def pointed(form: Form, to: str) -> Form:
    sections = tuple(
        replace(section, fields=tuple(
            replace(one, settings={**one.settings, "to": to}) if one.id == "customer" else one
            for one in section.fields if one.id != "customer_name"
        ))
        for section in form.sections
    )  # fmt: skip
    return replace(form, sections=sections)


@pytest.mark.cap(67)
def test_a_reference_that_a_draft_points_elsewhere_shows_what_its_designer_may_read(
    desk: Desk, order: Any
) -> None:
    model = drafted(desk, "purchase", "customer.note")
    assert seen(desk, ADMIN, model, order.id)["customer.note"] == "secret"
    assert seen(desk, BOARD, model, order.id).get("customer.note") is None
    same = drafted(desk, "customer", "customer.credit_line")
    assert seen(desk, BOARD, same, order.id)["customer.credit_line"] == 100_000


@pytest.mark.cap(67)
def test_a_rule_sees_the_locks_of_its_record_and_of_what_that_refers_to(
    desk: Desk, order: Any
) -> None:
    model = drafted(desk, "customer", "customer._locked")
    facts = seen(desk, ADMIN, model, order.id)
    assert (facts["_locked"], facts["customer._locked"]) == (False, False)
    with desk.store.unit() as unit:
        for form, word in (("order", order.id), ("customer", order.values["customer"].id)):
            locks.put(unit, desk.catalogs.current(), ADMIN, CLI, form=form, record=word,
                      act="change", rule="", reason=Text.same("counted"))  # fmt: skip
    facts = seen(desk, ADMIN, model, order.id)
    assert (facts["_locked"], facts["customer._locked"]) == (True, True)


def say(document: Any, **facts: Any) -> Judged:
    return judged(parse(document, replace(X, rows={"rows": X})), facts)


@pytest.mark.cap(67)
def test_every_piece_says_what_it_saw() -> None:
    between = say({"<=": [1, {"var": "x"}, 10]}, x=50)
    assert (between.result, between.word) == ("false", "and")
    assert [(part.result, part.clause and part.clause.operator) for part in between.parts] == [
        ("true", ">="), ("false", "<="),
    ]  # fmt: skip
    missing = say({"!": {"var": "y"}})
    assert (missing.result, missing.word, missing.parts) == ("true", "", ())
    turned = say({"!": [{"or": [{"var": "y"}, {">": [{"var": "x"}, 1]}]}]}, x=5)
    assert (turned.result, turned.word, turned.parts[0].word) == ("false", "!", "or")
    assert [part.result for part in turned.parts[0].parts] == ["false", "true"]
    some = say(
        {"some": [{"var": "rows"}, {">": [{"var": "x"}, 1]}]}, rows=({"x": 1}, {"x": 2}) * 11
    )
    assert (some.result, some.word, some.name, len(some.parts), some.left) == (
        "true", "some", "rows", 20, 2,
    )  # fmt: skip
    assert [(part.row, part.result) for part in some.parts[:2]] == [(1, "false"), (2, "true")]


@pytest.mark.cap(67)
def test_a_formula_is_reckoned_on_what_its_designer_may_read(desk: Desk, order: Any) -> None:
    forms = {id_: model.form for id_, model in desk.catalogs.current().forms.items()}
    asked = Asked(forms["order"], forms, "total", "", "customer.credit_line + sum(lines.amount)")
    told = [
        reckoned(desk, actor, asked, order.id, Reading("en")).values for actor in (ADMIN, BOARD)
    ]
    assert told == [(100_010,), (None,)]
    newest = choices(desk, BOARD, "order")
    assert newest[0].word == order.id
    assert choices(desk, BOARD, "customer") == ()


def test_who_only_designs_sees_what_the_switch_of_a_rule_would_change(boss_desk: Desk) -> None:
    text = """seamline: 1
role: blind
title: Blind
grants: [{form: purchase, read: true}]
studio: [design, publish]
"""
    one = design.change(boss_desk, ADMIN, "small_desk", [Write("roles/blind.yaml", text, over="")])
    releases.publish(
        boss_desk, ADMIN, CLI, "small_desk", one.revision, "who designs sees no orders"
    )
    accounts.create_user(
        boss_desk,
        ADMIN,
        CLI,
        login="bo",
        name="Bo",
        roles=["blind"],
        language="en",
        password=PASSWORD,
    )
    site = Site(create_app(boss_desk).test_client())
    site.sign_in("bo", PASSWORD)
    site.get("/studio/small_desk/rules/rulesets/order_create.yaml?at=soft%5Bbig%5D&try=flip")
    assert "were moved to “off”" in site.text
