"""Stand-ins beside a workspace to try out: the other systems of its package, on this machine.

For each connection whose connector has a stand-in, that is started as a process of its own, the
connection is set up to reach it and turned on, people get addresses there, and the pipelines that
work with it are switched on. At the end, or at the next start where there was none, all that is
taken back. All of it follows from the metadata of the package.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from seamline import clock
from seamline.facts import Actor, Origin
from seamline.metadata import Connection
from seamline.settings import Settings
from seamline.standins.finding import by_connector
from seamline.store import LocalConnection, User
from seamline.text import Text
from seamline.usecases import accounts, addresses, connections, runs, secret_store
from seamline.usecases.connected import able
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.dispatch import Dispatcher
from seamline.usecases.handing import PHONE

OPERATOR = Actor("operator", "operator", ("administrator",))
ORIGIN = Origin("cli")
FOLDER, MARK = "standins", "turned_on.json"
PATIENCE = 60  # seconds that a stand-in has to begin, and to end
WHY = "stand-ins"


@dataclass(frozen=True, slots=True)
class Stood:
    """What became of the stand-in of one connection; `lacks` says why it is not used."""

    connection: Connection
    says: Sequence[Text] = ()
    lacks: Text | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """What stand-ins have turned on, kept in a file from before they do until it is undone."""

    connections: Sequence[str]
    pipelines: Sequence[str] = ()

    def keep(self, folder: Path) -> None:
        """Write it down."""
        (folder / MARK).write_text(json.dumps(asdict(self)), encoding="utf-8")


@contextmanager
def stand_ins_beside(settings: Settings) -> Iterator[Sequence[Stood]]:
    """Run the stand-ins of a workspace's connections, and turn these on meanwhile.

    Nobody else may serve the workspace while this begins or ends.
    """
    take_back(settings)
    folder = settings.workspace / FOLDER
    folder.mkdir(exist_ok=True)
    desk = open_desk(settings)
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        try:
            with_one = _with_stand_ins(desk)
            mark = Mark([one.id for one in with_one])
            mark.keep(folder)
            children |= {one.id: _started(one, folder) for one in with_one}
            stood = [_connected(desk, one, children[one.id]) for one in with_one]
            on = {one.connection.id for one in stood if one.lacks is None}
            _settle(desk)
            _switch_on(desk, on, mark, folder)
        finally:
            desk.close()
        yield stood
        take_back(settings)
    finally:
        _end(children.values())


def _with_stand_ins(desk: Desk) -> list[Connection]:
    """Return the connections that have a stand-in and that nobody has set up by hand."""
    return [
        one.connection
        for one in connections.listed(desk, OPERATOR)
        if one.connection.connector in by_connector() and not one.local.position
    ]


def _started(connection: Connection, folder: Path) -> subprocess.Popen[bytes]:
    """Start the stand-in for a connection; it ends with this process, however that ends."""
    standin = by_connector()[connection.connector]
    words = ["-m", "seamline", "standin", "--attached", standin.name, *standin.beside(folder)]
    return subprocess.Popen(
        [sys.executable, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        # Ctrl-C at the terminal is for this process: it ends them when it has stopped.
        start_new_session=os.name == "posix",
    )  # fmt: skip


def _end(children: Collection[subprocess.Popen[bytes]]) -> None:
    """Let all of them end at once, and wait for it."""
    for child in children:
        with suppress(OSError):
            if child.stdin is not None:
                child.stdin.close()
    for child in children:
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdout is not None:
            child.stdout.close()


def _connected(desk: Desk, connection: Connection, child: subprocess.Popen[bytes]) -> Stood:
    """Wait until a stand-in is up, and set its connection up to reach it."""
    line = child.stdout.readline() if child.stdout is not None else b""
    if not line:
        say = Text("模拟系统没有启动。", "The stand-in did not start.")
        return Stood(connection, lacks=say)
    told = json.loads(line)
    says = [Text(**one) for one in told["says"]]
    if told["lacks"]:
        return Stood(connection, says, Text(**told["lacks"]))
    reach = told["reach"]
    references = {}
    for name, secret in reach["secrets"].items():
        kept = f"standin.{connection.id}.{name}"
        secret_store.keep(desk, OPERATOR, ORIGIN, kept, secret)
        references[name] = f"store:{kept}"
    wanted = LocalConnection(connection.id, "on", reach["settings"], references, "loopback")
    connections.configure(desk, OPERATOR, ORIGIN, wanted)
    _introduce(desk, connection, reach["people"])
    return Stood(connection, says)


def _introduce(desk: Desk, connection: Connection, people: Sequence[tuple[str, str]]) -> None:
    """Give accounts addresses where they have none, the people of the house before outsiders.

    Of those outside only every second is known there, as it is with subcontractors.
    """
    if not people:
        return
    everybody = sorted(accounts.users(desk), key=lambda user: (bool(user.party_record), user.login))
    inside = [user for user in everybody if not user.party_record]
    known = [*inside, *everybody[len(inside) :: 2]]
    given = addresses.everybodys(desk, OPERATOR)
    own = connection.id in {one.id for one in able(desk, "sign_in")}
    for user, (address, phone) in zip(known, people, strict=False):
        has = given.get(user.id, {})
        if own and connection.id not in has:
            _address(desk, user, connection.id, address)
        if PHONE not in has:
            _address(desk, user, PHONE, phone)


def _address(desk: Desk, user: User, channel: str, address: str) -> None:
    addresses.set_address(desk, OPERATOR, ORIGIN, user.login, channel, address)


def _settle(desk: Desk) -> None:
    """Hand on what happened so far: pipelines that are switched on after it do not hear of it."""
    dispatcher = Dispatcher(desk, desk.runs)
    while dispatcher.drain():
        pass
    with desk.store.unit() as unit:
        # A worker that begins delivers anew what was handed on shortly before: nothing of this.
        unit.outbox.forget(clock.now() + timedelta(seconds=1))


def _switch_on(desk: Desk, on: set[str], mark: Mark, folder: Path) -> None:
    """Switch the pipelines on that work with these connections only."""
    catalog = desk.catalogs.current()
    off = [
        one.id
        for one in catalog.pipelines.values()
        if _names(one.document) and _names(one.document) <= on
        and not catalog.switches.get(one.key, one.enabled)
    ]  # fmt: skip
    replace(mark, pipelines=off).keep(folder)
    for id in off:
        runs.flip(desk, OPERATOR, ORIGIN, id, True, WHY)


def _names(document: Any) -> set[str]:
    """Return the connections that a pipeline names, in whatever step."""
    if isinstance(document, Mapping):
        named = document.get("connection")
        mine = {named} if isinstance(named, str) else set()
        return mine.union(*map(_names, document.values()))
    return set().union(*map(_names, document)) if isinstance(document, (list, tuple)) else set()


def take_back(settings: Settings) -> None:
    """Let connections and pipelines be as their package says again, where stand-ins changed them.

    What they brought in stays, and may be changed here again.
    """
    mark = settings.workspace / FOLDER / MARK
    if not mark.exists():
        return
    done = Mark(**json.loads(mark.read_text(encoding="utf-8")))
    desk = open_desk(settings)
    try:
        there = desk.catalogs.current()
        for id in done.pipelines:
            if id in there.pipelines:
                runs.flip(desk, OPERATOR, ORIGIN, id, False, WHY)
        for id in done.connections:
            if id in there.connections:
                connections.configure(desk, OPERATOR, ORIGIN, LocalConnection(id))
        for secret in secret_store.listed(desk, OPERATOR):
            if secret.name.startswith("standin."):
                secret_store.remove(desk, OPERATOR, ORIGIN, secret.name)
    finally:
        desk.close()
    mark.unlink()
