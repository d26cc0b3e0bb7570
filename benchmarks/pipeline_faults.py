"""Pipelines that call other systems which fail: the effect once, or an item a person resumes.

python benchmarks/pipeline_faults.py [--only kingdee|wecom|aliyun|tencent|u8|http|odbc|files]

A worker does real pipelines against the stand-ins, once with each fault on the first call and once
with the fault until a person has mended it and resumed the run. What happened is read from the
journal of the stand-in. Systems that are read are looked at twice within the fault and twice after
it: a change there makes one record. Which faults a connector cannot have is told with the reason.
Exit code 1 where a run is lost, stops without a word, or its effect is not there exactly once in
the end.
"""

from __future__ import annotations

import argparse
import logging
import sqlite3
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path
from typing import Any

from failing_reads import Reader, Source, database, folder
from failing_writes import (
    COMMON,
    Fault,
    System,
    failing,
    http,
    kingdee,
    opener,
    sms_voice,
    u8_columns,
    u8_services,
    wecom,
)
from impossible_faults import IMPOSSIBLE
from seamline import clock, settings
from seamline.connector import Connector, Write
from seamline.connectors.http.standin.service import OrderDesk
from seamline.connectors.kingdee.standin.service import Kingdee
from seamline.connectors.sms_voice import standin as sms_
from seamline.connectors.u8.standin.seeding import SMALL, seed
from seamline.connectors.u8.standin.standing import services
from seamline.connectors.u8.standin.target import fill
from seamline.connectors.wecom import standin as wecom_
from seamline.facts import Actor, Origin
from seamline.jobs.engine import Engine, Worker
from seamline.jobs.run import Run
from seamline.standins.standin import Running as Standing, running
from seamline.testing.connector_contract import Case
from seamline.usecases import install, runs
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.dispatch import Dispatcher
from seamline.usecases.pipelining.running import Running
from seamline.usecases.submit import Submission, submit

PACKAGE = Path(__file__).parents[1] / "tests/packages/stitched"
ADMINISTRATOR = Actor("benchmark", "benchmark", ("administrator",))
CLI = Origin("cli")
PATIENCE = 60.0
# What a run stops with where it cannot be known whether it took effect: a person looks.
UNSURE = ("wecom_robot_unsure", "sms_unsure")
MOST_RESUMED = 3


def sources(
    desk: Desk, root: Path, systems: Mapping[str, System], desk_there: Standing, books: Standing
) -> list[Source]:
    """Return the systems that are read."""

    played = count(1)

    def order_changed() -> None:
        desk_there.advance(next(played))  # each change has a moment of its own
        order = desk_there.services["http"].orders["SO-0009"]
        order |= {"updated_at": f"{desk_there.bench.clock.now():%Y-%m-%dT%H:%M:%S.%fZ}"}

    def bill_changed() -> None:
        books.advance(next(played))
        with systems["kingdee"].connect() as connector:
            connector.write(Write("sales_order", "update", f"bill {next(played)}",
                                  {"FNote": "changed"}, "OD-1"))  # fmt: skip

    own: dict[str, list[Fault]] = {
        "kingdee": [("session_lost", {"shape": "plain"})],
        "http": [("busy", {}), ("forbidden", {})],
    }  # fmt: skip
    served = [
        Source(name, entity, key, systems[name].connect, [*COMMON, *own[name]],
               systems[name].begin, change, failing(there, path), there.heal, there.advance)
        for name, entity, key, change, there, path in (
            ("kingdee", "sales_order", "OD-1", bill_changed, books, "*.ExecuteBillQuery.*"),
            ("http", "orders", "SO-0009", order_changed, desk_there, "/orders*"),
        )
    ]  # fmt: skip
    path = root / "u8.db"
    stock = "UPDATE CurrentStock SET iQuantity = iQuantity + 1 WHERE AutoID = 3"
    vendor = "UPDATE Vendor SET cVenPhone = cVenPhone || '1' WHERE cVenCode = 'V002'"
    with closing(sqlite3.connect(path)) as there:
        part, house = there.execute(
            "SELECT cInvCode, cWhCode FROM CurrentStock WHERE AutoID = 3"
        ).fetchone()
    tables = [{"name": "vendors", "table": "Vendor", "key": ["cVenCode"], "version": "pubufts"}]
    given = {"dialect": "sqlite", "seconds": 0.3, "tables": tables,
             "connection_string": f"DRIVER=SQLite3;Database={path};Timeout=300"}  # fmt: skip
    watched = root / "watched"
    return [
        *served,
        database("u8", "stock", f"{part}@{house}", path, stock, systems["u8"].connect),
        database("odbc", "vendors", "V002", path, vendor, opener(desk, "odbc", Case(given, {}))),
        folder(watched, opener(desk, "files", Case({"folder": str(watched)}, {}))),
    ]


class Plant:
    """A workspace with a worker, and the systems that its pipelines call."""

    def __init__(self, desk: Desk, systems: Sequence[System]) -> None:
        self.desk = desk
        self.systems = {one.name: one for one in systems}
        self.at: System | None = None
        self.engine = Engine(desk.settings.database)
        self.dispatcher = Dispatcher(desk, self.engine)
        self.running = Running(desk, self._connect)

    def _connect(self, name: str, stack: ExitStack) -> Connector:
        assert self.at is not None
        return stack.enter_context(self.at.connect())

    def ordered(self, system: System) -> Run:
        """Make an order and return its run when it has ended or stopped."""
        self.at = system
        asked = Submission("order", "create", {"system": system.name, **system.asked})
        record = submit(self.desk, ADMINISTRATOR, CLI, asked).record
        while self.dispatcher.drain():
            pass
        found = self.engine.runs(prefixes=(f"to_{system.name}:",))
        (run,) = [one for one in found if one.about.get("record") == record.id]
        return self.settled(system, run.id)

    def settle(self) -> None:
        """Wait until nothing is under way."""
        end = time.monotonic() + PATIENCE
        while self.engine.left() and time.monotonic() < end:
            time.sleep(0.02)

    def settled(self, system: System, run: str) -> Run:
        """Wait for a run to end or stop; time over there passes while it waits."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = self.engine.run(run)
            if found is not None and found.state in ("done", "stopped"):
                return found
            if found is not None and found.state == "waiting" and found.due is not None:
                left = (found.due - clock.now()).total_seconds()
                system.passes(max(left, 0.0) + 1)
                self.engine.client.set_workflow_delay(found.part, delay_seconds=0)
            time.sleep(0.02)
        raise TimeoutError(f"{run} neither ended nor stopped")

    def gone_on_with(self, system: System, run: Run) -> tuple[str, list[str]]:
        """Resume a run as often as it stops, as a person who looks does; return how it ended, and
        why it had stopped each time."""
        whys: list[str] = []
        while run.state == "stopped" and len(whys) < MOST_RESUMED:
            whys.append(str(run.about["why"][0]["code"]))
            there = whys[-1] in UNSURE and system.count() > 0
            runs.resume(self.desk, self.engine, ADMINISTRATOR, CLI, run.id, skip=there)
            run = self.settled(system, run.id)
        return run.state, whys


def played(plant: Plant, system: System, fault: str, args: Mapping[str, Any], always: bool) -> bool:
    """Play one fault; print what became of the run, and return whether it is as it must be.

    Where nobody can know whether it took effect, the person looks: what is there is skipped.
    """
    system.begin()
    system.fail(fault, args, always)
    run = plant.ordered(system)
    before, said = system.count(), run.about.get("why") or ()
    system.heal()
    ends, whys = plant.gone_on_with(system, run)
    after = system.count()
    listed = run.state == "done" or bool(said)
    right = ends == "done" and after == 1 and before <= 1 and listed
    when = "always" if always else "once"
    name = f"{fault}{' after' if args.get('after') else ''}"
    print(f"{'ok   ' if right else 'WRONG'} {system.name:14} {name:44} "
          f"{when:7} {run.state:8} {before} then {after} {' '.join(whys)}", flush=True)  # fmt: skip
    return right


def main() -> int:
    """Play every fault against every system."""
    options = argparse.ArgumentParser(description=__doc__)
    names = ("kingdee", "wecom", "aliyun", "tencent", "http", "u8", "odbc", "files")
    options.add_argument("--only", choices=names, help="one system")
    asked = options.parse_args()
    logging.disable(logging.WARNING)  # what is not read is told in the table
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seamline-faults-")))
        desk = stack.enter_context(closing(open_desk(settings.found(root / "workspace", {}))))
        install.publish(desk, ADMINISTRATOR, CLI, PACKAGE)
        path = root / "u8.db"
        with closing(sqlite3.connect(path)) as database:
            fill(database, "sqlite", seed(SMALL))
        books, order_desk = (stack.enter_context(running(one)) for one in (Kingdee, OrderDesk))
        systems = [
            *kingdee(desk, books),
            *wecom(desk, stack.enter_context(running(wecom_.WeComService))),
            *sms_voice(desk, stack.enter_context(running(sms_.SmsService))),
            http(desk, order_desk),
            u8_columns(desk, path),
            *u8_services(desk, path, stack.enter_context(running(*services(path)))),
        ]
        plant = Plant(desk, systems)
        stack.callback(plant.engine.close)
        worker = Worker(plant.engine, plant.running.interpret, slot="slot-0", poll=0.02)
        worker.start()
        stack.callback(worker.stop, 0)
        print(f"      {'system':14} {'fault':44} {'comes':7} {'run':8} before then after")
        right = [
            played(plant, system, fault, args, always)
            for system in systems
            if asked.only in (None, system.name.partition("_")[0])
            for fault, args in system.faults
            for always in (False, True)
        ]
        reader = Reader(desk, plant.settle)
        right += [
            reader.played(source, fault, args, always)
            for source in sources(desk, root, plant.systems, order_desk, books)
            if asked.only in (None, source.name)
            for fault, args in source.faults
            for always in (False, True)
        ]
    for who, what, why in IMPOSSIBLE:
        print(f"none  {who}: {what} ({why})")
    print(f"{sum(right)} of {len(right)} as they must be")
    return int(not all(right))


if __name__ == "__main__":
    sys.exit(main())
