"""Lists: filters by kind, search, sort, pages, archived records, export."""

from __future__ import annotations

import gzip
import re

import pytest

from seamline.usecases.submit import Submission, submit

from .conftest import ADMIN, CLI


@pytest.fixture(scope="module")
def parts(desk):
    """Sixty parts, every third closed."""
    for number in range(60):
        status = "closed" if number % 3 == 0 else "open"
        values = {"code": f"L{number:03}", "name": f"Lot {number}", "price": number}
        submit(desk, ADMIN, CLI, Submission("part", "create", values | {"status": status}))


def codes(site) -> list[str]:
    return re.findall(r'<a class="mono nowrap" href="/r/part/\w+">([^<]+)</a>', site.text)


def test_pages_follow_one_another_without_gap_or_repeat(as_, parts) -> None:
    anna = as_("anna")
    anna.get("/r/part?q=Lot")
    first = codes(anna)
    assert "60 records" in anna.text
    following = re.search(r'rel="next" href="([^"]+)"', anna.text)[1].replace("&amp;", "&")
    anna.get(following)
    assert first + codes(anna) == [f"L{n:03}" for n in range(60)]
    assert "First page" in anna.text


def test_filters_search_and_sort(as_, parts) -> None:
    anna = as_("anna")
    anna.get("/r/part?status=closed&q=Lot")
    assert len(codes(anna)) == 20
    assert re.search(r'<option value="closed" selected>', anna.text)
    anna.get("/r/part?q=Lot+42")
    assert codes(anna) == ["L042"]
    anna.get("/r/part?q=Lot&sort=-price")
    assert codes(anna)[0] == "L059"
    assert 'aria-sort="descending"' in anna.text


def test_dates_are_filtered_by_a_span_and_references_by_key(as_, made) -> None:
    made(due="2029-05-01", subject="In the span")
    made(due="2029-06-01", subject="Out of it")
    anna = as_("anna")
    anna.get("/r/job?part=P1&_state=planned")
    assert "In the span" in anna.text
    anna.get("/r/job?part=P2")
    assert "Nothing matches these filters." in anna.text
    assert "Clear the filters" in anna.text


def test_a_filter_that_cannot_be_understood_says_so(as_) -> None:
    anna = as_("anna")
    assert anna.get("/r/job?after=%00broken").status_code == 200
    assert re.search(r'<div class="note red" role="alert">', anna.text)


def test_archived_records_have_their_own_list(as_, desk, parts) -> None:
    submit(desk, ADMIN, CLI, Submission("part", "create", {"code": "OLD", "name": "Old thing"}))
    submit(desk, ADMIN, CLI, Submission("part", "archive", record="OLD"))
    anna = as_("anna")
    anna.get("/r/part?q=Old")
    assert codes(anna) == []
    anna.get("/r/part?archived=1")
    assert codes(anna) == ["OLD"]


def test_an_export_holds_what_the_filters_leave(as_, parts) -> None:
    anna = as_("anna")
    answer = anna.get("/r/part/export?format=csv&status=closed")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert len(lines) == 21
    assert anna.get("/r/part/export?format=xlsx").get_data()[:2] == b"PK"
    assert anna.get("/r/part/export?format=exe").status_code == 404


def test_what_a_person_may_not_do_is_not_offered(as_) -> None:
    anna = as_("anna")
    anna.get("/r/part")
    assert "/r/part/new" not in anna.text
    assert "/r/part/import" not in anna.text
    assert "/r/part/export" in anna.text
    boss = as_("boss")
    boss.get("/r/part")
    assert "/r/part/new" in boss.text


def test_the_first_page_is_small_on_the_wire(as_, parts) -> None:
    anna = as_("anna")
    plain = anna.get("/r/part")
    zipped = anna.get("/r/part", Accept_Encoding="gzip")
    assert zipped.headers["Content-Encoding"] == "gzip"
    page = gzip.decompress(zipped.get_data())
    assert page.count(b"<tr>") == plain.get_data().count(b"<tr>")
    assets = set(re.findall(rb'(?:href|src)="(/static/[^"#]+)', page))
    assets.add(b"/static/x/icons.svg")
    sizes = [len(anna.get(name.decode(), Accept_Encoding="gzip").get_data()) for name in assets]
    assert len(zipped.get_data()) + sum(sizes) < 60_000


def test_home_counts_what_is_open_and_what_is_mine(as_, made) -> None:
    made("rolf")
    rolf = as_("rolf")
    rolf.get("/")
    assert re.search(r"\d+ open · 1 by me", rolf.text)
    assert "62 records" in rolf.text or re.search(r"\d+ records", rolf.text)
