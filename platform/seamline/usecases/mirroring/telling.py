"""Who looks after connections hears of what a comparison found, and of a system that stays away."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from seamline import clock
from seamline.catalog import Catalog
from seamline.facts import Event
from seamline.metadata import Connection, Mirror
from seamline.problems import Problem
from seamline.store import Unit
from seamline.text import Text

from .. import attention
from ..connections import mirror_actor
from ..desk import Desk
from ..secret_store import CONNECT
from .taking import ORIGIN

DRIFTED, REFUSED, FAILED = "mirror_drifted", "mirror_refused", "mirror_failed"
MOST_NAMED = 3  # keys in a notice


def tell_drift(
    desk: Desk, catalog: Catalog, connection: Connection, mirror: Mirror,
    found: tuple[int, int, int],
) -> None:  # fmt: skip
    """Say how many records a comparison found missing, different and gone; it has mended them."""
    missing, different, gone = found
    model = catalog.forms.get(mirror.form)
    form = model.form.title if model is not None else Text.same(mirror.form)
    say = Text(
        f"{connection.title.zh}与{form.zh}比对：缺少 {missing} 条、不同 {different} 条、"
        f"对方已没有 {gone} 条，已按对方改正。",
        f"{form.en} compared with {connection.title.en}: {missing} missing, {different}"
        f" different, {gone} gone over there; put right here.",
    )
    body = {"missing": missing, "different": different, "gone": gone}
    _tell(desk, catalog, connection, mirror, DRIFTED, say, body)


def tell_refused(
    desk: Desk, catalog: Catalog, connection: Connection, mirror: Mirror, keys: Collection[str]
) -> None:
    """Say which rows could not be taken over; why stands beside them on the page of drift."""
    named = ", ".join(sorted(keys)[:MOST_NAMED])
    say = Text(
        f"{connection.title.zh}有 {len(keys)} 行没能接收：{named}",
        f"{len(keys)} rows of {connection.title.en} could not be taken over: {named}",
    )
    _tell(desk, catalog, connection, mirror, REFUSED, say, {"rows": len(keys)})


def _tell(
    desk: Desk, catalog: Catalog, connection: Connection, mirror: Mirror, kind: str, say: Text,
    body: Mapping[str, object],
) -> None:  # fmt: skip
    """Keep in the journal what became of a mirror, and lead people to its part of the page."""
    told = {"connection": connection.id, **body}
    event = _event(kind, connection, f"{connection.id}.{mirror.id}", told)
    with desk.store.unit() as unit:
        link = f"/connections/{connection.id}/drift#m-{mirror.id}"
        attention.ask(unit, catalog, unit.journal.append(event), CONNECT, say, link)


def tell_failed(unit: Unit, catalog: Catalog, connection: Connection, problem: Problem) -> None:
    """Say that a system cannot be read, and why."""
    why = problem.say
    say = Text(
        f"{connection.title.zh}读不到了：{why.zh}",
        f"{connection.title.en} cannot be read: {why.en}",
    )
    body = {"connection": connection.id, "code": problem.code}
    event = unit.journal.append(_event(FAILED, connection, connection.id, body))
    attention.ask(unit, catalog, event, CONNECT, say, f"/connections/{connection.id}")


def _event(kind: str, connection: Connection, code: str, body: Mapping[str, object]) -> Event:
    return Event(
        kind=kind, at=clock.now(), actor=mirror_actor(connection).id, via=ORIGIN.via, code=code,
        body=body,
    )  # fmt: skip
