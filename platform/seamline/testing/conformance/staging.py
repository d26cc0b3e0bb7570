"""Makes the records around a case and the submission itself, each time anew."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from seamline import clock
from seamline.catalog import Catalog
from seamline.facts import Actor, Origin
from seamline.forms import FormModel, staged
from seamline.metadata import Act, Field, GivenRecord, Scenario, Step
from seamline.problems import Problem
from seamline.store import Lock, Unit
from seamline.testing.comparing import Came
from seamline.testing.completing import FILES, Completion
from seamline.testing.stage import Door, Stage
from seamline.text import Text

from .inputs import LOCKED, Path

NOBODY = Actor("conformance", "conformance", ("administrator",))
REASON = "conformance"
DEEPEST = 8  # records made for records made for records
MOST_RECORDS = 1_000  # of one scenario
Wanted = Mapping[Path, Any]


@dataclass(frozen=True, slots=True)
class Submitting:
    """What a way is to submit: `record` is the id of a stored record, empty on create."""

    form: str
    step: str
    values: Mapping[str, Any]
    record: str = ""
    key: str = ""
    reason: str = ""
    confirmed: tuple[str, ...] = ()

    def as_act(self) -> Act:
        """Return it as an act for the door."""
        return Act(
            self.form, self.step, "administrator", self.values, self.record,
            reason=self.reason, confirmed=self.confirmed,
        )  # fmt: skip


class NotStaged(Exception):
    """A record that a case needs cannot be made; `came` says why."""

    def __init__(self, came: Came) -> None:
        super().__init__(", ".join(problem.line("en") for problem in came.problems))


@dataclass(frozen=True, slots=True)
class Played:
    """The act of a scenario, with all that happens before it: what no values alone can say.

    Records of it that refer to one another are the same ones, which a tree of values never has.
    """

    scenario: Scenario
    number: int

    @property
    def act(self) -> Act:
        """The act as the scenario says it."""
        return self.scenario.steps[self.number].when

    def stage(self, unit: Unit, catalog: Catalog, door: Door) -> Submitting:
        """Play what comes before the act and return the act; raises NotStaged."""
        stage = Stage(unit, catalog, door, made=next(_NUMBERS) * MOST_RECORDS)
        given = tuple(_unkeyed(catalog, one) for one in self.scenario.given)
        broken = stage.set_up(replace(self.scenario, given=given))
        if broken is not None:
            raise NotStaged(Came("refused", (), (Problem("not_staged", broken),)))
        for before in self.scenario.steps[: self.number]:
            stage.act(before.when)
        asked = stage.asked(self.act)
        model = catalog.forms[asked.form]
        came = unit.records.get(model.tables, asked.record)
        key = came.code if came is not None else ""
        reason = REASON if model.steps[asked.step].reason == "required" else ""
        sure = tuple(one.id for one in model.form.duplicates)
        return Submitting(asked.form, asked.step, asked.values, asked.record, key, reason, sure)


def _unkeyed(catalog: Catalog, given: GivenRecord) -> GivenRecord:
    """Return a given record without what only one may have: each way has records of its own."""
    form = catalog.forms[given.form].form
    alone = {form.key, *(one.id for one in form.fields if one.unique)}
    return replace(given, values={k: v for k, v in given.values.items() if k not in alone})


# Records of one workspace must not resemble one another: every one gets a number of its own.
_NUMBERS = itertools.count(1)


@dataclass(slots=True)
class Staging:
    """The records around one case, made inside one transaction without asking any rule."""

    unit: Unit
    catalog: Catalog
    door: Door
    _files: dict[str, dict[str, Any]] = field(default_factory=dict)

    def stage(self, form: str, step: str, wanted: Wanted) -> Submitting:
        """Make what the step needs so that it meets `wanted`; raises NotStaged."""
        model = self.catalog.forms[form]
        way = model.steps[step]
        reason = REASON if way.reason == "required" else ""
        sure = tuple(one.id for one in model.form.duplicates)
        if step == "create":
            fields = [one for one in model.form.fields if _filled(way, one.id)]
            return Submitting(form, step, self._values(fields, wanted, 0), "", "", reason, sure)
        state = next(iter(way.from_states), None)
        came = self._record(form, wanted, 0, state)
        values = self._submitted(model, way, wanted, came)
        return Submitting(form, step, values, came.record, came.key, reason, sure)

    def _submitted(
        self, model: FormModel, step: Step, wanted: Wanted, came: Came
    ) -> dict[str, Any]:
        """Return what the step writes: all it may of what is wanted, and a change in any case."""
        heads = {path[0] for path in wanted}
        own = [one for one in model.form.fields if _filled(step, one.id)]
        stored = {one.id: came.values.get(one.id) for one in own if one.id in heads}
        free = [
            one
            for one in own
            if one.kind in ("text", "long_text")
            and one.id not in heads | {model.form.key}
            and not (one.unique or one.visible_when or one.settings.get("pattern"))
        ]
        if free:
            most = int(free[-1].settings.get("max_length", 200))
            stored[free[-1].id] = f"{REASON} {next(_NUMBERS)}"[-most:]
        return {name: _without_ids(value) for name, value in stored.items()}

    def _record(self, form: str, wanted: Wanted, depth: int, state: str | None = None) -> Came:
        model = self.catalog.forms[form]
        values = self._values(
            model.form.fields, {p: v for p, v in wanted.items() if p != (LOCKED,)}, depth
        )
        opened = staged(model, **({} if state is None else {"to": state}))
        catalog = replace(self.catalog, rules={}, forms={**self.catalog.forms, form: opened})
        confirmed = tuple(one.id for one in model.form.duplicates)
        act = Act(form, "create", "administrator", values, reason=REASON, confirmed=confirmed)
        came = self.door(self.unit, catalog, NOBODY, Origin("seed"), act)
        if not came.record:
            raise NotStaged(came)
        if wanted.get((LOCKED,)):
            self._lock(form, came.record)
        return came

    def _lock(self, form: str, record: str) -> None:
        say = Text.same(REASON)
        self.unit.locks.add(
            Lock("", form, record, REASON, f"{REASON}.case", "", say, NOBODY.id, clock.now())
        )

    def _values(self, fields: Sequence[Field], wanted: Wanted, depth: int) -> dict[str, Any]:
        given = dict(self._given(fields, wanted, depth))
        completion = Completion(
            clock.today(self.catalog.zone), next(_NUMBERS), lambda form: self._referred(form, depth)
        )
        return self._stored(fields, completion.complete(fields, given))

    def _given(
        self, fields: Sequence[Field], wanted: Wanted, depth: int
    ) -> Iterator[tuple[str, Any]]:
        for one in fields:
            mine = {path[1:]: value for path, value in wanted.items() if path[0] == one.id}
            if not mine:
                continue
            if one.kind == "table":
                yield one.id, [dict(self._given(one.fields, mine, depth))]
            elif () in mine:
                yield one.id, mine[()]
            else:
                yield one.id, self._record(str(one.settings["to"]), mine, depth + 1).key

    def _referred(self, form: str, depth: int) -> str:
        return self._record(form, {}, depth + 1).key if depth < DEEPEST else ""

    def _stored(self, fields: Sequence[Field], values: Mapping[str, Any]) -> dict[str, Any]:
        """Return values with the names of files replaced by stored files."""
        kept = dict(values)
        for one in fields:
            value = kept.get(one.id)
            if one.kind == "table" and isinstance(value, list):
                kept[one.id] = [self._stored(one.fields, row) for row in value]
            elif one.kind in FILES and isinstance(value, list):
                kept[one.id] = [self._file(one, name) for name in value]
        return kept

    def _file(self, one: Field, name: str) -> dict[str, Any]:
        types = [word for word in one.settings.get("types", ()) if not word.endswith("*")]
        media = types[0] if types else "image/png"
        if media not in self._files:
            kept = self.unit.files.put(f"{REASON} {media}".encode(), name, media)
            self._files[media] = {
                "sha256": kept.sha256, "name": kept.name, "media_type": media, "size": kept.size,
            }  # fmt: skip
        return self._files[media]


def _filled(step: Step, name: str) -> bool:
    return step.fields is None or name in step.fields


def _without_ids(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return [
        {name: cell for name, cell in row.items() if name != "_id"}
        if isinstance(row, Mapping)
        else row
        for row in value
    ]
