"""Fast fingers on a slow network: nothing that is typed in an editor of Studio is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from seamline.documents import read
from seamline.usecases import design
from seamline.usecases.designing.edits import Insert, Put, Remove, Write
from seamline.usecases.desk import Desk

from .conftest import ADMIN

PIPELINE = """seamline: 1
pipeline: fast
title: Fast
role: clerk
on: {record: {form: order, steps: [create]}}
steps:
  - id: made
    upsert: {form: customer, by: code, values: {code: =record.customer, name: new}}
"""
CORRELATION = """seamline: 1
correlation: fast
title: Fast
facts:
  - {as: order, form: order}
  - {as: customer, form: customer}
on:
  - ["==", order.customer, customer.code]
say: "{order._code}"
then: {event: fast}
"""
ROLE = """seamline: 1
role: kept
title: Kept
grants: [{form: order, read: true}]
"""
FORM = "forms/order.yaml"
EDITORS = {
    "form": (f"form/{FORM}?at=sections%5Bmain%5D.fields%5Bcustomer_po%5D", FORM),
    "rules": ("rules/rulesets/order_create.yaml?at=soft%5Bbig%5D", "rulesets/order_create.yaml"),
    "pipeline": ("pipeline/pipelines/fast.yaml", "pipelines/fast.yaml"),
    "mapping": ("pipeline/pipelines/fast.yaml?at=steps%5Bmade%5D", "pipelines/fast.yaml"),
    "document": ("document/correlations/fast.yaml", "correlations/fast.yaml"),
    "role": ("roles/roles/designer.yaml", "roles/designer.yaml"),
}  # fmt: skip
# Where anything may be typed: texts in both languages, values of mappings, sides of comparisons.
FREE = re.compile(r"\.(zh|en)$|^m:|^v:on\.\d\.[12]$|^title")


@pytest.mark.cap(103)
@pytest.mark.parametrize("editor", EDITORS)
def test_what_is_typed_while_answers_are_under_way_is_kept(
    boss_desk: Desk, boss: Page, editor: str
) -> None:
    written = [Write("pipelines/fast.yaml", PIPELINE), Write("correlations/fast.yaml", CORRELATION)]
    design.change(boss_desk, ADMIN, "small_desk", written)
    address, path = EDITORS[editor]
    boss.goto(f"/studio/small_desk/{address}")
    boss.wait_for_load_state("networkidle")
    typed: dict[str, str] = {}
    with far_away(boss):
        boss.locator("#inspector input:not([type=hidden]), #inspector textarea").first.focus()
        for number in range(40):
            name = str(boss.evaluate("document.activeElement.name ?? ''"))
            if not boss.evaluate("!!document.activeElement.closest('#inspector')"):
                break
            if FREE.search(name) and name not in typed:
                boss.keyboard.press("Control+a")
                typed[name] = f"typed{number}x{editor}"
                boss.keyboard.type(typed[name], delay=12)
            boss.keyboard.press("Tab")
        assert len(typed) > 1

    def lost(_page: object = None) -> list[str]:
        text = design.opened(boss_desk, ADMIN, "small_desk").texts[path]
        return [name for name, word in typed.items() if word not in text]

    for _ in range(60):
        if not lost():
            break
        boss.wait_for_timeout(100)
    assert lost() == []
    for name, word in typed.items():
        expect(boss.locator(f'#inspector [name="{name}"]').first).to_have_value(word)


@contextmanager
def far_away(page: Page) -> Iterator[None]:
    """Let answers take their time."""
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")
    far = {"offline": False, "latency": 350, "downloadThroughput": 2e5, "uploadThroughput": 1e5}
    slow.send("Network.emulateNetworkConditions", far)
    yield
    near = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    slow.send("Network.emulateNetworkConditions", near)
    slow.detach()


def retype(page: Page, box: str, gone: str) -> None:
    """Write over a box while a row before it is being removed, and go on when it is."""
    with far_away(page):
        page.locator(f'#inspector button[value="{gone}"]').click()
        page.locator(f'#inspector [name="{box}"], #inspector [id="{box}"]').focus()
        page.keyboard.press("Control+a")
        page.keyboard.type("typed")
        expect(page.locator("[aria-busy=true]")).to_have_count(1)
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        page.keyboard.type("99")
        page.keyboard.press("Tab")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


@pytest.mark.cap(103)
def test_what_is_typed_stays_in_its_row_when_one_before_it_goes(
    boss_desk: Desk, boss: Page
) -> None:
    def now(path: str) -> Any:
        return read(design.opened(boss_desk, ADMIN, "small_desk").texts[path], path).data

    rows = """  - ["!=", order.customer_po, customer.name]
  - ["!=", order.customer_po, customer.code]
say:"""
    written = Write("correlations/fewer.yaml", CORRELATION.replace("say:", rows, 1))
    design.change(boss_desk, ADMIN, "small_desk", [written])
    boss.goto("/studio/small_desk/document/correlations/fewer.yaml")
    boss.locator('[name="v:on.3.1"]').fill("half")  # not all there yet, and not lost
    retype(boss, "v:on.1.1", "remove:on[1]")
    assert now("correlations/fewer.yaml")["on"] == [
        ["!=", "typed99", "customer.name"],
        ["!=", "order.customer_po", "customer.code"],
    ]
    expect(boss.locator('[name="v:on.2.1"]')).to_have_value("half")
    with far_away(boss):  # pressed twice, one row goes
        boss.locator('#inspector button[value="remove:on[1]"]').dblclick()
        expect(boss.locator("[aria-busy=true]")).to_have_count(0)
    assert now("correlations/fewer.yaml")["on"] == [["!=", "order.customer_po", "customer.code"]]
    rule = "soft[big].when.and"
    when = {"and": [{"!=": [{"var": "customer_po"}, word]} for word in ("a", "b", "c")]}
    put = Put("rulesets/order_create.yaml", "soft[big].when", when)
    design.change(boss_desk, ADMIN, "small_desk", [put])
    boss.goto("/studio/small_desk/rules/rulesets/order_create.yaml?at=soft%5Bbig%5D")
    retype(boss, f"v-{rule}[2]", f"drop:{rule}[1]")
    left = now("rulesets/order_create.yaml")["soft"][0]["when"]["and"]
    assert [one["!="][1] for one in left] == ["typed99", "c"]


@pytest.mark.cap(103)
def test_what_is_removed_twice_by_its_place_is_removed_once(boss_desk: Desk, boss: Page) -> None:
    def now(path: str) -> Any:
        return read(design.opened(boss_desk, ADMIN, "small_desk").texts[path], path).data

    def gone() -> None:
        expect(boss.locator("[aria-busy=true]")).to_have_count(0)

    def button(value: str) -> Locator:
        return boss.locator(f'#inspector button[value="{value}"]')

    path, rule = "rulesets/order_create.yaml", "soft[big].when.and"
    one, two, three = ({"!=": [{"var": "customer_po"}, word]} for word in ("a", "b", "c"))
    groups = [{"or": [each, {"!": each}]} for each in (one, two, three)]
    put = Put(path, "soft[big].when", {"and": [one, *groups]})
    steps = "  - when: {form: customer, step: create, as: clerk}\n    then: {outcome: passed}\n" * 3
    scenario = f"seamline: 1\nscenario: three\ntitle: Three\nsteps:\n{steps}"
    facts = CORRELATION.replace("\non:", "\n  - {as: buy, form: purchase}\non:").replace(
        "fast", "three"
    )
    written = [Write("scenarios/three.yaml", scenario), Write("correlations/three.yaml", facts)]
    design.change(boss_desk, ADMIN, "small_desk", [put, *written])
    boss.goto(f"/studio/small_desk/rules/{path}?at=soft%5Bbig%5D")
    with far_away(boss):
        button(f"drop:{rule}[2]").dblclick()
        gone()
        assert now(path)["soft"][0]["when"]["and"] == [one, *groups[1:]]
        button(f"drop:{rule}[1]").click()  # behind which the next one has another place
        button(f"drop:{rule}[2]").click()
        gone()
    assert now(path)["soft"][0]["when"]["and"] == groups[2:]
    boss.goto("/studio/small_desk/document/correlations/three.yaml?at=facts%5B1%5D")
    with far_away(boss):
        button("remove:facts[1]").dblclick()
        gone()
    assert [one["as"] for one in now("correlations/three.yaml")["facts"]] == ["customer", "buy"]
    boss.goto("/studio/small_desk/document/scenarios/three.yaml")
    with far_away(boss):
        boss.locator('.fieldrow[data-at="steps[1]"] > .line a').focus()
        boss.keyboard.press("Delete")
        boss.keyboard.press("Delete")
        gone()
    boss.keyboard.press("Delete")  # on what stands there then
    gone()
    assert len(now("scenarios/three.yaml")["steps"]) == 1


@pytest.mark.cap(103)
def test_what_is_refused_stays_where_it_was_typed(boss_desk: Desk, boss: Page) -> None:
    def now() -> Any:
        form = read(design.opened(boss_desk, ADMIN, "small_desk").texts[FORM], FORM)
        return form.value(form.path("sections[main].fields[customer_po]") or ())

    def box(key: str) -> Locator:
        return boss.locator(f'#inspector [name="v:sections[main].fields[customer_po].{key}"]')

    boss.goto(f"/studio/small_desk/form/{FORM}?at=sections%5Bmain%5D.fields%5Bcustomer_po%5D")
    box("max_length").fill("many")
    boss.keyboard.press("Tab")
    expect(boss.get_by_role("alert")).to_contain_text("many")
    expect(box("max_length")).to_have_value("many")
    box("help.en").fill("All else is kept")
    boss.keyboard.press("Tab")
    expect(boss.get_by_role("alert")).to_have_count(0)
    assert "All else is kept" in str(now()["help"]) and "max_length" not in now()
    expect(box("max_length")).to_have_value("many")
    expect(box("max_length")).to_have_attribute("aria-invalid", "true")
    box("max_length").fill("77")
    boss.keyboard.press("Tab")
    expect(boss.locator("[aria-busy=true]")).to_have_count(0)
    assert now()["max_length"] == 77
    assert Axe().run(boss).response["violations"] == []


@pytest.mark.cap(103)
def test_what_is_dragged_stays_until_it_is_dropped(boss: Page) -> None:
    boss.goto(f"/studio/small_desk/form/{FORM}?at=sections%5Bmain%5D.fields%5Bcustomer_po%5D")
    brick, row = boss.locator('.brick[data-kind="date"]'), boss.locator(".fieldrow.on > .line")
    brick.evaluate("one => { one.id = 'carried' }")
    brick.hover()
    boss.mouse.down()
    box = row.bounding_box()
    assert box is not None
    for down in (8, 7, 6, 5, 4):  # the first ones begin it
        boss.mouse.move(box["x"] + 60, box["y"] + down)
    expect(boss.locator(".drop-before")).to_have_count(1)
    with boss.expect_response(lambda one: one.request.method == "GET" and FORM in one.url):
        boss.locator('[id$="customer_po.required"]').evaluate("one => one.click()")
    boss.wait_for_timeout(200)  # the answer is here
    expect(boss.locator("#carried")).to_have_count(1)
    boss.mouse.up()
    expect(boss.locator("#carried")).to_have_count(0)
    expect(boss.locator(".fieldrow.on")).to_contain_text("date_")
    expect(boss.locator('.fieldrow[data-id="customer_po"] .req')).to_be_visible()


@pytest.mark.cap(103)
def test_what_is_ticked_of_one_role_is_not_ticked_of_the_next(boss_desk: Desk, boss: Page) -> None:
    def grant(role: str) -> Any:
        path = f"roles/{role}.yaml"
        return read(design.opened(boss_desk, ADMIN, "small_desk").texts[path], path).data["grants"]

    boss.goto("/studio/small_desk/roles/roles/clerk.yaml?form=order")
    before = grant("board")
    with far_away(boss):
        boss.locator('[id="c-roles/board.yaml-order"]').click()
        boss.locator("#g-export").click()
        expect(boss.locator("[aria-busy=true]")).to_have_count(0)
    assert grant("clerk")[1]["export"] is True
    assert grant("board") == before


def settled(page: Page) -> None:
    """Wait until every answer is here."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def over(page: Page, words: dict[str, str]) -> None:
    """Write over boxes one after another, without waiting for answers."""
    for name, word in words.items():
        page.locator(f'#inspector [name="{name}"]').focus()
        page.keyboard.press("Control+a")
        page.keyboard.type(word, delay=12)
        page.keyboard.press("Tab")


@pytest.mark.cap(103)
@pytest.mark.parametrize("width", [1440, 390])
def test_a_refused_box_keeps_what_was_typed_and_holds_no_other_back(
    boss_desk: Desk, boss: Page, width: int
) -> None:
    def now() -> Any:
        data = read(design.opened(boss_desk, ADMIN, "small_desk").texts[FORM], FORM).data
        return next(one for one in data["sections"][0]["fields"] if one["id"] == "customer_po")

    at = "sections[main].fields[customer_po]"
    label, most = f"v:{at}.label.zh", f"v:{at}.max_length"
    boss.set_viewport_size({"width": width, "height": 900})
    boss.goto(f"/studio/small_desk/{EDITORS['form'][0]}")
    with far_away(boss):
        boss.locator(f'[name="{label}"]').evaluate("(one, to) => { one.value = to }", f"A{width}")
        over(boss, {most: "many", f"v:{at}.help.en": f"B{width}"})
        settled(boss)
        over(boss, {f"v:{at}.label.en": f"C{width}"})
        settled(boss)
    box = boss.locator(f'[name="{most}"]')
    expect(box).to_have_value("many")
    expect(boss.locator(".f.bad", has=box).locator(".err")).to_contain_text("'many'")
    assert now()["label"] == {"zh": f"A{width}", "en": f"C{width}"}
    assert f"B{width}" in str(now()["help"])
    with far_away(boss):
        over(boss, {most: str(width)})
        settled(boss)
    assert now()["max_length"] == width
    expect(boss.locator("#inspector .err")).to_have_count(0)
    boss.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.cap(103)
@pytest.mark.parametrize("width", [1440, 390])
def test_what_is_typed_while_an_id_is_changed_goes_over_to_it(
    boss_desk: Desk, boss: Page, width: int
) -> None:
    def now(path: str) -> str:
        return design.opened(boss_desk, ADMIN, "small_desk").texts[path]

    boss.set_viewport_size({"width": width, "height": 900})
    field = {"id": "first", "kind": "choice", "label": {"zh": "甲", "en": "First"},
             "options": [{"id": "one", "label": "One"}, {"id": "two", "label": "Two"}]}  # fmt: skip
    design.change(boss_desk, ADMIN, "small_desk", [Insert(FORM, "sections[main].fields", field)])
    at = "sections[main].fields[first]"
    boss.goto(f"/studio/small_desk/form/{FORM}?at={at}")
    with far_away(boss):
        over(boss, {f"v:{at}.id": "second", f"v:{at}.label.en": "Second"})
        boss.locator(f'[name="v:{at}.help.en"]').focus()
        boss.keyboard.type("half")
        expect(boss.locator(f'[name="v:{at}.id"]')).to_have_count(0)
        boss.keyboard.type("way")
        at = "sections[main].fields[second]"
        over(boss, {f"v:{at}.options[one].id": "eins", f"v:{at}.options[one].label.en": "Eins",
                    f"v:{at}.options[two].label.en": "Zwei", f"v:{at}.id": "third"})  # fmt: skip
        boss.locator(f'[name="v:{at}.label.zh"]').fill("丙")
        boss.locator('#canvas a[id$="[customer_po]"]').click()
        settled(boss)
    data = read(now(FORM), FORM).data["sections"][0]["fields"][-1]
    assert data == {
        "id": "third", "kind": "choice", "label": {"zh": "丙", "en": "Second"},
        "help": {"zh": "half", "en": "halfway"},
        "options": [{"id": "eins", "label": {"zh": "One", "en": "Eins"}},
                    {"id": "two", "label": {"zh": "Two", "en": "Zwei"}}],
    }  # fmt: skip
    design.change(boss_desk, ADMIN, "small_desk", [Remove(FORM, "sections[main].fields[third]")])
    written = Write("pipelines/other.yaml", PIPELINE.replace("pipeline: fast", "pipeline: other"))
    design.change(boss_desk, ADMIN, "small_desk", [written])
    boss.goto("/studio/small_desk/pipeline/pipelines/other.yaml?at=steps%5Bmade%5D")
    with far_away(boss):
        over(boss, {"v:steps[made].id": "done", "m:name": "typed"})
        settled(boss)
    assert re.search(r"- id: done\n.*name: typed}", now("pipelines/other.yaml"))
    boss.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.cap(103)
def test_a_refused_value_holds_back_no_other_of_a_mapping_or_a_grant(
    boss_desk: Desk, boss: Page
) -> None:
    def now(path: str) -> str:
        return design.opened(boss_desk, ADMIN, "small_desk").texts[path]

    kept = PIPELINE.replace("name: new", "name: new, tags: [a]").replace(": fast", ": kept")
    written = [Write("pipelines/kept.yaml", kept), Write("roles/kept.yaml", ROLE)]
    design.change(boss_desk, ADMIN, "small_desk", written)
    boss.goto("/studio/small_desk/pipeline/pipelines/kept.yaml?at=steps%5Bmade%5D")
    with far_away(boss):
        over(boss, {"m:tags": "[a", "m:name": "newer"})
        settled(boss)
    expect(boss.locator('[name="m:tags"]')).to_have_value("[a")
    expect(boss.locator(".maprow .err")).to_have_count(1)
    assert "name: newer, tags: [a]}" in now("pipelines/kept.yaml")
    boss.goto("/studio/small_desk/roles/roles/kept.yaml?form=order")
    boss.locator("#inspector details", has=boss.locator("#g-where")).evaluate("one => one.open = 1")
    with far_away(boss):
        over(boss, {"where": "{"})
        boss.locator("#g-export").click()
        settled(boss)
    expect(boss.locator("#g-where")).to_have_value("{")
    expect(boss.locator(".f.bad", has=boss.locator("#g-where")).locator(".err")).to_be_visible()
    assert "export: true" in now("roles/kept.yaml")
