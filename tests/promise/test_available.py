"""What is free, against a day-by-day simulation of a warehouse that serves whoever was first."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from seamline.promising import ARRIVAL, LEAD, STOCK, Claim, Shelf, Source, Supply

pytestmark = pytest.mark.cap(30, 31)
TODAY = date(2026, 12, 1)
CALM = settings(max_examples=120, deadline=None)
LAST = 14  # days that are looked at

amounts = st.integers(1, 12)
offsets = st.integers(0, 10)
flows = st.lists(st.tuples(offsets, amounts), max_size=6)
maybe_day = st.none() | offsets


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def shelf(supplies, claims, lead=None) -> Shelf:
    return Shelf.of(
        TODAY,
        [
            Supply(day(at), Decimal(qty), Source(STOCK if at == 0 else ARRIVAL))
            for at, qty in supplies
        ],
        [Claim(day(at), Decimal(qty)) for at, qty in claims],
        day(lead) if lead is not None else None,
    )


def served(supplies, claims) -> list[list[int]]:
    """Walk through the days: what each claim has got by the end of each, the first claims first.

    A claim that is due and not met waits; whatever comes later goes to those who wait, in the
    order of their days, then of their promises.
    """
    there = 0
    got = [0] * len(claims)
    order = sorted(range(len(claims)), key=lambda one: (claims[one][0], one))
    by_day = []
    for today in range(LAST + 1):
        there += sum(qty for at, qty in supplies if at == today)
        for one in order:
            at, qty = claims[one]
            if at <= today:
                paid = min(there, qty - got[one])
                got[one] += paid
                there -= paid
        by_day.append(list(got))
    return by_day


def harmless(supplies, claims, new) -> bool:
    """Say whether a new claim is met in time and takes nothing from anybody on any day."""
    before, after = served(supplies, claims), served(supplies, [*claims, new])
    same = all(then[:-1] == now for now, then in zip(before, after, strict=True))
    return same and after[new[0]][-1] == new[1]


def earliest(supplies, claims, qty, wanted) -> int | None:
    """Try day after day: the first on which the whole amount can be taken without harm."""
    return next(
        (at for at in range(wanted, LAST + 1) if harmless(supplies, claims, (at, qty))), None
    )


@CALM
@given(flows, flows, amounts, offsets)
def test_the_day_is_the_first_that_harms_nobody(supplies, claims, qty, wanted):
    promised = shelf(supplies, claims).take(Decimal(qty), day(wanted))
    at = earliest(supplies, claims, qty, wanted)
    assert promised.day == (None if at is None else day(at))


@CALM
@given(flows, flows, amounts, offsets)
def test_each_part_is_the_most_that_can_be_had_by_its_day(supplies, claims, qty, wanted):
    promised = shelf(supplies, claims).take(Decimal(qty), day(wanted))
    for at in range(wanted, LAST + 1):
        most = max(
            (some for some in range(1, qty + 1) if harmless(supplies, claims, (at, some))),
            default=0,
        )
        assert promised.by(day(at)) == most
    assert promised.short == qty - promised.by(day(LAST))


@CALM
@given(flows, flows, amounts, offsets, offsets)
def test_beyond_what_there_is_the_lead_time_answers(supplies, claims, qty, wanted, lead):
    promised = shelf(supplies, claims, lead).take(Decimal(qty), day(wanted))
    at = earliest(supplies, claims, qty, wanted)
    by_lead = max(lead, wanted)
    assert promised.short == 0
    assert promised.day == day(by_lead if at is None else min(at, by_lead))
    made = sum(part.qty for part in promised.parts if part.source.kind == LEAD)
    real = [part for part in promised.parts if part.source.kind != LEAD]
    assert made + sum(part.qty for part in real) == qty


@CALM
@given(flows, st.lists(st.tuples(amounts, maybe_day), max_size=6), maybe_day)
def test_lines_one_after_the_other_are_what_claims_would_leave(supplies, asked, lead):
    """A shelf that others took from is the shelf that is built anew with what they took."""
    kept = shelf(supplies, (), lead)
    claims: list[Claim] = []
    for qty, wanted in asked:
        fresh = Shelf.of(TODAY, [Supply(day(at), Decimal(n)) for at, n in supplies], claims,
                         day(lead) if lead is not None else None)  # fmt: skip
        by = day(wanted) if wanted is not None else None
        one, other = kept.take(Decimal(qty), by), fresh.take(Decimal(qty), by)
        for at in range(LAST + 1):
            assert one.by(day(at)) == other.by(day(at))
        assert one.short == other.short
        claims += [Claim(part.day, part.qty) for part in one.parts]


@CALM
@given(flows, st.lists(st.tuples(amounts, maybe_day), max_size=8))
def test_it_never_promises_more_than_there_is_on_any_day(supplies, asked):
    one = shelf(supplies, ())
    parts = []
    for qty, wanted in asked:
        parts += one.take(Decimal(qty), day(wanted) if wanted is not None else None).parts
    for at in range(LAST + 1):
        there = sum(qty for when, qty in supplies if when <= at)
        assert sum(part.qty for part in parts if part.day <= day(at)) <= there
    stock = sum(qty for when, qty in supplies if when == 0)
    assert sum(part.qty for part in parts if part.source.kind == STOCK) <= stock


@CALM
@given(flows, flows, amounts, offsets, offsets, amounts, maybe_day)
def test_more_supply_never_means_later(supplies, claims, qty, wanted, at, more, lead):
    before = shelf(supplies, claims, lead).take(Decimal(qty), day(wanted))
    after = shelf([*supplies, (at, more)], claims, lead).take(Decimal(qty), day(wanted))
    for offset in range(LAST + 1):
        assert after.by(day(offset)) >= before.by(day(offset))
    assert after.short <= before.short


def test_an_amount_over_several_days():
    promised = shelf([(0, 60), (8, 40)], ()).take(Decimal(100), day(2))
    assert [(part.day, part.qty, part.source.kind) for part in promised.parts] == [
        (day(2), 60, STOCK),
        (day(8), 40, ARRIVAL),
    ]
    assert promised.day == day(8)


def test_stock_waits_for_nobody_who_is_served_by_an_arrival():
    one = shelf([(0, 10), (5, 10)], ())
    assert one.take(Decimal(10), day(6)).parts[0].source.kind == ARRIVAL
    assert one.take(Decimal(10), day(0)).day == day(0)


def test_what_is_owed_is_served_first():
    one = shelf([(0, 5), (4, 10)], [(1, 8)])
    assert one.take(Decimal(7), day(0)).day == day(4)
    assert one.take(Decimal(1), day(0)) == one.take(Decimal(1), day(9))  # nothing is left
