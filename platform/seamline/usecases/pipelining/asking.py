"""From what happened to runs: which pipelines a message sets off, and what they are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from seamline import clock
from seamline.catalog import Catalog
from seamline.facts import Record, Value
from seamline.jobs.run import PART, Ask
from seamline.metadata import Pipeline
from seamline.pipelines import TRIGGERS, Event
from seamline.pipelines.triggers import due
from seamline.pipelines.triggers.due import OnDue
from seamline.store import Unit
from seamline.store.outbox import Message
from seamline.store.timers import Timer
from seamline.workdays import due as over

from ..desk import Desk
from .seeing import account, meets

STALE = timedelta(days=7)  # a moment so long past is of no use to anybody
ADDRESSED = ("due", "button")  # triggers whose messages name the pipeline they are for
# Under what the values of a message stand in a pipeline, by the kind of its trigger.
GIVEN = {"webhook": "message", "change": "change"}


def is_on(catalog: Catalog, pipeline: Pipeline) -> bool:
    """Return whether a pipeline is switched on."""
    return catalog.switches.get(pipeline.key, pipeline.enabled)


def asks_for(desk: Desk, catalog: Catalog, message: Message) -> Iterator[Ask]:
    """Yield the runs that a message of the outbox asks for."""
    event = Event(message.topic, message.key, message.body)
    for pipeline in catalog.pipelines.values():
        kind = TRIGGERS[pipeline.trigger]
        if not kind.hears(pipeline.on, event) or not is_on(catalog, pipeline):
            continue
        if pipeline.trigger in ADDRESSED and message.body.get("pipeline") != pipeline.id:
            continue
        # What a pipeline did itself does not set it off again.
        if message.body.get("by") == pipeline.account:
            continue
        about = _about(message.body)
        if about and not _concerned(desk, catalog, pipeline, about["record"]):
            continue
        yield ask(pipeline, message.key, about, _given(pipeline, message))


def _concerned(desk: Desk, catalog: Catalog, pipeline: Pipeline, record: str) -> bool:
    """Return whether a record is within reach of a pipeline and as its trigger wants it."""
    actor = account(pipeline, catalog.language)
    return meets(desk, actor, pipeline.on.form, record, pipeline.on.where)


def _about(body: Mapping[str, Any]) -> dict[str, str]:
    """Return the record a message is about; of other messages nothing."""
    if not body.get("record"):
        return {}
    return {key: str(body[key]) for key in ("form", "record", "code") if key in body}


def _given(pipeline: Pipeline, message: Message) -> dict[str, dict[str, Any]]:
    """Return what comes with a message, under the names the steps know it by."""
    body = message.body
    if pipeline.trigger == "due":
        return {"due": {"at": body["at"]}}
    if pipeline.trigger == "button":
        return {"asked": {"by": body["by"]}}
    name = GIVEN.get(pipeline.trigger)
    return {} if name is None else {name: {"key": message.key, **body}}


def ask(pipeline: Pipeline, key: str, about: Mapping[str, str], given: Mapping[str, Any]) -> Ask:
    """Return the request for a run, named by its pipeline and what set it off."""
    body = {
        "pipeline": pipeline.id, "version": pipeline.version, "about": dict(about),
        "given": dict(given), "queue": "runs",
    }  # fmt: skip
    name = key.replace(PART, "-")  # which is how the parts of a run are told from it
    return Ask(f"{pipeline.id}:{name}", body, about, priority=pipeline.priority)


def timer_of(catalog: Catalog, pipeline: Pipeline, record: Record) -> Timer | None:
    """Return the timer of a record for a pipeline with a due time; None where it has no day."""
    asked: OnDue = pipeline.on
    moment = _beginning(record.values.get(asked.field), catalog)
    if moment is None:
        return None
    calendar = catalog.calendar if asked.working else None
    if asked.offset.total_seconds() >= 0:
        at = over(calendar, moment, asked.offset, catalog.zone)
    elif calendar is None:
        at = moment + asked.offset
    else:
        at = calendar.before(moment, -asked.offset, catalog.zone)
    body = {
        "pipeline": pipeline.id, "form": asked.form, "record": record.id, "code": record.code,
        "at": at.isoformat(),
    }  # fmt: skip
    return Timer(timer_key(pipeline, record.id), at, due.TOPIC, body)


def timer_key(pipeline: Pipeline, record: str) -> str:
    """Return the key of the timer of a record for a pipeline."""
    return f"{pipeline.id}:{record}"


def _beginning(value: Value, catalog: Catalog) -> datetime | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), catalog.zone).astimezone(UTC)
    return None


def timers_after(unit: Unit, catalog: Catalog, message: Message) -> None:
    """Set, move or take away the timers of a record that changed."""
    body = message.body
    for pipeline in catalog.pipelines.values():
        if pipeline.trigger != "due" or pipeline.on.form != body.get("form"):
            continue
        if "version" in body and message.topic.startswith(f"{pipeline.on.form}."):
            set_timer(unit, catalog, pipeline, str(body["record"]))


def set_timer(unit: Unit, catalog: Catalog, pipeline: Pipeline, record: str) -> None:
    """Let the timer of a record stand where its field says now.

    One that has rung may ring again: the run it asks for is named by its moment, and is there.
    """
    model = catalog.forms[pipeline.on.form]
    stored = unit.records.get(model.tables, record)
    final = {state.id for state in model.form.states if state.final}
    timer = None
    if stored is not None and stored.archived_at is None and stored.state not in final:
        timer = timer_of(catalog, pipeline, stored)
    if timer is None or timer.at < clock.now() - STALE:
        unit.timers.cancel((timer_key(pipeline, record),))
    else:
        unit.timers.set(timer)
