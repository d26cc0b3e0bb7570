"""Connections at work: opened, checked, described, set on the spot, and how they fare."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from seamline import clock
from seamline.catalog import Catalog
from seamline.connecting import NETWORKS, Kind, Manifest, discovered, overlaid, wrong_reference
from seamline.connector import Connector, Entity, Finding, Setback
from seamline.documents import Document, Mark
from seamline.facts import Actor, Event, Origin
from seamline.metadata import Connection
from seamline.problems import Place, Problem, Problems, Refused, did_you_mean, shorten
from seamline.schema import check_given
from seamline.store import ConnectionState, LocalConnection, Unit
from seamline.text import Text

from .connected import as_set
from .desk import Desk
from .secret_store import CONNECT, told

CONFIGURED = "connection_set"
MIRRORS = "connection:"  # before the id of the connection whose mirror acts
_HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.?|[0-9a-fA-F]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")
# By id, the connection that was found to be set up: it is looked at again when it is another.
_sound: dict[str, Connection] = {}


@dataclass(frozen=True, slots=True)
class Standing:
    """A connection as it is set, its connector (None where that is missing), and how it fares.

    `problems` are what keeps it from being turned on; `base` is what its package says.
    """

    connection: Connection
    kind: Kind | None
    state: ConnectionState
    local: LocalConnection
    problems: tuple[Problem, ...]
    base: Connection


def mirror_actor(connection: Connection) -> Actor:
    """Return who acts where the other system's data is taken over."""
    return Actor(f"{MIRRORS}{connection.id}", connection.title.zh, ("administrator",))


def listed(desk: Desk, actor: Actor) -> tuple[Standing, ...]:
    """Return every connection with its state; raises Refused 403."""
    catalog = _admitted(desk, actor)
    with desk.store.reading() as unit:
        states, local = unit.connections.states(), unit.connections.local()
    return tuple(
        _standing(catalog, one, states.get(one.id), local.get(one.id))
        for one in catalog.connections.values()
    )


def shown(desk: Desk, actor: Actor, id: str) -> Standing:
    """Return one connection with its state; raises Refused 403 or 404."""
    catalog = _admitted(desk, actor)
    connection = _named(catalog, id)
    with desk.store.reading() as unit:
        state, local = unit.connections.state(id), unit.connections.local()
    return _standing(catalog, connection, state, local.get(id))


def _standing(
    catalog: Catalog,
    connection: Connection,
    state: ConnectionState | None,
    local: LocalConnection | None,
) -> Standing:
    kind = discovered().kinds.get(connection.connector)
    return Standing(
        connection,
        kind,
        state or ConnectionState(connection.id),
        local or LocalConnection(connection.id),
        tuple(wrong_with(connection, kind)),
        _of_package(catalog, connection.id),
    )


def _of_package(catalog: Catalog, id: str) -> Connection:
    """Return a connection as its package says it."""
    every = (one for package in catalog.packages for one in package.connections)
    return next(one for one in every if one.id == id)


@contextmanager
def opened(desk: Desk, id: str) -> Iterator[Connector]:
    """Open a connection, on or off, and close it afterwards.

    Never inside a transaction. Setbacks come out of it without secrets. Raises Refused: 404 no
    such connection, 409 its connector is missing or breaks, 422 it is not set up.
    """
    connection = _named(desk.catalogs.current(), id)
    kind = discovered().kinds.get(connection.connector)
    if kind is None or _sound.get(id) is not connection:
        wrong = list(wrong_with(connection, kind))
        if kind is None or wrong:
            raise Refused(wrong, 409 if kind is None else 422)
        _sound[id] = connection
    with as_set(desk, connection, kind) as connector:
        yield connector


def check(desk: Desk, actor: Actor, id: str) -> tuple[Finding, ...]:
    """Look at a connection as its connector does, and keep what was found; raises Refused.

    What the connector cannot even begin with is a finding as well.
    """
    _named(_admitted(desk, actor), id)
    try:
        with opened(desk, id) as connector:
            findings = tuple(connector.check())
    except Setback as setback:
        findings = (setback_found(setback.problem),)
    data = [_as_json(one) for one in findings]
    with desk.store.unit() as unit:
        was = unit.connections.state(id)
        unit.connections.put_state(replace(was, checked_at=clock.now(), findings=data))
    return findings


def describe(desk: Desk, actor: Actor, id: str) -> Sequence[Entity]:
    """Return what the other system has; raises Refused, also for what its connector says."""
    _named(_admitted(desk, actor), id)
    try:
        with opened(desk, id) as connector:
            return connector.describe()
    except Setback as setback:
        raise Refused([setback.problem], 502) from None


def expire(desk: Desk) -> int:
    """Forget what connections remember and has expired; return how much."""
    with desk.store.unit() as unit:
        return unit.remembered.expire(clock.now())


def note_read(unit: Unit, id: str, read: Mapping[str, Any], *, well: bool = True) -> None:
    """Keep that something was read just now: `read` is what, in plain data.

    Where not all is `well`, what failed before stands.
    """
    was = unit.connections.state(id)
    if well:
        was = replace(was, problem=None, failures=0)
    unit.connections.put_state(replace(was, read_at=clock.now(), read=read))


def note_failed(unit: Unit, id: str, problem: Problem) -> None:
    """Keep that it failed just now, and why."""
    was = unit.connections.state(id)
    unit.connections.put_state(
        replace(was, failed_at=clock.now(), problem=problem.as_json(), failures=was.failures + 1)
    )


def configure(desk: Desk, actor: Actor, origin: Origin, wanted: LocalConnection) -> Standing:
    """Set a connection on the spot; every process goes by it within two seconds.

    Raises Refused: 403, 404, 422 with everything wrong, which while it is off does not include
    what is still missing.
    """
    catalog = _admitted(desk, actor)
    _named(catalog, wanted.id)
    base = _of_package(catalog, wanted.id)
    made = overlaid(base, wanted)
    problems = Problems()
    problems.extend(wrong_with(made, discovered().kinds.get(made.connector), whole=made.on))
    problems.raise_if_any()
    kept = replace(wanted, at=clock.now(), actor=actor.id)
    with desk.store.unit() as unit:
        before = unit.connections.local().get(wanted.id, LocalConnection(wanted.id))
        unit.connections.set(kept)
        unit.bump_catalog()
        unit.journal.append(_event(actor, origin, before, kept))
    desk.catalogs.refresh()
    return shown(desk, actor, wanted.id)


def _event(actor: Actor, origin: Origin, before: LocalConnection, after: LocalConnection) -> Event:
    """Return the entry of a change: which settings it touched, not what they say."""
    names = ("position", "network", "hosts")
    changed = [name for name in names if getattr(before, name) != getattr(after, name)]
    for part in ("settings", "secrets"):
        was, now = getattr(before, part), getattr(after, part)
        changed += [f"{part}.{key}" for key in sorted({*was, *now}) if was.get(key) != now.get(key)]
    body: dict[str, object] = {"changed": changed}
    if before.position != after.position:
        body["position"] = after.position
    return told(CONFIGURED, actor, origin, after.id, body)


def wrong_with(connection: Connection, kind: Kind | None, whole: bool = True) -> Iterator[Problem]:
    """Yield what keeps a connection from working; `whole`: what is missing as well."""
    if kind is None:
        yield _no_connector(connection.connector)
        return
    manifest = kind.manifest
    law = manifest.law()
    if not whole:
        law["required"] = []
    data = {"settings": connection.settings}
    document = Document("", data, Mark(0, 0, {}, {}))
    titles = {f"settings.{one.name}": one.title for one in manifest.settings}
    for problem in check_given(law, document, ("settings",), connection.settings):
        yield _unfilled(problem, titles.get(problem.place.path))
    yield from _no_hosts(manifest, connection.settings)
    for setting in manifest.settings:
        if setting.secret and setting.required and whole and setting.name not in connection.secrets:
            say = Text(
                f"还没有指定密钥“{setting.title.zh}”。",
                f"No secret is set for '{setting.title.en}'.",
            )
            yield Problem("missing_key", say, Place(f"secrets.{setting.name}"))
    for name, reference in connection.secrets.items():
        wrong = wrong_reference(reference)
        if wrong is not None:
            say = Text(f"{wrong.zh}。", f"{wrong.en}.")
            yield Problem("wrong_reference", say, Place(f"secrets.{name}"))
    if connection.network not in NETWORKS:
        words = ", ".join(NETWORKS)
        say = Text(f"应为其中之一：{words}。", f"Expected one of {words}.")
        yield Problem("not_one_of", say, Place("network"))


def _no_hosts(manifest: Manifest, settings: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the settings where a host is to stand and something else does."""
    for one in manifest.settings:
        word = settings.get(one.name)
        if one.law.get("format") != "hostname" or not isinstance(word, str) or not word:
            continue
        if _HOST.fullmatch(word) is None:
            say = Text(
                "这里只写主机名或地址，不带协议、端口和路径，例如 files.example.com。",
                "Only the name or address of a host stands here, without protocol, port and path:"
                " files.example.com, say.",
            )
            yield Problem("not_a_host", say, Place(f"settings.{one.name}"), got=word)


def _unfilled(problem: Problem, title: Text | None) -> Problem:
    """Return the problem of a setting that is missing by what people call it."""
    if problem.code != "missing_key" or title is None:
        return problem
    say = Text(f"“{title.zh}”还没有填写。", f"'{title.en}' is not filled in yet.")
    return replace(problem, say=say, hint=None)


def _no_connector(name: str) -> Problem:
    found = discovered()
    broken = [one for one in found.problems if name in str(one.place)]
    if broken:
        return broken[0]
    say = Text(f"没有安装连接器“{shorten(name)}”。", f"There is no connector '{shorten(name)}'.")
    return Problem("unknown_connector", say, hint=did_you_mean(name, found.kinds))


def setback_found(problem: Problem) -> Finding:
    """Return what a connector could not even begin with as a finding of a check."""
    title = Text("连接", "Connection")
    hint = problem.hint or Text("检查连接的设置。", "Look at the settings of the connection.")
    return Finding(title, False, problem.say, hint)


def _as_json(finding: Finding) -> dict[str, Any]:
    def both(text: Text | None) -> dict[str, str] | None:
        return None if text is None else {"zh": text.zh, "en": text.en}

    return {
        "title": both(finding.title),
        "ok": finding.ok,
        "say": both(finding.say),
        "hint": both(finding.hint),
    }


def _admitted(desk: Desk, actor: Actor) -> Catalog:
    catalog = desk.catalogs.current()
    catalog.access.require(actor, CONNECT, "*")
    return catalog


def _named(catalog: Catalog, id: str) -> Connection:
    connection = catalog.connections.get(id)
    if connection is None:
        say = Text("没有连接“{id}”。", "There is no connection '{id}'.").fill(id=shorten(id))
        hint = did_you_mean(id, catalog.connections)
        raise Refused.one("unknown_connection", say, status=404, hint=hint)
    return connection
