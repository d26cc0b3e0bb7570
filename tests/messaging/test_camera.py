"""Inside WeCom the scan page uses WeCom's own scanner, by signatures of ours."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest

from seamline.connectors.wecom import device
from seamline.ui.app import create_app

from ..browsing import answering, started
from ..pda.conftest import PASSWORD, stocked
from .conftest import WECOM_SECRETS, connected
from .test_entering import INSIDE

CORP = "ww5ea1135ea11e0001"
# What WeCom puts into its pages: a bridge that checks the signature and opens the scanner.
BRIDGE = """
window.asked = [];
window.WeixinJSBridge = {
  on() {},
  invoke(name, params, done) {
    window.asked.push([name, params]);
    const more = name === "scanQRCode" ? { resultStr: "EAN_13,6901234567890" } : {};
    setTimeout(() => done({ err_msg: `${name}:ok`, ...more }), 0);
  },
};
"""


@pytest.fixture
def app(tmp_path, _wecom, _sms):
    _wecom.reset()
    desk = stocked(tmp_path / "room")
    connected(desk, _wecom, _sms)
    with desk.store.unit() as unit:  # the package brings it turned off, for addresses out there
        known = unit.connections.local()["wecom"]
        settings = {**known.settings, "corp_id": CORP, "agent_id": 1000002, "seconds": 2}
        secrets = {one: f"store:wecom_{one}" for one in WECOM_SECRETS}
        unit.connections.set(
            replace(known, position="on", network="loopback", settings=settings, secrets=secrets)
        )
        unit.bump_catalog()
    desk.catalogs.refresh()
    yield create_app(desk)
    desk.close()


@pytest.mark.browser
@pytest.mark.cap(5, 82)
def test_a_code_is_read_by_the_scanner_of_wecom(app, _wecom):
    with answering(app) as url, started() as browser:
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, user_agent=INSIDE["User-Agent"]
        )
        context.add_init_script(BRIDGE)
        page = context.new_page()
        page.goto(f"{url}/sign-in")
        page.fill("#login", "zhang")
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda where: "sign-in" not in where)
        page.goto(f"{url}/p/scan")
        page.locator("#scan[data-ready]").wait_for()
        page.locator("#camera").click()
        page.get_by_text("HX-2041").first.wait_for()
        asked = dict(page.evaluate("window.asked"))
        checked = asked["preVerifyJSAPI"]
        ticket = _wecom.services["wecom"].tokens.ticket("corp")
        wanted = device.signature(
            ticket, checked["verifyNonceStr"], checked["verifyTimestamp"], f"{url}/p/scan"
        )
        assert checked["verifySignature"] == wanted
        assert asked["scanQRCode"]["scanType"] == ["qrCode", "barCode"]
        there = page.request.get(f"{url}/client/wecom/signature?url={quote('https://a.example/')}")
        assert there.status == 400


@pytest.mark.browser
def test_elsewhere_the_page_knows_nothing_of_it(app):
    client = app.test_client()
    page = client.get("/sign-in").get_data(as_text=True)
    token = page.split('name="_csrf" value="')[1].split('"')[0]
    client.post("/sign-in", data={"_csrf": token, "login": "zhang", "password": PASSWORD})
    shown = client.get("/p/scan").get_data(as_text=True)
    assert '"client": null' in shown or '"client":null' in shown
    assert "wecom" not in shown
