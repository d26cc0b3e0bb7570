"""The board of tasks as a subcontractor has it on the phone, and as the planner sees it."""

from __future__ import annotations

import itertools
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from seamline import clock
from seamline.facts import Actor, Origin
from seamline.proofs import sample
from seamline.usecases import files
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit

ADMIN = Actor("operator", "operator", ("administrator",))
LIU = Actor("liu", "刘计划", ("planner",))
SEED = Origin("seed")
PEOPLE = {"heat1": ("李师傅", ("supplier",), "supplier=S003"), "liu": ("刘计划", ("planner",))}
BOARD = "/p/supplier_board"
PAGES = [
    ("generated.show", "heat1", BOARD),
    ("generated.show", "heat1", f"{BOARD}?at=waiting"),
    ("generated.show", "heat1", f"{BOARD}?at=done"),
    ("generated.show", "liu", f"{BOARD}?at=waiting&only=late"),
    ("tasks.task", "heat1", f"{BOARD}/task/{{tempering}}"),
    ("tasks.task", "heat1", f"{BOARD}/task/{{finished}}"),
    ("tasks.act", "heat1", f"{BOARD}/task/{{tempering}}/report_trouble"),
    ("records.show", "liu", "/r/subcontract_task/{tempering}"),
    ("records.step", "liu", "/r/subcontract_task/{waiting}/do/quench"),
    ("tasks.report", "heat1", f"{BOARD}/report"),
]
# Days until each task is due, and the steps it has taken.
PLACE = {"latitude": 31.2304, "longitude": 121.4737, "accuracy": 12}
COUNT = itertools.count(1)
STAGED: dict[str, tuple[int, tuple[str, ...]]] = {
    "late": (-1, ()),
    "waiting": (20, ()),
    "quenching": (2, ("quench",)),
    "tempering": (1, ("quench", "temper")),
    "blasting": (3, ("quench", "temper", "shot_blast")),
    "finished": (5, ("quench", "temper", "shot_blast", "finish")),
}


def stage(desk: Desk, staged: dict[str, str]) -> dict[str, str]:
    """Hand out a task in every state of the route, one of them overdue."""
    supplier = {
        "code": "S003",
        "name": "恒力热处理",
        "business": "heat_treatment",
        "approval": "approved",
    }
    submit(desk, ADMIN, SEED, Submission("supplier", "create", _whole(desk, supplier)))
    return {
        name: task(desk, staged, number * 300, days, steps)
        for number, (name, (days, steps)) in enumerate(STAGED.items(), 1)
    }


def task(desk: Desk, staged: dict[str, str], qty: int, days: int, steps: tuple[str, ...]) -> str:
    """Hand out a task that is due in some days, take its first steps and return its id."""
    due = clock.today(desk.catalogs.current().zone) + timedelta(days=days)
    values = {
        "sales_order": staged["order"], "supplier": "S003", "material": "HX-2041",
        "qty": qty, "due_date": due.isoformat(), "unit_price": "3.2",
    }  # fmt: skip
    made = submit(desk, LIU, SEED, Submission("subcontract_task", "create", values)).record
    for step in steps:
        photos = {"photo": [photo(desk)]}
        submit(desk, LIU, SEED, Submission("subcontract_task", step, photos, record=made.id))
    return made.id


def photo(desk: Desk) -> dict[str, Any]:
    """Upload a photo that has just been taken, no two alike, with what comes with one."""
    now = clock.now().astimezone(desk.catalogs.current().zone)
    data = sample.photo(next(COUNT), now, size=(640, 480))
    ref = asdict(files.keep(desk, LIU, data, "photo.jpg", "image/jpeg"))
    return ref | {"capture": {"place": PLACE, "device": "D-7F21A3"}}


def _whole(desk: Desk, values: dict[str, Any]) -> dict[str, Any]:
    """Return a supplier with the first choice wherever the package asks for one."""
    form = desk.catalogs.current().forms["supplier"].form
    for field in form.fields:
        if field.required and field.id not in values:
            options = field.settings.get("options")
            values[field.id] = options[0]["id"] if options else "x"
    return values
