"""What the language allows at a place of a document, read from its JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from seamline import schema
from seamline.documents import Path, value_at
from seamline.text import Language, Text

Part = Mapping[str, Any]
SIMPLE = ("text", "tick", "choice", "number", "line", "words", "value", "pairs")
# What keys are called that stand for a shared part of the language and say nothing themselves.
CALLED: Mapping[str, Text] = {
    "id": Text("标识", "Id"),
    "title": Text("名称", "Name"),
    "label": Text("名称", "Label"),
    "text": Text("文字", "Text"),
    "say": Text("提示文字", "What it says"),
    "name": Text("名称", "Name"),
    "help": Text("说明", "Help"),
    "description": Text("简介", "Description"),
    "icon": Text("图标", "Icon"),
    "colour": Text("颜色", "Colour"),
    "form": Text("表单", "Form"),
    "table": Text("子表", "Sub-table"),
    "field": Text("字段", "Field"),
    "step": Text("业务环节", "Step"),
    "role": Text("角色", "Role"),
    "where": Text("条件", "Condition"),
    "when": Text("条件", "Condition"),
    "seen": Text("判定时的条件", "As the verdict saw it"),
    "formula": Text("公式", "How it is reckoned"),
    "is": Text("指标", "Measure"),
    "columns": Text("列", "Columns"),
    "lock": Text("锁定", "Lock"),
    "as": Text("称呼", "Called"),
    "to": Text("到", "To"),
    "from": Text("来自", "From"),
    "match": Text("按哪个字段查找", "Found by"),
    "limits": Text("请求限制", "Limits"),
    "notices": Text("站内通知", "Notices"),
    "place": Text("地点", "Place"),
    "at": Text("时间", "When"),
    "note": Text("备注", "Note"),
    "values": Text("字段的值", "Values"),
    "entity": Text("对象", "Object"),
    "operation": Text("操作", "What is done"),
    "target": Text("对哪一个", "To which one"),
}
MOST_COLUMNS = 6  # of things that are edited as the rows of a small table


@dataclass(frozen=True, slots=True)
class Shape:
    """The keys that may stand at a place, each with its part of the schema, in their order.

    `rest` is the part of every other key, where any may stand; `kinds` are the keys of which
    exactly one holds what the thing is: a formula is a count or a share. Of keys that stand for
    one another the first are `usual`.
    """

    properties: Mapping[str, Part]
    required: frozenset[str]
    rest: Part | None = None
    kinds: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[str, ...]:
        """The keys in the order in which people write them."""
        return tuple(self.properties)


@lru_cache(maxsize=1)
def _schemas() -> dict[str, Any]:
    return schema.assembled()


def shape_of(kind: str, data: Any, path: Path) -> Shape:
    """Return what may stand at `path` of a document; nothing where the schema ends before."""
    return _shape(_schemas()[kind], part_at(kind, data, path))


def part_at(kind: str, data: Any, path: Path) -> Part:
    """Return the part of the schema for what may stand at `path`, that of its own kind in it."""
    root = _schemas()[kind]
    here = _whole(root, root, data)
    for step in path:
        part = here.get("items") if isinstance(step, int) else here["properties"].get(step)
        part = part or _rest(here) or {}
        data = value_at(data, (step,))
        here = _whole(root, part, data)
        if _name(part):  # how a part is called says how it is edited: texts and conditions
            here["$ref"] = part["$ref"]
    return here


def shape_within(kind: str, part: Part) -> Shape:
    """Return what may stand in a part that nothing is written of yet."""
    root = _schemas()[kind]
    return _shape(root, _whole(root, part, None))


def _shape(root: Part, whole: Part) -> Shape:
    required = frozenset(whole.get("required", ()))
    kinds = _kinds(root, whole)
    ways = [one.get("required", ()) for one in (*whole.get("oneOf", ()), *whole.get("anyOf", ()))]
    usual = tuple(ways[0]) if ways and not kinds else kinds[:1]
    return Shape(whole["properties"], required, _rest(whole), kinds, usual)


def _rest(whole: Part) -> Part | None:
    """Return the part of keys that are not named, None where there may be none."""
    rest = whole.get("additionalProperties", {})
    open_ = isinstance(rest, Mapping) and not whole.get("properties")
    return rest if open_ and whole.get("type") == "object" else None


def _kinds(root: Part, whole: Part) -> tuple[str, ...]:
    """Return the keys of which exactly one is to stand, where each is a thing with insides."""
    ways = [one.get("required", ()) for one in whole.get("oneOf", ()) if isinstance(one, Mapping)]
    keys = tuple(str(way[0]) for way in ways if len(way) == 1)
    parts = [_resolved(root, whole["properties"].get(key)) for key in keys]
    things = all(part.get("type") == "object" for part in parts)
    return keys if len(keys) > 1 and len(keys) == len(ways) and things else ()


def part_within(kind: str, part: Part) -> Part:
    """Return a part with what it refers to put in."""
    return _resolved(_schemas()[kind], part)


def items_of(kind: str, part: Part) -> Part:
    """Return the part that describes the items of a list."""
    return _whole(_schemas()[kind], part_within(kind, part).get("items", {}), None)


def control_of(kind: str, part: Part) -> str:
    """Return how a part is edited: by which control, or as its source."""
    name = _name(part)
    whole = part_within(kind, part)
    if name in ("text", "condition"):
        return name
    if "enum" in whole:
        return "choice"
    if "const" in whole:
        return "fixed"
    if whole.get("format") == "formula":
        return "formula"
    plain = {"boolean": "tick", "integer": "number", "number": "number", "string": "line"}
    if isinstance(whole.get("type"), str) and whole["type"] in plain:
        return plain[whole["type"]]
    if whole.get("type") == "array":
        return _list_control(kind, whole)
    if whole.get("type") == "object":
        return "group" if whole.get("properties") else _map_control(kind, whole)
    return "source" if {"object", "array"} & {*_types(whole)} else "value"


def _types(whole: Part) -> tuple[str, ...]:
    types = whole.get("type", ())
    return (types,) if isinstance(types, str) else tuple(types)


def _map_control(kind: str, whole: Part) -> str:
    """Return how a mapping with keys of one's own is edited: as pairs, or each by itself."""
    inside = control_of(kind, _rest(whole) or {})
    return "things" if inside in ("group", "list", "rows") else "pairs"


def _list_control(kind: str, whole: Part) -> str:
    items = items_of(kind, whole)
    if items.get("type") == "array" and items.get("prefixItems"):
        return "tuples"
    if items.get("type") == "string" or "enum" in items:
        return "words"
    if items.get("type") != "object":
        return "source"
    inside = [control_of(kind, one) for one in items["properties"].values()]
    rows = len(inside) <= MOST_COLUMNS and all(one in SIMPLE for one in inside)
    return "rows" if rows and items["properties"] else "list"


def said(kind: str, part: Part, language: Language, key: str = "") -> str:
    """Return what a part is called: its description in the reader's language, else its key."""
    name = "id" if key == kind else key
    if _name(part) and "description" not in part and name in CALLED:
        return CALLED[name].in_(language)
    whole = part_within(kind, part)
    texts = whole.get("x-text")
    if texts:
        return str(texts[language]).rstrip("。.")
    both = str(whole.get("description", "")).split(" · ")
    if len(both) == 2:
        return both[0 if language == "zh" else 1]
    return both[0] or (CALLED[key].in_(language) if key in CALLED else key)


def _name(part: Part) -> str:
    return str(part.get("$ref", "")).removeprefix("#/$defs/")


def _resolved(root: Part, part: Any) -> dict[str, Any]:
    here = dict(part) if isinstance(part, Mapping) else {}
    while "$ref" in here:
        ref = str(here.pop("$ref")).removeprefix("#/$defs/")
        here = {**root["$defs"][ref], **here}
    return here


def _whole(root: Part, part: Any, data: Any) -> dict[str, Any]:
    """Return a part with the keys of the very kind that is written there."""
    here = _resolved(root, part)
    properties = dict(here.get("properties", {}))
    required = list(here.get("required", ()))
    written = data.get("kind") if isinstance(data, Mapping) else None
    for one in here.get("allOf", ()):
        if one["if"]["properties"].get("kind", {}).get("const") == written:
            more = _resolved(root, one["then"])
            properties |= {key: inside for key, inside in more["properties"].items()
                           if inside is not True}  # fmt: skip
            required += more.get("required", ())
    return {**here, "properties": properties, "required": required}
