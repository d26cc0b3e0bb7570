"""From what happened to runs: which pipelines a message sets off, and what they are given."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from seamline import clock
from seamline.catalog import Catalog
from seamline.conditions.parse import parse
from seamline.facts import Record
from seamline.jobs.run import PART, Ask
from seamline.metadata import Pipeline
from seamline.pipelines import TRIGGERS, Event
from seamline.pipelines.triggers import due
from seamline.pipelines.triggers.due import OnDue
from seamline.store import Query, Unit
from seamline.store.outbox import Message
from seamline.store.timers import Timer
from seamline.workdays import due as over

from ..desk import Desk
from .seeing import account, meeting

STALE = timedelta(days=7)  # a moment so long past is of no use to anybody
ADDRESSED = ("due", "button")  # triggers whose messages name the pipeline they are for
# Under what the values of a message stand in a pipeline, by the kind of its trigger.
GIVEN = {"webhook": "message", "change": "change"}


def is_on(catalog: Catalog, pipeline: Pipeline) -> bool:
    """Return whether a pipeline is switched on."""
    return catalog.switches.get(pipeline.key, pipeline.enabled)


def asks_for(desk: Desk, catalog: Catalog, messages: Sequence[Message]) -> list[Ask]:
    """Return the runs that messages of the outbox ask for, in their order.

    Which of their records a pipeline is concerned with is asked once for all of them.
    """
    heard = {}
    for pipeline in catalog.pipelines.values():
        mine = [message for message in messages if _hears(catalog, pipeline, message)]
        reached = _concerned(desk, catalog, pipeline, mine)
        heard[pipeline.id] = {
            message.id
            for message in mine
            if not message.body.get("record") or str(message.body["record"]) in reached
        }
    return [
        ask(pipeline, message.key, _about(message.body), _given(pipeline, message))
        for message in messages
        for pipeline in catalog.pipelines.values()
        if message.id in heard[pipeline.id]
    ]


def _hears(catalog: Catalog, pipeline: Pipeline, message: Message) -> bool:
    """Return whether a pipeline listens to a message; what it did itself sets it off no more."""
    event = Event(message.topic, message.key, message.body)
    return (
        TRIGGERS[pipeline.trigger].hears(pipeline.on, event)
        and is_on(catalog, pipeline)
        and (pipeline.trigger not in ADDRESSED or message.body.get("pipeline") == pipeline.id)
        and message.body.get("by") != pipeline.account
    )


def _concerned(
    desk: Desk, catalog: Catalog, pipeline: Pipeline, messages: Sequence[Message]
) -> frozenset[str]:
    """Return the records of messages that are within reach of a pipeline and as it wants them."""
    records = {str(one.body["record"]) for one in messages if one.body.get("record")}
    if not records:
        return frozenset()
    actor = account(pipeline, catalog.language)
    return meeting(desk, actor, pipeline.on.form, records, pipeline.on.where)


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
    moment = beginning(record.values.get(asked.field), catalog.zone)
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


def beginning(value: Any, zone: tzinfo) -> datetime | None:
    """Return a moment in UTC, or when a day begins in a zone; None for anything else."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, date):
        return clock.moment(value, zone)
    return None


def timers_after(unit: Unit, catalog: Catalog, messages: Sequence[Message]) -> None:
    """Set, move or take away the timers of the records that messages say have changed."""
    for pipeline in catalog.pipelines.values():
        if pipeline.trigger != "due":
            continue
        form = pipeline.on.form
        changed = {
            str(message.body["record"])
            for message in messages
            if message.body.get("form") == form
            and "version" in message.body
            and message.topic.startswith(f"{form}.")
        }
        set_timers(unit, catalog, pipeline, changed)


def set_timers(unit: Unit, catalog: Catalog, pipeline: Pipeline, records: Collection[str]) -> None:
    """Let the timers of records (as many as a page holds) stand where their field says now.

    One that has rung may ring again: the run it asks for is named by its moment, and is there.
    """
    if not records:
        return
    model = catalog.forms[pipeline.on.form]
    final = {state.id for state in model.form.states if state.final}
    these = parse({"in": [{"var": "_id"}, sorted(records)]}, model.scope)
    query = Query(these, limit=len(records), total=False, fields=(pipeline.on.field,))
    stale = clock.now() - STALE
    timers = [
        timer
        for stored in unit.records.page(model.tables, query).rows
        if stored.state not in final
        and (timer := timer_of(catalog, pipeline, stored)) is not None
        and timer.at >= stale
    ]
    for timer in timers:
        unit.timers.set(timer)
    gone = {timer_key(pipeline, record) for record in records} - {one.key for one in timers}
    if gone:
        unit.timers.cancel(sorted(gone))
