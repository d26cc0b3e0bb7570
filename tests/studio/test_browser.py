"""Studio in a browser, as an IT assistant uses it: nothing but the pages, and the keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect

from seamline import clock
from seamline.problems import Refused
from seamline.settings import found
from seamline.ui.app import create_app
from seamline.usecases import accounts, design, install
from seamline.usecases.designing.edits import Put
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.submit import Submission, submit

from ..browsing import answering, started
from .conftest import ADMIN, CLI

PASSWORD = "correct horse battery"
FORM = "forms/order.yaml"
PEOPLE = {"chen": ("陈洁", "designer", "zh"), "eve": ("Eve", "designer", "en")}


@pytest.fixture(scope="module")
def shop(designed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A workspace with the small package and two people who design it."""
    opened = open_desk(found(tmp_path_factory.mktemp("browser"), {}))
    install.publish(opened, ADMIN, CLI, designed)
    for login, (name, role, language) in PEOPLE.items():
        given = {"login": login, "name": name, "roles": [role], "language": language}
        accounts.create_user(opened, ADMIN, CLI, password=PASSWORD, **given)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def address(shop: Desk) -> Iterator[str]:
    """Where it is served."""
    with answering(create_app(shop)) as served:
        yield served


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the module."""
    with started() as browser:
        yield browser


@pytest.fixture(scope="module")
def studio(chromium: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """A function that opens a page of Studio; what a browser complains of fails the test."""
    complaints: list[str] = []

    def heard(one: ConsoleMessage) -> None:
        # A refusal that is shown on the page is a good answer.
        if one.type == "error" and "status of 422" not in one.text:
            complaints.append(one.text)

    def give(login: str, path: str, **options: object) -> Page:
        given = {"viewport": {"width": 1440, "height": 900}, **options}
        context = chromium.new_context(base_url=address, **given)  # type: ignore[arg-type]  # mixed options
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", heard)
        page.goto("/sign-in")
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.locator("main form .btn.p").click()
        page.wait_for_url(f"{address}/")
        page.goto(f"/studio/small_desk{path}")
        return page

    yield give
    assert complaints == []


@pytest.fixture(autouse=True)
def clean(shop: Desk) -> Iterator[None]:
    """No draft before a test or after it."""
    yield
    with shop.store.unit() as unit:
        unit.designs.remove("small_desk")


def text(shop: Desk) -> str:
    return design.opened(shop, ADMIN, "small_desk").texts[FORM]


@pytest.mark.cap(103)
def test_the_source_is_completed_checked_undone_and_published(
    shop: Desk, studio: Callable[..., Page]
) -> None:
    page = studio("eve", f"/source/{FORM}")
    held: list[Route] = []
    page.route("**/more.js*", lambda route: held.append(route))
    with page.expect_request("**/more.js*"):
        page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("ico")
    held[0].continue_()  # what completes words comes only when some have been typed
    page.get_by_role("option", name="icon").click()
    page.keyboard.type("nonsens e!")
    wrong = page.locator("[data-wrong] a")
    expect(wrong).to_have_count(1)
    expect(wrong).to_contain_text("40:7")
    for _ in "nonsens e!":
        page.keyboard.press("Backspace")
    page.keyboard.type("truck")
    expect(page.get_by_text("Nothing is wrong here.")).to_be_visible()
    assert text(shop).endswith("icon: truck")
    page.get_by_role("link", name="Publish").click()
    expect(page.get_by_text("Nothing in the database changes.")).to_be_visible()
    page.get_by_label("Why").fill("a picture for the menu")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Everybody works with it now")).to_be_visible()
    assert shop.catalogs.current().forms["order"].form.icon == "truck"
    page.get_by_role("link", name="To the documents").click()
    page.get_by_role("link", name="Versions").click()
    page.get_by_role("button", name="Go back to this").click()
    expect(page.get_by_text("The draft now says what version 0 said.")).to_be_visible()
    assert "icon" not in text(shop)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Redo")).to_be_enabled()
    assert text(shop).endswith("icon: truck")


@pytest.mark.cap(103)
def test_a_form_is_designed_by_the_keyboard_alone(shop: Desk, studio: Callable[..., Page]) -> None:
    page = studio("eve", f"/form/{FORM}")
    before = text(shop)
    page.locator("#canvas .fieldrow a").nth(2).focus()
    page.keyboard.press("Enter")
    inspector = page.get_by_role("region", name="This field")
    expect(inspector.get_by_label("Id")).to_have_value("customer_po")
    expect(inspector.get_by_label("Id")).to_have_attribute("readonly", "")
    # "/" finds a kind of field by its name; Enter puts it behind the one that is selected.
    page.keyboard.press("/")
    page.keyboard.type("choice")
    page.keyboard.press("Enter")
    expect(inspector.get_by_label("Id")).to_have_value("choice_1")
    inspector.get_by_label("Id").fill("urgency")
    page.keyboard.press("Tab")
    expect(page.locator("#canvas .fieldrow.on")).to_contain_text("urgency")
    inspector.get_by_label("Name (English)", exact=True).first.fill("Urgency")
    page.keyboard.press("Tab")
    expect(page.locator("#canvas .fieldrow.on b")).to_have_text("Urgency")
    inspector.get_by_role("button", name="Add a row").press("Enter")
    expect(inspector.locator("table.mini tbody tr")).to_have_count(3)
    expect(page.frame_locator("iframe").get_by_label("Urgency")).to_have_count(1)
    page.locator("#canvas .fieldrow.on > .line > a").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#canvas .fieldrow b").nth(2)).to_have_text("Urgency")
    expect(page.locator("#canvas .fieldrow.on > .line > a")).to_be_focused()
    page.keyboard.press("Delete")
    expect(page.locator("#canvas .fieldrow b").nth(2)).to_have_text("Customer PO")
    undo = page.get_by_role("button", name="Undo")
    page.locator("#canvas .fieldrow a").first.focus()
    page.keyboard.press("Control+z")
    expect(page.locator("#canvas .fieldrow b").nth(2)).to_have_text("Urgency")
    while undo.is_enabled():
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            undo.press("Enter")
        expect(page.locator("#canvas h1")).to_be_visible()
        if text(shop) == before:
            break
    assert text(shop) == before


def test_what_is_typed_while_another_change_is_on_its_way_is_kept(
    shop: Desk, studio: Callable[..., Page]
) -> None:
    page = studio("eve", f"/form/{FORM}")
    page.evaluate(
        """typed => {
          for (const [id, word] of typed) {
            const box = document.getElementById(id);
            box.value = word;
            box.dispatchEvent(new Event("change", {bubbles: true}));
          }
        }""",
        [["b-title-zh", "快单"], ["b-title-en", "Quick order"]],
    )
    expect(page.locator("#canvas h1")).to_have_text("Quick order")
    expect(page.locator("#b-title-zh")).to_have_value("快单")
    assert "快单" in text(shop) and "Quick order" in text(shop)


def test_a_field_is_dragged_and_a_rule_of_the_language_is_said_beside_it(
    shop: Desk, studio: Callable[..., Page]
) -> None:
    page = studio("chen", f"/form/{FORM}")
    rows = page.locator("#canvas .fieldrow:not(.columns *)")
    source = page.locator('.fieldrow[data-id="agreement"] > .line')
    source.drag_to(page.locator('.fieldrow[data-id="customer"] > .line'),
                   target_position={"x": 60, "y": 4})  # fmt: skip
    expect(rows.first).to_contain_text("Agreement")
    page.locator('.brick[data-kind="date"]').drag_to(
        page.locator('.fieldrow[data-id="customer_po"] > .line'),
        target_position={"x": 60, "y": 36},
    )
    expect(page.locator(".fieldrow.on")).to_contain_text("date_1")
    page.get_by_label("填写说明 (中文)").fill("要写清楚")
    page.keyboard.press("Tab")
    page.locator('[data-key="visible_when"] summary').click()
    page.get_by_role("textbox", name="何时显示").fill('{"==": [{var: agreement}, true]}')
    page.keyboard.press("Tab")
    expect(page.get_by_text("读作：")).to_contain_text("Agreement等于是")
    expect(page.locator(".fieldrow.on .badge")).to_be_visible()
    # What was unfolded stays so when the page comes back with the change.
    page.get_by_role("textbox", name="何时显示").fill('{"==": [{var: nowhere}, true]}')
    page.keyboard.press("Tab")
    expect(page.locator(".inspector .bad .err")).to_contain_text("nowhere")
    assert "help: 要写清楚" in text(shop)


@pytest.mark.parametrize("look", [("eve", 1440, "light"), ("chen", 390, "dark")])
def test_every_page_reads_well_to_everybody(
    shop: Desk, studio: Callable[..., Page], look: tuple[str, int, str]
) -> None:
    login, width, scheme = look
    first = Put(FORM, "sections[main].title.en", "Main part")
    design.change(shop, ADMIN, "small_desk", [first])
    options = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
    page = studio(login, "", **options)
    field = f"/form/{FORM}?at=sections%5Bmain%5D.fields%5Blines%5D"
    said: list[str] = []
    for path in ("", f"/source/{FORM}", field, "/publish", "/versions"):
        page.goto(f"/studio/small_desk{path}")
        expect(page.locator("main").first).to_be_visible()
        for one in Axe().run(page).response["violations"]:
            said.append(f"{path}: {one['id']}: {one['nodes'][0]['html'][:200]}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert said == []


@pytest.mark.cap(67)
def test_a_rule_is_built_of_clauses_and_read_aloud(shop: Desk, studio: Callable[..., Page]) -> None:
    page = studio("eve", "/rules/rulesets/order_create.yaml")
    hard = page.get_by_role("region", name="Hard rules")
    before = int(str(hard.locator(".badge").first.text_content())[0])
    hard.get_by_role("button", name="New rule").click()
    expect(hard.locator(".badge").first).to_have_text(f"{before + 1}/3")
    rule = page.locator("#inspector")
    rule.get_by_label("What is asked about").select_option("total")
    expect(rule.get_by_label("Operator")).to_contain_text("is more than")
    rule.get_by_label("Operator").select_option(">")
    rule.get_by_label("Value").fill("many")
    page.keyboard.press("Tab")
    expect(rule.get_by_text("Expected a number, got 'many'.")).to_be_visible()
    rule.get_by_label("Value").fill("5000")
    page.keyboard.press("Tab")
    expect(rule.get_by_text("Total is more than 5000", exact=True)).to_be_visible()
    expect(rule.get_by_text("Total大于5000", exact=True)).to_be_visible()
    rule.get_by_role("button", name="Rows").click()
    expect(rule.get_by_label("How many rows")).to_have_value("some")
    rule.get_by_label("How they are joined").select_option("or")
    expect(rule.locator(".note.teal")).to_contain_text("or at least one of Lines has")
    rule.get_by_label("Title (English)").fill("Very large order")
    page.keyboard.press("Tab")
    expect(hard.get_by_role("link", name="Very large order")).to_be_visible()
    rule.get_by_role("link", name="Try on the last 30 days").click()
    expect(rule.get_by_text("decisions of 30 days judged again.")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    written = design.opened(shop, ADMIN, "small_desk").texts["rulesets/order_create.yaml"]
    assert 'when: {or: [{">": [{var: total}, 5000]}, {some: [{var: lines}' in written
    while before + 1 < 3:
        before += 1
        hard.get_by_role("button", name="New rule").click()
        expect(hard.locator(".badge").first).to_have_text(f"{before + 1}/3")
    expect(hard.get_by_text("Full. Retire, merge or demote one first.")).to_be_visible()


@pytest.fixture
def orders(shop: Desk) -> None:
    """Two orders to try a rule on; the newer has a small line and a large one."""
    with suppress(Refused):  # another test has made it
        customer = {"code": "C1", "name": "Acme", "credit_line": 99000}
        submit(shop, ADMIN, CLI, Submission("customer", "create", customer))
    for sizes in ((1,), (3, 400)):
        lines = [{"part": "A", "qty": qty, "price": 5} for qty in sizes]
        values = {"customer": "C1", "customer_po": f"P{sizes}", "due_date": str(clock.today(UTC)),
                  "agreement": True, "lines": lines}  # fmt: skip
        submit(shop, ADMIN, CLI, Submission("order", "create", values))


@pytest.mark.cap(67)
def test_a_rule_is_tried_on_a_record_clause_by_clause(
    shop: Desk, orders: None, studio: Callable[..., Page]
) -> None:
    page = studio("eve", "/rules/rulesets/order_create.yaml?at=soft%5Bbig%5D")
    rule, trial = page.locator("#inspector"), page.locator("#on-record")
    expect(trial.get_by_text("The rule fires")).to_be_visible()
    expect(trial.locator(".said [lang=zh]")).to_have_text("合计 2015.00 较大")
    rule.get_by_label("What is asked about").select_option("due_date")
    rule.get_by_label("Operator").select_option(label="is in the last …")
    rule.get_by_label("How many").fill("many")
    page.keyboard.press("Tab")
    expect(rule.get_by_text("Expected a whole number from 1 to 9999, got 'many'.")).to_be_visible()
    rule.get_by_label("How many").fill("2")
    page.keyboard.press("Tab")
    rule.get_by_label("Unit of time").select_option("w")
    expect(rule.get_by_text("Due is in the last 2 weeks", exact=True)).to_be_visible()
    rule.get_by_role("button", name="Rows").click()
    rule.get_by_label("What is asked about").nth(1).select_option("qty")
    rule.get_by_label("Operator").nth(1).select_option("<")
    rule.get_by_label("Value").fill("10")
    page.keyboard.press("Tab")
    lines = trial.locator(".judged li li li")
    expect(lines).to_have_text([re.compile("holds.*row 1.*3 < 10", re.S),
                                re.compile("does not hold.*row 2.*400 < 10", re.S)])  # fmt: skip
    trial.get_by_label("Record").select_option(index=1)
    expect(lines).to_have_count(1)
    # A field goes into the message where the cursor is, and behind the other language.
    say = rule.get_by_label("What people read; may name {field} (English)")
    say.click()
    page.keyboard.press("Home")
    rule.get_by_label("Put a field into the message").select_option("customer_po")
    rule.get_by_role("button", name="Put in").click()
    expect(trial.locator(".said [lang=en]")).to_have_text("P(1,)Total 5.00 is large")
    expect(trial.locator(".said [lang=zh]")).to_have_text("合计 5.00 较大P(1,)")
    rule.get_by_role("link", name="Preview of the switch").click()
    expect(rule.get_by_text("released: 1.")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    written = design.opened(shop, ADMIN, "small_desk").texts["rulesets/order_create.yaml"]
    assert "{falls: [{var: due_date}, last 2w]}" in written


@pytest.mark.cap(120)
def test_a_form_is_begun_from_a_sheet_and_from_the_library(
    shop: Desk, studio: Callable[..., Page]
) -> None:
    page = studio("eve", "/start")
    rows = [f"FX00{n},2026-11-0{n},广州,{n * 7},完好" for n in range(1, 5)]
    sheet = "\n".join(["返修单号,登记日期,客户,数量,结果", *rows]).encode()
    file = {"name": "返修登记.csv", "mimeType": "text/csv", "buffer": sheet}
    page.get_by_label("File").set_input_files([file])  # type: ignore[list-item]  # a plain dict
    page.get_by_role("button", name="Next: check the fields").first.click()
    expect(page.get_by_text("Different in each of 4 rows: the key.")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.get_by_label("Id", exact=True).fill("Repairs!")
    page.get_by_label("English label of 返修单号").fill("Repair no.")
    page.get_by_role("button", name="Make the form").click()
    expect(page.get_by_text("'Repairs!' is no id")).to_be_visible()
    expect(page.get_by_label("English label of 返修单号")).to_have_value("Repair no.")
    page.get_by_label("Id", exact=True).fill("repairs")
    page.get_by_role("button", name="Make the form").click()
    expect(page.locator("#canvas")).to_contain_text("Repair no.")
    page.goto("/studio/small_desk/start")
    assert Axe().run(page).response["violations"] == []
    stock = page.locator(".gallery > ul > li", has_text="Less than nothing available")
    stock.get_by_role("button", name="Take it").click()
    expect(page.locator("#canvas")).to_contain_text("Available")
    texts = design.opened(shop, ADMIN, "small_desk").texts
    assert "key: repair_document_no" in texts["forms/repairs.yaml"]
    assert "step: stock_sheet.create" in texts["rulesets/stock.yaml"]
