"""The record page and what can be done from it: steps, reviews, conflicts, files, finding."""

from __future__ import annotations

import re

import pytest

from seamline.facts import Actor
from seamline.usecases import look

from .conftest import ADMIN

ROLF = Actor("rolf", "Rolf", ("planner",))


def code_of(desk, address: str) -> str:
    return look.record(desk, ADMIN, "job", address.rpartition("/")[2]).code


def test_the_record_shows_facts_rows_states_and_its_story(as_, made, desk) -> None:
    address = made(weight="1200")
    anna = as_("anna")
    assert anna.get(address).status_code == 200
    assert code_of(desk, address) in anna.text
    assert re.search(r'<li class="now" aria-current="step">.*?Planned', anna.text)
    assert "Bolt" in anna.text
    assert "It weighs 1200" in anna.text
    assert "1 hard rule passed" in anna.text
    assert re.search(r"<b>Anna</b> ", anna.text)
    assert f'href="{address}/do/rush"' in anna.text


@pytest.mark.cap(14)
def test_a_step_asks_for_its_fields_and_its_reason_and_makes_a_revision(as_, made) -> None:
    address = made()
    anna = as_("anna")
    anna.get(f"{address}/do/rush")
    assert {name for name in anna.fields() if not name.startswith("_")} == {"due"}
    assert "_reason" in anna.fields()
    assert anna.send(f"{address}/do/rush", due="2027-02-01").status_code == 422
    assert 'aria-describedby="e-_reason"' in anna.text
    answer = anna.send(f"{address}/do/rush", _reason="The customer's line is down")
    assert answer.status_code == 200
    assert "Revision 2" in anna.text
    assert "The customer&#39;s line is down" in anna.text
    assert "<del>1 Mar 2027</del>" in anna.text
    assert "<ins>1 Feb 2027</ins>" in anna.text


def test_a_step_of_one_button_is_taken_from_the_record(as_, made) -> None:
    address = made()
    anna = as_("anna")
    anna.get(address)
    form = re.search(rf'<form method="post" action="{address}/do/finish".*?</form>', anna.text)[0]
    data = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert anna.post(f"{address}/do/finish", data).status_code == 200
    assert re.search(r'<li class="now" aria-current="step">.*?Done', anna.text)
    assert anna.post(f"{address}/do/finish", data).status_code == 200  # the same click again
    data["_key"] = "another"
    assert anna.post(f"{address}/do/finish", data).status_code == 409
    assert "This could not be done" in anna.text


def test_a_held_record_is_decided_by_a_person_of_the_pool(as_, made, desk) -> None:
    address = made("anna", budget="200000")
    anna = as_("anna")
    anna.get(address)
    assert "Held for review" in anna.text
    assert "The budget is over 100,000" in anna.text
    assert f"{address}/do/rush" not in anna.text
    boss = as_("boss")
    boss.get("/")
    code = code_of(desk, address)
    assert code in boss.text
    review = re.search(rf'{code}.*?action="(/reviews/\w+)"', boss.text, re.S)[1]
    token = boss.token()
    refused = boss.post(review, {"_csrf": token, "verdict": "approve", "reason": " "})
    assert refused.status_code == 422
    data = {"_csrf": token, "verdict": "return", "reason": "Too dear", "back": address}
    assert boss.post(review, data).status_code == 200
    assert "Returned by the reviewer" in boss.text
    assert "Too dear" in boss.text
    again = boss.post(review, data)
    assert again.status_code == 409
    anna.get(f"{address}/do/change")
    assert anna.send(f"{address}/do/change", budget="10").status_code == 200
    assert "Returned by the reviewer" not in anna.text


def test_a_held_record_can_be_approved_from_its_own_page(as_, made) -> None:
    address = made("anna", budget="300000")
    boss = as_("boss")
    boss.get(address)
    review = re.search(r'action="(/reviews/\w+)"', boss.text)[1]
    data = {"_csrf": boss.token(), "verdict": "approve", "reason": "Agreed", "back": address}
    assert boss.post(review, data).status_code == 200
    assert "approved the review" in boss.text
    assert "Held for review" not in boss.text


def test_archiving_and_restoring(as_, made) -> None:
    address = made()
    boss = as_("boss")
    boss.get(f"{address}/do/archive")
    assert boss.send(f"{address}/do/archive").status_code == 200
    assert "Archived" in boss.text
    assert f"{address}/do/change" not in boss.text
    form = re.search(rf'action="{address}/do/restore".*?</form>', boss.text)[0]
    data = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert boss.post(f"{address}/do/restore", data).status_code == 200
    assert f"{address}/do/change" in boss.text


@pytest.mark.cap(13)
def test_one_search_by_code_opens_the_record(as_, made, desk) -> None:
    address = made()
    anna = as_("anna")
    answer = anna.get(f"/find?q={code_of(desk, address)}")
    assert answer.status_code == 302
    assert answer.headers["Location"] == address
    assert anna.get("/find?q=P1").headers["Location"].startswith("/r/part/")
    assert anna.get("/find?q=JOB-nothing").status_code == 200
    assert "No record you may read carries" in anna.text


def test_a_file_is_served_to_who_may_read_its_record(as_, site, made, picture) -> None:
    address = made(photo=picture(), drawing=picture())
    anna = as_("anna")
    anna.get(address)
    link = re.search(rf'<img src="({address}/files/\w+)"', anna.text)[1]
    answer = anna.get(link)
    assert answer.status_code == 200
    assert answer.mimetype == "image/png"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert anna.get(f"{address}/files/{'0' * 64}").status_code == 404
    assert site.get(link).status_code == 302


def test_suggestions_for_a_reference(as_, site) -> None:
    anna = as_("anna")
    assert anna.get("/lookup/part?q=bo").json == {"items": [{"key": "P1", "label": "Bolt"}]}
    assert anna.get("/lookup/nothing?q=x").status_code == 404
    assert site.get("/lookup/part?q=bo").status_code == 302


def test_unknown_records_steps_and_forms(as_, made) -> None:
    anna = as_("anna")
    for path in ("/r/job/none", "/r/none", "/r/none/new", f"{made()}/do/none"):
        assert anna.get(path).status_code == 404, path
