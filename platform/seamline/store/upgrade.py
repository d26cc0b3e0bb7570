"""Bringing the platform's own tables up to date, by the revisions in `migrations`."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from seamline.problems import Refused
from seamline.text import Text

from .engine import Engines
from .platform_tables import REVISION, VERSION_TABLE

if TYPE_CHECKING:
    from alembic.config import Config

_LOCK = 7_311_926  # any number; the same for every process that upgrades


def upgrade(engines: Engines, revision: str = "head") -> None:
    """Run every revision the database has not seen, in one transaction.

    Where it is up to date already, Alembic is not even loaded. Raises Refused 409 where a later
    version of the product has been at work.
    """
    found = current(engines)
    if revision == "head" and found == REVISION:
        return
    if found is not None and found > REVISION:
        raise _too_new(found)
    with engines.write.begin() as connection:
        if engines.dialect == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        from alembic import command

        command.upgrade(config(connection), revision)


def current(engines: Engines) -> str | None:
    """Return the revision of the database, None for an empty one."""
    with engines.write.connect() as connection:
        if not inspect(connection).has_table(VERSION_TABLE):
            return None
        found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}"))
        revision = found.scalar_one_or_none()
        return None if revision is None else str(revision)


def _too_new(found: str) -> Refused:
    return Refused.one(
        "database_too_new",
        Text(
            f"数据库由更新的版本升级过(修订 {found}，此程序为 {REVISION})。",
            f"A later version has upgraded the database (revision {found}; this one knows "
            f"{REVISION}).",
        ),
        status=409,
        hint=Text(
            "请安装较新的 seamline，或恢复升级前的备份。",
            "Install that version of seamline, or restore a backup made before.",
        ),
    )


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for our revisions, wherever the package is installed."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(files("seamline.migrations")).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made
