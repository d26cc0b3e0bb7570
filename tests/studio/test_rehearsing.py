"""Sample records and scenarios: made of a form's metadata, recorded by filling it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from seamline.documents import read
from seamline.facts import Actor
from seamline.problems import Refused
from seamline.settings import found
from seamline.store import Query
from seamline.text import Text
from seamline.usecases import design, install, samples
from seamline.usecases.designing.edits import Write
from seamline.usecases.designing.recording import Recording, played, recorded
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.submit import Submission, submit

from .conftest import ADMIN, CLI

CLERK = Actor("li", "李娜", ("clerk",))
PACKAGE = "small_desk"


@pytest.fixture(autouse=True)
def clean(desk: Desk) -> Iterator[None]:
    """No draft after a test."""
    yield
    with desk.store.unit() as unit:
        unit.designs.remove(PACKAGE)


def orders(desk: Desk) -> list[dict[str, object]]:
    model = desk.catalogs.current().forms["order"]
    with desk.store.reading() as unit:
        rows = unit.records.page(model.tables, Query(sort=("_code",))).rows
    return [model.to_json(row.values) for row in rows]


@pytest.mark.cap(103)
def test_samples_pass_the_door_by_a_seed_and_go_as_a_set(designed: Path, tmp_path: Path) -> None:
    told = []
    for name in ("one", "two"):
        here = open_desk(found(tmp_path / name, {}))
        install.publish(here, ADMIN, CLI, designed)
        made = samples.make(here, ADMIN, CLI, "order", 3, seed=5)
        assert (made.made, made.problems) == (3, ())
        told.append(orders(here))
        counts = {batch.form: batch.count for batch in samples.batches(here, ADMIN)}
        assert counts == {"order": 3, "customer": 3}  # what it refers to was made with it
        gone = samples.remove(here, ADMIN, CLI, made.batch)
        assert (gone.gone, orders(here), samples.batches(here, ADMIN)) == (6, [], ())
        with pytest.raises(Refused) as refusal:
            samples.make(here, CLERK, CLI, "order", 1)
        assert refusal.value.status == 403
        here.close()
    assert told[0] == told[1]


@pytest.mark.cap(103)
def test_a_scenario_is_recorded_by_filling_its_form(desk: Desk) -> None:
    customer = {"code": "S1", "name": "九号", "credit_line": "100"}
    submit(desk, ADMIN, CLI, Submission("customer", "create", customer))
    values = {"customer": "S1", "agreement": False, "lines": [{"part": "P", "qty": 2}]}
    asked = Recording("no_agreement", Text("没有协议", "No agreement"), "order", "clerk", values,
                      "passed")  # fmt: skip
    done = recorded(desk, ADMIN, PACKAGE, asked)
    assert (done.kept, done.came.outcome) == (False, "refused")
    done = recorded(desk, ADMIN, PACKAGE, asked, as_it_came=True)
    assert done.kept
    text = design.opened(desk, ADMIN, PACKAGE).texts[done.path]
    assert "given:" in text and "九号" not in text
    assert "outcome: refused" in text
    (result,) = played(desk, ADMIN, PACKAGE)
    assert result.passed
    with pytest.raises(Refused):
        recorded(desk, ADMIN, PACKAGE, asked)


@pytest.mark.cap(103)
def test_a_scenario_goes_on_with_steps_of_other_roles(desk: Desk) -> None:
    customer = {"code": "S2", "name": "十号", "credit_line": "100000"}
    submit(desk, ADMIN, CLI, Submission("customer", "create", customer))
    title = Text("下达", "Released")
    values = {"customer": "S2", "agreement": True, "lines": [{"part": "P", "qty": 2, "price": 5}]}
    first = recorded(desk, ADMIN, PACKAGE,
                     Recording("released", title, "order", "clerk", values, "passed"))  # fmt: skip
    assert first.kept
    onto = {"step": "release", "onto": first.path}
    ask = Recording("released", title, "order", "administrator", {}, "refused", **onto)
    done = recorded(desk, ADMIN, PACKAGE, ask)
    assert (done.kept, done.came.outcome) == (False, "passed")
    assert recorded(desk, ADMIN, PACKAGE, replace(ask, outcome="passed")).kept
    one = design.opened(desk, ADMIN, PACKAGE).texts[first.path]
    change = replace(ask, step="cancel", reason="too late", outcome="passed")
    assert recorded(desk, ADMIN, PACKAGE, change).kept
    text = design.opened(desk, ADMIN, PACKAGE).texts[first.path]
    assert text.startswith(one.rstrip())  # what stood there is as it was
    said = read(text, first.path).data
    assert [step["when"]["step"] for step in said["steps"]] == ["create", "release", "cancel"]
    assert [step["then"]["state"] for step in said["steps"]] == ["submitted", "released",
                                                                 "cancelled"]  # fmt: skip
    assert all(result.passed for result in played(desk, ADMIN, PACKAGE))
    # A second order of the same customer tells no more of him than the first.
    again = replace(ask, step="create", values=values, outcome="passed")
    assert recorded(desk, ADMIN, PACKAGE, again).kept
    told = read(design.opened(desk, ADMIN, PACKAGE).texts[first.path], first.path).data
    assert len(told["given"]) == 1
    # Another customer of the same figures is another one, also in an order recorded later.
    submit(desk, ADMIN, CLI, Submission("customer", "create", customer | {"code": "S3"}))
    values = values | {"customer": "S3"}
    assert recorded(desk, ADMIN, PACKAGE, replace(again, values=values)).kept
    told = read(design.opened(desk, ADMIN, PACKAGE).texts[first.path], first.path).data
    mine, other = told["given"]
    assert mine["as"] != other["as"] and mine["values"]["name"] != other["values"]["name"]
    assert told["steps"][-1]["when"]["values"]["customer"] == other["as"]


@pytest.mark.cap(103)
def test_a_half_written_scenario_is_not_gone_on_with(desk: Desk) -> None:
    title = Text("半截", "Half")
    path = "scenarios/half.yaml"
    text = "seamline: 1\nscenario: half\ntitle: {zh: 半截, en: Half}\nwhen: {form: order}\n"
    design.change(desk, ADMIN, PACKAGE, [Write(path, text, over="")])
    asked = Recording("half", title, "order", "clerk", {}, "passed", onto=path)
    with pytest.raises(Refused) as refusal:
        recorded(desk, ADMIN, PACKAGE, asked)
    assert {problem.place.file for problem in refusal.value.problems} == {path}
