"""Spans of time at work: a decision keeps its moment, and walls and lists move with the clock."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from seamline import clock
from seamline.conditions.parse import parse
from seamline.facts import Actor, Origin
from seamline.problems import Refused
from seamline.scope import MOMENT
from seamline.store import Query
from seamline.usecases import explain, look, preview
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit

from ..published import published

ADMIN = Actor("admin", "Admin", ("administrator",))
LATELY = Actor("eve", "Eve", ("lately",))
API = Origin("api", "127.0.0.1", "test")
SMALL_DESK = Path(__file__).parents[1] / "packages" / "small_desk"
FRIDAY = datetime(2026, 11, 27, 23, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
ROLE = """seamline: 1
role: lately
title: {zh: 近期, en: Lately}
grants: [{form: order, read: true, where: {falls: [{var: _created_at}, last 2d]}}]
"""
RULE = """  - id: soon
    title: {zh: 交期很近, en: Due soon}
    when: {falls: [{var: due_date}, next 2d]}
    say: {zh: 交期很近, en: Due soon}
  - id: today
    title: {zh: 当天交货, en: Due today}
    when: {falls: [{var: due_date}, today]}
    say: {zh: 当天, en: Today}
review:
"""


@pytest.fixture
def desk(store_url: str, tmp_path: Path) -> Iterator[Desk]:
    """The small desk with a reminder and a row wall that look at the clock."""
    folder = tmp_path / "small_desk"
    shutil.copytree(SMALL_DESK, folder)
    (folder / "roles/lately.yaml").write_text(ROLE, encoding="utf-8")
    rules = folder / "rulesets/order_create.yaml"
    rules.write_text(rules.read_text("utf-8").replace("review:\n", RULE), encoding="utf-8")
    opened = published(tmp_path / "workspace", folder, store_url)
    customer = {"code": "C1", "name": "Acme", "credit_line": 5000}
    submit(opened, ADMIN, API, Submission("customer", "create", customer))
    yield opened
    opened.close()


def order(desk: Desk, due: str) -> tuple[str, str]:
    values = {
        "customer": "C1", "customer_po": due, "due_date": due, "agreement": True,
        "lines": [{"part": "A", "qty": 1, "price": 5}],
    }  # fmt: skip
    done = submit(desk, ADMIN, API, Submission("order", "create", values))
    return done.record.id, done.outcome


@pytest.mark.cap(108)
def test_a_decision_keeps_its_moment_and_everything_judges_by_it(desk: Desk) -> None:
    with clock.frozen(FRIDAY):
        near, outcome = order(desk, "2026-11-29")
        far, other = order(desk, "2026-11-30")
    assert (outcome, other) == ("reminded", "passed")
    with clock.frozen(FRIDAY + timedelta(days=20)):
        [verdict] = explain.explain(desk, ADMIN, "order", near)
        assert datetime.fromisoformat(str(verdict.decision.facts[MOMENT])) == FRIDAY
        said = {one.rule: one.result for one in verdict.rules}
        assert (said["soon"], said["today"]) == ("true", "false")  # as it was that evening
        off = preview.of_flip(desk, ADMIN, "order_create.soon", False)
        assert (off.total, off.changed["released"]) == (2, 1)
    model = desk.catalogs.current().forms["order"]
    asked = Query(where=parse({"falls": [{"var": "due_date"}, "next 1d"]}, model.scope))
    with clock.frozen(FRIDAY + timedelta(hours=1)):  # past midnight there, another day here
        assert [one.id for one in look.page(desk, ADMIN, "order", asked).rows] == [near]
        assert look.counts(desk, ADMIN, "order", [asked]) == [1]
    with clock.frozen(FRIDAY + timedelta(days=2)):
        assert {one.id for one in look.page(desk, ADMIN, "order", asked).rows} == {near, far}
        assert look.counts(desk, ADMIN, "order", [asked]) == [2]


@pytest.mark.cap(46)
def test_a_wall_of_time_closes_by_itself(desk: Desk) -> None:
    with clock.frozen(FRIDAY):
        word, _outcome = order(desk, "2026-12-24")
    with clock.frozen(FRIDAY + timedelta(days=2)):
        assert look.record(desk, LATELY, "order", word).id == word
        assert len(look.page(desk, LATELY, "order", Query()).rows) == 1
    with clock.frozen(FRIDAY + timedelta(days=2, microseconds=1)):
        assert look.page(desk, LATELY, "order", Query()).rows == ()
        with pytest.raises(Refused):
            look.record(desk, LATELY, "order", word)
