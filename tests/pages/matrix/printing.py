"""What a dossier's QR code leads to: that it was made here, for whoever holds it."""

from __future__ import annotations

from seamline.facts import Actor, Origin
from seamline.text import Text
from seamline.usecases import dossier
from seamline.usecases.desk import Desk

ADMIN = Actor("operator", "operator", ("administrator",))
PAGES = [
    ("printing.known", "", "/sealed/sales_order/{sealed}"),
    ("printing.check", "", "/sealed"),
]
NOT_PAGES = {"printing.show": "a PDF"}


def stage(desk: Desk, staged: dict[str, str]) -> dict[str, str]:
    """Begin a dossier of the order, and tell it in the journal."""
    title = Text("BOM 追溯报告", "BOM trace report")
    made = dossier.begin(desk, ADMIN, "sales_order", staged["order"], "trace", title)
    pdf = b"%PDF-1.7\ntrailer\n<</Size 1/Root 1 0 R>>\nstartxref\n0\n%%EOF"
    dossier.finish(desk, ADMIN, Origin("form"), made, pdf)
    return {"sealed": f"{made.record.id}/{made.token}"}
