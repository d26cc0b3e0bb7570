"""Frames written by hand and the fragments of the field kinds, put together to full schemas."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from seamline.fields import KINDS
from seamline.fields.kind import Kind
from seamline.measures import FORMULAS
from seamline.pages import PAGE_KINDS
from seamline.pipelines import STEPS, TRIGGERS
from seamline.registry import choice_schema
from seamline.text import Text

# A document is of the first of these kinds whose key it holds (an import map names a form, too).
DOCUMENT_KINDS = (
    "package", "ruleset", "role", "import", "correlation", "promise", "scenario", "page",
    "measure", "connection", "connector", "pipeline", "form",
)  # fmt: skip
DIALECT = "https://json-schema.org/draft/2020-12/schema"
ADDRESS = "urn:seamline:language:1:{kind}"
# What a column of a sub-table does not know: it is no key of anything.
NOT_IN_TABLES = ("unique",)

Schema = dict[str, Any]


@cache
def _frame(name: str) -> Schema:
    text = files("seamline.schemas").joinpath("frames", f"{name}.json").read_text("utf-8")
    frame: Schema = json.loads(text)
    return frame


def assembled() -> dict[str, Schema]:
    """Return the full JSON Schema (2020-12) of each document kind."""
    return {kind: law_of(kind) for kind in DOCUMENT_KINDS}


def law_of(kind: str) -> Schema:
    """Return the full JSON Schema of one document kind, for the caller alone."""
    return deepcopy(_assembled(kind))


@cache
def _assembled(kind: str) -> Schema:
    frame = deepcopy(_frame(kind))
    parts = {**deepcopy(_frame("shared")["$defs"]), **frame.pop("$defs", {})}
    if kind == "form":
        parts |= _field_parts(parts.pop("field"))
    elif kind == "page":
        frame, pages = _page_parts(frame)
        parts |= pages
    elif kind == "measure":
        say = Text("公式恰好是其中一种", "a formula is exactly one of")
        parts["formula"] = choice_schema(FORMULAS, say)
    elif kind == "pipeline":
        parts |= _pipeline_parts()
    used = _used(frame, parts)
    head = {"$schema": DIALECT, "$id": ADDRESS.format(kind=kind)}
    return {**head, **frame, "$defs": {name: parts[name] for name in parts if name in used}}


def _field_parts(common: Schema) -> Schema:
    """Return `field`, `column` (of a sub-table) and one closed part per kind for each."""
    column = deepcopy(common)
    for key in NOT_IN_TABLES:
        del column["properties"][key]
    inside = {name: kind for name, kind in KINDS.items() if kind.in_tables}
    parts = {
        "field": _any_kind(common, KINDS, "field"),
        "column": _any_kind(column, inside, "column"),
    }
    for name, kind in KINDS.items():
        parts[f"field_{name}"] = _one_kind(common, kind)
        if kind.in_tables:
            parts[f"column_{name}"] = _one_kind(column, kind)
    return parts


def _page_parts(frame: Schema) -> tuple[Schema, Schema]:
    """Return the frame that hands a page over to the part of its kind, and those parts."""
    common = frame.pop("properties")
    parts = {
        f"page_{name}": {
            "description": f"{kind.title.zh} · {kind.title.en}",
            "type": "object",
            "properties": {**dict.fromkeys(common, True), **_with_shared(kind.settings)},
            "additionalProperties": False,
            **({"required": [*kind.settings_required]} if kind.settings_required else {}),
        }
        for name, kind in PAGE_KINDS.items()
    }
    return _any_kind({**frame, "properties": common}, PAGE_KINDS, "page"), parts


def _pipeline_parts() -> Schema:
    """Return `trigger` and `step`, each exactly one of its kinds."""
    trigger = choice_schema(TRIGGERS, Text("触发方式恰好是其中一种", "a trigger is exactly one of"))
    say = Text("一个步骤恰好是其中一种", "a step is exactly one of")
    step = choice_schema(STEPS, say, id={"$ref": "#/$defs/id"})
    step["required"] = ["id"]
    for name, one in STEPS.items():
        if one.open:
            step["properties"][name] = {"type": "object", **one.open}
    return {"trigger": trigger, "step": step}


def _any_kind(common: Schema, kinds: Iterable[str], prefix: str) -> Schema:
    """Return the schema that names the kinds and hands over to the part of the one written."""
    schema = deepcopy(common)
    schema["properties"]["kind"]["enum"] = list(kinds)
    schema["allOf"] = [
        {
            "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
            "then": {"$ref": f"#/$defs/{prefix}_{name}"},
        }
        for name in kinds
    ]
    return schema


def _one_kind(common: Schema, kind: Kind) -> Schema:
    """Return the closed schema of one kind: the common keys as they stand, and its settings."""
    settings = {key: _with_shared(part) for key, part in kind.settings.items()}
    if kind.name == "table":
        settings["fields"] = {
            "description": "子表的列 · Columns of the sub-table",
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "items": {"$ref": "#/$defs/column"},
        }
    required = sorted({*kind.settings_required, *(("fields",) if kind.name == "table" else ())})
    schema: Schema = {
        "description": f"{kind.title.zh} · {kind.title.en}",
        "type": "object",
        "properties": {**dict.fromkeys(common["properties"], True), **settings},
        "additionalProperties": False,
    }
    return {**schema, "required": required} if required else schema


def _with_shared(part: Any) -> Any:
    """Return a kind's fragment with the parts it shares with the frames as references.

    Texts come as a choice of two shapes; the shared part says of a wrong one what is wrong.
    """
    if isinstance(part, Mapping):
        shape = {key: _with_shared(value) for key, value in part.items()}
        if _is_text(part):
            del shape["anyOf"]
            shape["$ref"] = "#/$defs/text"
        return shape
    if isinstance(part, (list, tuple)):
        return [_with_shared(value) for value in part]
    return part


def _is_text(part: Mapping[str, Any]) -> bool:
    """Say whether a fragment is a text: a string or an object of zh and en."""
    shapes = part.get("anyOf") or ()
    objects = [shape for shape in shapes if set(shape.get("properties", ())) == {"zh", "en"}]
    return len(shapes) == 2 and len(objects) == 1


def _used(frame: Schema, parts: Schema) -> set[str]:
    """Return the names of the parts that `frame` refers to, directly or not."""
    used: set[str] = set()
    waiting: list[Any] = [frame]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            name = str(here.get("$ref", "")).removeprefix("#/$defs/")
            if name and name not in used:
                used.add(name)
                waiting.append(parts[name])
            waiting.extend(here.values())
        elif isinstance(here, list):
            waiting.extend(here)
    return used


def file_texts() -> dict[str, str]:
    """Return the generated files: name to text."""
    return {
        f"{kind}.schema.json": json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        for kind, schema in assembled().items()
    }


def write(folder: Path) -> list[Path]:
    """Write the full schemas into `folder` and return the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in file_texts().items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def stale(folder: Path) -> list[str]:
    """Return the names of the generated files that are missing from `folder` or not current."""
    return [
        name
        for name, text in file_texts().items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text
    ]
