"""Copies of a whole database, made while people work in it, and put back into an empty one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import text

from seamline.problems import Refused, shorten
from seamline.text import Text

from .engine import sqlite_module
from .store import Store
from .unit import Unit

T = TypeVar("T")
PROGRAMS = Path("/usr/lib/postgresql")  # where Debian keeps each version's programs


def copy(store: Store, target: Path, along: Callable[[Unit], T]) -> T:
    """Copy the database to the file `target` and return what `along` reads of the same moment.

    SQLite gives a database file, PostgreSQL the custom format of pg_dump. Writers go on
    meanwhile. Raises Refused where PostgreSQL's programs are missing or fail.
    """
    with store.reading() as unit:
        found = along(unit)  # the first read fixes the moment that this transaction sees
        if store.dialect == "sqlite":
            _copy_sqlite(unit, target)
        else:
            snapshot = unit.connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            _program(store, "pg_dump", f"--snapshot={snapshot}", "-Fc", f"--file={target}")
        return found


def _copy_sqlite(unit: Unit, target: Path) -> None:
    source = unit.connection.connection.driver_connection
    assert source is not None
    copied = sqlite_module().connect(str(target))
    try:
        source.backup(copied)  # all pages in one step, so nothing comes in between
        copied.execute("PRAGMA journal_mode = DELETE")  # the copy is one file
    finally:
        copied.close()


def is_empty(store: Store) -> bool:
    """Return whether the database holds no table yet."""
    counted = {
        "sqlite": "SELECT count(*) FROM sqlite_master",
        "postgresql": (
            "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
        ),
    }
    with store.reading() as unit:
        return bool(unit.connection.execute(text(counted[store.dialect])).scalar_one() == 0)


def put_back(store: Store, source: Path) -> None:
    """Load a dump of PostgreSQL into the empty database of `store`, whole or not at all."""
    _program(
        store, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner",
        "--no-privileges", f"--dbname={store.engines.write.url.database}", str(source),
    )  # fmt: skip


def _program(store: Store, name: str, *arguments: str) -> None:
    path = _found(name)
    if path is None:
        raise Refused.one(
            "program_missing",
            Text(f"找不到 {name}。", f"{name} was not found."),
            status=400,
            hint=Text(
                "请安装 PostgreSQL 客户端(Debian:apt install postgresql-client),"
                "或由数据库管理员备份数据库，并另存工作区的 files 文件夹。",
                "Install PostgreSQL's client programs (Debian: apt install postgresql-client), or "
                "have the database backed up by its administrator and keep the workspace's "
                "folder of files beside it.",
            ),
        )
    done = subprocess.run(
        [path, *arguments], env=_environment(store), capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = shorten(done.stderr.strip(), 300)
        raise Refused.one(
            "program_failed",
            Text(f"{name} 失败：{said}", f"{name} failed: {said}"),
            status=400,
            hint=Text(
                "其版本不得低于数据库的版本。", "It must not be older than the database server."
            ),
        )


def _found(name: str) -> str | None:
    newest = sorted(PROGRAMS.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return str(newest[-1]) if newest else shutil.which(name)


def _environment(store: Store) -> dict[str, str]:
    """Return how PostgreSQL's programs reach the database; a password never shows in `ps`."""
    url = store.engines.write.url
    asked = {name: str(value) for name, value in url.query.items()}
    given = {
        "PGHOST": url.host or asked.get("host"),
        "PGPORT": str(url.port) if url.port else asked.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": None if url.password is None else str(url.password),
        "PGDATABASE": url.database,
        "PGSSLMODE": asked.get("sslmode"),
        "PGSSLROOTCERT": asked.get("sslrootcert"),
    }
    return dict(os.environ) | {name: value for name, value in given.items() if value}
