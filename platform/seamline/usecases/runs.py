"""Runs of pipelines for people: what they did, why they stopped, and going on with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from seamline import clock
from seamline.catalog import Catalog
from seamline.facts import Actor, Event, Origin
from seamline.jobs.engine import Engine
from seamline.jobs.run import PART, Ask, Effect, Run, State, Stopped, Trace
from seamline.metadata import Pipeline
from seamline.package.pipeline_checks import built
from seamline.pipelines import TRIGGERS, StepKind
from seamline.pipelines.triggers import button
from seamline.problems import Refused, did_you_mean, shorten
from seamline.store.ulid import ulid
from seamline.text import Text

from . import look
from .connected import connect
from .desk import Desk
from .editing.serving import GUARD
from .pipelining.asking import ask, is_on
from .pipelining.places import id_of, kinds_of
from .pipelining.resuming import LEFT_OUT, done_by, taken_along
from .pipelining.running import Running
from .pipelining.seeing import meets
from .pipelining.stopping import MANAGE as MANAGE

T = TypeVar("T")
SWITCH = "pipelines"  # the act of switching pipelines on and off


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One thing a run did: where in the pipeline, what it came to, or why it did not."""

    place: str
    part: str
    began: datetime | None
    ended: datetime | None
    result: Any = None
    why: tuple[Mapping[str, Any], ...] = ()
    tried_again: bool = False


@dataclass(frozen=True, slots=True)
class RunStory:
    """A run with everything it did; `pipeline` is None where there is none of that name now.

    `same_version` says whether the pipeline still does what this run began with; `kinds` are those
    of the steps of what it began with, by their ids.
    """

    run: Run
    pipeline: Pipeline | None
    steps: tuple[StepTaken, ...]
    same_version: bool
    kinds: Mapping[str, StepKind]

    @property
    def progress(self) -> int:
        """How many things it has done."""
        return sum(not step.why for step in self.steps)


def listed(
    desk: Desk, engine: Engine, actor: Actor, *, state: State | None = None, pipeline: str = "",
    limit: int = 50, offset: int = 0,
) -> list[Run]:  # fmt: skip
    """Return the newest runs; raises Refused 403."""
    desk.catalogs.current().access.require(actor, MANAGE, "*")
    prefixes = (f"{pipeline}:",) if pipeline else ()
    return engine.runs(state, prefixes=prefixes, limit=limit, offset=offset)


def told(desk: Desk, engine: Engine, actor: Actor, run: str) -> RunStory:
    """Return one run with everything it did; raises Refused 403 or 404."""
    catalog = desk.catalogs.current()
    found = _found(catalog, engine, actor, run)
    pipeline = catalog.pipelines.get(_pipeline_of(found))
    version = found.body["version"]
    same = pipeline is not None and pipeline.version == version
    kinds = kinds_of(Running(desk).document(catalog, version))
    return RunStory(found, pipeline, tuple(map(_taken, engine.traces(run))), same, kinds)


def passed(
    desk: Desk, engine: Engine, actor: Actor, found: Sequence[Run], step: str
) -> list[tuple[Run, StepTaken]]:
    """Return what some runs did at one step, asked for together; raises Refused 403."""
    desk.catalogs.current().access.require(actor, MANAGE, "*")
    traces = [one for one in engine.traces(*(run.id for run in found)) if id_of(one.name) == step]
    return [
        (run, _taken(one)) for run in found for one in traces
        if one.part.partition(PART)[0] == run.id
    ]  # fmt: skip


def _taken(trace: Trace) -> StepTaken:
    result = trace.result if isinstance(trace.result, dict) else {"ok": trace.result}
    return StepTaken(
        trace.name, trace.part, trace.began, trace.ended, result.get("ok"),
        tuple(result.get("why", ())), bool(result.get("retry")),
    )  # fmt: skip


def _found(catalog: Catalog, engine: Engine, actor: Actor, run: str) -> Run:
    catalog.access.require(actor, MANAGE, "*")
    found = engine.run(run)
    if found is None:
        word = shorten(run)
        raise Refused.one(
            "unknown_run",
            Text(f"没有运行“{word}”。", f"There is no run '{word}'."),
            status=404,
            hint=Text("用 seamline run list 查看。", "See them with: seamline run list"),
        )
    return found


def _pipeline_of(run: Run) -> str:
    return run.id.partition(":")[0]


def resume(
    desk: Desk, engine: Engine, actor: Actor, origin: Origin, run: str, *, newest: bool = False,
    skip: bool = False,
) -> None:  # fmt: skip
    """Go on with a stopped run at the step that failed: what it needed has been mended.

    What it had done stays done; its record, and what it looked up since, it looks at once more.
    With `newest` it goes on by the pipeline as it stands now; `skip` leaves the failed step out.
    Raises Refused 403, 404, 409 where it has not stopped.
    """
    catalog = desk.catalogs.current()
    found = _found(catalog, engine, actor, run)
    _require(found, ("stopped", "cancelled"))
    document = Running(desk).document(catalog, found.body["version"])
    done = done_by(found.body.get("done", {}), engine.traces(run))
    body = {**found.body, "done": taken_along(document, done), "tries": {}}
    if skip and found.about.get("at"):
        body["done"][found.about["at"]] = LEFT_OUT
    if newest:
        body["version"] = _standing(catalog, found).version
    _tell(desk, actor, origin, "run.resumed", found, {"newest": newest, "skip": skip})
    engine.resume(found, body)


def replay(
    desk: Desk, engine: Engine, actor: Actor, origin: Origin, run: str, *, newest: bool = True
) -> str:
    """Begin a new run with what this one was given, by the pipeline as it stands (`newest`) or as
    it was then; return its id. What it does is done anew. Raises Refused 403, 404, 409.
    """
    catalog = desk.catalogs.current()
    found = _found(catalog, engine, actor, run)
    _require(found, ("done", "stopped", "cancelled"))
    body = {key: found.body[key] for key in ("pipeline", "version", "about", "given", "queue")}
    if newest:
        pipeline = _standing(catalog, found)
        body["version"] = pipeline.version
        with desk.store.unit() as unit:
            unit.pinned.keep(pipeline.version, pipeline.id, pipeline.document)
    made = f"{_pipeline_of(found)}:again:{ulid(clock.now())}"
    _tell(desk, actor, origin, "run.replayed", found, {"as": made, "newest": newest})
    engine.enqueue([Ask(made, body, {**body["about"], "of": found.id})])
    return made


def cancel(desk: Desk, engine: Engine, actor: Actor, origin: Origin, run: str) -> None:
    """End a run that waits, works or has stopped; a step under way is finished first.

    Raises Refused 403, 404, 409 where it is over already.
    """
    found = _found(desk.catalogs.current(), engine, actor, run)
    _require(found, ("waiting", "running", "stopped"))
    _tell(desk, actor, origin, "run.cancelled", found, {})
    engine.cancel(found)


def press(desk: Desk, actor: Actor, origin: Origin, pipeline: str, record: str) -> None:
    """Ask for a run of a pipeline with a button, on a record; raises Refused 403 or 404."""
    catalog = desk.catalogs.current()
    found = _named(catalog, pipeline)
    if found.trigger != "button" or not may_press(desk, actor, found):
        raise _not_yours(found)
    seen = look.record(desk, actor, found.on.form, record)
    with desk.store.unit() as unit:
        event = Event.on(
            seen, "asked", clock.now(), actor.id, origin, step=found.key,
            body={"pipeline": found.id},
        )  # fmt: skip
        told = unit.journal.append(event)
        body = {
            "pipeline": found.id, "form": seen.form, "record": seen.id, "code": seen.code,
            "by": actor.id,
        }  # fmt: skip
        unit.outbox.add(button.TOPIC, f"{seen.id}:{told.seq}", body)


def may_press(desk: Desk, actor: Actor, pipeline: Pipeline) -> bool:
    """Return whether somebody may press the button of a pipeline."""
    roles = {*pipeline.on.roles, "administrator"}
    return is_on(desk.catalogs.current(), pipeline) and not roles.isdisjoint(actor.roles)


def buttons(desk: Desk, actor: Actor, form: str, record: str) -> list[Pipeline]:
    """Return the pipelines whose buttons somebody may press on a record."""
    return [
        pipeline
        for pipeline in desk.catalogs.current().pipelines.values()
        if pipeline.trigger == "button"
        and pipeline.on.form == form
        and may_press(desk, actor, pipeline)
        and (not pipeline.on.where or meets(desk, actor, form, record, pipeline.on.where))
    ]


def flip(desk: Desk, actor: Actor, origin: Origin, pipeline: str, on: bool, reason: str) -> None:
    """Switch a pipeline on or off; what is under way is finished. Raises Refused 403 or 404."""
    catalog = desk.catalogs.current()
    catalog.access.require(actor, SWITCH, "*")
    found = _named(catalog, pipeline)
    now = clock.now()
    with desk.store.unit() as unit:
        unit.switches.set(found.key, on, actor.id, now, reason)
        event = Event(
            kind="pipeline.switched", at=now, actor=actor.id, via=origin.via, seen=origin.seen,
            step=found.key, reason=reason, body={"to": "on" if on else "off"},
        )  # fmt: skip
        unit.journal.append(event)
    desk.catalogs.refresh()


@dataclass(slots=True)
class _Trial:
    """Takes the place of a run that is kept: everything is done here and now, and shown."""

    id: str
    steps: list[StepTaken] = field(default_factory=list)

    def step(self, name: str, work: Callable[[], T], effect: Effect = "none") -> T:
        began = clock.now()
        answer = work()
        trace = Trace(self.id, name, answer, began, clock.now())
        self.steps.append(_taken(trace))
        return answer

    def follow(self, ask: Ask) -> None:
        """Leave it: a trial does not wait."""

    def mark(self, about: Mapping[str, Any]) -> None:
        """Leave it: what failed is among the steps."""


def tried(
    desk: Desk,
    actor: Actor,
    pipeline: str,
    *,
    record: str = "",
    given: Mapping[str, Any] | None = None,
    pinned: Mapping[str, Any] | None = None,
) -> tuple[StepTaken, ...]:
    """Run a pipeline on a real record and leave nothing behind: the steps say what they would do.

    `given` stands for what its trigger would bring, `pinned` for what came of some steps, by
    where they stand: with both it can be tried without anything outside. Raises Refused.
    """
    catalog = desk.catalogs.current()
    catalog.access.require(actor, MANAGE, "*")
    return _tried(desk, actor, _named(catalog, pipeline), record, given, pinned)


def tried_as_drafted(
    desk: Desk,
    actor: Actor,
    document: Mapping[str, Any],
    *,
    record: str = "",
    pinned: Mapping[str, Any] | None = None,
) -> tuple[StepTaken, ...]:
    """Run a pipeline that is not published (yet) in the same way, on the forms that serve.

    It would act with the rights of its role: whoever does not hold that role has to be one who
    may give it. Raises Refused.
    """
    access = desk.catalogs.current().access
    access.require(actor, MANAGE, "*")
    if document.get("role") not in actor.roles:
        access.require(actor, GUARD, "*")
    found = built(document)
    return _tried(desk, actor, found, record, None, pinned, {found.version: document})


def _tried(
    desk: Desk,
    actor: Actor,
    found: Pipeline,
    record: str,
    given: Mapping[str, Any] | None,
    pinned: Mapping[str, Any] | None,
    drafted: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[StepTaken, ...]:
    about: dict[str, str] = {}
    if TRIGGERS[found.trigger].form(found.on):
        seen = look.record(desk, actor, found.on.form, record)
        about = {"form": seen.form, "record": seen.id, "code": seen.code}
    body = {
        **ask(found, "trial", about, given or _usual(found)).body,
        "trial": True, "done": dict(pinned or {}),
    }  # fmt: skip
    trial = _Trial(f"{found.id}:trial")
    with suppress(Stopped):  # why is the last of its steps
        Running(desk, partial(connect, desk), drafted=drafted).interpret(trial, body)
    return tuple(trial.steps)


def _usual(pipeline: Pipeline) -> dict[str, Any]:
    """Return what a trigger would bring if it went off now."""
    now = clock.now().isoformat()
    by_kind: dict[str, dict[str, Any]] = {
        "schedule": {"slot": {"at": now}},
        "due": {"due": {"at": now}},
        "button": {"asked": {"by": "trial"}},
    }
    return by_kind.get(pipeline.trigger, {})


def _named(catalog: Catalog, pipeline: str) -> Pipeline:
    found = catalog.pipelines.get(pipeline)
    if found is None:
        word = shorten(pipeline)
        raise Refused.one(
            "unknown_pipeline",
            Text(f"没有管道“{word}”。", f"There is no pipeline '{word}'."),
            status=404,
            hint=did_you_mean(word, catalog.pipelines),
        )
    return found


def _standing(catalog: Catalog, run: Run) -> Pipeline:
    return _named(catalog, _pipeline_of(run))


def _require(run: Run, states: Sequence[State]) -> None:
    if run.state in states:
        return
    words = {
        "waiting": Text("等待中", "waiting"), "running": Text("进行中", "running"),
        "done": Text("已完成", "done"), "stopped": Text("已停下", "stopped"),
        "cancelled": Text("已取消", "cancelled"),
    }  # fmt: skip
    here = words[run.state]
    raise Refused.one(
        "wrong_state",
        Text(f"这个运行{here.zh}，不能这样做。", f"The run is {here.en}; this is not possible."),
        status=409,
    )


def _not_yours(pipeline: Pipeline) -> Refused:
    return Refused.one(
        "not_allowed",
        Text(f"您不能运行“{pipeline.title.zh}”。", f"'{pipeline.title.en}' is not yours to start."),
        status=403,
    )


def _tell(
    desk: Desk, actor: Actor, origin: Origin, kind: str, run: Run, body: Mapping[str, Any]
) -> None:
    """Write into the journal who went on with a run, or ended it."""
    form, record, code = (str(run.about.get(key, "")) for key in ("form", "record", "code"))
    event = Event(
        kind=kind, at=clock.now(), actor=actor.id, via=origin.via, seen=origin.seen,
        form=form, record=record, code=code, step=f"pipeline.{_pipeline_of(run)}",
        body={"run": run.id, **body},
    )  # fmt: skip
    with desk.store.unit() as unit:
        unit.journal.append(event)
