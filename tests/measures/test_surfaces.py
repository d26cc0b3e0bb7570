"""Measures on pages, through the API and from the command line."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from seamline import clock
from seamline.facts import Actor, Origin
from seamline.ui.app import create_app
from seamline.ui.cli import main
from seamline.usecases import accounts

ADMIN = Actor("operator", "operator", ("administrator",))
CLI = Origin("cli")
NOW = datetime(2026, 3, 10, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def database() -> str:
    """Pages and commands are the same on every database: SQLite will do."""
    return ""


@pytest.fixture(scope="module")
def app(desk):
    for login, role in (("hilda", "head"), ("paul", "porter"), ("clara", "clerk")):
        accounts.create_user(
            desk, ADMIN, CLI, login=login, name=login.title(), roles=[role], language="en",
            password=PASSWORD,
        )  # fmt: skip
    return create_app(desk)


@pytest.fixture
def page(app):
    def give(login: str, path: str, data: dict | None = None):
        client = app.test_client()
        with clock.frozen(NOW):
            first = client.get("/sign-in").get_data(as_text=True)
            token = first.split('name="_csrf" value="')[1].split('"')[0]
            client.post("/sign-in", data={"_csrf": token, "login": login, "password": PASSWORD})
            answer = client.get(path)
            if data is not None:
                text = answer.get_data(as_text=True)
                token = text.split('name="_csrf" value="')[1].split('"')[0]
                answer = client.post(path, data={"_csrf": token, **data}, follow_redirects=True)
        return answer.status_code, answer.get_data(as_text=True)

    return give


@pytest.mark.cap(87, 118)
def test_a_page_shows_method_baseline_achieved_and_source_side_by_side(page):
    status, text = page("hilda", "/p/figures")
    assert status == 200
    for word in (
        "Mean hours from Ticket: Create",
        "An article",
        "2025-10",
        "33.3",
        "94.8",
        "Journal",
    ):
        assert word in text
    assert "<svg" in text and 'class="limit aim"' in text and "Red team" in text
    assert "The figures as a table" in text and ' style="' not in text


def test_a_measure_has_a_page_with_chart_table_contract_and_marks(page):
    status, text = page("hilda", "/measures/repair_hours")
    assert status == 200 and "The sooner the better." in text
    assert text.count('class="dot"') == 2
    assert "package measured 0.1.0 published" in text
    assert "By group" in text and "Blue team" in text


def test_every_measure_is_listed_to_who_may_see_it(page):
    status, text = page("hilda", "/measures")
    assert (
        status == 200
        and "Repair time" in text
        and "No data yet" not in text.split("Repair time")[0]
    )
    status, text = page("paul", "/measures")
    assert status == 200 and "Repair time" not in text and "No measure is open to you" in text
    assert page("paul", "/measures/repair_hours")[0] == 403
    assert page("paul", "/measures/nothing")[0] == 404
    status, text = page("paul", "/p/figures")
    assert status == 200 and "Repair figure" not in text


def test_its_owner_freezes_a_baseline_on_the_page(page):
    status, text = page("hilda", "/measures/cost", {"period": "2026-03", "reason": "x"})
    assert status == 422 and "2026-03 is not over yet" in text
    status, text = page("hilda", "/measures/cost", {"period": "2026-01", "reason": "start of it"})
    assert status == 200 and "The baseline of 2026-01 is frozen." in text
    assert "frozen by hilda: start of it" in text


def test_programs_read_the_same(desk, app):
    client = app.test_client()

    def ask(login: str, path: str):
        made = accounts.create_token(desk, ADMIN, CLI, login=login, name=path, scopes=("read",))
        with clock.frozen(NOW):
            return client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {made.word}"})

    assert ask("paul", "/measures").json == {"items": []}
    assert ask("paul", "/measures/in_time").status_code == 403
    listed = {one["measure"]: one for one in ask("clara", "/measures").json["items"]}
    assert {"in_time", "repair_hours"} <= set(listed) and "rules_on" in listed
    found = ask("clara", "/measures/in_time?periods=3").json
    assert found["baseline"] == {"value": "61", "period": "2025-10", "frozen": False}
    assert found["target"] == {"value": "94.8", "by": ""}
    assert [point["value"] for point in found["points"]] == ["50.000000", "33.333333", None]
    assert found["points"][0]["parts"]["red"]["value"] == "100.000000"
    assert ask("clara", "/measures/in_time?periods=0").status_code == 400
    assert ask("clara", "/measures?since=1").status_code == 400
    assert ask("clara", "/measures/in_tim").status_code == 404
    described = ask("clara", "/openapi.json").json
    assert "/api/v1/measures/{measure}" in described["paths"]


def test_the_command_lists_shows_and_freezes(desk, capsys):
    folder = desk.settings.workspace
    with clock.frozen(NOW):
        assert main(["measure", "--workspace", str(folder), "--language", "en"]) == 0
        listed = capsys.readouterr().out
        assert "in_time" in listed and "33.3" in listed and "94.8" in listed
        assert main(["measure", "in_time", "--workspace", str(folder), "--language", "en"]) == 0
        shown = capsys.readouterr().out
        assert "2026-02" in shown and "3 cases" in shown and "(running)" in shown
        words = ["measure", "in_time", "--workspace", str(folder), "--format", "json"]
        assert main(words) == 0
        (data,) = json.loads(capsys.readouterr().out)
        assert data["points"][-2]["value"] == "33.333333"
        words = ["measure", "in_time", "--freeze", "2026-01", "--reason", "start"]
        assert main([*words, "--workspace", str(folder)]) == 0
        assert "2026-01 = 50" in capsys.readouterr().out
        assert main(["measure", "in_tim", "--workspace", str(folder)]) == 1
        assert "in_time" in capsys.readouterr().err
