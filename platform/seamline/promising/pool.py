"""A promise with the tables it asks: what is on the shelf of some items now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from seamline.facts import Value
from seamline.forms import FormModel
from seamline.metadata.promise import SELF
from seamline.store import Amount, Flow, FormTables, Unit
from seamline.workdays import Calendar

from .available import ARRIVAL, STOCK, Claim, Shelf, Source, Supply
from .compiling import FlowModel, LineModel, PromiseModel
from .needs import PLACES

MOST_DAYS = 3650  # a longer lead time is no plan
MOST_QTY = Decimal(10**9)  # what one line can be promised: sums of it stay exact on every database


@dataclass(slots=True)
class Stocked:
    """What is known of some items beside what is taken: supplies, ages, lead times.

    `as_of` is the age of the oldest stock figure; `late` counts arrivals that are overdue, which
    nobody counts on.
    """

    supplies: dict[str, list[Supply]] = field(default_factory=dict)
    claims: dict[str, list[Claim]] = field(default_factory=dict)
    stock: dict[str, Decimal] = field(default_factory=dict)
    as_of: dict[str, datetime] = field(default_factory=dict)
    late: dict[str, list[Supply]] = field(default_factory=dict)
    lead: dict[str, date] = field(default_factory=dict)


class Pool:
    """One promise, ready to be asked; built once per catalog.

    `tables` gives the tables of each form it names.
    """

    def __init__(
        self,
        model: PromiseModel,
        tables: Mapping[str, FormTables],
        zone: tzinfo,
        calendar: Calendar | None,
    ) -> None:
        self.model = model
        self._zone = zone
        self._calendar = calendar
        self._stock = [_flow(one, tables) for one in model.stock]
        self._arrivals = [(one, _flow(one, tables)) for one in model.arrivals]
        self._demand = [_flow(one, tables) for one in model.demand]
        lead = model.promise.lead
        self._lead = None
        if lead is not None and isinstance(lead.days, str):
            self._lead = Flow(tables[model.promise.item], "", "_id", lead.days)

    @property
    def id(self) -> str:
        """The id of the promise."""
        return self.model.promise.id

    def shelves(
        self, unit: Unit, items: Collection[str], today: date, but: Collection[str] = ()
    ) -> dict[str, Shelf]:
        """Return what is free of each item; what the lines `but` were promised does not count."""
        found = self.stocked(unit, items, today)
        self._leads(unit, items, today, found)
        for item, day, qty in unit.promises.taken(self.id, items, but):
            found.claims.setdefault(item, []).append(Claim(day, qty))
        return {
            item: Shelf.of(
                today, found.supplies.get(item, ()), found.claims.get(item, ()),
                found.lead.get(item),
            )
            for item in items
        }  # fmt: skip

    def stocked(self, unit: Unit, items: Collection[str], today: date) -> Stocked:
        """Return what the records say of each item: stock, arrivals and other demand."""
        found = Stocked()
        for flow in self._stock:
            for one in unit.promises.amounts(flow, items):
                there = found.stock.get(one.item, Decimal(0))
                found.stock[one.item] = there + _down(one.qty)
                if isinstance(one.as_of, datetime):
                    found.as_of[one.item] = min(found.as_of.get(one.item, one.as_of), one.as_of)
        for item, qty in found.stock.items():
            if qty < 0:  # more has gone out than came in: whatever comes goes there first
                found.claims.setdefault(item, []).append(Claim(today, -qty))
            else:
                found.supplies.setdefault(item, []).append(Supply(today, qty, Source(STOCK)))
        for model, flow in self._arrivals:
            for one in unit.promises.amounts(flow, items):
                self._arrives(found, model, one, today)
        for flow in self._demand:
            for one in unit.promises.amounts(flow, items):
                day = self._day(one.day) or today
                qty = one.qty.quantize(PLACES, ROUND_CEILING)
                found.claims.setdefault(one.item, []).append(Claim(day, qty))
        return found

    def _arrives(self, found: Stocked, model: FlowModel, one: Amount, today: date) -> None:
        day = self._day(one.day)
        if day is None or one.qty <= 0:
            return
        source = Source(ARRIVAL, model.flow.form, one.record, one.code)
        if day < today:
            found.late.setdefault(one.item, []).append(Supply(day, _down(one.qty), source))
            return
        if model.flow.days:
            day = self._later(day, model.flow.days, working=True) or day
        found.supplies.setdefault(one.item, []).append(Supply(day, _down(one.qty), source))

    def _leads(self, unit: Unit, items: Collection[str], today: date, found: Stocked) -> None:
        lead = self.model.promise.lead
        if lead is None:
            return
        days: Iterator[tuple[str, Any]]
        if self._lead is None:
            days = ((item, lead.days) for item in items)
        else:
            days = ((one.item, one.qty) for one in unit.promises.amounts(self._lead, items))
        known: dict[int, date | None] = {}
        for item, given in days:
            if not 0 <= given <= MOST_DAYS:
                continue
            whole = int(-(-given // 1))  # half a day is a day
            if whole not in known:
                known[whole] = self._later(today, whole, working=lead.count == "working")
            day = known[whole]
            if day is not None:
                found.lead[item] = day

    def _later(self, day: date, days: int, *, working: bool) -> date | None:
        """Return a day on which people work, `days` later; None where nobody ever works."""
        if self._calendar is None:
            return day + timedelta(days=days)
        try:
            if working:
                return self._calendar.later(day, days)
            return self._calendar.later(day + timedelta(days=days), 0)
        except ValueError:
            return None

    def _day(self, value: date | datetime | None) -> date | None:
        if isinstance(value, datetime):
            return value.astimezone(self._zone).date()
        return value


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of one form that a pool promises; `fed` says that a formula looks at their day."""

    pool: Pool
    model: LineModel
    fed: bool = False

    @classmethod
    def of(cls, pool: Pool, model: LineModel, form: FormModel) -> Lines:
        """Return the lines of a compiled form."""
        needed = {
            name.replace("[]", "")
            for one in form.fields.values()
            if one.formula is not None
            for name in one.formula.needs
        }
        return cls(pool, model, bool({model.place, model.line.into} & needed))

    def is_open(self, form: FormModel, state: str, values: Mapping[str, Value]) -> bool:
        """Return whether a record with these values, in `state`, takes what it is promised."""
        if self.model.check is None:
            return state not in self.model.final
        facts: dict[str, object] = {"_state": state}
        for name in self.model.looks_at - facts.keys():
            value, convert = values.get(name), form.fields[name].to_fact
            facts[name] = value if value is None or convert is None else convert(value)
        return self.model.check(facts) is True


def _down(qty: Decimal) -> Decimal:
    return qty.quantize(PLACES, ROUND_FLOOR)


def _flow(model: FlowModel, tables: Mapping[str, FormTables]) -> Flow:
    flow = model.flow
    return Flow(
        tables[flow.form],
        flow.table,
        "_id" if flow.item == SELF else flow.item,
        flow.qty,
        day=flow.on,
        as_of=flow.as_of,
        where=model.where,
    )
