"""Documents of a draft tried before they serve: a connection looked at, a measure reckoned."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, TypeVar

from seamline import clock
from seamline.access import ADMINISTRATOR
from seamline.catalog import Catalog
from seamline.connecting import Kind, discovered, overlaid
from seamline.connector import Connector, Entity, Finding, Setback
from seamline.facts import Actor
from seamline.measures import FORMULAS, ending
from seamline.metadata import Connection, Measure
from seamline.package.connection_checks import built as built_connection
from seamline.package.measure_checks import built as built_measure
from seamline.problems import Problem, Refused
from seamline.text import Text

from ..connected import as_set
from ..connections import setback_found, wrong_with
from ..design import DESIGN
from ..desk import Desk
from ..measuring.found import Measured, Point
from ..measuring.history import JournalHistory, today
from ..measuring.keeping import reckoned
from ..measuring.wording import method
from ..secret_store import CONNECT

Data = Mapping[str, Any]
Found = TypeVar("Found")
PERIODS = 12
KEPT = timedelta(minutes=10)
# What systems were found to have, by how their connection is written. Names and types only.
_told: dict[str, tuple[datetime, Sequence[Entity]]] = {}
_lock = Lock()


def checked(desk: Desk, actor: Actor, data: Data) -> tuple[Finding, ...]:
    """Look at a connection as it is drafted, with what was set for it on the spot.

    Nothing is kept of it. Raises Refused: 403 who may not set up connections, 409 and 422 where
    its connector is missing or it is not set up.
    """
    try:
        return _with(desk, actor, data, lambda connector: tuple(connector.check()))
    except Setback as setback:
        return (setback_found(setback.problem),)


def described(desk: Desk, actor: Actor, data: Data, *, anew: bool = False) -> Sequence[Entity]:
    """Return what the other system of a drafted connection has; raises Refused as `checked`.

    It is asked at most once in ten minutes for the same settings, unless `anew`.
    """
    known = remembered(data)
    if known is not None and not anew:
        desk.catalogs.current().access.require(actor, CONNECT, "*")
        return known
    try:
        found = _with(desk, actor, data, lambda connector: tuple(connector.describe()))
    except Setback as setback:
        raise Refused([setback.problem], 502) from None
    with _lock:
        for key in [key for key, (at, _) in _told.items() if clock.now() - at > KEPT]:
            del _told[key]
        _told[_key(data)] = clock.now(), found
    return found


def remembered(data: Data) -> Sequence[Entity] | None:
    """Return what the other system of a connection was found to have lately, None where not."""
    at, found = _told.get(_key(data), (None, ()))
    return found if at is not None and clock.now() - at <= KEPT else None


def _key(data: Data) -> str:
    asked = ("connection", "connector", "settings", "secrets", "network", "hosts")
    return json.dumps([data.get(one) for one in asked], sort_keys=True, default=str)


def _with(desk: Desk, actor: Actor, data: Data, work: Callable[[Connector], Found]) -> Found:
    # A draft says which hosts are called and with which secrets: only who sets connections up
    # may let it.
    desk.catalogs.current().access.require(actor, CONNECT, "*")
    connection, kind = _as_set_here(desk, built_connection(data))
    wrong = list(wrong_with(connection, kind))
    if kind is None or wrong:
        raise Refused(wrong, 409 if kind is None else 422)
    with as_set(desk, connection, kind) as connector:
        return work(connector)


def _as_set_here(desk: Desk, drafted: Connection) -> tuple[Connection, Kind | None]:
    """Return a drafted connection with what was set for it in this workspace, and its connector."""
    with desk.store.reading() as unit:
        local = unit.connections.local().get(drafted.id)
    made = overlaid(drafted, local) if local is not None else drafted
    return made, discovered().kinds.get(made.connector)


def measured(desk: Desk, actor: Actor, data: Data, periods: int = PERIODS) -> Measured:
    """Return a measure as it is drafted, reckoned from the journal; raises Refused 403, 409.

    Who answers for it is what its draft says, and gives nobody the right to see it.
    """
    catalog = desk.catalogs.current()
    catalog.access.require(actor, DESIGN, "*")
    measure = built_measure(data)
    kind = FORMULAS[measure.formula]
    _require_forms(catalog, actor, measure)
    spans = ending(measure.period, today(catalog), periods if kind.periods else 1, catalog.zone)
    now = clock.now()
    with desk.store.reading() as unit:
        history = JournalHistory(desk, catalog, unit)
        points = tuple(
            Point(span.word, reckoned(history, measure, span), now < span.until) for span in spans
        )
    over = [one for one in points if one.sample.value is not None]
    told = [one for one in over if not (kind.periods and one.running)]
    baseline = measure.baseline.value if measure.baseline is not None else None
    return Measured(
        measure=measure,
        method=method(catalog, measure),
        points=points,
        baseline=baseline,
        frozen=None,
        achieved=told[-1] if told else over[-1] if over else None,
        marks=(),
        at=now,
        may_freeze=False,
    )


def _require_forms(catalog: Catalog, actor: Actor, measure: Measure) -> None:
    forms = FORMULAS[measure.formula].forms(measure.settings) or frozenset(catalog.forms)
    missing = sorted(forms - catalog.forms.keys())
    if missing:
        say = Text("表单“{form}”还没有发布。", "The form '{form}' is not published yet.")
        raise Refused((Problem("not_published", say.fill(form=missing[0])),), 409)
    if ADMINISTRATOR in actor.roles and actor.scopes is None:
        return
    if not all(catalog.access.whole(actor, form) for form in forms):
        say = Text(
            "它数的表单您看不全，这里不显示数字。",
            "It counts forms that you may not read whole; its figures are not shown.",
        )
        raise Refused((Problem("not_allowed", say),), 403)
