"""The builder of a formula: what may stand in it with its types, and what it gives as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seamline.conditions.words import Vocabulary
from seamline.documents import Document, Path
from seamline.fields.fragments import text_of
from seamline.fields.numbers import scale_of
from seamline.formulas import FUNCTIONS
from seamline.formulas.words import type_words
from seamline.metadata import Field, Form
from seamline.problems import Problem
from seamline.scope import Scope, ValueType
from seamline.text import Language, Text
from seamline.usecases.designing.reckoning import Asked, Reckoned
from seamline.usecases.explain import vocabulary_of

CARET = "|"  # where the cursor stands in what is put in
_FOLD: Mapping[ValueType, str] = {"number": "sum", "date": "max", "datetime": "max",
                                  "duration": "max"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing to put into a formula; `within` is how it is written inside of a sum.

    `find` are the words by which it is found while one types.
    """

    insert: str
    title: str
    name: str
    about: str
    find: str
    within: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Pieces of one sort."""

    title: str
    pieces: tuple[Piece, ...]


def asked_of(document: Document, path: Path, form: Form, forms: Mapping[str, Form],
             text: str | None = None) -> Asked | None:  # fmt: skip
    """Return the formula of the computed field at `path`, None where there is no such field."""
    one = document.value(path)
    above = document.value(path[:-2]) if path.count("fields") > 1 else None
    if not isinstance(one, Mapping) or one.get("kind") != "computed":
        return None
    table = str(above.get("id", "")) if isinstance(above, Mapping) else ""
    written = str(one.get("formula", "")) if text is None else text
    return Asked(form, {**forms, form.id: form}, str(one.get("id", "")), table, written)


def shelves(asked: Asked, language: Language) -> list[Shelf]:
    """Return what may be put into a formula: fields, columns, referenced values, functions."""
    words, scope = vocabulary_of(asked.form, asked.forms), asked.scope
    made = [
        Shelf(_FIELDS.in_(language), tuple(_fields(asked, scope, words, language))),
        *(
            Shelf(_label(words, table, language), tuple(_columns(asked, table, words, language)))
            for table in scope.rows
        ),
        Shelf(_FUNCTIONS.in_(language), tuple(_functions(language))),
    ]
    return [one for one in made if one.pieces]


_FIELDS, _FUNCTIONS = Text("字段", "Fields"), Text("函数", "Functions")


def _label(words: Vocabulary, name: str, language: Language) -> str:
    found = words.labels.get(name)
    return found.in_(language) if found else name


def _fields(asked: Asked, scope: Scope, words: Vocabulary, language: Language) -> Iterator[Piece]:
    """Yield the names that stand by themselves, those of the row first; not what it makes."""
    table = next((one for one in asked.form.fields if one.id == asked.table), None)
    beside = (*(table.fields if table else ()), *asked.form.fields)
    own = {one.id: one for one in reversed(beside)}
    # What the platform adds is not there yet when a record is completed, but of others it is.
    names = [name for name in scope.types if not name.startswith("_")]
    for name in sorted(names, key=lambda name: (not own_name(table, name), "._" in name)):
        called = f"{asked.table}[].{name}" if own_name(table, name) else name
        if called not in words.labels or name == asked.field:
            continue
        type_ = scope.types[name]
        if type_ == "table":
            continue
        insert = f"count({name})" if type_ == "list" else name
        about = _about(type_, _field(name, own, asked.forms), language)
        title = _label(words, called, language)
        yield Piece(insert, title, name, about, f"{title} {name}")


def own_name(table: Field | None, name: str) -> bool:
    """Say whether a name is one of a row's own, or of what a column refers to."""
    fields = table.fields if table is not None else ()
    return any(one.id == name.partition(".")[0] for one in fields)


def _columns(asked: Asked, table: str, words: Vocabulary, language: Language) -> Iterator[Piece]:
    fields = next((one.fields for one in asked.form.fields if one.id == table), ())
    own = {one.id: one for one in fields}
    rows = type_words("table").in_(language)
    title = _label(words, table, language)
    yield Piece(f"count({table})", title, f"count({table})", rows, f"{title} {table}")
    for name, type_ in asked.scope.rows[table].types.items():
        if f"{table}[].{name}" not in words.labels or type_ in ("list", "table"):
            continue
        fold, within = _FOLD.get(type_, "count"), f"{table}.{name}"
        about = _about(type_, _field(name, own, asked.forms), language)
        title = _label(words, f"{table}[].{name}", language)
        yield Piece(f"{fold}({within})", title, within, about, f"{title} {within}", within)


def _functions(language: Language) -> Iterator[Piece]:
    for one in FUNCTIONS.values():
        insert = f"{one.name}({CARET})" if one.most else f"{one.name}(){CARET}"
        about = one.say.in_(language)
        yield Piece(insert, one.usage, "", about, f"{one.name} {about}")


def _field(name: str, own: Mapping[str, Field], forms: Mapping[str, Form]) -> Field | None:
    """Return the field that a name stands for; of `customer.credit` that of the other form."""
    first, _dot, rest = name.partition(".")
    one = own.get(first)
    if one is None or not rest:
        return one
    target = forms.get(str(one.settings.get("to", "")))
    return next((each for each in target.fields if each.id == rest), None) if target else None


def _about(type_: ValueType, one: Field | None, language: Language) -> str:
    """Return what a value is: its type, its decimals, its unit or currency."""
    said = [type_words(type_).in_(language).removeprefix("a ")]
    if one is not None and type_ == "number" and one.kind != "integer":
        places = scale_of(one)
        said.append(Text(f"{places} 位小数", f"{places} decimals").in_(language))
    return " · ".join([*said, *_measured(one, language)])


def _measured(one: Field | None, language: Language) -> Iterator[str]:
    settings: Mapping[str, Any] = one.settings if one is not None else {}
    if settings.get("currency"):
        yield str(settings["currency"])
    if settings.get("unit"):
        yield text_of(settings["unit"]).in_(language)


def gives(asked: Asked, made: Reckoned, language: Language) -> str:
    """Return what a formula gives, as its field keeps it; "" where it cannot be read."""
    if made.type is None:
        return ""
    one = made.model.field if made.model is not None else None
    return _about(made.type, one, language)


def wrong(text: str, problem: Problem, language: Language) -> dict[str, Any]:
    """Return a problem of a formula with the part of its text where it stands."""
    at = (problem.place.column or 0) - 1
    lead = len(text) - len(text.lstrip())
    begin = at + lead if at >= 0 else -1
    long = len(problem.got or "") or 1
    return {
        "at": begin, "to": min(len(text), begin + long),
        "before": text[max(0, begin - 30):begin] if begin >= 0 else "",
        "part": text[begin:begin + long] if begin >= 0 else "",
        "after": text[begin + long:begin + long + 30] if begin >= 0 else "",
        "say": problem.sentence(language),
    }  # fmt: skip
