"""A record's page: its facts by section, its rail of states, what may be done, its story."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask import url_for
from markupsafe import Markup

from seamline import clock
from seamline.facts import Decision, Finding, Record, Row, Value
from seamline.fields.moments import show_moment
from seamline.forms import FormModel
from seamline.metadata import Field, Section, State, Step
from seamline.store import RecordHead
from seamline.usecases import look
from seamline.usecases.dismiss import dismissed
from seamline.usecases.look import Told

from ..say import _, ngettext
from ..session import actor, catalog, desk, language, reading
from ..shown import Cell, Column, Faces, badge, name_of
from .filling import fillable
from .naming import repeats_name
from .ruling import unchecked
from .timeline import entry

PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of the record with its value."""

    label: str
    html: Markup
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """A sub-table of the record."""

    label: str
    columns: list[Column]
    rows: list[list[Cell]]


@dataclass(slots=True)
class Block:
    """Facts that stand together, or a sub-table, in the order of the form."""

    facts: list[Fact] = field(default_factory=list)
    table: Rows | None = None


@dataclass(slots=True)
class Part:
    """One section of the record."""

    title: str
    blocks: list[Block] = field(default_factory=list)

    def add(self, fact: Fact) -> None:
        """Put a fact beside the one before it."""
        if not self.blocks or self.blocks[-1].table is not None:
            self.blocks.append(Block())
        self.blocks[-1].facts.append(fact)


@dataclass(frozen=True, slots=True)
class Stop:
    """One state on the rail: done, now, or still ahead."""

    title: str
    mark: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One step the person may take now; `direct` where one button is all it needs."""

    title: str
    icon: str
    address: str
    style: str
    direct: bool
    key: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule found, ready to show."""

    colour: str
    icon: str
    word: str
    say: str
    rule: str = ""
    waved: bool = False


def of(model: FormModel, told: Told) -> dict[str, Any]:
    """Return everything the record's page shows beside the record itself."""
    record = told.record
    address = url_for("records.show", form_id=record.form, word=record.id)
    faces = Faces(model, reading(), f"{address}/files")
    decision = _latest(told)
    waved = {rule for of, rule in dismissed(told.events) if decision and of == decision.id}
    return {
        "name": name_of(record, model),
        "subtitle": subtitle(model, record, faces),
        "state_badge": faces.state(record.state),
        "sections": [part for one in model.form.sections if (part := _part(one, record, faces))],
        "rail": list(_rail(model, told)),
        "actions": list(actions(model, record)),
        "findings": None if decision is None else list(verdicts(decision, waved)),
        "decision": decision.id if decision else "",
        "review": _review(record),
        "returned_because": next((e.reason for e in told.events if e.kind == "returned"), ""),
        "carried": _carried(record),
        "timeline": [entry(model, event, faces) for event in told.events],
    }


def subtitle(model: FormModel, record: Record, faces: Faces) -> str:
    """Return one line that says which record this is: the first columns of its list."""
    words: list[str] = []
    by_id = {one.id: one for one in model.form.fields}
    name = [model.form.name] if model.form.name else []
    for column in (*name, *model.form.list.columns):
        one = by_id.get(column)
        if one is not None and one.kind != "boolean" and column != model.form.key:
            shown = faces.plain(column, record.values.get(column))
            if shown and shown not in words:
                words.append(shown)
    return " · ".join(words[:3])


def _part(section: Section, record: Record, faces: Faces) -> Part | None:
    part = Part(section.title.in_(faces.reading.language))
    for one in section.fields:
        value = record.values.get(one.id)
        if repeats_name(one, section.fields):
            continue
        if one.kind == "table":
            part.blocks.append(Block(table=_rows(one, value, faces)))
        elif value is not None:
            wide = one.kind in ("long_text", "attachment", "image", "signature")
            part.add(Fact(faces.label(one.id), faces.value(one.id, value), wide))
    return part if part.blocks else None


def _rows(table: Field, value: Value, faces: Faces) -> Rows:
    rows = [row for row in value if isinstance(row, Row)] if isinstance(value, tuple) else []
    used = [
        one
        for one in table.fields
        if any(row.values.get(one.id) is not None for row in rows)
        and not repeats_name(one, table.fields)
    ]
    columns = [
        Column(path, faces.label(path), faces.numeric(path))
        for path in (f"{table.id}.{one.id}" for one in used)
    ]
    cells = [
        [
            Cell(faces.value(column.id, row.values.get(one.id)), column.numeric)
            for one, column in zip(used, columns, strict=True)
        ]
        for row in rows
    ]
    return Rows(faces.label(table.id), columns, cells)


def _rail(model: FormModel, told: Told) -> Iterator[Stop]:
    """Yield the states in their order; those reached by way of exception only once they are."""
    states = model.form.states
    reached: dict[str, datetime] = {}
    for event in reversed(told.events):
        change = event.body.get("state")
        if isinstance(change, Sequence) and len(change) == 2:
            reached[str(change[1])] = event.at
    here = told.record.state
    final = next((one.final for one in states if one.id == here), False)
    places = [one.id for one in states]
    for place, state in enumerate(states):
        at = reached.get(state.id)
        shown = show_moment(at, reading()) if at else ""
        if state.id == here:
            yield Stop(state.title.in_(language()), "now", shown)
        elif at is not None:
            yield Stop(state.title.in_(language()), "done", shown)
        elif not final and not _exceptional(model, state):
            past = here in places and place < places.index(here)
            yield Stop(state.title.in_(language()), "skipped" if past else "ahead")


def _exceptional(model: FormModel, state: State) -> bool:
    """Return whether every way into a state asks for a reason: it is not part of the plan."""
    ways = [step for step in model.steps.values() if step.to == state.id]
    return bool(ways) and all(step.reason == "required" for step in ways)


def actions(model: FormModel, record: Record) -> Iterator[Action]:
    """Yield the steps the person may take on the record now, the one that moves it on first."""
    who, access = actor(), catalog().access
    possible = [
        one
        for one in model.steps.values()
        if _possible(one, record) and access.may(who, one.id, record.form)
    ]
    onward = next((one.id for one in possible if one.to and one.reason != "required"), "")
    for one in sorted(possible, key=lambda step: step.id != onward):
        address = url_for("records.step", form_id=record.form, word=record.id, step_id=one.id)
        direct = not fillable(model, one) and one.reason == "none" and one.id != "archive"
        style = " p" if one.id == onward else (" d" if one.id in ("archive", "cancel") else "")
        key = secrets.token_urlsafe(16) if direct else ""
        title = one.title.in_(language())
        yield Action(title, _step_icon(one), address, style, direct, key)


def _possible(step: Step, record: Record) -> bool:
    if step.id == "create":
        return False
    if record.archived_at is not None or step.id == "restore":
        return record.archived_at is not None and step.id == "restore"
    if step.id == "archive":
        return True
    from_here = not step.from_states or record.state in step.from_states
    return record.held != "pending" and from_here


def _step_icon(step: Step) -> str:
    known = {"change": "pencil", "archive": "archive", "restore": "archive-restore"}
    if step.id in known:
        return known[step.id]
    return "arrow-right" if step.to else "pen-line"


def _latest(told: Told) -> Decision | None:
    for event in told.events:
        if event.decision in told.decisions and event.kind != "refused":
            return told.decisions[event.decision]
    return None


def verdicts(decision: Decision, waved: Collection[str] = ()) -> Iterator[Verdict]:
    """Yield what the rules of a decision have found, the review first, then what was passed.

    `waved` names the reminders that somebody has waved aside.
    """
    for finding in sorted(decision.spoken, key=lambda one: one.rule_class != "review"):
        shown = _verdict(finding, decision.step.partition(".")[0])
        reminds = finding.rule_class == "soft" and finding.result == "true"
        yield replace(shown, rule=finding.rule, waved=finding.rule in waved) if reminds else shown
    rules = catalog().rules.get(decision.step)
    open_ = sum(one.rule_class == "hard" for one in decision.spoken)
    hard = len(rules.ruleset.hard) if rules else 0
    if hard > open_:
        passed = ngettext("%(num)s hard rule passed", "%(num)s hard rules passed", hard - open_)
        yield Verdict("green", "circle-check", passed, "")


def _verdict(finding: Finding, form_id: str) -> Verdict:
    say = finding.say.in_(language())
    if finding.result == "unknown":
        say = unchecked(form_id, say)
    if finding.rule_class == "review":
        return Verdict("violet", "hand", _("Human review"), say)
    if finding.result == "unknown":
        colour = "violet" if finding.rule_class == "hard" else ""
        return Verdict(colour, "circle-alert", _("Not checked"), say)
    if finding.rule_class == "hard":
        return Verdict("red", "octagon-x", _("Stopped"), say)
    return Verdict("amber", "triangle-alert", _("Reminder"), say)


def due_badge(due: datetime) -> Markup:
    """Return how long a review may still wait, in the colour that fits."""
    minutes = int((due - clock.now()).total_seconds() // 60)
    if minutes < 0:
        return badge(_("overdue by %(span)s", span=_span(-minutes)), "red", "clock")
    colour = "red" if minutes < 60 else "amber"
    return badge(_("%(span)s left", span=_span(minutes)), colour, "clock")


def _span(minutes: int) -> str:
    if minutes < 60:
        return _("%(m)s min", m=minutes)
    if minutes < 48 * 60:
        return _("%(h)s h %(m)s min", h=minutes // 60, m=minutes % 60)
    return _("%(d)s days", d=minutes // 1440)


def _review(record: Record) -> dict[str, Any] | None:
    if record.held != "pending":
        return None
    with desk().store.reading() as unit:
        held = [one for one in unit.reviews.of_record(record.id) if not one.verdict]
    for review in held:
        return {
            "id": review.id,
            "pool": review.pool,
            "due": due_badge(review.due_at),
            "mine": review.pool in catalog().access.pools(actor()),
            "question": review.question,
        }
    return None


def _carried(record: Record) -> list[dict[str, Any]]:
    if not record.tracking:
        return []
    heads = look.tracked(desk(), actor(), record.tracking)
    return [shown_head(head) for head in heads if head.id != record.id]


def shown_head(head: RecordHead) -> dict[str, Any]:
    """Return a found record as a line of a list of links."""
    model = catalog().forms[head.form]
    faces = Faces(model, reading())
    return {
        "icon": model.form.icon,
        "address": url_for("records.show", form_id=head.form, word=head.id),
        "code": head.code or f"…{head.id[-6:]}",
        "title": model.form.title.in_(language()),
        "label": head.label if head.label != head.code else "",
        "badge": faces.state(head.state),
        "at": show_moment(head.updated_at, reading()),
    }
