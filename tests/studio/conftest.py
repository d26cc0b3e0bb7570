"""A workspace where the small order desk is installed, to be designed on."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from seamline.facts import Actor, Origin
from seamline.settings import found, load
from seamline.store import Rollout
from seamline.ui.app import create_app
from seamline.usecases import accounts, install, rollout
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.submit import Submission, submit

from ..browsing import answering, started

PASSWORD = "correct horse battery"
PACKAGES = Path(__file__).parents[1] / "packages"
ADMIN = Actor("admin", "Admin", ("administrator",))
CLI = Origin("cli", "", "test")
DESIGNER = """seamline: 1
role: designer
title: {zh: IT 助理, en: IT assistant}
grants: [{form: order, read: true}]
studio: [design, publish]
"""


def over(desk: Desk, one: Rollout) -> Rollout:
    """Wait for the thread of a publication."""
    for thread in threading.enumerate():
        if thread.name == f"rollout-{one.id}":
            thread.join(60)
    return rollout.rollout(desk, ADMIN, one.id)


@pytest.fixture(scope="module")
def designed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small package with a role whose people design it."""
    folder = tmp_path_factory.mktemp("package") / "small_desk"
    shutil.copytree(PACKAGES / "small_desk", folder)
    (folder / "roles/designer.yaml").write_text(DESIGNER, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def desk(database: str, designed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A workspace with that package, once on each database."""
    workspace = tmp_path_factory.mktemp("workspace")
    given = {"SEAMLINE_DATABASE": database} if database else {}
    opened = open_desk(load(workspace, given))
    install.publish(opened, ADMIN, CLI, designed)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def boss_desk(designed: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A workspace with a customer, an administrator and a clerk's role."""
    opened = open_desk(found(tmp_path_factory.mktemp("pipes"), {}))
    install.publish(opened, ADMIN, CLI, designed)  # type: ignore[arg-type]  # a path
    accounts.create_user(
        opened, ADMIN, CLI, login="boss", name="Boss", roles=["administrator"], language="en",
        password=PASSWORD,
    )  # fmt: skip
    customer = {"code": "C1", "name": "Acme", "credit_line": "100000"}
    submit(opened, ADMIN, CLI, Submission("customer", "create", customer))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def boss(boss_desk: Desk) -> Iterator[Page]:
    """A browser in which the administrator is signed in; what it complains of fails the test."""
    said: list[str] = []
    with answering(create_app(boss_desk)) as address, started() as browser:
        context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
        made = context.new_page()
        made.on("pageerror", lambda error: said.append(str(error)))
        # A refusal that is shown on the page is a good answer.
        made.on("console", lambda one: said.append(one.text)
                if one.type == "error" and "status of 422" not in one.text else None)  # fmt: skip
        made.goto("/sign-in")
        made.fill("#login", "boss")
        made.fill("#password", PASSWORD)
        made.locator("main form .btn.p").click()
        made.wait_for_url(f"{address}/")
        yield made
        assert said == []
