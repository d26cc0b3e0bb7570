"""One document read: its data, and where everything in it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from seamline.problems import Place, shorten

Path = tuple[str | int, ...]

# An item of a list is called by the first of these keys it holds: `fields[qty]`.
NAMING_KEYS = ("id", "column", "form", "to", "file")
_STEP = re.compile(r"([^.\[\]]+)|\[([^\]]*)\]")


class Mark(NamedTuple):
    """Where a value starts (line and column from 1), where its keys stand, and its insides."""

    line: int
    column: int
    keys: dict[str | int, tuple[int, int]]
    inner: dict[str | int, Mark]


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its file name, its plain data and the marks of everything in it."""

    name: str
    data: Any
    marks: Mark

    def place(self, path: Path, key: bool = False) -> Place:
        """Return the place of the value at `path` (with `key`, of the key that holds it).

        Where the document ends before the path does, the deepest thing that exists is meant.
        """
        mark, spot = self.marks, (self.marks.line, self.marks.column)
        for step in path:
            if step not in mark.inner:
                break
            spot = mark.keys.get(step, spot)
            mark = mark.inner[step]
        else:
            if not key:
                spot = (mark.line, mark.column)
            return Place(self.words(path), self.name, *spot)
        return Place(self.words(path), self.name, mark.line, mark.column)

    def value(self, path: Path) -> Any:
        """Return what stands at `path`; None where nothing does."""
        return value_at(self.data, path)

    def words(self, path: Path) -> str:
        """Return `path` as people read it: things by id, things without id counted from 1."""
        said, here = "", self.data
        for step in path:
            inside = _inside(here, step)
            if isinstance(step, int):
                name = _called(inside)
                # Of several that are called the same, the first has the name.
                alone = bool(name) and _number_of(here, name) == step
                said += f"[{name if alone else step + 1}]"
            else:
                said += f".{step}" if said else step
            here = inside
        return said

    def path(self, words: str) -> Path | None:
        """Return the path that `words` writes so; None where nothing is there. `lines[3]` is the
        item called so, else the third; the last keys may be ones that are not there yet."""
        path: list[str | int] = []
        here = self.data
        steps = [one for one in _STEP.findall(words) if one != ("", "")]
        for number, (key, item) in enumerate(steps):
            step = key if key else _number_of(here, item)
            rest = [one for one, _item in steps[number:]]
            open_ = isinstance(here, dict) or here is None
            inside = _inside(here, step) if step is not None else None
            if step is None or (inside is None and not (open_ and all(rest))):
                return None
            path.append(step)
            here = inside
        return tuple(path)


def value_at(data: Any, path: Path) -> Any:
    """Return what stands at a path of plain data; None where nothing does."""
    for step in path:
        data = _inside(data, step)
    return data


def _number_of(here: Any, item: str) -> int | None:
    """Return the place of a list item by what it is called, or by its number from 1."""
    if not isinstance(here, list):
        return None
    called = [number for number, one in enumerate(here) if _called(one) == item]
    if called:
        return called[0]
    number = int(item) - 1 if item.isdecimal() and len(item) < 6 else -1
    return number if 0 <= number < len(here) else None


def _inside(here: Any, step: str | int) -> Any:
    if isinstance(here, dict):
        return here.get(step)
    if isinstance(here, list) and isinstance(step, int) and step < len(here):
        return here[step]
    return None


def _called(item: Any) -> str:
    """Return the id by which a list item is called, or nothing."""
    if isinstance(item, dict):
        for key in NAMING_KEYS:
            if isinstance(item.get(key), str) and item[key]:
                return shorten(item[key], 40)
    return ""
