"""Pipelines that call other systems which fail: the effect once, or an item a person resumes.

python benchmarks/pipeline_faults.py [--only kingdee|wecom|u8|sms_voice|http|odbc|files]

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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from failing_reads import Fault, Reader, Source, database, folder
from impossible_faults import IMPOSSIBLE
from seamline import clock, settings
from seamline.connecting import discovered
from seamline.connector import Connector, Write
from seamline.connectors.http.standin.service import CREDENTIAL, OrderDesk
from seamline.connectors.kingdee.standin import auth
from seamline.connectors.kingdee.standin.service import Kingdee
from seamline.connectors.sms_voice import standin as sms_
from seamline.connectors.u8.standin.seeding import SMALL, seed
from seamline.connectors.u8.standin.target import fill
from seamline.connectors.wecom import standin as wecom_
from seamline.facts import Actor, Origin
from seamline.jobs.engine import Engine, Worker
from seamline.jobs.run import Run
from seamline.standins.standin import Running as Standing, running
from seamline.testing.connector_contract import Case, opening
from seamline.usecases import install, runs
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.dispatch import Dispatcher
from seamline.usecases.pipelining.running import Running
from seamline.usecases.submit import Submission, submit

PACKAGE = Path(__file__).parents[1] / "tests/packages/stitched"
ADMINISTRATOR = Actor("benchmark", "benchmark", ("administrator",))
CLI = Origin("cli")
PATIENCE = 60.0
COMMON: list[tuple[str, Mapping[str, Any]]] = [
    ("timeout", {}), ("timeout", {"after": True}), ("lost_reply", {}), ("http_500", {}),
    ("http_500", {"after": True}), ("http_503_retry_after", {}), ("truncated_json", {}),
    ("reset", {}), ("reset", {"after": True}),
]  # fmt: skip
LINE = {"FMaterialId": "CH000001", "FUnitID": "Pcs", "FQty": 5, "FTaxPrice": 1.5}
ORDER = {
    "FBillNo": "OD-1", "FDate": "2026-11-26", "FCustId": "CUST000001", "FSaleOrgId": "100",
    "FSaleOrderEntry": [LINE],
}  # fmt: skip


@dataclass
class System:
    """Another system: how it is reached, how it fails, and what really happened there."""

    name: str
    connect: Callable[[], AbstractContextManager[Connector]]
    faults: Sequence[tuple[str, Mapping[str, Any]]]
    begin: Callable[[], None]
    fail: Callable[[str, Mapping[str, Any], bool], None]
    heal: Callable[[], None]
    passes: Callable[[float], None]
    count: Callable[[], int]
    verb: str = "write"


def opener(desk: Desk, name: str, case: Case) -> Callable[[], AbstractContextManager[Connector]]:
    """Return what opens a connection anew, which remembers in the workspace."""
    return opening(discovered().kinds[name], case, desk.store, name)


def kingdee(desk: Desk, served: Standing) -> System:
    """Return the stand-in for Kingdee: the note of an order is changed."""
    given = {
        "account": auth.ACCOUNT, "user": auth.USER, "app_id": auth.APP_ID, "login": "secret",
        "server": f"{served.url}/k3cloud", "timeout": 2,
    }  # fmt: skip
    secrets = {"app_secret": auth.APP_SECRET, "password": auth.PASSWORD}
    connect = _in_time(served, opener(desk, "kingdee", Case(given, secrets, network="loopback")))

    def begin() -> None:
        _forgotten(desk, "kingdee", served)
        with connect() as connector:
            connector.write(Write("sales_order", "create", "first", ORDER))

    own = [("session_lost", {"shape": "plain"}), ("response_error", {})]
    return System(
        "kingdee", connect, [*COMMON, *own], begin, _failing(served, "*.Save.*"), served.heal,
        served.advance, lambda: served.effects().count("update SAL_SaleOrder OD-1"),
    )  # fmt: skip


def wecom(desk: Desk, served: Standing) -> System:
    """Return the stand-in for WeCom: a message is sent."""
    given = {
        "corp_id": wecom_.CORP, "agent_id": wecom_.AGENT, "server": served.url,
        "inside_server": served.url, "scan_server": served.url, "seconds": 1.0,
    }  # fmt: skip
    case = Case(given, {"secret": wecom_.SECRET}, network="loopback")
    connect = _in_time(served, opener(desk, "wecom", case))
    own: list[Fault] = [("code_42001", {}), ("code_45009", {})]

    return System(
        "wecom", connect, [*COMMON, *own], lambda: _forgotten(desk, "wecom", served),
        _failing(served, "*/send"), served.heal, served.advance,
        lambda: sum(" m01" in one for one in served.effects()), "send",
    )  # fmt: skip


def sms_voice(desk: Desk, served: Standing) -> System:
    """Return the stand-in for text messages: one is sent."""
    template = {"name": "due_soon", "medium": "sms", "id": "SMS_480001",
                "parameters": ["code", "due"]}  # fmt: skip
    given = {
        "provider": "aliyun", "sign": sms_.SIGN, "app": sms_.APP, "voice_app": sms_.VOICE_APP,
        "templates": [template], "sms_server": served.url, "voice_server": served.url,
        "seconds": 1.0,
    }  # fmt: skip
    secrets = {"key_id": sms_.KEY_ID, "key_secret": sms_.KEY_SECRET}
    connect = _in_time(served, opener(desk, "sms_voice", Case(given, secrets, network="loopback")))
    own: list[Fault] = [("isv.BUSINESS_LIMIT_CONTROL", {}), ("Throttling.User", {}),
                        ("SignatureExpired", {})]  # fmt: skip
    return System(
        "sms_voice", connect, [*COMMON, *own], lambda: _forgotten(desk, "sms_voice", served),
        _failing(served, "/"), served.heal, served.advance,
        lambda: sum(one.startswith("sms 13800000001") for one in served.effects()), "send",
    )  # fmt: skip


def http_case(served: Standing) -> Case:
    """Return how the order desk is reached."""
    reads = [{"entity": "orders", "since": "updated_since", "modified": "updated_at"}]
    given = {
        "document": f"{served.url}/openapi.json", "auth": "bearer", "timeout": 1, "once": "header",
        "reads": reads,
    }  # fmt: skip
    return Case(given, {"credential": CREDENTIAL}, network="loopback")


def http(desk: Desk, served: Standing) -> System:
    """Return the order desk, any service with a description: a note is left."""
    connect = _in_time(served, opener(desk, "http", http_case(served)))
    own: list[Fault] = [("busy", {}), ("forbidden", {})]
    return System(
        "http", connect, [*COMMON, *own], lambda: _forgotten(desk, "http", served),
        _failing(served, "/notes"), served.heal, served.advance,
        lambda: served.effects().count("create notes"),
    )  # fmt: skip


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
               systems[name].begin, change, _failing(there, path), there.heal, there.advance)
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


def u8(desk: Desk, path: Path) -> System:
    """Return a U8 database: the settlement number of an order is written back."""
    given = {
        "driver": "odbc", "dialect": "sqlite", "seconds": 0.3, "write_by": "columns",
        "write_columns": ["settlement_no", "final_delivery"],
        "connection_string": f"DRIVER=SQLite3;Database={path};Timeout=300",
    }  # fmt: skip
    held: list[sqlite3.Connection] = []
    known: dict[str, Any] = {"before": 0, "always": False}

    def updates() -> int:
        asked = "SELECT COUNT(*) FROM u8sim_journal WHERE table_name = 'SO_SOMain' AND pk = '1'"
        with closing(sqlite3.connect(path)) as database:
            return int(database.execute(asked).fetchone()[0])

    def begin() -> None:
        known["before"] = updates()

    def fail(_fault: str, _args: Mapping[str, Any], always: bool) -> None:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        held.append(other)
        known["always"] = always

    def heal() -> None:
        while held:
            held.pop().close()

    def passes(_seconds: float) -> None:
        if not known["always"]:
            heal()

    connect = opener(desk, "u8", Case(given, {}))
    return System("u8", connect, [("held by another", {})], begin, fail, heal, passes,
                  lambda: updates() - known["before"])  # fmt: skip


def _in_time(
    served: Standing, connect: Callable[[], AbstractContextManager[Connector]]
) -> Callable[[], AbstractContextManager[Connector]]:
    """Let a connection live in the time of its stand-in."""

    @contextmanager
    def now() -> Iterator[Connector]:
        with clock.frozen(served.bench.clock.now()), connect() as connector:
            yield connector

    return now


def _forgotten(desk: Desk, name: str, served: Standing) -> None:
    """Let a stand-in begin anew, and the connection know nothing of before."""
    served.reset()
    with desk.store.unit() as unit:
        unit.remembered.drop(name)


def _failing(served: Standing, path: str) -> Callable[[str, Mapping[str, Any], bool], None]:
    def fail(fault: str, args: Mapping[str, Any], always: bool) -> None:
        served.fault(fault, path=path, args=dict(args), **({} if always else {"times": 1}))

    return fail


class Plant:
    """A workspace with a worker, and the systems that its pipelines call."""

    def __init__(self, desk: Desk, systems: Sequence[System]) -> None:
        self.desk = desk
        self.systems = {one.name: one for one in systems}
        self.engine = Engine(desk.settings.database)
        self.dispatcher = Dispatcher(desk, self.engine)
        self.running = Running(desk, self._connect)

    def _connect(self, name: str, stack: ExitStack) -> Connector:
        return stack.enter_context(self.systems[name].connect())

    def ordered(self, system: System) -> Run:
        """Make an order and return its run when it has ended or stopped."""
        asked = Submission("order", "create", {"system": system.name})
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


def played(plant: Plant, system: System, fault: str, args: Mapping[str, Any], always: bool) -> bool:
    """Play one fault; print what became of the run, and return whether it is as it must be."""
    system.begin()
    system.fail(fault, args, always)
    run = plant.ordered(system)
    before, said = system.count(), run.about.get("why") or ()
    system.heal()
    ends = run.state
    if run.state == "stopped":
        runs.resume(plant.desk, plant.engine, ADMINISTRATOR, CLI, run.id)
        ends = plant.settled(system, run.id).state
    after = system.count()
    listed = run.state == "done" or bool(said)
    right = ends == "done" and after == 1 and before <= 1 and listed
    when = "always" if always else "once"
    name = f"{fault}{' after' if args.get('after') else ''}"
    why = said[0]["code"] if said and run.state == "stopped" else ""
    print(f"{'ok   ' if right else 'WRONG'} {system.name:9} {system.verb:5} {name:27} "
          f"{when:7} {run.state:8} {before} then {after}  {why}", flush=True)  # fmt: skip
    return right


def main() -> int:
    """Play every fault against every system."""
    options = argparse.ArgumentParser(description=__doc__)
    names = ("kingdee", "wecom", "sms_voice", "http", "u8", "odbc", "files")
    options.add_argument("--only", choices=names, help="one system")
    asked = options.parse_args()
    logging.disable(logging.WARNING)  # what is not read is told in the table
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seamline-faults-")))
        desk = stack.enter_context(closing(open_desk(settings.found(root / "workspace", {}))))
        install.publish(desk, ADMINISTRATOR, CLI, PACKAGE)
        with closing(sqlite3.connect(root / "u8.db")) as database:
            fill(database, "sqlite", seed(SMALL))
        books, order_desk = (stack.enter_context(running(one)) for one in (Kingdee, OrderDesk))
        systems = [
            kingdee(desk, books),
            wecom(desk, stack.enter_context(running(wecom_.WeComService))),
            sms_voice(desk, stack.enter_context(running(sms_.SmsService))),
            http(desk, order_desk),
            u8(desk, root / "u8.db"),
        ]
        plant = Plant(desk, systems)
        stack.callback(plant.engine.close)
        worker = Worker(plant.engine, plant.running.interpret, slot="slot-0", poll=0.02)
        worker.start()
        stack.callback(worker.stop, 0)
        print("      system    does  fault                       fault   run      before, after")
        right = [
            played(plant, system, fault, args, always)
            for system in systems
            if asked.only in (None, system.name)
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
