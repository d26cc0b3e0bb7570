"""Who owns a field has the say of it at the door; while its connection is off, nobody has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seamline.facts import Actor, Origin
from seamline.problems import Refused
from seamline.usecases import connections, look
from seamline.usecases.submit import Submission, submit

ADMIN = Actor("admin", "Admin", ("administrator",))
CLERK = Actor("li", "李娜", ("clerk",))
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
