"""Versions in force: the library of bills of materials, and what is wrong in it."""

from __future__ import annotations

PAGES = [
    ("structure.library", "boss", "/structure/bom_version"),
    ("structure.check", "boss", "/structure/bom_version/check"),
]
