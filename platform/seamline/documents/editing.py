"""Edits in place: one value set, taken out, put in or moved; every other character stays.

What comes out is read again and compared with what was meant: a text that this cannot edit
faithfully is left alone, and the edit refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from seamline.problems import Place, Refused
from seamline.text import Text

from . import placing
from .document import Path
from .reading import read
from .writing import entry, in_brackets


def put(text: str, name: str, path: Path, value: Any, order: Sequence[str] = ()) -> str:
    """Return the text with `value` at `path`; only what differs is written anew.

    A key that is new stands behind those that come before it in `order`. Raises Refused.
    """

    def meant(data: Any) -> Any:
        return _with(data, path, value)

    return _faithful(text, name, meant, lambda data: placing.put(text, data, path, value, order))


def take(text: str, name: str, path: Path) -> str:
    """Return the text without what stands at `path`; a list stays, be it empty. Raises Refused."""

    def meant(data: Any) -> Any:
        parent = _value(data, path[:-1])
        del parent[path[-1]]
        return _pruned(data, path[:-1])

    return _faithful(text, name, meant, lambda _: placing.take(text, path))


def insert(text: str, name: str, path: Path, index: int, value: Any) -> str:
    """Return the text with one more item in the list at `path`, made where there is none."""

    def meant(data: Any) -> Any:
        items = _value(data, path)
        if items is None:
            return _with(data, path, [value])
        items.insert(index, value)
        return data

    return _faithful(text, name, meant, lambda data: placing.insert(text, data, path, index, value))


def move(text: str, name: str, path: Path, to: Path, index: int) -> str:
    """Return the text with an item of a list moved, to the place `index` of the list at `to`.

    Its lines move as they are, comments with them. `index` counts without the item itself.
    """

    def meant(data: Any) -> Any:
        item = _value(data, path[:-1]).pop(path[-1])
        _value(data, to).insert(index, item)
        return data

    return _faithful(text, name, meant, lambda data: placing.move(text, data, path, to, index))


def fresh(data: Mapping[str, Any]) -> str:
    """Return a new document as a person would write it."""
    return "".join(f"{entry(key, value, 0)}\n" for key, value in data.items())


def on_one_line(value: Any) -> str:
    """Return a value as one line of YAML."""
    return in_brackets(value)


def _faithful(text: str, name: str, meant: Callable[[Any], Any], work: Callable[[Any], str]) -> str:
    data = read(text, name).data
    try:
        wanted = meant(deepcopy(data))
    except (KeyError, IndexError, TypeError, AttributeError):
        raise _gone(name) from None
    edited = work(data)
    try:
        got = read(edited, name).data
    except Refused:
        raise _beyond(name) from None
    if not placing.same(got, wanted):
        raise _beyond(name)
    return edited


def _gone(name: str) -> Refused:
    return Refused.one(
        "gone",
        Text("要改的内容已经不在了。", "What was to be edited is no longer there."),
        status=412,
        hint=Text("别人可能刚改过，请看最新内容。", "Somebody may have changed it just now."),
        place=Place("", name),
    )


def _beyond(name: str) -> Refused:
    return Refused.one(
        "edit_in_source",
        Text(
            "这处写法特殊，可视化编辑无法原样改动，文档没有变。",
            "This is written in a way that cannot be edited in place; nothing was changed.",
        ),
        hint=Text("请在源码视图里改。", "Edit it in the source view."),
        place=Place("", name),
    )


def _value(data: Any, path: Path) -> Any:
    """Return the value at `path`, None where a mapping on the way has no such key."""
    for step in path:
        if isinstance(data, Mapping) and step not in data:
            return None
        data = data[step]
    return data


def _with(data: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    here = data
    for number, step in enumerate(path[:-1]):
        inside = here.get(step) if isinstance(here, dict) else here[step]
        if inside is None:
            inside = here[step] = [] if isinstance(path[number + 1], int) else {}
        here = inside
    if isinstance(here, list) and path[-1] == len(here):
        here.append(value)
    else:
        here[path[-1]] = value
    return data


def _pruned(data: Any, path: Path) -> Any:
    """Take out mappings that have become empty, but not the items of lists."""
    while path and isinstance(path[-1], str) and _value(data, path) == {}:
        del _value(data, path[:-1])[path[-1]]
        path = path[:-1]
    return data
