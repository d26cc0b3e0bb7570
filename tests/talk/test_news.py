"""News: what an open page hears of, and nothing of what its reader may not see."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from seamline.facts import Actor
from seamline.text import Text
from seamline.usecases import news, notices
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, Submitted, submit

from .conftest import ADMIN, API, CLERK, RISK

Place = Callable[..., Submitted]


def rush(desk: Desk, order: Submitted) -> None:
    step = Submission("order", "rush", {"due_date": "2027-02-01"}, order.record.id, reason="now")
    submit(desk, CLERK, API, step)


@pytest.mark.cap(14)
def test_a_page_hears_of_its_record_its_form_and_its_tracking_code(desk, place: Place) -> None:
    order, other = place(), place()
    since = news.cursor(desk)
    watched = [
        f"record:order:{order.record.id}", f"record:order:{other.record.id}", "form:order",
        "form:customer", f"tracking:{order.record.tracking}", "tracking:", "work", "workspace",
        "notices", "anything", "",
    ]  # fmt: skip
    assert news.news(desk, CLERK, since, watched) == news.News(since, ())
    rush(desk, order)
    found = news.news(desk, CLERK, since, watched)
    assert found.heard == (watched[0], watched[2], watched[4], "work")
    assert found.cursor == news.cursor(desk) > since
    assert news.news(desk, CLERK, found.cursor, watched).heard == ()


def test_nobody_hears_of_what_they_may_not_see(desk: Desk, place: Place) -> None:
    since = news.cursor(desk)
    order = place()
    watched = ["form:order", "work", f"tracking:{order.record.tracking}"]
    assert news.news(desk, Actor("x", "X", ()), since, watched).heard == ()
    with desk.store.unit() as unit:
        say = Text("看", "look")
        catalog = desk.catalogs.current()
        notices.tell(unit, catalog, order.event, "trouble", say, people=["chen"])
    assert news.news(desk, RISK, since, ["notices"]).heard == ("notices",)
    assert news.news(desk, CLERK, since, ["notices"]).heard == ()


def test_a_long_absence_and_a_journal_put_back_refresh_everything(desk: Desk, place: Place) -> None:
    order = place()
    for _ in range(news.MOST_EVENTS + 1):
        rush(desk, order)
    for since in (0, news.cursor(desk) + 7):
        assert news.news(desk, ADMIN, since, ["form:customer"]).heard == ("form:customer",)
