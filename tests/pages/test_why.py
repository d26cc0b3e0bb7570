"""Why a verdict came out as it did, on the record's pages; reminders waved aside."""

from __future__ import annotations

import re

import pytest

from seamline.facts import Actor
from seamline.problems import Refused
from seamline.usecases import look, review, switch
from seamline.usecases.dismiss import dismiss

from .conftest import ADMIN, CLI

HEAVY = "job_create.heavy"


def verdict(site, title: str) -> str:
    """Return what the page says of one rule, in the newest verdict."""
    parts = re.split(r'<div class="why', site.text)
    return next(part for part in parts if title in part)


@pytest.mark.cap(71)
def test_every_rule_is_there_with_what_it_saw(as_, made) -> None:
    address = made(weight="1200")
    anna = as_("anna")
    anna.get(address)
    assert f'href="{address}/why"' in anna.text
    assert anna.get(f"{address}/why").status_code == 200
    heavy = verdict(anna, "Heavy")
    assert "fired" in heavy
    assert "Looks for: Weight is more than 1000" in heavy
    assert re.search(r"<span>Weight</span><span class=\"saw\">1200[.0]* &gt; 1000", heavy)
    night = verdict(anna, "No rush at night")
    assert "did not fire" in night
    assert "Day shift" in night or "Urgent" in night
    assert re.search(r'rules of version <span class="mono">[0-9a-f]{12}</span>', anna.text)


@pytest.mark.cap(71)
def test_what_is_missing_is_called_by_its_label(as_, made) -> None:
    address = made(weight="")
    anna = as_("anna")
    anna.get(f"{address}/why")
    heavy = verdict(anna, "Heavy")
    assert "not checkable" in heavy
    assert "missing: Weight" in heavy
    assert "(nothing)" in heavy


@pytest.mark.cap(71)
def test_switched_off_on_trial_and_overruled_are_told_apart(as_, made, desk) -> None:
    switch.flip(desk, ADMIN, CLI, HEAVY, "off", "for this test")
    off = made(weight="1200", budget="300000")
    switch.flip(desk, ADMIN, CLI, HEAVY, "shadow", "for this test")
    shadow = made(weight="1200")
    switch.flip(desk, ADMIN, CLI, HEAVY, "on", "as it was")
    waits = next(o for o in review.waiting(desk, ADMIN) if o.record == off.rpartition("/")[2])
    review.decide(desk, ADMIN, CLI, waits.id, "approve", "A good customer")
    anna = as_("anna")
    anna.get(f"{off}/why")
    assert re.search(r"</svg>off</span>", verdict(anna, "Heavy"))
    assert "let it go on" in anna.text
    assert "A good customer" in anna.text
    anna.get(f"{shadow}/why")
    assert re.search(r"</svg>on trial</span>", verdict(anna, "Heavy"))
    assert "Wave aside" not in verdict(anna, "Heavy")


@pytest.mark.cap(61)
def test_a_reminder_is_waved_aside_with_one_tap_and_stays_known(as_, made, desk) -> None:
    address = made(weight="1200")
    anna = as_("anna")
    anna.get(address)
    form = re.search(rf'<form method="post" action="{address}/dismiss".*?</form>', anna.text)[0]
    data = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert anna.post(f"{address}/dismiss", data).status_code == 200
    assert "(waved aside)" in anna.text
    assert "waved the reminder “Heavy” aside" in anna.text
    assert f'action="{address}/dismiss"' not in anna.text
    anna.post(f"{address}/dismiss", data)  # the same tap again
    told = look.told(desk, ADMIN, "job", address.rpartition("/")[2])
    assert [event.kind for event in told.events] == ["dismissed", "created"]
    anna.get(f"{address}/why")
    assert "waved aside by Anna" in verdict(anna, "Heavy")
    assert anna.post(f"{address}/dismiss", data | {"decision": ""}).status_code == 400
    assert anna.post(f"{address}/dismiss", data | {"rule": "night_urgent"}).status_code == 404


@pytest.mark.cap(61)
def test_who_may_not_read_the_record_waves_nothing_aside(made, desk) -> None:
    word = made(weight="1200").rpartition("/")[2]
    stranger = Actor("x", "X", ())
    decision = next(iter(look.told(desk, ADMIN, "job", word).decisions))
    with pytest.raises(Refused) as refused:
        dismiss(desk, stranger, CLI, "job", word, decision, "heavy")
    assert refused.value.status == 403


def test_the_page_of_an_unknown_record_is_not_there(as_) -> None:
    anna = as_("anna")
    assert anna.get("/r/job/NONE/why").status_code == 404
    assert anna.get("/r/nothing/NONE/why").status_code == 404
