"""The inbox and the bell, as people without scripts use them."""

from __future__ import annotations

import re

from seamline.ui.pages.notices import MARKS
from seamline.usecases import review
from seamline.usecases.notices import KINDS

from .conftest import ADMIN, CLI


def test_a_question_rings_and_leads_to_its_place(as_, made, desk) -> None:
    address = made("anna", budget="200000")
    waits = next(
        one for one in review.waiting(desk, ADMIN) if one.record == address.rpartition("/")[2]
    )
    anna = as_("anna")
    anna.get("/notices")
    assert "Nothing here: you have read it all." in anna.text
    assert 'aria-label="Notices"' in anna.text
    review.ask(desk, ADMIN, CLI, waits.id, "Which line?")
    anna.get("/")
    assert 'aria-label="1 unread notice"' in anna.text
    anna.get("/notices?kind=review")
    link = re.search(r'<a href="(/notices/\w{26})">operator asks you about Job ([\w-]+)', anna.text)
    assert link, anna.text
    answer = anna.get(link[1])
    assert answer.status_code == 303
    assert re.fullmatch(rf"{address}#e-\d+", answer.headers["Location"])
    anna.get("/notices?show=all")
    assert link[1] in anna.text
    assert 'aria-label="Notices"' in anna.text
    assert anna.get("/notices/" + "0" * 26).status_code == 404


def test_everything_is_read_by_one_button(as_, made, desk) -> None:
    address = made("rolf", budget="300000")
    waits = next(
        one for one in review.waiting(desk, ADMIN) if one.record == address.rpartition("/")[2]
    )
    review.ask(desk, ADMIN, CLI, waits.id, "Why?")
    review.decide(desk, ADMIN, CLI, waits.id, "return", "too dear")
    rolf = as_("rolf")
    rolf.get("/notices")
    assert "operator returned Job" in rolf.text
    notice = re.search(r'name="notice" value="(\w+)"', rolf.text)[1]
    rolf.post("/notices/read", {"_csrf": rolf.token(), "notice": notice, "show": ""})
    assert 'aria-label="1 unread notice"' in rolf.text
    rolf.post("/notices/read", {"_csrf": rolf.token(), "all": "1", "show": "all"})
    assert "1 notice marked as read." in rolf.text
    assert 'aria-label="Notices"' in rolf.text


def test_every_kind_of_notice_has_its_mark_in_the_inbox() -> None:
    assert MARKS.keys() == KINDS.keys()


def test_what_a_page_asks_by_itself_does_not_keep_a_session_alive(as_, site) -> None:
    anna = as_("anna")
    assert "Set-Cookie" in anna.get("/").headers
    since = re.search(r'data-cursor="(\d+)"', anna.text)[1]
    asked = anna.get(f"/news?since={since}&watch=work")
    assert asked.status_code == 204
    assert "Set-Cookie" not in asked.headers
    told = anna.get("/news?since=1&watch=work")
    assert told.json["heard"] == ["work"]
    assert "Set-Cookie" not in told.headers
    assert site.get("/news?since=1").status_code == 302
