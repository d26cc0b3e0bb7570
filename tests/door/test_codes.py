"""How record codes are made."""

from __future__ import annotations

from datetime import date

import pytest

from seamline.usecases.submitting.codes import fill


@pytest.mark.cap(12)
@pytest.mark.parametrize(
    ("pattern", "number", "code"),
    [
        ("OD-{year}-{month}-{number:5}", 1, "OD-2026-02-00001"),
        ("OD-{year}-{month}-{number:5}", 99_999, "OD-2026-02-99999"),
        ("OD-{year}-{month}-{number:5}", 100_000, "OD-2026-02-100000"),
        ("PO{year}{month}{day}{number}", 7, "PO202602097"),
        ("W-{number:3}", 12, "W-012"),
    ],
)
def test_the_number_grows_past_its_width(pattern: str, number: int, code: str) -> None:
    assert fill(pattern, date(2026, 2, 9), number) == code
