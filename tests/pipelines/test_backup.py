"""A backup holds what runs have done, and what was asked for while it was made."""

from contextlib import closing

from seamline.facts import Origin
from seamline.jobs.engine import Engine
from seamline.settings import found
from seamline.usecases import install
from seamline.usecases.backup import backup, restore
from seamline.usecases.desk import open_desk

from .conftest import ADMIN, PIPED, Channel, shop_at


def test_runs_come_back_and_go_on(tmp_path):
    with closing(open_desk(found(tmp_path / "old", {}))) as desk:
        install.publish(desk, ADMIN, Origin("cli"), PIPED)
        with shop_at(desk, wecom=Channel()) as shop:
            shop.place("item", name="nut", on_hand=1)
            shop.place("order", item="nut", qty=5)
            shop.settle()
            known = {run.part: run.state for run in shop.engine.runs()}
            assert sorted(known.values()) == ["done", "waiting"]
            backup(desk, ADMIN, tmp_path / "kept.zip")
    settings, _ = restore(tmp_path / "kept.zip", tmp_path / "new", {})
    with closing(Engine(settings.database)) as engine:
        assert {run.part: run.state for run in engine.runs()} == known
    with closing(open_desk(settings)) as desk, shop_at(desk) as shop:
        shop.settle()
        assert {run.part: run.state for run in shop.engine.runs()} == known
