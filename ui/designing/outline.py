"""What a document is made of, as a list to choose from: its lists, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seamline.documents import Path

from .inspecting import Asked, called
from .shape import Part, control_of, said, shape_of


@dataclass(frozen=True, slots=True)
class Leaf:
    """One thing of a list: where it stands, how it is called, what it holds in turn."""

    words: str
    id: str
    title: str
    about: str
    wrong: int
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """A list, or a mapping of things that have names of one's own."""

    words: str
    title: str
    named: bool
    leaves: tuple[Leaf, ...]


def outline(asked: Asked, path: Path = ()) -> tuple[Branch, ...]:
    """Return the lists of a thing whose items have an inspector of their own."""
    return tuple(_branches(asked, path))


def _branches(asked: Asked, path: Path) -> Iterator[Branch]:
    shape = shape_of(asked.kind, asked.document.data, path)
    for key, part in shape.properties.items():
        here = (*path, key)
        control = control_of(asked.kind, part)
        if key in asked.skipped and not path:
            continue
        if control in ("list", "things"):
            yield _branch(asked, here, part, control == "things")
        elif control == "group" and isinstance(asked.document.value(here), Mapping):
            yield from _branches(asked, here)


def _branch(asked: Asked, path: Path, part: Part, named: bool) -> Branch:
    value = asked.document.value(path)
    keys: list[Any] = []
    if named and isinstance(value, Mapping):
        keys = [str(one) for one in value]
    elif isinstance(value, list):
        keys = [*range(len(value))]
    title = said(asked.kind, part, asked.language, str(path[-1]))
    leaves = tuple(_leaf(asked, (*path, key)) for key in keys)
    return Branch(asked.document.words(path), title, named, leaves)


def _leaf(asked: Asked, path: Path) -> Leaf:
    words, value = asked.document.words(path), asked.document.value(path)
    last = path[-1]
    title = last if isinstance(last, str) else called(value, asked.language, last)
    inner = (f"{words}.", f"{words}[")
    wrong = sum(
        one.place.path == words or one.place.path.startswith(inner) for one in asked.problems
    )
    id_ = words.rpartition("[")[2][:-1] if isinstance(last, int) else last
    return Leaf(words, id_, title, _about(asked, path), wrong, outline(asked, path))


def _about(asked: Asked, path: Path) -> str:
    """Return in a word what a thing holds: of the kinds there are the one that it is."""
    shape = shape_of(asked.kind, asked.document.data, path)
    value = asked.document.value(path)
    for key in shape.kinds:
        if isinstance(value, Mapping) and key in value:
            return said(asked.kind, shape.properties[key], asked.language, key)
    return ""
