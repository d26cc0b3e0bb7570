"""A connection: another system, how it is reached, and what is mirrored from it, by whose say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from seamline.text import Text

Owner = Literal["source", "here"]
Gone = Literal["archive", "keep"]
Network = Literal["public", "private", "loopback"]
# Members that every entity has: the other system's key of a thing, its mark of the state, the age.
KEY, VERSION, AS_OF = "_key", "_version", "_as_of"


@dataclass(frozen=True, slots=True)
class MappedField:
    """One field here and the member over there that fills it; `owner` has the say of its value.

    With the owner `here` it is taken once, when the record is made. `match` names the target
    form's field by which a reference is found, `values` translates, `constant` fills it instead.
    """

    to: str
    owner: Owner
    member: str | None = None
    match: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    constant: str | None = None


@dataclass(frozen=True, slots=True)
class MappedTable:
    """A sub-table here and the rows over there; one has the say over all of its rows."""

    to: str
    member: str
    owner: Owner
    fields: tuple[MappedField, ...]


@dataclass(frozen=True, slots=True)
class Settles:
    """Documents over there by which moves made here enter the figures that are mirrored.

    `entities` are those documents, `member` says which move a document is of: its code.
    """

    entities: tuple[str, ...]
    member: str


@dataclass(frozen=True, slots=True)
class Mirror:
    """What is read from one entity into one form; `key` is the field that tells records apart.

    It is read every so many seconds, and its figures are old after `late` of them without a
    reading. `basis` says in words on what they rest over there. `gone` says what becomes of a
    record whose original was deleted.
    """

    id: str
    entity: str
    form: str
    key: str
    fields: tuple[MappedField, ...]
    tables: tuple[MappedTable, ...] = ()
    every: int = 300
    gone: Gone = "archive"
    on: bool = True
    settles: Settles | None = None
    late: int = 0
    basis: Text | None = None

    @property
    def allowed(self) -> int:
        """After how many seconds without a reading its figures are old."""
        return self.late or max(self.every * 4, 60)

    @property
    def mapped(self) -> tuple[MappedField | MappedTable, ...]:
        """The fields and sub-tables of the form that are filled."""
        return (*self.fields, *self.tables)

    def owned(self) -> Iterator[str]:
        """Yield the fields and sub-tables of the form of which the source has the say."""
        yield from (one.to for one in self.mapped if one.owner == "source")


@dataclass(frozen=True, slots=True)
class Notices:
    """Which notices go out by a connection, in which words, when, and how many of them.

    `words` are title and text by kind. `parameters` say what fills those of the `template`.
    `quiet` is empty or `21:00-07:00`, `digest` counts minutes, `budget` messages a day to each.
    """

    on: tuple[str, ...] = ()
    urgent: tuple[str, ...] = ()
    template: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, tuple[Text | None, Text]] = field(default_factory=dict)
    quiet: str = ""
    digest: int = 0
    budget: int = 30


@dataclass(frozen=True, slots=True)
class Connection:
    """One use of a connector. `title` is what people call the system; secrets are references."""

    id: str
    title: Text
    connector: str
    on: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    network: Network = "public"
    hosts: tuple[str, ...] = ()
    concurrency: int | None = None
    per_minute: int | None = None
    mirrors: tuple[Mirror, ...] = ()
    note: Text | None = None
    notices: Notices | None = None
