"""Progress links: what a customer sees of an order on its way, and where links are made."""

from __future__ import annotations

from dataclasses import asdict

from seamline.facts import Actor, Origin
from seamline.usecases import files, links
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit

ADMIN = Actor("operator", "operator", ("administrator",))
CLI = Origin("cli")
PAGES = [
    ("progress.show", "", "/t/{link}"),
    ("linking.of_record", "chen", "/r/sales_order/{order}/links"),
]
NOT_PAGES = {"progress.now": "a part of a page", "progress.file": "a file"}
STOPS = (
    ("2026-02-16T08:00:00+08:00", 31.2, 121.5, "上海出库"),
    ("2026-02-17T20:00:00+08:00", 38.9, 121.6, "大连中转"),
    ("2026-02-18T06:00:00+08:00", 43.8, 125.3, "长春到达"),
)


def stage(desk: Desk, staged: dict[str, str]) -> dict[str, str]:
    """Ship the order, say where it is, lay a paper beside it, and make a link to it."""

    def do(form: str, step: str, values: dict[str, object], record: str = "") -> str:
        done = submit(desk, ADMIN, CLI, Submission(form, step, values, record=record))
        return done.record.code or done.record.id

    def kept(name: str) -> list[dict[str, object]]:
        return [asdict(files.keep(desk, ADMIN, b"%PDF-1.4 x", name, "application/pdf"))]

    do("warehouse", "create", {"code": "W9", "name": "成品库", "purpose": "finished"})
    guide = {"title": "安装指南 HX-2041", "kind": "installation", "files": kept("guide.pdf")}
    do("tech_document", "create", guide)
    lines = [{"material": "HX-2041", "qty": 1200, "boxes": 12}]
    head = {"sales_order": staged["order"], "warehouse": "W9", "ship_date": "2026-02-16"}
    delivery = do("delivery", "create", {**head, "lines": lines})
    shipped = {"carrier": "东北快运", "waybill": "YD-778", "report": kept("report.pdf")}
    do("delivery", "ship", shipped, delivery)
    track = [
        {"at": at, "place": {"latitude": north, "longitude": east}, "note": note}
        for at, north, east, note in STOPS
    ]
    do("delivery", "report_position", {"track": track}, delivery)
    link = links.make(desk, ADMIN, CLI, "order_progress", staged["order"])
    return {"link": links.token(desk, link)}
