"""Write-backs: what pipelines write to other systems about a record, and how that stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from seamline.facts import Actor, Record
from seamline.jobs.engine import Engine
from seamline.jobs.run import Run
from seamline.metadata import Pipeline
from seamline.pipelines import TRIGGERS
from seamline.text import Text

from .desk import Desk
from .runs import MANAGE

MOST = 200


@dataclass(frozen=True, slots=True)
class WriteBack:
    """One write-back: `done` with the other system's reference and the moment, else why not yet.

    `stopped` ones wait for a person; whoever `may_resume` goes on with it once it is mended.
    """

    run: str
    title: Text
    to: Text
    state: str
    at: datetime
    form: str
    record: str
    code: str
    reference: str = ""
    why: Text | None = None
    hint: Text | None = None
    tries: int = 0
    may_resume: bool = False

    @property
    def open(self) -> bool:
        """Whether it is still to come to an end."""
        return self.state in ("waiting", "running", "stopped")


def of_record(desk: Desk, engine: Engine, actor: Actor, record: Record) -> list[WriteBack]:
    """Return the write-backs about a record that its reader has been given, the newest first."""
    pipelines = [one for one in _writing(desk) if _form_of(one) == record.form]
    prefixes = [f"{one.id}:{record.id}:" for one in pipelines]
    if not prefixes:
        return []
    return list(_told(desk, engine, actor, engine.runs(prefixes=prefixes, limit=MOST)))


def open_ones(desk: Desk, engine: Engine, actor: Actor) -> list[WriteBack]:
    """Return the write-backs that are not done, of forms that the actor reads whole.

    Those that wait for a person come first.
    """
    access = desk.catalogs.current().access
    seen = [one for one in _writing(desk) if access.whole(actor, _form_of(one))]
    prefixes = [f"{one.id}:" for one in seen]
    if not prefixes:
        return []
    runs: list[Run] = []
    for state in ("stopped", "running", "waiting"):
        runs += engine.runs(state, prefixes=prefixes, limit=MOST)
    return list(_told(desk, engine, actor, runs))


def writes(desk: Desk, form: str) -> bool:
    """Whether something of the records of a form is written back."""
    return any(_form_of(one) == form for one in _writing(desk))


def may_look(desk: Desk, actor: Actor) -> bool:
    """Whether there are write-backs that the actor may look at."""
    access = desk.catalogs.current().access
    return any(access.whole(actor, _form_of(one)) for one in _writing(desk))


def _writing(desk: Desk) -> list[Pipeline]:
    """Return the pipelines that are set off by a record and write to another system."""
    catalog = desk.catalogs.current()
    return [
        one
        for one in catalog.pipelines.values()
        if _form_of(one) and any(_orders(one.document["steps"]))
    ]


def _form_of(pipeline: Pipeline) -> str:
    return TRIGGERS[pipeline.trigger].form(pipeline.on)


def _orders(steps: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the steps that write to another system, those within others too."""
    for step in steps:
        if "write" in step:
            yield step["write"]
        for inner in step.values():
            if isinstance(inner, Mapping):
                for key in ("then", "else", "steps"):
                    yield from _orders(inner.get(key) or ())


def _told(desk: Desk, engine: Engine, actor: Actor, runs: Sequence[Run]) -> Iterator[WriteBack]:
    catalog = desk.catalogs.current()
    may = catalog.access.may(actor, MANAGE, "*")
    for run in runs:
        pipeline = catalog.pipelines[run.id.partition(":")[0]]
        order = next(_orders(pipeline.document["steps"]))
        connection = catalog.connections.get(order["connection"])
        at, reference = run.ended or run.at, ""
        for trace in engine.traces(run.id) if run.state == "done" else ():
            result = trace.result if isinstance(trace.result, dict) else {}
            found = result.get("ok")
            if isinstance(found, dict) and found.get("reference"):
                at, reference = trace.ended or at, str(found["reference"])
        told: Sequence[Any] = run.about.get("why", ()) if run.state != "done" else ()
        why: Mapping[str, Any] = next(iter(told), {})
        hint = why.get("hint")
        yield WriteBack(
            run=run.id,
            title=pipeline.title,
            to=connection.title if connection else Text.same(str(order["connection"])),
            state=run.state,
            at=at,
            form=str(run.about.get("form", "")),
            record=str(run.about.get("record", "")),
            code=str(run.about.get("code", "")),
            reference=reference,
            why=Text(why["zh"], why["en"]) if why else None,
            hint=Text(hint["zh"], hint["en"]) if hint else None,
            tries=int(run.about.get("tries", 0)),
            may_resume=may and run.state == "stopped",
        )
