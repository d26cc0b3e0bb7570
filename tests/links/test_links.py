"""Progress links: unguessable, ended and expiring, showing only what their role sees."""

from __future__ import annotations

import re
import string
from datetime import timedelta

import pytest

from seamline import clock
from seamline.facts import Actor, Origin
from seamline.problems import Refused
from seamline.usecases import documents, links, look, progress

ADMIN = Actor("operator", "operator", ("administrator",))
SALES = Actor("chen", "陈洁", ("sales",))
FINANCE = Actor("fang", "方", ("finance",))
CLI = Origin("cli")
# What the order, its delivery and its master data hold that no link may show.
HIDDEN = (
    "SECRET-REMARK", "SECRET-LOT", "777.77", "JS-1", "123.4567", "1481", "李工", "13800138000",
    "东风大街", "C0012", "华东一汽", "HX-3310", "PO-2", "operator",
)  # fmt: skip


@pytest.fixture(scope="module")
def made(way):
    link = links.make(way.desk, SALES, CLI, "order_progress", way.order)
    return link, links.token(way.desk, link)


@pytest.mark.cap(89)
def test_a_link_opens_without_an_account_and_shows_the_live_state(way, app, made):
    client = app.test_client()
    answer = client.get(f"/t/{made[1]}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert way.order in page and "PO-1" in page and "2028" in page
    assert "no-store" in answer.headers["Cache-Control"] and "noindex" in page
    assert "/sign-in" not in page and 'class="side"' not in page
    now = client.get(f"/t/{made[1]}/now").get_data(as_text=True)
    assert "<html" not in now and "已确认" in now or "Confirmed" in now


@pytest.mark.cap(90)
def test_a_link_shows_its_white_list_and_nothing_else(app, made):
    client = app.test_client()
    for path in ("", "/now"):
        page = client.get(f"/t/{made[1]}{path}").get_data(as_text=True)
        assert [word for word in HIDDEN if word in page] == []


@pytest.mark.cap(90)
def test_the_secret_follows_from_nothing_and_cannot_be_guessed(way, app, made):
    link, word = made
    assert way.order not in word and link.record not in word and len(word) >= 40
    client = app.test_client()
    other = links.make(way.desk, SALES, CLI, "order_progress", way.order)
    assert links.token(way.desk, other) != word
    letters = string.ascii_letters + string.digits + "-_"
    changed, *more = (word[:-1] + letter for letter in letters if letter != word[-1])
    crossed = links.token(way.desk, other)[:22] + word[22:]
    for wrong in (
        changed,
        *more,
        crossed,
        word[:-2],
        word + "A",
        link.id,
        way.order,
        "x" * 90,
        "%00",
        "é",
    ):
        assert client.get(f"/t/{wrong}").status_code == 404, wrong
    assert client.get(f"/t/{changed}/files/delivery/{way.delivery}/{way.clip}").status_code == 404


@pytest.mark.cap(90)
def test_a_link_is_ended_at_once_by_who_makes_links_and_expires_by_itself(way, app, as_):
    link = links.make(way.desk, SALES, CLI, "order_progress", way.order, days=3)
    word = links.token(way.desk, link)
    client = app.test_client()
    assert client.get(f"/t/{word}").status_code == 200
    with clock.frozen(clock.now() + timedelta(days=3)):
        with pytest.raises(Refused) as refused:
            links.opened(way.desk, word)
        assert refused.value.status == 410
    with pytest.raises(Refused) as refused:
        links.end(way.desk, FINANCE, CLI, link.id)
    assert refused.value.status == 403
    links.end(way.desk, SALES, CLI, link.id)
    answer = client.get(f"/t/{word}")
    assert answer.status_code == 410 and way.order not in answer.get_data(as_text=True)
    with pytest.raises(Refused) as refused:
        links.end(way.desk, SALES, CLI, link.id)
    assert refused.value.status == 409
    with way.desk.store.reading() as unit:
        kinds = [event.kind for event in unit.journal.of_record(link.form, link.record)]
    assert {"link_made", "link_ended", "link_viewed"} <= set(kinds)


@pytest.mark.cap(91)
def test_the_page_has_the_clip_the_way_on_a_map_and_what_has_happened(way, app, made):
    client = app.test_client()
    page = client.get(f"/t/{made[1]}", headers={"Accept-Language": "zh"}).get_data(as_text=True)
    assert "<video" in page and 'class="map"' in page and page.count('<circle class="stop') == 3
    told = page[page.index('<ol class="stops">') :]
    assert told.index("长春到达") < told.index("大连中转") < told.index("上海出库")
    assert "东北快运" in page and "YD-778" in page
    assert re.search(r'class="land" points="[\d.\- ,]+"', page)
    address = f"/t/{made[1]}/files/delivery/"
    (clip,) = set(re.findall(re.escape(address) + r'[^"]+', page))
    whole = client.get(clip)
    assert whole.status_code == 200 and whole.mimetype == "video/mp4"
    part = client.get(clip, headers={"Range": "bytes=4-11"})
    assert part.status_code == 206 and part.get_data() == b"ftypmp42"
    assert 'style="' not in page and "http://" not in page.replace("http://www.w3.org", "").replace(
        "http://localhost", ""
    )


@pytest.mark.cap(90)
def test_a_file_that_the_page_does_not_show_is_not_served(way, app, made):
    with way.desk.store.reading() as unit:
        tables = way.desk.catalogs.current().forms["tech_document"].tables
        papers = {one.values["title"]: one for one in unit.records.stream(tables, _all())}
    foreign = papers["安装指南 HX-3310"]
    sha = foreign.values["files"][0].sha256
    client = app.test_client()
    assert client.get(f"/t/{made[1]}/files/tech_document/{foreign.id}/{sha}").status_code == 404
    mine = papers["安装指南 HX-2041"]
    sha = mine.values["files"][0].sha256
    assert client.get(f"/t/{made[1]}/files/tech_document/{mine.id}/{sha}").status_code == 200
    assert client.get(f"/t/{made[1]}/files/customer/C0012/{sha}").status_code == 404


def _all():
    from seamline.store import Query

    return Query()


@pytest.mark.cap(92)
def test_views_are_counted_once_a_visitor_and_told_in_the_journal(way, app):
    link = links.make(way.desk, SALES, CLI, "order_progress", way.order)
    word = links.token(way.desk, link)
    one, other = app.test_client(), app.test_client()
    for _ in range(3):
        one.get(f"/t/{word}", headers={"User-Agent": "one"})
        one.get(f"/t/{word}/now", headers={"User-Agent": "one"})
    other.get(f"/t/{word}", headers={"User-Agent": "other"})
    found = links.of_record(way.desk, look.record(way.desk, SALES, "sales_order", way.order))
    assert next(one.views for one in found if one.id == link.id) == 2


@pytest.mark.cap(89, 92)
def test_staff_make_see_and_end_links_on_their_page(way, as_):
    client = as_("chen")
    path = f"/r/sales_order/{way.other}/links"
    page = client.get(path).get_data(as_text=True)
    assert "There is no link to this record yet." in page
    token = page.split('name="_csrf" value="')[1].split('"')[0]
    page = client.post(path, data={"_csrf": token, "page": "order_progress"}, follow_redirects=True)
    text = page.get_data(as_text=True)
    assert "<svg" in text and "/t/" in text and "0 views" in text
    end = re.search(r'action="(/links/[^"]+)"', text)
    text = client.post(end[1], data={"_csrf": token}, follow_redirects=True).get_data(as_text=True)
    assert "opens nothing any more" in text and 'class="addr"' not in text
    record = client.get(f"/r/sales_order/{way.other}").get_data(as_text=True)
    assert path.rpartition("/")[0].rpartition("/")[0] in record and "0 open links" in record
    finance = as_("fang").get(path).get_data(as_text=True)
    assert "New link" not in finance
    refused = as_("fang").post(path, data={"_csrf": "x", "page": "order_progress"})
    assert refused.status_code in (400, 403)


def test_no_more_links_than_one_can_keep_an_eye_on(way):
    for _ in range(links.MOST_STANDING):
        links.make(way.desk, ADMIN, CLI, "order_progress", way.other)
    with pytest.raises(Refused) as refused:
        links.make(way.desk, ADMIN, CLI, "order_progress", way.other)
    assert refused.value.status == 409
    for wrong, status in (("nothing", 404), ("order_desk", 404)):
        with pytest.raises(Refused) as refused:
            links.make(way.desk, ADMIN, CLI, wrong, way.other)
        assert refused.value.status == status
    with pytest.raises(Refused) as refused:
        links.make(way.desk, ADMIN, CLI, "order_progress", way.order, days=0)
    assert refused.value.status == 422


@pytest.mark.cap(93, 94)
def test_the_papers_that_fit_an_order_stand_on_its_page(way, as_, made, app):
    titles = {one.title for one in documents.fitting(way.desk, SALES, "sales_order", way.order)}
    assert titles == {"安装指南 HX-2041", "通用质检标准"}
    page = as_("chen").get(f"/r/sales_order/{way.order}").get_data(as_text=True)
    assert "Technical documents" in page and way.guide in page and "HX-3310" not in page
    link = app.test_client().get(f"/t/{made[1]}").get_data(as_text=True)
    assert way.guide in link and "通用质检标准" in link
    assert documents.fitting(way.desk, FINANCE, "sales_order", way.order) == ()


def test_the_headline_is_on_time_while_it_is_not_after_the_day_agreed(way, made):
    shown = progress.shown(way.desk, links.opened(way.desk, made[1]))
    assert (str(shown.day), str(shown.due), shown.on_time) == ("2028-02-18", "2028-03-01", True)
    assert [place.note for place in shown.sides[0].journey] == ["上海出库", "大连中转", "长春到达"]
