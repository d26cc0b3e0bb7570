"""The order desk of the stand-in, and what opens a connection to it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from seamline.connecting import (
    Allowed,
    Seal,
    SecretReader,
    Setup,
    allowed_hosts,
    discovered,
    opened,
)
from seamline.connectors.http.standin.service import CREDENTIAL, OrderDesk
from seamline.standins.standin import running
from seamline.store import open_store

READS = [
    {"entity": "orders", "since": "updated_since", "modified": "updated_at"},
    {"entity": "notes", "paging": "link"},
]


@pytest.fixture(scope="session")
def served_desk():
    with running(OrderDesk) as found:
        yield found


@pytest.fixture
def desk(served_desk):
    served_desk.reset()
    return served_desk


def settings(desk, **more) -> dict:
    given = {"document": f"{desk.url}/openapi.json", "auth": "bearer", "timeout": 0.5}
    return {**given, "once": "header", "reads": READS, **more}


@pytest.fixture(scope="session")
def desk_store(tmp_path_factory):
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('desk') / 'memory.db'}")
    store.upgrade()
    yield store
    store.close()


@pytest.fixture
def connecting(desk, desk_store):
    """Return what opens a connection anew, as a process that was restarted does."""
    seal = Seal(b"orders!!" * 4)
    kind = discovered().kinds["http"]
    fresh = f"desk-{uuid4().hex}"

    def connect(credential=CREDENTIAL, network="loopback", **more):
        reader = SecretReader(desk_store, seal, environment={"DESK": credential})
        given = settings(desk, **more)
        allowed = Allowed(allowed_hosts(kind, given, ()), network)
        setup = Setup(fresh, given, {"credential": "env:DESK"}, allowed)
        return opened(kind, setup, desk_store, seal, reader)

    return connect
