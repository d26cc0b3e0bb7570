"""What a new field, section, state or step begins with, ready to be used as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seamline.documents import Document
from seamline.fields import KINDS
from seamline.text import Language, Text

Data = dict[str, Any]
# What the settings that a kind cannot do without begin with.
FIRST: Mapping[str, Any] = {
    "options": [
        {"id": "first", "label": {"zh": "选项一", "en": "First"}},
        {"id": "second", "label": {"zh": "选项二", "en": "Second"}},
    ],
    "formula": "0",
    "fields": [{"id": "item", "kind": "text", "label": {"zh": "品名", "en": "Item"}}],
    "pattern": "NO-{year}-{number:4}",
}
NAMES = {
    "sections": Text("新分组", "New section"),
    "states": Text("新状态", "New state"),
    "steps": Text("新环节", "New step"),
    "options": Text("新选项", "New option"),
    "duplicates": Text("疑似重复。", "Possibly a duplicate."),
}


@dataclass(frozen=True, slots=True)
class Brick:
    """One field kind of the palette."""

    kind: str
    title: str
    icon: str
    in_tables: bool


def palette(language: Language) -> list[Brick]:
    """Return every field kind there is, as the registry has them."""
    return [
        Brick(name, kind.title.in_(language), kind.icon, kind.in_tables)
        for name, kind in KINDS.items()
    ]


def fresh_field(kind: str, document: Document, *, inner: bool = False) -> Data:
    """Return a field of a kind with an id that is free in the form."""
    found = KINDS["text" if inner and not KINDS[kind].in_tables else kind]
    label = {"zh": found.title.zh, "en": found.title.en}
    field: Data = {"id": _free(found.name, document), "kind": found.name, "label": label}
    for key in found.settings_required:
        if key in FIRST:
            field[key] = FIRST[key]
        elif key == "to":
            field[key] = str(document.data.get("form"))
    if found.name == "table":
        field["fields"] = FIRST["fields"]
    return field


def named(what: str) -> bool:
    """Say whether something new of a list begins with a name of its own."""
    return what.rpartition(".")[2] in NAMES


def fresh_item(what: str, document: Document) -> tuple[str, Data]:
    """Return something new for one of the lists of a form, and its id."""
    key = what.rpartition(".")[2]
    name = NAMES.get(key, Text("新项", "New"))
    stem = {"states": "state", "steps": "step", "sections": "section", "options": "option"}
    id_ = _free(stem.get(key, "item"), document)
    title = {"zh": name.zh, "en": name.en}
    if key == "options":
        return id_, {"id": id_, "label": title}
    if key == "duplicates":
        return id_, {"id": id_, "fields": [*_ids(document.data)][:1], "say": title}
    if key == "sections":
        field = fresh_field("text", document)
        return id_, {"id": id_, "title": title, "fields": [field]}
    return id_, {"id": id_, "title": title}


def _free(stem: str, document: Document) -> str:
    """Return an id that nothing in the form has: `text_1`, `text_2`, …"""
    taken = {*_ids(document.data)}
    return next(one for number in range(1, 10_000) if (one := f"{stem}_{number}") not in taken)


def _ids(data: Any) -> Iterator[str]:
    if isinstance(data, Mapping):
        if isinstance(data.get("id"), str):
            yield data["id"]
        for one in data.values():
            yield from _ids(one)
    elif isinstance(data, list):
        for one in data:
            yield from _ids(one)
