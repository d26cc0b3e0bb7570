"""The ladder: <= 48 h and still to start, one channel after another until somebody begins."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from seamline.pipelines import TRIGGERS, Event
from seamline.usecases import review

from .conftest import ADMIN, FORM, Channel

NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)  # Monday, 10:00 in Shanghai


def due_in_three_days(shop, **values):
    shop.at = NOW
    order = shop.place("order", item="nut", qty=9, due="2026-12-03", **values)
    shop.settle()
    return order


def reminded(shop, order):
    with shop.desk.store.reading() as unit:
        events = unit.journal.of_record("order", order.id, 50)
    return [
        (event.body["rung"], event.body.get("channel"), event.body["state"])
        for event in reversed(events)
        if event.kind == "reminded"
    ]


def hours(shop, count):
    for _ in range(count * 4):
        shop.at += timedelta(minutes=15)
        shop.settle()


@pytest.mark.cap(50)
def test_three_channels_follow_each_other_while_nobody_begins(shop):
    order = due_in_three_days(shop)
    shop.at = datetime(2026, 11, 30, 15, 59, tzinfo=UTC)
    shop.settle()
    assert not any(channel.sent for channel in shop.channels.values())
    shop.at += timedelta(minutes=1)  # 48 hours before the day begins
    shop.settle()
    assert [len(shop.channels[name].sent) for name in ("wecom", "sms", "voice")] == [1, 0, 0]
    assert shop.channels["wecom"].sent[0].text == f"{order.code} is due soon"
    hours(shop, 5)
    assert [len(shop.channels[name].sent) for name in ("wecom", "sms", "voice")] == [1, 1, 1]
    assert reminded(shop, order) == [
        (1, "wecom", "accepted"), (1, "wecom", "delivered"), (2, "sms", "accepted"),
        (2, "sms", "delivered"), (3, "voice", "accepted"), (3, "voice", "delivered"),
    ]  # fmt: skip


@pytest.mark.cap(51)
def test_it_stops_when_somebody_begins(shop):
    order = due_in_three_days(shop)
    shop.at = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    shop.settle()
    shop.place("order", "begin", order.id)
    hours(shop, 4)
    assert [len(shop.channels[name].sent) for name in ("wecom", "sms", "voice")] == [1, 0, 0]
    assert reminded(shop, order)[-1] == (2, None, "ended")


@pytest.mark.cap(51)
@pytest.mark.parametrize(
    "broken",
    [Channel(says="failed"), Channel(later="failed"), Channel(later="accepted")],
    ids=["refused", "receipt failed", "said ok, never seen"],
)
def test_a_channel_that_fails_makes_the_next_begin_at_once(shop, broken):
    shop.channels["wecom"] = replace(broken, sent=[])  # each database has its own
    order = due_in_three_days(shop)
    shop.at = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    shop.settle()
    shop.at += timedelta(minutes=5)  # what the receipt has time for
    shop.settle()
    assert [len(shop.channels[name].sent) for name in ("wecom", "sms", "voice")] == [1, 1, 0]
    assert reminded(shop, order)[-1][:2] == (2, "sms")


def test_a_day_that_moves_takes_its_reminder_with_it(shop):
    order = due_in_three_days(shop)
    shop.place("order", "change", order.id, due="2026-12-20")
    shop.settle()
    shop.at = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    shop.settle()
    assert not shop.channels["wecom"].sent
    shop.at = datetime(2026, 12, 17, 16, 0, tzinfo=UTC)
    shop.settle()
    assert len(shop.channels["wecom"].sent) == 1


def test_reviewers_are_reminded_by_the_same_ladder_until_they_decide(shop):
    shop.place("call", what="just so", who=ADMIN)
    decided, forgotten = (
        shop.place("call", what="ask first", order=no, who=ADMIN) for no in ("1", "2")
    )
    shop.settle()
    assert [one.text for one in shop.channels["wecom"].sent] == ["please decide on ask first"] * 2
    pressed = shop.channels["wecom"].sent[0].options["buttons"]
    assert pressed == [{"key": "ask first", "text": "Agree"}]
    (waiting,) = [one for one in review.waiting(shop.desk, ADMIN) if one.record == decided.id]
    review.decide(shop.desk, ADMIN, FORM, waiting.id, "approve", "fine")
    shop.at += timedelta(hours=3)
    shop.settle()
    shop.at += timedelta(hours=3)
    shop.settle()
    assert len(shop.channels["sms"].sent) == 1
    ended = {run.about["record"]: run for run in shop.engine.runs("done") if "nudge" in run.id}
    assert ended.keys() >= {decided.id}
    assert forgotten.id in {run.about["record"] for run in shop.engine.runs() if "nudge" in run.id}


def test_an_overdue_review_is_heard_of_its_own_steps():
    kind = TRIGGERS["review"]
    asked = kind.read({"form": "call", "when": "overdue", "steps": ["create"]})
    heard = {
        topic: kind.hears(asked, Event(topic, "x", {"record": "r"}))
        for topic in ("call.create.escalated", "call.close.escalated", "call.create", "item.create")
    }
    assert [topic for topic, hears in heard.items() if hears] == ["call.create.escalated"]
