"""Signing in and out, sessions, the password, language and light."""

from __future__ import annotations

import pytest

from seamline.ui.app import create_app
from seamline.usecases import accounts

from .conftest import ADMIN, CLI, Site


def test_a_stranger_is_asked_to_sign_in_and_then_led_on(site: Site) -> None:
    answer = site.get("/r/job")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in?next=%2Fr%2Fjob"


def test_signing_in_opens_a_session_that_scripts_and_other_sites_do_not_get(site: Site) -> None:
    site.get("/sign-in")
    token = site.token()
    data = {"_csrf": token, "login": "anna", "password": "correct horse battery"}
    answer = site.post("/sign-in", data, follow=False)
    assert answer.status_code == 303
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # plain http on loopback
    assert site.get("/").status_code == 200


def test_the_cookie_is_for_encrypted_connections_where_the_request_was(site: Site) -> None:
    answer = site.client.get("/sign-in", base_url="https://localhost")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in answer.headers


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_sent_to_another_site_after_signing_in(site: Site, where: str) -> None:
    site.get("/sign-in")
    data = {"_csrf": site.token(), "login": "anna", "password": "correct horse battery"}
    answer = site.post("/sign-in", data | {"next": where}, follow=False)
    assert answer.headers["Location"] == "/"


def test_a_wrong_password_is_refused_without_saying_which_word_was_wrong(site: Site) -> None:
    for login in ("anna", "nobody"):
        answer = site.sign_in(login, "wrong")
        assert answer.status_code == 401
        assert "Login or password is wrong." in site.text


def test_guessing_is_slowed_down(desk, site: Site) -> None:
    made = {"login": "slow", "name": "Slow", "roles": ["planner"]}
    accounts.create_user(desk, ADMIN, CLI, password="right right right", **made)
    for _ in range(8):
        assert site.sign_in("slow", "wrong").status_code == 401
    answer = site.sign_in("slow", "right right right")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Too many wrong passwords" in site.text


def test_signing_out_ends_the_session(as_) -> None:
    anna = as_("anna")
    anna.get("/")
    anna.post("/sign-out", {"_csrf": anna.token()})
    assert anna.get("/").status_code == 302


def test_a_new_password_ends_every_session_but_this_one(desk, app, as_) -> None:
    made = {"login": "mover", "name": "Mover", "roles": ["planner"], "language": "en"}
    accounts.create_user(desk, ADMIN, CLI, password="correct horse battery", **made)
    here, there = as_("mover"), as_("mover")
    here.get("/account/password")
    data = {"_csrf": here.token(), "present": "wrong", "password": "short", "again": "short"}
    assert here.post("/account/password", data).status_code == 422
    assert "The present password is wrong." in here.text
    assert 'aria-describedby="e-password"' in here.text
    fresh = "another horse battery"
    data |= {"present": "correct horse battery", "password": fresh, "again": fresh}
    assert here.post("/account/password", data).status_code == 200
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


def test_a_disabled_account_is_out_at_once(desk, as_) -> None:
    made = {"login": "gone", "name": "Gone", "roles": ["planner"]}
    accounts.create_user(desk, ADMIN, CLI, password="correct horse battery", **made)
    gone = as_("gone")
    assert gone.get("/").status_code == 200
    accounts.set_active(desk, ADMIN, CLI, "gone", False)
    assert gone.get("/").status_code == 302


def test_a_form_from_elsewhere_is_refused(as_) -> None:
    anna = as_("anna")
    answer = anna.client.post("/r/job/new", data={"subject": "x"})
    assert answer.status_code == 400
    assert "sent from elsewhere" in answer.get_data(as_text=True)


def test_language_is_the_persons_then_the_browsers_and_can_be_chosen(site: Site, as_) -> None:
    assert "User name" in site.get("/sign-in", Accept_Language="en").text
    chinese = Site(site.client.application.test_client())
    assert "登录名" in chinese.client.get("/sign-in", headers={"Accept-Language": "zh-CN"}).text
    anna = as_("anna")
    assert "My work" in anna.get("/", Accept_Language="zh-CN").text
    anna.post("/account/prefer", {"_csrf": anna.token(), "language": "zh", "back": "/r/job"})
    assert '<html lang="zh-CN">' in anna.text
    assert "新建任务" in anna.text


def test_light_and_dark_can_be_chosen_else_the_system_decides(as_) -> None:
    anna = as_("anna")
    assert 'media="(prefers-color-scheme: dark)"' in anna.get("/").text
    anna.post("/account/prefer", {"_csrf": anna.token(), "theme": "dark", "back": "/"})
    assert "dark.css" in anna.text
    assert "prefers-color-scheme" not in anna.text
    anna.post("/account/prefer", {"_csrf": anna.token(), "theme": "light", "back": "/"})
    assert "dark.css" not in anna.text


def test_a_restart_keeps_people_signed_in(desk, as_) -> None:
    anna = as_("anna")
    cookie = anna.client.get_cookie("seamline")
    again = create_app(desk).test_client()
    again.set_cookie("seamline", cookie.value)
    assert again.get("/").status_code == 200
