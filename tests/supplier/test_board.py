"""The board of tasks: what stands on it, in which order, and what leads on from it."""

from __future__ import annotations

import re

import pytest

BOARD = "/p/supplier_board"


def heads(page) -> list[str]:
    """Return the quantities on the cards, which tell the tasks apart."""
    return re.findall(r"× ([\d,]+)", page.text)


@pytest.mark.cap(44, 54)
def test_a_subcontractor_begins_with_the_board_and_finds_no_other_page_on_it(as_):
    phone = as_("heat1")
    assert phone.page.request.path == BOARD
    assert "李师傅" in phone.text
    links = set(re.findall(r'href="(/[^"?#]*)', phone.text))
    own = {one for one in links if one.startswith((BOARD, "/static/"))}
    assert links - own == {"/account/password", "/account/settings"}


def test_the_most_urgent_task_stands_first_with_its_time_left(as_):
    phone = as_("heat1")
    assert heads(phone) == ["1,200", "900", "1,500"]
    badges = re.findall(r'badge (\w*)">.*?</svg>([^<]+left)', phone.text)
    assert [colour for colour, _ in badges] == ["amber", "", ""]
    assert re.search(r"Tempering <[^>]*>2/3", phone.text)
    phone.get(f"{BOARD}?at=waiting")
    assert heads(phone) == ["300", "600"]
    assert "overdue by" in phone.text
    assert 'badge red"' in phone.text


def test_chips_narrow_a_tab_and_empty_tabs_say_what_would_stand_there(as_):
    phone = as_("heat1")
    phone.get(f"{BOARD}?at=waiting&only=late")
    assert heads(phone) == ["300"]
    phone.get(f"{BOARD}?at=working&only=soon")
    assert heads(phone) == ["1,200"]
    phone.get(f"{BOARD}?at=working&only=late")
    assert "No task fits this filter." in phone.text
    assert f'href="{BOARD}?at=working"' in phone.text


@pytest.mark.cap(47)
def test_a_task_shows_its_operations_and_only_the_next_one_can_be_checked_in(as_, staged):
    phone, task = as_("heat1"), staged.new()
    phone.get(f"{BOARD}/task/{task}")
    stops = re.findall(r'<li class="(\w+)"><span class="dot">.*?</span>(\w[\w ]*)', phone.text)
    assert stops == [("ahead", "Quenching"), ("ahead", "Tempering"), ("ahead", "Shot blasting")]
    assert f'action="{BOARD}/task/{task}/quench"' in phone.text
    assert phone.take(f"{BOARD}/task/{task}/temper").status_code == 422
    assert "is not possible from there" in phone.text


@pytest.mark.cap(47)
def test_checked_in_in_routed_order_a_task_ends_as_done(as_, staged, photo):
    phone, task = as_("heat1"), staged.new()
    for step in ("quench", "temper", "shot_blast", "finish"):
        phone.get(f"{BOARD}/task/{task}")
        assert phone.take(f"{BOARD}/task/{task}/{step}", **photo()).status_code == 200, phone.text
    assert phone.page.request.path == BOARD
    phone.get(f"{BOARD}/task/{task}")
    assert "Every operation is checked in" in phone.text
    assert phone.text.count('<li class="done">') == 3


def test_steps_outside_the_route_are_no_page_of_the_board(as_, staged):
    phone = as_("boss")
    assert phone.get(f"{BOARD}/task/{staged.ids['waiting']}/cancel").status_code == 404
    assert phone.get("/p/order_desk/task/x").status_code == 404


def test_the_planner_reaches_the_same_board_and_the_way_back(as_):
    phone = as_("liu")
    assert phone.get(BOARD).status_code == 200
    assert 'href="/"' in phone.text
