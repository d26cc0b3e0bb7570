"""Versions of one thing are compared line by line, as far as their reader sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given, strategies as st
from playwright.sync_api import expect

from seamline.settings import found
from seamline.ui.app import create_app
from seamline.usecases import accounts, install
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.submit import Submission, submit
from seamline.usecases.versions import _line, _pairs, difference

from ..published import published
from .conftest import ADMIN, CLI, EXAMPLE, PACKAGES, PASSWORD, Site

pytestmark = pytest.mark.cap(37)
V1 = [("BUSH", 2, "press", 4), ("OIL", 1, "dip", 1), ("RAW", 1, "forge", 9)]
V2 = [("RAW", 1, "forge", 9), ("BUSH", 4, "press", 4), ("NICKEL", 1, "nickel plating", 7)]
V21 = [("RAW", 1, "forge", 8), ("BUSH", 4, "press", 4), ("NICKEL", 1, "nickel plating", 7)]


def put(desk: Desk, form: str, **values: Any) -> str:
    return submit(desk, ADMIN, CLI, Submission(form, "create", values)).record.id


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A part in three versions, of which the newest differs in a cost only; people to look."""
    desk = open_desk(found(tmp_path_factory.mktemp("versions"), {}))
    install.publish(desk, ADMIN, CLI, PACKAGES / "versioned")
    for login, role in (("anna", "planner"), ("mike", "maker"), ("carl", "carrier")):
        given_ = {"login": login, "name": login.title(), "roles": [role], "language": "en"}
        accounts.create_user(desk, ADMIN, CLI, password=PASSWORD, **given_)
    for code in ("KNUCKLE", "BUSH", "OIL", "RAW", "NICKEL"):
        put(desk, "part", code=code, name=code.title())
    made = (("V10.0", V21, "C-3"), ("V2.0", V2, "C-2"), ("V1.2", V1, "C-1"))
    for version, lines, card in made:  # in no order of theirs: it is the version that counts
        rows = [{"part": p, "qty": q, "process": how, "cost": c} for p, q, how, c in lines]
        put(desk, "structure", code=f"K/{version}", part="KNUCKLE", version=version,
            since="2026-01-01", card=card, components=rows)  # fmt: skip
    put(desk, "order", lines=[{"structure": "K/V2.0", "qty": 5}, {"structure": "K/V2.0"}])
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def sites(shop: Desk):
    """A function that gives the pages as somebody sees them."""
    app = create_app(shop)

    def give(login: str) -> Site:
        site = Site(app.test_client())
        site.sign_in(login)
        return site

    return give


def who(desk: Desk, login: str):
    return accounts.acting(desk, accounts.user(desk, login))


def test_lines_are_added_removed_and_changed_against_the_version_before(shop) -> None:
    told = difference(shop, who(shop, "anna"), "structure", "K/V2.0")
    assert [one.values["version"] for one in told.family] == ["V1.2", "V2.0", "V10.0"]
    turns = [
        (line.turn, (line.new or line.old)["part"].key, sorted(line.changed)) for line in told.lines
    ]
    assert turns == [("changed", "BUSH", ["qty"]), ("added", "NICKEL", []), ("removed", "OIL", [])]
    assert (told.other.values["version"], told.same) == ("V1.2", 1)
    assert told.fields == (("card", "C-1", "C-2"),)
    newest = difference(shop, who(shop, "anna"), "structure", "K/V10.0", told.other.id)
    assert newest.other.values["version"] == "V1.2"
    assert difference(shop, who(shop, "anna"), "structure", "K/V1.2").other is None


def test_whoever_does_not_see_a_field_is_not_told_that_it_differs(shop, sites) -> None:
    whole = difference(shop, who(shop, "anna"), "structure", "K/V10.0")
    assert [(line.turn, sorted(line.changed)) for line in whole.lines] == [("changed", ["cost"])]
    told = difference(shop, who(shop, "mike"), "structure", "K/V10.0")
    assert (told.lines, told.fields, told.same) == ((), (), 3)
    assert "cost" not in told.columns
    page = sites("mike").get(f"/r/structure/{told.record.id}").get_data(as_text=True)
    assert "V2.0 → " in page and "no difference" in page
    for hidden in ("Cost", "C-2", "C-3", "Route card"):
        assert hidden not in page
    order = sites("carl").get("/r/order/O-0001").get_data(as_text=True)
    assert "K/V2.0" in order and "nickel" not in order and "V1.2" not in order


@pytest.mark.browser
def test_an_order_shows_what_its_version_has_otherwise(opened, shop) -> None:
    page = opened("anna", "/r/order/O-0001", locale="en-GB")
    card = page.locator("section", has=page.locator("h2", has_text="BOM version: what differs"))
    expect(card.locator(".vs")).to_have_count(1)  # two lines of one version
    rows = card.locator("tbody tr")
    expect(rows).to_have_text(
        [re.compile("~ changed.*BUSH"), re.compile(r"\+ added.*NICKEL.*nickel plating"),
         re.compile("− removed.*OIL")]
    )  # fmt: skip
    expect(rows.nth(0).locator("del")).to_have_text("2.000")
    expect(rows.nth(0).locator("ins")).to_have_text("4.000")
    colours = {row.evaluate("one => getComputedStyle(one).backgroundColor") for row in rows.all()}
    assert len(colours) == 3
    assert Axe().run(page).violations_count == 0
    page.emulate_media(media="print")
    expect(rows.nth(1)).to_be_visible()
    expect(card.get_by_role("button", name="Compare")).to_be_hidden()
    page.emulate_media(media="screen")
    card.get_by_label("Compare with").select_option("V10.0")
    card.get_by_role("button", name="Compare").click()
    expect(rows).to_have_text([re.compile("~ changed.*RAW")])
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.locator(".vshead a").click()
    expect(page.locator("h1")).to_contain_text("K/V2.0")


def test_the_auto_parts_order_names_the_nickel_plating_of_v2(tmp_path) -> None:
    with_versions = published(tmp_path, EXAMPLE)
    try:
        for code in ("HX-1", "RAW", "NI"):
            put(with_versions, "material", code=code, name=code, category="finished",
                source="make", unit="piece", lead_time=1)  # fmt: skip
        for version, parts in (("V1.2", ["RAW"]), ("V2.0", ["RAW", "NI"])):
            rows = [{"component": one, "per_unit": 1, "note": "镀镍" if one == "NI" else ""}
                    for one in parts]  # fmt: skip
            put(with_versions, "bom_version", code=f"HX-1/{version}", material="HX-1",
                version=version, effective_from="2026-01-01", customer_groups=["tier1"],
                change_reason="新增镀镍工艺", components=rows)  # fmt: skip
        told = difference(with_versions, ADMIN, "bom_version", "HX-1/V2.0")
        [line] = told.lines
        assert (line.turn, line.new["note"]) == ("added", "镀镍")
    finally:
        with_versions.close()


ROWS = st.lists(
    st.fixed_dictionaries({"part": st.sampled_from("abc"), "qty": st.integers(0, 2)}), max_size=6
)


@given(ROWS, ROWS)
def test_every_line_is_told_once_and_the_same_lines_not_at_all(old, new) -> None:
    pairs = [*_pairs(old, new, ["part"], ["qty"])]
    assert [one for _, one in pairs if one is not None] == new
    assert sorted(map(str, (one for one, _ in pairs if one is not None))) == sorted(map(str, old))
    assert all(a["part"] == b["part"] for a, b in pairs if a is not None and b is not None)
    same = [*_pairs(old, old[::-1], ["part"], ["qty"])]
    assert [one for one in (_line(a, b, ["qty"]) for a, b in same) if one] == []
