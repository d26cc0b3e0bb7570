"""What the one door lets through, holds and refuses, and what it leaves behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from seamline.facts import Actor, Origin
from seamline.problems import Refused
from seamline.usecases import look, review
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, Submitted, submit

ADMIN = Actor("admin", "Admin", ("administrator",))
CLERK = Actor("li", "李娜", ("clerk",))
RISK = Actor("chen", "陈", ("risk",))
API = Origin("api", "127.0.0.1", "test")
Place = Callable[..., Submitted]


def refusal(act: Callable[[], object]) -> Refused:
    """Return the refusal that `act` raises."""
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


def codes(refused: Refused) -> set[tuple[str, str]]:
    """Return (code, path) of every problem."""
    return {(problem.code, problem.place.path) for problem in refused.problems}


def step(desk: Desk, name: str, record: str, actor: Actor = CLERK, **more: Any) -> Submitted:
    """Take one step on an order."""
    return submit(desk, actor, API, Submission("order", name, record=record, **more))


@pytest.mark.cap(11)
def test_an_order_gets_a_tracking_code_and_computed_values(place: Place) -> None:
    placed = place()
    record = placed.record
    assert re.fullmatch(r"OD-\d{4}-\d\d-00001", record.code)
    assert record.tracking == record.code
    assert record.values["total"] == Decimal("37.50")
    assert record.values["customer_name"] == "杭州"
    assert (record.state, record.held, record.revision, record.version) == ("submitted", "", 1, 1)
    assert placed.outcome == "passed"


def test_what_is_stored_reads_back_equal(desk: Desk, place: Place) -> None:
    placed = place().record
    stored = look.record(desk, CLERK, "order", placed.code)
    assert stored.id == placed.id
    assert stored.values["total"] == placed.values["total"]
    assert [row.values for row in stored.values["lines"]] == [
        row.values for row in placed.values["lines"]
    ]


@pytest.mark.cap(12)
def test_concurrent_orders_get_different_codes_without_gaps(place: Place) -> None:
    with ThreadPoolExecutor(10) as pool:
        made = list(pool.map(lambda _: place().record.code, range(50)))
    assert sorted(int(code[-5:]) for code in made) == list(range(1, 51))


def test_a_refused_order_uses_no_number(place: Place) -> None:
    refusal(lambda: place(customer="nobody"))
    assert place().record.code.endswith("00001")


def test_every_problem_is_named_at_once(place: Place) -> None:
    refused = refusal(
        lambda: place(
            customer="C9",
            due_date=None,
            colour="red",
            lines=[{"part": "A", "qty": "many", "price": 1}, {"part": "B", "qty": 0}],
        )
    )
    assert refused.status == 422
    found = codes(refused)
    assert ("unknown_reference", "customer") in found
    assert {path for _, path in found} >= {
        "customer",
        "due_date",
        "colour",
        "lines[1].qty",
        "lines[2].qty",
        "lines[2].price",
    }


@pytest.mark.cap(60)
def test_a_hard_rule_refuses_and_is_remembered(desk: Desk, place: Place) -> None:
    refused = refusal(lambda: place(agreement=False))
    assert [problem.code for problem in refused.problems] == ["hard_rule"]
    with desk.store.reading() as unit:
        last = list(unit.journal.after(0, 1000))[-1]
        decision = unit.decisions.get(last.decision)
    assert (last.kind, last.step, last.body["rules"]) == ("refused", "order.create", ["agreement"])
    assert decision is not None
    assert decision.outcome == "refused"
    assert decision.facts["customer"] == "C1"


@pytest.mark.cap(61)
def test_a_soft_reminder_marks_and_does_not_block(place: Place) -> None:
    placed = place(lines=[{"part": "A", "qty": 100, "price": 20}])
    assert placed.outcome == "reminded"
    assert placed.decision is not None
    fired = [finding for finding in placed.decision.findings if finding.result == "true"]
    assert [finding.rule for finding in fired] == ["big"]
    assert "2000" in fired[0].say.en


@pytest.mark.cap(62)
def test_an_order_over_its_credit_line_waits_in_the_pool(desk: Desk, place: Place) -> None:
    held = place(lines=[{"part": "A", "qty": 100, "price": 90}]).record
    assert held.held == "pending"
    refused = refusal(lambda: step(desk, "rush", held.id, reason="late"))
    assert [problem.code for problem in refused.problems] == ["held_for_review"]
    assert review.waiting(desk, CLERK) == ()
    (waiting,) = review.waiting(desk, RISK)
    assert waiting.record == held.id
    assert (
        refusal(lambda: review.decide(desk, CLERK, API, waiting.id, "approve", "ok")).status == 403
    )
    assert refusal(lambda: review.decide(desk, RISK, API, waiting.id, "approve", " ")).status == 422
    assert review.decide(desk, RISK, API, waiting.id, "approve", "paid today").held == ""
    assert refusal(lambda: review.decide(desk, RISK, API, waiting.id, "return", "x")).status == 409
    assert look.timeline(desk, CLERK, "order", held.id)[0].kind == "approved"


def test_a_returned_order_can_be_mended(desk: Desk, place: Place) -> None:
    held = place(lines=[{"part": "A", "qty": 100, "price": 90}]).record
    (waiting,) = review.waiting(desk, RISK)
    assert review.decide(desk, RISK, API, waiting.id, "return", "too much").held == "returned"
    lines = [{"part": "A", "qty": 1, "price": 90}]
    assert step(desk, "change", held.id, values={"lines": lines}).record.held == ""


@pytest.mark.cap(14)
def test_a_rush_is_a_revision_that_reaches_what_follows(desk: Desk, place: Place) -> None:
    placed = place().record
    asked = Submission("purchase", "create", {"order": placed.code})
    purchase = submit(desk, ADMIN, API, asked).record
    assert purchase.tracking == placed.tracking
    assert codes(refusal(lambda: step(desk, "rush", placed.id))) == {("reason_required", "reason")}
    rushed = step(desk, "rush", placed.code, values={"due_date": "2027-02-01"}, reason="line stop")
    assert (rushed.record.revision, rushed.record.version) == (2, 2)
    assert rushed.event.reason == "line stop"
    assert rushed.event.body["changes"] == {"due_date": ["2027-03-01", "2027-02-01"]}
    told = look.timeline(desk, ADMIN, "purchase", purchase.id)[0]
    assert (told.kind, told.body["by"], told.reason) == (
        "upstream_revised",
        placed.code,
        "line stop",
    )


@pytest.mark.cap(13)
def test_one_search_by_the_code_returns_all_that_follows(desk: Desk, place: Place) -> None:
    placed = place().record
    submit(desk, ADMIN, API, Submission("purchase", "create", {"order": placed.code}))
    found = look.tracked(desk, ADMIN, placed.tracking)
    assert {head.form for head in found} == {"order", "purchase"}
    assert {head.form for head in look.tracked(desk, CLERK, placed.tracking)} == {"order"}


@pytest.mark.cap(15)
def test_the_same_customer_order_is_flagged_before_it_is_saved_twice(place: Place) -> None:
    first = place(customer_po="PO-7").record
    refused = refusal(lambda: place(customer_po="PO-7"))
    assert refused.status == 409
    assert [problem.code for problem in refused.problems] == ["possible_duplicate"]
    assert first.code in refused.problems[0].say.en
    assert place(customer_po="PO-7", confirmed=("customer_po",)).record.code != first.code


def test_a_step_changes_only_its_fields(desk: Desk, place: Place) -> None:
    placed = place().record
    refused = refusal(
        lambda: step(desk, "rush", placed.id, values={"customer_po": "x"}, reason="why")
    )
    assert {path for _, path in codes(refused)} == {"customer_po"}


def test_states_are_kept(desk: Desk, place: Place) -> None:
    placed = place().record
    assert step(desk, "release", placed.id, ADMIN).record.state == "released"
    assert codes(refusal(lambda: step(desk, "release", placed.id, ADMIN))) == {("wrong_state", "")}
    assert refusal(lambda: step(desk, "change", placed.id)).status == 409
    assert step(desk, "cancel", placed.id, reason="gone").record.state == "cancelled"


def test_archive_and_restore(desk: Desk, place: Place) -> None:
    placed = place().record
    assert step(desk, "archive", placed.id, ADMIN).record.archived_at is not None
    assert codes(refusal(lambda: step(desk, "rush", placed.id, reason="x"))) == {("archived", "")}
    assert step(desk, "restore", placed.id, ADMIN).record.archived_at is None


def test_an_old_version_is_refused(desk: Desk, place: Place) -> None:
    placed = place().record
    step(desk, "change", placed.id, values={"customer_po": "a"}, expected_version=1)
    refused = refusal(
        lambda: step(desk, "change", placed.id, values={"customer_po": "b"}, expected_version=1)
    )
    assert refused.status == 412


def test_a_repeated_submission_answers_like_the_first(desk: Desk, place: Place) -> None:
    first = place(key="k1")
    again = place(key="k1")
    assert (again.repeated, again.record.id, again.event.seq) == (
        True,
        first.record.id,
        first.event.seq,
    )
    assert refusal(lambda: place(key="k1", customer_po="other")).status == 409
    with desk.store.reading() as unit:
        assert sum(event.kind == "created" for event in unit.journal.after(0, 100)) == 2


def test_one_key_used_at_once_by_many_makes_one_record(place: Place) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: place(key="same").record.id, range(8)))
    assert len(set(made)) == 1


def test_permission_is_asked_first(desk: Desk) -> None:
    refused = refusal(
        lambda: submit(desk, CLERK, API, Submission("customer", "create", {"code": "C2"}))
    )
    assert refused.status == 403


def test_unknown_names_are_refused_with_the_nearest(
    desk: Desk, order: Callable[..., dict[str, Any]]
) -> None:
    refused = refusal(lambda: submit(desk, ADMIN, API, Submission("ordr", "create", order())))
    assert refused.status == 404
    assert "'order'" in refused.problems[0].sentence("en")
    refused = refusal(lambda: step(desk, "relase", "x", ADMIN))
    assert "'release'" in refused.problems[0].sentence("en")


def test_a_key_is_unique(desk: Desk) -> None:
    refused = refusal(
        lambda: submit(
            desk, ADMIN, API, Submission("customer", "create", {"code": "C1", "name": "x"})
        )
    )
    assert codes(refused) == {("not_unique", "code")}


def test_record_decision_event_and_outbox_stand_together(desk: Desk, place: Place) -> None:
    placed = place()
    with desk.store.reading() as unit:
        event = unit.journal.at(placed.event.seq)
        decisions = unit.decisions.of_record("order", placed.record.id)
        assert unit.outbox.waiting() == 2  # the customer and the order
    assert event is not None
    assert (event.kind, event.record, event.via) == ("created", placed.record.id, "api")
    assert [decision.id for decision in decisions] == [event.decision]
    assert event.body["values"]["total"] == "37.50"


def test_code_fields_are_numbered_by_the_door(desk: Desk, place: Place) -> None:
    values = {"order": place().record.code}
    made = [
        submit(desk, ADMIN, API, Submission("purchase", "create", values)).record for _ in range(2)
    ]
    assert [record.values["batch"] for record in made] == ["B001", "B002"]


@pytest.mark.cap(4)
def test_a_file_must_be_stored_before_a_record_names_it(desk: Desk, place: Place) -> None:
    order_code = place().record.code

    def purchase(sha256: str) -> Submitted:
        papers = [{"sha256": sha256, "name": "a.txt", "media_type": "text/html", "size": 9}]
        values = {"order": order_code, "papers": papers}
        return submit(desk, ADMIN, API, Submission("purchase", "create", values))

    assert codes(refusal(lambda: purchase("0" * 64))) == {("unknown_file", "papers")}
    with desk.store.unit() as unit:
        stored = unit.files.put(b"hello", "b.txt", "text/plain")
    (kept,) = purchase(stored.sha256).record.values["papers"]
    assert (kept.name, kept.media_type, kept.size) == ("a.txt", "text/plain", 5)


def test_a_change_that_changes_nothing_can_pass_unnoticed(
    desk: Desk, place: Place, order: Callable[..., dict[str, Any]]
) -> None:
    placed = place().record
    same = {**order(), "lines": [{"part": "A", "qty": 3, "price": "12.5"}]}
    left = step(desk, "change", placed.id, values=same, only_if_changed=True)
    assert (left.repeated, left.record.version) == (True, 1)
    other = {**order(), "lines": [{"part": "A", "qty": 4, "price": "12.5"}]}
    changed = step(desk, "change", placed.id, values=other, only_if_changed=True)
    assert (changed.repeated, changed.record.version) == (False, 2)


def test_a_record_whose_key_is_its_code_is_called_by_its_new_key(desk):
    made = submit(
        desk, ADMIN, API, Submission("customer", "create", {"code": "C2", "name": "宁波"})
    )
    assert made.record.code == "C2"
    asked = Submission(
        "customer", "change", {"code": "C3"}, record=made.record.id, reason="typed wrong"
    )
    assert submit(desk, ADMIN, API, asked).record.code == "C3"
    with desk.store.reading() as unit:
        kept = unit.records.get(desk.catalogs.current().forms["customer"].tables, "C3")
    assert (kept.id, kept.code) == (made.record.id, "C3")
