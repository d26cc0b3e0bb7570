"""The canvas of the form designer: sections with their fields, states, steps and views."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seamline.documents import Document, Path
from seamline.fields import KINDS
from seamline.problems import Problem
from seamline.text import Language

from .inspecting import called
from .labelling import own_words
from .shape import control_of, said, shape_of

SHOWN = ("sections", "states", "steps")  # what the canvas shows piece by piece


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field on the canvas; `columns` are those of a sub-table.

    `was` is what is written as its label in the reader's language, None where nothing is.
    """

    words: str
    id: str
    label: str
    was: str | None
    icon: str
    kind: str
    required: bool
    conditional: bool
    wrong: int
    columns: tuple[FieldRow, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionCard:
    """One section on the canvas."""

    words: str
    id: str
    title: str
    was: str | None
    fields: tuple[FieldRow, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A state, a step, or another part of the form that has an inspector of its own."""

    words: str
    title: str
    there: bool = True
    note: str = ""
    colour: str = ""
    was: str | None = None


@dataclass(frozen=True, slots=True)
class Canvas:
    """Everything of a form that can be selected."""

    title: str
    was: str | None
    sections: tuple[SectionCard, ...]
    states: tuple[Piece, ...]
    steps: tuple[Piece, ...]
    views: tuple[Piece, ...]


def canvas_of(document: Document, language: Language, problems: tuple[Problem, ...]) -> Canvas:
    """Return the canvas of a form's document, however unfinished that is."""
    data = document.data if isinstance(document.data, dict) else {}
    shape = shape_of("form", data, ())
    views = [
        Piece(key, said("form", shape.properties[key], language, key), key in data,
              str(len(_items(data, key)) or ""))
        for key in views_of()
    ]  # fmt: skip
    states = {str(one.get("id")): called(one, language) for one in _items(data, "states")}
    return Canvas(
        called(data, language),
        own_words(data, language),
        tuple(_sections(document, language, problems)),
        tuple(
            Piece(f"states[{one.get('id')}]", called(one, language), True,
                  str(one.get("id", "")), str(one.get("colour", "gray")),
                  own_words(one, language))
            for one in _items(data, "states")
        ),
        tuple(
            Piece(f"steps[{one.get('id')}]", called(one, language), True, _way(one, states),
                  was=own_words(one, language))
            for one in _items(data, "steps")
        ),
        tuple(views),
    )  # fmt: skip


def views_of() -> tuple[str, ...]:
    """Return the parts of a form that have an inspector of their own: lists, boards, prints, …"""
    shape = shape_of("form", {}, ())
    kinds = ("group", "list", "rows")
    return tuple(
        key for key, part in shape.properties.items()
        if key not in SHOWN and control_of("form", part) in kinds
    )  # fmt: skip


def parts_of(language: Language) -> dict[str, str]:
    """Return what the other parts of a form are called."""
    shape = shape_of("form", {}, ())
    return {key: said("form", part, language, key) for key, part in shape.properties.items()}


def _way(step: Mapping[str, Any], states: Mapping[str, str]) -> str:
    begin = step.get("from", ())
    begins = [states.get(str(one), str(one)) for one in begin] if isinstance(begin, list) else []
    end = step.get("to")
    ways = [", ".join(begins), states.get(str(end), str(end)) if end else ""]
    return " → ".join(one for one in ways if one)


def _sections(
    document: Document, language: Language, problems: tuple[Problem, ...]
) -> Iterator[SectionCard]:
    for number, section in enumerate(_items(document.data, "sections")):
        path: Path = ("sections", number)
        rows = [
            _row(document, (*path, "fields", place), field, language, problems)
            for place, field in enumerate(_items(section, "fields"))
        ]
        yield SectionCard(
            document.words(path), str(section.get("id", "")), called(section, language),
            own_words(section, language), tuple(rows),
        )  # fmt: skip


def _row(
    document: Document,
    path: Path,
    field: Mapping[str, Any],
    language: Language,
    problems: tuple[Problem, ...],
) -> FieldRow:
    words, kind = document.words(path), str(field.get("kind", ""))
    inner = (f"{words}.", f"{words}[")
    return FieldRow(
        words,
        str(field.get("id", "")),
        called(field, language),
        own_words(field, language),
        KINDS[kind].icon if kind in KINDS else "file",
        KINDS[kind].title.in_(language) if kind in KINDS else kind,
        field.get("required") is True,
        "visible_when" in field or "required_when" in field,
        sum(one.place.path == words or one.place.path.startswith(inner) for one in problems),
        tuple(
            _row(document, (*path, "fields", place), column, language, problems)
            for place, column in enumerate(_items(field, "fields"))
        ),
    )


def _items(data: Any, key: str) -> list[Mapping[str, Any]]:
    found = data.get(key) if isinstance(data, Mapping) else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
