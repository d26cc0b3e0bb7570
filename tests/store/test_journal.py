"""A journal that was touched anywhere says where."""

from __future__ import annotations

import io
import json
from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from seamline.facts import Decision
from seamline.store import Store, open_store, verify_export
from seamline.testing.store_contract import AT, event


@pytest.fixture
def told(store: Store) -> Store:
    """A store with five events, the third with a decision."""
    tell(store)
    return store


def tell(store: Store) -> None:
    with store.unit() as unit:
        unit.decisions.add(
            Decision("d1", "order.create", "order_create", "1", "passed", (), {"amount": "1.50"}),
            "r1",
            AT,
        )
        for number in range(1, 6):
            decision = "d1" if number == 3 else ""
            unit.journal.append(event(record=f"r{number}", decision=decision, reason="加急"))


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The lines of an export of those five events."""
    out = io.StringIO()
    url = f"sqlite:///{tmp_path_factory.mktemp('told') / 'store.db'}"
    with closing(open_store(url)) as store:
        store.upgrade()
        tell(store)
        with store.reading() as unit:
            unit.journal.export(out)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("table", ["seam_events", "seam_decisions"])
@pytest.mark.parametrize("act", ["UPDATE {} SET actor = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_refuses_to_change_what_was_told(told: Store, table: str, act: str) -> None:
    if act.startswith("TRUNCATE") and told.dialect == "sqlite":
        act = "DELETE FROM {}"
    act = act.format(table).replace("actor", "step" if table == "seam_decisions" else "actor")
    with pytest.raises(DBAPIError, match="append-only"), told.unit() as unit:
        unit.connection.execute(text(act))


def test_a_workspace_finds_what_was_changed_behind_its_back(told: Store) -> None:
    _without_triggers(told, "UPDATE seam_events SET reason = '取消' WHERE seq = 4")
    with told.reading() as unit:
        verdict = unit.journal.verify()
    assert (verdict.sound, verdict.broken) == (False, 4)
    assert "4" in verdict.say.zh and "4" in verdict.say.en


def test_a_workspace_finds_a_changed_decision(told: Store) -> None:
    _without_triggers(told, "UPDATE seam_decisions SET outcome = 'refused'")
    with told.reading() as unit:
        assert unit.journal.verify().broken == 3


def test_a_workspace_finds_a_missing_end(told: Store) -> None:
    _without_triggers(told, "DELETE FROM seam_events WHERE seq = 5")
    with told.reading() as unit:
        assert unit.journal.verify().broken == 5


def _without_triggers(store: Store, act: str) -> None:
    with store.unit() as unit:
        for table in ("seam_events", "seam_decisions"):
            if store.dialect == "postgresql":
                unit.connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            else:
                for name in ("update", "delete"):
                    unit.connection.execute(text(f"DROP TRIGGER {table}_no_{name}"))
        unit.connection.execute(text(act))


def test_an_export_is_sound(lines: list[str]) -> None:
    verdict = verify_export(lines)
    assert (verdict.sound, verdict.entries, verdict.broken) == (True, 5, 0)
    assert verify_export(line + "\n" for line in lines).sound


@pytest.mark.parametrize("name", ["at", "actor", "reason", "body", "seq", "hash", "previous_hash"])
def test_any_change_in_an_export_is_named(lines: list[str], name: str) -> None:
    for number in range(1, 6):
        entry = json.loads(lines[number])
        entry[name] = 99 if name == "seq" else {"x": 1} if name == "body" else "0" * 64
        verdict = verify_export([*lines[:number], json.dumps(entry), *lines[number + 1 :]])
        assert (verdict.sound, verdict.broken) == (
            (True, 0) if (name, number) == ("previous_hash", 1) else (False, number)
        )


def test_missing_moved_and_unreadable_entries_are_named(lines: list[str]) -> None:
    assert verify_export([*lines[:2], *lines[3:]]).broken == 2
    assert verify_export([lines[0], lines[2], lines[1], *lines[3:]]).broken == 1
    assert verify_export(lines[:-1]).broken == 5
    assert verify_export([*lines[:3], "{", *lines[4:]]).broken == 3
    assert verify_export([*lines[:3], "[]", *lines[4:]]).broken == 3


@pytest.mark.parametrize("content", [[], ["{}"], ["no"], ['{"seamline_journal": 2}'], ["[1]"]])
def test_what_is_no_journal_is_not_sound(content: list[str]) -> None:
    assert not verify_export(content).sound
