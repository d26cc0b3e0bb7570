"""Many words at once: found as one by one, and by an index on both databases."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from seamline.store import Mirrored, Store
from seamline.store.among import Among
from seamline.store.connection_tables import MIRRORED

WORDS = ("A-1", "引号'\"\\", "逗号,{}", "末")


@pytest.mark.cap(21)
def test_of_many_things_taken_over_those_named_are_found(store: Store) -> None:
    kept = [Mirrored(word, f"record {word}", {"at": word}) for word in WORDS]
    with store.unit() as unit:
        unit.mirrors.take("u8", "stock", kept)
        unit.mirrors.take("u8", "stock", [Mirrored("A-1", "moved", {}, "2")])
        unit.mirrors.take("u8", "other", kept)
        unit.mirrors.forget("u8", "stock", ["末"])
    with store.reading() as unit:
        found = unit.mirrors.taken("u8", "stock", (*WORDS, "A-2", ""))
        assert set(found) == {*WORDS} - {"末"}
        assert found["A-1"] == Mirrored("A-1", "moved", {}, "2")
        assert unit.mirrors.taken("u8", "stock", ()) == {}
        assert len(unit.mirrors.marks("u8", "other", WORDS)) == len(WORDS)


def test_an_index_finds_them(store: Store) -> None:
    wanted = select(MIRRORED.c.record).where(
        MIRRORED.c.connection == "u8", MIRRORED.c.mirror == "stock", Among(MIRRORED.c.key, "keys")
    )
    with store.unit() as unit:
        dialect = unit.connection.dialect
        text = str(wanted.compile(dialect=dialect))
        if store.dialect == "sqlite":
            given = ("u8", "stock", json.dumps(WORDS))
            plan = unit.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", given)
            assert "connection=? AND mirror=? AND key=?" in str(plan.all())
            return
        unit.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        asked = {"connection_1": "u8", "mirror_1": "stock", "keys": [*WORDS]}
        plan = unit.connection.exec_driver_sql(f"EXPLAIN {text}", asked)
        assert "Index Cond" in (told := str(plan.all())) and "ANY" in told
