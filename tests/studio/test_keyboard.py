"""The whole form designer with nothing but a keyboard: a form from its name to its publishing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from seamline.documents import read
from seamline.usecases import design
from seamline.usecases.designing.edits import Write
from seamline.usecases.desk import Desk

from .conftest import ADMIN

VISITOR = """seamline: 1
role: visitor
title: {zh: 访客, en: Visitor}
kind: external
grants: [{form: repair, read: false, steps: [{step: create, fields: [subject, broken, note]}]}]
"""
# How many stops of the Tab key there are to a control, fewer than none where it lies behind.
STOPS = """to => {
  const kinds = "a[href], button, input, select, textarea, summary, [tabindex]";
  const stops = [...document.querySelectorAll(kinds)].filter(
    (one) => one.tabIndex >= 0 && !one.disabled && one.type !== "hidden" && one.checkVisibility());
  return stops.indexOf(to) - stops.indexOf(document.activeElement);
}"""
MOST_TABS = 40  # goes at it: where something opens on the way, the stops are others


class Keys:
    """Somebody at a keyboard: goes where a key leads, and types."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Press keys, and wait for what they set off."""
        for key in keys:
            self.page.keyboard.press(key)
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0)

    def to(self, where: Locator) -> None:
        """Go to a control by Tab; there is no other way to it."""
        expect(where).to_have_count(1)
        for _ in range(MOST_TABS):
            left = where.evaluate(STOPS)
            if where.evaluate("to => to === document.activeElement"):
                return
            for _stop in range(abs(left) or 1):
                self.page.keyboard.press("Shift+Tab" if left < 0 else "Tab")
        raise AssertionError(f"No key leads to {where}.")

    def push(self, where: Locator) -> None:
        """Press a button or a link."""
        self.to(where)
        self.press("Enter")

    def type(self, where: Locator, words: str) -> None:
        """Write into a box in place of what is there, and leave it."""
        self.to(where)
        self.press("Control+a")
        self.page.keyboard.type(words)
        self.press("Tab")
        expect(where).to_have_value(words)

    def choose(self, where: Locator, word: str) -> None:
        """Choose from a list by its arrows."""
        self.to(where)
        values = where.evaluate("one => [...one.options].map((each) => each.value)")
        for _ in range(len(values)):
            now = where.input_value()
            if now == word:
                return
            down = values.index(word) > values.index(now)
            self.press("ArrowDown" if down else "ArrowUp")
            expect(where).not_to_have_value(now)
        assert where.input_value() == word


@pytest.mark.cap(103)
def test_a_form_is_built_and_published_without_a_mouse(boss_desk: Desk, boss: Page) -> None:
    design.change(boss_desk, ADMIN, "small_desk", [Write("roles/visitor.yaml", VISITOR, over="")])
    boss.goto("/studio/small_desk")
    keys = Keys(boss)
    keys.choose(boss.get_by_label("What", exact=True), "form")
    keys.type(boss.get_by_label("Name"), "Repair")
    keys.type(boss.get_by_label("Id", exact=True), "repair")
    keys.push(boss.get_by_role("button", name="Add", exact=True))
    expect(boss.locator("#canvas h1")).to_have_text("Repair")
    _fields(keys, boss)
    _flow(keys, boss)
    _views(keys, boss)
    assert Axe().run(boss).response["violations"] == []
    data = read(design.opened(boss_desk, ADMIN, "small_desk").texts["forms/repair.yaml"], "").data
    assert data["sections"][0]["fields"][1:] == [
        {"id": "broken", "kind": "boolean", "label": {"zh": "是否", "en": "Broken"}},
        {"id": "table_1", "kind": "table", "label": {"zh": "子表", "en": "Sub-table"}, "fields": [
            {"id": "item", "kind": "text", "label": {"zh": "品名", "en": "Item"}},
            {"id": "qty", "kind": "integer", "label": {"zh": "整数", "en": "Quantity"}},
            {"id": "twice", "kind": "computed", "label": {"zh": "计算值", "en": "Computed value"},
             "formula": "qty * 2"},
        ]},
    ]  # fmt: skip
    assert data["sections"][1]["title"]["en"] == "What to do"
    assert data["sections"][1]["fields"][0]["visible_when"] == {"==": [{"var": "broken"}, True]}
    assert data["states"] == [
        {"id": "open", "title": {"zh": "新状态", "en": "Open"}},
        {"id": "done", "title": {"zh": "新状态", "en": "Done"}},
    ]
    assert (data["steps"][0]["from"], data["steps"][0]["to"]) == (["open"], "done")
    assert data["board"] == {"lane": "_state"}
    assert data["prints"][0]["fields"] == ["subject", "broken"]
    assert data["entries"][0]["public"]["role"] == "visitor"
    keys.push(boss.get_by_role("link", name="Publish"))
    assert boss.locator(".wrongs li").all_text_contents() == []
    keys.type(boss.get_by_label("Why"), "first form")
    keys.push(boss.get_by_role("button", name="Publish"))
    expect(boss.get_by_text("Everybody works with it now")).to_be_visible(timeout=20_000)
    assert boss_desk.catalogs.current().forms["repair"].form.steps[0].to == "done"


def _inserter(keys: Keys, boss: Page) -> Callable[[str, str], None]:
    def insert(after: str, kind: str) -> None:
        """Put a kind of field behind the one called so, by its name."""
        row = boss.locator(f"[id='r-{after}']")
        keys.to(row)
        if row.get_attribute("aria-current") is None:
            keys.press("Enter")
        keys.press("/")
        expect(boss.locator("#brick-find")).to_be_focused()
        boss.keyboard.type(kind)
        keys.press("Enter")

    return insert


def _rename(keys: Keys, boss: Page, words: str) -> None:
    keys.to(boss.locator("#canvas .fieldrow.on > .line > a"))
    keys.press("F2")
    expect(boss.locator(".naming")).to_be_focused()
    boss.keyboard.type(words)
    keys.press("Enter")
    expect(boss.locator("#canvas .fieldrow.on > .line b")).to_have_text(words)


def _fields(keys: Keys, boss: Page) -> None:
    """Fields, a sub-table with columns and a formula, a second section, a condition."""
    insert, one = _inserter(keys, boss), boss.get_by_role("region", name="This field")
    main = "sections[main].fields"
    insert(f"{main}[subject]", "yes or no")
    expect(one.get_by_label("Id")).to_have_value("boolean_1")
    keys.type(one.get_by_label("Id"), "broken")
    _rename(keys, boss, "Broken")
    insert(f"{main}[broken]", "sub-table")
    insert(f"{main}[table_1].fields[item]", "integer")
    keys.type(one.get_by_label("Id"), "qty")
    _rename(keys, boss, "Quantity")
    insert(f"{main}[table_1].fields[qty]", "computed")
    keys.type(one.get_by_label("Id"), "twice")
    formula = boss.locator("textarea[data-formula]")
    keys.to(formula)
    keys.press("Control+a")
    boss.keyboard.type("qua")
    keys.press("ArrowDown", "Enter")
    expect(formula).to_have_value("qty")
    boss.keyboard.type(" * 2")
    expect(boss.locator("#reckoned")).to_contain_text("number")
    keys.press("Enter")
    expect(boss.locator("#canvas")).to_contain_text("twice")
    # What a mouse drags, Alt and the arrows move, and "Move to" takes to another section.
    insert(f"{main}[subject]", "long text")
    keys.type(one.get_by_label("Id"), "note")
    keys.to(boss.locator("#canvas .fieldrow.on > .line > a"))
    keys.press("Alt+ArrowDown")
    expect(boss.locator("#canvas .fieldrow b").nth(2)).to_have_text("Long text")
    expect(boss.locator("#canvas .fieldrow.on > .line > a")).to_be_focused()
    keys.push(boss.locator("#canvas").get_by_role("button", name="Section", exact=True))
    keys.to(boss.locator("[id='r-sections[section_1]']"))
    keys.press("F2")
    boss.keyboard.type("What to do")
    keys.press("Enter")
    keys.push(boss.locator(f"[id='r-{main}[note]']"))
    keys.choose(one.get_by_label("Move to"), "sections[section_1].fields")
    keys.push(one.get_by_role("button", name="Move", exact=True))
    keys.push(boss.locator("[id='r-sections[section_1].fields[text_1]']"))
    boss.keyboard.press("Delete")
    expect(boss.locator("[id='r-sections[section_1].fields[text_1]']")).to_have_count(0)
    keys.push(boss.locator("[id='r-sections[section_1].fields[note]']"))
    shown = boss.get_by_role("region", name="When it is shown")
    keys.push(shown.get_by_role("button", name="Condition", exact=True))
    keys.choose(shown.get_by_label("What is asked about"), "broken")
    keys.choose(shown.get_by_label("Operator"), "==")
    keys.choose(shown.get_by_label("Value", exact=True), "true")
    expect(shown.locator(".aloud")).to_contain_text("Broken is yes")


def _flow(keys: Keys, boss: Page) -> None:
    """Two states, and the step from one to the other."""
    canvas, inspector = boss.locator("#canvas"), boss.locator("#inspector")
    for number, word in enumerate(("Open", "Done"), 1):
        keys.push(canvas.get_by_role("button", name="State", exact=True))
        state = boss.get_by_role("region", name="State", exact=True)
        expect(state.get_by_label("Id")).to_have_value("state_1")
        keys.type(state.get_by_label("Id"), word.lower())
        keys.to(boss.locator(f"[id='r-states[{word.lower()}]']"))
        keys.press("F2")
        boss.keyboard.type(word)
        keys.press("Enter")
        expect(canvas.locator(".chips a")).to_have_count(number)
    keys.push(canvas.get_by_role("button", name="Step", exact=True))
    keys.type(inspector.get_by_label("States it starts from"), "open")
    keys.type(inspector.get_by_label("State it leads to"), "done")
    expect(canvas.locator(".links").first).to_contain_text("Open → Done")


def _views(keys: Keys, boss: Page) -> None:
    """The columns of the list, a board, a print view, a way in for people without an account."""
    views = boss.get_by_role("region", name="Views and more")
    inspector = boss.locator("#inspector")
    keys.push(views.get_by_role("link", name="The list", exact=True))
    keys.type(inspector.get_by_label("Columns shown"), "subject, broken, _state")
    keys.push(views.get_by_role("link", name="The board"))
    keys.push(inspector.get_by_role("button", name="The board"))
    keys.type(inspector.get_by_label("What makes the columns"), "_state")
    keys.push(views.get_by_role("link", name="Ways to print"))
    keys.push(inspector.get_by_role("button", name="Add", exact=True))
    keys.type(inspector.get_by_label("Fields and columns to print"), "subject, broken")
    keys.push(views.get_by_role("link", name="Short ways to a new record"))
    keys.push(inspector.get_by_role("button", name="Add", exact=True))
    keys.push(inspector.get_by_role("button", name="Open without an account"))
    keys.type(inspector.get_by_label("role").first, "visitor")
