"""Every kind of document edited by a generated form: nothing lost, nothing changed by looking."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, render_template
from playwright.sync_api import Page, expect

from seamline import problems
from seamline.documents import Document, Path as Place, read
from seamline.package import read_package
from seamline.package.sources import FOLDERS, kind_of_path
from seamline.schema import check
from seamline.text import Text
from seamline.ui.app import create_app
from seamline.ui.designing.blank import blank
from seamline.ui.designing.inspecting import Asked, Box, boxes
from seamline.ui.designing.known import Known
from seamline.ui.designing.outline import Branch, outline
from seamline.ui.designing.taking import edits_of
from seamline.usecases import design
from seamline.usecases.designing.edits import Put
from seamline.usecases.desk import Desk

from .conftest import ADMIN
from .sending import sent_of

ROOT = Path(__file__).parents[2]
DRAWN = (
    "{% import 'studio/box.html' as inspect with context %}"
    "{% for box in boxes %}{{ inspect.whole(box) }}{% endfor %}"
)


FOLDED = """seamline: 1
correlation: folded
title: >
  One
  line
say:
  zh: |
    甲
    乙
  en: >-
    a
    b
"""


def documents() -> Iterator[tuple[str, Document]]:
    """Yield every document of every package, with its kind."""
    for folder in ("examples", "tests/packages"):
        for path in sorted((ROOT / folder).rglob("*.yaml")):
            kind = kind_of_path("/".join(path.parts[-2:])) or kind_of_path(path.name)
            if kind and "data" not in path.parts:
                yield kind, read(path.read_text("utf-8"), f"{path.parent.name}/{path.name}")


def places(asked: Asked) -> Iterator[Place]:
    """Yield every thing of a document that has an inspector of its own."""

    def inside(branches: tuple[Branch, ...]) -> Iterator[Place]:
        for branch in branches:
            for leaf in branch.leaves:
                place = asked.document.path(leaf.words)
                assert place is not None, leaf.words
                yield place
                yield from inside(leaf.branches)

    yield ()
    yield from inside(outline(asked))


@pytest.fixture(scope="module")
def app(boss_desk: Desk) -> Flask:
    """The application, to draw with."""
    return create_app(boss_desk)


@pytest.mark.cap(103)
def test_what_is_looked_at_and_sent_back_changes_nothing(app: Flask) -> None:
    kinds: set[str] = set()
    with app.test_request_context():
        template = app.jinja_env.from_string(DRAWN)
        folded = ("correlation", read(FOLDED, "correlations/folded.yaml"))
        for kind, document in (*documents(), folded):
            asked = Asked(kind, document, "zh")
            for place in places(asked):
                drawn = boxes(asked, place)
                assert [one.words for one in drawn if one.control == "stray"] == []
                html = render_template(template, boxes=drawn)
                wrong = problems.Problems()
                made, _at = edits_of(kind, document, sent_of(html), wrong)
                assert (made, [*wrong]) == ([], []), (document.name, place)
            kinds.add(kind)
    assert kinds == {*FOLDERS.values(), "package"}


@pytest.mark.cap(103)
def test_comparisons_and_words_of_cells_are_edited_in_boxes_of_their_own(app: Flask) -> None:
    examples = ROOT / "examples/auto_parts"
    text = (examples / "correlations/late_credit.yaml").read_text("utf-8")
    document = read(text, "correlations/late_credit.yaml")
    with app.test_request_context():
        template = app.jinja_env.from_string(DRAWN)
        drawn = boxes(Asked("correlation", document, "en"), ())
        sent = sent_of(render_template(template, boxes=drawn))
        assert sent["v:on.1.0"] == ">"
        sent["v:on.1.0"] = ">="
        sent["v:on.2.1"], sent["v:on.2.2"] = "order._id", "customer.code"
        (put,), _at = edits_of("correlation", document, sent, problems.Problems())
        (after,) = put.done({document.name: text}).values()
        assert '  - [">=", customer.receivable, customer.credit_line]\n' in after
        assert read(after, "x").data["on"][2] == ["==", "order._id", "customer.code"]
        assert len({*after.splitlines()} ^ {*text.splitlines()}) == 3  # one changed, one more
        text = (examples / "imports/sales_orders.yaml").read_text("utf-8")
        document = read(text, "imports/sales_orders.yaml")
        sent = sent_of(render_template(template, boxes=boxes(Asked("import", document, "en"), ())))
        (name,) = [one for one in sent if one.startswith("k:v:columns") and sent[one] == "电话"]
        sent[name] = "来电"
        (put,), _at = edits_of("import", document, sent, problems.Problems())
        (after,) = put.done({document.name: text}).values()
        assert "values: {微信: wechat, 邮件: email, 纸质合同: paper, 来电: phone}" in after
        assert len({*after.splitlines()} ^ {*text.splitlines()}) == 2


@pytest.mark.cap(103)
def test_of_the_pairs_of_a_mapping_one_that_cannot_be_read_stays_and_the_others_are_taken(
    app: Flask,
) -> None:
    name = "forms/production_order.yaml"
    document = read((ROOT / "examples/auto_parts" / name).read_text("utf-8"), name)
    with app.test_request_context():
        template = app.jinja_env.from_string(DRAWN)
        sent = sent_of(render_template(template, boxes=boxes(Asked("form", document, "en"), ())))
    assert sent["k:v:board.limits.0"] == "running"
    sent["v:board.limits.0"] = "many"
    sent["k:v:board.limits.1"], sent["v:board.limits.1"] = "planned", "7"
    wrong = problems.Problems()
    (put,), _at = edits_of("form", document, sent, wrong)
    assert isinstance(put, Put)
    assert (put.at, put.value) == ("board.limits", {"running": 40, "planned": 7})
    assert [one.place.path for one in wrong] == ["board.limits"]


def every(drawn: list[Box]) -> Iterator[Box]:
    """Yield the boxes of an inspector with those within them."""
    for box in drawn:
        yield box
        yield from every(list(box.inside))


def test_what_is_wrong_in_a_group_is_said_in_its_own_box_only() -> None:
    text = "seamline: 1\nconnection: mail\nlimits: {concurrency: 0, per_minute: 6}\n"
    where = problems.Place("limits.concurrency")
    wrong = problems.Problem("minimum", Text.same("at least 1"), place=where)
    asked = Asked("connection", read(text, "connections/mail.yaml"), "en", (wrong,))
    (group,) = [box for box in boxes(asked, ()) if box.key == "limits"]
    (network,) = [box for box in boxes(asked, ()) if box.key == "network"]
    assert "this machine only" in [one.label for one in network.choices]
    assert group.wrong == ()
    assert {box.key: len(box.wrong) for box in group.inside} == {"concurrency": 1, "per_minute": 0}
    # What is wrong with a thing that is one of several is wrong with none of its boxes.
    wrong = problems.Problem(
        "one_of", Text.same("no such formula"), place=problems.Place("formula")
    )
    measure = read("measure: m\nformula: {count: {of: {form: order}}}\n", "measures/m.yaml")
    drawn = boxes(Asked("measure", measure, "en", (wrong,)), ())
    (formula,) = [box for box in drawn if box.key == "formula"]
    assert len(formula.wrong) == 1


def test_what_a_measure_counts_of_the_journal_is_no_field_of_its_form() -> None:
    form = next(one for one in read_package(ROOT / "examples/auto_parts").forms if one.paper)
    document = read(
        f"formula: {{count: {{of: {{form: {form.id}, via: [api], rule: a}}}}}}", "m.yaml"
    )
    known, of = Known({form.id: form}, {}, "en"), ("formula", "count", "of")
    assert known.names("by", document, (*of, "by"))
    assert not any(known.names(key, document, (*of, key)) for key in ("via", "rule", "event"))


def test_whatever_is_begun_has_the_shape_of_the_language() -> None:
    """What a button adds passes the schema, wherever a document of a package takes it."""
    known = Known({}, {}, "en")
    seen: set[tuple[str, str]] = set()
    for kind, document in documents():
        if kind in ("form", "pipeline", "scenario"):
            continue  # these are begun on canvases of their own
        asked = Asked(kind, document, "en")
        for place in places(asked):
            for box in every(boxes(asked, place)):
                path = document.path(box.words)
                if (kind, box.key) in seen or not path or box.control not in ("list", "rows"):
                    continue
                seen.add((kind, box.key))
                items = document.value(path) or []
                data: Any = document.data
                for step in path[:-1]:
                    data = data[step]
                fresh = blank(kind, document, (*path, len(items)), known)
                before = check(document, kind)
                data[path[-1]] = [*items, fresh]
                assert check(document, kind) == before, (document.name, box.words, fresh)
                data[path[-1]] = items
    assert len(seen) > 8


@pytest.mark.cap(101)
def test_a_connection_is_begun_set_up_and_checked_from_its_draft(
    boss_desk: Desk, boss: Page, tmp_path: Path
) -> None:
    (tmp_path / "stock.csv").write_text("part,qty\nbolt,7\n", encoding="utf-8")

    def text() -> str:
        return design.opened(boss_desk, ADMIN, "small_desk").texts["connections/files.yaml"]

    boss.goto("/studio/small_desk/connectors")
    assert Axe().run(boss).response["violations"] == []
    boss.get_by_role("button", name="Connect Files").click()
    inspector, panel = boss.locator("#inspector"), boss.locator("#panel")
    inspector.get_by_label("Folder").fill(str(tmp_path))
    boss.keyboard.press("Tab")
    expect(boss.get_by_role("button", name="Undo")).to_be_enabled()
    table = inspector.get_by_role("group", name="Tables 1")
    for label, word in (("Called", "stock"), ("File names", "stock*.csv"), ("Columns", "part")):
        table.get_by_label(label).fill(word)
    boss.keyboard.press("Tab")
    # What is refused further on is not sent along with this.
    expect(boss.get_by_role("button", name="Undo: settings.tables")).to_be_enabled()
    secret = inspector.get_by_label("Password", exact=True)
    secret.fill("correct horse")
    boss.keyboard.press("Tab")
    expect(inspector.get_by_role("alert")).to_contain_text("env:NAME")
    assert "correct horse" not in text()
    boss.reload()
    other = inspector.get_by_role("group", name="Tables 2").get_by_label("Called")
    other.fill("half_a_row")  # stays where it is typed until the row is whole
    secret.fill("store:files.password")
    boss.keyboard.press("Tab")
    panel.get_by_role("button", name="Check now").click()
    expect(panel.locator(".findings .ok").first).to_be_visible()
    panel.get_by_role("button", name="What is there").click()
    expect(panel.locator("details", has_text="stock")).to_be_visible()
    expect(other).to_have_value("half_a_row")
    boss.get_by_role("button", name="Add to What is mirrored into which form").click()
    inspector.get_by_label("What it is called over there").fill("stock")
    boss.keyboard.press("Tab")
    # What the other system was found to have stands ready, with its types.
    expect(boss.locator("datalist option[value=qty]").first).to_be_attached()
    assert Axe().run(boss).response["violations"] == []
    made = text()
    assert f"folder: {tmp_path}" in made and 'password: "store:files.password"' in made
    assert "key: [part]" in made and "entity: stock" in made and "half_a_row" not in made


@pytest.mark.cap(101)
def test_a_page_is_built_of_blocks_with_itself_beside_it(boss_desk: Desk, boss: Page) -> None:
    boss.goto("/studio/small_desk")
    boss.get_by_label("What", exact=True).select_option("page")
    boss.get_by_label("Name").fill("Desk")
    boss.get_by_label("Id", exact=True).fill("desk")
    boss.get_by_role("button", name="Add", exact=True).click()
    shown = boss.frame_locator("#live iframe")
    expect(shown.get_by_role("heading", name="How many")).to_be_visible()
    boss.get_by_role("button", name="Add to Its blocks").click()
    inspector = boss.locator("#inspector")
    inspector.get_by_role("button", name="List of records").click()
    inspector.get_by_label("Form*", exact=True).fill("customer")
    boss.keyboard.press("Tab")
    expect(shown.get_by_role("cell", name="Acme").first).to_be_visible()
    boss.locator(".fieldrow.on > .line > a").focus()
    boss.keyboard.press("Alt+ArrowUp")
    expect(boss.locator(".leaves > .fieldrow").nth(1)).to_contain_text("New")
    assert Axe().run(boss).response["violations"] == []
    text = design.opened(boss_desk, ADMIN, "small_desk").texts["pages/desk.yaml"]
    assert [one["id"] for one in read(text, "pages/desk.yaml").data["blocks"]] == [
        "how_many", "item_1", "newest",
    ]  # fmt: skip


@pytest.mark.cap(101)
def test_a_measure_is_turned_and_shows_its_figure(boss_desk: Desk, boss: Page) -> None:
    boss.goto("/studio/small_desk")
    boss.get_by_label("What", exact=True).select_option("measure")
    boss.get_by_label("Name").fill("Customers")
    boss.get_by_label("Id", exact=True).fill("customers")
    boss.get_by_role("button", name="Add", exact=True).click()
    inspector, panel = boss.locator("#inspector"), boss.locator("#panel")
    inspector.get_by_label("Form*", exact=True).fill("customer")
    boss.keyboard.press("Tab")
    expect(panel.locator(".plot")).to_be_visible()
    expect(panel).to_contain_text(": 1 records")
    # Beside its text, a condition stands in clauses.
    region = inspector.get_by_role("region", name="Condition")
    region.get_by_role("button", name="Condition", exact=True).click()
    region.get_by_label("Operator").select_option("==")
    region.get_by_label("Value").fill("C9")
    boss.keyboard.press("Tab")
    expect(region.locator(".aloud")).to_contain_text("C9")
    expect(panel).to_contain_text(": 0 records")
    inspector.get_by_role("button", name="Share").click()
    expect(inspector.get_by_role("group", name="Share")).to_be_visible()
    assert Axe().run(boss).response["violations"] == []
