"""Correlations by SQL: the authority, the default, and what every other way falls back to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from seamline.store import FormTables, Unit
from seamline.store.joins import Touching
from seamline.store.sides import Side

from .compiling import CorrelationModel, FactModel
from .matches import Match, match_of, members_of

# A correlation with more matches than this says something else than its author meant.
MOST_MATCHES = 20_000

TablesOf = Callable[[str], FormTables]


class TooMany(Exception):
    """A correlation matches more groups of records than are ever raised."""


@dataclass(frozen=True, slots=True)
class Sql:
    """Finds the matches of correlations in the tables of the forms at one moment.

    `tables` gives the tables of a form, `zone` says where a day begins.
    """

    tables: TablesOf
    zone: tzinfo

    def every(self, unit: Unit, model: CorrelationModel, now: datetime) -> dict[str, Match]:
        """Return every match by its key; raises `TooMany`."""
        sides = self.sides(model)
        found = unit.matches.groups(
            sides, model.joins, model.clock(now, self.zone), limit=MOST_MATCHES + 1
        )
        matches = {match.key: match for match in (match_of(model, g, self.zone) for g in found)}
        if len(matches) > MOST_MATCHES:
            raise TooMany(model.id)
        return matches

    def touching(
        self, unit: Unit, model: CorrelationModel, form: str, record: str, now: datetime
    ) -> dict[str, Match]:
        """Return the matches that look at one record, as a fact or through a reference.

        Raises `TooMany`.
        """
        asked = tuple(spots(model, form, record))
        if not asked:
            return {}
        found = unit.matches.groups(
            self.sides(model),
            model.joins,
            model.clock(now, self.zone),
            touching=asked,
            limit=MOST_MATCHES + 1,
        )
        matches = {match.key: match for match in (match_of(model, g, self.zone) for g in found)}
        if len(matches) > MOST_MATCHES:
            raise TooMany(model.id)
        return matches

    def again(
        self, unit: Unit, model: CorrelationModel, keys: Collection[str], now: datetime
    ) -> dict[str, Match]:
        """Return those of the matches named by `keys` that hold on the rows as they are now."""
        if not keys:
            return {}
        found = unit.matches.groups(
            self.sides(model),
            model.joins,
            model.clock(now, self.zone),
            keys=[members_of(key) for key in keys],
        )
        return {match.key: match for match in (match_of(model, g, self.zone) for g in found)}

    def sides(self, model: CorrelationModel) -> Sequence[Side]:
        """Return the facts of a correlation as sides of one query."""
        return [self.side(fact) for fact in model.facts]

    def side(self, fact: FactModel) -> Side:
        """Return one fact as a side of a query."""
        return Side(
            fact.alias,
            self.tables(fact.fact.form),
            fact.fact.table,
            fact.where,
            fact.names,
            tuple(lead for lead, _ in fact.leads),
            self.zone,
        )


def spots(model: CorrelationModel, form: str, record: str) -> Iterator[Touching]:
    """Yield where a record can stand in a match: as a fact, or behind a reference of one."""
    for fact in model.facts:
        if fact.fact.form == form:
            yield Touching(fact.alias, record)
        for lead, target in fact.leads:
            if target == form:
                yield Touching(fact.alias, record, lead)
