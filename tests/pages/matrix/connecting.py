"""Connections: one that reads files and is checked, one with secrets that is not set up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from seamline.connector import AskPerson
from seamline.facts import Actor, Origin
from seamline.problems import Problem
from seamline.text import Text
from seamline.usecases import connections, install

ADMIN, CLI = Actor("operator", "operator", ("administrator",)), Origin("cli")
PAGES = [
    ("connecting.index", "boss", "/connections"),
    ("connecting.show", "boss", "/connections/goods_in"),
    ("connecting.show", "boss", "/connections/galaxy"),
    ("connecting.described", "boss", "/connections/goods_in/described?entity=stock"),
    ("drifting.show", "boss", "/connections/goods_in/drift"),
    ("connecting.described", "boss", "/connections/galaxy/described"),
]
NOT_PAGES = {"feeding.ask": "how old the figures of a page are: a strip within it"}
TEXTS = {
    "package.yaml": "seamline: 1\npackage: reached\nversion: 1.0.0\ntitle: Reached\n",
    "forms/dock.yaml": """\
seamline: 1
form: dock
title: {zh: 月台, en: Dock}
key: code
sections:
  - id: dock
    title: {zh: 月台, en: Dock}
    fields:
      - {id: code, kind: text, label: {zh: 编码, en: Code}, required: true, unique: true}
      - {id: name, kind: text, label: {zh: 名称, en: Name}}
""",
    "connections/goods_in.yaml": """\
seamline: 1
connection: goods_in
title: {zh: 仓库导出, en: Warehouse export}
note: {zh: 每晚由仓库导出, en: Exported by the warehouse each night}
connector: files
settings:
  folder: /srv/exchange
  tables: [{name: stock, files: "stock_*.csv", key: [code]}]
mirrors:
  - id: docks
    entity: stock
    form: dock
    key: code
    fields:
      - {to: code, from: code, owner: source}
      - {to: name, from: name, owner: here}
""",
    "connections/galaxy.yaml": """\
seamline: 1
connection: galaxy
title: {zh: 金蝶云星空, en: Kingdee}
connector: kingdee
secrets: {app_secret: "env:KINGDEE_SECRET"}
network: private
""",
}


def stage(desk: Any, _staged: dict[str, str]) -> dict[str, str]:
    """Publish both, set one up, check it, and let the other have failed."""
    folder = desk.settings.workspace.parent / "reached"
    for name, text in TEXTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "data").mkdir()
    (folder / "data" / "stock_1.csv").write_text("code,name\nD1,三号月台\n", encoding="utf-8")
    install.publish(desk, ADMIN, CLI, folder)
    local = connections.shown(desk, ADMIN, "goods_in").local
    wanted = replace(local, settings={"folder": str(folder / "data")})
    connections.configure(desk, ADMIN, CLI, wanted)
    connections.check(desk, ADMIN, "goods_in")
    setback = AskPerson(Problem("x", Text("登录被拒绝。", "Sign-in was refused.")))
    with desk.store.unit() as unit:
        connections.note_failed(unit, "galaxy", setback.problem)
    return {}
