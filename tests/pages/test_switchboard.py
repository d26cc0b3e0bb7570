"""The switchboard: what stands, what a switch would change, the switch itself, and its undoing."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from seamline.problems import Refused
from seamline.settings import found
from seamline.store.hits import hits
from seamline.ui.app import create_app
from seamline.usecases import accounts, install, switch
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.submit import Submission, submit

from .conftest import ADMIN, CLI, PACKAGES, PASSWORD, Site

NIGHT = "job_create.night_urgent"
HEAVY = "job_create.heavy"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PEOPLE = {"anna": "planner", "mara": "lead", "nils": "lead"}
LEAD = """
seamline: 1
role: lead
title: {zh: 车间主任, en: Workshop lead}
grants:
  - {form: job, read: true, switch: [create]}
pools: [desk]
"""


def with_leads(folder: Path, two_people: bool = False) -> Path:
    """Return a copy of the workshop with a role that may switch and nothing else."""
    package = folder / "workshop"
    shutil.copytree(PACKAGES / "workshop", package)
    (package / "roles" / "lead.yaml").write_text(LEAD, encoding="utf-8")
    rules = package / "rulesets" / "job_create.yaml"
    if two_people:
        text = rules.read_text("utf-8")
        rules.write_text(
            text.replace("hard:", "approval: {two_people: true}\nhard:", 1), encoding="utf-8"
        )
    return package


def opened(folder: Path, package: Path) -> Desk:
    desk = open_desk(found(folder, {}))
    install.publish(desk, ADMIN, CLI, package)
    for login, role in PEOPLE.items():
        given = {"login": login, "name": login.title(), "roles": [role], "language": "en"}
        accounts.create_user(desk, ADMIN, CLI, password=PASSWORD, **given)
    submit(desk, ADMIN, CLI, Submission("part", "create", {"code": "P1", "name": "Bolt"}))
    return desk


def job(desk: Desk, subject: str, **more: object) -> object:
    values = {
        "subject": subject, "part": "P1", "qty": 1, "due": "2027-03-01", "shift": "day",
        "budget": "100", "lines": [{"material": "P1", "count": 1}],
    } | more  # fmt: skip
    return submit(desk, ADMIN, CLI, Submission("job", "create", values))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The workshop with people who own a step."""
    folder = tmp_path_factory.mktemp("leads")
    desk = opened(folder / "here", with_leads(folder))
    for number in range(4):
        job(desk, f"Light {number}")
    for number in range(3):
        job(desk, f"Heavy {number}", weight="1200")
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def app(desk: Desk) -> Flask:
    """The application of that workspace."""
    return create_app(desk)


@pytest.fixture
def mara(as_: Callable[[str], Site]) -> Site:
    """The pages of a lead."""
    return as_("mara")


@pytest.mark.cap(64)
def test_every_rule_of_a_step_stands_on_the_board_with_its_slots(mara) -> None:
    assert mara.get("/rules").status_code == 200
    assert "1 · 1 · 1" in mara.text
    assert "Not accepted when Urgent is yes and Shift is Night shift." in mara.text
    assert "Reminds, without stopping, when Weight is more than 1000." in mara.text
    assert "reminded 3× in 7 days" in mara.text
    assert mara.text.count('role="switch"') == 3
    assert "2 more fit here" in mara.text
    assert "Full. Retire or replace one" in mara.text  # the one place for a review is taken
    assert 'href="/rules"' in mara.text


@pytest.mark.cap(66)
def test_who_does_not_own_the_step_sees_the_state_and_no_switch(as_, desk) -> None:
    anna = as_("anna")
    assert anna.get("/rules").status_code == 200
    assert 'role="switch"' not in anna.text
    assert "You see how the rules stand." in anna.text
    assert 'class="nav" href="/rules"' not in anna.text
    assert anna.get(f"/rules/{NIGHT}").status_code == 200
    assert anna.get(f"/rules/{NIGHT}/flip").status_code == 403
    anna.get("/rules")
    data = {"_csrf": anna.token(), "to": "off", "reason": "I want it"}
    assert anna.post(f"/rules/{NIGHT}/flip", data).status_code == 403
    assert switch.rule(desk, ADMIN, NIGHT).stand.position == "on"


@pytest.mark.cap(105)
def test_the_preview_comes_before_the_switch(mara) -> None:
    mara.get(f"/rules/{HEAVY}/flip?to=off")
    assert "Of 7 submissions in the last 30 days, 3 would have ended differently." in mara.text
    assert re.search(r"<b>3</b><span>would have gone on with less", mara.text)
    assert "Reminders per person and day: 3.0 before, 0.0 after (1 person)." in mara.text
    assert len(re.findall(r"JOB-\d{4}-\d{5}", mara.text)) == 3
    mara.get(f"/rules/{HEAVY}/flip?to=off&days=7")
    assert "in the last 7 days" in mara.text
    mara.get(f"/rules/{HEAVY}/flip?to=sideways&days=100000")
    assert "Switch off" in mara.text
    assert "in the last 30 days" in mara.text


@pytest.mark.cap(65, 66)
def test_a_switch_needs_its_reason_is_kept_and_undone(mara, as_, desk) -> None:
    mara.get(f"/rules/{NIGHT}/flip?to=off")
    data = {"_csrf": mara.token(), "to": "off", "reason": " "}
    assert mara.post(f"/rules/{NIGHT}/flip", data).status_code == 422
    assert 'href="#reason"' in mara.text
    assert switch.rule(desk, ADMIN, NIGHT).stand.position == "on"
    answer = mara.post(f"/rules/{NIGHT}/flip", data | {"reason": "Stock-taking tonight"})
    assert answer.status_code == 200
    assert "“No rush at night” stands: off." in mara.text
    assert "Stock-taking tonight" in mara.text
    assert mara.post(f"/rules/{NIGHT}/flip", data | {"reason": "again"}).status_code == 409
    job(desk, "Urgent tonight", urgent=True, shift="night")
    nils = as_("nils")
    nils.get(f"/rules?step=job.create&moved={NIGHT}")
    assert "Undone right after" not in nils.text  # the banner is for who has moved it
    mara.get(f"/rules?step=job.create&moved={NIGHT}")
    seq = re.search(r'name="seq" value="(\d+)"', mara.text)[1]
    data = {"_csrf": mara.token(), "seq": seq, "reason": "Undone right after the switch"}
    assert mara.post(f"/rules/{NIGHT}/undo", data).status_code == 200
    assert switch.rule(desk, ADMIN, NIGHT).stand.position == "on"
    assert mara.post(f"/rules/{NIGHT}/undo", data).status_code == 409
    mara.get(f"/rules/{NIGHT}")
    assert "undid the move: on" in mara.text
    assert "Stock-taking tonight" in mara.text
    mara.get("/rules/moves")
    assert mara.text.count("No rush at night") == 2


@pytest.mark.cap(106)
def test_a_rule_is_put_on_trial_until_a_day_and_reports(mara, desk) -> None:
    mara.get(f"/rules/{HEAVY}/flip?to=shadow")
    assert 'name="until"' in mara.text
    data = {"_csrf": mara.token(), "to": "shadow", "reason": "Is it worth it?"}
    for wrong in ("2020-01-01", "soon"):
        assert mara.post(f"/rules/{HEAVY}/flip", data | {"until": wrong}).status_code == 422
        assert 'href="#until"' in mara.text
    assert mara.post(f"/rules/{HEAVY}/flip", data | {"until": ""}).status_code == 200
    assert "on trial until" in mara.text
    job(desk, "Heavy on trial", weight="1300")
    mara.get(f"/rules/{HEAVY}")
    assert "It would have spoken 1 time in 1 submissions" in mara.text
    mara.get("/rules")
    assert "on trial: would have spoken 1×" in mara.text
    switch.flip(desk, ADMIN, CLI, HEAVY, "on", "as it was")


def test_unknown_rules_and_broken_requests_are_answered(mara) -> None:
    assert mara.get("/rules/job_create.nothing").status_code == 404
    assert mara.get("/rules/job_create.nothing/flip").status_code == 404
    mara.get("/rules?step=no.such&moved=no.such")
    assert mara.page.status_code == 200
    data = {"_csrf": mara.token(), "seq": "9" * 40, "reason": "x"}
    assert mara.post(f"/rules/{NIGHT}/undo", data).status_code == 404
    assert mara.post(f"/rules/{NIGHT}/answer", data | {"seq": "abc"}).status_code == 404


def test_a_second_person_confirms_where_the_rule_set_asks_for_two(tmp_path: Path) -> None:
    desk = opened(tmp_path / "here", with_leads(tmp_path, two_people=True))
    app = create_app(desk)
    mara, nils = Site(app.test_client()), Site(app.test_client())
    mara.sign_in("mara")
    nils.sign_in("nils")
    mara.get(f"/rules/{NIGHT}/flip?to=off")
    assert "Propose: Switch off" in mara.text
    data = {"_csrf": mara.token(), "to": "off", "reason": "Please"}
    mara.post(f"/rules/{NIGHT}/flip", data)
    assert "waits for a second person" in mara.text
    assert switch.rule(desk, ADMIN, NIGHT).stand.position == "on"
    mara.get(f"/rules/{NIGHT}")
    assert 'value="confirm"' not in mara.text
    nils.get(f"/rules/{NIGHT}")
    seq = re.search(r'name="seq" value="(\d+)"', nils.text)[1]
    answer = {"_csrf": nils.token(), "seq": seq, "answer": "confirm", "reason": "Agreed"}
    assert nils.post(f"/rules/{NIGHT}/answer", answer).status_code == 200
    assert switch.rule(desk, ADMIN, NIGHT).stand.position == "off"
    mara.get(f"/rules/{NIGHT}")
    assert "confirmed Mara: off" in mara.text
    desk.close()


def test_hits_are_counted_the_same_on_both_databases(tmp_path: Path, store_url: str) -> None:
    settings = found(tmp_path / "here", {"SEAMLINE_DATABASE": store_url})
    desk = open_desk(settings)
    install.publish(desk, ADMIN, CLI, PACKAGES / "workshop")
    submit(desk, ADMIN, CLI, Submission("part", "create", {"code": "P1", "name": "Bolt"}))
    job(desk, "One", weight="1200")
    job(desk, "Two", weight="1300", budget="200000")
    with pytest.raises(Refused):
        job(desk, "Three", weight="1400", urgent=True, shift="night")
    with desk.store.reading() as unit:
        done = hits(unit, "job.create", LONG_AGO)
    assert (done[NIGHT].fired, done[NIGHT].stopped) == (1, 1)
    assert (done[HEAVY].fired, done[HEAVY].stopped) == (3, 1)
    assert done["job_create.budget"].fired == 1
    desk.close()
