"""W6: open, fill and save the form of an order with 1,200 lines, in Chromium."""

from __future__ import annotations

import argparse
import time
from typing import Any

from playwright.sync_api import Page

from chromium import signed_in
from seamline.facts import Origin
from seamline.ui.surge.course import FORM, TABLE, orders
from seamline.usecases.submit import Submission, submit
from stand import ADMINISTRATOR, Spent, Stand, shown, stand, table

# Collects what kept the page from answering for more than 50 ms since it was opened.
LONG_TASKS = """() => new Promise((done) => {
  const found = [];
  new PerformanceObserver((list) => found.push(...list.getEntries().map((one) => one.duration)))
    .observe({ type: "longtask", buffered: true });
  setTimeout(() => done(found), 100);
})"""
OPENED = """() => {
  const [entry] = performance.getEntriesByType("navigation");
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return [entry.responseEnd, entry.domContentLoadedEventEnd, paint ? paint.startTime : 0,
          entry.encodedBodySize, entry.decodedBodySize];
}"""
ACTED = """(act) => new Promise((done) => {
  const begun = performance.now();
  document.querySelector(act).click();
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun)));
})"""


def main() -> None:
    """Make the order, open and save its form round by round, print medians."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lines", type=int, default=1200, help="lines of the order (1200)")
    options.add_argument("--rounds", type=int, default=5, help="rounds, of which medians (5)")
    wanted = options.parse_args()
    figures: dict[str, list[float]] = {}
    with stand("sqlite") as bench:
        code = _order(bench, wanted.lines)
        with (
            bench.served() as server,
            signed_in(server.address, bench.started.login, bench.started.password) as page,
        ):
            bodies, headers = _first_visit(page, f"/r/{FORM}/new")
            print(
                f"first form page: {bodies / 1000:.1f} kB of HTML, CSS and JS on the wire,"
                f" {headers / 1000:.1f} kB of headers"
            )
            for number in range(wanted.rounds):
                for name, figure in _round(page, f"/r/{FORM}/{code}", number, server).items():
                    figures.setdefault(name, []).append(figure)
    table(["figure", f"median of {wanted.rounds} (least-most)"], [
        [name, shown(column)] for name, column in figures.items()
    ])  # fmt: skip


def _first_visit(page: Page, address: str) -> tuple[int, int]:
    """Return the bytes of bodies and headers of a page whose parts are in no cache; no pictures."""
    browser = page.context.browser
    assert browser is not None
    fresh = browser.new_context(
        base_url=page.url, locale="zh-CN", storage_state=page.context.storage_state()
    )
    visit = fresh.new_page()
    asked: list[Any] = []
    visit.on("requestfinished", lambda one: asked.append(one))
    visit.goto(address)
    visit.wait_for_timeout(1000)
    parts = ("document", "script", "stylesheet")
    sizes = [one.sizes() for one in asked if one.resource_type in parts]
    fresh.close()
    return (
        sum(one["responseBodySize"] for one in sizes),
        sum(one["responseHeadersSize"] for one in sizes),
    )


def _order(bench: Stand, lines: int) -> str:
    desk = bench.desk()
    values = orders(bench.started, seed=5).values(1)
    # Small amounts: an order over its credit line would wait for a review, closed to changes.
    cheap = [{**line, "qty": "1", "unit_price": "0.01"} for line in values[TABLE]]
    values[TABLE] = (cheap * lines)[:lines]
    asked = Submission(FORM, "create", values)
    code = submit(desk, ADMINISTRATOR, Origin("seed"), asked).record.code
    desk.close()
    return code


def _round(page: Page, address: str, number: int, server: Any) -> dict[str, float]:
    spent = Spent(server)
    page.goto(f"{address}/do/change")
    open_cpu, _ = spent.per(1)
    answered, ready, painted, wire, size = page.evaluate(OPENED)
    longest = max(page.evaluate(LONG_TASKS), default=0.0)
    turned = page.evaluate(ACTED, "[data-turn='1']")
    added = page.evaluate(ACTED, "[data-add]")
    page.locator("#f-remark").fill(f"round {number}")
    page.locator("#f-_reason").fill("measured")
    spent, begun = Spent(server), time.perf_counter()
    page.locator(".formbar .btn.p").click()
    page.wait_for_url(f"**{address.rpartition('/')[0]}/*", wait_until="commit")
    saved = (time.perf_counter() - begun) * 1000
    save_cpu, _ = spent.per(1)
    spent = Spent(server)
    page.goto(address)
    page_cpu, _ = spent.per(1)
    return {
        "open: server CPU ms": open_cpu,
        "open: answer there after ms": answered,
        "open: first paint after ms": painted,
        "open: ready after ms": ready,
        "open: longest task of the page ms": longest,
        "open: kB on the wire": wire / 1000,
        "open: kB of HTML": size / 1000,
        "turn to other rows ms": turned,
        "add a row ms": added,
        "save and the page after it: server CPU ms": save_cpu,
        "the page after it: server CPU ms": page_cpu,
        "save: answered after ms": saved,
    }


if __name__ == "__main__":
    main()
