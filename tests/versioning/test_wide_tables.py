"""A table of many columns on paper: each has its own room, whatever the width of the page."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations

import pypdfium2
import pytest

from seamline.printing.paper import Cell, Line, Paper, Table
from seamline.printing.press import printed
from seamline.ui.printing.cells import columns_of, crowded

HEADS = [
    ("Material code", False), ("Specification", False), ("Quantity", True), ("Unit", False),
    ("Unit price incl. tax", True), ("Amount", True), ("Special process", False),
    ("Process note", False), ("BOM version", False), ("Available stock", True),
    ("Stock line", True), ("Lead time in days", True), ("Days after the due date", True),
]  # fmt: skip
ROW = (
    "1K0-4710716", "QT450-10", "70.00", "pc", "61.2300", "4,286.10", "Quench and temper",
    "HRC 28-32", "1K0-4710716/V1.2", "294.00", "93.60", "14", "0",
)  # fmt: skip
AT = datetime(2026, 11, 27, tzinfo=UTC)


def boxes(table: Table, wide: bool) -> list[tuple[float, float, float, float]]:
    """Return where the words of a printed table stand."""
    paper = Paper("Order", "OD-1", "Plant", "made", "en", wide=wide, blocks=[table])
    page = pypdfium2.PdfDocument(printed(paper, AT))[0].get_textpage()
    return [page.get_rect(number) for number in range(page.count_rects())]


@pytest.mark.cap(40)
@pytest.mark.parametrize("most", [4, 8, 13])
def test_no_words_of_a_table_lie_on_others(most: int) -> None:
    rows = [[Cell(word) for word in ROW[:most]]] * 3
    table = Table(columns_of(HEADS[:most], rows), [Line(row) for row in rows])
    assert crowded(table) == (most == 13)
    for wide in (True, False) if most < 13 else (True,):
        for one, other in combinations(boxes(table, wide), 2):
            across = min(one[2], other[2]) - max(one[0], other[0])
            along = min(one[3], other[3]) - max(one[1], other[1])
            assert not (across > 1 and along > 1), (one, other)
