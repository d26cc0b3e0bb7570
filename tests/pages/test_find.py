"""One search: tracking codes, old and new; words in every form; pages; only what may be read."""

from __future__ import annotations

import re

import pytest

from seamline.usecases import look
from seamline.usecases.submit import Submission, submit

from .conftest import ADMIN, CLI, Site


def shown(site: Site) -> list[str]:
    return re.findall(r'<a class="t mono" href="[^"]+">([^<]+)</a>', site.text)


@pytest.mark.cap(13, 79)
def test_a_tracking_code_brings_everything_of_it_old_and_new(flow, at, task) -> None:
    first = look.record(flow, ADMIN, "task", task("Gear box"))
    for name, stage in (("Better gear box", "fresh"), ("Old gear box", "liked")):
        values = {"name": name, "stage": stage, "task": first.code}
        submit(flow, ADMIN, CLI, Submission("idea", "create", values))
    submit(flow, ADMIN, CLI, Submission("idea", "archive", record="Old gear box"))
    will, gwen = at("will"), at("gwen")
    will.get(f"/find?q=%20{first.tracking}%20")
    assert set(shown(will)) == {first.code, "Better gear box", "Old gear box"}
    assert gwen.get(f"/find?q={first.tracking}").status_code == 302  # she reads tasks alone


@pytest.mark.cap(79)
def test_words_find_records_of_every_form_by_form_and_a_single_one_opens(flow, at, task) -> None:
    lamp = task("Lamp for the hall")
    submit(flow, ADMIN, CLI, Submission("idea", "create", {"name": "Lamp shade", "stage": "fresh"}))
    gone = task("Lamp that broke")
    submit(flow, ADMIN, CLI, Submission("task", "archive", record=gone))
    will = at("will")
    will.get("/find?q=lamp")
    assert {"Lamp shade"} < set(shown(will)) and len(shown(will)) == 3
    assert will.text.count('aria-label="Task"') == 1 and "Archived" in will.text
    assert will.get("/find?q=hall").headers["Location"].endswith(lamp)
    will.get("/find?q=Lamb+shede")
    assert will.page.status_code == 302 or "Lamp shade" in will.text  # mistyped, but near
    will.get("/find?q=zzzz+qqqq")
    assert "No record you may read carries" in will.text


def test_what_is_hidden_is_not_found_by_it(at, task) -> None:
    task("Plain subject", secret="topsecretprice")
    assert at("boss").get("/find?q=Plain").status_code == 302
    will = at("will")
    will.get("/find?q=topsecretprice")
    assert shown(will) == []


def test_the_palette_offers_hits_pages_and_new_records(at, task) -> None:
    id_ = task("Palette piece")
    will, gwen = at("will"), at("gwen")
    part = {"HX_Request": "true", "HX_Target": "div#hits"}
    will.get("/find?q=palette", **part)
    assert "<html" not in will.text and f"/r/task/{id_}" in will.text
    will.get("/find?q=", **part)
    for address in ("/r/task", "/r/task/board", "/r/task/new", "/notices"):
        assert f'href="{address}"' in will.text, address
    will.get("/find?q=new+idea", **part)
    assert 'href="/r/idea/new"' in will.text and 'href="/r/task/new"' not in will.text
    gwen.get("/find?q=", **part)
    assert "/r/task/new" not in gwen.text and "/r/idea" not in gwen.text
