"""The measures: all of them, and one with its chart, its table and the form to freeze."""

from __future__ import annotations

PAGES = [
    ("measures.index", "wang", "/measures"),
    ("measures.show", "boss", "/measures/order_flow"),
]
