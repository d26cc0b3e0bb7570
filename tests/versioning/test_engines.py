"""Explosion, reverse look-up and the check, against the long way round."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st

from seamline.versioning import (
    Part,
    Span,
    Version,
    differing,
    explode,
    faults,
    fitting,
    used_in,
)

from .brute import DAYS, GROUPS, START, amounts, lies, world

SEEDS = st.integers(0, 10**9)


@pytest.mark.cap(35)
@settings(max_examples=300)
@given(SEEDS, st.integers(0, DAYS), st.sampled_from([None, *GROUPS]), st.booleans())
def test_an_explosion_is_what_it_is_the_long_way_round(seed, offset, group, circles) -> None:
    library, day = world(random.Random(seed), circles=circles), START + timedelta(offset)
    for versions in library.values():
        for top in versions:
            nodes = explode(library, top, day, group)
            told = [(node.level, node.part.row, Fraction(node.amount)) for node in nodes]
            assert told == amounts(library, top, day, group)
            for node in nodes:
                fits = fitting(library.get(node.part.thing, ()), day, group)
                if node.doubt == "several":
                    assert len(fits) > 1 and node.version == fits[-1]
                elif node.doubt == "none":
                    assert node.part.thing in library and not fits
                elif node.doubt == "":
                    assert (node.version,) == (fits or (None,))


@settings(max_examples=100)
@given(SEEDS, st.one_of(st.none(), st.integers(0, DAYS)), st.booleans())
def test_where_a_thing_is_used_is_the_explosion_read_backwards(seed, offset, circles) -> None:
    library = world(random.Random(seed), circles=circles)
    day = None if offset is None else START + timedelta(offset)
    above: dict[str, set[str]] = {}
    for thing, versions in library.items():
        for one in versions:
            for part in one.parts:
                if day is None or (one.released and lies(one.span, day) and lies(part.span, day)):
                    above.setdefault(part.thing, set()).add(thing)
    for thing in (f"t{number}" for number in range(12)):
        reached: set[str] = set()
        wanted = [thing]
        while wanted:
            new = above.get(wanted.pop(), set()) - reached
            reached |= new
            wanted += new
        assert {use.version.thing for use in used_in(library, thing, day)} == reached


@pytest.mark.cap(36)
@settings(max_examples=200)
@given(SEEDS)
def test_the_check_finds_the_days_that_counting_finds(seed) -> None:
    library = world(random.Random(seed), circles=True)
    found = faults(library)
    days = [START + timedelta(n) for n in range(-2, 2 * DAYS + 2)]
    for thing, versions in library.items():
        own = [one for one in found if one.thing == thing]
        used = [one for one in versions if one.released and not one.span.empty]
        for group in GROUPS:
            serving = [one for one in used if not one.groups or group in one.groups]
            counts = [sum(lies(one.span, day) for one in serving) for day in days]
            for day, count in zip(days, counts, strict=True):
                told = sum(
                    one.kind == "overlap" and lies(one.span, day)
                    and (not one.groups or group in one.groups)
                    for one in own
                )  # fmt: skip
                assert told == count * (count - 1) // 2
            inner = [n for n, count in enumerate(counts) if count]
            empty = {
                day
                for n, (day, count) in enumerate(zip(days, counts, strict=True))
                if inner and inner[0] < n < inner[-1] and not count
            }
            named = {group for one in used for group in one.groups}
            if group in named:
                gaps = [one for one in own if one.kind == "gap" and group in (one.groups or named)]
                assert {day for day in days for one in gaps if lies(one.span, day)} == empty
        wrong = Counter(one.kind for one in own)
        assert wrong["unreleased"] == sum(not one.released for one in versions)
        assert wrong["reversed"] == sum(one.span.empty for one in versions)


@settings(max_examples=200)
@given(SEEDS)
def test_a_circle_is_told_exactly_where_some_day_closes_one(seed) -> None:
    library = world(random.Random(seed), things=6, circles=True)
    told = [one for one in faults(library) if one.kind == "cycle"]
    for one in told:
        day = one.span.first if one.span.start else one.span.last if one.span.end else START
        for thing, version, below in zip(one.way, one.versions, one.way[1:], strict=False):
            assert version.thing == thing and lies(version.span, day)
            assert any(part.thing == below and lies(part.span, day) for part in version.parts)
    closed = False
    for day in (START + timedelta(n) for n in range(-2, 2 * DAYS + 2)):
        edges = {
            thing: {
                part.thing
                for one in versions if lies(one.span, day)
                for part in one.parts if lies(part.span, day)
            }
            for thing, versions in library.items()
        }  # fmt: skip
        for thing in library:
            reached, wanted = set(), [thing]
            while wanted:
                new = edges.get(wanted.pop(), set()) - reached
                reached |= new
                wanted += new
            closed |= thing in reached
    assert bool(told) == closed


def test_amounts_are_exact_at_any_depth_and_what_is_too_much_is_cut() -> None:
    third = Decimal("0.3333")
    deep = {
        f"t{n}": (Version(f"{n}", f"t{n}", "V1", parts=(Part(f"t{n + 1}", third, Decimal(7)),)),)
        for n in range(60)
    }
    nodes = explode(deep, deep["t0"][0], date(2026, 1, 1))
    assert (nodes[-1].level, nodes[-1].doubt) == (40, "deep")
    assert Fraction(nodes[-1].amount) == (Fraction(third) * Fraction(107, 100)) ** 40
    wide = {
        f"t{n}": (Version(f"{n}", f"t{n}", "V1", parts=(Part(f"t{n + 1}", third),) * 10),)
        for n in range(30)
    }
    assert len(explode(wide, wide["t0"][0], date(2026, 1, 1))) == 20_000


def test_the_story_of_three_versions() -> None:
    def version(name: str, start: date, end: date | None) -> Version:
        return Version(name, "shaft", name, Span(start, end))

    three = (
        version("V1.2", date(2024, 1, 1), date(2025, 3, 31)),
        version("V2.0", date(2025, 4, 1), date(2025, 9, 30)),
        version("V2.1", date(2025, 10, 1), None),
    )
    for day, name in (("2025-03-31", "V1.2"), ("2025-04-01", "V2.0"), ("2025-10-01", "V2.1")):
        day = date.fromisoformat(day)
        assert [one.name for one in fitting(three, day)] == [name]
    assert faults({"shaft": three}) == ()


@pytest.mark.cap(37)
@settings(max_examples=200)
@given(SEEDS, SEEDS)
def test_two_explosions_differ_in_what_one_has_and_the_other_has_not(seed, other) -> None:
    libraries = [world(random.Random(one), things=6) for one in (seed, other)]
    sides = []
    for library in libraries:
        tops = library.get("t0") or (Version("none", "t0", "V0"),)
        sides.append(explode(library, tops[-1], START))
    changes, same = differing(*sides)
    old = [one.old for one in changes if one.old is not None]
    new = [one.new for one in changes if one.new is not None]
    assert len(old) + same == len(sides[0]) and len(new) + same == len(sides[1])
    assert all(one in sides[0] for one in old) and [one for one in sides[1] if one in new] == new
    for one in changes:
        if one.turn == "changed":
            assert one.old.part.thing == one.new.part.thing == one.way[-1]
            assert one.old.level == one.new.level == len(one.way)
    assert differing(sides[0], sides[0]) == ((), len(sides[0]))
