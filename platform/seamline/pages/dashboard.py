"""A dashboard: blocks of figures and lists that a person takes in at one look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seamline.text import Text, written

from .blocks import BLOCK_KINDS
from .kind import Data, Names, PageKind

MOST_BLOCKS = 24


@dataclass(frozen=True, slots=True)
class Block:
    """One block: its kind (`seamline.pages.blocks`) and what that makes of it."""

    id: str
    title: Text
    kind: str
    settings: Any
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The blocks in the order they are read."""

    blocks: tuple[Block, ...]


def _read(data: Data) -> Dashboard:
    blocks = []
    for item in data["blocks"]:
        kind = _kind_of(item)
        settings = BLOCK_KINDS[kind].read(item[kind])
        wide = item.get("wide", False)
        blocks.append(Block(item["id"], written(item["title"]), kind, settings, wide))
    return Dashboard(tuple(blocks))


def _kind_of(item: Data) -> str:
    return next(name for name in BLOCK_KINDS if name in item)


def _check(data: Data, names: Names) -> None:
    seen: set[str] = set()
    for index, item in enumerate(data["blocks"]):
        path = ("blocks", index)
        if item["id"] in seen:
            say = Text(f"块“{item['id']}”已经有了。", f"The block '{item['id']}' is there already.")
            names.tell((*path, "id"), "duplicate_block", say, got=item["id"])
        seen.add(item["id"])
        kind = _kind_of(item)
        BLOCK_KINDS[kind].check(item[kind], (*path, kind), names)


def _block_schema() -> dict[str, Any]:
    """Return the schema of a block: an id, a title and exactly one kind."""
    kinds = {
        name: {
            "description": f"{kind.title.zh} · {kind.title.en}",
            "type": "object",
            "properties": dict(kind.settings),
            "additionalProperties": False,
            **({"required": list(kind.required)} if kind.required else {}),
        }
        for name, kind in BLOCK_KINDS.items()
    }
    return {
        "type": "object",
        "required": ["id", "title"],
        "properties": {
            "id": {"$ref": "#/$defs/id"},
            "title": {"$ref": "#/$defs/text"},
            "wide": {"description": "占整行 · Takes the whole width", "type": "boolean"},
            **kinds,
        },
        "additionalProperties": False,
        "oneOf": [{"required": [name]} for name in kinds],
        "x-say": {
            "zh": f"一块里恰好有一种内容:{'、'.join(kinds)}",
            "en": f"a block holds exactly one of {', '.join(kinds)}",
        },
    }


KIND = PageKind(
    name="dashboard",
    title=Text("看板", "Dashboard"),
    settings={
        "blocks": {
            "description": "各块内容 · Its blocks",
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_BLOCKS,
            "items": _block_schema(),
        }
    },
    settings_required=("blocks",),
    read=_read,
    check=_check,
)
