"""The pages of pipelines: what stopped says why, and goes on at the press of a button."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from seamline import clock
from seamline.facts import Actor
from seamline.jobs.run import Ask
from seamline.ui.app import create_app
from seamline.usecases import accounts, runs, tokens
from seamline.usecases.pipelining.stopping import tell_stopped

from ..pages.conftest import PASSWORD, Site
from .conftest import ADMIN, FORM, Channel, opened, shop_at


@pytest.fixture
def desk(tmp_path):
    folder = tmp_path / "workspace"
    url = f"sqlite:///{tmp_path / 'store.db'}"
    desk = opened(url, folder)
    for login, role in (("chief", "administrator"), ("clerk", "clerk"), ("helper", "it")):
        accounts.create_user(
            desk, ADMIN, FORM, login=login, name=login, roles=(role,), password=PASSWORD,
            language="en",
        )  # fmt: skip
    yield desk
    desk.close()


def test_people_see_why_a_run_stopped_and_let_it_go_on(desk):
    with shop_at(desk, wecom=Channel()) as shop:
        site = Site(create_app(desk).test_client())
        site.sign_in("chief")
        site.get("/runs")
        assert "No run is like this." in site.text
        shop.place("item", name="bolt", on_hand=9)
        order = shop.place("order", item="bolt", qty=1)
        shop.place("order", "begin", order.id)
        shop.settle()
        (run,) = shop.engine.runs("stopped")
        site.get("/runs?state=stopped")
        assert "is not possible from there" in site.text
        assert order.code in site.text
        site.get(f"/runs/{run.id}")
        assert "It stopped, and waits for somebody" in site.text
        assert "Look up records" in site.text
        token = site.token()
        answer = site.post(f"/runs/{run.id}", {"_csrf": token, "what": "replay"}, follow=False)
        assert answer.status_code == 303
        site.post(f"/runs/{run.id}", {"_csrf": token, "what": "skip"})
        shop.settle()
        assert shop.engine.run(run.id).state == "done"
        answer = site.post(f"/runs/{run.id}", {"_csrf": token, "what": "cancel"})
        assert answer.status_code == 409
        assert "this is not possible" in site.text
        off = {"_csrf": token, "to": "off", "reason": "too eager"}
        site.post("/pipelines/check_stock/switch", off)
        second = shop.place("order", item="bolt", qty=1)
        shop.settle()
        assert shop.record("order", second.id).state == "to_do"


def test_only_a_step_that_sends_says_how_far_its_message_got(desk):
    steps = [
        {"id": "sum", "map": {"state": "failed"}},
        {"id": "note", "notify": {"roles": ["planner"], "text": "x"}},
    ]
    with shop_at(desk) as shop:
        pipeline = desk.catalogs.current().pipelines["by_hand"]
        with desk.store.unit() as unit:
            unit.pinned.keep("old", "by_hand", {**pipeline.document, "steps": steps})
        body = {"pipeline": "by_hand", "version": "old", "about": {}, "given": {}}
        shop.engine.enqueue([Ask("by_hand:1", body), Ask("by_hand:2", body)])
        shop.settle()
        site = Site(create_app(desk).test_client())
        site.sign_in("chief")
        site.get("/runs/by_hand:1")
        # By the steps that it began with: the pipeline of today has another `note`.
        assert site.text.count("Map values") == site.text.count("Notify") == 1
        assert site.text.count("did not reach anybody") == 1
        chief = Actor("chief", "Chief", ("administrator",))
        both = runs.passed(desk, shop.engine, chief, shop.engine.runs("done"), "note")
        assert {run.id: step.result["state"] for run, step in both} == {
            "by_hand:1": "failed", "by_hand:2": "failed"}  # fmt: skip


def test_runs_are_for_who_looks_after_the_workspace(desk):
    site = Site(create_app(desk).test_client())
    site.sign_in("clerk")
    assert site.get("/runs").status_code == 403
    assert site.get("/runs/check_stock:x").status_code == 403
    assert 'href="/runs"' not in site.get("/").get_data(as_text=True)


def test_a_role_may_look_after_runs_and_nothing_else(desk):
    with shop_at(desk) as shop:
        shop.place("item", name="bolt", on_hand=9)
        order = shop.place("order", item="bolt", qty=1)
        shop.place("order", "begin", order.id)
        shop.settle()
        (run,) = shop.engine.runs("stopped")
        app = create_app(desk)
        site = Site(app.test_client())
        site.sign_in("helper")
        assert 'href="/runs"' in site.get("/").get_data(as_text=True)
        site.get(f"/runs/{run.id}")
        assert "It stopped, and waits for somebody" in site.text
        # Told of it, though the record is out of reach: once, and the next day once more.
        for days, times in ((0, 1), (1, 2), (1, 2)):
            with clock.frozen(clock.now() + timedelta(days=days, hours=days)):
                tell_stopped(desk, run.id, run.about, run.about["why"][0])
            site.get("/notices")
            assert "has stopped for somebody to look" in site.text
            assert len({*re.findall(r"/notices/\w{26}", site.text)}) == times
        site.get("/runs")
        assert "/switch" not in site.text
        off = {"_csrf": site.token(), "to": "off", "reason": "x"}
        assert site.post("/pipelines/check_stock/switch", off).status_code == 403
        heads = {
            login: {"Authorization": f"Bearer {token_of(desk, login)}"}
            for login in ("helper", "clerk")
        }
        api = app.test_client()
        assert api.get("/api/v1/runs", headers=heads["clerk"]).status_code == 403
        listed = api.get("/api/v1/runs?state=stopped", headers=heads["helper"]).json["items"]
        assert [one["run"] for one in listed] == [run.id]
        address = f"/api/v1/runs/{run.id}"
        told = api.get(address, headers=heads["helper"]).json
        assert (told["state"], told["steps"][-1]["step"]) == ("stopped", "enough/else/begin")
        again = api.post(address, json={"act": "replay"}, headers=heads["helper"]).json
        assert again["run"].startswith("check_stock:again:")
        skipped = {"act": "skip"}
        assert api.post(address, json=skipped, headers=heads["clerk"]).status_code == 403
        api.post(address, json=skipped, headers=heads["helper"])
        shop.settle()
        assert api.get(address, headers=heads["helper"]).json["state"] == "done"
        refused = api.post(address, json={"act": "stop"}, headers=heads["helper"])
        assert refused.status_code == 422


def token_of(desk, login):
    return tokens.create_token(desk, ADMIN, FORM, login=login, name="test", scopes=("admin",)).word


def test_a_button_on_a_record_asks_for_its_pipeline(desk):
    with shop_at(desk) as shop:
        shop.place("item", name="bolt", on_hand=9)
        order = shop.place("order", item="bolt", qty=3)
        site = Site(create_app(desk).test_client())
        site.sign_in("clerk")
        site.get(f"/r/order/{order.id}")
        address = f"/r/order/{order.id}/run/by_hand"
        assert f'action="{address}"' in site.text
        site.post(address, {"_csrf": site.token()})
        shop.settle()
        (note,) = shop.records("call")
        assert note.values["what"].endswith(": 6 fixed")


def test_the_story_of_a_record_says_how_far_each_reminder_got(desk):
    with shop_at(desk, wecom=Channel(says="failed"), sms=Channel(), voice=Channel()) as shop:
        shop.at = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
        shop.place("item", name="nut", on_hand=1)
        order = shop.place("order", item="nut", qty=9, due="2026-12-03")
        shop.settle()
        shop.at += timedelta(hours=15)
        shop.settle()
        site = Site(create_app(desk).test_client())
        site.sign_in("chief")
        site.get(f"/r/order/{order.id}")
        assert "Reminder 1 by wecom: did not reach anybody" in site.text
        assert "Reminder 2 by sms: handed over" in site.text
        assert "pipeline." not in site.text
        (run,) = (one for one in shop.engine.runs() if one.id.startswith("remind:"))
        site.get(f"/runs/{run.id}")
        said = [site.text.index(word) for word in ("did not reach anybody", "handed over")]
        assert said == sorted(said)
