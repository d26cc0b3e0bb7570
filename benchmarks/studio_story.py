"""Studio from an empty workspace, by pages only: intake, rules, pipeline, board, roles, a clerk.

Counts what a person does (clicks, choices, texts typed) and says what it took by the clock and by
the keystroke-level model. Two scenarios are recorded, the package is exported, and held against
`intake/`, which was written by hand: the scenarios of either have to hold for both, and its
documents have to be such as a person writes. Exits 1 where one of it does not hold.
"""

from __future__ import annotations

import io
import re
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
from handmade import compared, exported
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
REVIEWED = 500_000
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

    @contextmanager
    def saving(self) -> Iterator[None]:
        """Wait until what is done in the block was saved and the page says so."""
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            yield
        self.settle()

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
    page.set_input_files("#from-sheet input[type=file]", [file])  # type: ignore[list-item]  # a plain dict
    person.clicks += 2
    person.click(page.locator("#from-sheet .btn.p"))
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
        new = f'#canvas a[aria-current="true"][href*="{tier}"][href*="rule_{number + 1}"]'
        page.locator(new).wait_for()
        person.settle()
        above(person, most)
        for language in ("zh", "en"):
            box = page.locator(f'#inspector [data-key="title"] [lang="{language}"]')
            with person.saving():
                person.type(box, f"Limit {number}")

    person.click(page.locator('#canvas a[href*="review"]').first)
    page.locator('#canvas a[aria-current="true"][href*="review"]').wait_for()
    person.click(page.locator('#inspector button[value="begin:review.when"]'))
    page.locator("#inspector .ctest").wait_for()
    person.settle()
    above(person, REVIEWED)


def above(person: Person, most: int) -> None:
    """Let the rule at hand speak where the total is above something."""
    page = person.page
    with person.saving():
        person.choose(page.locator('#inspector select[name="name"]').first, "amount")
    with person.saving():
        person.choose(page.locator('#inspector select[name="word"]').first, ">")
    with person.saving():
        person.type(page.locator('#inspector .ctest input[name="value"]').first, str(most))


def connect(person: Person) -> None:
    """Connect the ERP from the gallery of connectors."""
    page = person.page
    page.goto(f"{PACKAGE}/connectors")
    person.click(page.locator('form:has(input[value="u8"]) button'))
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
    for name, kind in (("material_code", "text"), ("quantity", "number")):
        mapped = settings.locator('form:has(button[value="map:on.change.gives"])')
        for box, word in (("new-name", name), ("new-value", kind)):
            person.type(mapped.locator(f'[name="{box}"]'), word)
            page.wait_for_timeout(600)
            person.settle()
        if not mapped.locator(f'[name="m:{name}"]').count():
            mapped.locator('[name="new-name"]').fill(name)
            mapped.locator('[name="new-value"]').fill(kind)
            person.click(mapped.locator('button.s[value^="map:"]'))
        mapped.locator(f'[name="m:{name}"]').wait_for()
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
    person.type(page.locator('#inspector [data-key="pages"] input.in'), "board")
    person.settle()


def lead(person: Person) -> None:
    """Let managers read the orders, see the board, and decide what is held."""
    page = person.page
    page.goto(f"{PACKAGE}/roles/roles/lead.yaml?form=orders")
    if not page.locator("#g-read").is_checked():
        person.click(page.locator("#g-read"))
        person.settle()
    page.goto(f"{PACKAGE}/roles/roles/lead.yaml")
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
        ("roles", lambda: (add(person, "role", "clerk", "文员"), role(person),
                           add(person, "role", "lead", "主管"), lead(person))),
        ("rule set 3-5-1", lambda: (add(person, "ruleset", "order_limits", "接单规则"),
                                    rules(person))),
        ("connection", lambda: connect(person)),
        ("pipeline", lambda: (add(person, "pipeline", "stock_in", "库存同步"), pipeline(person))),
        ("board", lambda: add(person, "page", "board", "看板")),
        ("publish", lambda: publish(person, "first version")),
        ("scenarios", lambda: (record(person, "passes", "一张普通订单", "passed", "5000"),
                               record(person, "too_much", "超过上限的订单", "refused", "900100"),
                               play(person))),
        ("publish again", lambda: publish(person, "with examples")),
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


def record(person: Person, id_: str, title: str, outcome: str, amount: str) -> None:
    """Record a scenario by filling the form as a clerk."""
    page = person.page
    page.goto(f"{PACKAGE}/scenarios/record?form=orders")
    person.type(page.locator("#s-title"), title)
    person.type(page.locator("#s-id"), id_)
    person.choose(page.locator("#s-as"), "clerk")
    person.choose(page.locator("#s-outcome"), outcome)
    fill(page, amount)
    person.clicks += len(HEAD) + len(LINE)
    person.click(page.locator("#record"))
    page.wait_for_url(re.compile(rf"{PACKAGE}/scenarios(#.*)?$"))


def play(person: Person) -> None:
    """Play every scenario; all of them have to hold."""
    page = person.page
    person.click(page.locator("#play"))
    page.locator(".note.green").wait_for()


def publish(person: Person, reason: str) -> None:
    """Look at the plan and let it serve; every stage goes by on a page of its own."""
    page = person.page
    page.goto(f"{PACKAGE}/publish")
    wrong = page.locator(".errsum li").all_inner_texts()
    if wrong:
        raise SystemExit("not fit to publish: " + " | ".join(wrong))
    person.type(page.locator("#f-reason"), reason)
    person.click(page.locator(".formbar .btn.p"))
    page.locator("#to-package, .errsum").first.wait_for(timeout=120_000)
    wrong = page.locator(".errsum li").all_inner_texts()
    if wrong:
        raise SystemExit("not published: " + " | ".join(wrong))
    person.click(page.locator("#to-package"))
    page.wait_for_url(f"**{PACKAGE}")


def enter(page: Page) -> str:
    """Enter an order as a clerk and return where it is shown."""
    page.goto("/r/orders/new")
    fill(page)
    page.locator(".formbar .btn.p").first.click()
    page.wait_for_load_state("networkidle")
    return page.url


def fill(page: Page, amount: str = "") -> None:
    """Fill in the 21 fields of an order, with one line."""
    values = {name.strip("*"): value.format(n=8, k=2) for name, value in (*HEAD, *LINE)}
    values["合计金额"] = amount or values["合计金额"]
    for label, word in values.items():
        box = page.get_by_label(label, exact=False).first
        if not word or label == "是否加急":
            continue
        if box.evaluate("one => one.tagName") == "SELECT":
            box.select_option(label=word)
        else:
            box.fill(word.rstrip("%"))


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
        account(desk, "it", "administrator", "zh")
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
            with signed_in(address, "it", PASSWORD) as page:
                wrong = compared(exported(page, Path(folder)))
        with desk.store.reading() as unit:
            tables = desk.catalogs.current().forms["orders"].tables
            kept = unit.records.get(tables, where.rpartition("/")[2])
        print(f"the clerk's order: {kept.code or kept.id if kept else 'not entered'} ({where})")
        desk.close()
    print("\n".join(wrong) or "it does what the package written by hand does, in clean YAML")
    sys.exit(0 if kept and not wrong else 1)


if __name__ == "__main__":
    main()
