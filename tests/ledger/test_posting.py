"""A move posts to its balance in one transaction, and is never changed afterwards."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from seamline.facts import Actor, Origin
from seamline.problems import Refused
from seamline.usecases import look, review
from seamline.usecases.submit import RefusedByRules, Submission, submit


@pytest.mark.cap(24)
def test_a_move_shows_the_figure_before_and_after_and_where_it_came_from(store):
    store.move("receipt", 100, paper="GR-1")
    done = store.move("issue", "60.5", paper="PK-7")
    values = done.record.values
    assert (values["before"], values["after"], values["delta"]) == (
        100,
        Decimal("39.5"),
        Decimal("-60.5"),
    )
    assert (values["seen"], values["device"]) == ("10.0.0.7", "PDA-1")
    assert done.record.created_by == "chen"
    assert store.on_hand() == Decimal("39.5")


@pytest.mark.cap(25)
def test_the_balance_has_its_version_and_says_which_move_changed_it(store):
    store.move("receipt", 100)
    done = store.move("issue", 60, paper="PK-7", reason="line 3 ran out")
    balance = store.balance()
    event = look.timeline(store.desk, store.keeper, "balance", balance.id, 1)[0]
    assert balance.version == 2
    assert (event.kind, event.actor, event.via, event.seen) == ("posted", "chen", "pda", "10.0.0.7")
    assert event.reason == "line 3 ran out"
    assert event.body["by"] == {
        "form": "move", "record": done.record.id, "code": done.record.code, "act": "issue",
        "document": "PK-7", "before": "100", "after": "40",
    }  # fmt: skip
    assert event.body["changes"]["on_hand"] == ["100.00", "40.00"]


def test_a_count_sets_the_figure_whatever_it_was(store):
    store.move("receipt", 100)
    done = store.move("count", 93)
    assert (done.record.values["before"], done.record.values["after"]) == (100, 93)
    assert store.on_hand() == 93


def test_the_first_move_opens_the_balance_it_needs(store):
    done = store.move("receipt", 5, item="B", bin="B2")
    assert done.record.values["before"] == 0
    assert store.balance("B", "B2").values["opening"] == 0
    assert store.on_hand("B", "B2") == 5


@pytest.mark.cap(24)
@pytest.mark.parametrize("step", ["change", "archive", "restore"])
def test_a_move_is_never_changed_or_taken_away(sqlite_store, step):
    store = sqlite_store
    done = sqlite_store.move("receipt", 5)
    asked = Submission("move", step, {"qty": 6} if step == "change" else {}, record=done.record.id)
    with pytest.raises(Refused) as refused:
        submit(sqlite_store.desk, store.admin, store.pda, asked)
    assert refused.value.status == 409
    assert refused.value.problems[0].code == "never_changed"
    assert sqlite_store.on_hand() == 5


@pytest.mark.parametrize("name", ["before", "after", "seen", "device"])
def test_nobody_writes_what_the_platform_fills(sqlite_store, name):
    with pytest.raises(Refused) as refused:
        sqlite_store.move("receipt", 5, **{name: "7"})
    assert [problem.code for problem in refused.value.problems] == ["not_in_step"]


def test_a_hard_rule_that_looks_at_the_figure_keeps_it_above_zero(store):
    store.move("receipt", 10)
    with pytest.raises(RefusedByRules) as refused:
        store.move("issue", 11)
    assert refused.value.problems[0].say.en == "Only 10 there."
    assert store.on_hand() == 10
    assert len(store.postings(store.balance())) == 1


def test_a_repeated_move_is_posted_once(store):
    first, again = (store.move("receipt", 10, key="01J") for _ in range(2))
    assert again.repeated
    assert again.record == first.record
    assert store.on_hand() == 10


def test_an_amount_finer_than_the_balance_is_refused_at_its_field(sqlite_store):
    with pytest.raises(Refused) as refused:
        sqlite_store.move("receipt", "1.005")
    assert refused.value.problems[0].place.path == "qty"


def test_a_move_that_waits_for_review_posts_when_it_is_approved(store):
    store.move("receipt", 100)
    held = store.move("receipt", 5000).record
    assert (held.held, held.values["before"], held.values["after"]) == ("pending", None, None)
    assert store.on_hand() == 100
    store.move("issue", 30)
    (waiting,) = review.waiting(store.desk, store.lead)
    record = review.decide(store.desk, store.lead, Origin("form"), waiting.id, "approve", "counted")
    stored = look.record(store.desk, store.lead, "move", held.id)
    assert record == stored
    assert (stored.values["before"], stored.values["after"], stored.values["delta"]) == (
        70,
        5070,
        5000,
    )
    assert store.on_hand() == 5070
    told = look.timeline(store.desk, store.lead, "move", held.id, 1)[0]
    assert told.kind == "approved"
    assert told.body["changes"]["after"] == [None, "5070"]


def test_a_move_that_is_returned_from_review_never_posts(store):
    store.move("receipt", 100)
    store.move("receipt", 5000)
    (waiting,) = review.waiting(store.desk, store.lead)
    record = review.decide(
        store.desk, store.lead, Origin("form"), waiting.id, "return", "a typing error"
    )
    assert (record.held, record.values["after"]) == ("returned", None)
    assert store.on_hand() == 100


def test_two_balances_of_one_place_stop_a_move(sqlite_store):
    store = sqlite_store
    values = {"item": "A", "bin": "B1", "opening": 1}
    for confirmed in ((), ("same_place",)):
        asked = Submission("balance", "create", values, confirmed=frozenset(confirmed))
        submit(store.desk, store.admin, store.pda, asked)
    with pytest.raises(Refused) as refused:
        store.move("receipt", 1)
    assert refused.value.problems[0].code == "several_balances"


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["issue", "receipt", "count"]),
        st.decimals(0, 500, places=2),
        st.sampled_from("AB"),
        st.sampled_from(["B1", "B2"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=MOVES)
@pytest.mark.cap(24)
def test_figures_follow_from_the_moves_whatever_they_are(sqlite_store, moves):
    store, figures = sqlite_store, {}
    for balance in store.balances():
        place = balance.values["item"].key, balance.values["bin"].key
        figures[place] = balance.values["on_hand"]
    for act, qty, item, bin_ in moves:
        stands = figures.get((item, bin_), Decimal(0))
        wanted = {"issue": stands - qty, "receipt": stands + qty, "count": qty}[act]
        try:
            values = store.move(act, str(qty), item=item, bin=bin_).record.values
        except RefusedByRules:
            assert wanted < 0
            continue
        assert (values["before"], values["after"]) == (stands, wanted)
        figures[item, bin_] = wanted
    for (item, bin_), figure in figures.items():
        assert store.on_hand(item, bin_) == figure


def test_who_may_not_move_does_not_post_either(sqlite_store):
    store, nobody = sqlite_store, Actor("x", "X", ())
    with pytest.raises(Refused) as refused:
        submit(sqlite_store.desk, nobody, store.pda, Submission("move", "create", {}))
    assert refused.value.status == 403
