"""Where everything of a document stands in its text, by character: what edits in place need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from .document import Path

NodeKind = Literal["scalar", "mapping", "sequence"]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Node:
    """A value with the characters it takes, `start` up to `end`.

    `keys` hold where each key of a mapping stands, `inner` the values by key or number. `flow`
    says that it is written in brackets; `style` is how a scalar is quoted.
    """

    kind: NodeKind
    start: int
    end: int
    flow: bool = False
    style: str = ""
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    inner: dict[str | int, Node] = field(default_factory=dict)

    def entry(self, step: str | int) -> tuple[int, int]:
        """Return the characters of an entry: of a mapping with its key, of a list without dash."""
        inside = self.inner[step]
        begin = self.keys[step][0] if isinstance(step, str) else inside.start
        return begin, max(inside.end, self.keys[step][1] if isinstance(step, str) else 0)


def nodes(text: str) -> Node:
    """Return the nodes of a text that the strict reader has read already."""
    events = iter(yaml.parse(text, Loader=_LOADER))
    for event in events:
        if isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)):
            return _node(event, events, text)
    raise ValueError("an empty document has no nodes")


def at(root: Node, path: Path) -> Node | None:
    """Return the node at `path`, None where the document ends before."""
    here: Node | None = root
    for step in path:
        here = here.inner.get(step) if here is not None else None
    return here


def _node(event: Any, events: Iterator[Any], text: str) -> Node:
    start = event.start_mark.index
    if isinstance(event, yaml.ScalarEvent):
        return Node("scalar", start, _end(event, text), style=event.style or "")
    flow = bool(event.flow_style)
    if isinstance(event, yaml.MappingStartEvent):
        node = Node("mapping", start, start, flow)
        for key in events:
            if isinstance(key, yaml.MappingEndEvent):
                return _closed(node, key)
            value = _node(next(events), events, text)
            node.keys[key.value] = (key.start_mark.index, _end(key, text))
            node.inner[key.value] = value
    node = Node("sequence", start, start, flow)
    for item in events:
        if isinstance(item, yaml.SequenceEndEvent):
            return _closed(node, item)
        node.inner[len(node.inner)] = _node(item, events, text)
    raise ValueError("the document ends in the middle")  # a parser raises before that


def _closed(node: Node, event: Any) -> Node:
    """Give a collection its end: the bracket, or where its last entry ends.

    What a parser calls the end of an indented one lies behind the comments that follow it.
    """
    if node.flow:
        node.end = event.end_mark.index
    elif node.inner:
        node.end = node.entry(next(reversed(node.inner)))[1]
    return node


def _end(event: Any, text: str) -> int:
    """Return where a scalar ends; of a block scalar, the end of its last line with words."""
    start, end = event.start_mark.index, int(event.end_mark.index)
    if event.style in ("|", ">"):
        return int(start + len(text[start:end].rstrip()))
    return end
