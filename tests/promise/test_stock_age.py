"""What is kept with a line of an order says of its stock where it came from, and of when it was."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from seamline import clock
from seamline.facts import Actor, Origin
from seamline.store import LocalConnection, MirrorState
from seamline.usecases import connections
from seamline.usecases.submit import Submission, submit

from ..published import published
from .conftest import ADMIN, PACKAGE, TUESDAY, whys

ERP = """
seamline: 1
connection: erp
title: {zh: 用友U8, en: Yonyou U8}
connector: files
settings: {folder: stock, tables: [{name: stock, files: "*.csv", key: [spot]}]}
mirrors:
  - id: stock
    entity: stock
    form: shelf
    key: spot
    every: 15s
    late: 2m
    basis: {zh: 次日记账, en: posted the next day}
    fields:
      - {to: spot, from: spot, owner: source}
      - {to: part, from: part, owner: source}
      - {to: there, from: qty, owner: source}
"""
SEED = Origin("seed")


@pytest.mark.cap(26, 61)
def test_the_reason_kept_with_a_line_says_of_when_its_stock_was(tmp_path: Path) -> None:
    package = tmp_path / "package"
    shutil.copytree(PACKAGE, package)
    shelf = package / "forms" / "shelf.yaml"
    spot = (
        "    fields:\n      - {id: spot, kind: text, label: Spot, required: true, unique: true}\n"
    )
    text = shelf.read_text("utf-8").replace("    fields:\n", spot, 1)
    shelf.write_text(text.replace("form: shelf\n", "form: shelf\nkey: spot\n"), "utf-8")
    (package / "connections").mkdir()
    (package / "connections" / "erp.yaml").write_text(ERP, "utf-8")
    with closing(published(tmp_path / "workspace", package)) as desk, clock.frozen(TUESDAY):
        connections.configure(desk, ADMIN, Origin("cli"), LocalConnection("erp", "on"))

        def order(code: str, there: int) -> str:
            submit(desk, ADMIN, SEED, Submission("part", "create", {"code": code}))
            held = {"spot": f"{code}@1", "part": code, "there": there}
            submit(
                desk, Actor("erp", "ERP", ADMIN.roles), SEED, Submission("shelf", "create", held)
            )
            lines = {"lines": [{"part": code, "qty": 2}]}
            record = submit(desk, ADMIN, SEED, Submission("order", "create", lines)).record
            return whys(record)[0]

        assert order("P1", 9).endswith("Stock is from Yonyou U8, never read, posted the next day, "
                                       "out of date.")  # fmt: skip
        read_at = TUESDAY - timedelta(seconds=12)
        with desk.store.unit() as unit:
            unit.mirrors.put_state(MirrorState("erp", "stock", read_at=read_at))
        said = order("P2", 9)
        assert "2 from stock" in said
        assert said.endswith("09:59:48, posted the next day.")
        assert "Yonyou" not in order("P3", 0)  # nothing of it comes from stock
