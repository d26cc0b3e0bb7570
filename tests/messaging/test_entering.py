"""Signing in by WeCom: in its client at once, elsewhere by scanning, as the linked account."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from seamline.problems import Refused
from seamline.ui.app import create_app
from seamline.usecases import addresses, look

from ..browsing import answering, started
from ..pages.conftest import Site
from .conftest import ADMIN, CLI, PASSWORD

pytestmark = pytest.mark.cap(5, 82)
INSIDE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) wxwork/4.1.36 MicroMessenger/7.0.1"}


@pytest.fixture(scope="module")
def app(reached):
    addresses.set_address(reached.desk, ADMIN, CLI, "wang", "wecom", "m05")
    return create_app(reached.desk)


@pytest.fixture
def visitor(app):
    return Site(app.test_client())


@pytest.fixture
def member(reached):
    """Return what chooses a member at WeCom's page and comes back with the address to go to."""

    def choose(location: str, member: str) -> str:
        query = dict(parse_qsl(urlsplit(location).query))
        code = reached.wecom.services["wecom"].tokens.code(member)
        path = urlsplit(query["redirect_uri"]).path
        return f"{path}?code={code}&state={query['state']}"

    return choose


def gone_to(site: Site, path: str, **headers: str) -> str:
    """Open a page and return where the browser is sent at last."""
    answer = site.get(path, **headers)
    while answer.status_code in (302, 303) and answer.headers["Location"].startswith("/"):
        answer = site.get(answer.headers["Location"], **headers)
    return answer.headers.get("Location", "")


def test_a_scanned_code_opens_its_form_inside_wecom_without_a_password(visitor, member):
    location = gone_to(visitor, "/f/task/hall", **INSIDE)
    assert "/connect/oauth2/authorize?" in location
    assert location.endswith("#wechat_redirect")
    answer = visitor.get(member(location, "m05"), **INSIDE)
    assert answer.headers["Location"] == "/f/task/hall"
    gone_to(visitor, "/f/task/hall", **INSIDE)
    assert visitor.page.status_code == 200
    assert visitor.send(visitor.page.request.full_path, subject="连杆 200 件").status_code == 200
    assert "连杆 200 件" in visitor.text


def test_the_sign_in_page_offers_it_and_leads_back(visitor, member):
    visitor.get("/sign-in?next=/notices")
    link = unescape(re.search(r'href="(/sign-in/wecom[^"]*)"', visitor.text)[1])
    location = visitor.get(link).headers["Location"]
    assert "/wwlogin/sso/login?login_type=CorpApp" in location
    assert visitor.get(member(location, "m05")).headers["Location"] == "/notices"
    assert visitor.get("/notices").status_code == 200


def test_a_state_serves_once_and_only_the_browser_it_was_given_to(app, visitor, member):
    location = gone_to(visitor, "/sign-in/wecom")
    address = member(location, "m05")
    stranger = Site(app.test_client())
    assert stranger.get(address).status_code == 400
    assert visitor.get(re.sub(r"state=[^&]*", "state=wrong", address)).status_code == 400
    assert visitor.get(address).status_code == 303
    again = member(location, "m05")
    assert visitor.get(again).status_code == 400


def test_a_code_serves_once(visitor, member):
    address = member(gone_to(visitor, "/sign-in/wecom"), "m05")
    code = dict(parse_qsl(urlsplit(address).query))["code"]
    visitor.get(address)
    second = gone_to(visitor, "/sign-in/wecom")
    state = dict(parse_qsl(urlsplit(second).query))["state"]
    answer = visitor.get(f"/sign-in/wecom/back?code={code}&state={state}")
    assert answer.status_code == 401


def test_who_is_linked_with_nobody_is_told_so(visitor, member):
    answer = visitor.get(
        member(gone_to(visitor, "/sign-in/wecom"), "m09"), **{"Accept-Language": "en"}
    )
    assert answer.status_code == 401
    assert "m09" in visitor.text
    assert visitor.get("/notices").status_code == 302


def test_a_phone_number_an_administrator_entered_links_for_good(reached, visitor, member):
    addresses.set_address(reached.desk, ADMIN, CLI, "li", "phone", "+86 138 0000 0006")
    assert visitor.get(member(gone_to(visitor, "/sign-in/wecom"), "m06")).status_code == 303
    known = addresses.everybodys(reached.desk, ADMIN)
    assert known["li"] == {"phone": "13800000006", "wecom": "m06"}


@pytest.mark.parametrize("word", ["@all", "m05|m06", "张三", "m 05", "_m05"])
def test_an_id_that_no_member_can_have_is_refused_where_it_is_entered(reached, word):
    with pytest.raises(Refused) as raised:
        addresses.set_address(reached.desk, ADMIN, CLI, "li", "wecom", word)
    (problem,) = raised.value.problems
    assert problem.code == "not_a_member"
    assert "成员账号" in problem.say.zh and "WeCom member" in problem.say.en
    assert addresses.everybodys(reached.desk, ADMIN).get("li", {}).get("wecom") != word


def test_a_disabled_account_is_not_let_in(reached, visitor, member):
    from seamline.usecases import accounts

    accounts.create_user(
        reached.desk, ADMIN, CLI, login="gone", name="Gone", roles=["worker"], password=PASSWORD
    )
    addresses.set_address(reached.desk, ADMIN, CLI, "gone", "wecom", "m11")
    accounts.set_active(reached.desk, ADMIN, CLI, "gone", False)
    assert visitor.get(member(gone_to(visitor, "/sign-in/wecom"), "m11")).status_code == 401


def test_wecom_away_leaves_the_password(reached, visitor, member):
    address = member(gone_to(visitor, "/sign-in/wecom"), "m05")
    reached.wecom.fault("reset", path="*/getuserinfo", times=1)
    assert visitor.get(address).status_code == 401
    assert visitor.sign_in("wang").status_code == 200


def test_an_address_belongs_to_one_person_and_only_administrators_give_it(app, reached):
    site = Site(app.test_client())
    site.sign_in("boss")
    site.get("/people")
    token = site.token()
    data = {"_csrf": token, "wecom": "m05", "phone": ""}
    assert site.post("/people/plan/addresses", data).status_code == 409
    assert "wang" in site.text
    assert site.post("/people/plan/addresses", {**data, "wecom": "m12"}).status_code == 200
    assert addresses.everybodys(reached.desk, ADMIN)["plan"] == {"wecom": "m12"}
    assert site.post("/people/plan/addresses", {**data, "phone": "12"}).status_code == 422
    site.post("/people/plan/addresses", {**data, "wecom": ""})
    assert "plan" not in addresses.everybodys(reached.desk, ADMIN)
    worker = Site(app.test_client())
    worker.sign_in("wang")
    assert worker.get("/people").status_code == 403
    with pytest.raises(Refused):
        addresses.everybodys(reached.desk, look.Actor("wang", "wang", ("worker",)))


@pytest.mark.browser
def test_on_a_phone_inside_wecom_a_scan_ends_at_the_form(app, reached):
    with answering(app) as url, started() as browser:
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, user_agent=INSIDE["User-Agent"], locale="zh-CN"
        )
        page = context.new_page()
        page.goto(f"{url}/f/task/hall")
        page.get_by_role("link", name="陈静").click()
        page.get_by_label("主题").fill("轴承座 40 件")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("button", name="提交", exact=False).first.click()
        page.get_by_text("轴承座 40 件").first.wait_for()
        other = browser.new_context(
            viewport={"width": 390, "height": 844}, locale="zh-CN"
        ).new_page()
        other.goto(f"{url}/sign-in")
        other.get_by_role("link", name="企业微信").click()
        other.get_by_role("link", name="刘洋").click()
        other.get_by_text("没有与“m04”关联的账户").wait_for()
        assert other.evaluate("document.documentElement.scrollWidth") <= 390
