"""The journal as formulas see it: selections become queries, conditions run where they can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from seamline import clock
from seamline.catalog import Catalog
from seamline.conditions.evaluate import Check, compiled
from seamline.conditions.node import names
from seamline.conditions.parse import parse
from seamline.facts import Actor
from seamline.forms import FormModel, Recall
from seamline.measures import Happening, RuleFigures, Selection
from seamline.measures.kind import Through, named
from seamline.store import Unit
from seamline.store.happenings import REFUSED, Found, Wanted

from .. import coach
from ..desk import Desk

OPERATOR = Actor("measures", "measures", ("administrator",))


@dataclass(frozen=True, slots=True)
class _Ready:
    """A selection made ready for one query: what the database chooses, and what is left to do."""

    model: FormModel
    wanted: Wanted
    of: Selection
    seen: Check | None
    recall: Recall | None
    asked: str


@dataclass(slots=True)
class JournalHistory:
    """Answers formulas out of one transaction; figures are of the whole workspace."""

    desk: Desk
    catalog: Catalog
    unit: Unit
    _ready: dict[tuple[str, tuple[str, ...]], _Ready] = field(default_factory=dict)
    _seen: dict[tuple[str, int], bool] = field(default_factory=dict)

    def happened(
        self, of: Selection, since: datetime, until: datetime, fields: Collection[str] = ()
    ) -> Iterator[Happening]:
        """Yield the entries of a selection in the order of time, with some fields of the record."""
        ready = self._prepared(of, tuple(fields))
        found = self.unit.happenings.between(ready.model.tables, ready.wanted, since, until)
        for entry in found:
            if self._counts(ready, entry):
                yield Happening(
                    entry.record, entry.tracking, entry.at, entry.actor, entry.via, entry.body,
                    entry.values,
                )  # fmt: skip

    def tally(
        self, selections: Sequence[Selection], group: str, since: datetime, until: datetime
    ) -> list[Counter[str]]:
        """Return how many entries each selection has, by a field of the record or all under ''.

        What the database can tell alone it counts; of the others those that look through the same
        entries do so together.
        """
        counts: list[Counter[str]] = [Counter() for _ in selections]
        together: dict[tuple[str, Wanted], list[int]] = {}
        made = [self._prepared(of, named(group)) for of in selections]
        for place, ready in enumerate(made):
            if _plain(ready.of) and not group:
                happenings, tables = self.unit.happenings, ready.model.tables
                counts[place][""] = happenings.count(tables, ready.wanted, since, until)
            else:
                alike = replace(ready.wanted, facts=False, fields=())
                together.setdefault((ready.of.form, alike), []).append(place)
        for places in together.values():
            self._tally([(made[place], counts[place]) for place in places], group, since, until)
        return counts

    def _tally(
        self,
        alike: Sequence[tuple[_Ready, Counter[str]]],
        group: str,
        since: datetime,
        until: datetime,
    ) -> None:
        """Count the entries of selections that look through the same ones."""
        first = alike[0][0]
        fields = dict.fromkeys(name for ready, _ in alike for name in ready.wanted.fields)
        facts = any(ready.wanted.facts for ready, _ in alike)
        wanted = replace(first.wanted, facts=facts, fields=tuple(fields))
        tables = first.model.tables
        for entry in self.unit.happenings.between(tables, wanted, since, until, ordered=False):
            name = str(entry.values.get(group) or "") if group else ""
            for ready, found in alike:
                if self._counts(ready, entry):
                    found[name] += 1

    def first(self, of: Selection, keys: Collection[str], through: Through) -> dict[str, datetime]:
        """Return when each record (or tracking code) of `keys` first met a selection."""
        firsts: dict[str, datetime] = {}
        ready = self._prepared(of, ())
        if _plain(of):
            found = self.unit.happenings.firsts(ready.model.tables, ready.wanted, keys, through)
            return dict(found)
        for entry in self.unit.happenings.of_keys(ready.model.tables, ready.wanted, keys, through):
            key = entry.record if through == "record" else entry.tracking
            if key not in firsts and self._counts(ready, entry):
                firsts[key] = entry.at
        return firsts

    def working(self, since: datetime, until: datetime) -> timedelta:
        """Return the working time between two moments; all of it where there is no calendar."""
        calendar = self.catalog.calendar
        if calendar is None:
            return until - since
        return calendar.between(since, until, self.catalog.zone)

    def rules(self, days: int) -> RuleFigures:
        """Return the shares over all rules of the last days."""
        found = coach.coach(self.desk, OPERATOR, days)
        judged = sum(card.judged for card in found.cards)
        return RuleFigures(
            _percent(found.enabled), _percent(found.adopted), _percent(found.missed), judged
        )

    def _prepared(self, of: Selection, fields: tuple[str, ...]) -> _Ready:
        """Return a selection ready to run; repeated ones are made ready once."""
        key = (repr(of), fields)
        ready = self._ready.get(key)
        if ready is None:
            ready = self._ready[key] = self._made(of, fields)
        return ready

    def _made(self, of: Selection, fields: tuple[str, ...]) -> _Ready:
        model = self.catalog.forms[of.form]
        seen = parse(of.seen, model.scope) if of.seen is not None else None
        wanted = Wanted(
            steps=tuple(_steps(model, of)),
            kind=of.event,
            where=model.moored(parse(of.where, model.scope)) if of.where is not None else None,
            refused=REFUSED in of.outcome,
            via=of.via,
            facts=seen is not None,
            fields=(*fields, *((of.by,) if of.by else ())),
        )
        return _Ready(
            model,
            wanted,
            of,
            None if seen is None else compiled(seen),
            None if seen is None else Recall(model.scope, names(seen), model.zone),
            repr(of.seen),
        )

    def _counts(self, ready: _Ready, entry: Found) -> bool:
        """Say whether an entry the database chose belongs to the selection."""
        of = ready.of
        if of.to and _entered(entry.body) != of.to:
            return False
        if of.by and not self._in_time(entry, of.by):
            return False
        # Stored facts are read by name: sooner done than reading all that an entry tells.
        if of.seen is not None and not self._saw(ready, entry):
            return False
        if of.outcome and _outcome(entry.body) not in of.outcome:
            return False
        return not of.rule or _spoke(of.rule, entry.body)

    def _saw(self, ready: _Ready, entry: Found) -> bool:
        """Say whether the facts that the verdict saw met the condition of a selection."""
        if ready.seen is None or ready.recall is None or entry.facts is None:
            return False
        # The same condition is asked twice of an entry: of the part, and of what it is a part of.
        key = (ready.asked, entry.seq)
        if key not in self._seen:
            self._seen[key] = ready.seen(ready.recall(entry.facts)) is True
        return self._seen[key]

    def _in_time(self, entry: Found, name: str) -> bool:
        """Say whether an entry came by the day or moment that a field of its record names."""
        by = entry.values.get(name)
        if isinstance(by, datetime):
            return entry.at <= by
        if isinstance(by, date):
            return entry.at.astimezone(self.catalog.zone).date() <= by
        return False


def _plain(of: Selection) -> bool:
    """Say whether the database alone can tell which entries belong to a selection."""
    return not (of.to or of.outcome or of.rule or of.by) and of.seen is None


def _steps(model: FormModel, of: Selection) -> Iterator[str]:
    """Yield the business steps of a selection: the one named, or those that enter its state."""
    form = model.form
    if of.step:
        yield f"{form.id}.{of.step}"
    elif of.to:
        first = form.states[0].id if form.states else ""
        for step in model.steps.values():
            enters = step.to or (first if step.id == "create" else "")
            if enters == of.to:
                yield f"{form.id}.{step.id}"


def _entered(body: Mapping[str, Any]) -> str:
    """Return the state that an entry tells of entering, nothing where it changed none."""
    moved = body.get("state")
    return str(moved[1]) if isinstance(moved, list) and len(moved) == 2 else ""


def _outcome(body: Mapping[str, Any]) -> str:
    """Return what the verdict came to; an entry without one passed, one without revision failed."""
    told = body.get("outcome")
    if told is not None:
        return str(told)
    return "passed" if "revision" in body else REFUSED


def _spoke(rule: str, body: Mapping[str, Any]) -> bool:
    told = body.get("rules")
    last = rule.rpartition(".")[2]
    return isinstance(told, list) and any(str(one).rpartition(".")[2] == last for one in told)


def _percent(share: float | None) -> Decimal | None:
    return None if share is None else Decimal(repr(share * 100))


def today(catalog: Catalog) -> date:
    """Return the day it is in the zone of the workspace."""
    return clock.now().astimezone(catalog.zone).date()
