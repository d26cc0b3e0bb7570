"""Inside WeCom the scan page uses WeCom's own scanner, by signatures of ours."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from seamline.connectors.wecom import device
from seamline.ui.app import create_app
from seamline.usecases import install

from ..browsing import answering, started
from ..pda.conftest import PASSWORD, stocked
from .conftest import ADMIN, CLI, PACKAGE, connected
from .test_entering import INSIDE

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
    package = tmp_path / "channels"
    (package / "connections").mkdir(parents=True)
    words = (PACKAGE / "connections" / "wecom.yaml").read_text(encoding="utf-8")
    words = words.replace("sign_in: true", "sign_in: true, scan: true")
    (package / "connections" / "wecom.yaml").write_text(words, encoding="utf-8")
    (package / "package.yaml").write_text(
        "seamline: 1\npackage: channels\nversion: 0.1.0\n"
        "title: {zh: 渠道, en: Channels}\nlanguage: zh\n",
        encoding="utf-8",
    )
    install.publish(desk, ADMIN, CLI, package)
    connected(desk, _wecom, _sms)
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
