"""The good package that the language tests break: its files by path."""

from __future__ import annotations

from pathlib import Path

import pytest

BASE = Path(__file__).parents[1] / "packages_broken" / "good"


@pytest.fixture(scope="session")
def base() -> dict[str, str]:
    """Return the files of the good package, path to text."""
    return {
        path.relative_to(BASE).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(BASE.rglob("*"))
        if path.is_file()
    }
