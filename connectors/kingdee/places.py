"""How far reading got: one stream for each moment by which documents are seen to change.

Kingdee notes an audit and a closing in moments of their own and leaves that of the last change
alone, so that documents are followed by each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from seamline.connector import Cursor

# A document saved in a long transaction is seen later than the moment it bears: a new pass looks
# back this far, and knows by `recent` what it has told already.
LOOK_BACK = timedelta(seconds=60)
# More than this are not remembered: after an import of thousands a new pass looks back less far.
MOST_RECENT = 3000
# A document that was told: its id, its version, its moment in a stream.
Told = tuple[Any, str, str]


@dataclass(frozen=True)
class Seen:
    """A row as a query gave it: id, and its moment in each stream (empty where it has none)."""

    id: Any
    moments: tuple[str, ...]

    @property
    def version(self) -> str:
        """Return what tells this state of the document from others."""
        return "|".join(self.moments)


@dataclass(frozen=True)
class Stream:
    """One moment documents are followed by, and how far: after `at`, there after `id`."""

    field: str
    at: str = ""
    id: Any = 0
    recent: tuple[Told, ...] = ()

    def where(self, pk: str) -> str:
        """Return the filter of what comes after; what has no such moment is never among it."""
        if not self.id:
            return f"{self.field} >= '{self.at or '1900-01-01'}'"
        after = f"{pk} > {quoted(self.id)}"
        return f"({self.field} > '{self.at}' or ({self.field} = '{self.at}' and {after}))"

    def after(self, told: Sequence[Told]) -> Stream:
        """Return it after some rows, beyond which more may wait."""
        return Stream(self.field, told[-1][2], told[-1][0], _late([*self.recent, *told]))

    def beside(self, told: Iterable[Told]) -> Stream:
        """Return it with what was told of another stream while all was read for the first time."""
        return replace(self, recent=_late([*self.recent, *(one for one in told if one[2])]))

    def ended(self) -> Stream:
        """Return where the next pass begins: a little before the last row."""
        if not self.recent:
            return self
        first, last = self.recent[0][2], self.recent[-1][2]
        start = (_moment(last) - LOOK_BACK).isoformat(timespec="milliseconds")
        full = len(self.recent) == MOST_RECENT
        return Stream(self.field, first if full else start, 0, self.recent)


@dataclass(frozen=True)
class Place:
    """The streams, which of them is being read, and whether a pass begins.

    The first pass reads everything by the first stream; the others begin where that ends.
    """

    streams: tuple[Stream, ...]
    on: int = 0
    begins: bool = True
    first: bool = True

    @classmethod
    def of(cls, cursor: Cursor | None, fields: Sequence[str]) -> Place:
        """Return the place a cursor stands for."""
        if cursor is None:
            return cls(tuple(Stream(field) for field in fields))
        kept = {
            field: Stream(field, at, own, tuple(map(tuple, recent)))
            for field, at, own, recent in cursor["streams"]
        }
        streams = tuple(kept.get(field, Stream(field)) for field in fields)
        return cls(streams, min(cursor["on"], len(streams) - 1), cursor["begins"], cursor["first"])

    def cursor(self) -> Cursor:
        """Return the place as plain data."""
        streams = [
            [one.field, one.at, one.id, [list(told) for told in one.recent]] for one in self.streams
        ]
        return {"streams": streams, "on": self.on, "begins": self.begins, "first": self.first}

    @property
    def stream(self) -> Stream:
        """Return the stream that is being read."""
        return self.streams[self.on]

    def known(self) -> set[tuple[Any, str]]:
        """Return what was told lately, by id and version."""
        return {told[:2] for stream in self.streams for told in stream.recent}

    def after(self, rows: Sequence[Seen]) -> Place:
        """Return the place after some rows of the stream."""
        streams = list(self.streams)
        for number, stream in enumerate(streams):
            told = [(row.id, row.version, row.moments[number]) for row in rows]
            if number == self.on:
                streams[number] = stream.after(told)
            elif self.first:
                streams[number] = stream.beside(told)
        return replace(self, streams=tuple(streams), begins=False)

    def onward(self) -> Place:
        """Return the place after the last row of the stream: the next one, or a new pass."""
        if self.first or self.on == len(self.streams) - 1:
            return Place(tuple(one.ended() for one in self.streams), first=False)
        return replace(self, on=self.on + 1, begins=False)


def quoted(value: Any) -> str:
    """Return a value as a filter writes it; nothing in it can end the text."""
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def _late(told: Iterable[Told]) -> tuple[Told, ...]:
    whole = sorted(dict.fromkeys(told), key=lambda one: _moment(one[2]))
    if not whole:
        return ()
    start = _moment(whole[-1][2]) - LOOK_BACK
    return tuple(one for one in whole[-MOST_RECENT:] if _moment(one[2]) >= start)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
