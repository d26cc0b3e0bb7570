"""Why the rules judged as they did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from seamline.facts import Actor, Origin
from seamline.usecases import review
from seamline.usecases.desk import Desk
from seamline.usecases.explain import Explained, explain
from seamline.usecases.submit import Submission, Submitted, submit

ADMIN = Actor("admin", "Admin", ("administrator",))
API = Origin("api")
Place = Callable[..., Submitted]


def by_rule(desk: Desk, record: str) -> dict[str, Explained]:
    """Return the rules of the first verdict on an order."""
    return {rule.rule: rule for rule in explain(desk, ADMIN, "order", record)[-1].rules}


@pytest.mark.cap(71)
def test_every_rule_is_explained_with_what_it_saw(desk: Desk, place: Place) -> None:
    placed = place(lines=[{"part": "A", "qty": 100, "price": 20}]).record
    (one,) = explain(desk, ADMIN, "order", placed.code)
    assert (one.decision.outcome, one.same_rules, one.actor) == ("reminded", True, "li")
    rules = by_rule(desk, placed.id)
    assert {name: rule.result for name, rule in rules.items()} == {
        "agreement": "false",
        "big": "true",
        "credit": "false",
    }
    assert rules["big"].reads.en == "Total is more than 1000"
    assert "2000" in rules["big"].say.en
    (clause,) = rules["credit"].clauses
    assert (clause.path, clause.operator, clause.result) == ("total", ">", "false")
    assert [str(clause.left), str(clause.right)] == ["2000.00", "5000.00"]
    assert all(rule.on for rule in rules.values())


@pytest.mark.cap(71)
def test_what_a_missing_fact_did_is_told(desk: Desk, place: Place) -> None:
    submit(desk, ADMIN, API, Submission("customer", "create", {"code": "C2", "name": "x"}))
    placed = place(customer="C2").record
    assert placed.held == "pending"
    assert by_rule(desk, placed.id)["credit"].result == "unknown"


@pytest.mark.cap(71)
def test_the_person_who_decided_afterwards_is_told(desk: Desk, place: Place) -> None:
    held = place(lines=[{"part": "A", "qty": 100, "price": 90}]).record
    (waiting,) = review.waiting(desk, ADMIN)
    assert waiting.due_at - waiting.opened_at >= timedelta(hours=2) - timedelta(seconds=5)
    review.decide(desk, ADMIN, API, waiting.id, "approve", "paid")
    (one,) = explain(desk, ADMIN, "order", held.id)
    assert one.overruled is not None
    assert (one.overruled.kind, one.overruled.reason) == ("approved", "paid")


def test_a_conversation_about_a_review_is_no_verdict(desk: Desk, place: Place) -> None:
    held = place(lines=[{"part": "A", "qty": 100, "price": 90}]).record
    (waiting,) = review.waiting(desk, ADMIN)
    review.ask(desk, ADMIN, API, waiting.id, "paid?")
    review.answer(desk, ADMIN, API, waiting.id, "yes")
    (one,) = explain(desk, ADMIN, "order", held.id)
    assert (one.actor, one.overruled) == ("li", None)
