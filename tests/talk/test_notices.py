"""Notices: who hears of what, what each has read, and nothing of what they may not see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from seamline import clock
from seamline.facts import Actor
from seamline.problems import Refused
from seamline.store import Review
from seamline.text import Text
from seamline.usecases import accounts, notices, review
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, Submitted, submit

from ..clocks import ring
from .conftest import ADMIN, API, CLERK, RISK

Place = Callable[..., Submitted]
SUN = Actor("sun", "Sun", ("clerk",))
WU = Actor("wu", "Wu", ("risk",))
BOARD = Actor("zhao", "Zhao", ("board",))


def heard(desk: Desk, actor: Actor) -> list[tuple[str, str]]:
    """Return kind and sentence of what an actor has not read, newest first."""
    shelf = notices.inbox(desk, actor, unread=True)
    return [(one.notice.kind, one.say.en) for one in shelf.items]


@pytest.fixture
def held(desk: Desk, place: Place) -> Review:
    """A review of an order over its credit line."""
    place(lines=[{"part": "A", "qty": 100, "price": 90}])
    (waiting,) = review.waiting(desk, RISK)
    return waiting


@pytest.mark.cap(63)
def test_a_review_tells_each_person_of_their_turn(desk: Desk, held: Review) -> None:
    review.reassign(desk, RISK, API, held.id, "wu", "you know them")
    review.ask(desk, WU, API, held.id, "Is there a guarantee?")
    review.answer(desk, CLERK, API, held.id, "It is on its way")
    code = notices.inbox(desk, WU).items[0].record.code
    review.decide(desk, WU, API, held.id, "return", "send it along")
    assert heard(desk, WU) == [
        ("review", f"Li answered your question about Order {code}"),
        ("review", f"Chen asks you to review Order {code}"),
    ]
    assert heard(desk, CLERK) == [
        ("decided", f"Wu returned Order {code}"),
        ("review", f"Wu asks you about Order {code}"),
    ]
    assert heard(desk, RISK) == []


def test_an_overdue_review_is_told_to_the_pool_it_comes_to(desk: Desk, held: Review) -> None:
    with clock.frozen(held.due_at + timedelta(minutes=1)):
        ring(desk)
    assert [kind for kind, _ in heard(desk, BOARD)] == ["review"]
    assert heard(desk, WU) == []


@pytest.mark.cap(14)
def test_a_revision_is_told_to_who_made_what_follows_from_it(desk: Desk, place: Place) -> None:
    order = place().record
    purchase = Submission("purchase", "create", {"order": order.code})
    boss = accounts.create_user(
        desk, ADMIN, API, login="boss", name="Boss", roles=["administrator"]
    ).user
    who = accounts.actor_of(boss)
    made = submit(desk, who, API, purchase).record
    change = Submission("order", "rush", {"due_date": "2027-02-01"}, order.id, reason="line down")
    submit(desk, CLERK, API, change)
    said = f"{order.code}, from which Purchase {made.code} follows, was revised: Rush"
    assert heard(desk, who) == [("upstream", said)]


def test_who_follows_a_record_hears_of_steps_by_others(desk: Desk, place: Place) -> None:
    order = place().record
    with desk.store.unit() as unit:
        for person in ("li", "sun"):
            assert unit.people.follow(person, "order", order.id, clock.now())
        assert not unit.people.follow("sun", "order", order.id, clock.now())
    submit(desk, CLERK, API, Submission("order", "change", {"customer_po": "7"}, order.id))
    assert heard(desk, SUN) == [("followed", f"Li took the step 'Change' of Order {order.code}")]
    assert heard(desk, CLERK) == []


def told(desk: Desk, order: Submitted, kind: str = "trouble", **to: object) -> tuple[str, ...]:
    with desk.store.unit() as unit:
        catalog = desk.catalogs.current()
        say = Text("{who} 上报：{record}", "{who} reports: {record}")
        return notices.tell(unit, catalog, order.event, kind, say, **to)


def test_roles_pools_and_people_are_told_once_each(desk: Desk, place: Place) -> None:
    order = place()
    to = {"people": ["wu", "gone", "sun"], "roles": ["risk"], "pools": ["board", "risk"]}
    assert told(desk, order, **to) == ("chen", "sun", "wu", "zhao")
    assert told(desk, order, roles=["clerk"]) == ("sun",)  # li has placed it
    with pytest.raises(ValueError, match="gossip"):
        told(desk, order, "gossip", people=["wu"])


def test_a_kind_that_a_person_does_without_is_not_kept_for_them(desk: Desk, place: Place) -> None:
    order = place()
    with desk.store.unit() as unit:
        unit.people.prefer("wu", "mute:trouble", "1")
    assert told(desk, order, roles=["risk"]) == ("chen",)
    assert told(desk, order, "clash", roles=["risk"]) == ("chen", "wu")
    with desk.store.unit() as unit:
        unit.people.prefer("wu", "mute:trouble", "")
    assert told(desk, order, roles=["risk"]) == ("chen", "wu")


def test_reading_one_some_and_all(desk: Desk, place: Place) -> None:
    orders = [place() for _ in range(4)]
    for order in orders:
        told(desk, order, people=["wu"])
    assert notices.unread(desk, WU) == 4
    shelf = notices.inbox(desk, WU, limit=3)
    assert [one.record.id for one in shelf.items] == [o.record.id for o in orders[:0:-1]]
    rest = notices.inbox(desk, WU, limit=3, before=shelf.next)
    assert [one.record.id for one in rest.items] == [orders[0].record.id]
    assert rest.next == ""
    taken = notices.take(desk, WU, shelf.items[0].notice.id)
    assert taken.notice.event == orders[3].event.seq
    assert notices.read(desk, WU, [shelf.items[1].notice.id, taken.notice.id]) == 1
    assert notices.unread(desk, WU) == 2
    assert notices.read(desk, RISK) == 0
    assert notices.read(desk, WU) == 2
    assert notices.inbox(desk, WU, unread=True).items == ()


@pytest.mark.cap(45)
def test_what_a_person_may_not_see_is_neither_shown_nor_counted(desk: Desk, place: Place) -> None:
    order = place()
    told(desk, order, people=["wu"])
    notice = notices.inbox(desk, WU).items[0].notice.id
    blind = Actor("wu", "Wu", ())
    assert notices.unread(desk, blind) == 0
    assert notices.inbox(desk, blind).items == ()
    for reader, name in ((blind, notice), (CLERK, notice), (WU, "0" * 26)):
        with pytest.raises(Refused) as refused:
            notices.take(desk, reader, name)
        assert refused.value.status == 404
    assert told(desk, order, people=["wu"], roles=["none"]) == ("wu",)
    accounts.set_active(desk, ADMIN, API, "wu", False)
    assert told(desk, order, people=["wu"]) == ()
