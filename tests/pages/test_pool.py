"""The review pool: the queue, one and many decisions, questions, handing over."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from seamline import clock
from seamline.usecases import look, review
from seamline.usecases.desk import Desk

from .conftest import ADMIN, CLI, Site

REASON = "Guarantee received"


@pytest.fixture
def held(made: Callable[..., str], desk: Desk) -> Callable[..., tuple[str, str]]:
    """A function that makes a held job; returns its address and the id of its review."""

    def make(login: str = "anna", budget: str = "200000") -> tuple[str, str]:
        address = made(login, budget=budget)
        word = address.rpartition("/")[2]
        waits = [one for one in review.waiting(desk, ADMIN) if one.record == word]
        return address, waits[0].id

    return make


@pytest.fixture(autouse=True)
def _emptied(desk: Desk) -> None:
    """Every test begins with an empty pool."""
    for one in review.waiting(desk, ADMIN):
        review.decide(desk, ADMIN, CLI, one.id, "approve", "cleared")


def row(site: Site, review_id: str) -> str:
    found = re.search(rf"<li[^>]*>(?:(?!</li>).)*{review_id}.*?</li>", site.text, re.S)
    assert found, "not in the queue"
    return found[0]


@pytest.mark.cap(62, 63)
def test_the_queue_shows_what_waits_with_findings_facts_and_time_left(as_, held) -> None:
    address, review_id = held()
    rolf = as_("rolf")
    rolf.get("/reviews")
    shown = row(rolf, review_id)
    assert "Large budget" in shown
    assert "The budget is over 100,000" in shown
    assert "1 h 59 min left" in shown
    assert "1 hard rule passed" in shown
    assert f'href="{address}/why"' in shown
    assert "Anna" in shown
    assert "<dt>Due</dt>" in shown


def test_nothing_waits_and_no_pool_are_said(as_, desk) -> None:
    boss = as_("boss")
    boss.get("/reviews")
    assert "Nothing waits for your decision." in boss.text


@pytest.mark.cap(63)
def test_overdue_reviews_stand_first_and_in_red(as_, held, monkeypatch) -> None:
    _first, early = held()
    later = datetime.now(UTC) + timedelta(hours=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    rolf = as_("rolf")
    rolf.get("/reviews")
    assert '<li class="late">' in rolf.text
    assert re.search(r"badge red.{0,200}overdue by 1 h", row(rolf, early), re.S)
    assert "1 overdue" in rolf.text


@pytest.mark.cap(63)
def test_one_review_is_decided_in_its_row(as_, held, desk) -> None:
    address, review_id = held()
    rolf = as_("rolf")
    rolf.get("/reviews")
    data = {"_csrf": rolf.token(), "reason": REASON, "verdict": "return", "back": "/reviews"}
    rolf.post(f"/reviews/{review_id}", data)
    assert "is returned" in rolf.text
    assert look.record(desk, ADMIN, "job", address.rpartition("/")[2]).held == "returned"


@pytest.mark.cap(63)
def test_several_are_decided_with_one_reason(as_, held, desk) -> None:
    addresses, ids = zip(*(held() for _ in range(3)), strict=True)
    rolf = as_("rolf")
    rolf.get("/reviews")
    data = {"_csrf": rolf.token(), "verdict": "approve", "reason": REASON}
    assert rolf.post("/reviews", data).status_code == 422  # nothing ticked
    assert rolf.post("/reviews", data | {"review": list(ids), "reason": " "}).status_code == 422
    assert rolf.text.count(" checked") == 3  # what was ticked stays so
    rolf.post("/reviews", data | {"review": list(ids[:2])})
    assert "2 reviews are approved." in rolf.text
    held_now = [look.record(desk, ADMIN, "job", one.rpartition("/")[2]).held for one in addresses]
    assert held_now == ["", "", "pending"]
    answer = rolf.post("/reviews", data | {"review": [ids[0], ids[2]]})
    assert answer.status_code == 409  # one is decided, the other was before
    assert "has decided this review already" in rolf.text
    assert review.waiting(desk, ADMIN) == ()
    assert rolf.post("/reviews", data | {"verdict": "burn", "review": list(ids)}).status_code == 400


def test_a_reviewer_asks_and_the_author_answers_on_the_record(as_, held) -> None:
    address, review_id = held()
    rolf, anna = as_("rolf"), as_("anna")
    rolf.get("/reviews")
    ask = {"_csrf": rolf.token(), "words": "Who pays?", "back": "/reviews"}
    assert rolf.post(f"/reviews/{review_id}/ask", ask | {"words": ""}).status_code == 422
    rolf.get("/reviews")
    rolf.post(f"/reviews/{review_id}/ask", ask)
    assert "waits for an answer" in row(rolf, review_id)
    anna.get(address)
    assert "Who pays?" in anna.text
    words = {"_csrf": anna.token(), "words": "The customer does", "back": address}
    anna.post(f"/reviews/{review_id}/answer", words)
    assert "answered the reviewer" in anna.text
    assert "The customer does" in anna.text
    rolf.get("/reviews")
    assert "waits for an answer" not in row(rolf, review_id)
    assert rolf.post(f"/reviews/{review_id}/burn", ask).status_code == 404


def test_a_review_is_handed_to_somebody_of_the_pool(as_, held, desk) -> None:
    address, review_id = held()
    anna, rolf = as_("anna"), as_("rolf")
    anna.get("/reviews")
    to = re.search(r'<option value="([^"]+)">Rolf</option>', row(anna, review_id))[1]
    hand = {"_csrf": anna.token(), "words": "You know them", "to": to, "back": "/reviews"}
    anna.post(f"/reviews/{review_id}/hand", hand)
    assert "Handed to Rolf." in anna.text
    rolf.get("/reviews")
    assert "for you" in row(rolf, review_id)
    assert anna.post(f"/reviews/{review_id}/hand", hand | {"to": "nobody"}).status_code == 422
    anna.get(address)
    assert "asked Rolf to review it" in anna.text
