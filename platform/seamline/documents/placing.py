"""The characters that an edit in place changes: where it writes, and in whose style."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from .document import Path
from .lines import (
    column,
    line_end,
    line_start,
    next_line,
    opens_line,
    shifted,
    with_comments,
)
from .nodes import Node, at, nodes
from .writing import entry, in_brackets, item, scalar

FOLD = 96  # characters of a line of folded text


def same(one: Any, other: Any) -> bool:
    """Say whether two values are alike, `1` and `true` told apart."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def put(text: str, data: Any, path: Path, value: Any, order: Sequence[str]) -> str:
    """Return the text with `value` at `path`."""
    known, parent = _known(data, path), _known(data, path[:-1])
    if known is not _NOTHING:
        return _changed(text, known, path, value, order)
    if parent is _NOTHING or parent is None:
        fresh: Any = [value] if isinstance(path[-1], int) else {path[-1]: value}
        return put(text, data, path[:-1], fresh, order)
    if isinstance(parent, list):
        return insert(text, data, path[:-1], len(parent), value)
    return _added(text, path, value, order)


class _Nothing:
    """What stands where a document has ended."""


_NOTHING = _Nothing()


def _known(data: Any, path: Path) -> Any:
    for step in path:
        there = isinstance(data, dict) and step in data
        there = there or (isinstance(data, list) and isinstance(step, int) and step < len(data))
        if not there:
            return _NOTHING
        data = data[step]
    return data


def _changed(text: str, was: Any, path: Path, value: Any, order: Sequence[str]) -> str:
    """Write what differs between two values, and nothing more."""
    if same(was, value):
        return text
    if isinstance(was, dict) and isinstance(value, Mapping) and was.keys() & value.keys():
        for key, one in value.items():
            if key in was:
                text = _changed(text, was[key], (*path, key), one, ())
            else:
                text = _added(text, (*path, key), one, order or tuple(value))
        for key in [one for one in was if one not in value]:
            text = take(text, (*path, key))
        return text
    if isinstance(was, list) and isinstance(value, (list, tuple)) and was and value:
        done = _list(text, was, path, list(value))
        if done is not None:
            return done
    return _rewritten(text, path, value)


def _list(text: str, was: list[Any], path: Path, value: list[Any]) -> str | None:
    """Write a list with items changed, added or taken out in one place; None for anything else."""
    if len(was) == len(value):
        for index, (one, other) in enumerate(zip(was, value, strict=True)):
            text = _changed(text, one, (*path, index), other, ())
        return text
    short = min(len(was), len(value))
    head = next((n for n in range(short) if not same(was[n], value[n])), short)
    tail = next((n for n in range(short - head) if not same(was[-1 - n], value[-1 - n])),
                short - head)  # fmt: skip
    if head + tail < short:
        return None
    if len(value) > len(was):
        for index in range(head, len(value) - tail):
            text = insert(text, None, path, index, value[index])
    else:
        for index in reversed(range(head, len(was) - tail)):
            text = take(text, (*path, index))
    return text


def _rewritten(text: str, path: Path, value: Any) -> str:
    """Write a value in the place of another one."""
    root = nodes(text)
    node = at(root, path)
    assert node is not None
    inside, parent = _in_brackets(root, path), at(root, path[:-1])
    if node.kind == "scalar" and not isinstance(value, (Mapping, list, tuple)):
        return text[: node.start] + _scalar(text, node, value, inside) + text[node.end :]
    if inside or parent is None or not path:
        return text[: node.start] + in_brackets(value, _is_json(text)) + text[node.end :]
    step = path[-1]
    if isinstance(step, str):
        begin = parent.keys[step][0]
        fresh = entry(step, value, column(text, begin))
        return text[:begin] + fresh + text[max(node.end, parent.keys[step][1] + 1) :]
    dash = _dash(text, node)
    return text[:dash] + item(value, column(text, dash)) + text[node.end :]


def _scalar(text: str, node: Node, value: Any, inside: bool) -> str:
    if _is_json(text):
        return json.dumps(value, ensure_ascii=False)
    if node.style in ("|", ">") and isinstance(value, str) and value == value.strip() != "":
        begin = next_line(text, node.start)
        body = text[begin : node.end]
        indent = len(body) - len(body.lstrip(" "))
        if "\n" in value and node.style == "|":
            lines = value.split("\n")
            return "|-\n" + "\n".join(" " * indent + line if line else "" for line in lines)
        if "\n" not in value and "  " not in value and value.isprintable():
            lines = textwrap.wrap(value, FOLD - indent, break_long_words=False,
                                  break_on_hyphens=False)  # fmt: skip
            return ">-\n" + "\n".join(" " * indent + line for line in lines)
    gap = " " if node.start == node.end and text[node.start - 1 : node.start] == ":" else ""
    return gap + scalar(value, flow=inside, style=node.style)


def _added(text: str, path: Path, value: Any, order: Sequence[str]) -> str:
    """Write a key that was not there."""
    root = nodes(text)
    parent, key = at(root, path[:-1]), str(path[-1])
    assert parent is not None
    after = _before_it(list(parent.keys), key, order)
    if parent.flow or _in_brackets(root, path[:-1]):
        return _added_in_brackets(text, parent, key, value, after)
    first = min(begin for begin, _end in parent.keys.values())
    indent = column(text, first)
    fresh = entry(key, value, indent)
    if not after:
        return text[:first] + fresh + "\n" + " " * indent + text[first:]
    end = line_end(text, parent.entry(after)[1])
    return text[:end] + "\n" + " " * indent + fresh + text[end:]


def _before_it(keys: list[str], key: str, order: Sequence[str]) -> str:
    """Return the key behind which a new one stands; nothing where it comes first."""
    if key not in order:
        return keys[-1] if keys else ""
    rank = {word: number for number, word in enumerate(order)}
    earlier = [one for one in keys if rank.get(one, len(rank)) < rank[key]]
    return earlier[-1] if earlier else ""


def _added_in_brackets(text: str, parent: Node, key: str, value: Any, after: str) -> str:
    json_ = _is_json(text)
    name = json.dumps(key) if json_ else scalar(key, flow=True)
    fresh = f"{name}: {in_brackets(value, json_)}"
    if not parent.keys:
        return f"{text[: parent.start]}{{{fresh}}}{text[parent.end :]}"
    begins = [begin for begin, _end in parent.keys.values()]
    gap = ", "
    if all(opens_line(text, begin) for begin in begins):
        gap = ",\n" + " " * column(text, begins[0])
    if not after:
        return text[: begins[0]] + fresh + gap + text[begins[0] :]
    end = parent.entry(after)[1]
    return text[:end] + gap + fresh + text[end:]


def take(text: str, path: Path) -> str:
    """Return the text without what stands at `path`."""
    root = nodes(text)
    parent, step = at(root, path[:-1]), path[-1]
    assert parent is not None
    if len(parent.inner) == 1:
        if parent.kind == "mapping" and len(path) > 1 and isinstance(path[-2], str):
            return take(text, path[:-1])
        return _emptied(text, root, path[:-1], parent)
    steps = list(parent.inner)
    place = steps.index(step)
    begin, end = parent.entry(step)
    if parent.flow:
        if place + 1 < len(steps):
            return text[:begin] + text[parent.entry(steps[place + 1])[0] :]
        return text[: parent.entry(steps[place - 1])[1]] + text[end:]
    if parent.kind == "sequence":
        begin = _dash(text, parent.inner[step])
    if opens_line(text, begin):
        return text[: with_comments(text, begin)] + text[next_line(text, end) :]
    following = parent.entry(steps[place + 1])[0]
    if parent.kind == "sequence":
        following = _dash(text, parent.inner[steps[place + 1]])
    return text[:begin] + text[following:]


def _emptied(text: str, root: Node, path: Path, node: Node) -> str:
    hollow = "[]" if node.kind == "sequence" else "{}"
    if node.flow or not path or not isinstance(path[-1], str):
        begin = node.start if node.flow or node.kind == "mapping" else _dash(text, node.inner[0])
        return text[:begin] + hollow + text[node.end :]
    parent = at(root, path[:-1])
    assert parent is not None
    return f"{text[: parent.keys[path[-1]][1]]}: {hollow}{text[node.end :]}"


def insert(text: str, data: Any, path: Path, index: int, value: Any) -> str:
    """Return the text with one more item in the list at `path`."""
    root = nodes(text)
    node = at(root, path)
    if node is None or node.kind != "sequence":
        return put(text, data, path, [value], ())
    if not node.inner:
        return _rewritten(text, path, [value])
    if node.flow:
        return _item_in_brackets(text, node, index, value)
    dash = _dash(text, node.inner[0])
    indent = column(text, dash)
    fresh = _like(node, value, indent)
    return _lines_in(text, node, index, " " * indent + fresh + "\n")


def _like(node: Node, value: Any, indent: int) -> str:
    """Return an item written as those around it are: in brackets, or as lines."""
    around = [one for one in node.inner.values() if one.kind == "mapping"]
    if isinstance(value, Mapping) and around and all(one.flow for one in around):
        return f"- {in_brackets(value)}"
    return item(value, indent)


def _lines_in(text: str, node: Node, index: int, lines: str) -> str:
    """Put lines before the item at `index` of a list, behind the last where there is none."""
    if index < len(node.inner):
        dash = _dash(text, node.inner[index])
        if opens_line(text, dash):
            begin = with_comments(text, dash)
            return text[:begin] + lines + text[begin:]
        rest = lines.strip("\n").lstrip(" ")  # the list begins behind the dash of another
        return text[:dash] + rest + "\n" + " " * column(text, dash) + text[dash:]
    end = line_end(text, node.end)
    return text[:end] + "\n" + lines.rstrip("\n") + text[end:]


def _item_in_brackets(text: str, node: Node, index: int, value: Any) -> str:
    fresh = in_brackets(value, _is_json(text))
    begins = [one.start for one in node.inner.values()]
    gap = ", "
    if all(opens_line(text, begin) for begin in begins):
        gap = ",\n" + " " * column(text, begins[0])
    if index < len(begins):
        return text[: begins[index]] + fresh + gap + text[begins[index] :]
    end = node.inner[len(begins) - 1].end
    return text[:end] + gap + fresh + text[end:]


def move(text: str, data: Any, path: Path, to: Path, index: int) -> str:
    """Return the text with an item of a list moved to the place `index` of the list at `to`."""
    root = nodes(text)
    source, target = at(root, path[:-1]), at(root, to)
    assert source is not None and isinstance(path[-1], int)
    chunk = _chunk(text, source, path[-1])
    value = _known(data, path)
    if target is None or chunk is None or (target.flow and target.inner):
        return insert(take(text, path), None, to, index, value)
    lines, indent = chunk
    rest = take(text, path)
    node = at(nodes(rest), to)
    assert node is not None
    if node.inner:
        by = column(rest, _dash(rest, node.inner[0])) - indent
        return _lines_in(rest, node, index, shifted(lines, by))
    parent = at(nodes(rest), to[:-1])
    if parent is None or parent.flow or not isinstance(to[-1], str):
        return insert(rest, None, to, index, value)
    key, key_end = parent.keys[to[-1]]
    lines = shifted(lines, column(rest, key) + 2 - indent).rstrip("\n")
    return f"{rest[:key_end]}:\n{lines}{rest[node.end :]}"


def _chunk(text: str, node: Node, index: int) -> tuple[str, int] | None:
    """Return the lines of an item with its comments and its column; None where it has none."""
    if node.flow:
        return None
    dash = _dash(text, node.inner[index])
    if not opens_line(text, dash):
        return None
    lines = text[with_comments(text, dash) : next_line(text, node.inner[index].end)]
    return (lines if lines.endswith("\n") else lines + "\n"), column(text, dash)


def _dash(text: str, node: Node) -> int:
    """Return where the dash of a list item stands."""
    begin = line_start(text, node.start)
    at_ = node.start - 1
    while at_ > 0 and text[at_] != "-":
        at_ -= 1
    return at_ if at_ >= begin or "-" not in text[begin : node.start] else begin


def _in_brackets(root: Node, path: Path) -> bool:
    here = root
    for step in path:
        if here.flow:
            return True
        here = here.inner[step]
    return False


def _is_json(text: str) -> bool:
    return text.lstrip("\ufeff \t\r\n").startswith("{")
