"""Lists: filters by kind, search, sort, pages, archived records, export."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime

import pytest

from seamline import clock
from seamline.usecases import look
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
    assert re.search(r"<summary>Status<b>Closed</b>", anna.text)
    assert re.search(r'name="status" value="closed" [^>]*checked', anna.text)
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


def test_a_filter_takes_several_values_and_says_them(as_, parts) -> None:
    anna = as_("anna")
    anna.get("/r/part?status=closed&status=open&q=Lot")
    assert "60 records" in anna.text
    assert "<b>Open, Closed</b>" in anna.text or "<b>Closed, Open</b>" in anna.text
    anna.get("/r/part?price.ge=10&price.le=12&q=Lot")
    assert codes(anna) == ["L010", "L011", "L012"]
    assert "<b>10 – 12</b>" in anna.text
    anna.get("/r/part?name.none=1&q=Lot")
    assert codes(anna) == []


def test_days_are_counted_from_the_day_on_which_one_looks(as_, made) -> None:
    with clock.frozen(datetime(2031, 3, 10, 4, tzinfo=UTC)):
        for due, subject in (("2031-03-09", "Late"), ("2031-03-10", "Now"), ("2031-03-15", "Near")):
            made(due=due, subject=subject)
        anna = as_("anna")
        for asked, shown in {
            "due.past=1": "Late",
            "due.next=0": "Now",
            "due.next=5": "Now Near",
            "due.last=1": "Late Now",
            "due.last=1&due.next=0": "Now",
            "due.falls=this+week": "Now Near",
            "due.falls=before+this+week": "Late",
            "due.falls=next+5d": "Now Near",
        }.items():
            anna.get(f"/r/job?{asked}&sort=due")
            found = re.findall(r"<td>(Late|Now|Near)</td>", anna.text)
            assert " ".join(found) == shown, asked
        assert "is in the next 5 days" in anna.text  # what the chip says
        anna.get("/r/job?due.falls=soonish")
        assert "is no span of time" in anna.text
        anna.get("/r/job?due.last=soon")
    assert "takes a number of days" in anna.text


def test_a_list_opens_with_what_is_in_progress_and_has_a_tab_for_what_is_mine(as_, made) -> None:
    made("rolf", subject="Made by Rolf")
    rolf = as_("rolf")
    rolf.get("/r/job")
    assert re.search(r'href="/r/job\?view=open" aria-current="page">In progress <span', rolf.text)
    assert "<summary>State<b>In progress</b>" in rolf.text
    rolf.get("/r/job?view=mine")
    assert "Made by Rolf" in rolf.text
    assert len(re.findall(r'<tr id="r', rolf.text)) == int(
        re.search(r">Mine <span class=\"n\">(\d+)", rolf.text)[1]
    )
    rolf.get("/r/job?all=1")
    assert "<summary>State" not in rolf.text


def test_one_filter_more_keeps_the_others_and_one_less_leaves_them(as_, parts) -> None:
    anna = as_("anna")
    anna.get("/r/part?status=closed&add=price&sort=-price&q=Lot")
    assert re.search(r'id="m-price" open', anna.text)
    form = re.search(r'(?s)class="span">(.*?)</form>', anna.text)[1]
    sent = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    assert sent == {"status": "closed", "sort": "-price", "q": "Lot"}
    less = re.search(r'href="([^"]+)" aria-label="Take out: Status"', anna.text)[1]
    anna.get(less.replace("&amp;", "&"))
    assert codes(anna)[0] == "L059" and "<summary>Status" not in anna.text


def test_columns_are_chosen_and_put_in_order(as_, parts) -> None:
    def heads(site) -> list[str]:
        found = re.search(r"(?s)<thead>.*?</thead>", site.text)[0]
        found = re.sub(r'(?s)<th scope="col" class="tk">.*?</th>', "", found)
        return [
            re.sub(r"<[^>]+>", "", one).strip()
            for one in re.findall(r"(?s)<th[^>]*>.*?</th>", found)
        ]

    anna = as_("anna")
    anna.get("/r/part?columns=status&columns=price&q=Lot")
    assert heads(anna)[1:] == ["Status", "Price"]
    anna.get("/r/part?columns=status&columns=price&move=price:-1&q=Lot")
    assert heads(anna)[1:] == ["Price", "Status"]
    anna.get("/r/part?columns=nothing,_state,status&q=Lot")
    assert "Status" in heads(anna) and anna.page.status_code == 200


def test_only_the_list_comes_back_where_only_that_is_swapped(as_, parts) -> None:
    anna = as_("anna")
    anna.get("/r/part?q=Lot+4", HX_Request="true", HX_Target="div#list")
    assert anna.text.startswith('<div id="list"')
    assert "<html" not in anna.text and codes(anna)


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
    answer = anna.get("/r/part/export?format=csv&status=closed&sort=-code&q=Lot")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert len(lines) == 21 and "L057" in lines[1]
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


def test_a_list_as_it_stands_is_saved_as_a_view_and_shared(as_, desk, parts) -> None:
    anna, rolf = as_("anna"), as_("rolf")
    anna.get("/r/part?status=closed&sort=-price&q=Lot")
    sent = {"_csrf": anna.token(), "act": "save", "title": "Closed lots", "role": "planner"}
    query = re.search(r'name="query" value="([^"]*)"', anna.text)[1].replace("&amp;", "&")
    saved = anna.post("/r/part/views", sent | {"query": query}, follow=False)
    assert saved.status_code == 303
    address = saved.headers["Location"]
    rolf.get(address)
    assert codes(rolf)[0] == "L057" and len(codes(rolf)) == 20
    assert re.search(r'aria-current="page"><svg.*</svg> Closed lots', rolf.text)
    view = address.rpartition("=")[2]
    change = {"act": "change", "view": view, "title": "Open lots", "query": "status=open"}
    assert rolf.post("/r/part/views", sent | change | {"_csrf": rolf.token()}).status_code == 403
    anna.post("/r/part/views", sent | change | {"role": ""})
    assert re.search(r'aria-current="page">Open lots <span class="n">', anna.text)
    rolf.get(address)
    assert "Open lots" not in rolf.text
    anna.post("/r/part/views", sent | {"act": "remove", "view": view})
    assert "The view “Open lots” is removed." in anna.text
    assert "is saved" not in anna.get("/r/part").get_data(as_text=True)


def test_a_step_is_taken_on_the_ticked_records_each_with_its_own_result(flow, at, task) -> None:
    ready = [task(f"Ready {number}") for number in range(3)]
    over = task("Begun before", "begin")
    will = at("will")
    will.get("/r/task?q=Ready")
    assert len(re.findall(r'type="checkbox" form="bulk" name="id"', will.text)) == 3
    sent = {"_csrf": will.token(), "step": "begin", "id": [*ready, over], "back": "/r/task?q=R"}
    will.post("/r/task/bulk", sent)
    assert "4 records" in will.text and "Begin · 4" in will.text
    key = re.search(r'name="key" value="([^"]+)"', will.text)[1]
    will.post("/r/task/bulk/take", sent | {"key": key})
    assert len(re.findall(r'<tr class="done">', will.text)) == 3
    assert re.search(r'(?s)<tr class="refused">.*?T-\d+.*?<p>[^<]*Doing[^<]*</p>', will.text)
    will.post("/r/task/bulk/take", sent | {"key": key})  # sent twice: nothing is done twice
    assert len(re.findall(r'<tr class="done">', will.text)) == 3
    back = {"_csrf": will.token(), "step": "return", "id": ready[:2], "key": "k2"}
    will.post("/r/task/bulk", back)
    assert re.search(r'<textarea[^>]*name="reason"[^>]*required', will.text)
    answer = will.client.post(
        "/r/task/bulk/take", data=back | {"reason": "not yet"}, headers={"X-Lines": "yes"}
    )
    assert answer.get_data(as_text=True).count('<tr class="done">') == 2
    check = {"_csrf": will.token(), "step": "check", "id": [ready[2]], "key": "k3"}
    will.post("/r/task/bulk/take", check | {"result": "fine", "secret": "mine"})
    record = look.record(flow, ADMIN, "task", ready[2])
    assert (record.state, record.values["result"]) == ("checked", "fine")
    assert record.values["secret"] == "inside"


def test_what_a_person_may_not_take_is_no_act_of_many_either(flow, at, task) -> None:
    one = task("Guarded")
    gwen, will = at("gwen"), at("will")
    gwen.get("/r/task?q=Guarded")
    assert 'form="bulk"' not in gwen.text and 'id="bulk"' not in gwen.text
    will.get("/r/task?all=1")
    sent = {"_csrf": will.token(), "id": one}
    assert will.post("/r/task/bulk", sent | {"step": "drop"}).status_code == 403
    assert will.post("/r/task/bulk", sent | {"step": "fly"}).status_code == 400
    assert will.post("/r/task/bulk", sent | {"id": [], "step": "begin"}).status_code == 200
    assert "Tick the records" in will.text
    lines = will.post("/r/task/bulk", sent | {"export": "csv"}).get_data().decode("utf-8-sig")
    assert len(lines.splitlines()) == 2 and "Guarded" in lines and "inside" not in lines
