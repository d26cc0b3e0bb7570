"""The pages of connections: set up, checked, turned on; secrets go in and never come out."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from werkzeug.datastructures import MultiDict

from seamline.connecting import Seal, SecretReader, Setting
from seamline.documents import read
from seamline.facts import Actor, Origin
from seamline.problems import Problems
from seamline.settings import found
from seamline.text import Text
from seamline.ui.designing.inspecting import Asked
from seamline.ui.forms import given, listed
from seamline.ui.pages.trials.connection import KIND
from seamline.ui.pages.trials.trial import Stage
from seamline.usecases import accounts, connections, install
from seamline.usecases.design import Design
from seamline.usecases.desk import open_desk
from seamline.usecases.submit import Submission, submit

from .conftest import PACKAGES, PASSWORD, Fields

ADMIN, CLI = Actor("operator", "operator", ("administrator",)), Origin("cli")
CANARY = "canary-7f3a91"
ERP, KINGDEE, U8 = "/connections/erp", "/connections/kingdee", "/connections/u8"
SECOND = """\
seamline: 1
connection: kingdee
title: {zh: 金蝶, en: Kingdee}
connector: kingdee
settings: {server: "http://127.0.0.1:9/k3cloud", account: A1, user: integration}
network: loopback
"""
THIRD = """\
seamline: 1
connection: u8
title: U8
connector: u8
settings:
  connection_string: "Driver=x"
  write_by: columns
  write_columns: [final_delivery, settlement_no]
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A workspace with three connections, an administrator and a clerk."""
    folder = tmp_path_factory.mktemp("connections")
    package = folder / "package"
    for path in (PACKAGES / "mirror_desk").rglob("*.yaml"):
        target = package / path.relative_to(PACKAGES / "mirror_desk")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    (package / "connections" / "kingdee.yaml").write_text(SECOND, encoding="utf-8")
    (package / "connections" / "u8.yaml").write_text(THIRD, encoding="utf-8")
    (folder / "stock").mkdir()
    (folder / "stock" / "stock_1.csv").write_text("code,name,qty\nM1,钢板,3\n", encoding="utf-8")
    opened = open_desk(found(folder / "workspace", {}))
    install.publish(opened, ADMIN, CLI, package)
    for login, role in (("boss", "administrator"), ("li", "clerk")):
        accounts.create_user(
            opened, ADMIN, CLI, login=login, name=login, roles=[role], language="en",
            password=PASSWORD,
        )  # fmt: skip
    yield opened
    opened.close()


def kept(site, path, **changes):
    site.get(path)
    return site.post(path, site.fields() | changes)


def pressed(site, path, act, **more):
    site.get(path)
    return site.post(f"{path}/{act}", {"_csrf": site.token(), **more})


def test_settings_are_made_from_the_manifest_and_kept_here(as_, desk):
    site = as_("boss")
    site.get(ERP)
    assert 'name="settings.folder"' in site.text and 'value="stock"' in site.text
    stock = str(desk.settings.workspace.parent / "stock")
    kept(site, ERP, **{"settings.folder": stock})
    assert f'value="{stock}"' in site.text and "Instead of: stock" in site.text
    local = connections.shown(desk, ADMIN, "erp").local
    assert local.settings == {"folder": stock} and local.secrets == {}
    kept(site, ERP, **{"settings.login": "password"})
    assert "Instead of: Private key" in site.text
    kept(site, ERP, **{"settings.login": "key"})
    pressed(site, ERP, "check")
    assert "It can be read: 1 file" in site.text and "Everything is as it should be." in site.text
    page = site.get(f"{ERP}/described?entity=stock").get_data(as_text=True)
    assert all(word in page for word in ("code", "name", "qty"))


def test_one_broken_table_hides_no_other_and_says_what_is_wrong(as_, desk):
    site = as_("boss")
    before = connections.shown(desk, ADMIN, "erp").local
    tables = [{"name": one, "files": f"{one}_*.csv", "key": ["code"]} for one in ("stock", "tools")]
    stock = desk.settings.workspace.parent / "stock"
    tools = stock / "tools_1.csv"
    tools.write_text("site\nA\n", encoding="utf-8")
    wanted = {**before.settings, "folder": str(stock), "tables": tables}
    connections.configure(desk, ADMIN, CLI, replace(before, settings=wanted, position="on"))
    page = site.get(f"{ERP}/described?entity=stock").get_data(as_text=True)
    assert "qty" in page and "tools" in page and "needs attention" in page
    page = site.get(f"{ERP}/described?entity=tools").get_data(as_text=True)
    assert "tools_1.csv: Columns are missing: code." in page and "can be read" not in page
    start = "/studio/mirror_desk/start/table?connection=erp"
    page = site.get(start).get_data(as_text=True)
    assert "stock" in page and page.count("needs attention") == 1
    assert "What Yonyou U8 has" in page
    answer = site.get(f"{start}&entity=tools")
    assert answer.status_code == 502 and "Columns are missing: code." in site.text
    tools.unlink()
    connections.configure(desk, ADMIN, CLI, before)


def test_tables_are_filled_in_rows_and_empty_rows_are_left_out(as_, desk):
    site = as_("boss")
    row = {"name": "tools", "files": "tools*.csv", "key": "code, site"}
    sent = {f"settings.tables.2.{name}": word for name, word in row.items()}
    kept(site, ERP, **sent)
    tables = connections.shown(desk, ADMIN, "erp").local.settings["tables"]
    assert tables[-1] == {"name": "tools", "files": "tools*.csv", "key": ["code", "site"]}
    site.get(ERP)
    assert 'value="code, site"' in site.text
    assert kept(site, ERP).status_code == 200  # as it stands it is the same again
    assert connections.shown(desk, ADMIN, "erp").local.settings["tables"] == tables
    answer = kept(site, ERP, **{"settings.tables.0.name": "x y"})
    assert answer.status_code == 422 and "Row 1, Called: " in site.text
    assert 'aria-invalid="true"' in site.text and 'href="#f-settings.tables"' in site.text
    assert 'value="x y"' in site.text


def test_taking_off_every_tick_withdraws_what_the_package_gave(as_, desk):
    site = as_("boss")

    def local():
        return connections.shown(desk, ADMIN, "u8").local.settings

    assert kept(site, U8).status_code == 200 and local() == {}  # as it stands, in any order
    kept(site, U8, **{"settings.write_columns": []})
    assert local() == {"write_columns": []}
    site.get(U8)
    assert "settings.write_columns" not in site.fields()
    assert kept(site, U8).status_code == 200 and local() == {"write_columns": []}
    kept(site, U8, **{"settings.write_columns": ["settlement_no", "final_delivery"]})
    assert local() == {}


@pytest.mark.parametrize(
    ("was", "ticked", "put"),
    [
        (["settlement_no"], [], [None]),  # its connector lets nothing be written by itself
        (["final_delivery", "settlement_no"], ["settlement_no", "final_delivery"], []),
        (None, [], []),
        (None, ["settlement_no"], [["settlement_no"]]),
    ],
)
def test_a_draft_takes_ticks_that_were_changed_and_no_others(app, was, ticked, put):
    document = read(THIRD, "connections/u8.yaml")
    stage = Stage(Design("p", None, {}, {}), document, Asked("connection", document, "en"))
    sent = {
        "wsettings.write_columns": json.dumps(was), "settings.write_columns#rows": "1",
        "settings.write_columns": ticked,
    }  # fmt: skip
    with app.test_request_context(method="POST", data=sent):
        assert [one.value for one in KIND.edits(stage, Problems())] == put


FIT = {"name": "x", "files": "a*", "key": ["b", "c d"]}
LAW = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "name": {"type": "string"}, "files": {"type": "string"}, "most": {"type": "integer"},
            "key": {"type": "array", "items": {"type": "string"}}, "how": {"enum": ["on", "off"]},
        },
        "additionalProperties": False,
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "fits"),
    [
        ([FIT, {"name": "y", "most": 7, "how": "off"}, {"most": "many"}], True),
        ([FIT] * 58, True),
        ([FIT] * 59, False),
        ([{"how": "sometimes"}], False),
        ([{"key": ["a,b"]}], False),
        ([{"key": [1]}], False),
        ([{"name": True}], False),
        ([{"name": "1", "files": 1}], False),
        ([{"name": "two\nlines"}], False),
        ([{"name": "x", "files": None}], False),
        ([FIT, {}], False),
    ],
)
def test_rows_are_drawn_where_they_come_back_as_they_are(app, rows, fits):
    setting = Setting("tables", Text.same("Tables"), LAW, False, False)
    draw = listed.drawing(setting, lambda *_: "as text", "en")
    with app.test_request_context():
        drawn = draw("settings.tables", given.as_typed(rows, LAW), "")
    assert (drawn == "as text") is not fits
    if fits:
        reader = Fields("")
        reader.feed(f"<form>{drawn}</form>")
        assert listed.value_of(MultiDict(reader.sent), "settings.tables", LAW) == rows


@pytest.mark.parametrize("count", ["61", "many", "-1"])
def test_more_rows_than_a_page_takes_are_refused_and_not_dropped(as_, desk, count):
    site = as_("boss")
    before = connections.shown(desk, ADMIN, "erp").local
    assert kept(site, ERP, **{"settings.tables#rows": count}).status_code == 422
    assert connections.shown(desk, ADMIN, "erp").local == before


@pytest.mark.parametrize(
    ("name", "word", "said"),
    [
        ("settings.folder", "", None),
        ("settings.tables", "- {name: 'x y', files: a, key: [b]}", "Row 1, Called: "),
        ("settings.tables", "- {name: x, key: [b]}", "Row 1, File names: This is not filled in"),
        ("settings.tables", "- {name: ", "Line "),
        ("settings.tables", "- {nmae: x, files: a, key: [b]}", "nmae"),
    ],
)
def test_what_does_not_fit_stays_typed_and_is_said_beside(as_, name, word, said):
    site = as_("boss")
    site.get(ERP)
    others = {key: one for key, one in site.fields().items() if not key.startswith(f"{name}")}
    answer = site.post(ERP, others | {name: word})
    if said is None:
        assert answer.status_code == 200  # what the package says holds again
        return
    assert answer.status_code == 422 and said in site.text
    assert 'aria-invalid="true"' in site.text and f'href="#f-{name}"' in site.text
    if not said.startswith("Row 1"):  # that one is shown in its row
        assert word.replace("'", "&#39;") in site.text


def test_a_secret_goes_in_and_never_comes_out(as_, desk):
    site = as_("boss")
    kept(site, KINGDEE, **{"fresh.app_secret": CANARY})
    assert "<dt>Calls a minute at most</dt><dd>300</dd>" in site.text
    assert 'value="store:kingdee.app_secret"' in site.text
    assert connections.shown(desk, ADMIN, "kingdee").local.secrets == {
        "app_secret": "store:kingdee.app_secret"
    }
    answer = kept(site, KINGDEE, **{"secrets.password": CANARY})
    assert answer.status_code == 422
    shown = [site.text]
    pressed(site, KINGDEE, "check")
    shown += [site.text]
    for path in ("/connections", KINGDEE, f"{KINGDEE}/described", "/metrics", "/healthz"):
        shown.append(site.get(path).get_data(as_text=True))
    assert not any(CANARY in page for page in shown)
    with desk.store.reading() as unit:
        assert CANARY not in repr(unit.journal.after(0, 10_000))


def test_a_secret_of_several_lines_keeps_them(as_, desk):
    site = as_("boss")
    site.get(ERP)
    assert '<textarea class="in mono" id="fresh.key"' in site.text and "OpenSSH" in site.text
    kept(site, ERP, **{"fresh.key": "-----BEGIN\r\nb3Bl\r\n-----END\r\n"})
    reader = SecretReader(desk.store, Seal(desk.settings.secret()))
    assert reader.read("store:erp.key").split("\n")[:3] == ["-----BEGIN", "b3Bl", "-----END"]


def test_it_is_turned_on_when_it_is_set_up(as_, desk):
    site = as_("boss")
    pressed(site, ERP, "turn", to="on")
    assert "The connection is on." in site.text and desk.catalogs.current().connections["erp"].on
    mirror = connections.mirror_actor(desk.catalogs.current().connections["erp"])
    values = {"code": "M7", "name": "Plate", "on_hand": "3"}
    submit(desk, mirror, Origin("pipeline"), Submission("material", "create", values, mirror="erp"))
    clerk = as_("li")
    page = clerk.get("/r/material/M7/do/change").get_data(as_text=True)
    assert 'name="floor"' in page and 'name="name"' not in page and "Plate" in page
    assert "From Yonyou U8; changed there only." in page
    clerk.send("/r/material/M7/do/change", floor="2")
    assert clerk.page.status_code == 200
    assert "Yonyou U8" in clerk.get("/r/material/M7").get_data(as_text=True)  # made it
    assert 'href="/r/material/new"' not in clerk.get("/r/material").get_data(as_text=True)
    page = clerk.get("/r/material/new")
    assert page.status_code == 409
    assert "come from Yonyou U8" in page.get_data(as_text=True)
    pressed(site, ERP, "turn", to="off")
    assert "The connection is off." in site.text
    assert 'href="/r/material/new"' in clerk.get("/r/material").get_data(as_text=True)


def test_the_list_says_what_the_last_check_found(as_, desk):
    site = as_("boss")
    before = connections.shown(desk, ADMIN, "erp").connection.settings["folder"]
    kept(site, ERP, **{"settings.folder": "/nowhere"})
    pressed(site, ERP, "turn", to="on")
    pressed(site, ERP, "check")
    site.get("/connections")
    assert "needs attention" in site.text and "/nowhere" in site.text.partition("checked ")[2]
    kept(site, ERP, **{"settings.folder": before})
    pressed(site, ERP, "turn", to="off")


def test_it_is_shown_to_administrators_only(as_):
    clerk, boss = as_("li"), as_("boss")
    for path in ("/connections", ERP, f"{ERP}/described"):
        assert clerk.get(path).status_code == 403
    assert "/connections" not in clerk.get("/").get_data(as_text=True)
    assert 'href="/connections"' in boss.get("/").get_data(as_text=True)
    assert boss.get("/connections/none").status_code == 404
    lines = re.findall(
        r'href="/connections/(\w+)"', boss.get("/connections").get_data(as_text=True)
    )
    assert lines == ["erp", "kingdee", "u8"]
