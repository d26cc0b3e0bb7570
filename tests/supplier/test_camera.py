"""The check-in in a real browser: a photo by file and by camera, its place, what is missing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from seamline import clock
from seamline.proofs import sample

from ..browsing import CAMERA, answering, started
from .conftest import PASSWORD

pytestmark = pytest.mark.browser
BOARD = "/p/supplier_board"
PLACE = {"latitude": 31.2304, "longitude": 121.4737, "accuracy": 12}


@pytest.fixture(scope="module")
def phone(app) -> Iterator[Page]:
    """A phone whose camera and position the page may use, signed in as the subcontractor."""
    with answering(app) as address, started(*CAMERA) as browser:
        page = browser.new_context(
            base_url=address, permissions=["geolocation", "camera"],
            geolocation=PLACE, viewport={"width": 390, "height": 844}, locale="en-GB",
        ).new_page()  # fmt: skip
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto("/sign-in")
        page.fill("#login", "heat1")
        page.fill("#password", PASSWORD)
        page.locator("main form .btn.p").click()
        page.wait_for_url(f"**{BOARD}")
        yield page


@pytest.mark.cap(47, 48, 49, 54)
def test_a_photo_is_made_smaller_sent_and_kept_as_proof(phone, staged):
    task = staged.new()
    phone.goto(f"{BOARD}/task/{task}")
    button, why = phone.locator("[data-check]"), phone.locator("[data-why]")
    expect(button).to_be_disabled()
    expect(why).to_contain_text("Take the photo on site first.")
    expect(phone.locator("[data-tile=place].known")).to_contain_text("31.23040, 121.47370")
    large = sample.photo(77_001, clock.now(), size=(2400, 1800))
    sent = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": large}
    phone.locator("input[type=file]").set_input_files(sent)
    expect(why).to_contain_text("Ready")
    button.click()
    expect(phone.locator(".toast")).to_contain_text("checked in, now “Quenching”")
    with staged.desk.store.reading() as unit:
        (proof,) = unit.proofs.of_record(task)
        stored = unit.files.find(proof.original)
    assert stored.size < len(large), "1600 pixels are enough"
    assert proof.facts["camera"] == "Seamline Sample", "what the camera wrote came along"
    assert proof.facts["place"] == PLACE
    assert proof.device == phone.locator("[data-part=device]").get_attribute("value")
    assert proof.signs == ()


@pytest.mark.cap(49)
def test_a_frame_of_the_page_s_own_camera_counts_as_live(phone, staged):
    task = staged.new("quench")
    phone.goto(f"{BOARD}/task/{task}")
    phone.locator("[data-open-camera]").click()
    phone.locator("[data-shoot]").click()
    expect(phone.locator("[data-why]")).to_contain_text("Ready")
    phone.locator("[data-check]").click()
    expect(phone.locator(".toast")).to_contain_text("checked in, now “Tempering”")
    with staged.desk.store.reading() as unit:
        proof = unit.proofs.of_record(task)[-1]
    assert (proof.facts["live"], proof.signs) == (True, ())


@pytest.mark.cap(49)
def test_a_refused_photo_is_said_at_its_field_and_asked_for_anew(phone, staged, photo):
    task, data = staged.new(), photo()["photo"][0].getvalue()
    sent = {"name": "IMG_2.jpg", "mimeType": "image/jpeg", "buffer": data}
    for number, expected in enumerate((".toast", "#problems")):
        phone.goto(f"{BOARD}/task/{task if number == 0 else staged.new()}")
        phone.locator("input[type=file]").set_input_files(sent)
        phone.locator("[data-check]").click()
        expect(phone.locator(expected)).to_be_visible()
    expect(phone.locator("#e-photo")).to_contain_text("used before")
    expect(phone.locator("[data-check]")).to_be_disabled()


def test_a_photo_is_sent_again_until_it_arrives(phone, staged, photo):
    task, data = staged.new(), photo()["photo"][0].getvalue()
    phone.goto(f"{BOARD}/task/{task}")
    sent = {"name": "IMG_3.jpg", "mimeType": "image/jpeg", "buffer": data}
    phone.locator("input[type=file]").set_input_files(sent)
    expect(phone.locator("[data-why]")).to_contain_text("Ready")
    phone.context.set_offline(True)
    phone.locator("[data-check]").click()
    expect(phone.locator("[data-progress] p")).to_contain_text("No connection.")
    phone.context.set_offline(False)
    expect(phone.locator(".toast")).to_contain_text("checked in, now “Quenching”")
    with staged.desk.store.reading() as unit:
        assert len(unit.proofs.of_record(task)) == 1
