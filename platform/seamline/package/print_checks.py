"""Print views: from plain data to their metadata, and against the fields they name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.metadata.print_view import PrintView
from seamline.text import Text, written as text

from .draft import Draft
from .page_checks import DraftNames

WHOLE = "record"  # the id of the print view that every form has by itself


def built(data: Mapping[str, Any]) -> PrintView:
    """Return a print view from data that passed the schema."""
    return PrintView(
        id=data["id"],
        title=text(data["title"]),
        fields=tuple(data.get("fields", ())),
        parts=tuple(data.get("parts", ())),
        sign=tuple(text(one) for one in data.get("sign", ())),
        note=text(data["note"]) if "note" in data else None,
        sealed=data.get("sealed", False),
        wide=data.get("wide", False),
    )


def check_prints(draft: Draft) -> None:
    """Check the print views of every form of the package."""
    for sheet in draft.of_kind("form"):
        names, seen = DraftNames(draft, sheet), {WHOLE}
        for index, one in enumerate(sheet.part.prints):
            if one.id in seen:
                say = Text(
                    f"打印版式“{one.id}”已经有了。", f"There is a print view '{one.id}' already."
                )
                draft.tell(sheet, ("prints", index, "id"), "twice", say, got=one.id)
            seen.add(one.id)
            for place, word in enumerate(one.fields):
                names.field(("prints", index, "fields", place), sheet.part, word)
