"""Papers: the inbox with one that was read and one that could not be, and the page to check it."""

from __future__ import annotations

from pathlib import Path

from seamline.facts import Actor
from seamline.reading.process import Reader
from seamline.usecases import papers
from seamline.usecases.desk import Desk

CHEN = Actor("chen", "陈洁", ("sales",))
PAPER = Path(__file__).parents[2] / "reading" / "data" / "files" / "P009.pdf"
PAGES = [
    ("papers.index", "chen", "/r/sales_order/papers"),
    ("papers.confirm", "chen", "/r/sales_order/papers/{paper}"),
]
NOT_PAGES = {"papers.picture": "the picture of a page"}


def stage(desk: Desk, staged: dict[str, str]) -> dict[str, str]:
    """Take in a contract and a file that is none, and read both."""
    content = PAPER.read_bytes()
    row = papers.take_in(desk, CHEN, "sales_order", content, "合同.pdf", "application/pdf").row
    papers.take_in(desk, CHEN, "sales_order", b"\0\1\2", "坏文件.pdf", "application/pdf")
    reader = Reader(engine="")
    while papers.read_next(desk, reader):
        pass
    return {"paper": row.id}
