"""What has happened out of reach is kept, held for a person where it would have been refused."""

from __future__ import annotations

import pytest

from seamline.facts import Origin
from seamline.problems import Refused
from seamline.usecases import look, review
from seamline.usecases.explain import explain


@pytest.mark.cap(114)
def test_what_a_hard_rule_would_stop_is_held_and_posts_when_a_person_lets_it(store):
    store.move("receipt", 10)
    held = store.move("issue", 12, late=True)
    assert (held.outcome, held.record.held, held.record.values["after"]) == (
        "held",
        "pending",
        None,
    )
    assert [one.rule for one in held.decision.findings] == ["below_zero"]
    assert store.on_hand() == 10
    (waiting,) = review.waiting(store.desk, store.lead)
    assert (waiting.record, waiting.pool) == (held.record.id, "store")
    done = review.decide(store.desk, store.lead, Origin("form"), waiting.id, "approve", "they left")
    assert (done.values["before"], done.values["after"]) == (10, -2)
    assert store.on_hand() == -2


@pytest.mark.cap(114)
def test_an_unknown_item_is_kept_as_it_came(store):
    held = store.move("issue", 3, item="NO-SUCH", scanned="NO-SUCH|7", late=True).record
    assert (held.held, held.values["item"], held.values["scanned"]) == (
        "pending",
        None,
        "NO-SUCH|7",
    )
    (explained,) = explain(store.desk, store.admin, "move", held.id)
    assert [one.say.en for one in explained.decision.findings[1:]] == [
        "No item goes with 'NO-SUCH|7'.",
        "There is no item 'NO-SUCH'. Give the code of an existing item.",
    ]
    made = look.timeline(store.desk, store.admin, "move", held.id)[0]
    assert made.body["late"] is True
    assert '"item": "NO-SUCH"' in made.body["asked"]


@pytest.mark.cap(114)
def test_a_held_move_without_its_item_cannot_be_approved_only_returned(store):
    store.move("issue", 3, item="NO-SUCH", late=True)
    (waiting,) = review.waiting(store.desk, store.lead)
    with pytest.raises(Refused) as refused:
        review.decide(store.desk, store.lead, Origin("form"), waiting.id, "approve", "fine")
    assert [problem.code for problem in refused.value.problems] == ["cannot_post"]
    back = review.decide(store.desk, store.lead, Origin("form"), waiting.id, "return", "unknown")
    assert back.held == "returned"


@pytest.mark.parametrize("values", [{"qty": -5}, {"qty": "much"}, {"qty": None}, {"colour": "red"}])
def test_values_that_cannot_be_kept_are_doubts(sqlite_store, values):
    held = sqlite_store.move("issue", **{"qty": 1, **values}, late=True)
    assert held.outcome == "held"
    assert held.decision.findings[-1].rule.startswith("_")


def test_late_or_not_a_good_move_passes_and_is_the_same_under_its_key(store):
    store.move("receipt", 10)
    now = store.move("issue", 4, key="01J")
    again = store.move("issue", 4, key="01J", late=True)
    assert (again.repeated, again.record.id, again.outcome) == (True, now.record.id, "passed")
    assert store.on_hand() == 6
