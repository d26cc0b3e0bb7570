"""Who owns a field has the say of it at the door; while its connection is off, nobody has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seamline.facts import Actor, Origin
from seamline.problems import Refused
from seamline.ui.app import create_app
from seamline.usecases import accounts, connections, import_, look
from seamline.usecases.importing.upload import Upload
from seamline.usecases.submit import Submission, submit

ADMIN = Actor("admin", "Admin", ("administrator",))
CLERK = Actor("li", "李娜", ("clerk",))
PASSWORD = "a long enough pass-phrase"
CLI, API, PIPE = Origin("cli"), Origin("api"), Origin("pipeline")
STEEL = {"code": "M1", "name": "钢板", "on_hand": "3", "floor": "1", "lots": [{"lot": "L1"}]}


def turned(desk, position):
    local = connections.shown(desk, ADMIN, "erp").local
    return connections.configure(desk, ADMIN, CLI, replace(local, position=position))


def mirrored(desk, values, step="create", record=""):
    actor = connections.mirror_actor(desk.catalogs.current().connections["erp"])
    asked = Submission("material", step, values, record=record, mirror="erp")
    return submit(desk, actor, PIPE, asked).record


def refusal(desk, values, step="change", record="M1", origin=API):
    with pytest.raises(Refused) as refused:
        submit(desk, CLERK, origin, Submission("material", step, values, record=record))
    return refused.value


@pytest.mark.cap(77, 112)
@pytest.mark.parametrize("via", ["api", "form", "import", "pda", "pipeline", "cli"])
def test_a_contrary_edit_is_refused_by_the_owners_name(desk, via):
    turned(desk, "on")
    mirrored(desk, STEEL)
    contrary = {"on_hand": "9", "lots": [{"lot": "L2"}], "floor": "2"}
    refused = refusal(desk, contrary, origin=Origin(via))
    found = {(one.code, one.place.path) for one in refused.problems}
    assert found == {("owned_elsewhere", "on_hand"), ("owned_elsewhere", "lots")}
    assert "用友U8" in refused.problems[0].sentence("zh")
    assert "Yonyou U8" in refused.problems[0].sentence("en")


@pytest.mark.cap(77, 112)
def test_api_page_and_import_say_the_same(desk):
    """The ways themselves, not only what they hand to the door."""
    turned(desk, "on")
    record = mirrored(desk, STEEL)
    given = {"login": "li", "name": "李娜", "roles": ["administrator"], "language": "zh"}
    accounts.create_user(desk, ADMIN, CLI, password=PASSWORD, **given)
    made = accounts.create_token(desk, ADMIN, CLI, login="li", name="t", scopes=("admin",))
    client = create_app(desk).test_client()
    head = {"Authorization": f"Bearer {made.word}"}
    answer = client.patch(
        "/api/v1/material/M1",
        json={"values": {"on_hand": "9"}},
        headers={**head, "If-Match": '"1"'},
    )
    assert (answer.status_code, "Yonyou U8" in answer.text) == (422, True), answer.text
    file = Upload("m.csv", "code,name,on_hand\nM1,钢板,9\n".encode())
    job = import_.start(desk, CLERK, API, "material", file, mode="update")
    job = import_.run(desk, CLERK, job.id)
    (problem,) = import_.problems_of(job)
    assert "用友U8" in str(problem)
    with desk.store.reading() as unit:
        kept = unit.records.get(desk.catalogs.current().forms["material"].tables, record.id)
    assert (str(kept.values["on_hand"]), kept.version) == ("3.00", 1)


@pytest.mark.cap(77, 112)
def test_what_stands_may_be_sent_again_and_ones_own_be_changed(desk):
    turned(desk, "on")
    mirrored(desk, STEEL)
    asked = Submission("material", "change", STEEL | {"floor": "2"}, record="M1")
    assert str(submit(desk, CLERK, API, asked).record.values["floor"]) == "2.00"
    again = mirrored(desk, {"on_hand": "4"}, "change", "M1")
    assert str(again.values["on_hand"]) == "4.00"


@pytest.mark.cap(77, 112)
def test_records_whose_key_is_the_sources_are_made_there(desk):
    turned(desk, "on")
    refused = refusal(desk, STEEL, "create", "")
    assert (refused.status, refused.problems[0].code) == (409, "made_elsewhere")
    asked = Submission("material", "create", STEEL, mirror="another")
    with pytest.raises(Refused):
        submit(desk, ADMIN, PIPE, asked)


@pytest.mark.cap(77)
def test_while_a_connection_is_off_nobody_else_owns_anything(desk):
    submit(desk, CLERK, API, Submission("material", "create", STEEL))
    turned(desk, "on")
    assert refusal(desk, {"name": "x"}).problems[0].code == "owned_elsewhere"
    turned(desk, "off")
    submit(desk, CLERK, API, Submission("material", "change", {"name": "x"}, record="M1"))
    assert look.record(desk, CLERK, "material", "M1").values["name"] == "x"
