"""One tracking code from the order to what follows from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from seamline.settings import found
from seamline.ui.app import create_app
from seamline.usecases import accounts, install
from seamline.usecases.desk import open_desk
from seamline.usecases.submit import Submission, submit

from .conftest import ADMIN, CLI, PACKAGES, PASSWORD, Site


@pytest.mark.cap(13)
def test_the_code_leads_to_every_record_that_carries_it(tmp_path: Path) -> None:
    desk = open_desk(found(tmp_path, {}))
    install.publish(desk, ADMIN, CLI, PACKAGES / "small_desk")
    given = {"login": "boss", "name": "Boss", "roles": ["administrator"], "language": "en"}
    accounts.create_user(desk, ADMIN, CLI, password=PASSWORD, **given)
    customer = {"code": "C1", "name": "Hangzhou", "credit_line": 5000}
    submit(desk, ADMIN, CLI, Submission("customer", "create", customer))
    order = {
        "customer": "C1",
        "due_date": "2027-03-01",
        "agreement": True,
        "lines": [{"part": "A", "qty": 3, "price": "12.50"}],
    }
    placed = submit(desk, ADMIN, CLI, Submission("order", "create", order)).record
    form = desk.catalogs.current().forms["purchase"].form
    through = next(one.id for one in form.fields if one.settings.get("to") == "order")
    values = {one.id: "1" for one in form.fields if one.required} | {through: placed.code}
    bought = submit(desk, ADMIN, CLI, Submission("purchase", "create", values)).record
    assert bought.tracking == placed.tracking
    boss = Site(create_app(desk).test_client())
    boss.sign_in("boss")
    boss.get(f"/find?q={placed.tracking}")
    for record in (placed, bought):
        assert f"/r/{record.form}/{record.id}" in boss.text
    boss.get(f"/r/order/{placed.id}")
    assert "Under this tracking code" in boss.text
    assert f"/r/purchase/{bought.id}" in boss.text
    desk.close()
