"""The durable engine: DBOS Transact behind the few words that the rest of the product uses.

It keeps what each step of a run returned, so that a run goes on where it was when its process
ended. Nothing else of the product knows its name; what it may not do is written here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.exc import DatabaseError

from seamline import clock

from .places import file_of, open_place
from .rescuing import Fallen, resting, verdict
from .run import PART, QUEUE, Ask, Interpreter, Run, State, Stopped, Trace, part_after
from .turn import PartTurn, moment, traces_of

if TYPE_CHECKING:
    from dbos import DBOSClient, Queue, WorkflowStatus

T = TypeVar("T")
LOG = logging.getLogger("seamline.jobs")
APPLICATION = "seamline"
WORK = "seamline.run"
# Of the interpreter, not of the product: parts begun by one are finished by the same.
INTERPRETER = "1"
STATES: Mapping[State, tuple[str, ...]] = {
    "waiting": ("DELAYED", "ENQUEUED"),
    "running": ("PENDING",),
    "done": ("SUCCESS",),
    "stopped": ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"),
    "cancelled": ("CANCELLED",),
}
OF_STATUS = {status: state for state, statuses in STATES.items() for status in statuses}
OF_A_STOP = (
    "why", "followed", "dropped", "at", "tries", "waits", "rescued", "rests", "kept", "fell_with",
)  # fmt: skip
AT_ONCE = 500


class Engine:
    """The runs of a workspace: asked for, looked at, gone on with; `Worker` does them.

    Safe to share between threads. The library is loaded when it is first needed.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.place = open_place(url)
        self._client: DBOSClient | None = None
        self._ready = False

    @property
    def client(self) -> DBOSClient:
        """The library's own client, made when it is first asked for."""
        if self._client is None:
            from dbos import DBOSClient, DBOSPortableJSONSerializer

            quiet()
            self._client = DBOSClient(
                system_database_engine=self.place,
                serializer=DBOSPortableJSONSerializer(),
                application_name=APPLICATION,
                lazy=True,
                retry_connection_errors=False,
            )
        return self._client

    def prepare(self) -> None:
        """Make or bring up to date the tables; several processes may do so at once."""
        self.client._sys_db.run_migrations()

    def ready(self) -> bool:
        """Return whether the tables are there, whole: else no worker has been at work yet."""
        file = file_of(self.url)
        if self._ready or (file is not None and not file.is_file()):
            return self._ready
        try:
            self.client.list_workflows(name=WORK, limit=1, load_input=False, load_output=False)
        except DatabaseError:  # being made by a worker at this moment, or never
            return False
        self._ready = True
        return True

    def enqueue(self, asks: Iterable[Ask]) -> None:
        """Ask for parts of runs, all or none of them; one that was asked for before stays as is."""
        from dbos import EnqueueOptions

        with self.place.begin() as connection:
            for ask in asks:
                options = EnqueueOptions(
                    workflow_name=WORK,
                    queue_name=ask.queue,
                    workflow_id=ask.id,
                    app_version=INTERPRETER,
                    attributes={**ask.about, "run": ask.run},
                )
                if ask.delay > 0:
                    options["delay_seconds"] = ask.delay
                if ask.priority:
                    options["priority"] = ask.priority
                self.client.enqueue_in_transaction(connection, options, dict(ask.body))

    def runs(
        self,
        state: State | None = None,
        *,
        prefixes: Sequence[str] = (),
        limit: int = 50,
        offset: int = 0,
    ) -> list[Run]:
        """Return the newest runs, by their newest parts, the youngest first.

        `prefixes` narrow them to those whose ids begin so.
        """
        if not self.ready():
            return []
        found = self.client.list_workflows(
            name=WORK,
            status=list(STATES[state]) if state else None,
            workflow_id_prefix=list(prefixes) or None,
            sort_desc=True,
            limit=limit,
            offset=offset,
            load_input=False,
            load_output=False,
        )
        runs = [_run(one) for one in found if not (one.attributes or {}).get("followed")]
        return [run for run in runs if state in (None, run.state)]

    def run(self, run: str) -> Run | None:
        """Return one run by its newest part, with what that was given."""
        parts = self.parts(run)
        return _run(parts[-1]) if parts else None

    def parts(self, *runs: str) -> list[WorkflowStatus]:
        """Return every part of some runs, those of each in order."""
        if not runs or not self.ready():
            return []
        found = self.client.list_workflows(workflow_ids=[*runs])
        more = self.client.list_workflows(workflow_id_prefix=[run + PART for run in runs])
        return found + sorted(more, key=lambda one: int(one.workflow_id.partition(PART)[2]))

    def traces(self, *runs: str) -> list[Trace]:
        """Return every step that some runs have taken, those of each in order."""
        return [
            trace
            for part in self.parts(*runs)
            for trace in traces_of(part.workflow_id, self.steps(part.workflow_id), part.output)
        ]

    def steps(self, part: str) -> Sequence[Mapping[str, Any]]:
        """Return the library's own steps of a part."""
        return [dict(one) for one in self.client.list_workflow_steps(part)]

    def step(self, name: str, work: Callable[[], T]) -> T:
        """Take a step of the part at work in this thread, or return what came of it before."""
        from dbos import DBOS

        return DBOS.run_step({"name": name}, work)

    def note(self, part: str, about: Mapping[str, Any]) -> None:
        """Add to what lists say of a part."""
        self.client.update_workflow_attributes(part, dict(about), merge=True)

    def resume(self, run: Run, body: Mapping[str, Any]) -> str:
        """Go on with a stopped run from `body`, in a part of its own; return that part's id."""
        part = part_after(run.part)
        about = {key: word for key, word in run.about.items() if key not in OF_A_STOP}
        self.enqueue([Ask(part, body, about, run.queue)])
        self.note(run.part, {"followed": True})
        return part

    def cancel(self, run: Run) -> None:
        """End a run that has not ended; a step under way is finished first."""
        if run.state == "stopped":
            self.note(run.part, {"dropped": True})
        else:
            self.client.cancel_workflow(run.part)

    def hasten(self, until: datetime) -> int:
        """Let runs go on that wait for a moment up to `until`, whatever the time is here.

        Of use where another clock than ours counts. Returns how many.
        """
        hastened = 0
        for run in self.runs("waiting", limit=AT_ONCE):
            waits = run.about.get("waits")
            if run.due is not None and waits and datetime.fromisoformat(waits) <= until:
                self.client.set_workflow_delay(run.part, delay_seconds=0)
                hastened += 1
        return hastened

    def backlog(self) -> dict[State, int]:
        """Return how many runs wait, run and have stopped (at most 10,000 each)."""
        states: tuple[State, ...] = ("waiting", "running", "stopped")
        return {state: len(self.runs(state, limit=10_000)) for state in states}

    def at_work(self) -> bool:
        """Return whether a run is under way, or could be."""
        return self._any([*STATES["running"], "ENQUEUED"])

    def left(self) -> bool:
        """Return whether a run has neither ended nor stopped."""
        return self._any([*STATES["running"], *STATES["waiting"]])

    def _any(self, statuses: list[str]) -> bool:
        return self.ready() and bool(
            self.client.list_workflows(
                name=WORK, status=statuses, limit=1, load_input=False, load_output=False
            )
        )

    def forget(self, before: datetime, states: Sequence[State] = ("done", "cancelled")) -> int:
        """Drop runs that ended before a moment; return how many parts."""
        if not self.ready():
            return 0
        old = self.client.list_workflows(
            name=WORK,
            status=[status for state in states for status in STATES[state]],
            completed_before=before.isoformat(),
            limit=AT_ONCE,
            load_input=False,
            load_output=False,
        )
        self.client.delete_workflows([one.workflow_id for one in old])
        return len(old)

    def of_executors(self) -> dict[str, list[str]]:
        """Return the parts at work by the executor that took them."""
        found: dict[str, list[str]] = {}
        for one in self.client.list_workflows(
            name=WORK, status=["PENDING"], load_input=False, load_output=False
        ):
            found.setdefault(one.executor_id or "", []).append(one.workflow_id)
        return found

    def rescue(
        self, parts: Sequence[str], given_up: Callable[[Run], None] = lambda _run: None
    ) -> int:
        """Let others go on with parts whose process has ended, as often as is sensible.

        Return how many are gone on with; the rest waits for a while, or for a person, of which
        `given_up` hears first: it is called again where the process ends in between.
        """
        found = self.client.list_workflows(
            workflow_ids=list(parts), status=["PENDING"], load_input=False, load_output=False
        )
        return sum(self._rescued(one, given_up) for one in found)

    def _rescued(self, one: WorkflowStatus, given_up: Callable[[Run], None]) -> bool:
        part = one.workflow_id
        kept, about = len(self.steps(part)), one.attributes or {}
        what, noted = verdict(Fallen(part, one.executor_id or "", kept, about), clock.now())
        if noted:
            self.note(part, noted)
        if what == "go on":
            self.client.resume_workflow(part, queue_name=one.queue_name)
        elif what == "stop":
            run = _run(one)
            given_up(replace(run, about={**run.about, **noted}))
            self.client._sys_db.dead_letter_workflows([part], min_recovery_attempts=0)
        return what == "go on"

    def close(self) -> None:
        """Give back every connection; the engine is not to be used afterwards."""
        if self._client is not None:
            self._client.destroy()
        self.place.dispose()


class Worker:
    """Does the runs of an engine in threads of this process; one per process."""

    def __init__(
        self, engine: Engine, interpret: Interpreter, *, slot: str, threads: int = 8,
        poll: float = 0.05,
    ) -> None:  # fmt: skip
        self._engine = engine
        self._interpret = interpret
        self._slot = slot
        self._threads = threads
        self._poll = poll
        self._queues: dict[str, tuple[int | None, int | None, float | None]] = {}
        self._registered: dict[str, Queue] = {}
        self._parts: set[str] = set()

    @property
    def parts(self) -> frozenset[str]:
        """The parts of runs that are at work in this process."""
        return frozenset(self._parts.copy())

    def start(self) -> None:
        """Begin to work; what this slot had under way when it ended is gone on with."""
        from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

        quiet()
        self._engine.prepare()
        DBOS(
            config=DBOSConfig(
                name=APPLICATION,
                system_database_engine=self._engine.place,
                system_database_url=None,
                application_version=INTERPRETER,
                executor_id=self._slot,
                serializer=DBOSPortableJSONSerializer(),
                max_executor_threads=2 * self._threads + 8,
                run_migrations=False,
                use_listen_notify=False,
                scheduler_polling_interval_sec=3600.0,  # schedules are ours
                enable_otlp=False,
                log_level="WARNING",
            )
        )

        def work(body: dict[str, Any]) -> Any:
            part = DBOS.workflow_id
            assert part is not None
            self._parts.add(part)
            try:
                with resting(part):
                    return PartTurn(part, self._engine).taken(self._interpret, body)
            finally:
                self._parts.discard(part)

        DBOS.workflow(name=WORK, max_recovery_attempts=None)(work)  # we count ourselves
        DBOS.launch()
        self.listen(QUEUE)

    def listen(
        self, queue: str, *, at_once: int | None = None, most: int | None = None,
        within: float | None = None,
    ) -> None:  # fmt: skip
        """Take work from a queue: at most `at_once` over all workers, `most` begun `within` s."""
        from dbos import DBOS

        if self._queues.get(queue) == (at_once, most, within):
            return
        self._registered[queue] = DBOS.register_queue(
            queue,
            worker_concurrency=min(self._threads, at_once or self._threads),
            global_concurrency=at_once,
            limiter={"limit": most, "period": within} if most and within else None,
            polling_interval_sec=self._poll,
            on_conflict="always_update",
        )
        self._queues[queue] = (at_once, most, within)

    def pace(self, seconds: float) -> None:
        """Look for work every so often, in all workers alike."""
        for queue in self._registered.values():
            if queue.polling_interval_sec != seconds:
                queue.set_polling_interval_sec(seconds)

    def stop(self, patience: int = 10) -> None:
        """Take nothing new, let what is under way finish for `patience` seconds, then stop."""
        from dbos import DBOS

        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=patience)


def quiet() -> None:
    """Let the library log through ours, warnings and worse."""
    log = logging.getLogger("dbos")
    if not log.handlers:
        log.addHandler(logging.NullHandler())  # else it installs one of its own
        log.propagate = True
        log.setLevel(logging.WARNING)
        log.addFilter(_no_fault)


def _no_fault(record: logging.LogRecord) -> bool:
    """Leave out that a run stopped for a person to look: that is for the page of runs."""
    return not (record.exc_info and isinstance(record.exc_info[1], Stopped))


def _run(one: WorkflowStatus) -> Run:
    given = one.input["args"] if one.input else ()
    about = one.attributes or {}
    state = "cancelled" if about.get("dropped") else OF_STATUS[one.status]
    return Run(
        id=one.workflow_id.partition(PART)[0],
        part=one.workflow_id,
        state=state,
        queue=one.queue_name or QUEUE,
        at=moment(one.created_at) or clock.now(),
        ended=moment(one.completed_at),
        due=moment(one.delay_until_epoch_ms) if one.status == "DELAYED" else None,
        about=about,
        body=given[0] if given else {},
        attempts=one.recovery_attempts or 0,
    )
