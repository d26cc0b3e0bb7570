"""The door's bulk path: things that ended in another system become closed records of a library.

Nothing of them is judged, numbered or announced here: that was done where they came from. Each
is stored once by the key of its source, with one entry of the journal that says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from seamline import clock
from seamline.catalog import Catalog
from seamline.conditions.evaluate import Check
from seamline.facts import Actor, Event, Origin, Record, Row
from seamline.forms import FormModel, ReferenceUse
from seamline.metadata import Step
from seamline.problems import Place, Problem, Refused
from seamline.store import Found, Taken, Unit
from seamline.store.ulid import ulid
from seamline.text import Text

from .attachments import check_files
from .case import Case, Submission
from .values import put_refs, refs_at, unknown_reference

TAKEN_OVER = "taken_over"  # the kind of their entry in the journal
Became = Literal["taken", "same", "renewed", "left", "bad"]
_STEP = Step("create", Text("接收", "Take over"), fields=None)


@dataclass(frozen=True, slots=True)
class Handover:
    """One thing of another system: its key there, raw values, a hash of all it says.

    `told` is what the journal's entry says of it: where it is from, who approved it when.
    """

    key: str
    values: Mapping[str, Any]
    mark: str
    told: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one handover, and what was wrong with it."""

    became: Became
    lines: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Work:
    """One handover on its way; `outcome` once it is known."""

    item: Handover
    case: Case
    before: Taken | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Takeover:
    """One run of a migration at the door; raises Refused 403 or 409 where it may not be.

    `match` names the field by which references are found, `only` leaves out what does not meet
    it. With `anew` a key may come again in the same run: the source was read on while it changed.
    """

    catalog: Catalog
    actor: Actor
    origin: Origin
    model: FormModel
    run: str
    match: Mapping[str, str]
    only: Check | None = None
    anew: bool = False
    known: dict[str, dict[str, Found]] = field(default_factory=dict)
    met: dict[str, str] = field(default_factory=dict)  # of a trial, which keeps nothing

    def __post_init__(self) -> None:
        form = self.model.form
        if not form.library:
            raise Refused.one(
                "not_a_library",
                Text(f"{form.title.zh}不是历史库。", f"{form.title.en} is no library."),
                status=409,
            )
        self.catalog.access.require(self.actor, "import", form.id)
        self.catalog.access.require_whole(self.actor, form.id)
        for use in self.model.references:
            self.catalog.access.require_whole(self.actor, use.target)

    def judge(self, unit: Unit, items: Sequence[Handover]) -> list[Outcome]:
        """Return what would become of some handovers; nothing is written."""
        return [_outcome(work) for work in self._judged(unit, items, self.met)]

    def take(self, unit: Unit, items: Sequence[Handover]) -> list[Outcome]:
        """Store some handovers inside the open transaction and return what became of each."""
        works = self._judged(unit, items, {})
        fresh = [work for work in works if _outcome(work).became == "taken"]
        try:
            with unit.savepoint():
                self._store(unit, fresh)
        except Refused:  # one of them takes a value that has to be unique: find out which
            for work in fresh:
                self._alone(unit, work)
        for work in works:
            if _outcome(work).became == "renewed":
                self._renew(unit, work)
        return [_outcome(work) for work in works]

    def _judged(self, unit: Unit, items: Sequence[Handover], seen: dict[str, str]) -> list[_Work]:
        form = self.model.form.id
        taken = unit.migrations.known(form, [item.key for item in items])
        works = []
        for item in items:
            asked = Submission(form, "create", item.values, match=self.match)
            case = Case(unit, self.catalog, self.actor, self.origin, asked, self.model, _STEP, None)
            work = _Work(item, case, taken.get(item.key))
            work.outcome = self._known(work, seen)
            seen.setdefault(item.key, item.mark)
            works.append(work)
        open_ = [work for work in works if work.outcome is None]
        for work in open_:
            values, problems = self.model.read(item_values(work), _STEP, None, work.case.reading)
            work.case.values = values
            work.case.problems.extend(problems)
        for use in self.model.references:
            self._resolve(unit, use, open_)
        for work in open_:
            work.outcome = self._finished(work)
        return works

    def _known(self, work: _Work, seen: Mapping[str, str]) -> Outcome | None:
        before, item = work.before, work.item
        if not item.key:
            return Outcome("bad", problems=(_no_key(),))
        if item.mark in (seen.get(item.key), before.mark if before is not None else None):
            return Outcome("same")
        if item.key in seen or (before is not None and before.run == self.run and not self.anew):
            return Outcome("bad", problems=(_twice(item.key),))
        return None

    def _resolve(self, unit: Unit, use: ReferenceUse, works: Sequence[_Work]) -> None:
        """Find the records that one reference of all handovers names, those not met before."""
        known = self.known.setdefault(use.path, {})
        named = {id(work): dict(refs_at(work.case.values, use.path)) for work in works}
        words = {ref.key for refs in named.values() for ref in refs.values()} - known.keys()
        if words:
            tables = self.catalog.forms[use.target].tables
            by = self.match.get(use.path)
            known |= unit.records.resolve(tables, words, use.needs, by=by)
        for work in works:
            found = {}
            for place, ref in named[id(work)].items():
                hit = known.get(ref.key)
                if hit is None:
                    problem = unknown_reference(work.case, use, place, ref, None)
                    work.case.problems.add(problem)
                else:
                    found[ref.key] = hit
            # Finishing asks by the key of the record, whatever the word was.
            work.case.found[use.path] = {hit.ref.key: hit for hit in found.values()}
            put_refs(work.case.values, use.path, {word: hit.ref for word, hit in found.items()})

    def _finished(self, work: _Work) -> Outcome:
        case = work.case
        check_files(case)
        case.problems.extend(self.model.finish(case.values, case.looked_up))
        if case.problems:
            return Outcome("bad", problems=tuple(case.problems.sorted()))
        if self.only is not None:
            facts = self.model.facts(case.values, case.looked_up)
            if self.only(facts) is not True:
                return Outcome("left")
        return Outcome("taken" if work.before is None else "renewed", _name_rows(case))

    def _store(self, unit: Unit, works: Sequence[_Work], by_key: bool = False) -> None:
        if not works:
            return
        records = [_record(work.case, by_key) for work in works]
        unit.records.insert_all(self.model.tables, records)
        pairs = list(zip(works, records, strict=True))
        unit.migrations.keep(
            self.model.form.id,
            [Taken(work.item.key, one.id, work.item.mark, self.run) for work, one in pairs],
        )
        unit.journal.append_all(
            [self._event(work, one, self.model.to_json(one.values)) for work, one in pairs]
        )

    def _alone(self, unit: Unit, work: _Work) -> None:
        """Store one handover; where another is called like it already, its key tells them apart."""
        for by_key in (False, True):
            try:
                with unit.savepoint():
                    self._store(unit, [work], by_key)
            except Refused as refused:
                work.outcome = Outcome("bad", problems=refused.problems)
            else:
                work.outcome = Outcome("taken", _name_rows(work.case))
                return

    def _renew(self, unit: Unit, work: _Work) -> None:
        """Store what the source says now of something taken over before."""
        assert work.before is not None
        before = unit.records.get(self.model.tables, work.before.record, lock=True)
        assert before is not None
        case = work.case
        after = replace(
            before,
            values=case.values,
            tracking=_tracking(case),
            version=before.version + 1,
            updated_at=case.at,
            updated_by=self.actor.id,
        )
        try:
            with unit.savepoint():
                unit.records.update(self.model.tables, after, before.version)
        except Refused as refused:
            work.outcome = Outcome("bad", problems=refused.problems)
            return
        kept = Taken(work.item.key, after.id, work.item.mark, self.run)
        unit.migrations.renew(self.model.form.id, kept)
        changes = self.model.changes(before.values, after.values)
        unit.journal.append(self._event(work, after, None, changes))

    def _event(
        self,
        work: _Work,
        record: Record,
        values: Mapping[str, Any] | None,
        changes: Mapping[str, Any] | None = None,
    ) -> Event:
        body: dict[str, object] = {"run": self.run, "key": work.item.key, "version": record.version}
        body |= work.item.told
        if values is not None:
            body["values"] = values
        if changes is not None:
            body["changes"] = changes
        step = f"{record.form}.create"
        case = work.case
        return Event.on(
            record, TAKEN_OVER, case.at, case.actor.id, case.origin, step=step, body=body
        )


def item_values(work: _Work) -> Mapping[str, Any]:
    """Return the raw values of a handover without the empty ones, so that defaults fill them."""
    return {name: value for name, value in work.item.values.items() if value is not None}


def _outcome(work: _Work) -> Outcome:
    assert work.outcome is not None
    return work.outcome


def _name_rows(case: Case) -> int:
    """Give the rows of sub-tables their ids, and return how many there are."""
    lines = 0
    for table in case.model.tables.children:
        value = case.values.get(table)
        rows = [row for row in value if isinstance(row, Row)] if isinstance(value, tuple) else []
        case.values[table] = tuple(replace(row, id=ulid(case.at)) for row in rows)
        lines += len(rows)
    return lines


def _record(case: Case, by_key: bool) -> Record:
    form = case.model.form
    now = clock.now()
    key, tracking = str(case.values.get(form.key or "") or ""), _tracking(case)
    return Record(
        form=form.id,
        id=ulid(now),
        code=f"{tracking}/{key}" if by_key and tracking else tracking or key,
        tracking=tracking,
        state="",
        held="",
        revision=1,
        version=1,
        values=case.values,
        created_at=now,
        created_by=case.actor.id,
        updated_at=now,
        updated_by=case.actor.id,
    )


def _tracking(case: Case) -> str:
    closed = case.model.form.closed
    word = case.values.get(closed.tracking) if closed is not None and closed.tracking else None
    return "" if word is None else str(word)


def _no_key() -> Problem:
    return Problem(
        "no_source_key",
        Text("来源没有给出这条记录的键。", "The source does not give this record its key."),
        Place("_key"),
    )


def _twice(key: str) -> Problem:
    return Problem(
        "source_key_twice",
        Text(
            f"来源中键“{key}”出现两次，内容不同。",
            f"The source has the key '{key}' twice, with other values.",
        ),
        Place("_key"),
        got=key,
    )
