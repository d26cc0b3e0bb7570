"""The platform's own tables: every earlier revision leads to the tables that the code expects."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from seamline.problems import Refused
from seamline.store import Store
from seamline.store.platform_tables import PLATFORM, REVISION, VERSION_TABLE
from seamline.store.reviews import clock_of
from seamline.store.upgrade import config, current, upgrade

REVISIONS = [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()][
    ::-1
]


def test_the_code_knows_the_newest_revision() -> None:
    assert REVISIONS[-1] == REVISION


@pytest.mark.parametrize("revision", REVISIONS)
def test_upgrade_from_every_revision(empty: Store, revision: str) -> None:
    upgrade(empty.engines, revision)
    assert current(empty.engines) == revision
    empty.upgrade()
    assert current(empty.engines) == REVISION
    assert differences(empty) == []


def test_reviews_that_wait_are_given_the_clocks_of_today(empty: Store) -> None:
    upgrade(empty.engines, "0022")
    at = datetime(2026, 11, 27, tzinfo=UTC)
    with empty.unit() as unit:
        waits, moved = (
            unit.reviews.open("r1", "order", "order.create", "risk", at, decision)
            for decision in ("d1", "d2")
        )
        unit.reviews.escalate(moved, "board", at, at)
        unit.timers.cancel([clock_of(waits), clock_of(moved)])
    empty.upgrade()
    with empty.unit() as unit:
        (timer,) = unit.timers.due(at)
    assert (timer.key, timer.body["review"]) == (clock_of(waits), waits)


def test_upgrading_again_changes_nothing(empty: Store) -> None:
    assert current(empty.engines) is None
    empty.upgrade()
    with empty.unit() as unit:
        unit.bump_catalog()
    empty.upgrade()
    with empty.reading() as unit:
        assert unit.catalog_version() == 1
        assert unit.journal.head() == (0, "0" * 64)


def test_a_database_of_a_later_version_is_left_alone(empty: Store) -> None:
    empty.upgrade()
    with empty.unit() as unit:
        unit.connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(Refused) as refused:
        empty.upgrade()
    assert "9999" in refused.value.problems[0].sentence("zh")


def differences(store: Store) -> list[object]:
    """Return what the database has otherwise than the code says, among the platform's tables."""
    with store.engines.write.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "version_table": VERSION_TABLE,
                "include_name": lambda name, kind, _: kind != "table" or name.startswith("seam_"),
            },
        )
        return list(compare_metadata(context, PLATFORM))


def test_a_failed_upgrade_leaves_nothing(empty: Store) -> None:
    with empty.unit() as unit:
        unit.connection.execute(text("CREATE TABLE seam_files (oops INTEGER)"))
    with pytest.raises(Exception, match="seam_files"):
        empty.upgrade()
    assert current(empty.engines) is None
    with empty.unit() as unit:
        unit.connection.execute(text("DROP TABLE seam_files"))
    empty.upgrade()
