"""The page that says who sees what, and why: for whoever reads everything, in both languages."""

from __future__ import annotations

import html

import pytest


def read(house, login, path, language="en"):
    browser = house.browser(login)
    with browser.session_transaction() as session:
        session["language"] = language
    answer = browser.get(path)
    return answer.status_code, html.unescape(answer.get_data(as_text=True))


def test_the_page_answers_for_a_field_of_a_record(house):
    code = house.codes["one"]
    path = f"/access?who=vera&form=task&record={code}&field=price"
    status, text = read(house, "boss", path)
    assert status == 200 and f"vera does not see Task {code}: Price" in text
    assert "The grant shows only: code, Material, Quantity" in text and "S1 = S1" in text
    _, zh = read(house, "boss", path, "zh")
    assert f"vera 看不到 任务 {code} 的“单价”" in zh and "该权限只显示：" in zh


def test_for_a_foreign_record_it_shows_what_was_compared(house):
    status, text = read(house, "boss", f"/access?who=vera&form=task&record={house.codes['two']}")
    assert status == 200 and "S2 = S1" in text and "this one is not among them" in text


def test_the_page_answers_for_a_step_and_for_an_export(house):
    task = f"form=task&record={house.codes['one']}"
    _, text = read(house, "boss", f"/access?who=shaun&{task}&act=start")
    assert "shaun may not take 'Start' on Task" in text and "does not allow it" in text
    assert '<option value="start" selected>' in text and '<option value="export">' in text
    _, zh = read(house, "boss", f"/access?who=paul&{task}&act=finish_up", "zh")
    assert "不能对" in zh and "不能“完工”" in zh  # what the door says of its state
    _, text = read(house, "boss", "/access?form=task&act=export")
    assert "Who may: Export, Task" in text and "act=export" in text


def test_without_a_person_it_lists_everybody(house):
    _, text = read(house, "boss", f"/access?form=task&record={house.codes['one']}&field=price")
    rows = {part.split("</small>")[0].split("<small>")[1]: part for part in text.split("<tr>")[2:]}
    assert "yes, why?" in rows["paul"] and "no, why?" in rows["vera"] and "no, why?" in rows["anna"]


def test_for_a_person_it_says_what_they_see_of_every_form(house):
    status, text = read(house, "boss", "/access?who=shaun")
    assert status == 200 and "<p>Hidden: Material cost, Price" in text
    _, text = read(house, "boss", "/access?who=vera")
    assert "Only records where" in text and "stands for Supplier S1" in text


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/access?who=nobody.here", "There is no user"),
        ("/access?who=vera&form=task&record=WX-9", "WX-9"),
        ("/access?who=vera&page=no_page", "There is no page"),
    ],
)
def test_what_is_not_there_is_said_on_the_page(house, path, says):
    status, text = read(house, "boss", path)
    assert status == 404 and says in text and 'role="alert"' in text


def test_who_does_not_read_everything_may_not_ask_and_is_not_offered_it(house):
    for login in ("vera", "shaun"):
        status, text = read(house, login, "/access?who=boss")
        assert status == 403 and "Boss" not in text
        assert "/access" not in read(house, login, f"/r/task/{house.codes['one']}")[1]
    assert (
        f"/access?form=task&record={house.codes['one']}"
        in read(house, "boss", f"/r/task/{house.codes['one']}")[1]
    )
    assert 'href="/access"' in read(house, "paul", "/")[1]
