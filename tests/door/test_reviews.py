"""The review pool: asking, reassigning, and what happens when nobody decides in time."""

from __future__ import annotations

import time as wall
from collections.abc import Callable
from datetime import timedelta

import pytest

from seamline import clock
from seamline.facts import Actor, Origin
from seamline.jobs.ticker import Ticker
from seamline.problems import Refused
from seamline.store import Review
from seamline.usecases import accounts, look, review
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submitted

from ..clocks import ring

ADMIN = Actor("admin", "Admin", ("administrator",))
CLERK = Actor("li", "李娜", ("clerk",))
RISK = Actor("chen", "陈", ("risk",))
BOARD = Actor("zhao", "赵", ("board",))
API = Origin("api")
Place = Callable[..., Submitted]


@pytest.fixture
def held(desk: Desk, place: Place) -> Review:
    """A review of an order over its credit line."""
    place(lines=[{"part": "A", "qty": 100, "price": 90}])
    (waiting,) = review.waiting(desk, RISK)
    return waiting


def kinds(desk: Desk, held: Review) -> list[str]:
    """Return what happened to the record, newest first."""
    return [event.kind for event in look.timeline(desk, ADMIN, "order", held.record)]


@pytest.mark.cap(63)
def test_what_nobody_decides_in_time_moves_to_the_next_pool_once(desk: Desk, held: Review) -> None:
    ring(desk)
    assert kinds(desk, held)[0] == "created"
    with clock.frozen(held.due_at + timedelta(minutes=1)):
        for _ in range(2):
            ring(desk)
        assert review.waiting(desk, RISK) == ()
        (moved,) = review.waiting(desk, BOARD)
    assert (moved.id, moved.level, moved.pool) == (held.id, 1, "board")
    assert moved.due_at - held.due_at == timedelta(minutes=61)
    assert kinds(desk, held)[:2] == ["escalated", "created"]
    assert review.decide(desk, BOARD, API, held.id, "approve", "known customer").held == ""


def test_a_decided_review_does_not_escalate(desk: Desk, held: Review) -> None:
    review.decide(desk, RISK, API, held.id, "return", "too much")
    with clock.frozen(held.due_at + timedelta(days=1)):
        ring(desk)
    assert kinds(desk, held)[0] == "returned"


def test_a_reviewer_asks_and_the_author_answers(desk: Desk, held: Review) -> None:
    with pytest.raises(Refused) as stranger:
        review.ask(desk, CLERK, API, held.id, "why?")
    assert stranger.value.status == 403
    assert review.ask(desk, RISK, API, held.id, "Is it paid?").question == "Is it paid?"
    (waiting,) = review.waiting(desk, RISK)
    assert waiting.question == "Is it paid?"
    review.answer(desk, CLERK, API, held.id, "Half of it")
    assert review.waiting(desk, RISK)[0].question == ""
    assert kinds(desk, held)[:2] == ["answered", "asked"]
    with pytest.raises(Refused) as nothing:
        review.answer(desk, CLERK, API, held.id, "more")
    assert nothing.value.status == 409


def test_a_review_is_handed_to_one_of_the_pool(desk: Desk, held: Review) -> None:
    accounts.create_user(desk, ADMIN, API, login="wang", name="王", roles=("risk",))
    accounts.create_user(desk, ADMIN, API, login="sun", name="孙", roles=("clerk",))
    with pytest.raises(Refused) as stranger:
        review.reassign(desk, RISK, API, held.id, "sun", "please")
    assert [problem.code for problem in stranger.value.problems] == ["not_of_the_pool"]
    assert review.reassign(desk, RISK, API, held.id, "wang", "on leave").assignee == "wang"
    assert kinds(desk, held)[0] == "reassigned"


def test_the_ticker_goes_on_after_a_tick_that_failed() -> None:
    ticked: list[int] = []

    def tick() -> None:
        ticked.append(1)
        raise RuntimeError("once more")

    ticker = Ticker()
    ticker.every(0.05, "test", tick)
    ticker.start()
    deadline = wall.monotonic() + 10
    while len(ticked) < 3 and wall.monotonic() < deadline:
        wall.sleep(0.02)
    ticker.stop()
    assert len(ticked) >= 3
