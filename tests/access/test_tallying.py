"""Counts that are kept between two writes: never older than the journal, never another's."""

from __future__ import annotations

from seamline.store import Query
from seamline.usecases import look

from .conftest import House


def totals(house: House) -> list[int]:
    """Return how many tasks four readers find, on a page of one and as a count."""
    found = []
    for login in ("boss", "vera", "viktor", "nobody"):
        who = house.who(login)
        page = look.page(house.desk, who, "task", Query(limit=1))
        assert look.counts(house.desk, who, "task", [Query()]) == [page.total]
        found.append(page.total or 0)
    return found


def test_each_reader_is_told_the_count_of_what_he_may_see_and_at_once(house: House):
    before = totals(house)
    assert totals(house) == before  # asked again, nothing was written meanwhile
    house.make("task", supplier="S1", material="M1", qty=5, due="2027-02-01", price="3.50")
    boss, vera, viktor, nobody = before
    assert totals(house) == [boss + 1, vera + 1, viktor, nobody]
