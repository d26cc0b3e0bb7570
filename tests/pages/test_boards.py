"""Boards: columns and cards from the metadata, moves by steps, what a reader does not see."""

from __future__ import annotations

import re

from seamline.facts import Actor
from seamline.usecases import look
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit

from .conftest import ADMIN, CLI, Site


def column(site: Site, lane: str) -> str:
    found_ = re.search(rf'(?s)<section class="col[^"]*" data-lane="{lane}".*?</section>', site.text)
    assert found_, lane
    return found_[0]


def state(flow: Desk, id_: str, form: str = "task") -> str:
    return look.record(flow, Actor("boss", "Boss", ("administrator",)), form, id_).state


def test_a_card_stands_in_the_column_of_its_state_with_the_ways_out_of_it(at, task) -> None:
    waiting, going = task("Sweep", due="2020-01-01"), task("Paint", "begin")
    will = at("will")
    will.get("/r/task/board")
    assert "Sweep" in column(will, "to_do") and "Paint" in column(will, "doing")
    assert 'data-lane="done"' not in will.text
    card = re.search(rf'(?s)<article[^>]*id="k{waiting}".*?</article>', will.text)[0]
    assert 'class="k late"' in card and "d overdue" in card
    assert re.findall(r'name="take" value="[^:]+:([^"]+)"', card) == ["begin:doing"]
    other = re.search(rf'(?s)<article[^>]*id="k{going}".*?</article>', will.text)[0]
    taken = re.findall(r'value="[^:]+:([^"]+)"(?: data-needs="([^"]+)")?', other)
    assert taken == [("check:checked", "form"), ("return:to_do", "reason must")]
    gwen = at("gwen")
    gwen.get("/r/task/board")
    assert "Sweep" in gwen.text and 'name="take"' not in gwen.text and "draggable" not in gwen.text


def test_a_full_column_says_so_and_stops_nobody(flow, at, task) -> None:
    ids = [task(f"Work {number}") for number in range(3)]
    will = at("will")
    will.get("/r/task/board")
    for id_ in ids:
        sent = {"_csrf": will.token(), "take": f"{id_}:begin:doing"}
        will.post("/r/task/board", sent)
    assert [state(flow, id_) for id_ in ids] == ["doing"] * 3
    assert "over the limit" in column(will, "doing")


def test_a_move_is_a_step_that_the_server_takes_or_asks_more_for(flow, at, task) -> None:
    going = task("Turn", "begin")
    will = at("will")
    will.get("/r/task/board?q=Turn")
    sent = {"_csrf": will.token(), "back": "/r/task/board?q=Turn"}
    part = {"HX-Request": "true", "HX-Target": "div#board"}
    answer = will.client.post(
        "/r/task/board", data=sent | {"take": f"{going}:check:checked"}, headers=part
    )
    address = answer.headers["HX-Redirect"]
    assert address.startswith(f"/r/task/{going}/do/check?back=")
    will.get(address)
    done = will.send(address, follow=False, result="good")
    assert done.status_code == 303 and done.headers["Location"] == "/r/task/board?q=Turn"
    assert state(flow, going) == "checked"
    move = sent | {"take": f"{going}:return:to_do"}
    assert "/do/return" in will.post("/r/task/board", move, follow=False).headers["Location"]
    will.post("/r/task/board", move | {"reason": "scratched"})
    assert state(flow, going) == "to_do" and "Turn" in column(will, "to_do")
    told = look.timeline(flow, ADMIN, "task", going)
    assert (told[0].step, told[0].reason, told[0].actor) == ("task.return", "scratched", "will")
    assert will.post("/r/task/board", move).status_code == 409
    gwen = at("gwen")
    gwen.get("/r/task/board")
    taken = {"_csrf": gwen.token(), "take": f"{going}:begin:doing"}
    assert gwen.post("/r/task/board", taken).status_code == 409
    away = {"take": f"{going}:begin:doing", "back": "//elsewhere.example/"}
    answer = will.post("/r/task/board", sent | away, follow=False)
    assert answer.headers["Location"] == "/r/task/board"


def test_a_column_comes_by_pages(at, task) -> None:
    for number in range(25):
        task(f"Long {number:02}", "begin", "check", due=f"2030-01-{number + 1:02}")
    will = at("will")
    will.get("/r/task/board?q=Long")
    first = re.findall(r">(Long \d\d)<", column(will, "checked").replace("<p>", ">"))
    assert len(re.findall(r"<article", column(will, "checked"))) == 20
    more = re.search(r'id="more-checked" href="([^"]+)"', will.text)[1].replace("&amp;", "&")
    will.get(more, HX_Request="true", HX_Target="a#more-checked")
    assert len(re.findall(r"<article", will.text)) == 5 and "<html" not in will.text
    assert not set(first) & set(re.findall(r"Long \d\d", will.text))


def test_a_board_by_choice_sets_the_field(flow, at) -> None:
    idea = submit(flow, ADMIN, CLI, Submission("idea", "create", {"name": "X", "stage": "fresh"}))
    will = at("will")
    will.get("/r/idea/board")
    assert f"{idea.record.id}:change:liked" in column(will, "fresh")
    sent = {"_csrf": will.token(), "take": f"{idea.record.id}:change:liked"}
    will.post("/r/idea/board", sent)
    assert ">X<" in column(will, "liked")
    will.get("/r/idea/board?stage=fresh")
    assert ">X<" in column(will, "liked")  # the columns are no filter


def test_nothing_hidden_stands_on_a_card_or_among_the_filters(at, task) -> None:
    task("Quiet")
    will, boss = at("will"), at("boss")
    for site, seen in ((will, False), (boss, True)):
        site.get("/r/task/board?q=Quiet")
        assert ("inside" in site.text) is seen
        assert ("Inside price" in site.text) is seen
        site.get("/r/task?all=1&q=Quiet&columns=secret&secret.some=1&sort=secret")
        assert ("inside" in site.text) is seen
    assert at("will").get("/r/nothing/board").status_code == 404


def test_a_form_without_a_board_has_none(as_) -> None:
    assert as_("anna").get("/r/part/board").status_code == 404
