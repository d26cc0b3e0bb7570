"""The pipeline canvas in a browser: a graph built, mapped and tried by nothing but the page."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from seamline.connector import Entity, Member
from seamline.documents import read
from seamline.pipelines import STEPS
from seamline.schema import check
from seamline.scope import Scope
from seamline.text import Text
from seamline.ui.app import create_app
from seamline.ui.designing.flow import Fresh, Ground, nodes_of
from seamline.ui.designing.naming import read_value, rows_of
from seamline.ui.pages.pipeline_steps import members_known
from seamline.usecases import design
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit

from .conftest import ADMIN, CLI

PATH = "pipelines/copy_customer.yaml"


@pytest.mark.cap(80)
def test_a_pipeline_is_drawn_mapped_and_tried(boss_desk: Desk, boss: Page) -> None:
    shop, page = boss_desk, boss
    page.goto("/studio/small_desk")

    def text() -> str:
        return design.opened(shop, ADMIN, "small_desk").texts[PATH]

    page.get_by_label("What", exact=True).select_option("pipeline")
    page.get_by_label("Name").fill("Copy customer")
    page.get_by_label("Id").fill("copy_customer")
    page.get_by_role("button", name="Add", exact=True).click()
    inspector = page.locator("#inspector")
    inspector.get_by_label("The role with whose rights it acts").fill("clerk")
    page.keyboard.press("Tab")
    page.locator("#r-on").click()
    inspector.get_by_label("Form").fill("order")
    page.keyboard.press("Tab")
    expect(page.locator(".trigger small")).to_have_text("Order")
    page.locator('.flow a[href*="tell"]').click()
    expect(page.locator(".fieldrow.on")).to_contain_text("tell")
    page.keyboard.press("/")
    page.keyboard.type("look up")
    page.keyboard.press("Enter")
    expect(page.locator(".fieldrow.on")).to_contain_text("read_1")
    inspector.get_by_label("Form").fill("customer")
    page.keyboard.press("Tab")
    inspector.get_by_text("As text").click()
    inspector.get_by_label("Condition", exact=True).fill(
        '{"==": [{var: code}, {var: record.customer}]}'
    )
    page.keyboard.press("Tab")
    page.locator('.brick[data-kind="upsert"]').click()
    expect(page.locator(".fieldrow.on")).to_contain_text("upsert_1")
    inspector.get_by_label("Form").fill("customer")
    page.keyboard.press("Tab")
    inspector.get_by_label("The field that tells which record").fill("code")
    page.keyboard.press("Tab")
    inspector.get_by_role("button", name="Take").click()
    expect(inspector.get_by_label("Credit line")).to_have_value("=read_1.credit_line")
    assert 'code: "=read_1.code", name: =read_1.name, credit_line: =read_1.credit_line' in text()
    page.locator(".fieldrow.on > .line > a").first.focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".flow > .fieldrow").nth(1)).to_contain_text("upsert_1")
    page.keyboard.press("Control+z")
    expect(page.locator(".flow > .fieldrow").nth(2)).to_contain_text("upsert_1")
    assert Axe().run(page).response["violations"] == []
    lines = [{"part": "bolt", "qty": 2, "price": "3"}]
    order = {"customer": "C1", "due_date": "2027-01-04", "agreement": True, "lines": lines}
    made = submit(shop, ADMIN, CLI, Submission("order", "create", order))
    page.get_by_label("Try it on a record").fill(made.record.code)
    page.get_by_role("button", name="Dry run").click()
    read_ = page.locator(".fieldrow", has_text="read_1").locator("details.tried")
    read_.locator("summary").click()
    expect(read_.locator(".io")).to_contain_text("record.customer")
    expect(read_.locator("pre")).to_contain_text("Acme")
    stopped = page.locator(".fieldrow", has_text="upsert_1").locator("details.tried.not")
    expect(stopped).to_contain_text("would stop here")
    read_.get_by_label("Pin this for the next trial").check()
    page.get_by_role("button", name="Dry run").click()
    expect(read_.locator("summary")).to_contain_text("pinned")
    assert Axe().run(page).response["violations"] == []


@pytest.mark.cap(80)
def test_a_mapping_offers_what_the_other_system_has_with_what_likely_fills_it(
    boss_desk: Desk,
) -> None:
    title = Text.same
    entity = Entity("orders", title("Orders"), ("id",), (
        Member("id", "integer", title("Id")),
        Member("settlement_no", "text", title("Settlement number"), writable=True),
        Member("cDefine2", "date", title("Final delivery date"), writable=True, required=True),
        Member("note", "text", title("Note"), writable=True),
        Member("items", "rows", title("Items"), writable=True),
    ))  # fmt: skip
    scope = Scope({"record.settlement_no": "text", "record.final_delivery_date": "date",
                   "record.note": "number"})  # fmt: skip
    with create_app(boss_desk).test_request_context():
        filled, left = rows_of({"note": "x"}, members_known("values", entity, scope))
        found = [(one.name, one.suggestion) for one in left]
        seen = members_known("expects", entity, scope)
        # What a call gives is not filled, and lines are made of rows.
        given, lines = (members_known(key, entity, scope) for key in ("gives", "lines"))
    assert [(one.label, one.value) for one in filled] == [("Note", "x")]
    assert found == [("cDefine2", "=record.final_delivery_date"),
                     ("settlement_no", "=record.settlement_no")]  # fmt: skip
    assert {one.name for one in seen} == {one.name for one in entity.members[:-1]}
    assert {one.suggestion for one in given} == {""}
    assert [(one.name, one.suggestion) for one in lines] == [("items", "")]


def test_what_a_mapping_holds_is_sent_back_as_it_is() -> None:
    lines = {"in": "record.lines", "as": "row", "values": {"qty": "=row.qty", "off": None}}
    held = {"yes": True, "none": None, "sum": 2.5, "words": " true", "items": lines}
    filled, _left = rows_of({**held, "empty": ""}, [])
    assert {one.name: read_value(one.value, None, held[one.name]) for one in filled} == held
    assert read_value("{in: record.lines}", None, lines) == {"in": "record.lines"}
    assert read_value("first second", None, "first \nsecond\n") == "first \nsecond\n"


@pytest.mark.parametrize("kind", STEPS)
def test_a_new_step_of_every_kind_has_the_shape_of_the_language(kind: str) -> None:
    fresh = Fresh({}, names=("record.qty",), rows=("record.lines",))
    step = fresh.step(kind)
    data = {
        "seamline": 1, "pipeline": "p", "title": "P", "role": "clerk",
        "on": {"record": {"form": "order"}}, "steps": [step],
    }  # fmt: skip
    document = read(json.dumps(data), "pipelines/p.json", "json")
    assert check(document, "pipeline") == []
    assert nodes_of(Ground(document, {}, "en"))[0].kind == kind
