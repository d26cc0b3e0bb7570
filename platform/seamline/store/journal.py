"""The journal: every event in one gapless, hash-chained, append-only row of entries."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import IO, Any

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from seamline.facts import Event
from seamline.problems import Refused
from seamline.text import Text

from . import plain
from .batch import DECIDED, HEAD, Batch
from .bulk import Bulk
from .chain import FORMAT, Check, Verdict, digest_of, linked
from .decisions import as_document, of_row
from .platform_tables import CHAIN, DECISIONS, EVENTS
from .types import moment_text

_BATCH = 500
# Plain text: the names of columns are a class of their own, which takes longer to write out.
_EVENT = tuple(
    str(column.name) for column in EVENTS.columns if column.name not in ("decision_hash", "digest")
)
_GIVEN = tuple(
    name for name in _EVENT if name not in ("seq", "previous_hash", "nonce", "body", "hash")
)
_given = attrgetter(*_GIVEN)
_NONCE = 16  # bytes
_INSERT = Bulk(insert(EVENTS))
_HEAD = select(CHAIN.c.seq, CHAIN.c.hash).where(CHAIN.c.id == 1)
_LOCKED_HEAD = _HEAD.with_for_update()
_MOVE = update(CHAIN).where(CHAIN.c.id == 1)


_PLACES = (
    select(EVENTS.c.seq, EVENTS.c.form, EVENTS.c.record, EVENTS.c.tracking)
    .where(EVENTS.c.seq > bindparam("since"))
    .order_by(EVENTS.c.seq)
    .limit(bindparam("most"))
)
_OF_KIND = (
    select(*(EVENTS.c[name] for name in _EVENT))
    .where(
        EVENTS.c.record == bindparam("of"),
        EVENTS.c.form == bindparam("in_form"),
        EVENTS.c.kind == bindparam("is"),
    )
    .order_by(EVENTS.c.seq.desc())
    .limit(bindparam("most"))
)
_OF_RECORD = (
    select(*(EVENTS.c[name] for name in _EVENT))
    .where(EVENTS.c.record == bindparam("of"), EVENTS.c.form == bindparam("in_form"))
    .order_by(EVENTS.c.seq.desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Place:
    """What one event is about: a record of a form under a tracking code, each empty where none."""

    seq: int
    form: str
    record: str
    tracking: str


class Journal:
    """The journal inside one transaction. `hash_of` gives the hash of a decision by its id."""

    def __init__(
        self, connection: Connection, hash_of: Callable[[str], str], batch: Batch | None = None
    ) -> None:
        self._connection = connection
        self._hash_of = hash_of
        self._batch = batch or Batch(connection)

    def append(self, event: Event) -> Event:
        """Append an event and return it with its number and hashes.

        Do this last: from here until the transaction ends nobody else can append.
        """
        return self.append_all((event,))[0]

    def append_all(self, events: Sequence[Event]) -> list[Event]:
        """Append some events, one after the other, and return them with numbers and hashes."""
        seq, previous = self._locked_head()
        kept, rows = [], []
        for event in events:
            decided = self._hash_of(event.decision) if event.decision else ""
            # The hash covers the body as it is stored, not as it was in memory.
            text, body = plain.kept(event.body)
            written = text if body is event.body else plain.dump(body)
            seq += 1
            row = dict(zip(_GIVEN, _given(event), strict=True))
            row |= {"seq": seq, "previous_hash": previous, "nonce": secrets.token_hex(_NONCE)}
            told = digest_of(_entry(row, decided), body=written)
            row["hash"] = previous = linked(previous, told)
            event = Event(**row, body=body)
            row |= {"body": text, "decision_hash": decided, "digest": told}
            rows.append(row)
            kept.append(event)
            self._batch.drop(DECIDED, event.record)
        self._batch.add(EVENTS, self._write, *rows)
        if self._batch.open:
            self._batch.known(HEAD)[0] = seq, previous
        return kept

    def _locked_head(self) -> tuple[int, str]:
        """Return the number and the hash of the last event; nobody else appends from here on."""
        known: tuple[int, str] | None = self._batch.known(HEAD).get(0)
        if known is None:
            seq, hash = self._connection.execute(_LOCKED_HEAD).one()
            known = int(seq), str(hash)
        return known

    def _write(self, rows: list[dict[str, Any]]) -> None:
        _INSERT.run(self._connection, rows)
        last = rows[-1]
        self._connection.execute(_MOVE, {"seq": last["seq"], "hash": last["hash"]})

    def at(self, seq: int) -> Event | None:
        """Return one event by its number."""
        found = self._events(select(EVENTS).where(EVENTS.c.seq == seq))
        return found[0] if found else None

    def head(self) -> tuple[int, str]:
        """Return the number and the hash of the last event (0 and zeros where there is none)."""
        row = self._connection.execute(_HEAD).one()
        return int(row[0]), str(row[1])

    def of_record(self, form: str, record: str, limit: int = 100) -> tuple[Event, ...]:
        """Return the newest events of one record, newest first."""
        asked = {"of": record, "in_form": form, "most": limit}
        rows = self._connection.execute(_OF_RECORD, asked).mappings()
        return tuple(_event(row) for row in rows)

    def of_kind(self, form: str, record: str, kind: str, limit: int = 1_000) -> tuple[Event, ...]:
        """Return the newest events of one kind of one record, newest first."""
        asked = {"of": record, "in_form": form, "is": kind, "most": limit}
        rows = self._connection.execute(_OF_KIND, asked).mappings()
        return tuple(_event(row) for row in rows)

    def of_tracking(self, tracking: str, limit: int = 500) -> tuple[Event, ...]:
        """Return the events under one tracking code, oldest first."""
        wanted = select(EVENTS).where(EVENTS.c.tracking == tracking, EVENTS.c.tracking != "")
        return self._events(wanted.order_by(EVENTS.c.seq).limit(limit))

    def numbers_of(self, tracking: str) -> tuple[int, ...]:
        """Return the numbers of all events under one tracking code."""
        wanted = select(EVENTS.c.seq).where(EVENTS.c.tracking == tracking, EVENTS.c.tracking != "")
        return tuple(self._connection.execute(wanted.order_by(EVENTS.c.seq)).scalars())

    def after(self, seq: int, limit: int) -> tuple[Event, ...]:
        """Return up to `limit` events after number `seq`, in order."""
        wanted = select(EVENTS).where(EVENTS.c.seq > seq)
        return self._events(wanted.order_by(EVENTS.c.seq).limit(limit))

    def places_after(self, seq: int, limit: int) -> tuple[Place, ...]:
        """Return what events after number `seq` are about, up to `limit` of them, in order."""
        rows = self._connection.execute(_PLACES, {"since": seq, "most": limit})
        return tuple(Place(*row) for row in rows)

    def _events(self, statement: Select[Any]) -> tuple[Event, ...]:
        rows = self._connection.execute(statement).mappings()
        return tuple(_event(row) for row in rows)

    def export(self, out: IO[str]) -> tuple[int, str]:
        """Write the journal as JSON lines: its head, then each entry with its decision.

        Returns the number of entries and the hash of the last.
        """
        entries, head = self.head()
        first = {"seamline_journal": FORMAT, "entries": entries, "head": head}
        out.write(plain.dump(first) + "\n")
        for line in self._lines(entries):
            out.write(plain.dump(line) + "\n")
        return entries, head

    def told(self, shown: Collection[int]) -> Iterator[dict[str, Any]]:
        """Yield what proves some entries: each whole, all others after the first by digest.

        A line is an entry as an export holds it, or `hidden`: the digests of entries that follow
        one another. Raises Refused 409 for entries from before there were digests.
        """
        last = self.head()[0]
        first = min(shown, default=last + 1)
        run: list[str] = []
        for row in self._digests(first, last):
            if run and (row.seq in shown or len(run) == _BATCH):
                yield {"hidden": run}
                run = []
            if row.seq in shown:
                yield from self._lines(row.seq, row.seq - 1)
            elif row.digest:
                run.append(row.digest)
            else:
                raise _too_old(row.seq)
        if run:
            yield {"hidden": run}

    def _digests(self, first: int, last: int) -> Iterator[Any]:
        columns = select(EVENTS.c.seq, EVENTS.c.digest)
        for begun in range(first, last + 1, _BATCH):
            end = min(begun + _BATCH - 1, last)
            wanted = columns.where(EVENTS.c.seq.between(begun, end)).order_by(EVENTS.c.seq)
            yield from self._connection.execute(wanted).all()

    def verify(self) -> Verdict:
        """Check every entry of this workspace, its decision and the head of the chain."""
        check = Check()
        entries, head = self.head()
        for line in self._lines(entries):
            if not check.entry(line):
                return check.verdict()
        if (check.entries, check.head) != (entries, head):
            check.fail(
                check.entries + 1,
                Text("日志末尾缺少记录。", f"Entries are missing after {check.entries}."),
            )
        return check.verdict()

    def _lines(self, last: int, seq: int = 0) -> Iterator[dict[str, Any]]:
        while True:
            wanted = select(EVENTS).where(EVENTS.c.seq > seq, EVENTS.c.seq <= last)
            found = self._connection.execute(wanted.order_by(EVENTS.c.seq).limit(_BATCH))
            rows = found.mappings().all()
            if not rows:
                return
            decided = self._decided([row["decision"] for row in rows if row["decision"]])
            for row in rows:
                yield _line(row, decided)
            seq = rows[-1]["seq"]

    def _decided(self, ids: Sequence[str]) -> dict[str, object]:
        rows = self._connection.execute(select(DECISIONS).where(DECISIONS.c.id.in_(ids)))
        return {row["id"]: as_document(of_row(row)) for row in rows.mappings()}


def _too_old(seq: int) -> Refused:
    return Refused.one(
        "too_old_to_prove",
        Text(
            f"第 {seq} 条早于可部分出示的版本，只能连同整本日志证明。",
            f"Entry {seq} is from before parts could be proven; only the whole journal proves it.",
        ),
        status=409,
        hint=Text(
            "管理员:seamline verify --export 文件",
            "An administrator: seamline verify --export FILE",
        ),
    )


def _sealed(event: Event, decision_hash: str) -> dict[str, object]:
    """Return what the hash covers: everything but the hashes of the chain itself."""
    return _entry({name: getattr(event, name) for name in _EVENT}, decision_hash)


def _entry(row: dict[str, object], decision_hash: str) -> dict[str, object]:
    entry = row | {"at": moment_text(row["at"]), "decision_hash": decision_hash}
    del entry["previous_hash"]
    entry.pop("hash", None)  # of an entry that is being sealed there is none yet
    if not entry["nonce"]:
        del entry["nonce"]  # it was sealed before there was one
    return entry


def _line(row: Mapping[Any, Any], decided: Mapping[str, object]) -> dict[str, Any]:
    event = _event(row)
    line: dict[str, Any] = _sealed(event, row["decision_hash"])
    line["previous_hash"], line["hash"] = event.previous_hash, event.hash
    if event.decision:
        line["decided"] = decided.get(event.decision)
    return line


def _event(row: Mapping[Any, Any]) -> Event:
    values = {name: row[name] for name in _EVENT}
    values["body"] = plain.load(row["body"])
    return Event(**values)
