"""The pages of connections: set up, checked, turned on; secrets go in and never come out."""

from __future__ import annotations

import re

import pytest

from seamline.facts import Actor, Origin
from seamline.settings import found
from seamline.usecases import accounts, connections, install
from seamline.usecases.desk import open_desk
from seamline.usecases.submit import Submission, submit

from .conftest import PACKAGES, PASSWORD

ADMIN, CLI = Actor("operator", "operator", ("administrator",)), Origin("cli")
CANARY = "canary-7f3a91"
ERP, KINGDEE = "/connections/erp", "/connections/kingdee"
SECOND = """\
seamline: 1
connection: kingdee
title: {zh: 金蝶, en: Kingdee}
connector: kingdee
settings: {server: "http://127.0.0.1:9/k3cloud", account: A1, user: integration}
network: loopback
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A workspace with two connections, an administrator and a clerk."""
    folder = tmp_path_factory.mktemp("connections")
    package = folder / "package"
    for path in (PACKAGES / "mirror_desk").rglob("*.yaml"):
        target = package / path.relative_to(PACKAGES / "mirror_desk")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    (package / "connections" / "kingdee.yaml").write_text(SECOND, encoding="utf-8")
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
    pressed(site, ERP, "check")
    assert "It can be read: 1 file" in site.text and "Everything is as it should be." in site.text
    page = site.get(f"{ERP}/described?entity=stock").get_data(as_text=True)
    assert all(word in page for word in ("code", "name", "qty"))


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
    assert answer.status_code == 422 and "[1].name: " in site.text
    assert 'aria-invalid="true"' in site.text and 'href="#f-settings.tables"' in site.text
    assert 'value="x y"' in site.text


@pytest.mark.parametrize(
    ("name", "word", "said"),
    [
        ("settings.folder", "", None),
        ("settings.tables", "- {name: 'x y', files: a, key: [b]}", "[1].name: "),
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
    if said != "[1].name: ":  # that one is shown in its row
        assert word.replace("'", "&#39;") in site.text


def test_a_secret_goes_in_and_never_comes_out(as_, desk):
    site = as_("boss")
    kept(site, KINGDEE, **{"fresh.app_secret": CANARY})
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
    assert lines == ["erp", "kingdee"]
