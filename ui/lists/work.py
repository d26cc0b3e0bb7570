"""What waits for a person: reviews of their pools, steps of their roles, what of theirs is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from markupsafe import Markup

from seamline import clock
from seamline.conditions.node import And
from seamline.conditions.parse import Node, parse
from seamline.facts import Record
from seamline.forms import FormModel
from seamline.metadata import Step
from seamline.store import Query, Review
from seamline.store.drafts import Draft
from seamline.usecases import drafts, look, review
from seamline.usecases.seeing import by_form

from ..pages.menu import readable
from ..pages.naming import pool_name
from ..record.heads import subtitle
from ..record.verdicts import due_badge
from ..say import _, ngettext
from ..session import actor, catalog, desk, language, reading
from ..shown import Faces, badge, name_of
from .conditions import mine
from .page import brush
from .painting import left_of, moment, remaining, tone

MOST_REVIEWS = 5
MOST_STEPS = 6
MOST_DUE = 8
MOST_DRAFTS = 4
MOST_COUNTED = 1_000
NEVER = date.max


@dataclass(frozen=True, slots=True)
class Task:
    """One line of work: what to do, one line about it, how much time is left."""

    title: str
    meta: str
    address: str
    badge: Markup = Markup("")
    icon: str = ""
    code: str = ""
    review: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of one card, how many there are in all, and where the others are."""

    tasks: list[Task]
    total: int
    more: str = ""


def reviews() -> Part:
    """Return the reviews of the reader's pools, the most urgent first."""
    waiting = review.waiting(desk(), actor())
    shown = waiting[:MOST_REVIEWS]
    records = _records(by_form((one.form, one.record) for one in shown))
    tasks = [_review(one, records.get(one.record)) for one in shown]
    return Part(tasks, len(waiting), url_for("pool.queue") if waiting else "")


def _review(one: Review, record: Record | None) -> Task:
    model = look.form(desk(), actor(), one.form)
    rules = catalog().rules.get(one.step)
    title = rules.ruleset.review.title if rules else model.form.title
    address = url_for("records.show", form_id=one.form, word=one.record) if record else ""
    return Task(
        title.in_(language()),
        subtitle(model, record, Faces(model, reading())) if record else pool_name(one.pool),
        address or url_for("pool.queue"),
        due_badge(one.due_at),
        code=name_of(record, model) if record else "",
        review=one.id,
    )


def _records(wanted: Mapping[str, Iterable[str]]) -> dict[str, Record]:
    """Return records by id, with what their lists show, as far as the reader may see them."""
    found: dict[str, Record] = {}
    for form, ids in wanted.items():
        if catalog().access.may(actor(), "read", form):
            model = look.form(desk(), actor(), form)
            where = parse({"in": [{"var": "_id"}, sorted(ids)]}, model.scope)
            query = Query(where, limit=MOST_COUNTED, total=False, fields=_line(model))
            found |= {one.id: one for one in look.page(desk(), actor(), form, query).rows}
    return found


def _line(model: FormModel) -> tuple[str, ...]:
    """Return the fields that a line about a record needs."""
    form, known = model.form, {field.id for field in model.form.fields if field.kind != "table"}
    names = (form.key, form.name, form.due, *form.list.columns)
    return tuple(dict.fromkeys(name for name in names if name in known))


def steps() -> Part:
    """Return the steps that the reader's roles bring records on by, where some wait for them."""
    found = [task for model in _stated() for task in _steps(model)]
    found.sort(key=lambda pair: pair[0])
    return Part([task for _, task in found[:MOST_STEPS]], len(found))


def _stated() -> Iterator[FormModel]:
    for model in readable(catalog(), actor()):
        if model.form.states:
            yield look.form(desk(), actor(), model.form.id)


def _steps(model: FormModel) -> Iterator[tuple[date, Task]]:
    """Yield what waits for each step of a form, by the first day on which some of it is due."""
    form = model.form
    onward = [step for step in model.steps.values() if _onward(model, step)]
    places = [_from(model, step) for step in onward]
    queries = [Query(where=place) for place in places]
    counts = look.counts(desk(), actor(), form.id, queries, MOST_COUNTED)
    for step, query, count in zip(onward, queries, counts, strict=True):
        if count:
            yield _waiting(model, step, query, count)


def _onward(model: FormModel, step: Step) -> bool:
    """Return whether a step brings a record on, by plan, and the reader may take it."""
    planned = step.to is not None and step.from_states and step.reason != "required"
    return bool(planned) and catalog().access.may(actor(), step.id, model.form.id)


def _from(model: FormModel, step: Step) -> Node:
    parts: list[Mapping[str, Any]] = [{"in": [{"var": "_state"}, list(step.from_states)]}]
    if "_held" not in model.unseen:
        parts.append({"!=": [{"var": "_held"}, "pending"]})
    return parse({"and": parts}, model.scope)


def _waiting(model: FormModel, step: Step, query: Query, count: int) -> tuple[date, Task]:
    form, first, left = model.form, NEVER, None
    if form.due:
        dated = Query(_dated(model, query.where), sort=(form.due,), limit=1, total=False)
        rows = look.page(desk(), actor(), form.id, replace(dated, fields=(form.due,))).rows
        tools = brush()
        left = left_of(model, rows[0], tools) if rows else None
        if left is not None:
            first = date.fromordinal(tools.today.toordinal() + left)
    shown = f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count)
    meta = ngettext("%(shown)s record waits", "%(shown)s records wait", count, shown=shown)
    words = [("_state", state) for state in step.from_states]
    words += [("sort", form.due)] if form.due else []
    task = Task(
        step.title.in_(language()),
        f"{form.title.in_(language())} · {meta}",
        url_for("records.listing", form_id=form.id) + "?" + urlencode(words),
        _due(left) if left is not None else Markup(""),
        form.icon,
    )
    return first, task


def _dated(model: FormModel, where: Node | None) -> Node | None:
    """Return a condition narrowed to records that have a due day."""
    filled = parse({"var": model.form.due}, model.scope)
    return filled if where is None else And((where, filled))


def due() -> Part:
    """Return what of the reader's own is due today or overdue, the most urgent first."""
    found: list[tuple[int, Task]] = []
    total = 0
    for model in _stated():
        if model.form.due:
            query = _due_query(model)
            page = look.page(desk(), actor(), model.form.id, query)
            total += page.total or 0
            found += _due_tasks(model, page.rows)
    found.sort(key=lambda pair: pair[0])
    return Part([task for _left, task in found[:MOST_DUE]], total)


def _due_query(model: FormModel) -> Query:
    form, today = model.form, clock.today(catalog().zone)
    end: Any = today.isoformat()
    if model.scope.types[str(form.due)] == "datetime":
        end = clock.now().astimezone(catalog().zone).replace(hour=23, minute=59).isoformat()
    parts: list[Mapping[str, Any]] = [
        {"in": [{"var": "_state"}, list(form.pressing)]},
        {"<=": [{"var": form.due}, end]},
        mine(model, actor().id),
    ]
    where = parse({"and": parts}, model.scope)
    return Query(where, sort=(str(form.due),), limit=MOST_DUE, fields=_line(model))


def _due_tasks(model: FormModel, records: Iterable[Record]) -> Iterator[tuple[int, Task]]:
    tools, faces = brush(), Faces(model, reading())
    for record in records:
        left = left_of(model, record, tools)
        if left is not None:
            yield (
                left,
                Task(
                    subtitle(model, record, faces) or name_of(record, model),
                    model.form.title.in_(language()),
                    url_for("records.show", form_id=record.form, word=record.id),
                    Markup("{} {}").format(faces.state(record.state), _due(left)),
                    model.form.icon,
                    name_of(record, model),
                ),
            )


def _due(left: int) -> Markup:
    colour = {"late": "red", "soon": "amber"}.get(tone(left), "")
    return badge(remaining(left), colour, "clock")


def begun() -> list[Task]:
    """Return the reader's newest drafts, each leading back into its form."""
    return [_draft(one) for one in drafts.newest(desk(), actor(), MOST_DRAFTS)]


def _draft(one: Draft) -> Task:
    model = look.form(desk(), actor(), one.form)
    step = model.steps[one.step]
    at = Markup(moment(one.at, brush()))
    title = model.form.title.in_(language())
    if one.record:
        address = url_for(
            "records.step", form_id=one.form, word=one.record, step_id=one.step, draft=one.id
        )
        title = f"{title} · {step.title.in_(language())}"
    else:
        address = url_for("records.new", form_id=one.form, draft=one.id)
    said = [word for words in one.words.values() for word in words if word.strip()]
    meta = " · ".join(dict.fromkeys(word[:40] for word in said[:3]))
    return Task(title, meta or _("nothing filled in yet"), address, at, "pencil")
