"""A migration that is killed or stopped goes on where it was, and nothing is there twice."""

from __future__ import annotations

import subprocess
import sys

import pytest

from seamline.problems import Refused
from seamline.store import Query
from seamline.usecases import look, migrate

from .conftest import ADMIN

# Carries a run on and kills itself, hard, in the midst of a batch of it.
KILLED = """
import os, signal, sys
from pathlib import Path
from seamline import settings
from seamline.facts import Actor
from seamline.usecases import migrate
from seamline.usecases.desk import open_desk
from seamline.usecases.submitting.takeover import Takeover

admin = Actor("operator", "operator", ("administrator",), language="en")
desk = open_desk(settings.existing(Path(sys.argv[1]), {"SEAMLINE_DATABASE": sys.argv[2]}))
batches, real = 0, Takeover.take

def take(door, unit, items):
    global batches
    batches += 1
    outcomes = real(door, unit, items)
    if batches == 2:
        os.kill(os.getpid(), signal.SIGKILL)  # everything is written, nothing committed
    return outcomes

Takeover.take = take
migrate.run(desk, admin, sys.argv[3], force=True)
"""


@pytest.mark.cap(74)
def test_killed_three_times_and_resumed_it_is_equal(desk, workspace, store_url, given):
    wanted = migrate.map_named(desk, "old_orders")
    begun = migrate.start(desk, ADMIN, wanted, given(1100))
    for kill in range(1, 4):
        arguments = [sys.executable, "-c", KILLED, str(workspace), store_url, begun.id]
        assert subprocess.run(arguments, check=False).returncode == -9
        assert migrate.job(desk, ADMIN, begun.id).position == 250 * kill
    assert migrate.start(desk, ADMIN, wanted, given(1100)).id == begun.id
    with pytest.raises(Refused) as refused:  # its process said something just now
        migrate.run(desk, ADMIN, begun.id)
    assert refused.value.status == 409
    done = migrate.run(desk, ADMIN, begun.id, force=True)
    assert (done.state, done.taken, done.lines) == ("done", 990, 1980)
    assert done.report["equal"]
    assert look.page(desk, ADMIN, "old_order", Query(total=True, limit=1)).total == 990
    with desk.store.reading() as unit:
        assert unit.journal.verify().sound


def test_somebody_stops_it_and_goes_on_later(desk, given):
    wanted = migrate.map_named(desk, "old_orders")
    begun = migrate.start(desk, ADMIN, wanted, given(700))

    def watch(run):
        if run.position == 250:
            migrate.stop(desk, ADMIN, run.id)

    stopped = migrate.run(desk, ADMIN, begun.id, watch)
    assert (stopped.state, stopped.position) == ("stopped", 250)
    pace = migrate.speed(stopped)
    assert pace.per_second is not None
    assert pace.seconds_left is not None
    done = migrate.run(desk, ADMIN, begun.id)
    assert (done.state, done.position, done.taken) == ("done", 700, 630)
    assert done.report["equal"]
