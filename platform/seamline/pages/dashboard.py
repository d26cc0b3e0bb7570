"""A dashboard: blocks of figures and lists that a person takes in at one look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seamline.registry import choice_schema, chosen
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
        kind = chosen(BLOCK_KINDS, item)
        settings = BLOCK_KINDS[kind].read(item[kind])
        wide = item.get("wide", False)
        blocks.append(Block(item["id"], written(item["title"]), kind, settings, wide))
    return Dashboard(tuple(blocks))


def _check(data: Data, names: Names) -> None:
    seen: set[str] = set()
    for index, item in enumerate(data["blocks"]):
        path = ("blocks", index)
        if item["id"] in seen:
            say = Text(f"块“{item['id']}”已经有了。", f"The block '{item['id']}' is there already.")
            names.tell((*path, "id"), "duplicate_block", say, got=item["id"])
        seen.add(item["id"])
        kind = chosen(BLOCK_KINDS, item)
        BLOCK_KINDS[kind].check(item[kind], (*path, kind), names)


_BLOCK = choice_schema(
    BLOCK_KINDS,
    Text("一块里恰好有一种内容", "a block holds exactly one of"),
    id={"$ref": "#/$defs/id"},
    title={"$ref": "#/$defs/text"},
    wide={"description": "占整行 · Takes the whole width", "type": "boolean"},
)
KIND = PageKind(
    name="dashboard",
    title=Text("看板", "Dashboard"),
    settings={
        "blocks": {
            "description": "各块内容 · Its blocks",
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_BLOCKS,
            "items": {**_BLOCK, "required": ["id", "title"]},
        }
    },
    settings_required=("blocks",),
    read=_read,
    check=_check,
)
