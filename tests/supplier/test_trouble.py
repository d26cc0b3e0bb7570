"""Trouble reported from the board: it reaches the planner, marks the task, and is settled."""

from __future__ import annotations

import pytest

from seamline.facts import Actor
from seamline.usecases import notices

BOARD = "/p/supplier_board"
WORDS = {"trouble_kind": "machine", "trouble": "淬火炉停了，预计晚 4 小时。"}


@pytest.mark.cap(53)
def test_a_report_marks_the_task_for_the_planner_who_settles_it(as_, staged):
    phone, task = as_("heat1"), staged.new()
    phone.get(f"{BOARD}/report")
    assert f'href="{BOARD}/task/{task}/report_trouble"' in phone.text
    phone.get(f"{BOARD}/task/{task}/report_trouble")
    refused = phone.take(f"{BOARD}/task/{task}/report_trouble", trouble_kind="machine")
    assert refused.status_code == 422
    assert "needs What happened" in phone.text
    assert phone.take(f"{BOARD}/task/{task}/report_trouble", **WORDS).status_code == 200
    assert "the trouble has been reported" in phone.text
    planner = as_("liu")
    planner.get(f"{BOARD}?at=waiting&only=trouble")
    assert f"{BOARD}/task/{task}" in planner.text
    assert "Trouble reported" in planner.text
    planner.get(f"/r/subcontract_task/{task}/do/settle_trouble")
    planner.take(
        f"/r/subcontract_task/{task}/do/settle_trouble", _reason="炉子修好了", _do="submit"
    )
    planner.get(f"{BOARD}?at=waiting")
    assert f"{BOARD}/task/{task}" in planner.text
    assert "Trouble reported" not in planner.text


@pytest.mark.cap(53)
def test_the_planner_gets_notice_whichever_way_it_was_reported(api, staged):
    task = staged.new()
    answer = api.post(f"/subcontract_task/{task}/steps/report_trouble", json={"values": WORDS})
    assert answer.status_code == 200
    with staged.desk.store.reading() as unit:
        user = next(user for user in unit.accounts.users() if user.login == "liu")
    planner = Actor(user.id, user.name, user.roles)
    told = notices.inbox(staged.desk, planner, kind="trouble", limit=1).items
    assert [one.record.id for one in told] == [task]
    assert "李师傅" in told[0].say.zh
    assert "上报异常" in told[0].say.zh


@pytest.mark.cap(45)
def test_the_reporter_does_not_read_the_report_back(as_, staged, api):
    task = staged.new()
    api.post(f"/subcontract_task/{task}/steps/report_trouble", json={"values": WORDS})
    phone = as_("heat1")
    phone.get(f"{BOARD}/task/{task}")
    assert "淬火炉停了" not in phone.text
    assert "Trouble reported" not in phone.text
