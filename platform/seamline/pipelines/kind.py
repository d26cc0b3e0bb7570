"""What a kind of trigger or of step is: its settings, how they are checked, what it does."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, TypeAlias

from seamline.connector import Connector
from seamline.documents import Path
from seamline.metadata import Form
from seamline.pages import Data, Names
from seamline.scope import Scope, ValueType
from seamline.text import Text

# What a formula begins with, where a value may be one.
FORMULA = "="
# What conditions and formulas of a pipeline call the record that set it off.
RECORD = "record"


@dataclass(frozen=True, slots=True)
class Gives:
    """What later steps may name of something: names with their types, rows by table."""

    types: Mapping[str, ValueType] = field(default_factory=dict)
    rows: Mapping[str, Scope] = field(default_factory=dict)

    @classmethod
    def of(cls, scope: Scope) -> Gives:
        """Return what a record of a form gives: its own values, not those it leads to."""
        own = {name: type_ for name, type_ in scope.types.items() if is_own(name)}
        rows = {
            table: Scope({name: type_ for name, type_ in inside.types.items() if is_own(name)})
            for table, inside in scope.rows.items()
        }
        return cls(own, rows)


NOTHING = Gives()


def is_own(name: str) -> bool:
    """Return whether a name is of a record itself: what it refers to is looked up by a step."""
    return "." not in name and name != "_locked"


def under(scope: Scope, name: str, gives: Gives) -> Scope:
    """Return a scope with what something gives, under the name it has in the pipeline."""
    types = {f"{name}.{word}": type_ for word, type_ in gives.types.items()}
    rows = {f"{name}.{table}": inside for table, inside in gives.rows.items()}
    return Scope({**scope.types, **types}, {**scope.rows, **rows})


class PipelineNames(Names, Protocol):
    """What a check may ask of the package around a pipeline."""

    def scope_of(self, form: Form) -> Scope:
        """Return the names of a form."""

    def value(self, path: Path, written: Any, scope: Scope) -> ValueType | None:
        """Return the type of a formula; None for a constant, and for what is wrong (said)."""

    def holds(self, path: Path, written: Any, scope: Scope) -> None:
        """Ask whether a condition fits the names and types of a scope."""

    def words(self, path: Path, written: Any, scope: Scope) -> None:
        """Ask whether a text fills its `{names}` with something that is there."""

    def migration(self, path: Path, word: str) -> None:
        """Ask whether a word names the map of a migration that reads from a connection."""

    def steps(self, path: Path, written: Sequence[Data], scope: Scope) -> Scope:
        """Check steps that lie inside another; return the scope after them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A step as it is written: its id, its kind and what that makes of its settings."""

    id: str
    kind: str
    settings: Any


@dataclass(frozen=True, slots=True)
class Do:
    """Something to be done once, whose result (plain JSON) is kept; `name` within its step.

    `writes` says that it changes something: a trial shows what it would do instead. `ours` says
    that it changes only what is in our own database, which knows it when it is done again.
    """

    work: Callable[[], Any]
    name: str = ""
    writes: bool = False
    trial: Callable[[], Any] | None = None
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Go on at a moment, whatever becomes of the process in between."""

    until: datetime
    name: str


@dataclass(frozen=True, slots=True)
class Inside:
    """Take the steps that lie inside this one; `given` are facts that only they see."""

    steps: tuple[Plan, ...]
    name: str
    given: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


Operation: TypeAlias = Do | Wait | Inside
# Yields what it wants done, is sent what came of it, and returns what later steps may name.
Course: TypeAlias = Generator[Operation, Any, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Came:
    """A file that came from a connected system; a `named` one is another under another name."""

    name: str
    media_type: str
    content: bytes
    named: bool = False


class Hands(Protocol):
    """What a step is given to work with: its run's facts, and the doors of the product."""

    @property
    def key(self) -> str:
        """Return the key of the operation under way: the same in every attempt, in no other act."""

    @property
    def record(self) -> tuple[str, str] | None:
        """Return form and id of the record that set the run off, if one did."""

    def now(self) -> datetime:
        """Return the present moment, aware UTC."""

    def value(self, written: Any) -> Any:
        """Return a constant as it stands, or what a formula gives, as plain JSON."""

    def rows(self, name: str) -> Sequence[Mapping[str, Any]]:
        """Return the rows of a sub-table, or those looked up, as plain facts."""

    def of_row(self, alias: str, row: Mapping[str, Any], written: Any) -> Any:
        """Return what `value` does, where a row is known by its alias."""

    def moment(self, written: Any) -> datetime | None:
        """Return a formula's day or moment, aware; the beginning of a day in the workspace."""

    def holds(self, condition: Any) -> bool | None:
        """Return whether a condition is true, None where it cannot be told."""

    def words(self, text: Text) -> str:
        """Return a text in the workspace's language, its `{names}` filled."""

    def later(self, span: timedelta, working: bool) -> datetime:
        """Return when a span from now is over, in working time where that is asked for."""

    def seen_again(self) -> Mapping[str, Any] | None:
        """Return the record of the run as it stands now, None where it is not there."""

    def renew(self, facts: Mapping[str, Any]) -> None:
        """Let conditions and formulas see the record of the run as it has been seen again."""

    def find(
        self, form: str, where: Any, sort: Sequence[str], limit: int
    ) -> list[Mapping[str, Any]]:
        """Return records as plain facts, as far as the pipeline's account may see them."""

    def submit(
        self,
        form: str,
        step: str,
        record: str,
        values: Mapping[str, Any],
        reason: str,
        only_if_changed: bool = False,
    ) -> Mapping[str, Any]:
        """Take a step of a record through the one door, once; `only_if_changed` where the record
        is to be left alone that has these values already."""

    def migrate(self, map: str) -> Mapping[str, Any]:
        """Carry a migration out by its map, or on where it was stopped; return what it came to."""

    def take_in(self, form: str, source: str, files: Sequence[Came]) -> Mapping[str, Any]:
        """Put files into the inbox of papers of a form; return how many, and how many of them
        were there."""

    def share(self, page: str) -> tuple[str, Sequence[str]]:
        """Return the address of a progress link of the run's record, and the titles of the papers
        that stand behind it."""

    def connection(self, name: str) -> Connector:
        """Return an open connection; raises AskPerson where there is none of that name."""

    def reach(self, connection: str, names: Sequence[str]) -> Mapping[str, str]:
        """Return by name where a channel reaches it: an account at its address there, if it has
        one, anything else as it stands; nothing for an account without. In the place of a record
        come the accounts that stand for it."""

    def tell(self, roles: Sequence[str], people: Sequence[str], text: Text) -> int:
        """Put a notice before people; return how many got it."""

    def log(self, kind: str, body: Mapping[str, Any]) -> None:
        """Write an entry about the record of the run into the journal, once."""


@dataclass(frozen=True, slots=True)
class StepKind:
    """One kind of step: the schema of what stands under its name, and what it does.

    `check` returns what later steps may name of it. `read` is given what reads steps inside it.
    """

    name: str
    title: Text
    settings: Mapping[str, Any]
    read: Callable[[Data, Callable[[Sequence[Data]], tuple[Plan, ...]]], Any]
    check: Callable[[Data, Path, PipelineNames, Scope], Gives]
    run: Callable[[Any, Hands], Course]
    required: tuple[str, ...] = ()
    # What stands in place of a closed list of settings.
    open: Mapping[str, Any] = field(default_factory=dict)
    icon: str = "workflow"
    # Of a step that leaves nothing anywhere, where a stopped run goes on: whether what it came to
    # is looked at or reckoned `anew`, or `kept`. One that left something stays, with all before it.
    again: Literal["anew", "kept", ""] = ""
    # Whether it sends a message, so that the `state` it comes to says how far that got.
    sends: bool = False
    # The names its own formulas may use: those of the steps before it, and of its rows.
    names: Callable[[Data, Scope], Scope] = lambda settings, scope: scope


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, as triggers look at it: `topic` and `body` of a message of the outbox."""

    topic: str
    key: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TriggerKind:
    """One kind of trigger: what stands under its name, and when it sets its pipeline off.

    `check` returns the names that the first step may use, by what they stand under. `hears` says
    whether a message of the outbox is meant. `slots` are the moments of its own after one moment
    and up to another. `form` is that of the record that it is about, if any.
    """

    name: str
    title: Text
    settings: Mapping[str, Any]
    read: Callable[[Data], Any]
    check: Callable[[Data, Path, PipelineNames], Mapping[str, Gives]]
    required: tuple[str, ...] = ()
    form: Callable[[Any], str] = lambda settings: ""
    hears: Callable[[Any, Event], bool] = lambda settings, event: False
    slots: Callable[[Any, datetime, datetime, Any], Sequence[datetime]] | None = None
    icon: str = "workflow"
