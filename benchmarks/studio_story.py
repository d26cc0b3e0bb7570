"""Studio from an empty workspace, by pages only: intake, rules, pipeline, board, role, a clerk.

Counts what a person does (clicks, choices, texts typed) and says what it took by the clock and by
the keystroke-level model. Exits 1 where the clerk cannot enter an order in the end.
"""

from __future__ import annotations

import io
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import waitress
from playwright.sync_api import Locator, Page

from chromium import signed_in
from seamline.facts import Actor, Origin
from seamline.settings import found
from seamline.text import Language
from seamline.ui.app import create_app
from seamline.usecases import accounts
from seamline.usecases.desk import Desk, open_desk

ADMIN, CLI = Actor("bench", "Bench", ("administrator",)), Origin("cli")
PASSWORD = "correct horse battery"
CLICK, KEY, THINK = 1.3, 0.28, 1.35  # seconds of the keystroke-level model
PACKAGE = "/studio/intake"
HEAD = (
    ("订单号*", "SO{n:03d}"), ("客户名称*", "华东汽车"), ("联系人*", "王芳"),
    ("联系电话*", "1380013800{n}"),
    ("下单日期*", "2026-11-0{n}"), ("要求交期*", "2026-12-0{n}"), ("紧急程度*", "普通"),
    ("是否加急", "否"), ("合同编号*", "HT2026-{n}"), ("付款方式*", "月结30天"), ("税率*", "13%"),
    ("收货地址*", "上海市嘉定区 {n} 号"), ("跟单员*", "陈洁"), ("合计金额*", "{n}500.00"),
    ("定金*", "{n}00.00"), ("备注", ""),
)  # fmt: skip
LINE = (
    ("物料编码*", "0041{n}{k}"), ("品名*", "支架"), ("规格*", "M{n}x{k}"), ("数量*", "{k}0"),
    ("单价*", "{k}.50"),
)  # fmt: skip
RULES = (
    [("hard", "total", 900000 + n) for n in range(3)]
    + [("soft", "total", 100000 + n) for n in range(5)]
)  # fmt: skip


class Person:
    """Acts on a page and counts what was done."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = self.keys = self.steps = 0

    def click(self, where: Locator) -> None:
        """Press something."""
        where.click()
        self.clicks += 1

    def type(self, where: Locator, words: str) -> None:
        """Write into a box and leave it."""
        where.fill(words)
        self.page.keyboard.press("Tab")
        self.clicks += 1
        self.keys += len(words) + 1

    def choose(self, where: Locator, word: str) -> None:
        """Choose from a list."""
        where.select_option(word)
        self.clicks += 2

    def settle(self) -> None:
        """Wait until what was asked for is there."""
        self.page.wait_for_load_state("networkidle")

    def seconds(self) -> float:
        """Return what it takes by the keystroke-level model, with a thought before each step."""
        return self.clicks * CLICK + self.keys * KEY + self.steps * THINK


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """Serve a workspace on loopback until the block ends."""
    server = waitress.create_server(create_app(desk), host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()


def sheet(columns: tuple[tuple[str, str], ...], lines: bool) -> dict[str, Any]:
    """Return the list that people work with today, as a file to be sent."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    both = (*columns, *(LINE if lines else ()))
    page.append([name for name, _value in both])
    for n in range(1, 7):
        for k in range(1, 3 if lines else 2):
            page.append([value.format(n=n, k=k) or None for _name, value in both])
    kept = io.BytesIO()
    book.save(kept)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "list.xlsx", "mimeType": kind, "buffer": kept.getvalue()}


def begin_form(person: Person, file: dict[str, Any], id_: str, title: str) -> None:
    """Begin a form from a sheet and confirm what was guessed."""
    page = person.page
    page.goto(f"{PACKAGE}/start")
    page.set_input_files("input[type=file]", [file])  # type: ignore[list-item]  # a plain dict
    person.clicks += 2
    person.click(page.locator("form.begin .btn.p"))
    person.type(page.locator("#title"), title)
    person.type(page.locator("#id"), id_)
    person.click(page.locator(".formbar .btn.p"))
    page.locator("#canvas").wait_for()


def add(person: Person, kind: str, id_: str, title: str) -> None:
    """Begin a document of a kind."""
    page = person.page
    page.goto(PACKAGE)
    person.choose(page.locator("#n-kind"), kind)
    person.type(page.locator("#n-title"), title)
    person.type(page.locator("#n-id"), id_)
    person.click(page.locator(".newdoc .btn"))
    person.settle()


def rules(person: Person) -> None:
    """Fill the three hard and five soft slots of the rule set."""
    page = person.page
    for number, (tier, _field, most) in enumerate(RULES):
        add_ = page.locator(f'button[value="rule:{tier}"]')
        person.click(add_)
        page.locator(f'#canvas a[aria-current="true"][href*="{tier}"]').wait_for()
        person.settle()
        person.choose(page.locator('#inspector select[name="name"]').first, "amount")
        person.settle()
        person.choose(page.locator('#inspector select[name="word"]').first, ">")
        person.settle()
        person.type(page.locator('#inspector .ctest input[name="value"]').first, str(most))
        person.settle()
        for language in ("zh", "en"):
            box = page.locator(f'#inspector [data-key="title"] [lang="{language}"]')
            person.type(box, f"Limit {number}")
            person.settle()


def pipeline(person: Person) -> None:
    """Let what changes in U8 fill the stock form."""
    page = person.page
    person.click(page.locator("#r-on"))
    person.settle()
    person.click(page.locator('button[value="trigger:change"]'))
    person.settle()
    settings = page.locator("#inspector")
    person.type(settings.locator('[data-key="connection"] input.in'), "u8")
    person.settle()
    person.type(settings.locator('[data-key="entity"] input.in'), "stock")
    person.settle()
    person.type(settings.locator('[data-key="gives"] textarea'),
                "{material_code: text, quantity: number}")  # fmt: skip
    person.settle()
    person.click(page.locator('.brick[data-kind="upsert"]'))
    page.locator(".fieldrow.on", has_text="upsert").wait_for()
    person.type(settings.locator('[data-key="form"] input.in'), "stock")
    person.settle()
    person.type(settings.locator('[data-key="by"] input.in'), "material_code")
    person.settle()
    person.click(settings.locator('button[value^="suggest:"]'))
    person.settle()
    person.click(page.locator('.flow a[href*="tell"]'))
    person.settle()
    person.click(page.locator('#canvas button[value="remove:steps[tell]"]'))
    person.settle()


def role(person: Person) -> None:
    """Let clerks make orders, open the board and decide what is held."""
    page = person.page
    for form in ("orders", "stock"):
        page.goto(f"{PACKAGE}/roles/roles/clerk.yaml?form={form}")
        if not page.locator("#g-read").is_checked():
            person.click(page.locator("#g-read"))
            person.settle()
        if not page.locator("#g-every").is_checked():
            person.click(page.locator("#g-every"))
            person.settle()
    page.goto(f"{PACKAGE}/roles/roles/clerk.yaml")
    person.type(page.locator('#inspector [data-key="pools"] input.in'), "review")
    person.settle()
    person.type(page.locator('#inspector [data-key="pages"] input.in'), "board")
    person.settle()


def build(person: Person) -> None:
    """Build everything and publish it; each part says what it took."""
    parts = (
        ("package", lambda: start(person)),
        ("intake form", lambda: begin_form(person, sheet(HEAD, True), "orders", "订单登记")),
        ("stock form", lambda: begin_form(person, sheet(
            (("物料编码*", "0041{n}"), ("数量*", "{n}0")), False), "stock", "库存")),
        ("role", lambda: (add(person, "role", "clerk", "文员"), role(person))),
        ("rule set 3-5-1", lambda: (add(person, "ruleset", "order_limits", "接单规则"),
                                    rules(person))),
        ("connection", lambda: add(person, "connection", "u8", "用友 U8")),
        ("pipeline", lambda: (add(person, "pipeline", "stock_in", "库存同步"), pipeline(person))),
        ("board", lambda: add(person, "page", "board", "看板")),
        ("publish", lambda: publish(person)),
    )  # fmt: skip
    for name, work in parts:
        before, begun = (person.clicks, person.keys), time.perf_counter()
        person.steps += 1
        work()
        spent = time.perf_counter() - begun
        print(f"{name:16} {person.clicks - before[0]:4} clicks {person.keys - before[1]:5} keys "
              f"{spent:6.1f} s here", flush=True)  # fmt: skip


def start(person: Person) -> None:
    """Begin a package of one's own."""
    page = person.page
    page.goto("/studio")
    person.type(page.locator("#n-title"), "接单")
    person.type(page.locator("#n-id"), "intake")
    person.click(page.locator(".newpack .btn"))
    person.settle()


def publish(person: Person) -> None:
    """Look at the plan and let it serve."""
    page = person.page
    page.goto(f"{PACKAGE}/publish")
    wrong = page.locator(".errsum li").all_inner_texts()
    if wrong:
        raise SystemExit("not fit to publish: " + " | ".join(wrong))
    person.type(page.locator("#f-reason"), "first version")
    person.click(page.locator(".formbar .btn.p"))
    page.wait_for_url(f"**{PACKAGE}")


def enter(page: Page) -> str:
    """Enter an order as a clerk and return where it is shown."""
    page.goto("/r/orders/new")
    values = {name.strip("*"): value.format(n=8, k=2) for name, value in (*HEAD, *LINE)}
    for label, word in values.items():
        box = page.get_by_label(label, exact=False).first
        if not word or label == "是否加急":
            continue
        if box.evaluate("one => one.tagName") == "SELECT":
            box.select_option(label=word)
        else:
            box.fill(word.rstrip("%"))
    page.locator(".formbar .btn.p").first.click()
    page.wait_for_load_state("networkidle")
    return page.url


def account(desk: Desk, login: str, role: str, language: Language) -> None:
    """Give somebody an account."""
    accounts.create_user(
        desk, ADMIN, CLI, login=login, name=login, roles=[role], language=language,
        password=PASSWORD,
    )  # fmt: skip


def main() -> None:
    """Build, publish, enter an order; say what it took."""
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(found(Path(folder), {}))
        account(desk, "it", "administrator", "en")
        begun = time.perf_counter()
        with served(desk) as address:
            with signed_in(address, "it", PASSWORD) as page:
                page.set_default_timeout(15_000)
                person = Person(page)
                build(person)
            took = time.perf_counter() - begun
            print(f"{person.clicks} clicks, {person.keys} keys: {person.seconds() / 60:.1f} min "
                  f"by the keystroke-level model, {took:.0f} s here")  # fmt: skip
            account(desk, "clerk", "clerk", "zh")
            with signed_in(address, "clerk", PASSWORD) as page:
                where = enter(page)
        with desk.store.reading() as unit:
            tables = desk.catalogs.current().forms["orders"].tables
            kept = unit.records.get(tables, where.rpartition("/")[2])
        print(f"the clerk's order: {kept.code or kept.id if kept else 'not entered'} ({where})")
        desk.close()
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
