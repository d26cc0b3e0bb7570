"""What somebody else makes at the same moment, past the door and its locks, as a person at the
database may: a batch with it is taken back and done again one by one."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy import text

from seamline import clock
from seamline.connector import Change
from seamline.facts import Record
from seamline.store.ulid import ulid
from seamline.usecases.desk import open_desk
from seamline.usecases.mirroring.taking import Taker

from ..published import published
from .conftest import PACKAGES

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.mark.postgres
def test_a_batch_with_what_another_has_made_meanwhile_is_done_again_one_by_one(
    postgres_url, tmp_path
):
    with (
        closing(published(tmp_path, PACKAGES / "mirror_desk", postgres_url)) as desk,
        closing(open_desk(desk.settings)) as rival,
        ThreadPoolExecutor(1) as beside,
    ):
        catalog = desk.catalogs.current()
        connection = catalog.connections["erp"]
        (mirror,) = connection.mirrors
        taker = Taker.of(desk, catalog, connection, mirror)
        there = [Change(f"M{n}", {"code": f"M{n}", "name": "there", "qty": n}) for n in range(3)]
        with rival.store.unit() as unit:
            unit.records.insert(catalog.forms["material"].tables, _record("M0"))
            taken = beside.submit(taker.take, there, clock.now())
            while not _waits(desk) and not taken.done():
                pass
        taken.result()
        with desk.store.reading() as unit:
            told = [(event.code, event.kind) for event in unit.journal.after(0, 1000) if event.code]
            tables = catalog.forms["material"].tables
            names = [unit.records.get(tables, f"M{n}").values["name"] for n in range(3)]
            assert unit.journal.verify().sound
    assert (taker.tally.created, taker.tally.changed, taker.tally.refused) == (2, 1, {})
    assert sorted(told) == [("M0", "changed"), ("M1", "created"), ("M2", "created")]
    assert names == ["there"] * 3


def _record(code):
    at = clock.now()
    return Record(
        form="material", id=ulid(at), code=code, tracking="", state="", held="", revision=1,
        version=1, values={"code": code, "name": "here"}, created_at=at, created_by="-",
        updated_at=at, updated_by="-",
    )  # fmt: skip


def _waits(desk):
    with desk.store.reading() as unit:
        return bool(unit.connection.execute(WAITING).scalar_one())
