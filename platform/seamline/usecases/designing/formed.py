"""The document of a form made of confirmed columns, as a person would write it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seamline.documents import editing
from seamline.text import Text

from .guessing import Guess, option_ids

Data = dict[str, Any]
MOST_COLUMNS = 8  # of a list
TABLE = "lines"
UNLISTED = ("long_text", "attachment", "image", "phone", "email", "url", "percent")


def document(id_: str, title: Text, columns: Sequence[Guess]) -> str:
    """Return the text of a form with these fields, key, name and list."""
    taken = [one for one in columns if one.taken]
    head, lines = [one for one in taken if not one.line], [one for one in taken if one.line]
    sections = [_section("main", Text("基本信息", "Main"), [_field(one) for one in head])]
    if lines:
        table = {
            "id": _free_table(head), "kind": "table", "label": {"zh": "明细", "en": "Lines"},
            "min_rows": 1, "fields": [_field(one) for one in lines],
        }  # fmt: skip
        sections.append(_section("lines", Text("明细", "Lines"), [table]))
    key = next((one.id for one in head if one.key), None)
    name = next((one.id for one in head if one.kind == "text" and not one.key), None)
    made: Data = {"seamline": 1, "form": id_, "title": _written(title), "icon": "file-text"}
    if key:
        made["key"] = key
    if name:
        made["name"] = name
    return editing.fresh({**made, "sections": sections, "list": _list(head)})


def _section(id_: str, title: Text, fields: list[Data]) -> Data:
    return {"id": id_, "title": _written(title), "fields": fields}


def _field(one: Guess) -> Data:
    made: Data = {"id": one.id, "kind": one.kind, "label": _written(one.label)}
    if one.required:
        made["required"] = True
    if one.key:
        made["unique"] = True
    made |= one.settings
    if one.kind == "choice":
        ids = option_ids(one.options)
        made["options"] = [{"id": ids[word], "label": word} for word in one.options]
    return made


def _written(text: Text) -> Any:
    return text.zh if text.zh == text.en else {"zh": text.zh, "en": text.en}


def _free_table(head: Sequence[Guess]) -> str:
    taken = {one.id for one in head}
    return next(one for one in (TABLE, "rows", "line_items", "details") if one not in taken)


def _list(head: Sequence[Guess]) -> Data:
    """Return the list: what identifies first, filters of a few words or a day, words searched."""
    shown = [one for one in head if one.kind not in UNLISTED]
    first = sorted(shown, key=lambda one: (not one.key, shown.index(one)))
    made: Data = {"columns": [one.id for one in first][:MOST_COLUMNS] or ["_created_at"]}
    filters = [one.id for one in head if one.kind in ("choice", "date", "boolean")][:4]
    search = [one.id for one in head if one.kind in ("text", "phone", "email")][:4]
    if filters:
        made["filters"] = filters
    if search:
        made["search"] = search
    return made
