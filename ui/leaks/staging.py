"""One record within a reader's reach and one beyond it, with canaries in every field of both."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from seamline import clock
from seamline.catalog import Catalog
from seamline.conditions.node import And, Compare, Fixed, Member, Node, Or, Truth, Var
from seamline.facts import Actor, Origin, Record
from seamline.forms import FormModel, staged
from seamline.metadata import Act
from seamline.problems import Refused
from seamline.store import Unit
from seamline.testing.completing import Completion
from seamline.usecases.desk import Desk

from ..ways.proving import through_the_door
from .canaries import FOREIGN as FOREIGN, MINE as MINE, Canary, Maker, Telling, of_record

# A moment that no page shows by chance.
THEN = datetime(2019, 7, 23, 4, 56, 31, tzinfo=UTC)
TRIES = 6
DEEPEST = 3
Wishes = Mapping[str, Any]
NOTHING: Wishes = {}


@dataclass(slots=True)
class Stage:
    """The records of one reader, made without asking any rule.

    `opened` is the catalog in which every field takes a canary; `given` are values made already.
    `around` are words of what goes on around the records, of which nothing may come out.
    """

    desk: Desk
    opened: Catalog
    author: Actor
    given: set[str]
    telling: Telling
    records: dict[tuple[str, str], str] = field(default_factory=dict)
    canaries: list[Canary] = field(default_factory=list)
    around: list[Canary] = field(default_factory=list)
    far: dict[tuple[str, str, int], str] = field(default_factory=dict)

    def make(
        self, form: str, called: str, wishes: Wishes = NOTHING, by: Actor | None = None
    ) -> Record:
        """Make a record with canaries in its fields; raises Refused where it cannot be made.

        `wishes` are values it must have: own fields by id, those of the records it refers to as
        `customer.region`, and `_state`.
        """
        with self.desk.store.unit() as unit, clock.frozen(THEN):
            making = _Making(self, unit, self.opened, by or self.author)
            record = making.make(form, wishes, 0)
            changed = making.change(record, wishes)
        self.records[form, called] = record.id
        for one in (record, changed):
            self.canaries += of_record(self._model(form), one, called, self.telling)
        return changed

    def note(self, form: str, record: Record) -> None:
        """Take up a record that another one refers to."""
        self.records[form, record.id] = record.id
        self.canaries += of_record(self._model(form), record, record.id, self.telling)

    def _model(self, form: str) -> FormModel:
        return self.desk.catalogs.current().forms[form]


@dataclass(slots=True)
class _Making:
    stage: Stage
    unit: Unit
    catalog: Catalog
    by: Actor

    def make(self, form: str, wishes: Wishes, depth: int) -> Record:
        model = self.catalog.forms[form]
        values = self._values(model, wishes, depth)
        to = {"to": str(wishes["_state"])} if "_state" in wishes else {}
        opened = staged(model, reason="none", **to)
        forms = {**self.catalog.forms, form: opened}
        problems: tuple[Any, ...] = ()
        for number in range(TRIES):
            # A rule that stops it is not asked a second time; what else is in the way is left out.
            rules = self.catalog.rules if not number else {}
            catalog = replace(self.catalog, forms=forms, rules=rules)
            act = Act(form, "create", "administrator", values)
            came = through_the_door(self.unit, catalog, self.by, Origin("seed"), act)
            if came.record:
                found = self.unit.records.get(model.tables, came.record)
                assert found is not None
                return found
            problems = came.problems
            values = self._mended(model, values, [one.place.path for one in problems], number)
        raise Refused(problems)

    def change(self, record: Record, wishes: Wishes) -> Record:
        """Change a text of the record, so that its story has more than a beginning."""
        model = self.catalog.forms[record.form]
        taken = {name.partition(".")[0] for name in wishes} | {model.form.key}
        free = [
            one
            for one in model.form.fields
            if one.kind in ("text", "long_text") and one.id not in taken
        ]
        if not free or "change" not in model.steps:
            return record
        step = replace(model.steps["change"], from_states=(), fields=None, to=None, reason="none")
        forms = {
            **self.catalog.forms,
            record.form: replace(staged(model), steps={**model.steps, "change": step}),
        }
        catalog = replace(self.catalog, forms=forms, rules={})
        values = {free[-1].id: self._maker(record.form, 0).value(free[-1])}
        act = Act(record.form, "change", "administrator", values, record.id)
        through_the_door(self.unit, catalog, self.stage.author, Origin("seed"), act)
        found = self.unit.records.get(model.tables, record.id)
        assert found is not None
        return found

    def _maker(self, owner: str, depth: int) -> Maker:
        """Return what makes values for a form; records far off are referred to more than once."""

        def referred(form: str) -> str:
            if depth == 0:
                return self._referred(form, {}, depth)
            known = self.stage.far.get((owner, form, depth))
            if known is None:
                known = self.stage.far[owner, form, depth] = self._referred(form, {}, depth)
            return known

        return Maker(referred, self._file, self.stage.given)

    def _values(self, model: FormModel, wishes: Wishes, depth: int) -> dict[str, Any]:
        values = self._maker(model.form.id, depth).values(model.form.fields)
        for name, wish in wishes.items():
            own, _, beyond = name.partition(".")
            if beyond and own in model.fields:
                target = str(model.fields[own].field.settings["to"])
                values[own] = self._referred(target, {beyond: wish}, depth)
            elif own in model.fields:
                values[own] = wish
        return values

    def _referred(self, form: str, wishes: Wishes, depth: int) -> str:
        if depth >= DEEPEST:
            return ""
        record = self.make(form, wishes, depth + 1)
        model = self.catalog.forms[form]
        self.stage.note(form, record)
        key = record.values.get(model.form.key) if model.form.key else None
        return str(key or record.code or record.id)

    def _file(self, media_type: str) -> Mapping[str, Any]:
        content = f"Lk{secrets.token_hex(8)} content"
        kept = self.unit.files.put(
            content.encode(),
            f"Lk{secrets.token_hex(6)}.{media_type.rpartition('/')[2]}",
            media_type,
        )
        self.stage.telling.contents[kept.sha256] = content
        return {"sha256": kept.sha256, "name": kept.name, "media_type": media_type,
                "size": kept.size}  # fmt: skip

    def _mended(
        self, model: FormModel, values: dict[str, Any], wrong: list[str], tried: int
    ) -> dict[str, Any]:
        """Return values without those that are refused, what is required filled plainly instead."""
        kept = _without(values, wrong)
        plain = Completion(
            clock.today(self.catalog.zone),
            secrets.randbelow(10 ** (7 - tried)) + 1,  # shorter each time, for what is short
            lambda form: self._referred(form, {}, DEEPEST - 1),
        )
        return plain.complete(model.form.fields, kept)


def _without(values: Mapping[str, Any], wrong: list[str]) -> dict[str, Any]:
    """Return values without those at some places: a field, one cell of a row (`lines[1].qty`)."""
    cells = {place.partition("].")[2]: place.partition("[")[0] for place in wrong if "]." in place}
    whole = {place.partition("[")[0] for place in wrong if "]." not in place}
    return {
        name: [{key: cell for key, cell in row.items() if cells.get(key) != name} for row in value]
        if name in cells.values() and isinstance(value, list)
        else value
        for name, value in values.items()
        if name.partition(".")[0] not in whole
    }


def wishes_of(node: Node | None) -> tuple[dict[str, Any], bool]:
    """Return values under which a condition on a record holds, and whether any is known."""
    if node is None:
        return {}, True
    found: dict[str, Any] = {}
    known = [_wish(part, found) for part in _parts(node)]  # all of them, whatever the first says
    return found, all(known)


def _parts(node: Node) -> Iterator[Node]:
    if isinstance(node, And):
        for part in node.parts:
            yield from _parts(part)
    elif isinstance(node, Or):
        yield from _parts(node.parts[0])
    else:
        yield node


def _wish(node: Node, found: dict[str, Any]) -> bool:
    match node:
        case Fixed(value):
            return value
        case Compare("==" | "<=" | ">=", Var(name), right) if not isinstance(right, Var):
            found[name] = right
            return True
        case Member(Var(name), tuple() as options):
            found[name] = options[0]
            return True
        case Truth():
            return True  # canaries are filled in everywhere
    return False
