"""A receipt that reaches one process is known to the one that waits for it."""

from __future__ import annotations

import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from seamline.connector import Message
from seamline.ui.surge.process import Server
from seamline.usecases.connected import using

WORDS = {"code": "OD-2026-11-00001", "due": "11-28 17:00"}
BUSY = '[{"call_id":"%s","status_code":"200002"}]'


@contextmanager
def served(desk):
    """Serve the pages of a workspace in a process that does no runs; yield its address."""
    server = Server(Path(desk.settings.workspace), {"SEAMLINE_WORKER": "off"})
    server.start()
    try:
        yield server.address
    finally:
        server.stop()


@pytest.mark.cap(50)
def test_a_receipt_told_to_the_pages_is_known_to_the_worker(reached):
    reached.sms.reset()
    reached.sms.fault("receipt_never")  # of calls nothing is asked: it has to be told
    with served(reached.desk) as address:
        with using(reached.desk, "sms") as connector:
            told = Message("two", ("13800000001",), template="call", parameters=WORDS)
            (sent,) = connector.send(told)
            before = connector.delivery(sent.reference)[0].state
        url = f"{address}/connect/sms?token=standin-push-word"
        asked = urllib.request.Request(url, (BUSY % sent.reference).encode(), method="POST")
        with urllib.request.urlopen(asked, timeout=30) as answer:
            assert answer.status == 200
        with using(reached.desk, "sms") as connector:
            after = connector.delivery(sent.reference)[0].state
    assert (sent.state, before, after) == ("accepted", "accepted", "failed")
