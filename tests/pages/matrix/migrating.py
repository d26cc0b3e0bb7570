"""Migrations: what there is, choosing a source, a run that is done, and what is written back."""

from pathlib import Path

from seamline.facts import Actor
from seamline.store import Query
from seamline.usecases import look, migrate
from seamline.usecases.desk import Desk

PAGES = [
    ("migrating.index", "boss", "/migrations"),
    ("migrating.new", "boss", "/migrations/new/past_order"),
    ("migrating.show", "boss", "/migrations/{migration}"),
    ("records.listing", "boss", "/r/past_order"),
    ("records.show", "boss", "/r/past_order/{past}"),
    ("writing_back.index", "boss", "/writebacks"),
]
NOT_PAGES = {"migrating.report": "a spreadsheet"}
BOSS = Actor("boss", "管理员", ("administrator",))
DATA = Path(__file__).parents[3] / "examples" / "auto_parts" / "data"


def stage(desk: Desk, _staged: dict[str, str]) -> dict[str, str]:
    """Take the past orders of the package over."""
    wanted = migrate.map_named(desk, "past_orders")
    files = (DATA / "past_orders.csv", DATA / "past_order_lines.csv")
    done = migrate.load(desk, BOSS, wanted, *files)
    (past,) = look.page(desk, BOSS, "past_order", Query(limit=1)).rows
    return {"migration": done.id, "past": past.id}
