"""The order desk of the stand-in, and what opens a connection to it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from seamline.connecting import discovered
from seamline.connectors.http.standin.service import CREDENTIAL, OrderDesk
from seamline.standins.standin import running
from seamline.testing.connector_contract import Case, opening

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
    given = {"document": f"{desk.url}/openapi.json", "auth": "bearer", "timeout": 30}
    return {**given, "once": "header", "reads": READS, **more}


@pytest.fixture
def connecting(desk, memory_store):
    """Return what opens a connection anew, as a process that was restarted does."""
    kind, fresh = discovered().kinds["http"], f"desk-{uuid4().hex}"

    def connect(credential=CREDENTIAL, network="loopback", **more):
        case = Case(settings(desk, **more), {"credential": credential}, network)
        return opening(kind, case, memory_store, fresh)()

    return connect
