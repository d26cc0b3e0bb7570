"""The page of a record with 50 events and 20 lines: CPU and bytes; and what an open page asks."""

from __future__ import annotations

import re

from seamline.facts import Origin
from seamline.ui.surge.course import FORM, TABLE, orders
from seamline.usecases import comments
from seamline.usecases.submit import Submission, submit
from stand import ADMINISTRATOR, Spent, Stand, asked, shown, stand, table
from w5_start import Browser

EVENTS, LINES = 50, 20
PAGES, QUESTIONS = 40, 400  # of one round
FORM_WAY = Origin("form")
CURSOR = re.compile(r'data-cursor="(\d+)"')


def main() -> None:
    """Make the record, then open it and ask for news of it round by round."""
    wanted = asked(__doc__, rows=0)
    pages: list[float] = []
    questions: list[float] = []
    with stand(wanted.database) as bench:
        path = record_of(bench)
        with bench.served() as server:
            browser = Browser(server.port)
            browser.sign_in(bench.started.login, bench.started.password)
            weights = browser.weigh(path)
            page = browser.get(path)
            news = f"/news?since={CURSOR.search(page)[1]}&watch=work&watch=notices"
            for _ in range(wanted.rounds):
                spent = Spent(server, wanted.database)
                for _ in range(PAGES):
                    browser.get(path)
                pages.append(sum(spent.per(PAGES)))
                spent = Spent(server, wanted.database)
                for _ in range(QUESTIONS):
                    browser.ask(news)
                questions.append(sum(spent.per(QUESTIONS)))
    table(
        ["", "CPU ms per request"],
        [
            [f"record page, {EVENTS} events, {LINES} lines", shown(pages)],
            ["nothing new (204)", shown(questions, 2)],
        ],
    )
    print()
    rows = [[path, f"{size / 1000:.1f}"] for path, size in weights.items()]
    rows.append(["all", f"{sum(weights.values()) / 1000:.1f}"])
    table(["first record page, cold cache", "kB on the wire"], rows)


def record_of(bench: Stand) -> str:
    """Make the order through the product; return the address of its page."""
    desk = bench.desk()
    values = orders(bench.started, seed=99).values(1)
    values[TABLE] = (values[TABLE] * LINES)[:LINES]
    order = submit(desk, ADMINISTRATOR, FORM_WAY, Submission(FORM, "create", values)).record
    for number in range(EVENTS - 1):
        if number % 2:
            text = f"第 {number} 次沟通：客户确认交期与包装。"
            comments.comment(desk, ADMINISTRATOR, FORM_WAY, FORM, order.id, text)
        else:
            change = {"remark": f"第 {number} 版备注", "contact": f"李工 {number}"}
            step = Submission(FORM, "change", change, order.id, reason="客户变更")
            submit(desk, ADMINISTRATOR, FORM_WAY, step)
    desk.close()
    return f"/r/{FORM}/{order.code}"


if __name__ == "__main__":
    main()
