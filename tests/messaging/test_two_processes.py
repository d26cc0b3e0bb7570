"""A receipt that reaches one process is known to the one that waits for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from contextlib import contextmanager

import pytest

from seamline.connector import Message
from seamline.usecases.connected import using

WORDS = {"code": "OD-2026-11-00001", "due": "11-28 17:00"}
BUSY = '[{"call_id":"%s","status_code":"200002"}]'


@contextmanager
def served(desk):
    """Serve the pages of a workspace in a process that does no runs; yield its address."""
    given = {**os.environ, "SEAMLINE_WORKER": "off", "SEAMLINE_PORT": "0", "SEAMLINE_LOG": "json"}
    command = [sys.executable, "-m", "seamline", "serve", "--workspace", desk.settings.workspace]
    running = subprocess.Popen(command, env=given, stderr=subprocess.PIPE)
    try:
        assert running.stderr is not None
        told = (json.loads(line) for line in running.stderr if line.startswith(b"{"))
        yield next(one["address"] for one in told if one["message"] == "listening")
    finally:
        running.terminate()
        running.communicate(timeout=30)


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
