"""Where a scenario is played: its records by alias, its clock, its way to the one door."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from seamline import clock
from seamline.catalog import Catalog
from seamline.facts import Actor, Origin, Party
from seamline.forms import staged
from seamline.metadata import Act, Field, GivenRecord, Scenario
from seamline.problems import Place, Problem
from seamline.standing import party_named
from seamline.store import Lock, Unit
from seamline.text import Text

from .comparing import Came
from .completing import FILES, Completion

# Where the clock stands in a scenario that does not say: a Monday in the zone of its package.
USUAL_MOMENT = "2026-01-05 09:00"
NOBODY = Actor("scenario", "scenario", ("administrator",))
DEEPEST = 8  # records made for records made for records


class Door(Protocol):
    """The one door, as the stage knows it: what comes of an act, a refusal included."""

    def __call__(
        self, unit: Unit, catalog: Catalog, actor: Actor, origin: Origin, act: Act
    ) -> Came:
        """Do `act` inside `unit` and return what came of it."""
        ...


@dataclass(frozen=True, slots=True)
class _Known:
    """A record of the scenario: its form, id, and the word by which others refer to it."""

    form: str
    id: str
    word: str


@dataclass(slots=True)
class Stage:
    """One scenario being played inside one transaction.

    `made` counts its records, which have their number in what must be unique of them.
    """

    unit: Unit
    catalog: Catalog
    door: Door
    made: int = 0
    at: datetime = field(init=False)
    _aliases: dict[str, _Known] = field(default_factory=dict)
    _newest: dict[str, _Known] = field(default_factory=dict)

    def set_up(self, scenario: Scenario) -> Text | None:
        """Make the given records, unjudged; return what went wrong, None where nothing did."""
        first = next((step.when.at for step in scenario.steps if step.when.at), USUAL_MOMENT)
        self.at = self._moment(first)
        for number, given in enumerate(scenario.given, 1):
            came = self._make(given)
            if came.problems:
                said = [problem.line(language) for language in ("zh", "en")
                        for problem in came.problems[:3]]  # fmt: skip
                half = len(said) // 2
                return Text(
                    f"已有记录 {number}({given.form})建不成：{' '.join(said[:half])}",
                    f"given record {number} ({given.form}) cannot be made: {' '.join(said[half:])}",
                )
        return None

    def act(self, act: Act) -> Came:
        """Do one act at its time, what it requires and does not name filled in."""
        self.at = max(self._moment(act.at), self.at) if act.at else self.at
        creates = act.step == "create"
        asked = self.asked(act)
        party = self._party(act)
        if act.party and party is None:
            return _nobody(act)
        actor = Actor(act.role, act.role, (act.role,), party=party)
        with clock.frozen(self.at):
            came = self.door(self.unit, self.catalog, actor, Origin(act.via), asked)
        self.at += timedelta(seconds=1)
        if came.record and creates:
            self._keep(act.form, came, act.call)
        return came

    def asked(self, act: Act) -> Act:
        """Return an act with the ids of its records, and with what it requires filled in."""
        creates = act.step == "create"
        known = self._aliases.get(act.record) if act.record else self._newest.get(act.form)
        record = known.id if known is not None else act.record
        return replace(act, record="" if creates else record, values=self._written(act, creates))

    def _party(self, act: Act) -> Party | None:
        """Return the record that whoever acts stands for; none where the word names nothing."""
        role = self.catalog.access.roles.get(act.role)
        if not act.party or role is None or role.party is None:
            return None
        known = self._aliases.get(act.party)
        word = known.id if known is not None else act.party
        return party_named(self.unit, self.catalog, role.party, word)

    def named(self, form: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return values with the aliases in references replaced by what the records are called."""
        return self._each(self.catalog.forms[form].form.fields, values, as_id=False)

    def _make(self, given: GivenRecord, depth: int = 0) -> Came:
        """Make one record as a plain fact: through the door, but no rule is asked."""
        act = Act(given.form, "create", "administrator", given.values)
        unjudged = self._unjudged(given.form)
        with clock.frozen(self.at):
            asked = replace(act, values=self._written(act, True, depth))
            came = self.door(self.unit, unjudged, NOBODY, Origin("seed"), asked)
            if came.record and given.state:
                self._move(came, given)
            for locked in given.locks if came.record else ():
                self.unit.locks.add(
                    Lock("", given.form, came.record, locked, "scenario.given", "",
                         Text.same("scenario"), NOBODY.id, self.at)
                )  # fmt: skip
        if came.record:
            self._keep(given.form, came, given.alias)
        return came

    def _unjudged(self, form: str) -> Catalog:
        """Return a catalog without rules, whose form takes every field when it is created."""
        model = self.catalog.forms[form]
        opened = staged(model, reason="none")
        return replace(self.catalog, rules={}, forms={**self.catalog.forms, form: opened})

    def _move(self, came: Came, given: GivenRecord) -> None:
        tables = self.catalog.forms[given.form].tables
        record = self.unit.records.get(tables, came.record)
        assert record is not None
        moved = replace(record, state=given.state, version=record.version + 1)
        self.unit.records.update(tables, moved, record.version)

    def _keep(self, form: str, came: Came, alias: str) -> None:
        known = _Known(form, came.record, came.key)
        self._newest[form] = known
        if alias:
            self._aliases[alias] = known

    def _written(self, act: Act, creates: bool, depth: int = 0) -> dict[str, Any]:
        fields = self.catalog.forms[act.form].form.fields
        values: Mapping[str, Any] = act.values
        if creates:
            self.made += 1
            day = self.at.astimezone(self.catalog.zone).date()
            number = self.made
            completion = Completion(day, number, lambda form: self._referred(form, depth))
            values = completion.complete(fields, values)
        return self._each(fields, values, as_id=True)

    def _referred(self, form: str, depth: int) -> str:
        """Return the newest record of a form; where there is none, one is made."""
        if form not in self._newest and depth < DEEPEST:
            self._make(GivenRecord(form), depth + 1)
        known = self._newest.get(form)
        return known.id if known is not None else ""

    def _each(
        self, fields: tuple[Field, ...], values: Mapping[str, Any], as_id: bool
    ) -> dict[str, Any]:
        shown = dict(values)
        for one in fields:
            value = shown.get(one.id)
            if isinstance(value, list) and one.kind == "table":
                shown[one.id] = [
                    self._each(one.fields, row, as_id) if isinstance(row, Mapping) else row
                    for row in value
                ]
            elif isinstance(value, str) and one.kind == "reference":
                known = self._aliases.get(value)
                if known is not None and known.form == one.settings.get("to"):
                    shown[one.id] = known.id if as_id else known.word
            elif as_id and isinstance(value, list) and one.kind in FILES:
                shown[one.id] = [self._file(one, name) for name in value]
        return shown

    def _file(self, one: Field, name: Any) -> Any:
        """Return a stored file for a name; the file is as good as any other."""
        if not isinstance(name, str):
            return name
        types = [word for word in one.settings.get("types", ()) if not word.endswith("*")]
        media = types[0] if types else mimetypes.guess_type(name)[0] or "application/pdf"
        file = self.unit.files.put(f"scenario: {name}".encode(), name, media)
        return {
            "sha256": file.sha256, "name": file.name,
            "media_type": file.media_type, "size": file.size,
        }  # fmt: skip

    def _moment(self, word: str) -> datetime:
        return datetime.fromisoformat(word).replace(tzinfo=self.catalog.zone)


def _nobody(act: Act) -> Came:
    """Return what comes of an act by an account that stands for something which is not there."""
    say = Text(
        f"没有“{act.party}”可以代表。", f"There is no '{act.party}' that an account stands for."
    )
    problem = Problem("unknown_party", say, Place("as.party"), got=act.party)
    return Came("refused", (), (problem,), judged=False)
