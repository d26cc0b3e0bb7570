"""The U8 stand-in, made once for all tests that read it: on SQLite, PostgreSQL and SQL Server."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import psycopg
import pytest

from seamline import clock
from seamline.connector import AskPerson
from seamline.connectors.u8.standin.seeding import SMALL, seed
from seamline.connectors.u8.standin.target import build, fill
from seamline.facts import Actor as Person, Origin
from seamline.problems import Problem
from seamline.settings import existing, found
from seamline.store import LocalConnection, open_store
from seamline.text import Text
from seamline.ui import starting
from seamline.usecases import accounts, connections, sync
from seamline.usecases.desk import open_desk
from seamline.usecases.submit import Submission, submit

GIVEN = "SEAMLINE_TEST_MSSQL"  # an ODBC connection string of a server with an empty database
MSSQL = [GIVEN] if os.environ.get(GIVEN) else []
# How many rows of each table the tiny company has; tables not named keep all of theirs.
TINY = {
    "Inventory": 9, "SCM_Item": 9, "Customer": 7, "Vendor": 5, "CurrentStock": 13,
    "SA_CreditSum": 7, "SO_SOMain": 7, "SO_SODetails": 22, "DispatchList": 3, "DispatchLists": 5,
    "PO_Pomain": 5, "PO_Podetails": 14, "RdRecord01": 5, "rdrecords01": 5, "rdrecord32": 3,
    "rdrecords32": 5, "bom_bom": 5, "bom_parent": 5, "bom_opcomponent": 36,
    "bom_opcomponentopt": 36, "OM_MOMain": 5, "OM_MODetails": 5, "OM_MOMaterials": 5,
    "Ap_Detail": 9,
}  # fmt: skip


class Given:
    """What a connector is given, with a clock that tests set."""

    connection = "case"
    http = None

    def __init__(self, moment):
        self.moment = moment
        self.memory = Remembered()

    def secret(self, name):
        raise AskPerson(Problem("secret_unset", Text("没有", "none")))

    def now(self):
        return self.moment


@pytest.fixture(scope="session")
def memory_store(tmp_path_factory):
    """Return a store in which connections remember, each under a name of its own."""
    made = open_store(f"sqlite:///{tmp_path_factory.mktemp('connections') / 'memory.db'}")
    made.upgrade()
    yield made
    made.close()


@pytest.fixture(scope="session")
def given():
    """Return what makes the context of a connector, given a moment."""
    return Given


class Remembered(dict):
    """The memory of a connection, in this process only."""

    def put(self, name, value, expires=None):
        self[name] = value

    def drop(self, name):
        self.pop(name, None)

    def alone(self, name):
        return nullcontext()


@pytest.fixture(scope="session")
def u8_file(tmp_path_factory):
    """The small company as a file that nobody changes; copy it to write."""
    path = tmp_path_factory.mktemp("u8") / "u8.db"
    build(path, SMALL)
    return path


@pytest.fixture(scope="session")
def u8_full(tmp_path_factory):
    """The whole company, read only."""
    path = tmp_path_factory.mktemp("u8") / "full.db"
    build(path)
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    yield connection
    connection.close()


@dataclass
class Company:
    """A tiny U8 company that tests may change, and how connectors reach it."""

    dialect: str  # of the stand-in
    settings: dict[str, Any]
    reach: Any
    secrets: dict[str, str]
    cut: Any = None  # lets nobody in meanwhile

    def connection(self):
        """Return a connection that is no connector's."""
        return closing(self.reach())

    def do(self, *statements: str) -> None:
        """Change something over there."""
        with self.connection() as connection:
            for statement in statements:
                connection.cursor().execute(statement)
            connection.commit()

    def ask(self, statement: str) -> list[tuple]:
        """Return what stands over there."""
        with self.connection() as connection:
            return [tuple(row) for row in connection.cursor().execute(statement).fetchall()]


@pytest.fixture(scope="session")
def tiny_world():
    world = seed(SMALL)
    for name, count in TINY.items():
        batch = world.batches[name]
        batch.rows = batch.rows[:count]
    return world


@pytest.fixture(scope="session")
def sqlite_template(tiny_world, tmp_path_factory):
    path = tmp_path_factory.mktemp("u8") / "tiny.db"
    connection = sqlite3.connect(path)
    fill(connection, "sqlite", tiny_world)
    connection.close()
    return path


@pytest.fixture(scope="session")
def postgres_template(odbc, tiny_world, postgres_server):
    """The tiny company as a database that others are copied from."""
    name = f"u8_{uuid4().hex[:12]}"
    with _server(postgres_server) as server:
        server.execute(f"CREATE DATABASE {name}")
    connection = odbc.connect(_odbc_words(postgres_server, name))
    fill(connection, "postgresql", tiny_world)
    connection.close()
    yield name
    with _server(postgres_server) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(
    scope="class",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres), *MSSQL],
)
def company(request, odbc, tmp_path_factory):
    """A tiny company to change, one for a class of tests: the same on every kind of database."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("u8") / "u8.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        words = f"DRIVER=SQLite3;Database={path};Timeout=300"
        yield _company("sqlite", words, lambda: sqlite3.connect(path), lambda: _held(path))
    elif request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        with _copied(server, request.getfixturevalue("postgres_template")) as name:
            words = _odbc_words(server, name)
            yield _company(
                "postgresql", words, lambda: odbc.connect(words), lambda: _closed(server, name)
            )
    else:
        words = os.environ[GIVEN]
        _emptied(odbc.connect(words, autocommit=True))
        with closing(odbc.connect(words)) as connection:
            fill(connection, "tsql", request.getfixturevalue("tiny_world"))
        yield _company("tsql", words, lambda: odbc.connect(words))


def _company(dialect, words, reach, cut=None):
    kept = [part for part in words.split(";") if not part.upper().startswith("PWD=")]
    password = [part[4:] for part in words.split(";") if part.upper().startswith("PWD=")]
    settings = {
        "driver": "odbc",
        "dialect": {"tsql": "sqlserver"}.get(dialect, dialect),
        "connection_string": ";".join(kept),
        "zone": "Asia/Shanghai",
        "seconds": 0.1,
    }
    return Company(dialect, settings, reach, {"password": password[0]} if password else {}, cut)


@contextmanager
def _held(path):
    """Hold an SQLite file as a backup program does."""
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        yield


@contextmanager
def _closed(url, name):
    """Let nobody into a database, and whoever is in it out."""
    with _server(url) as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        server.execute(ended, [name])
        yield
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def _emptied(connection):
    with closing(connection):
        cursor = connection.cursor()
        cursor.execute("DROP VIEW IF EXISTS u8sim_rowversion")
        for (name,) in cursor.execute("SELECT name FROM sys.tables").fetchall():
            cursor.execute(f"DROP TABLE {name}")


@contextmanager
def _server(url):
    with closing(psycopg.connect(url.replace("+psycopg", ""), autocommit=True)) as connection:
        yield connection


@contextmanager
def _copied(url, template):
    name = f"u8_{uuid4().hex[:12]}"
    with _server(url) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield name
    finally:
        with _server(url) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _odbc_words(url, database):
    """Return the ODBC connection string that reaches what a URL of SQLAlchemy does."""
    parts = urlsplit(url)
    asked = parse_qs(parts.query)
    words = {
        "DRIVER": "{PostgreSQL Unicode}",
        "Servername": asked.get("host", [parts.hostname or "localhost"])[0],
        "Port": asked.get("port", [parts.port or 5432])[0],
        "Database": database,
        "UID": parts.username or asked.get("user", ["postgres"])[0],
        "BoolsAsChar": 0,
    }
    if parts.password:
        words["PWD"] = parts.password
    return ";".join(f"{name}={value}" for name, value in words.items())


ADMIN = Person("admin", "admin", ("administrator",))
CLI = Origin("cli")
START = datetime(2025, 12, 1, 1, tzinfo=UTC)


class Factory:
    """A workspace with the auto-parts package, and the company its U8 keeps."""

    def __init__(self, desk, path):
        self.desk, self.path = desk, path
        self.moment = START

    @contextmanager
    def company(self):
        connection = sqlite3.connect(self.path)
        try:
            yield connection
            connection.commit()
        finally:
            connection.close()

    def do(self, statement, *values):
        with self.company() as connection:
            connection.execute(statement, values)

    def ask(self, statement, *values):
        with self.company() as connection:
            return connection.execute(statement, values).fetchall()

    def later(self, **span):
        self.moment += timedelta(**span)

    def tick(self):
        with clock.frozen(self.moment):
            return sync.tick(self.desk)

    def sync(self, compare=False):
        with clock.frozen(self.moment):
            return {one.mirror: one for one in sync.sync(self.desk, "u8", compare)}

    def submit(self, form, step, values, record="", actor=ADMIN):
        with clock.frozen(self.moment):
            asked = Submission(form, step, values, record=record)
            return submit(self.desk, actor, CLI, asked)

    def record(self, form, word):
        with self.desk.store.reading() as unit:
            return unit.records.get(self.desk.catalogs.current().forms[form].tables, word)

    def events(self, kind):
        with self.desk.store.reading() as unit:
            return [one for one in unit.journal.after(0, 100_000) if one.kind == kind]

    def notices(self):
        """Return what the administrator has not read."""
        with self.desk.store.reading() as unit:
            (boss,) = (one.id for one in unit.accounts.users() if one.login == "boss")
            return unit.notices.page(boss, unread=True)

    def state(self, mirror):
        with self.desk.store.reading() as unit:
            return unit.mirrors.state("u8", mirror)


@pytest.fixture(scope="session")
def factory_of():
    """Return what makes a factory of a desk and the file of its company."""
    return Factory


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """A workspace with the package, to be copied."""
    folder = tmp_path_factory.mktemp("mirror") / "workspace"
    desk = open_desk(found(folder, {}))
    starting.publish(desk, "auto_parts")
    accounts.create_user(
        desk, ADMIN, CLI, login="boss", name="Boss", roles=("it_assistant",),
        password="correct horse battery",
    )  # fmt: skip
    desk.close()
    return folder


@pytest.fixture
def factory(sqlite_template, published, odbc, tmp_path):
    path = tmp_path / "u8.db"
    shutil.copyfile(sqlite_template, path)
    shutil.copytree(published, tmp_path / "workspace")
    desk = open_desk(existing(tmp_path / "workspace", {}))
    settings = {
        "driver": "odbc", "dialect": "sqlite", "seconds": 0.2,
        "connection_string": f"DRIVER=SQLite3;Database={path};Timeout=300",
    }  # fmt: skip
    connections.configure(desk, ADMIN, CLI, LocalConnection("u8", "on", settings))
    yield Factory(desk, path)
    desk.close()


@pytest.fixture
def filled(factory):
    factory.sync()
    return factory
