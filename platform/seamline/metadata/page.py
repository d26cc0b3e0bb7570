"""A page: what a package puts before people beside the pages that every form has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seamline.text import Text


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a kind (`seamline.pages`); `settings` is what its kind makes of the document.

    Who may open it is said by the roles (`pages: [...]`).
    """

    id: str
    kind: str
    title: Text
    settings: Any = None
    icon: str = "file"
    group: Text | None = None
    help: Text | None = None
