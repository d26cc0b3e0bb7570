"""The library of what things are made of: found, taken apart, compared, checked, and refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from seamline.settings import found
from seamline.ui import cli
from seamline.ui.app import create_app
from seamline.usecases import accounts, install
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.submit import Submission, submit

from .conftest import ADMIN, CLI, PACKAGES, PASSWORD, Site

PARTS = {"KNUCKLE": "Steering knuckle", "HUB": "Hub", "BUSH": "Bush", "NICKEL": "Nickel bath"}
MADE = (
    # version of, name, first day, last day, groups, approved, parts
    ("KNUCKLE", "V1.2", "2024-01-01", "2025-03-31", ["east"], True, [("HUB", "2"), ("BUSH", "4")]),
    ("KNUCKLE", "V2.0", "2025-04-01", "", ["east"], True, [("HUB", "3"), ("NICKEL", "0.5")]),
    ("KNUCKLE", "V2.1", "2025-06-01", "", ["east", "west"], False, [("HUB", "3")]),
    ("HUB", "V1.0", "2024-01-01", "2025-12-31", [], True, [("BUSH", "1.5")]),
    ("HUB", "V2.0", "2026-02-01", "", [], True, [("BUSH", "2")]),
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Two parts with versions: one of them with a gap, one with a version not approved."""
    folder = tmp_path_factory.mktemp("structure")
    desk = open_desk(found(folder, {}))
    install.publish(desk, ADMIN, CLI, PACKAGES / "layered")
    for login, role in (("anna", "planner"), ("carl", "carrier")):
        given_ = {"login": login, "name": login.title(), "roles": [role], "language": "en"}
        accounts.create_user(desk, ADMIN, CLI, password=PASSWORD, **given_)
    for code, name in PARTS.items():
        submit(desk, ADMIN, CLI, Submission("part", "create", {"code": code, "name": name}))
    for part, version, since, until, groups, approved, rows in MADE:
        values = {
            "code": f"{part}/{version}", "part": part, "version": version, "since": since,
            "until": until, "groups": groups, "approved": approved, "why": "because",
            "components": [{"part": one, "qty": qty} for one, qty in rows],
        }  # fmt: skip
        submit(desk, ADMIN, CLI, Submission("structure", "create", values))
    yield desk
    desk.close()


@pytest.mark.cap(33, 34, 35)
@pytest.mark.browser
def test_a_part_is_found_by_its_name_and_taken_apart(opened, shop) -> None:
    page = opened("anna", "/structure/structure?on=2025-12-01", locale="en-GB")
    page.get_by_label("Code or name").fill("stering knukle")
    page.get_by_role("button", name="Show").click()
    rows = page.locator("table.versions tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("Not approved")
    expect(rows.nth(1)).to_contain_text("In force")
    expect(rows.nth(2)).to_contain_text("No longer in force")
    told = page.locator("section:has(#parts) table.tree tbody tr")
    expect(told).to_have_count(3)
    expect(told.nth(1)).to_contain_text("BUSH")
    expect(told.nth(1)).to_contain_text("4.5")
    page.get_by_label("Compare with").select_option(label="V1.2")
    page.get_by_role("button", name="Compare").click()
    changes = page.locator("section:has(#against) tbody tr")
    expect(changes.nth(0)).to_contain_text("changed")
    expect(changes.filter(has_text="NICKEL")).to_contain_text("added")
    assert Axe().run(page).violations_count == 0
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.goto(page.url.partition("?")[0] + "?of=BUSH&on=2025-12-01")
    expect(page.locator("table.uses tbody tr")).to_have_count(2)
    page.goto(page.url.partition("?")[0] + "?of=KNUCKLE&on=2026-01-15")
    expect(page.locator("section:has(#parts)")).to_contain_text("No version in force")


@pytest.mark.cap(33, 36)
def test_the_check_names_the_gap_and_what_is_not_approved(shop, capsys) -> None:
    app = create_app(shop)
    site = Site(app.test_client())
    site.sign_in("anna")
    page = site.get("/structure/structure/check").get_data(as_text=True)
    assert "Gaps" in page and "1 Jan 2026 to 31 Jan 2026" in page
    assert "Not approved" in page and "Circles" in page
    site = Site(app.test_client())
    site.sign_in("carl")
    assert site.get("/structure/structure").status_code == 403
    assert site.get("/structure/part").status_code == 404
    at = ["--workspace", str(shop.settings.workspace)]
    assert cli.main(["versions", *at]) == 1
    assert "HUB  V1.0 V2.0  2026-01-01..2026-01-31" in capsys.readouterr().out
    day = ["--on", "2025-12-01", *at]
    assert cli.main(["versions", "--of", "KNUCKLE", "--amount", "2", *day]) == 0
    assert "BUSH  Bush  × 9" in capsys.readouterr().out
    assert cli.main(["versions", "--used", "BUSH", *day]) == 0
    assert "KNUCKLE" in capsys.readouterr().out
