"""Publications under way and those that are over: what was asked for and how far each is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, delete, insert, select, update

from . import plain
from .design_tables import ROLLOUTS

RolloutState = Literal["running", "done", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Rollout:
    """One publication; `beat` is when its process was last alive, `body` what was asked and came.

    It is `done` from the very transaction on in which its documents began to serve.
    """

    id: str
    package: str
    kind: str
    actor: str
    at: datetime
    beat: datetime
    state: RolloutState
    body: Mapping[str, Any]


class Rollouts:
    """The publications, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, one: Rollout) -> None:
        """Store a publication that begins."""
        row = {
            "id": one.id, "package": one.package, "kind": one.kind, "actor": one.actor,
            "at": one.at, "beat": one.beat, "state": one.state, "body": plain.dump(one.body),
        }  # fmt: skip
        self._connection.execute(insert(ROLLOUTS), row)

    def get(self, id_: str) -> Rollout | None:
        """Return one publication."""
        row = self._connection.execute(select(ROLLOUTS).where(ROLLOUTS.c.id == id_)).first()
        return _rollout(row) if row else None

    def newest(self, package: str) -> Rollout | None:
        """Return the newest publication of a package that has a page of its own."""
        mine = (ROLLOUTS.c.package == package) & (ROLLOUTS.c.kind != "direct")
        wanted = select(ROLLOUTS).where(mine)
        row = self._connection.execute(wanted.order_by(ROLLOUTS.c.at.desc()).limit(1)).first()
        return _rollout(row) if row else None

    def running(self) -> tuple[Rollout, ...]:
        """Return those that are not over, the processes of some of which may have ended."""
        wanted = select(ROLLOUTS).where(ROLLOUTS.c.state == "running")
        return tuple(_rollout(row) for row in self._connection.execute(wanted))

    def remove(self, id_: str) -> None:
        """Forget a publication."""
        self._connection.execute(delete(ROLLOUTS).where(ROLLOUTS.c.id == id_))

    def move(self, id_: str, state: RolloutState, body: Mapping[str, Any], at: datetime) -> None:
        """Say how far a publication is."""
        mine = update(ROLLOUTS).where(ROLLOUTS.c.id == id_)
        self._connection.execute(mine, {"state": state, "body": plain.dump(body), "beat": at})

    def beat(self, id_: str, at: datetime) -> None:
        """Say that the process of a publication is alive."""
        self._connection.execute(update(ROLLOUTS).where(ROLLOUTS.c.id == id_), {"beat": at})


def _rollout(row: Any) -> Rollout:
    return Rollout(
        row.id, row.package, row.kind, row.actor, row.at, row.beat, row.state,
        plain.load(row.body),
    )  # fmt: skip
