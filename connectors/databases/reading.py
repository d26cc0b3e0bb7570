"""Reading things by key: all of them in pages, what changed since a mark, or one.

What changed is asked for in two steps: which keys have a rowversion beyond the mark (an index
answers that), then those things whole. So nothing is read that did not change, and a thing is
always read with all of its parts, whichever of them changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeAlias

from seamline.connector import Change, Cursor, Entity, GiveUp, Member, Page
from seamline.problems import Problem
from seamline.text import Text

from .session import Session
from .texts import Asked, Section, after, between, chosen, render, sections

CHUNK = 500  # keys in one statement: SQLite takes 999 values, SQL Server 2,100
ROWS = 200_000  # rows of one statement
SLIDE_EVERY = timedelta(minutes=10)
JOINT = "@"  # between the parts of a key

Key = tuple[Any, ...]
Raw: TypeAlias = tuple[Any, ...]


class Later(Mapping[str, Any]):
    """The values of a thing, each made from its row when it is asked for."""

    __slots__ = ("_head", "_make", "_parts")

    def __init__(self, head: Raw, make: Build, parts: Mine) -> None:
        self._head, self._make, self._parts = head, make, parts

    def __getitem__(self, name: str) -> Any:
        if name in self._parts:
            build, rows = self._parts[name]
            return [build.values(row) for row in rows]
        return self._make.value(name, self._head)

    def __iter__(self) -> Iterator[str]:
        yield from self._make.wanted
        yield from self._parts

    def __len__(self) -> int:
        return len(self._make.wanted) + len(self._parts)


@dataclass(frozen=True, slots=True)
class Source:
    """An entity and the statements that read it.

    `by` are the columns of its key as the statements name them, of which `{where:...}` takes the
    first; `head` has a row for each thing, with the members as columns and maybe `version`;
    `rows` give the rows of members, with the key's first part as the column `of`; `keys` lists
    all keys in order; each of `watch` names keys (and a `version`) that changed.
    """

    entity: Entity
    by: tuple[str, ...]
    keys: str
    head: str
    rows: Mapping[str, str] = field(default_factory=dict)
    watch: tuple[str, ...] = ()
    sliding: tuple[str, ...] = ()
    ahead: timedelta = timedelta(hours=72)
    mark: str = ""  # asks for the highest version, where it is not the database's own

    @classmethod
    def read(cls, path: Path, entity: Entity, by: Sequence[str], **more: Any) -> Source:
        """Return the source whose statements stand in a file."""
        found = sections(path)

        def texts(kind: str) -> tuple[Section, ...]:
            return tuple(one for one in found if one.kind == kind)

        return cls(
            entity,
            tuple(by),
            keys=texts("keys")[0].text,
            head=texts("head")[0].text,
            rows={one.name: one.text for one in texts("rows")},
            watch=tuple(one.text for one in texts("watch")),
            sliding=tuple(one.text for one in texts("sliding")),
            **more,
        )


class Reader:
    """Reads sources over a session; moments without a zone are of the database's `zone`."""

    def __init__(
        self, session: Session, sources: Sequence[Source], zone: tzinfo,
        now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._session = session
        self._sources = {source.entity.name: source for source in sources}
        self._zone = zone
        self._now = now
        self._built: dict[str, Callable[[tuple[str, ...]], Build]] = {}

    def entities(self) -> list[Entity]:
        """Return what can be read."""
        return [source.entity for source in self._sources.values()]

    def read(self, entity: str, since: Cursor | None, limit: int) -> Page:
        """Return up to `limit` changes after a cursor."""
        source = self._source(entity)
        as_of = self._now()
        asked = Asked(source.mark or self._dialect.version, ())
        mark = int(self._session.one(asked)) if source.watch else 0
        if since is None:
            return self._scan(source, {"start": mark, "at": as_of.isoformat()}, limit, as_of)
        reached = max(int(since.get(name, 0)) for name in ("version", "start", "bound"))
        restart = bool(source.watch) and mark < reached
        if restart:
            # The counter went back: a backup was restored, and old marks mean nothing any more.
            since = {"start": mark, "at": as_of.isoformat()}
        if "start" in since:
            return self._scan(source, since, limit, as_of, restart)
        if not source.watch:
            return Page((), since, False, as_of)
        return self._changed(source, since, mark, limit, as_of)

    def find(self, entity: str, key: str) -> Change | None:
        """Return one thing as it stands now, or None."""
        source = self._source(entity)
        parts = _parts(source, key)
        if parts is None:
            return None
        return next((one for one in self._whole(source, [parts]) if not one.deleted), None)

    def _source(self, entity: str) -> Source:
        found = self._sources.get(entity)
        if found is None:
            say = Text(f"没有“{entity}”这类数据。", f"There is nothing called '{entity}'.")
            raise GiveUp(Problem("unknown_entity", say, got=entity))
        return found

    @property
    def _dialect(self) -> Any:
        return self._session.way.dialect

    def _scan(
        self, source: Source, since: Cursor, limit: int, as_of: datetime, restart: bool = False
    ) -> Page:
        """Return the next page of everything."""
        last = since.get("last")
        asked = render(
            source.keys, self._dialect, count=limit + 1, where=lambda _: after(source.by, last)
        )
        keys = self._session.rows(asked, ROWS)
        more = len(keys) > limit
        keys = keys[:limit]
        read = self._whole(source, keys, ranged=True)
        changes = tuple([one for one in read if not one.deleted])
        cursor: dict[str, Any] = {**since}
        if more:
            cursor["last"] = [_plain(part) for part in keys[-1]]
        else:
            cursor = {"version": since["start"], "at": since["at"]}
        return Page(changes, cursor, more, as_of, restart)

    def _changed(
        self, source: Source, since: Cursor, mark: int, limit: int, as_of: datetime
    ) -> Page:
        """Return what changed after a cursor, up to a mark that no later row can undercut."""
        if "waiting" in since:
            keys = [tuple(key) for key in since["waiting"]]
            bound, at = int(since["bound"]), since["at"]
        else:
            bound, keys = self._keys(source, int(since["version"]), mark, limit)
            at = since["at"]
            if bound >= mark and as_of - datetime.fromisoformat(at) >= SLIDE_EVERY:
                slid = self._slid(source, datetime.fromisoformat(at), as_of)
                keys = list(dict.fromkeys([*keys, *slid]))
                at = as_of.isoformat()
        taken, rest = keys[:limit], keys[limit:]
        cursor: dict[str, Any] = {"version": bound, "at": at}
        if rest:
            waiting = [[_plain(part) for part in key] for key in rest]
            cursor = {"version": since["version"], "at": at, "bound": bound, "waiting": waiting}
        changes = tuple(self._whole(source, taken))
        return Page(changes, cursor, bool(rest) or bound < mark, as_of)

    def _keys(self, source: Source, start: int, mark: int, limit: int) -> tuple[int, list[Key]]:
        """Return the keys that changed between two marks in order, and how far they reach."""
        found: dict[Key, int] = {}
        bound = mark
        for text in source.watch if mark > start else ():
            asked = render(text, self._dialect, count=limit + 1, marks=(start, mark))
            rows = self._session.rows(asked, ROWS)
            if len(rows) > limit:
                # Rows of one version stay together: one change may concern several keys.
                below = [int(row[-1]) for row in rows if row[-1] < rows[-1][-1]]
                if not below:
                    asked = render(text, self._dialect, marks=(start, int(rows[0][-1])))
                    rows = self._session.rows(asked, ROWS)
                bound = min(bound, below[-1] if below else int(rows[0][-1]))
            for *key, version in rows:
                found[tuple(key)] = max(int(version), found.get(tuple(key), 0))
        kept = sorted((version, key) for key, version in found.items() if version <= bound)
        return bound, [key for _, key in kept]

    def _slid(self, source: Source, before: datetime, now: datetime) -> Iterator[Key]:
        """Yield keys of what time alone has changed: a date came near, or passed."""
        then, here = self._times(source, before), self._times(source, now)
        values = {**here, **{f"{name}_before": value for name, value in then.items()}}
        for text in source.sliding:
            asked = render(text, self._dialect, values=values)
            yield from (tuple(row) for row in self._session.rows(asked, ROWS))

    def _times(self, source: Source, moment: datetime) -> dict[str, datetime]:
        """Return the times that statements name; what is due today is due from its midnight on."""
        here = moment.astimezone(self._zone).replace(tzinfo=None, microsecond=0)
        today = here.replace(hour=0, minute=0, second=0)
        return {"today": today, "ahead": here + source.ahead}

    def _whole(self, source: Source, keys: Sequence[Key], ranged: bool = False) -> list[Change]:
        """Return things by their keys, in the order of the keys; what is gone as deleted.

        `ranged` says that the keys are all there are between the first and the last.
        """
        if not keys:
            return []
        firsts = list(dict.fromkeys(key[0] for key in keys))
        if ranged:
            return self._part(source, keys, between(firsts[0], firsts[-1]))
        found: list[Change] = []
        for start in range(0, len(firsts), CHUNK):
            part = firsts[start : start + CHUNK]
            among = keys if len(part) == len(firsts) else _among(keys, part)
            found += self._part(source, among, chosen(part))
        return found

    def _part(
        self, source: Source, keys: Sequence[Key], where: Callable[[str], Asked]
    ) -> list[Change]:
        values = self._times(source, self._now())
        names, rows = self._session.names(
            render(source.head, self._dialect, where=where, values=values)
        )
        make = self._builder(source)(tuple(names))
        width = len(source.by)
        heads = {row[:width]: row for row in rows}
        parts = {
            name: self._rows(source, name, render(text, self._dialect, where=where))
            for name, text in source.rows.items()
        }
        return [_change(key, heads.get(key), make, parts) for key in keys]

    def _builder(self, source: Source) -> Callable[[tuple[str, ...]], Build]:
        name = source.entity.name
        if name not in self._built:
            self._built[name] = _builder(source.entity.members, self._zone)
        return self._built[name]

    def _rows(self, source: Source, name: str, asked: Asked) -> Parts:
        """Return how the rows of a member are made, and those rows by the key they belong to."""
        member = next(one for one in source.entity.members if one.name == name)
        names, rows = self._session.names(asked)
        found: dict[Any, list[Raw]] = {}
        for row in rows:
            found.setdefault(row[0], []).append(row)
        return _builder(member.rows, self._zone)(tuple(names)), found


def _among(keys: Sequence[Key], firsts: Sequence[Any]) -> list[Key]:
    wanted = set(firsts)
    return [key for key in keys if key[0] in wanted]


def _change(key: Key, head: Raw | None, make: Build, parts: Mapping[str, Parts]) -> Change:
    name = _name(key)
    if head is None:
        return Change(name, deleted=True)
    mine: Mine = {}
    read = repr(head)
    version = str(head[make.place]) if make.place >= 0 else ""
    if parts:
        mine = {member: (build, rows.get(key[0], [])) for member, (build, rows) in parts.items()}
        read += repr([rows for _, rows in mine.values()])
    mark = blake2b(read.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    return Change(name, Later(head, make, mine), version, False, mark)


def _name(key: Key) -> str:
    try:
        return JOINT.join(key)
    except TypeError:  # not all of them are texts
        return JOINT.join([str(_plain(part)) for part in key])


def _parts(source: Source, key: str) -> Key | None:
    """Return the parts of a key, or None where no thing can have it."""
    words = key.rsplit(JOINT, len(source.by) - 1)
    if len(words) != len(source.by) or not all(words):
        return None
    kinds = {member.name: member.kind for member in source.entity.members}
    parts: list[Any] = []
    for word, name in zip(words, source.entity.key, strict=True):
        if kinds[name] == "integer" and (len(word) > 18 or not word.isdecimal()):
            return None
        parts.append(int(word) if kinds[name] == "integer" else word)
    return tuple(parts)


def _plain(part: Any) -> Any:
    """Return a part of a key as JSON holds it."""
    return int(part) if isinstance(part, Decimal) else part


@dataclass(frozen=True, slots=True)
class Build:
    """Makes the values of one kind of row: which column becomes what, and where its version is."""

    wanted: Mapping[str, tuple[int, Callable[[Any], Any]]]
    place: int

    def value(self, name: str, row: Raw) -> Any:
        """Return a member of a row; raises KeyError where there is no such."""
        index, make = self.wanted[name]
        return None if (there := row[index]) is None else make(there)

    def values(self, row: Raw) -> dict[str, Any]:
        """Return the members of a row by name."""
        return {name: self.value(name, row) for name in self.wanted}


Parts: TypeAlias = tuple[Build, Mapping[Any, list[Raw]]]
Mine: TypeAlias = dict[str, tuple[Build, list[Raw]]]


def _builder(members: Sequence[Member], zone: tzinfo) -> Callable[[tuple[str, ...]], Build]:
    """Return what makes, from the names of columns, what makes values from rows."""
    makers = {member.name: _maker(member.kind, zone) for member in members}

    def of(names: tuple[str, ...]) -> Build:
        wanted = {name: (at, makers[name]) for at, name in enumerate(names) if name in makers}
        return Build(wanted, names.index("version") if "version" in names else -1)

    return of


def _maker(kind: str, zone: tzinfo) -> Callable[[Any], Any]:
    """Return what makes one value; drivers give decimals as text and bits as numbers."""
    makers: dict[str, Callable[[Any], Any]] = {
        "text": lambda value: str(value).rstrip(),
        "integer": int,
        "decimal": _decimal,
        "boolean": lambda value: bool(int(value)),
        "date": _date,
        "datetime": lambda value: _moment(value, zone),
    }
    return makers.get(kind, lambda value: value)


def _decimal(value: Any) -> Decimal:
    if isinstance(value, float):
        # Sums of SQLite are binary: six places are what U8 keeps.
        value = f"{value:.6f}"
    found = Decimal(value)
    whole = found.to_integral_value()
    return whole.quantize(Decimal(1)) if found == whole else found.normalize()


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _moment(value: Any, zone: tzinfo) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment
