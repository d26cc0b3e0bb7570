"""A page of tasks against its form: which states are which, what a card shows, what comes next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from seamline.facts import Record, Ref, Value
from seamline.forms import FormModel
from seamline.metadata import Page, State, Step
from seamline.pages.tasks import Tasks
from seamline.usecases import look

from ...lists.targets import LABELS
from ...say import _
from ...session import actor, catalog, desk, language, reading
from ...shown import Faces, badge, name_of
from .time_left import left

_ZEROS = re.compile(r"[.,]0+$")


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a task."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Stop:
    """One operation on the rail: `done`, `now` or `ahead`."""

    title: str
    mark: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A task as its card shows it."""

    id: str
    head: str
    title: str
    time: Markup
    state: Markup
    now: str
    stops: tuple[Stop, ...]
    facts: tuple[Fact, ...]
    troubled: bool
    held: bool

    @property
    def place(self) -> int:
        """Return the number of the operation in work; before the first one 0, at the end the last.

        The first counts as 1: `tempering 2/3`.
        """
        return sum(stop.mark != "ahead" for stop in self.stops)


@dataclass(frozen=True, slots=True)
class Board:
    """A page of tasks and the form it is about, as the person who looks at it may see them."""

    page: Page
    model: FormModel
    faces: Faces

    @property
    def tasks(self) -> Tasks:
        """Return the settings of the page."""
        settings: Tasks = self.page.settings
        return settings

    @property
    def due(self) -> str:
        """Return the field by which a task is due; empty where it has none or may not be seen."""
        due = self.model.form.due or ""
        return due if self.sees(due) else ""

    @property
    def route(self) -> list[Step]:
        """Return the steps that are checked in, in their order."""
        return [self.model.steps[word] for word in self.tasks.route]

    @property
    def operations(self) -> list[str]:
        """Return the states in which work is done, in routed order."""
        leads = [step.to for step in self.route if step.to]
        return [state for state in leads if state not in self.tasks.done]

    @property
    def waiting(self) -> tuple[str, ...]:
        """Return the states in which nothing has begun."""
        return self.route[0].from_states

    def sees(self, name: str) -> bool:
        """Return whether the person may see a field or a column of the platform."""
        return bool(name) and name not in self.model.unseen

    def fields(self) -> tuple[str, ...]:
        """Return the fields that cards need of a record."""
        tasks = self.tasks
        words = (tasks.head, *tasks.title, *tasks.fields, self.due, tasks.trouble)
        known = (word for word in words if self.sees(word) and not word.startswith("_"))
        return tuple(dict.fromkeys(known))

    def card(self, record: Record, reached: Mapping[str, str] | None = None) -> Card:
        """Return one task; `reached` says when its states were entered."""
        values, tasks = record.values, self.tasks
        done = record.state in tasks.done
        troubled = self.sees(tasks.trouble) and values.get(tasks.trouble) is not None
        time = Markup("") if done or not self.due else left(values.get(self.due), tasks.soon)
        return Card(
            id=record.id,
            head=self._plain(tasks.head, record) or name_of(record, self.model),
            title=self._title(record),
            time=time,
            state=self.faces.state(record.state),
            now=self._state_title(record.state),
            stops=tuple(self.rail(record, reached or {})),
            facts=tuple(self._facts(record)),
            troubled=troubled,
            held=record.held == "pending",
        )

    def _title(self, record: Record) -> str:
        """Return what a task is about: `HX-2041 转向节 × 1,200`."""
        parts = ""
        for name in self.tasks.title:
            shown = self._plain(name, record)
            if not shown:
                continue
            figure = not name.startswith("_") and self.faces.numeric(name)
            shown = _ZEROS.sub("", shown) if figure else shown
            parts += (" × " if figure else " · ") + shown if parts else shown
        return parts

    def _facts(self, record: Record) -> Iterator[Fact]:
        for name in self.tasks.fields:
            shown = self._plain(name, record)
            if shown and name != "_state":
                yield Fact(self._label(name), shown)

    def _label(self, name: str) -> str:
        return LABELS[name].in_(language()) if name[0] == "_" else self.faces.label(name)

    def _plain(self, name: str, record: Record) -> str:
        """Return a value in words: references lead nowhere from here."""
        if name.startswith("_"):
            return str(self.faces.system(name, record).striptags())
        return _words(self.faces, name, record.values.get(name))

    def _state_title(self, word: str) -> str:
        found = next((one for one in self.model.form.states if one.id == word), None)
        return found.title.in_(language()) if found else ""

    def rail(self, record: Record, reached: Mapping[str, str]) -> Iterator[Stop]:
        """Yield the operations in routed order, with how far the task has come."""
        operations = self.operations
        here = operations.index(record.state) if record.state in operations else -1
        over = record.state in self.tasks.done
        for place, state in enumerate(operations):
            mark = "done" if over or place < here else "now" if place == here else "ahead"
            yield Stop(self._state_title(state), mark, reached.get(state, ""))

    def next_step(self, record: Record) -> Step | None:
        """Return the check-in that comes next, None where there is none."""
        for step in self.route:
            if record.state in step.from_states and record.held != "pending":
                return step
        return None

    def may(self, step: str) -> bool:
        """Return whether the person may take a step."""
        return bool(step) and catalog().access.may(actor(), step, self.tasks.form)

    def states(self, words: Iterable[str]) -> list[State]:
        """Return the states called so."""
        wanted = set(words)
        return [one for one in self.model.form.states if one.id in wanted]


def board_of(page: Page) -> Board:
    """Return a page of tasks as the person of this request may see it."""
    tasks: Tasks = page.settings
    catalog().access.require(actor(), "read", tasks.form)
    model = look.form(desk(), actor(), tasks.form)
    return Board(page, model, Faces(model, reading()))


def _words(faces: Faces, name: str, value: Value) -> str:
    if isinstance(value, Ref):
        label = value.label if value.label != value.key else ""
        return f"{value.key} {label}".strip()
    return faces.plain(name, value)


def trouble_badge() -> Markup:
    """Return the badge of a task whose trouble has been reported."""
    return badge(_("Trouble reported"), "red", "triangle-alert")


def reached(events: Iterable[Any], show: Any) -> dict[str, str]:
    """Return when each state was entered last, in words, from the journal of a record."""
    found: dict[str, str] = {}
    for event in events:  # newest first
        change = event.body.get("state")
        if isinstance(change, (list, tuple)) and len(change) == 2:
            at: datetime = event.at
            found.setdefault(str(change[1]), show(at))
    return found
