"""An import that is killed goes on where it was, and every record is there exactly once."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from seamline.facts import Actor, Origin
from seamline.problems import Refused
from seamline.store import Query
from seamline.usecases import import_, look
from seamline.usecases.desk import Desk
from seamline.usecases.import_ import Upload

ADMIN = Actor("operator", "operator", ("administrator",), language="en")
CLI = Origin("cli")
ROWS = 1_100

# Imports a file and kills itself, hard, in the third batch, a few or many rows into it.
KILLED = """
import os, signal, sys
from pathlib import Path
from seamline import settings
from seamline.facts import Actor, Origin
from seamline.usecases import import_
from seamline.usecases.desk import open_desk

admin = Actor("operator", "operator", ("administrator",), language="en")
desk = open_desk(settings.existing(Path(sys.argv[1]), {"SEAMLINE_DATABASE": sys.argv[4]}))
batches = 0
real = import_.Offer.make

def make(offer, unit, draft, **more):
    if batches == 2 and draft.row % 100 == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)  # in the midst of a transaction
    return real(offer, unit, draft, **more)

def watch(progress):
    global batches
    batches += 1

import_.Offer.make = make
job = import_.start(desk, admin, Origin("cli"), "part", import_.Upload.of(Path(sys.argv[2])))
import_.run(desk, admin, job.id, watch)
"""


@pytest.mark.parametrize("moment", [3, 50])
def test_kill_in_the_midst_and_go_on(
    desk: Desk,
    workspace: Path,
    store_url: str,
    tmp_path: Path,
    csv_file: Callable[..., Upload],
    moment: int,
) -> None:
    rows = [["Part code", "Part name", "Price"]]
    rows += [[f"N{n}", f"Part {n}", "abc" if n % 500 == 7 else "1"] for n in range(ROWS)]
    file = csv_file(rows)
    path = tmp_path / file.name
    path.write_bytes(file.content)
    command = [sys.executable, "-c", KILLED, str(workspace), str(path), str(moment), store_url]
    killed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert killed.returncode == -9, killed.stderr

    job = import_.start(desk, ADMIN, CLI, "part", file)
    assert (job.state, job.position) == ("running", 400)
    done = import_.run(desk, ADMIN, job.id)
    assert (done.state, done.position, done.good, done.bad) == ("done", ROWS, ROWS - 3, 3)
    assert [one.row for one in import_.problems_of(done)] == [9, 509, 1009]
    parts = look.stream(desk, ADMIN, "part", Query(sort=("_created_at",)))
    count = Counter(record.values["code"] for record in parts)
    assert set(count.values()) == {1} and len(count) == ROWS - 3 + 2
    with desk.store.reading() as unit:
        told = Counter(e.code for e in unit.journal.after(0, 10_000) if e.kind == "created")
    assert set(told.values()) == {1} and len(told) == len(count)

    again = import_.run(desk, ADMIN, job.id)
    assert (again.state, again.position, again.updated_at) == (
        "done", ROWS, import_.job(desk, ADMIN, job.id).updated_at,
    )  # fmt: skip


def test_two_at_once_do_not_import_twice(desk: Desk, csv_file: Callable[..., Upload]) -> None:
    rows = [["Part code", "Part name"], *([f"N{n}", "x"] for n in range(450))]
    job = import_.start(desk, ADMIN, CLI, "part", csv_file(rows))

    def cut_in(progress: import_.Progress) -> None:
        if progress.position == import_.BATCH:  # another process takes the job and finishes it
            assert import_.run(desk, ADMIN, job.id).good == 450

    with pytest.raises(Refused) as refused:
        import_.run(desk, ADMIN, job.id, cut_in)
    assert refused.value.problems[0].code == "import_runs_elsewhere"
    parts = look.page(desk, ADMIN, "part", Query(limit=1))
    assert parts.total == 452
