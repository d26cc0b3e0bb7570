"""Workspaces in which a package is published: published once, copied for whoever needs another."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from uuid import uuid4

from seamline.facts import Actor, Origin
from seamline.settings import Settings, found, load
from seamline.usecases import install
from seamline.usecases.desk import Desk, open_desk

HERE = "postgresql+psycopg://"
ADMIN = Actor("admin", "Admin", ("administrator",), language="en")
CLI = Origin("cli")
_kept: dict[tuple[str, str], str] = {}


def published(folder: Path, package: Path, url: str = "") -> Desk:
    """Open a workspace in which nobody has done anything but publish the package.

    `url` is an empty database, SQLite in the folder where it is left out.
    """
    settings = found(folder, {"SEAMLINE_DATABASE": url} if url else {})
    server = "" if settings.database.startswith("sqlite:") else _around(settings.database)
    key = (_digest(package), server)
    if key not in _kept:
        _kept[key] = _published(package, server)
    if server:
        _copied(settings.database, server, _kept[key])
    else:
        _laid(settings, load(Path(_kept[key]), {}))
    return open_desk(settings)


def _digest(package: Path) -> str:
    """Return what tells one state of a package from another: tests change their copies."""
    digest = hashlib.sha256()
    for file in sorted(path for path in package.rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(package)}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _published(package: Path, server: str) -> str:
    """Publish a package in a new workspace; return its folder, or the name of its database."""
    folder = Path(tempfile.mkdtemp(prefix="seamline-published-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    name, given = f"seamline_kept_{uuid4().hex[:12]}", {}
    if server:
        _ask(server, f'CREATE DATABASE "{name}"')
        atexit.register(_forgotten, server, name)
        given = {"SEAMLINE_DATABASE": _within(server, name)}
    desk = open_desk(found(folder, given))
    install.publish(desk, ADMIN, CLI, package)
    desk.close()
    if not server:  # whoever closes last may be a reader, who leaves the log as it is
        with closing(sqlite3.connect(_file(load(folder, {})))) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return name if server else str(folder)


def _laid(settings: Settings, kept: Settings) -> None:
    target = _file(settings)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_file(kept), target)
    shutil.copytree(kept.files, settings.files, dirs_exist_ok=True)


def _file(settings: Settings) -> Path:
    return Path(settings.database.partition("///")[2])


def _copied(url: str, server: str, kept: str) -> None:
    name = url.partition("?")[0].rpartition("/")[2]
    _ask(server, f'DROP DATABASE "{name}"', f'CREATE DATABASE "{name}" TEMPLATE "{kept}"')


def _around(url: str) -> str:
    """Return the address of the server's own database beside that of a URL."""
    return _within(url, "postgres")


def _within(url: str, name: str) -> str:
    before, question, after = url.partition("?")
    return f"{before.rpartition('/')[0]}/{name}{question}{after}"


def _forgotten(server: str, name: str) -> None:
    import psycopg

    with suppress(psycopg.OperationalError):  # a server of our own is gone by now
        _ask(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _ask(server: str, *statements: str) -> None:
    import psycopg

    address = server.replace(HERE, "postgresql://", 1)
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
