"""The page in a real browser: scanners, camera, rules on board, and no connection."""

from __future__ import annotations

import signal
import time
from contextlib import suppress

import pytest
import segno
from playwright.sync_api import Error, expect

from seamline.facts import Actor, Origin
from seamline.usecases import notices, review

from ..browsing import ARGUMENTS, CAMERA, CHROMIUM
from .conftest import signed_in

pytestmark = pytest.mark.browser
WANG = Actor("wang", "Wang", ("business_manager",))


@pytest.mark.cap(23, 24)
def test_scan_amount_confirm(room, handheld):
    device = handheld()
    device.scan("HX-2041|260128|60")
    page = device.page
    expect(page.locator("#item [data-of=figure]")).to_have_text("420")
    expect(page.locator("#a-lot")).to_have_value("260128")
    expect(page.locator("#confirm")).to_have_text("Issue 60 pc")
    page.click("#more")
    expect(page.locator("#confirm")).to_have_text("Issue 61 pc")
    page.fill("#a-source_no", "PK-00871")
    page.click("#confirm")
    expect(page.locator("#said")).to_contain_text("Posted: Issue 61 pc · HX-2041 · 359 left")
    expect(page.locator("#code")).to_be_focused()
    expect(page.locator("#recent li")).to_have_count(1)
    assert room.figure("HX-2041") == 359
    assert device.complaints == []


@pytest.mark.cap(23)
def test_a_scanner_types_wherever_the_cursor_stands(handheld):
    page = handheld().page
    page.focus("#a-source_no")
    page.keyboard.type("PK-7", delay=90)
    page.keyboard.type("6901234567891", delay=2)
    page.keyboard.press("Enter")
    expect(page.locator("#item [data-of=key]")).to_have_text("HX-3310")
    expect(page.locator("#code")).to_have_value("6901234567891")
    expect(page.locator("#a-source_no")).to_have_value("PK-7")


@pytest.mark.cap(23)
def test_the_same_code_again_counts_one_more(handheld):
    device = handheld()
    for _ in range(3):
        device.page.keyboard.type("HX-2041", delay=2)
        device.page.keyboard.press("Enter")
        expect(device.page.locator("#item")).to_be_visible()
    expect(device.page.locator("#amount")).to_have_value("3")


@pytest.mark.cap(23)
def test_the_camera_reads_a_label(driver, server, tmp_path):
    seen = tmp_path / "label.y4m"
    seen.write_bytes(film(segno.make("HX-2041|260128|60", error="m")))
    arguments = [*ARGUMENTS, *CAMERA, f"--use-file-for-fake-video-capture={seen}"]
    browser = driver.chromium.launch(executable_path=CHROMIUM, args=arguments)
    page = browser.new_page(base_url=server.address, permissions=["camera"])
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda one: one.type == "error" and complaints.append(one.text))
    signed_in(page, "zhang")
    page.goto("/p/scan")
    page.locator("#scan[data-ready]").wait_for()
    page.select_option("[data-place]", "CP01")
    page.click("#camera")
    expect(page.locator("#code")).to_have_value("HX-2041|260128|60", timeout=20_000)
    expect(page.locator("#confirm")).to_have_text("Issue 60 pc")
    page.click("#camera")
    expect(page.locator("#finder")).to_be_hidden()
    assert complaints == []
    browser.close()


def film(code: segno.QRCode) -> bytes:
    """Return a picture of a code as the film of a camera that sees nothing else."""
    width, height, scale = 640, 480, 8
    rows = [[bool(cell) for cell in row] for row in code.matrix_iter(scale=scale, border=4)]
    side = len(rows)
    left, top = (width - side) // 2, (height - side) // 2
    picture = bytearray(b"\xeb" * (width * height))
    for y, row in enumerate(rows):
        line = bytes(16 if dark else 235 for dark in row)
        at = (top + y) * width + left
        picture[at : at + side] = line
    plain = b"\x80" * (width * height // 4)
    frame = b"FRAME\n" + bytes(picture) + plain + plain
    return f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 4


def test_a_hard_rule_speaks_on_board_before_anything_is_sent(room, handheld):
    device = handheld()
    device.scan("HX-2041")
    device.page.fill("#amount", "421")
    expect(device.page.locator("#why")).to_have_text("Only 420 on hand: 421 cannot be issued.")
    expect(device.page.locator("#confirm")).to_be_disabled()
    assert room.moves() == []


@pytest.mark.cap(114)
def test_without_a_connection_the_page_opens_works_and_tells_later(room, handheld):
    device = handheld()
    page = device.page
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.locator("#scan[data-ready]").wait_for()
    device.context.set_offline(True)
    page.reload()
    page.locator("#scan[data-ready]").wait_for()
    device.move("HX-2041", 60)
    device.move("HX-2041", 40)
    expect(page.locator("#net")).to_have_text("offline · 2 waiting")
    device.scan("HX-2041")
    expect(page.locator("#item [data-of=figure]")).to_have_text("320")
    assert room.figure("HX-2041") == 420
    device.context.set_offline(False)
    expect(page.locator("#net")).to_have_text("online", timeout=20_000)
    assert room.figure("HX-2041") == 320
    assert [one.values["moved_at"] is not None for one in room.moves()] == [True, True]


@pytest.mark.cap(114, 62)
def test_a_clash_goes_to_the_review_pool_and_posts_when_it_is_let_pass(room, handheld):
    here, there = handheld("zhang"), handheld("lin")
    here.context.set_offline(True)
    here.move("HX-2041", 300)
    there.move("HX-2041", 200)
    here.context.set_offline(False)
    expect(here.page.locator("#recent li .badge")).to_have_text("in review", timeout=20_000)
    assert room.figure("HX-2041") == 220
    (waiting,) = review.waiting(room.desk, WANG)
    assert waiting.pool == "stock"
    told = notices.unread(room.desk, WANG)
    assert told == 1
    review.decide(room.desk, WANG, Origin("form"), waiting.id, "approve", "counted: they are gone")
    assert room.figure("HX-2041") == -80


@pytest.mark.cap(114)
@pytest.mark.slow
def test_two_hundred_scans_a_server_killed_twice_a_line_that_flaps(room, server, handheld):
    device = handheld()
    page = device.page
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.locator("#scan[data-ready]").wait_for()
    device.context.set_offline(True)
    page.evaluate(SCAN_MANY, 200)
    expect(page.locator("#net")).to_have_text("offline · 200 waiting", timeout=60_000)
    page.reload()  # the browser ends and begins anew: what was written down is there
    page.locator("#scan[data-ready]").wait_for()
    expect(page.locator("#net")).to_have_text("offline · 200 waiting")
    device.context.route("**/scan/moves", losing(2))
    device.context.set_offline(False)
    for told in (15, 90):
        wait_until(page, lambda told=told: len(room.moves()) >= told)
        server.end(signal.SIGKILL)
        device.context.set_offline(True)
        server.start()
        device.context.set_offline(False)
        page.click("#send")
    expect(page.locator("#net")).to_have_text("online", timeout=120_000)
    moves = room.moves()
    assert len(moves) == 200
    assert len({one.values["source_no"] for one in moves}) == 200
    assert all(not one.held for one in moves)
    for part in ("HX-2041", "HX-3310", "3.05.025.0131"):
        told = [one for one in moves if one.values["material"].key == part]
        stands = 420
        for one in told:
            assert one.values["qty_before"] == stands
            stands += one.values["qty"] * (1 if one.values["act"] == "receipt" else -1)
            assert one.values["qty_after"] == stands
        assert room.figure(part) == stands


SCAN_MANY = """async (count) => {
  const parts = ["HX-2041", "HX-3310", "3.05.025.0131"];
  const $ = (id) => document.getElementById(id);
  const soon = () => new Promise((next) => setTimeout(next, 5));
  const until = async (test) => { while (!test()) await soon(); };
  const enter = { key: "Enter", bubbles: true, cancelable: true };
  for (let n = 0; n < count; n += 1) {
    document.querySelector(`[name=act][value=${n % 3 ? "issue" : "receipt"}]`).click();
    $("code").value = parts[n % 7 % 3];
    $("code").dispatchEvent(new KeyboardEvent("keydown", enter));
    await until(() => !$("item").hidden);
    $("amount").value = String(1 + n % 2);
    $("amount").dispatchEvent(new Event("input", { bubbles: true }));
    $("a-source_no").value = `PK-${n}`;
    $("confirm").click();
    await until(() => $("code").value === "" && !$("confirm").disabled);
  }
}"""


def losing(count: int):
    """Let the server do what it is told, and lose its first answers on the way back."""
    left = [count]

    def handle(route) -> None:
        if left[0] <= 0:
            route.continue_()
            return
        left[0] -= 1
        with suppress(Error):  # the server may be killed under it
            route.fetch()
        route.abort()

    return handle


def wait_until(page, done) -> None:
    """Wait until something is so, and let the browser's requests be handled meanwhile."""
    end = time.monotonic() + 120
    while not done():
        assert time.monotonic() < end
        page.wait_for_timeout(20)
