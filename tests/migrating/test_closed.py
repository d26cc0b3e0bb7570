"""What is closed carries its mark everywhere, and no way in writes to it."""

from __future__ import annotations

import io
import json
from functools import partial
from typing import get_args

import openpyxl
import pytest

from seamline.facts import Actor, Origin, Way
from seamline.problems import Refused
from seamline.ui.app import create_app
from seamline.usecases import accounts, export, import_, look, tokens
from seamline.usecases.submit import Submission, submit

from ..pages.conftest import Site
from .conftest import ADMIN, CLI, upload

SERVICE = Actor("s1", "Sue", ("service",), language="en")
ORDER = {"signed": "2025-11-03", "note": "first"}


def refused_with(act, code: str) -> None:
    with pytest.raises(Refused) as refused:
        act()
    assert [problem.code for problem in refused.value.problems] == [code]
    assert refused.value.status == 409


@pytest.mark.cap(73)
def test_the_door_refuses_every_write_to_a_library_on_every_way_in(desk, given, moved):
    moved(given(2))
    for via in get_args(Way):
        for step in ("create", "change", "archive", "restore"):
            record = "" if step == "create" else "1000"
            values = {"customer": "X"} if step in ("create", "change") else {}
            asked = Submission("old_order", step, values, record=record)
            tried = partial(submit, desk, ADMIN, Origin(via), asked)
            refused_with(tried, "closed_library")
    assert look.record(desk, ADMIN, "old_order", "1000").version == 1


@pytest.mark.cap(73)
def test_a_record_in_a_closed_state_is_written_no_more(desk):
    made = submit(desk, SERVICE, CLI, Submission("order", "create", ORDER)).record
    done = submit(desk, SERVICE, CLI, Submission("order", "settle", {}, record=made.id)).record
    for step in ("change", "archive", "settle"):
        asked = Submission("order", step, {}, record=done.id)
        refused_with(lambda asked=asked: submit(desk, ADMIN, CLI, asked), "closed")
    assert look.record(desk, ADMIN, "order", done.id).version == done.version


@pytest.mark.cap(73)
def test_an_import_into_a_library_is_refused_and_says_how_it_is_filled(desk):
    file = upload("x.csv", [{"ID": 1}], ("ID",))
    refused_with(lambda: import_.start(desk, ADMIN, CLI, "old_order", file), "closed_library")


@pytest.mark.cap(73)
def test_exports_and_the_api_say_that_a_record_is_closed(desk, given, moved):
    moved(given(2))
    submit(desk, SERVICE, CLI, Submission("order", "create", ORDER))
    out = io.BytesIO()
    export.export(desk, ADMIN, "old_order", out, language="zh", headers="label")
    first, second, *_ = out.getvalue().decode("utf-8-sig").splitlines()
    assert first.startswith("结案标记,")
    assert second.startswith("已结案,")
    book = io.BytesIO()
    export.export(desk, ADMIN, "old_order", book, format="xlsx", language="zh")
    assert openpyxl.load_workbook(book).active.oddHeader.center.text == "已结案"
    data = io.BytesIO()
    export.export(desk, ADMIN, "order", data, format="json")
    assert [one["closed"] for one in json.loads(data.getvalue())] == [None]


@pytest.mark.cap(73)
def test_the_api_refuses_and_marks(desk, given, moved):
    moved(given(2))
    roles = ("administrator",)
    accounts.create_user(desk, ADMIN, CLI, login="boss", name="Boss", roles=roles)
    made = tokens.create_token(desk, ADMIN, CLI, login="boss", name="t", scopes=("admin",))
    client = create_app(desk).test_client()
    said = {"Authorization": f"Bearer {made.word}", "If-Match": "*"}
    got = client.get("/api/v1/old_order/1000", headers=said).get_json()
    assert got["closed"] == {"zh": "已结案", "en": "Closed"}
    tried = [
        client.post("/api/v1/old_order", headers=said, json={"values": {}}),
        client.patch("/api/v1/old_order/1000", headers=said, json={"values": {"customer": "X"}}),
        client.post("/api/v1/old_order/1000/steps/archive", headers=said, json={}),
    ]
    assert [answer.status_code for answer in tried] == [409, 409, 409]
    assert {answer.get_json()["errors"][0]["code"] for answer in tried} == {"closed_library"}


@pytest.mark.cap(78)
def test_what_follows_is_a_record_of_its_own_under_the_old_number(desk, given, moved):
    moved(given(2))
    values = {"old_order": "1001", "amount": "120"}
    claim = submit(desk, SERVICE, CLI, Submission("claim", "create", values)).record
    assert claim.tracking == "SO00001"
    heads = look.tracked(desk, SERVICE, "SO00001")
    assert {head.form for head in heads} == {"old_order", "claim"}


@pytest.mark.cap(75, 78)
def test_people_write_what_follows_on_a_page_and_read_the_cut_over_day(desk, given, moved):
    moved(given(2))
    for login, role in (("sue", "service"), ("mo", "mover")):
        accounts.create_user(
            desk, ADMIN, CLI, login=login, name=login.title(), roles=(role,), language="en",
            password="correct horse battery",
        )  # fmt: skip
    site = Site(create_app(desk).test_client())
    site.sign_in("sue")
    site.get("/r/old_order/1001")
    assert 'href="/r/claim/new?old_order=1001"' in site.text
    site.get("/r/claim/new?old_order=1001")
    site.post("/r/claim/new", {**site.fields(), "amount": "120"})
    assert "SO00001" in site.text and "120.00" in site.text
    # What is closed here is followed by what knows the library, and by nothing while it is open.
    made = submit(desk, SERVICE, CLI, Submission("order", "create", ORDER)).record
    site.get(f"/r/order/{made.id}")
    assert "/r/claim/new" not in site.text
    submit(desk, SERVICE, CLI, Submission("order", "settle", {}, record=made.id))
    site.get(f"/r/order/{made.id}")
    assert f'href="/r/claim/new?order={made.code}"' in site.text
    site.get("/r/claim/new?order=" + made.code)
    site.post("/r/claim/new", {**site.fields(), "amount": "50"})
    assert made.code in site.text and "50.00" in site.text
    reader = Site(site.client.application.test_client())
    reader.sign_in("mo")
    reader.get(f"/r/order/{made.id}")
    assert "read-only" in reader.text and "/r/claim/new" not in reader.text
    site.get("/r/order/new")
    assert "Taken here from 1 Nov 2025 on" in site.text


@pytest.mark.cap(75)
def test_the_cut_over_day_decides_who_owns_a_new_order(desk):
    early = Submission("order", "create", ORDER | {"signed": "2025-10-31"})
    with pytest.raises(Refused) as refused:
        submit(desk, SERVICE, CLI, early)
    (problem,) = refused.value.problems
    assert (problem.code, problem.place.path, refused.value.status) == (
        "before_cutover",
        "signed",
        422,
    )
    assert "the old system" in problem.say.en
    assert "Old order" in problem.say.en
    first = submit(
        desk, SERVICE, CLI, Submission("order", "create", ORDER | {"signed": "2025-11-01"})
    )
    again = Submission("order", "change", {"signed": "2025-10-01"}, record=first.record.id)
    with pytest.raises(Refused):
        submit(desk, ADMIN, CLI, again)
    noted = Submission("order", "change", {"note": "x"}, record=first.record.id)
    assert submit(desk, ADMIN, CLI, noted).record.values["note"] == "x"
