"""Completes the values of a record: lookups, formulas, visibility, then what is still missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any

from seamline import clock
from seamline.facts import Ref, Row, Value
from seamline.fields import Invalid, Reading
from seamline.fields.computed import fit
from seamline.formulas.functions import NOW, TODAY
from seamline.metadata import Step
from seamline.problems import Place, Problem
from seamline.scope import MOMENT
from seamline.text import Text

from .facing import Facing
from .parts import FieldModel, Found, Values


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A lookup: the reference it goes through (in the row where `near`), and what it copies."""

    model: FieldModel
    reference: str
    near: bool
    path: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Calculated:
    """A computed field; `outer` are the record's facts that a column's formula reads."""

    model: FieldModel
    compute: Callable[[Mapping[str, Any]], Any]
    table: str = ""
    outer: tuple[str, ...] = ()


@dataclass(slots=True)
class Work:
    """One record being completed: its values and facts side by side, and what was found wrong."""

    values: dict[str, Any]
    facts: dict[str, Any]
    rows: dict[str, list[dict[str, Any]]]
    found: Found
    hidden: set[str] = field(default_factory=set)
    too_large: dict[str, Problem] = field(default_factory=dict)

    def places(self, table: str) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
        """Yield each row of a table: its place, its values, its facts."""
        pairs = zip(self.rows[table], self.facts[table], strict=True)
        for number, (values, facts) in enumerate(pairs, 1):
            yield f"{table}[{number}]", values, facts


@dataclass(frozen=True, slots=True)
class Finisher:
    """Completes records of one form; made once per form."""

    fields: tuple[FieldModel, ...]
    facing: Facing
    lookups: tuple[LookedUp, ...]
    row_lookups: tuple[tuple[str, tuple[LookedUp, ...]], ...]
    calculations: tuple[Calculated, ...]
    timely: bool  # a formula asks for today or now
    conditional: bool  # a field shows only under a condition
    zone: tzinfo = UTC
    _tables: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _wanting: tuple[FieldModel, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        tables = tuple(one.id for one in self.fields if one.columns)
        wanting = tuple(one for one in self.fields if one.columns or _may_be_required(one))
        object.__setattr__(self, "_tables", tables)
        object.__setattr__(self, "_wanting", wanting)

    def finish(self, values: dict[str, Value], found: Found) -> list[Problem]:
        """Complete `values` in place and return every problem."""
        read = values if isinstance(values, Values) else Values()
        work = self._begin(values, found, read.reading)
        self._fill(work)
        while self.conditional and (new := set(self._newly_hidden(work))):
            work.hidden |= new
            # What was empty before and is hidden now changes nothing that leans on it.
            if self._hide(work):
                self._fill(work)
        for table, rows in work.rows.items():
            old = work.values[table]
            work.values[table] = tuple(
                Row(row, before.id) for row, before in zip(rows, old, strict=True)
            )
        return [*work.too_large.values(), *self._missing(work, read.unread, read.step)]

    def _begin(self, values: dict[str, Value], found: Found, reading: Reading) -> Work:
        facts = self.facing.facts(values, found)
        facts[MOMENT] = clock.now().astimezone(self.zone)
        if self.timely:
            facts[TODAY] = clock.today(reading.zone or UTC)
            facts[NOW] = clock.now()
        rows: dict[str, list[dict[str, Any]]] = {}
        for name in self._tables:
            table: Any = values.get(name) or ()
            values[name] = table
            rows[name] = [dict(row.values) for row in table]
        return Work(values, facts, rows, found)

    def _fill(self, work: Work) -> None:
        """Fill lookups and computed fields; what is hidden stays empty."""
        for lookup in self.lookups:
            _look_up(lookup, work, lookup.model.id, work.values, work.facts, work.values)
        for table, lookups in self.row_lookups:
            for place, values, facts in work.places(table):
                for lookup in lookups:
                    near = values if lookup.near else work.values
                    _look_up(lookup, work, f"{place}.{lookup.model.id}", values, facts, near)
        for one in self.calculations:
            if not one.table:
                _calculate(one, work, one.model.id, work.facts, work.values, work.facts)
                continue
            outer = {name: work.facts.get(name) for name in one.outer}
            for place, values, facts in work.places(one.table):
                given = {**outer, **facts} if outer else facts
                _calculate(one, work, f"{place}.{one.model.id}", given, values, facts)

    def _newly_hidden(self, work: Work) -> Iterator[str]:
        """Yield the places of fields whose condition to show is not true."""
        for model in self.fields:
            if model.id in work.hidden:
                continue
            if model.visible is not None and model.visible(work.facts) is not True:
                yield model.id
                continue
            conditional = [one for one in model.columns if one.visible is not None]
            if conditional:
                for place, _values, facts in work.places(model.id):
                    given = {**work.facts, **facts}
                    for column in conditional:
                        at = f"{place}.{column.id}"
                        shows = column.visible is None or column.visible(given) is True
                        if at not in work.hidden and not shows:
                            yield at

    def _hide(self, work: Work) -> bool:
        """Empty what is hidden; return whether anything stood there."""
        stood = any(place in work.too_large for place in work.hidden)
        for model in self.fields:
            if model.id in work.hidden:
                stood |= bool(model.columns and work.rows[model.id])
                stood |= _empty(model, work.values, work.facts)
                if model.columns:
                    work.values[model.id] = work.facts[model.id] = ()
                    work.rows[model.id] = []
            for column in model.columns if model.id not in work.hidden else ():
                if column.visible is None:
                    continue
                for place, values, facts in work.places(model.id):
                    if f"{place}.{column.id}" in work.hidden:
                        stood |= _empty(column, values, facts)
        return stood

    def _missing(self, work: Work, unread: set[str], step: Step | None) -> Iterator[Problem]:
        """Yield a problem for each required value that is not there."""
        for model in self._wanting:
            at = model.id
            if at in work.hidden or at in unread or not _changes(step, at):
                continue
            if model.columns:
                yield from _missing_rows(model, work, unread)
            elif work.values.get(at) is None and _is_required(model, work.facts):
                yield _required(model, at)


def _empty(model: FieldModel, values: dict[str, Any], facts: dict[str, Any]) -> bool:
    """Empty a field and what its facts know of the record it names; say if anything was there."""
    name = model.field.id
    known = [need for need, _wanted, _convert in model.needs if facts.get(need) is not None]
    stood = bool(known) or values.get(name) is not None or facts.get(name) is not None
    values[name] = facts[name] = None
    for need, _wanted, _convert in model.needs:
        facts[need] = None
    return stood


def _changes(step: Step | None, name: str) -> bool:
    return step is None or step.fields is None or name in step.fields


def _look_up(
    lookup: LookedUp,
    work: Work,
    place: str,
    values: dict[str, Any],
    facts: dict[str, Any],
    near: Mapping[str, Any],
) -> None:
    name = lookup.model.field.id
    reference = near.get(lookup.reference)
    value = None
    if isinstance(reference, Ref) and place not in work.hidden:
        target = work.found.get(lookup.path, {}).get(reference.key)
        # A target that was not asked for says nothing new: what was copied before stays.
        value = values.get(name) if target is None else target.get(lookup.wanted)
    values[name] = value
    convert = lookup.model.to_fact
    facts[name] = value if value is None or convert is None else convert(value)


def _calculate(
    one: Calculated,
    work: Work,
    place: str,
    given: Mapping[str, Any],
    values: dict[str, Any],
    facts: dict[str, Any],
) -> None:
    value = None if place in work.hidden else one.compute(given)
    work.too_large.pop(place, None)
    if value is not None:
        try:
            value = fit(one.model.field, value)
        except Invalid as error:
            value = None
            work.too_large[place] = _too_large(one.model, place, error.problem)
    name = one.model.field.id
    values[name] = facts[name] = value


def _too_large(model: FieldModel, place: str, problem: Problem) -> Problem:
    label = model.field.label
    say = Text(
        f"“{label.zh}”算出的结果过大：{problem.say.zh}",
        f"{label.en} comes out too large: {problem.say.en}",
    )
    return Problem("computed_too_large", say, Place(place), got=problem.got)


def _may_be_required(model: FieldModel) -> bool:
    return model.kind.written and (model.field.required or model.required_if is not None)


def _is_required(model: FieldModel, facts: Mapping[str, Any]) -> bool:
    if not model.kind.written:
        return False
    if model.field.required:
        return True
    return model.required_if is not None and model.required_if(facts) is True


def _required(model: FieldModel, at: str) -> Problem:
    label = model.field.label
    return Problem("required", Text(f"“{label.zh}”必填。", f"{label.en} is required."), Place(at))


def _missing_rows(model: FieldModel, work: Work, unread: set[str]) -> Iterator[Problem]:
    rows = len(work.rows[model.id])
    least = int(model.field.settings.get("min_rows", 0))
    if not rows and _is_required(model, work.facts):
        yield _required(model, model.id)
    elif rows < least:
        label = model.field.label
        say = Text(
            f"“{label.zh}”至少 {least} 行，现有 {rows} 行。",
            f"{label.en} needs at least {least} rows, got {rows}.",
        )
        yield Problem("too_few_rows", say, Place(model.id), got=str(rows))
    asked = [one for one in model.columns if one.field.required or one.required_if is not None]
    conditional = any(one.required_if is not None for one in asked)
    for place, values, facts in work.places(model.id) if asked else ():
        given = {**work.facts, **facts} if conditional else facts
        for column in asked:
            at = f"{place}.{column.id}"
            excused = at in work.hidden or at in unread
            if not excused and values.get(column.id) is None and _is_required(column, given):
                yield _required(column, at)
