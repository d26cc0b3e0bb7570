"""What other systems tell a connection: stored once per key, for pipelines to hear."""

from __future__ import annotations

from seamline import clock
from seamline.connector import Happening, Incoming, Receives, Taken
from seamline.problems import Refused
from seamline.store import Unit
from seamline.text import Text

from .connected import able, using
from .desk import Desk


def take(desk: Desk, connection: str, request: Incoming) -> Taken:
    """Take a request to the address of a connection; return what is answered once it is stored.

    Raises Refused 404 where no connection takes any, and the setbacks of its connector.
    """
    if connection not in {one.id for one in able(desk, "receive")}:
        raise Refused.one(
            "unknown_connection",
            Text("这里没有可接收的连接。", "No connection takes anything here."),
            status=404,
        )
    with using(desk, connection) as connector:
        assert isinstance(connector, Receives)
        taken = connector.receive(request)
    if taken.happenings:
        with desk.store.unit() as unit:
            for happening in taken.happenings:
                _store(unit, connection, happening)
    return taken


def _store(unit: Unit, connection: str, happening: Happening) -> None:
    """Leave a message of it, unless it was told before: systems repeat what was not answered."""
    teller = f"connection.{connection}"
    if unit.idempotency.find(teller, happening.key) is not None:
        return
    body = {**happening.values, "key": happening.key, "at": clock.now().isoformat()}
    unit.idempotency.keep(teller, happening.key, "", "", "", {})
    unit.outbox.add(f"{teller}.{happening.topic}", happening.key, body)
