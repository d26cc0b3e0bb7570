"""The rail of a record: the states it went through with who and when, and what can come next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import url_for

from seamline.facts import Actor, Event, Record
from seamline.forms import FormModel
from seamline.metadata import State, Step
from seamline.usecases.look import Told

from ..pages.people import name_of_person
from ..session import actor, catalog, language, reading
from .moments import short

MOST_ROLES = 3


@dataclass(frozen=True, slots=True)
class Stop:
    """One state on the rail: `done`, `now`, `skipped` or still `ahead`."""

    title: str
    mark: str
    who: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Next:
    """One step that can lead on from here; who may take it, and where if the reader may."""

    title: str
    roles: str
    address: str = ""


def stops(model: FormModel, told: Told) -> Iterator[Stop]:
    """Yield the states in their order; those reached by way of exception only once they are."""
    states = model.form.states
    reached = _reached(told.events)
    here = told.record.state
    final = next((one.final for one in states if one.id == here), False)
    places = [one.id for one in states]
    for place, state in enumerate(states):
        event = reached.get(state.id)
        who = name_of_person(event.actor) if event else ""
        at = short(event.at, reading()) if event else ""
        title = state.title.in_(language())
        if state.id == here:
            yield Stop(title, "now", who, at)
        elif event is not None:
            yield Stop(title, "done", who, at)
        elif not final and not _exceptional(model, state):
            past = here in places and place < places.index(here)
            yield Stop(title, "skipped" if past else "ahead")


def _reached(events: Sequence[Event]) -> dict[str, Event]:
    reached: dict[str, Event] = {}
    for event in reversed(events):
        change = event.body.get("state")
        if isinstance(change, Sequence) and len(change) == 2:
            reached[str(change[1])] = event
    return reached


def _exceptional(model: FormModel, state: State) -> bool:
    """Return whether every way into a state asks for a reason: it is not part of the plan."""
    ways = [step for step in model.steps.values() if step.to == state.id]
    return bool(ways) and all(step.reason == "required" for step in ways)


def following(model: FormModel, record: Record) -> Iterator[Next]:
    """Yield the planned steps that lead from the state of a record to another one."""
    if record.held == "pending" or record.archived_at is not None:
        return
    access, who = catalog().access, actor()
    for step in model.steps.values():
        if _leads_on(step, record):
            may = access.may(who, step.id, record.form)
            address = url_for("records.step", form_id=record.form, word=record.id, step_id=step.id)
            roles = "" if may else ", ".join(_roles(record.form, step.id)[:MOST_ROLES])
            yield Next(step.title.in_(language()), roles, address if may else "")


def _leads_on(step: Step, record: Record) -> bool:
    onward = step.to is not None and step.to != record.state and step.reason != "required"
    return onward and step.id != "create" and record.state in step.from_states


def _roles(form: str, step: str) -> list[str]:
    """Return the titles of the roles that may take a step."""
    access = catalog().access
    return [
        role.title.in_(language())
        for role in access.roles.values()
        if access.may(Actor("", "", (role.id,)), step, form)
    ]
