"""Pages that packages describe: opened by role, their blocks showing what the reader may read."""

from __future__ import annotations

import pytest

from seamline.facts import Actor, Origin
from seamline.pages import PAGE_KINDS
from seamline.pages.blocks import BLOCK_KINDS
from seamline.pages.kind import BlockKind
from seamline.registry import found
from seamline.ui.pages.blocks import BLOCK_FACES
from seamline.ui.pages.kinds import PAGE_FACES
from seamline.usecases import accounts

ADMIN = Actor("operator", "operator", ("administrator",))
CLI = Origin("cli")


@pytest.fixture(scope="module", autouse=True)
def _visitor(desk) -> None:
    for login, roles in (("vera", ["visitor"]), ("norma", ["bystander"])):
        accounts.create_user(
            desk, ADMIN, CLI, login=login, name=login.title(), roles=roles, language="en",
            password="correct horse battery",
        )  # fmt: skip


def test_every_kind_is_shown_by_something():
    assert PAGE_KINDS.keys() == PAGE_FACES.keys()
    assert BLOCK_KINDS.keys() == BLOCK_FACES.keys()
    assert found("seamline.pages.blocks", BlockKind) == BLOCK_KINDS


def test_a_dashboard_counts_and_lists_what_its_conditions_choose(as_, made):
    for qty in ("150", "400", "120", "7"):
        made(qty=qty, subject=f"Jobs of {qty}")
    site = as_("anna")
    assert "Shop floor" in site.get("/").get_data(as_text=True)
    page = site.get("/p/floor").get_data(as_text=True)
    assert "The work of today." in page and "All jobs" in page
    assert page.index("Jobs of 400") < page.index("Jobs of 150")
    assert "Jobs of 120" not in page and "Jobs of 7" not in page
    assert "1 more" in page


def test_a_page_is_open_to_the_roles_that_name_it(as_):
    site = as_("norma")
    answer = site.get("/p/floor")
    assert answer.status_code == 403
    assert "planner" in site.text and "visitor" in site.text
    assert "/p/floor" not in site.get("/").get_data(as_text=True)
    assert as_("boss").get("/p/floor").status_code == 200
    assert as_("boss").get("/p/unheard_of").status_code == 404


def test_people_of_other_companies_begin_with_their_page_and_see_only_what_they_may_read(as_):
    site = as_("vera")
    assert "/p/floor" in site.page.request.path
    assert "Shop floor" in site.text and "All jobs" not in site.text
    assert site.get("/").headers["Location"] == "/p/floor"
    assert site.get("/r/job").status_code == 403


def test_who_is_not_signed_in_is_asked_to(site):
    answer = site.get("/p/floor")
    assert answer.status_code == 302 and "/sign-in" in answer.headers["Location"]
