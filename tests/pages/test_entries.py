"""Scan to open: a code leads to the form, a switch closes it, public forms take what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from seamline import clock
from seamline.facts import Actor, Origin
from seamline.problems import Refused
from seamline.settings import found
from seamline.store import Query
from seamline.ui.app import create_app
from seamline.usecases import accounts, entries, install, look
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.submit import Submission, submit

from .conftest import ADMIN, CLI, PACKAGES, PASSWORD, Site

HALL, SITE, FAIR = "/f/inquiry/hall", "/f/inquiry/website", "/f/inquiry/fair"
CHIEF = Actor("chief", "chief", ("chief",))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A workspace with an inquiry form that has three entries."""
    opened = open_desk(found(tmp_path_factory.mktemp("front"), {}))
    install.publish(opened, ADMIN, CLI, PACKAGES / "front_desk")
    for login in ("clerk", "chief"):
        given = {"login": login, "name": login.title(), "roles": [login], "language": "en"}
        accounts.create_user(opened, ADMIN, CLI, password=PASSWORD, **given)
    yield opened
    opened.close()


@pytest.fixture
def app(desk):
    """The application, with nobody counted yet."""
    return create_app(desk)


@pytest.fixture
def visitor(app) -> Site:
    """Somebody without an account."""
    return Site(app.test_client())


@pytest.fixture
def as_(app):
    """A function that gives the pages as somebody sees them."""

    def give(login: str) -> Site:
        site = Site(app.test_client())
        site.sign_in(login)
        return site

    return give


@pytest.fixture
def later(monkeypatch):
    """A function that lets time pass: what opens now was opened that long ago."""
    now = clock.now

    def wait(seconds: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: now() + timedelta(seconds=seconds))

    return wait


def inquiries(desk) -> list[Any]:
    return list(look.page(desk, ADMIN, "inquiry", Query(limit=100)).rows)


@pytest.mark.cap(5)
def test_a_code_leads_through_signing_in_to_the_filled_form(visitor, desk) -> None:
    answer = visitor.client.get(f"{HALL}?machine=M7&verdict=bad")
    assert answer.status_code == 302
    following = answer.headers["Location"]
    assert "/sign-in?next=" in following
    visitor.get(following)
    form = visitor.fields("")
    answer = visitor.post("/sign-in", form | {"login": "clerk", "password": PASSWORD})
    assert answer.request.path == "/r/inquiry/new"
    begun = visitor.fields()
    assert (begun["machine"], begun["source"], begun["verdict"]) == ("M7", "showroom", "")
    visitor.send("/r/inquiry/new", subject="From the hall", email="a@example.com")
    (row,) = inquiries(desk)
    told = look.timeline(desk, ADMIN, "inquiry", row.id)[-1]
    assert (told.body["entry"], told.via, told.actor) == ("hall", "form", "clerk")


@pytest.mark.cap(6)
def test_a_switch_closes_and_opens_an_entry_at_once_and_is_journaled(as_, visitor, desk) -> None:
    clerk, chief = as_("clerk"), as_("chief")
    clerk.get(f"{HALL}?machine=M1")
    clerk.get("/r/inquiry/new?entry=hall")
    half = clerk.fields()
    chief.get("/entries")
    off = {"_csrf": chief.token(), "to": "off", "reason": ""}
    assert chief.post("/entries/inquiry/hall/switch", off).status_code == 422
    chief.post("/entries/inquiry/hall/switch", off | {"reason": "the fair is over"})
    assert "the fair is over" in chief.text
    assert clerk.get(HALL).status_code == 409
    assert "is switched off" in clerk.text
    # What was open before is refused too, and not lost: it is a form that came back.
    answer = clerk.post(
        "/r/inquiry/new", half | {"_do": "submit", "subject": "x", "email": "a@b.cd"}
    )
    assert answer.status_code == 422
    assert "is switched off" in clerk.text
    other = open_desk(desk.settings)  # as another process sees it
    try:
        model, entry = entries.entry_of(other.catalogs.current(), "inquiry", "hall")
        assert not entries.is_on(other.catalogs.current(), "inquiry", entry)
    finally:
        other.close()
    moved = desk.store
    with moved.reading() as unit:
        event = unit.journal.of_record("inquiry", "entry.inquiry.hall", 1)[0]
    assert (event.kind, event.actor, event.reason) == ("switched", "chief", "the fair is over")
    assert event.body == {"entry": "hall", "from": "on", "to": "off"}
    again = {"_csrf": chief.token(), "to": "on", "reason": "again"}
    chief.post("/entries/inquiry/hall/switch", again)
    assert chief.post("/entries/inquiry/hall/switch", again).status_code == 409
    assert clerk.get(HALL).status_code == 302


@pytest.mark.cap(6)
def test_only_who_holds_the_right_moves_the_switch(as_, desk) -> None:
    clerk = as_("clerk")
    clerk.get("/entries")
    assert "/switch" not in clerk.text
    moved = {"_csrf": clerk.token(), "to": "off", "reason": "why not"}
    assert clerk.post("/entries/inquiry/hall/switch", moved).status_code == 403
    with pytest.raises(Refused) as refused:
        entries.flip(desk, CHIEF, CLI, "inquiry", "nothing", False, "x")
    assert refused.value.status == 404


@pytest.mark.cap(5)
def test_codes_are_printed_as_pictures_and_as_a_sheet(as_) -> None:
    clerk = as_("clerk")
    clerk.get("/entries")
    assert clerk.text.count('class="qr"') == 3
    assert "http://localhost/f/inquiry/hall" in clerk.text
    assert clerk.get("/entries/inquiry/hall/code.png").data.startswith(b"\x89PNG")
    assert b"<svg" in clerk.get("/entries/inquiry/hall/code.svg").data
    assert clerk.get("/entries/inquiry/hall/code.pdf").status_code == 404
    assert clerk.get("/entries/inquiry/nothing/sheet").status_code == 404
    assert "/f/inquiry/hall" in clerk.get("/entries/inquiry/hall/sheet").get_data(as_text=True)


def test_a_public_form_shows_what_its_role_may_fill_and_nothing_else(visitor) -> None:
    visitor.get(f"{SITE}?machine=M9&source=forged")
    shown = {name for name in visitor.fields() if name[0] != "_"}
    assert shown == {"subject", "email", "wanted", "machine", "source", "parts._rows",
                     "parts.0._id", "parts.0.name", "parts.0.qty"}  # fmt: skip
    assert (visitor.fields()["machine"], visitor.fields()["source"]) == ("M9", "website")
    assert visitor.fields()["wanted"] == "2027-01-31"
    for hidden in ("Internal verdict", "Drawing", "Responsible", "/r/inquiry", 'class="side"'):
        assert hidden not in visitor.text


@pytest.mark.cap(5)
def test_whoever_comes_along_submits_through_the_same_door(visitor, desk, later) -> None:
    before = len(inquiries(desk))
    visitor.get(SITE)
    later(5)
    answer = visitor.send(SITE, subject="Bolts", email="no address")
    assert answer.status_code == 422  # the door's own words, beside the field
    assert 'aria-invalid="true"' in visitor.text
    page = visitor.page
    typed = {"subject": "Bolts", "email": "li@example.com", "parts__0__name": "Bolt"}
    answer = visitor.send(SITE, verdict="made up", **typed)
    assert answer.status_code == 200 and "We will answer soon." in visitor.text
    visitor.page = page
    visitor.send(SITE, **typed)  # the same form once more
    assert len(inquiries(desk)) == before + 1
    row = next(row for row in inquiries(desk) if row.values["subject"] == "Bolts")
    record = look.record(desk, ADMIN, "inquiry", row.id)
    assert record.created_by == "entry.inquiry.website"
    assert record.values["verdict"] is None
    event = look.timeline(desk, ADMIN, "inquiry", row.id)[-1]
    assert (event.via, event.seen, event.body["entry"]) == ("public", "127.0.0.1", "website")


def test_a_public_form_tells_nothing_of_other_records(visitor, desk, later) -> None:
    made = submit(desk, ADMIN, Origin("api"), Submission(
        "inquiry", "create", {"subject": "Secret deal", "email": "x@example.com"}
    )).record  # fmt: skip
    visitor.get(SITE)
    later(5)
    assert visitor.send(SITE, subject="Secret deal", email="a@example.com").status_code == 422
    assert "Something like this was submitted already." in visitor.text
    assert made.code not in visitor.text
    assert visitor.client.get(f"/r/inquiry/{made.id}").status_code == 302
    assert visitor.client.get("/lookup/inquiry?q=S").status_code == 302


def test_what_nobody_fills_by_hand_is_not_taken(visitor, desk, later) -> None:
    before = len(inquiries(desk))
    typed = {"subject": "Spam", "email": "spam@example.com"}
    visitor.get(SITE)
    assert visitor.send(SITE, **typed).status_code == 422  # at once
    assert "too fast" in visitor.text
    later(5)
    assert visitor.send(SITE, _homepage="http://spam", **typed).status_code == 422
    assert visitor.send(SITE, _homepage=None, _opened="made.up", **typed).status_code == 422
    visitor.get(SITE)
    later(5 + 25 * 3600)
    assert visitor.send(SITE, **typed).status_code == 422
    assert "too long ago" in visitor.text
    without = visitor.client.post(SITE, data=typed)  # no token at all
    assert without.status_code == 400
    assert len(inquiries(desk)) == before


def test_one_address_sends_only_so_many_in_an_hour(app, desk, later) -> None:
    codes = []
    for number in range(5):
        later(number * 100)
        visitor = Site(app.test_client())
        visitor.get(SITE)
        later(number * 100 + 5)
        answer = visitor.send(SITE, subject=f"Number {number}", email="a@example.com")
        codes.append(answer.status_code)
    assert codes == [200, 200, 200, 429, 429]
    assert re.search("try again in about 5\\d minutes", visitor.text)
    later(3700)
    visitor.get(SITE)
    later(3705)
    assert visitor.send(SITE, subject="Later", email="a@example.com").status_code == 200


def test_an_entry_closed_from_the_start_is_not_there(visitor) -> None:
    assert visitor.get(FAIR).status_code == 409
    assert visitor.get("/f/inquiry/nothing").status_code == 404
    assert visitor.get("/f/nothing/hall").status_code == 404
