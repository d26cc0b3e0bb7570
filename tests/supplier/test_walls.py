"""Three subcontractors side by side: each has its own board and tasks, nothing of the others."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from seamline.store import Query
from seamline.ui.handing_out import PLAN, hand_out
from seamline.usecases import accounts, look, people
from seamline.usecases.submit import Submission, submit

from .conftest import ADMIN, CLI, PASSWORD

BOARD = "/p/supplier_board"
HEATERS = {"heat1": "G001", "heat2": "G002", "heat3": "G003"}
FORM = "subcontract_task"


@pytest.fixture(scope="module")
def tasks(staged: SimpleNamespace) -> dict[str, list[str]]:
    """The tasks in hand of each of the three, as the demonstration hands them out."""
    desk = staged.desk
    for login, code in HEATERS.items():
        values = {"code": code, "name": login, "business": "heat_treatment", "approval": "approved"}
        submit(desk, ADMIN, CLI, Submission("supplier", "create", values))
        if login == "heat1":  # stands for another one on the other pages
            accounts.set_party(desk, ADMIN, CLI, login, f"supplier={code}")
            continue
        accounts.create_user(
            desk, ADMIN, CLI, login=login, name=login, roles=("supplier",), language="en",
            password=PASSWORD, party=f"supplier={code}",
        )  # fmt: skip
    package = desk.catalogs.current().packages[0]
    assert hand_out(desk, ADMIN, CLI, package) == len(HEATERS) * len(PLAN)
    return {login: [row.id for row in rows(desk, login)] for login in HEATERS}


def rows(desk, login: str):
    """Return the tasks that an account sees."""
    user = next(user for user in accounts.users(desk) if user.login == login)
    return look.page(desk, people.acting(desk, user), FORM, Query(limit=100)).rows


@pytest.mark.cap(43, 46)
def test_each_sees_its_own_tasks_in_every_state_of_the_route(staged, tasks):
    assert [len(own) for own in tasks.values()] == [len(PLAN)] * len(HEATERS)
    assert len({task for own in tasks.values() for task in own}) == len(HEATERS) * len(PLAN)
    for login in HEATERS:
        states = {row.state for row in rows(staged.desk, login)}
        assert states == {"to_start", "quenching", "tempering", "shot_blasting", "finished"}


@pytest.mark.cap(45)
def test_six_fields_and_not_one_more(staged, tasks):
    six = {"sales_order", "material", "qty", "due_date", "expected_finish"}
    for row in rows(staged.desk, "heat2"):
        assert set(row.values) == six
        assert row.state
        assert (row.code, row.tracking, row.created_by, row.updated_by) == ("", "", "", "")


@pytest.mark.cap(44, 46)
def test_another_s_task_is_not_there_on_any_page_of_the_board(as_, tasks):
    phone = as_("heat2")
    foreign, own = tasks["heat3"][0], tasks["heat2"][0]
    for tab in ("working", "waiting", "done"):
        phone.get(f"{BOARD}?at={tab}")
        assert not any(task in phone.text for task in tasks["heat3"])
    assert phone.get(f"{BOARD}/task/{foreign}").status_code == 404
    assert phone.get(f"{BOARD}/task/{foreign}/report_trouble").status_code == 404
    phone.get(f"{BOARD}/task/{own}/report_trouble")
    token = {"_csrf": phone.hidden("_csrf")}
    assert phone.post(f"/proofs/{FORM}/{foreign}/live", token).status_code == 404
    assert phone.post(f"{BOARD}/task/{foreign}/quench", token).status_code == 404
