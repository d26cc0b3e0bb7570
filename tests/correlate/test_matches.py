"""Matches stand as long as their records belong together, and are told of both ways."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest

from seamline import clock
from seamline.usecases import correlate
from seamline.usecases.submit import Submission, submit

from ..published import published
from .conftest import ADMIN, CLI, TRADE


def kinds(desk, form, record):
    with desk.store.reading() as unit:
        return [
            event.kind
            for event in unit.journal.of_record(form, record)
            if event.step.startswith("correlation.")
        ]


def keys(desk, rule):
    return {match.key for match in correlate.standing(desk, rule)}


@pytest.fixture
def shortage(place):
    """A part, its stock of 5, and an order over 3 and one over 8."""
    part = place("part", code="P1", floor="10", wanted=True)
    stock = place("stock", part="P1", available="5", shelf="A")
    small = place("sales", lines=[{"part": "P1", "qty": 3}], shelf="C")
    large = place("sales", lines=[{"part": "P1", "qty": 8}], shelf="B")
    return part, stock, small, large


@pytest.mark.cap(27)
def test_a_match_is_raised_once_and_ends_when_it_vanishes(desk, place, shortage):
    part, stock, small, large = shortage
    assert correlate.sweep(desk, ["short"]).raised == 1
    assert correlate.sweep(desk, ["short"]) == correlate.Outcome()
    (match,) = correlate.standing(desk, "short")
    assert match.facts["say"]["en"] == f"{large.code}: 8 of P1 wanted, 5.00 there."
    assert match.facts["members"][1]["row"] == large.values["lines"][0].id
    place("stock", "change", stock.id, available="2")
    assert correlate.react(desk, "stock", stock.id).raised == 1
    place("sales", "finish", large.id)
    assert correlate.react(desk, "sales", large.id).ended == 1
    place("stock", "change", stock.id, arriving="100")
    assert correlate.react(desk, "stock", stock.id).ended == 1
    assert correlate.sweep(desk, ["short"]) == correlate.Outcome()
    assert sorted(kinds(desk, "stock", stock.id)) == ["matched"] * 2 + ["unmatched"] * 2


@pytest.mark.cap(27)
def test_a_lock_stands_as_long_as_one_match_asks_for_it(desk, place, shortage):
    part, stock, small, large = shortage

    def locked():
        with desk.store.reading() as unit:
            return [lock.rule for lock in unit.locks.of_records((part.id,))]

    place("stock", "change", stock.id, available="1")
    assert correlate.sweep(desk, ["short"]).raised == 2
    assert locked() == ["correlation.short"]
    place("sales", "finish", small.id)
    correlate.react(desk, "sales", small.id)
    assert locked() == ["correlation.short"]
    place("sales", "finish", large.id)
    correlate.react(desk, "sales", large.id)
    assert locked() == []


def test_records_behind_a_reference_are_looked_at(desk, place, shortage):
    part, stock, small, large = shortage
    assert correlate.sweep(desk).raised == 1  # short
    place("part", "change", part.id, floor="4")
    assert correlate.react(desk, "part", part.id).raised == 1
    place("part", "change", part.id, floor="2")
    assert correlate.react(desk, "part", part.id).raised == 1
    place("part", "change", part.id, floor="50")
    assert correlate.react(desk, "part", part.id).ended == 2


def test_archived_records_take_no_part(desk, place, shortage):
    stock = shortage[1]
    correlate.sweep(desk)
    assert len(keys(desk, "short")) == 1
    place("stock", "archive", stock.id)
    assert correlate.react(desk, "stock", stock.id).ended == 1
    assert keys(desk, "short") == set()


@pytest.mark.cap(50)
def test_a_moment_moves_with_the_clock(desk, place):
    noon = datetime(2026, 4, 10, 4, tzinfo=UTC)  # noon in Shanghai
    with clock.frozen(noon):
        soon = place("sales", due="2026-04-12")
        place("sales", due="2026-04-13")
        place("sales")
        assert correlate.sweep(desk, ["due_soon"]).raised == 1
        assert keys(desk, "due_soon") == {f"due_soon:{soon.id}"}
        place("sales", "finish", soon.id)
    with clock.frozen(datetime(2026, 4, 11, 4, tzinfo=UTC)):
        outcome = correlate.sweep(desk, ["due_soon"])
        assert (outcome.raised, outcome.ended) == (1, 1)


@pytest.mark.cap(57)
def test_switched_off_it_ends_and_on_it_stands_again(desk, place, shortage):
    correlate.sweep(desk, ["short"])

    def switch(on):
        with desk.store.unit() as unit:
            unit.switches.set("correlation.short", on, "admin", clock.now(), "test")
        desk.catalogs.refresh()

    switch(False)
    assert correlate.sweep(desk, ["short"]).ended == 1
    assert correlate.react(desk, "stock", shortage[1].id) == correlate.Outcome()
    assert [one.on for one in correlate.status(desk) if one.model.id == "short"] == [False]
    switch(True)
    assert correlate.sweep(desk, ["short"]).raised == 1


def test_what_is_told_leaves_by_the_outbox(desk, place, shortage):
    correlate.sweep(desk, ["short"])
    with desk.store.reading() as unit:
        told = [message for message in unit.outbox.next(1000) if message.topic.startswith("corr")]
    assert [message.topic for message in told] == ["correlation.short.matched"]
    assert told[0].body["correlation"] == "short"


@pytest.mark.cap(27)
def test_a_fact_may_ask_how_far_off_a_date_is_and_the_sweep_moves_it_on(tmp_path):
    folder = tmp_path / "correlated"
    shutil.copytree(TRADE, folder)
    path, state = folder / "correlations/due_soon.yaml", '{"==": [{var: _state}, open]}'
    text = path.read_text("utf-8").replace("now + 48h", "now + 400d")
    near = f"{{and: [{state}, {{falls: [{{var: due}}, next 2d]}}]}}"
    path.write_text(text.replace(state, near), encoding="utf-8")
    desk = published(tmp_path / "workspace", folder)
    found = []
    for day in (27, 28, 30):
        with clock.frozen(datetime(2026, 11, day, 9, tzinfo=UTC)):
            if not found:
                values = {"due": "2026-11-29", "lines": []}
                submit(desk, ADMIN, CLI, Submission("sales", "create", values))
            outcome = correlate.sweep(desk, ["due_soon"])
            found.append((outcome.raised, outcome.ended))
    desk.close()
    assert found == [(1, 0), (0, 0), (0, 1)]
