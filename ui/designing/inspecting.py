"""The inspector: the keys of one thing in a document as controls, made from the schema alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seamline.documents import Document, Path, editing
from seamline.problems import Problem
from seamline.text import Language

from .choosing import value_called
from .shape import Part, Shape, control_of, items_of, part_within, said, shape_of

LONG = 60  # characters from which a text has room for several lines


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values a key may have."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Box:
    """One key: how it is called and edited, what stands there, what is wrong with it.

    `words` is its path in the document, `was` its value as JSON for the server to compare.
    `rows` are the items of a list edited in place, `links` those that have an inspector of
    their own, `inside` the boxes of a thing within this one. `kinds` are the keys of which one
    says what a thing is, `pairs` the names and values of a mapping.
    """

    key: str
    words: str
    control: str
    label: str
    was: str
    value: Any = None
    required: bool = False
    fixed: bool = False
    choices: tuple[Choice, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, tuple[Box, ...]], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    inside: tuple[Box, ...] = ()
    kinds: tuple[Choice, ...] = ()
    pairs: tuple[tuple[str, Box], ...] = ()
    fresh: Box | None = None
    reading: str = ""
    wrong: tuple[str, ...] = ()

    @property
    def long(self) -> bool:
        """Return whether its text needs room."""
        texts = self.value.values() if isinstance(self.value, Mapping) else (self.value,)
        return self.key in ("help", "description", "say", "thanks", "why") or any(
            len(str(one or "")) > LONG for one in texts
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What an inspector is made from: the document and its kind, who reads, what is wrong.

    `aloud` reads the condition at a path; `skipped` are keys that the canvas shows; `fixed` says
    whether the id at a path was published and is never changed.
    """

    kind: str
    document: Document
    language: Language
    problems: tuple[Problem, ...] = ()
    aloud: Callable[[Any, Path], str] = lambda _condition, _path: ""
    skipped: tuple[str, ...] = ()
    fixed: Callable[[Path], bool] = lambda _path: False


def boxes(asked: Asked, path: Path) -> list[Box]:
    """Return a box for every key that the thing at `path` has or may have."""
    shape = shape_of(asked.kind, asked.document.data, path)
    made = [
        _box(asked, (*path, key), part, key in shape.required)
        for key, part in shape.properties.items()
        if key not in shape.kinds and _asked_for(asked, key, part)
    ]
    return [*made, *_one_of(asked, path, shape), *_stray(asked, path, shape)]


def _asked_for(asked: Asked, key: str, part: Part) -> bool:
    """Say whether a key has its place here: what may be changed is words, not what is changed."""
    control = control_of(asked.kind, part)
    return control != "fixed" and (key not in asked.skipped or control == "words")


def _stray(asked: Asked, path: Path, shape: Shape) -> Iterator[Box]:
    """Yield what is written there and the language does not know: seen, and taken out at will."""
    data = asked.document.value(path)
    if shape.rest is not None or not isinstance(data, Mapping):
        return
    for key in data.keys() - shape.properties.keys() - {*asked.skipped}:
        here = (*path, str(key))
        words, value = asked.document.words(here), editing.on_one_line(data[key])
        wrong = tuple(_wrong(asked, words))
        yield Box(str(key), words, "stray", str(key), "null", value, wrong=wrong)


def _one_of(asked: Asked, path: Path, shape: Shape) -> Iterator[Box]:
    """Yield the box that says what a thing is, and the one of what it is."""
    kinds = [one for one in shape.kinds if one not in asked.skipped]
    if not kinds:
        return
    data = asked.document.value(path)
    there = next((key for key in kinds if isinstance(data, Mapping) and key in data), "")
    choices = tuple(
        Choice(key, said(asked.kind, shape.properties[key], asked.language, key), key == there)
        for key in kinds
    )
    yield Box("", asked.document.words(path), "kinds", "", "null", kinds=choices)
    if there:
        yield _box(asked, (*path, there), shape.properties[there], True)


def _box(asked: Asked, path: Path, part: Part, required: bool) -> Box:
    kind, key = asked.kind, str(path[-1])
    control, value = control_of(kind, part), asked.document.value(path)
    words = asked.document.words(path)
    given = _insides(asked, path, part, control, required)
    return Box(
        key,
        words,
        control,
        said(kind, part, asked.language, key),
        json.dumps(value, ensure_ascii=False),
        _shown(control, value if value is not None else _usual(kind, part, control)),
        required,
        (key in ("id", asked.kind) or key == "kind") and asked.fixed(path),
        wrong=tuple(_wrong(asked, words, given.get("inside", ()))),
        **given,
    )


def _insides(asked: Asked, path: Path, part: Part, control: str, required: bool) -> dict[str, Any]:
    """Return what a box has beside its value, by how it is edited."""
    kind, value = asked.kind, asked.document.value(path)
    match control:
        case "choice":
            whole, key = part_within(kind, part), str(path[-1])
            return {"choices": tuple(_choices(asked, key, whole["enum"], value, required))}
        case "words":
            known = items_of(kind, part).get("enum", ())
            given = value if isinstance(value, list) else ()
            return {"choices": tuple(Choice(str(one), str(one), one in given) for one in known)}
        case "rows":
            columns = items_of(kind, part)["properties"].items()
            titles = tuple(said(kind, one, asked.language, name) for name, one in columns)
            return {"columns": titles, "rows": tuple(_rows(asked, path, part))}
        case "tuples":
            return _tuples(asked, path, part)
        case "list" | "things":
            return {"links": tuple(_links(asked, path, value))}
        case "group" if isinstance(value, Mapping):
            return {"inside": tuple(boxes(asked, path))}
        case "pairs":
            return _pairs(asked, path)
        case "condition" if value is not None:
            return {"reading": asked.aloud(value, path)}
    return {}


def _pairs(asked: Asked, path: Path) -> dict[str, Any]:
    """Return the names and values of a mapping, and a box for one more."""
    rest = shape_of(asked.kind, asked.document.data, path).rest or {}
    value = asked.document.value(path)
    given = value if isinstance(value, Mapping) else {}
    pairs = [(str(name), _box(asked, (*path, str(name)), rest, False)) for name in given]
    return {"pairs": tuple(pairs), "fresh": _box(asked, (*path, ""), rest, False)}


# How relations between two sides are shown; what stands between them is shown between them.
SIGNS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥"}


def _tuples(asked: Asked, path: Path, part: Part) -> dict[str, Any]:
    """Return the cells of each tuple of a list, and of one more that nothing is written of.

    Of three cells the first of which says how the others relate, that one stands between.
    """
    kind, value = asked.kind, asked.document.value(path)
    parts = [part_within(kind, one) for one in items_of(kind, part)["prefixItems"]]
    infix = len(parts) == 3 and "enum" in parts[0]
    order = (1, 0, 2) if infix else range(len(parts))
    rows = []
    for number, item in enumerate([*(value if isinstance(value, list) else ()), None]):
        given = item if isinstance(item, list) else []
        cells = []
        for place in order:
            now = given[place] if place < len(given) else None
            words = f"{asked.document.words(path)}.{number}.{place}"
            title = said(kind, parts[place], asked.language, "")
            choices = tuple(
                Choice(str(one), SIGNS.get(one, str(one)), one == now)
                for one in parts[place].get("enum", ())
            )
            cells.append(Box("", words, "choice" if choices else "line", title, "null",
                             "" if now is None else now, choices=choices))  # fmt: skip
        rows.append((asked.document.words((*path, number)) if item is not None else "",
                     tuple(cells)))  # fmt: skip
    return {"rows": tuple(rows)}


def _usual(kind: str, part: Part, control: str) -> Any:
    """Return how a tick stands where nothing is written."""
    return part_within(kind, part).get("default") if control == "tick" else None


def _shown(control: str, value: Any) -> Any:
    if control == "text":
        if isinstance(value, Mapping):
            return {word: value.get(word, "") for word in ("zh", "en")}
        return {"zh": value or "", "en": value or ""}
    if control == "words":
        return ", ".join(map(str, value)) if isinstance(value, list) else value or ""
    if control in ("condition", "source", "value"):
        return "" if value is None else editing.on_one_line(value)
    if control in ("group", "pairs", "things"):
        return value
    return "" if value is None else value


def _choices(
    asked: Asked, key: str, enum: Sequence[Any], value: Any, required: bool
) -> Iterator[Choice]:
    values = [*enum]
    if value is not None and value not in values:
        values.append(value)  # never lose what is written, be it wrong
    if not required or value is None:
        yield Choice("", "—", value is None)
    for one in values:
        yield Choice(str(one), value_called(asked.kind, key, one, asked.language), one == value)


def _rows(asked: Asked, path: Path, part: Part) -> Iterator[tuple[str, tuple[Box, ...]]]:
    shape = items_of(asked.kind, part)
    items = asked.document.value(path)
    for number, _item in enumerate(items if isinstance(items, list) else ()):
        here = (*path, number)
        cells = [
            _box(asked, (*here, key), one, key in shape.get("required", ()))
            for key, one in shape["properties"].items()
        ]
        yield asked.document.words(here), tuple(cells)


def _links(asked: Asked, path: Path, items: Any) -> Iterator[tuple[str, str]]:
    if isinstance(items, Mapping):
        for key in items:
            yield asked.document.words((*path, str(key))), str(key)
    for number, item in enumerate(items if isinstance(items, list) else ()):
        yield asked.document.words((*path, number)), called(item, asked.language, number)


def called(item: Any, language: Language, number: int = 0) -> str:
    """Return what a thing of a document is called: its label or title, else its id or number."""
    if not isinstance(item, Mapping):
        return str(item)
    for key in ("label", "title", "say", "text"):
        words = item.get(key)
        if isinstance(words, Mapping):
            words = words.get(language) or words.get("zh") or words.get("en")
        if isinstance(words, str) and words:
            return words
    names = (item.get(key) for key in ("id", "as", "form", "entity", "to", "file"))
    return next((one for one in names if isinstance(one, str) and one), str(number + 1))


def _wrong(asked: Asked, words: str, inside: Sequence[Box] = ()) -> Iterator[str]:
    """Yield what is wrong with a thing, without what the boxes inside of it say themselves."""
    told = [one.words for one in inside if one.control != "kinds"]
    for problem in asked.problems:
        where = problem.place.path
        if _within(where, words) and not any(_within(where, inner) for inner in told):
            yield problem.sentence(asked.language)


def _within(where: str, words: str) -> bool:
    return where == words or where.startswith((f"{words}.", f"{words}["))
