"""A desk with seventeen reminders over four steps, and people who meet them all day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from seamline.facts import Actor
from seamline.usecases.desk import Desk

from ..published import published

ADMIN = Actor("admin", "Admin", ("administrator",))
STEPS = {"create": 5, "change": 5, "check": 4, "close": 3}  # seventeen reminders

HEAD = """\
seamline: 1
package: ticket_desk
version: 0.1.0
title: {zh: 工单, en: Tickets}
zone: Asia/Shanghai
"""
FORM = """\
seamline: 1
form: ticket
title: {zh: 工单, en: Ticket}
code: {pattern: "T-{number:5}"}
sections:
  - id: main
    title: {zh: 内容, en: Content}
    fields:
      - {id: subject, kind: text, label: {zh: 事由, en: Subject}, required: true}
      - {id: weight, kind: integer, label: {zh: 重量, en: Weight}}
states:
  - {id: open, title: {zh: 待办, en: Open}}
  - {id: closed, title: {zh: 关闭, en: Closed}, final: true}
steps:
  - {id: check, title: {zh: 核对, en: Check}, from: [open], fields: [weight]}
  - {id: close, title: {zh: 关闭, en: Close}, from: [open], to: closed, fields: [weight]}
list: {columns: [subject, weight]}
"""
ROLE = """\
seamline: 1
role: clerk
title: {zh: 文员, en: Clerk}
grants: [{form: ticket, read: true, steps: ["*"], import: true}]
pools: [risk]
"""


def ruleset(step: str, soft: int) -> str:
    """Return the rule set of a step: reminders that fire above a weight, one hard, one review."""
    lines = [
        "seamline: 1", f"ruleset: at_{step}", f"title: {step}", f"step: ticket.{step}", "hard:",
        "  - {id: too_heavy, title: heavy, when: {'>': [{var: weight}, 900]}, say: too heavy}",
        "soft:",
    ]  # fmt: skip
    lines += [
        f"  - {{id: note{n}, title: note {n}, when: {{'>': [{{var: weight}}, {n * 100}]}}, "
        f"say: heed {n}}}"
        for n in range(soft)
    ]
    lines += [
        "review: {id: odd, title: odd, when: {'>': [{var: weight}, 700]}, say: odd, pool: risk,"
        " within: 2h}"
    ]
    return "\n".join(lines) + "\n"


@pytest.fixture
def package(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes the package with a budget of prompts and returns its folder."""

    def write(budget: int | None = None) -> Path:
        folder = tmp_path / "ticket_desk"
        head = HEAD + (f"prompts: {{per_person_per_day: {budget}}}\n" if budget is not None else "")
        texts = {"package.yaml": head, "forms/ticket.yaml": FORM, "roles/clerk.yaml": ROLE}
        texts |= {f"rulesets/at_{step}.yaml": ruleset(step, n) for step, n in STEPS.items()}
        for name, text in texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def open_with(
    store_url: str, tmp_path: Path, package: Callable[..., Path]
) -> Iterator[Callable[..., Desk]]:
    """A function that opens a workspace with the package and a budget."""
    opened: list[Desk] = []

    def give(budget: int | None = None) -> Desk:
        desk = published(tmp_path / "workspace", package(budget), store_url)
        opened.append(desk)
        return desk

    yield give
    for desk in opened:
        desk.close()
