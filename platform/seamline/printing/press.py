"""Making a PDF of a paper: one layout, fonts embedded, the same paper the same bytes."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

from .paper import Cell, Paper, Table

# A tagged PDF reads well aloud and weighs a kilobyte a row: a thick one is left untagged.
MOST_TAGGED = 600


def printed(paper: Paper, at: datetime) -> bytes:
    """Return a paper as PDF; `at` is written into the file as the moment of its making."""
    compiler, fonts, layout = _tools()
    said = {"paper": json.dumps(paper, default=_plain, ensure_ascii=False)}
    rows = sum(len(one.rows) for one in paper.blocks if isinstance(one, Table))
    press = compiler(layout, font_paths=fonts, sys_inputs=said)
    made = press.compile(
        format="pdf", timestamp=at.replace(microsecond=0), pdf_tags=rows <= MOST_TAGGED
    )
    assert isinstance(made, bytes)
    return made


def _plain(part: object) -> object:
    """Return a part of a paper as an object; a cell that is words alone as these words."""
    if isinstance(part, Cell) and part == Cell(part.text):
        return part.text
    names = getattr(part, "__dataclass_fields__", None)
    if names is None:
        raise TypeError(part)
    return {name: getattr(part, name) for name in names}


@lru_cache(maxsize=1)
def _tools() -> tuple[Any, Any, bytes]:
    import typst  # 18 ms and 7 MB, only for those who print

    home = files("seamline.printing")
    # Only our own fonts: what a machine happens to have installed changes no paper.
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(home / "font")]
    )
    return typst.Compiler, fonts, home.joinpath("press.typ").read_bytes()
