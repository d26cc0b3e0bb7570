"""Importing: choosing a file, and an import that has been checked."""

from seamline.facts import Actor, Origin
from seamline.usecases import import_
from seamline.usecases.desk import Desk

PAGES = [
    ("importing.upload", "boss", "/r/customer/import"),
    ("importing.progress", "boss", "/imports/{import}"),
]
NOT_PAGES = {"importing.template": "a spreadsheet"}
BOSS = Actor("boss", "管理员", ("administrator",))


def stage(desk: Desk, staged: dict[str, str]) -> dict[str, str]:
    """Check a file in which a cell is wrong."""
    file = import_.Upload("客户.csv", "客户编码,客户名称\nC0099,新客户\n,无编码\n".encode())
    guessed = import_.guess_map(desk, BOSS, "customer", file, "create")
    job = import_.start(desk, BOSS, Origin("form"), "customer", file, guessed.map, dry_run=True)
    import_.run(desk, BOSS, job.id, lambda progress: None)
    return {"import": job.id}
