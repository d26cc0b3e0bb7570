"""Where one is signed in: seen and ended from any browser. Tokens: made, shown once, revoked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from seamline import clock
from seamline.problems import Refused
from seamline.ui.agents import called, in_hand
from seamline.usecases import accounts, sessions

from .conftest import ADMIN, CLI, PASSWORD, Site

CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
WECOM = "Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile MicroMessenger/8.0 wxwork/4.1"


@pytest.mark.browser
def test_ending_the_other_session_signs_that_browser_out_at_once(opened, shop) -> None:
    here = opened("chen", "/account/settings")
    there = opened("chen", "/r/sales_order", user_agent=WECOM)
    here.reload()
    row = here.locator("#devices li", has_text="WeCom · Android")
    expect(row).to_contain_text("127.0.0.1")
    expect(here.locator("#devices li").first).to_contain_text("本设备")
    row.get_by_role("button", name="退出").click()
    expect(row).to_have_count(0)
    # The open page over there finds out by itself, without anybody touching it.
    expect(there.locator("#password")).to_be_visible(timeout=5000)
    there.goto("/r/sales_order")
    expect(there.locator("#password")).to_be_visible()
    here.goto("/r/sales_order")
    expect(here.locator("h1")).to_be_visible()


def test_all_others_end_together_and_nobody_ends_those_of_others(as_, desk) -> None:
    first, second, third, rolf = as_("anna"), as_("anna"), as_("anna"), as_("rolf")
    [other] = sessions.of(desk, accounts.actor_of(accounts.user(desk, "rolf")))
    first.get("/account/settings")
    token = {"_csrf": first.token()}
    assert first.post(f"/account/sessions/{other.id}/end", token).status_code == 404
    assert rolf.get("/").status_code == 200
    first.get("/account/settings")
    assert "Sign out everywhere else" in first.text
    page = first.post("/account/sessions/end-others", token).get_data(as_text=True)
    assert "Signed out on" in page and "Sign out everywhere else" not in page
    assert first.get("/").status_code == 200
    assert {second.get("/").status_code, third.get("/").status_code} == {302}


def test_signing_out_a_new_password_and_a_disabled_account_end_sessions(app, desk) -> None:
    made = {"login": "nora", "name": "Nora", "roles": ["planner"], "password": PASSWORD}
    user = accounts.create_user(desk, ADMIN, CLI, **made).user
    actor = accounts.actor_of(user)

    def site() -> Site:
        found = Site(app.test_client())
        found.sign_in("nora")
        return found

    left = site()
    left.get("/")
    left.post("/sign-out", {"_csrf": left.token()})
    assert sessions.of(desk, actor) == ()
    before = site()
    accounts.reset_password(desk, ADMIN, CLI, "nora", PASSWORD)  # the very same word
    assert before.get("/").status_code == 302
    again = site()
    accounts.set_active(desk, ADMIN, CLI, "nora", False)
    accounts.set_active(desk, ADMIN, CLI, "nora", True)
    assert again.get("/").status_code == 302


def test_a_session_is_over_after_twelve_hours_without_use(desk) -> None:
    user = accounts.user(desk, "anna")
    word = sessions.begin(desk, user, CLI)
    soon = clock.now() + sessions.UNUSED - timedelta(minutes=1)
    with clock.frozen(soon):
        found = sessions.holder(desk, word)
        assert found is not None and found.user.id == "anna"
        sessions.use(desk, found.session, "10.0.0.9")
    with clock.frozen(soon + timedelta(hours=11)):
        found = sessions.holder(desk, word)
        assert found is not None and found.session.seen == "10.0.0.9"
    with clock.frozen(soon + timedelta(hours=13)):
        assert sessions.holder(desk, word) is None
    with desk.store.reading() as unit:
        assert word not in repr(unit.sessions.of_person("anna"))


def test_a_token_is_made_shown_once_used_and_revoked(as_, app) -> None:
    site, api = as_("anna"), app.test_client()
    site.get("/account/settings")
    wrong = site.post("/account/tokens", {"_csrf": site.token(), "name": " ", "days": "x"})
    assert wrong.status_code == 422
    for sentence in ("A name has 1-100 characters.", "Give a scope.", "Days must be 1-3650."):
        assert sentence in site.text
    good = {"_csrf": site.token(), "name": "WMS", "scopes": ["job:read"], "days": "30"}
    made = site.post("/account/tokens", good)
    assert made.status_code == 201
    [word] = re.findall(r'value="(slt_[^"]+)"', site.text)
    headers = {"Authorization": f"Bearer {word}"}
    assert api.get("/api/v1/job", headers=headers).status_code == 200
    assert api.get("/api/v1/part", headers=headers).status_code == 403
    site.get("/account/settings")
    assert word not in site.text and "job:read" in site.text
    [where] = re.findall(r'action="(/account/tokens/[0-9a-f]{12}/revoke)"', site.text)
    rolf = as_("rolf")
    rolf.get("/account/settings")
    rolf.post(where, {"_csrf": rolf.token()})
    assert api.get("/api/v1/job", headers=headers).status_code == 200
    assert "opens nothing any more" in site.post(where, good).get_data(as_text=True)
    assert api.get("/api/v1/job", headers=headers).status_code == 401


def test_external_accounts_make_no_tokens_unless_their_role_says_so(shop, app) -> None:
    given = {"login": "sub1", "name": "Sub", "roles": ["supplier"], "language": "en"}
    user = accounts.create_user(shop, ADMIN, CLI, password=PASSWORD, **given).user
    asked = {"login": "sub1", "name": "x", "scopes": ["read"]}
    with pytest.raises(Refused) as refused:
        accounts.create_token(shop, accounts.acting(shop, user), CLI, **asked)
    assert (refused.value.status, refused.value.problems[0].code) == (403, "no_own_tokens")
    assert accounts.create_token(shop, ADMIN, CLI, **asked).token.user == "sub1"


def test_devices_are_called_by_what_they_say() -> None:
    assert (called(CHROME), in_hand(CHROME)) == ("Chrome · Windows", False)
    assert (called(WECOM), in_hand(WECOM)) == ("WeCom · Android", True)
    assert called("curl/8.5") == "curl/8.5"
