"""The first page: what waits for a person, what of theirs is due, what they should hear of."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from seamline import clock
from seamline.store.ulid import ulid
from seamline.text import Text
from seamline.usecases import drafts, notices, review
from seamline.usecases.submit import Submission, submit

from .conftest import ADMIN, CLI, Site


def card(site: Site, id_: str) -> str:
    found = re.search(
        rf'(?s)<section class="card" aria-labelledby="{id_}">.*?</section>', site.text
    )
    assert found, id_
    return found[0]


@pytest.mark.cap(62, 63)
def test_a_review_is_decided_where_it_is_shown(as_, desk, made) -> None:
    for one in review.waiting(desk, ADMIN):
        review.decide(desk, ADMIN, CLI, one.id, "approve", "cleared")
    address = made("anna", budget="200000", subject="A dear one")
    rolf = as_("rolf")
    rolf.get("/")
    assert "1 review · the most urgent: 1 h 59 min left" in rolf.text
    shown = card(rolf, "to-do")
    assert "Large budget" in shown and "A dear one" in shown and address in shown
    (waiting,) = review.waiting(desk, ADMIN)
    sent = {"_csrf": rolf.token(), "verdict": "return", "reason": "too dear", "back": "/"}
    rolf.post(f"/reviews/{waiting.id}", sent)
    assert "is returned." in rolf.text
    assert "Large budget" not in card(rolf, "to-do")


def test_steps_of_my_roles_are_counted_by_how_soon_the_first_is_due(at, task) -> None:
    today = clock.today(UTC)
    for number, due in enumerate((None, today + timedelta(9), today - timedelta(4))):
        task(f"Job {number}", due=due and due.isoformat())
    task("Underway", "begin", due=(today + timedelta(1)).isoformat())
    will, gwen = at("will"), at("gwen")
    will.get("/")
    line = r'<a class="t" href="([^"]+)">([^<]+)</a><p class="muted">([^<]+)</p></div>(.*?)</li>'
    waits = re.findall(f"(?s){line}", card(will, "to-do"))
    assert [(title, meta) for _, title, meta, _ in waits] == [
        ("Begin", "Task · 3 records wait"),
        ("Check", "Task · 1 record waits"),
    ]
    assert "4 d overdue" in waits[0][3] and "due tomorrow" in waits[1][3]
    will.get(waits[0][0].replace("&amp;", "&"))
    assert "3 records" in will.text
    gwen.get("/")
    assert "Nothing to decide and no step to take." in gwen.text


def test_what_is_mine_and_due_stands_here_the_latest_first(flow, at, task) -> None:
    with clock.frozen(datetime(2033, 5, 4, 9, tzinfo=UTC)):
        task("Late one", due="2033-05-01", owner="will")
        task("For today", due="2033-05-04", owner="will")
        task("Tomorrow's", due="2033-05-05", owner="will")
        task("Somebody's", due="2033-05-01", owner="gwen")
        task("Over", "begin", "drop", due="2033-05-01", owner="will")
        own = {"subject": "Made by me", "due": "2033-05-02"}
        submit(flow, notices.actor_of(user(flow, "will")), CLI, Submission("task", "create", own))
        will = at("will")
        will.get("/")
    shown = re.findall(r'class="t"[^>]*>([^<·]+?)(?: · [^<]*)?</a>', card(will, "due"))
    assert shown == ["Late one", "Made by me", "For today"]
    assert "3 d overdue" in card(will, "due") and "due today" in card(will, "due")


def user(desk, login):
    with desk.store.reading() as unit:
        return unit.accounts.user(login)


def test_reminders_are_what_is_unread_and_drafts_are_gone_on_with(flow, at, task) -> None:
    id_ = task("Watched")
    with flow.store.unit() as unit:
        (event,) = unit.journal.of_record("task", id_, 1)
        say = Text("看看{record}", "look at {record}")
        notices.tell(unit, flow.catalogs.current(), event, "trouble", say, people=["gwen"])
    gwen = at("gwen")
    gwen.get("/")
    assert "look at Task T-" in card(gwen, "new")
    gwen.post("/read", {"_csrf": gwen.token()})
    assert "You have read everything." in card(gwen, "new")
    will = at("will")
    actor = notices.actor_of(user(flow, "will"))
    change = drafts.Change(ulid(clock.now()), "task", "create", words={"subject": ["Half a job"]})
    kept = drafts.save(flow, actor, change)
    will.get("/")
    assert f"/r/task/new?draft={kept.id}" in card(will, "to-do")
    assert "Half a job" in card(will, "to-do")


def test_only_the_work_comes_back_where_only_that_is_swapped(at) -> None:
    will = at("will")
    will.get("/", HX_Request="true", HX_Target="div#work")
    assert will.text.startswith('<div id="work"') and "<html" not in will.text
