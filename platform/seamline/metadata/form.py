"""A form: its sections, states, business steps and views."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from seamline.text import Text

from .binding import Binding
from .board import Board
from .closing import Closed, Cutover
from .documents import DocumentCentre
from .entry import Entry
from .field import Field, Section
from .paper import Paper
from .posting import Posting
from .print_view import PrintView
from .versions import Structure, Versions

ReasonNeed = Literal["none", "optional", "required"]
BUILT_IN_TITLES = {
    "create": Text("新建", "Create"),
    "change": Text("修改", "Change"),
    "archive": Text("归档", "Archive"),
    "restore": Text("恢复", "Restore"),
}
BUILT_IN_STEPS = tuple(BUILT_IN_TITLES)


@dataclass(frozen=True, slots=True)
class CodePattern:
    """How a record's code is made: `OD-{year}-{month}-{number:5}`.

    The number starts anew in each period that the pattern names (year, month, day) and grows by
    a digit when its width is used up. `tracking` makes the code the tracking code of everything
    that follows from the record.
    """

    pattern: str
    tracking: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """A state a record can be in; in a `final` state only the steps that name it may follow.

    In a state that has `met` the due day, it counts no more: delivered, if not yet settled.
    """

    id: str
    title: Text
    final: bool = False
    colour: str = "gray"
    met: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A business step: what it may start from, where it leads, what it may change.

    `from_states` empty means any state; `to` None leaves the state; `fields` None means every
    field, () none. `needs` are fields that have to be given with the step itself, `clears` those
    that it empties, `alerts` the roles that are told at once that it was taken. `revises` makes the
    change a numbered revision of the record.
    """

    id: str
    title: Text
    from_states: tuple[str, ...] = ()
    to: str | None = None
    fields: tuple[str, ...] | None = ()
    reason: ReasonNeed = "none"
    revises: bool = False
    needs: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Fields whose equal values make a second record suspicious; a person may confirm it."""

    id: str
    fields: tuple[str, ...]
    say: Text


@dataclass(frozen=True, slots=True)
class ListView:
    """The list of a form: columns, filters (indexed), searched fields and sort (`-` descending)."""

    columns: tuple[str, ...]
    filters: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    sort: tuple[str, ...] = ("-_created_at",)


@dataclass(frozen=True, slots=True)
class Form:
    """A form as its author wrote it. `key` and `name` say how other forms refer to a record.

    `fields` are those of all sections, in their order.
    `entries` are short ways to a new record.
    `due` names the field with the day by which a record has to be done. With `posts` its records
    are moves: each changes a balance, and none is changed afterwards. `closed` says which of its
    records are read-only for good, `cutover` from which day new ones are ours,
    `paper` that they can be begun from papers.
    """

    id: str
    title: Text
    sections: tuple[Section, ...]
    list: ListView
    key: str | None = None
    name: str | None = None
    due: str | None = None
    group: Text | None = None
    icon: str = "file"
    help: Text | None = None
    code: CodePattern | None = None
    states: tuple[State, ...] = ()
    steps: tuple[Step, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    board: Board | None = None
    documents: DocumentCentre | None = None
    posts: Posting | None = None
    entries: tuple[Entry, ...] = ()
    versions: Versions | None = None
    structure: Structure | None = None
    binds: tuple[Binding, ...] = ()
    prints: tuple[PrintView, ...] = ()
    closed: Closed | None = None
    cutover: Cutover | None = None
    paper: Paper | None = None
    fields: tuple[Field, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        held = tuple(one for section in self.sections for one in section.fields)
        object.__setattr__(self, "fields", held)

    @property
    def library(self) -> bool:
        """Whether it holds nothing but closed records, which only a migration brings."""
        return self.closed is not None and self.closed.library

    @property
    def pressing(self) -> tuple[str, ...]:
        """The states in which the due day of a record counts."""
        return tuple(state.id for state in self.states if not (state.final or state.met))

    def every_field(self) -> Iterator[tuple[str, Field]]:
        """Yield each field with its path: `customer`, `lines`, `lines.qty`."""
        for one in self.fields:
            yield one.id, one
            for column in one.fields:
                yield f"{one.id}.{column.id}", column
