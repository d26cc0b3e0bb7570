"""Baselines: stated by the document, or frozen from the journal for good; marks of changes."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from seamline import clock
from seamline.facts import Actor, Origin
from seamline.problems import Refused
from seamline.usecases import switch
from seamline.usecases.measure import FROZEN, freeze, measured, visible

ADMIN = Actor("operator", "operator", ("administrator",))
HEAD = Actor("hilda", "Hilda", ("head",))
CLERK = Actor("carl", "Carl", ("clerk",))
PORTER = Actor("paul", "Paul", ("porter",))
CLI = Origin("cli")
NOW = datetime(2026, 3, 10, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _present():
    with clock.frozen(NOW):
        yield


def refusal(actor, measure, period, reason="why not"):
    def attempt(desk):
        with pytest.raises(Refused) as refused:
            freeze(desk, actor, CLI, measure, period, reason)
        return refused.value

    return attempt


@pytest.mark.cap(118)
def test_a_baseline_is_frozen_once_and_then_stays(desk):
    assert measured(desk, HEAD, "repair_hours").baseline is None
    kept = freeze(desk, HEAD, CLI, "repair_hours", "2026-01", "before the new press")
    assert (kept.period, kept.value, kept.count) == ("2026-01", 34, 2)
    found = measured(desk, HEAD, "repair_hours")
    assert found.baseline == 34 and found.frozen is not None
    assert found.frozen.reason == "before the new press" and found.frozen.actor == "hilda"
    again = freeze(desk, ADMIN, CLI, "repair_hours", "2026-02", "the old one was of two cases")
    assert measured(desk, HEAD, "repair_hours").frozen == again
    with desk.store.reading() as unit:
        last = unit.journal.at(unit.journal.head()[0])
    assert last is not None and last.kind == FROZEN
    assert last.body == {
        "measure": "repair_hours", "period": "2026-02", "value": "510.99", "count": 2,
    }  # fmt: skip


def test_only_its_owner_freezes_a_baseline(desk):
    refused = refusal(CLERK, "repair_hours", "2026-01")(desk)
    assert refused.status == 403 and "head" in refused.problems[0].hint.en


@pytest.mark.parametrize(
    ("measure", "period", "reason", "status", "code"),
    [
        ("repair_hours", "2026-03", "x", 409, "not_over"),
        ("repair_hours", "2025-12", "x", 409, "no_figure"),
        ("repair_hours", "2026-W01", "x", 422, "unknown_period"),
        ("rules_on", "2026-01", "x", 422, "unknown_period"),
        ("repair_hours", "2026-01", " ", 422, "reason_required"),
        ("repair_hours", "2026-01", "x" * 1001, 422, "reason_required"),
        ("repair_hour", "2026-01", "x", 404, "unknown_measure"),
    ],
)
def test_what_cannot_be_frozen_is_refused_in_words(desk, measure, period, reason, status, code):
    refused = refusal(HEAD, measure, period, reason)(desk)
    assert (refused.status, refused.problems[0].code) == (status, code)


def test_who_may_not_read_what_a_measure_counts_does_not_see_it(desk):
    catalog = desk.catalogs.current()
    seen = {one.id for one in visible(catalog, PORTER)}
    assert seen == set()
    assert {one.id for one in visible(catalog, CLERK)} >= {"repair_hours", "first_visit"}
    assert {one.id for one in visible(catalog, HEAD)} == set(catalog.measures)
    with pytest.raises(Refused) as refused:
        measured(desk, PORTER, "visits_per_ticket")
    assert refused.value.status == 403


@pytest.mark.cap(118)
def test_switches_and_packages_leave_their_marks_on_the_measures_they_concern(desk):
    before = measured(desk, ADMIN, "in_time").marks
    assert [(mark.kind, mark.name, mark.to) for mark in before] == [
        ("published", "measured", "0.1.0")
    ]
    switch.flip(desk, ADMIN, CLI, "ticket_create.far_too_dear", "off", "a trial")
    marks = measured(desk, ADMIN, "in_time").marks
    assert [(mark.kind, mark.name, mark.to) for mark in marks[1:]] == [
        ("switched", "ticket_create.far_too_dear", "off")
    ]
