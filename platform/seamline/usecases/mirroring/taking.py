"""Taking things over: pages of changes become submissions through the one door, in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any, TypeAlias

from seamline.catalog import Catalog
from seamline.connector import Change
from seamline.facts import Actor, Origin
from seamline.forms import FormModel
from seamline.metadata import Connection, Mirror, Step
from seamline.metadata.form import BUILT_IN_STEPS
from seamline.problems import Problem, Refused
from seamline.store import BatchFailed, Found, Mirrored, Unit

from ..connections import mirror_actor
from ..desk import Desk
from ..submit import RefusedByRules, Submission, keep_refusal, submit_in, together
from .progress import ROWS_KEPT
from .values import Plain, ages, matches, taken

BATCH = 500  # records in one transaction: others write in between
ORIGIN = Origin("pipeline")


@dataclass(slots=True)
class Tally:
    """What a reading came to; `refused` are problems by key.

    `rows` say what a comparison moved: key, field, what stood here, what stands there.
    """

    read: int = 0
    created: int = 0
    changed: int = 0
    gone: int = 0
    refused: dict[str, Any] = field(default_factory=dict)
    mended: set[str] = field(default_factory=set)
    rows: list[tuple[str, str, str, str]] = field(default_factory=list)

    def add(self, more: Tally) -> None:
        """Add what another transaction came to."""
        self.created += more.created
        self.changed += more.changed
        self.gone += more.gone
        self.refused |= more.refused
        self.mended |= more.mended
        self.rows += more.rows


Fresh: TypeAlias = tuple[Change, Plain]  # what stands otherwise, and the values to be taken


@dataclass(slots=True)
class Taker:
    """Takes the things of one mirror over; while it `compares` it notes what it moved.

    `now` counts what the open transaction comes to, `tally` all that were kept.
    """

    desk: Desk
    catalog: Catalog
    connection: Connection
    mirror: Mirror
    tally: Tally = field(default_factory=Tally)
    now: Tally = field(default_factory=Tally)
    mapping: str = ""
    match: Mapping[str, str] = field(default_factory=dict)
    compares: bool = False
    steps: dict[frozenset[str], Step] = field(default_factory=dict)
    owned: frozenset[str] = field(init=False)
    # All checks for duplicates: what the other system has is there twice if it has it so.
    confirmed: frozenset[str] = field(init=False)
    actor: Actor = field(init=False)

    def __post_init__(self) -> None:
        self.owned = frozenset(self.mirror.owned())
        self.confirmed = frozenset(one.id for one in self.model.form.duplicates)
        self.actor = mirror_actor(self.connection)

    @classmethod
    def of(cls, desk: Desk, catalog: Catalog, connection: Connection, mirror: Mirror) -> Taker:
        """Return who takes over; what was mapped otherwise before has other marks."""
        mapped = blake2b(repr(mirror.mapped).encode("utf-8", "surrogatepass"), digest_size=6)
        mapping = f".{mapped.hexdigest()}"
        return cls(desk, catalog, connection, mirror, mapping=mapping, match=matches(mirror))

    @property
    def model(self) -> FormModel:
        """The form that is filled."""
        return self.catalog.forms[self.mirror.form]

    def take(
        self,
        changes: Sequence[Change],
        as_of: datetime,
        then: Callable[[Unit], None] | None = None,
        marks: Mapping[str, str] | None = None,
    ) -> None:
        """Take changes over; what stands so already costs nothing.

        `then` is done in the transaction of the last of them. `marks` are those of everything
        taken over, where they are known.
        """
        self.tally.read += len(changes)
        fresh, same = self.fresh(changes, marks) if changes else ([], [])

        def end(unit: Unit) -> None:
            unit.mirrors.take(self.connection.id, self.mirror.id, same)
            if then is not None:
                then(unit)

        starts = range(0, max(len(fresh), 1 if then or same else 0), BATCH)
        for start in starts:
            self._commit(fresh[start : start + BATCH], as_of, end if start == starts[-1] else None)

    def _commit(
        self, changes: Sequence[Fresh], as_of: datetime, end: Callable[[Unit], None] | None
    ) -> None:
        """Take some changes over in one transaction, or each in its own where that failed."""
        self.now = Tally()
        try:
            with self.desk.store.unit() as unit:
                self._batch(unit, changes, as_of)
                if end is not None:
                    end(unit)
        except BatchFailed as failed:
            if len(changes) == 1:
                refused = failed.__cause__
                assert isinstance(refused, Refused)
                self.tally.refused[changes[0][0].key] = _said(refused.problems)
                changes = ()
            for change in changes[:-1]:
                self._commit([change], as_of, None)
            if changes or end is not None:
                self._commit(changes[-1:], as_of, end)
        else:
            self.tally.add(self.now)

    def leave(self, keys: Iterable[str], as_of: datetime) -> None:
        """Do what is to be done about things that are gone over there."""
        self.take([Change(key, deleted=True) for key in keys], as_of)

    def fresh(
        self, changes: Sequence[Change], marks: Mapping[str, str] | None = None
    ) -> tuple[list[Fresh], list[Mirrored]]:
        """Return what stands otherwise than it was taken over, and what only has another mark.

        Where the mark is the same nothing else is looked at: neither here nor there.
        """
        here = (self.connection.id, self.mirror.id)
        with self.desk.store.reading() as unit:
            if marks is None:
                known = unit.mirrors.taken(*here, [one.key for one in changes])
                marks = {key: one.mark for key, one in known.items()}
                moved = [one for one in changes if not self._stands(one, marks)]
            else:
                moved = [one for one in changes if not self._stands(one, marks)]
                known = unit.mirrors.taken(*here, [one.key for one in moved])
        fresh: list[Fresh] = []
        same: list[Mirrored] = []
        for one in moved:
            was = known.get(one.key)
            values = {} if one.deleted else taken(self.mirror, one)
            if one.deleted or was is None or was.values != values:
                fresh.append((one, values))
            elif one.mark:
                same.append(replace(was, mark=self._mark(one)))
        return fresh, same

    def _stands(self, change: Change, marks: Mapping[str, str]) -> bool:
        if change.deleted:
            return change.key not in marks
        return bool(change.mark) and marks.get(change.key) == change.mark + self.mapping

    def _mark(self, change: Change) -> str:
        return change.mark + self.mapping if change.mark else ""

    def _batch(self, unit: Unit, changes: Sequence[Fresh], as_of: datetime) -> None:
        keys = [one.key for one, _values in changes]
        known = unit.mirrors.taken(self.connection.id, self.mirror.id, keys)
        done: list[Mirrored] = []
        gone: list[str] = []
        asked = [self._asked(*one, known.get(one[0].key), as_of) for one in changes]
        with together(unit, self.catalog, [one for one in asked if one is not None]):
            self._look_for([values for one, values in changes if one.key not in known], unit)
            for (change, values), one in zip(changes, asked, strict=True):
                stood = known.get(change.key)
                try:
                    if change.deleted:
                        self._gone(unit, change, stood, gone)
                    elif stood is not None:
                        self._change(unit, change.key, values, stood, one)
                        done.append(Mirrored(change.key, stood.record, values, self._mark(change)))
                    elif one is not None:
                        done.append(self._new(unit, change, values, one, as_of))
                    self.now.mended.add(change.key)
                except RefusedByRules as refusal:
                    keep_refusal(unit, refusal)
                    self.now.refused[change.key] = _said(refusal.problems)
                except Refused as refused:
                    self.now.refused[change.key] = _said(refused.problems)
        unit.mirrors.take(self.connection.id, self.mirror.id, done)
        unit.mirrors.forget(self.connection.id, self.mirror.id, gone)

    def _asked(
        self, change: Change, values: Plain, known: Mirrored | None, as_of: datetime
    ) -> Submission | None:
        """Return what is to be submitted of a thing; None where nothing that is its own moved."""
        if change.deleted:
            return self._submission("archive", {}, known.record) if known is not None else None
        if known is None:
            whole = {**values, **ages(self.mirror, change, as_of)}
            given = {name: value for name, value in whole.items() if value is not None}
            return self._submission("create", given)
        moved = self._moved(values, known.values)
        return self._changing(change, moved, known.record, as_of) if moved else None

    def _moved(self, values: Plain, stood: Mapping[str, Any] | None) -> Plain:
        """Return what the source has the say of and does not stand so here."""
        return {
            name: value
            for name, value in values.items()
            if name in self.owned and (stood is None or stood.get(name) != value)
        }

    def _changing(self, change: Change, moved: Plain, record: str, as_of: datetime) -> Submission:
        given = {**moved, **ages(self.mirror, change, as_of)}
        step = self._step(frozenset(given))
        return self._submission(step.id, given, record, _reason(step))

    def _gone(self, unit: Unit, change: Change, known: Mirrored | None, gone: list[str]) -> None:
        if known is None:
            return
        self._leave(unit, known)
        gone.append(change.key)
        self.now.gone += 1
        if self.compares:
            self.now.rows.append((change.key, "", "", ""))

    def _new(
        self, unit: Unit, change: Change, values: Plain, asked: Submission, as_of: datetime
    ) -> Mirrored:
        """Make a record of a thing, or take over the one that has its key already."""
        record = self._found(unit, values)
        if record:
            moved = self._moved(values, None)
            known = Mirrored(change.key, record, {})
            asked_of = self._changing(change, moved, record, as_of) if moved else None
            self._change(unit, change.key, values, known, asked_of)
        else:
            record = self._submit(unit, asked)
            self._note(change.key, {}, {self.mirror.key: values.get(self.mirror.key)})
            self.now.created += 1
        return Mirrored(change.key, record, values, self._mark(change))

    def _found(self, unit: Unit, values: Plain) -> str:
        """Return the record that has the key already, made before the mirror was, or nothing."""
        hits = self._look_for([values], unit)
        return next((hit.ref.id for hit in hits.values()), "")

    def _look_for(self, fresh: Sequence[Plain], unit: Unit) -> Mapping[str, Found]:
        words = [str(values.get(self.mirror.key) or "") for values in fresh]
        return unit.records.resolve(self.model.tables, words, (), by=self.mirror.key)

    def _change(
        self, unit: Unit, key: str, values: Plain, stood: Mirrored, asked: Submission | None
    ) -> None:
        if asked is None:
            return
        before = unit.records.get(self.model.tables, stood.record)
        if before is not None and before.archived_at is not None:
            self._submit(unit, self._submission("restore", {}, stood.record))
        self._submit(unit, asked)
        self.now.changed += 1
        if self.compares:
            self._note(key, stood.values, self._moved(values, stood.values))

    def _note(self, key: str, stood: Mapping[str, Any], moved: Mapping[str, Any]) -> None:
        if self.compares and len(self.tally.rows) + len(self.now.rows) < ROWS_KEPT:
            self.now.rows += [
                (key, name, _word(stood.get(name)), _word(value)) for name, value in moved.items()
            ]

    def _leave(self, unit: Unit, known: Mirrored) -> None:
        if self.mirror.gone == "archive":
            before = unit.records.get(self.model.tables, known.record)
            if before is not None and before.archived_at is None:
                reason = _reason(self.model.steps["archive"])
                self._submit(unit, self._submission("archive", {}, known.record, reason))

    def _step(self, fields: frozenset[str]) -> Step:
        """Return the step that changes these fields and as little else as can be."""
        if fields not in self.steps:
            self.steps[fields] = self._found_step(fields)
        return self.steps[fields]

    def _found_step(self, fields: frozenset[str]) -> Step:
        own = [
            step
            for step in self.model.steps.values()
            if step.id not in BUILT_IN_STEPS
            and step.to is None
            and not step.from_states
            and not step.revises  # a count, say, is somebody's act: it is not what happened
            and step.reason != "required"
            and step.fields is not None
            and fields <= set(step.fields)
        ]
        usual = self.model.steps["change"]
        return min(own, key=lambda step: len(step.fields or ()), default=usual)

    def _submission(
        self, step: str, values: Plain, record: str = "", reason: str = ""
    ) -> Submission:
        return Submission(
            self.mirror.form,
            step,
            values,
            record=record,
            reason=reason,
            match=self.match,
            only_if_changed=bool(record) and step not in BUILT_IN_STEPS[2:],
            confirmed=self.confirmed,
            mirror=self.connection.id,
        )

    def _submit(self, unit: Unit, asked: Submission) -> str:
        return submit_in(unit, self.catalog, self.actor, ORIGIN, asked).record.id


def _word(value: Any) -> str:
    return "" if value is None else str(value)[:200]


def _reason(step: Step) -> str:
    return "" if step.reason == "none" else "ERP"


def _said(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    return [one.as_json() for one in problems[:5]]
