"""Stand-ins beside a workspace: at work through real sockets and ODBC, and gone without a trace."""

from __future__ import annotations

import json
import shutil
import urllib.request
from pathlib import Path

import pytest

from seamline.connector import Message
from seamline.settings import existing, found
from seamline.store import LocalConnection
from seamline.ui import beside
from seamline.usecases import accounts, connections, install, secret_store
from seamline.usecases.connected import using
from seamline.usecases.desk import open_desk

PACKAGE = Path(__file__).resolve().parents[1] / "packages" / "reached"
U8 = "seamline: 1\nconnection: u8\ntitle: {zh: U8, en: U8}\nconnector: u8\non: false\n"


@pytest.fixture(scope="module")
def factory(tmp_path_factory):
    """A workspace whose package has connections to WeCom, text messages and U8, all of them off."""
    folder = tmp_path_factory.mktemp("beside")
    shutil.copytree(PACKAGE, folder / "reached")
    for name in ("wecom", "sms"):
        file = folder / "reached" / "connections" / f"{name}.yaml"
        file.write_text(file.read_text().replace("on: true\n", "on: false\n"))
    (folder / "reached" / "connections" / "u8.yaml").write_text(U8)
    remind = folder / "reached" / "pipelines" / "remind.yaml"
    remind.write_text(f"{remind.read_text()}enabled: false\n")
    desk = open_desk(found(folder / "workspace", {}))
    install.publish(desk, beside.OPERATOR, beside.ORIGIN, folder / "reached")
    for login in ("ann", "bob"):
        accounts.create_user(
            desk, beside.OPERATOR, beside.ORIGIN, login=login, name=login, roles=("worker",)
        )
    desk.close()
    return existing(folder / "workspace", {})


def standing(settings):
    """Return which connections are on, whether the pipeline is, and what secrets there are."""
    desk = open_desk(settings)
    try:
        catalog = desk.catalogs.current()
        on = {one.id for one in catalog.connections.values() if one.on}
        secrets = [one.name for one in secret_store.listed(desk, beside.OPERATOR)]
        return on, catalog.switches.get("pipeline.remind", False), secrets
    finally:
        desk.close()


@pytest.mark.cap(14, 18)
def test_the_systems_of_a_package_run_beside_it_and_leave_nothing_on(factory, odbc):
    with beside.stand_ins_beside(factory) as stood:
        assert [one.connection.id for one in stood if one.lacks is None] == ["sms", "u8", "wecom"]
        assert standing(factory)[:2] == ({"sms", "u8", "wecom"}, True)
        desk = open_desk(factory)
        for name in ("sms", "u8", "wecom"):
            findings = connections.check(desk, beside.OPERATOR, name)
            assert [one for one in findings if not one.ok] == []
        with using(desk, "u8") as u8:  # a real driver
            assert len(u8.read("materials", None, 100).changes) == 100
        with using(desk, "wecom") as wecom:  # a real socket
            (sent,) = wecom.send(Message(key="k", to=("m01",), title="", text="hello"))
        assert sent.state == "accepted"
        url = desk.catalogs.current().connections["wecom"].settings["server"]
        desk.close()
        with urllib.request.urlopen(f"{url}/_sim/deliveries", timeout=10) as answer:
            assert "m01" in json.dumps(json.load(answer))
    assert standing(factory) == (set(), False, [])
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(url, timeout=10)


def test_a_kill_leaves_nothing_on_and_what_people_set_up_is_left_alone(
    factory, tmp_path, monkeypatch
):
    desk = open_desk(factory)
    own = LocalConnection("sms", "off", {"sign": "ours"})
    connections.configure(desk, beside.OPERATOR, beside.ORIGIN, own)
    desk.close()
    (tmp_path / "pyodbc.py").write_text("raise ImportError('no libodbc')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with beside.stand_ins_beside(factory) as found_:
        stood = {one.connection.id: one for one in found_}
        mark = (factory.workspace / "standins" / "turned_on.json").read_bytes()
    assert set(stood) == {"u8", "wecom"}  # the third is set up by hand
    assert "unixodbc" in stood["u8"].lacks.en
    (factory.workspace / "standins" / "turned_on.json").write_bytes(mark)
    desk = open_desk(factory)
    connections.configure(desk, beside.OPERATOR, beside.ORIGIN, LocalConnection("wecom", "on"))
    desk.close()
    beside.take_back(factory)
    assert standing(factory)[0] == set()
