"""What a list page asks for and shows: filters by kind, sort, columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from seamline.conditions.parse import Node, parse
from seamline.facts import Record
from seamline.fields import kind_of
from seamline.forms import FormModel
from seamline.problems import Place
from seamline.store import Query
from seamline.text import Text

from ..forms.control import Option, options_of
from ..say import _
from ..shown import Cell, Column, Faces, badge

PAGE_SIZE = 50
LONGEST_SEARCH = 200
SPANS = frozenset({"number", "date", "datetime", "duration"})
SYSTEM_LABELS: Mapping[str, Text] = {
    "_code": Text("编号", "Code"),
    "_tracking": Text("追踪码", "Tracking code"),
    "_state": Text("状态", "State"),
    "_held": Text("审核", "Review"),
    "_revision": Text("修订", "Revision"),
    "_created_at": Text("创建时间", "Created"),
    "_created_by": Text("创建人", "Created by"),
    "_updated_at": Text("更新时间", "Updated"),
    "_updated_by": Text("更新人", "Updated by"),
    "_archived_at": Text("归档时间", "Archived"),
}
ARCHIVED: Mapping[str, Any] = {"var": "_archived_at"}  # true where it is set
HELD = (Option("pending", ""), Option("returned", ""))


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of the bar: a choice, a reference, a span of dates or figures, or a word."""

    name: str
    label: str
    value: str = ""
    options: tuple[Option, ...] = ()
    lookup: str = ""
    span: bool = False
    type: str = "text"
    least: str = ""
    most: str = ""


def filters(model: FormModel, faces: Faces, asked: MultiDict[str, str]) -> list[Filter]:
    """Return the filters of a form's list as they stand; the state has its own tabs."""
    made = (_filter(model, faces, name, asked) for name in model.form.list.filters)
    return [one for one in made if not (one.name == "_state" and model.form.states)]


def _filter(model: FormModel, faces: Faces, name: str, asked: MultiDict[str, str]) -> Filter:
    language = faces.reading.language
    value = asked.get(name, "")
    if name.startswith("_"):
        label = SYSTEM_LABELS[name].in_(language)
        if name == "_held":
            words = (_("waits for review"), _("returned"))
            held = zip(HELD, words, strict=True)
            return Filter(name, label, value, tuple(Option(o.id, word) for o, word in held))
        span = name.endswith("_at")
        return _span(name, label, "date", asked) if span else Filter(name, label, value)
    field = model.fields[name].shown
    label = faces.label(name)
    if field.kind in ("choice", "multi_choice"):
        return Filter(name, label, value, options_of(field, language))
    if field.kind == "boolean":
        return Filter(name, label, value, (Option("true", _("yes")), Option("false", _("no"))))
    if field.kind == "reference":
        address = url_for("records.lookup", form_id=field.settings["to"])
        return Filter(name, label, value, lookup=address)
    value_type = kind_of(field).value_type(field)
    if value_type in SPANS:
        moment = value_type in ("date", "datetime")
        return _span(name, label, "date" if moment else "text", asked)
    return Filter(name, label, value)


def _span(name: str, label: str, type_: str, asked: MultiDict[str, str]) -> Filter:
    least, most = asked.get(f"{name}.ge", ""), asked.get(f"{name}.le", "")
    return Filter(name, label, span=True, type=type_, least=least, most=most)


def query(model: FormModel, asked: MultiDict[str, str]) -> Query:
    """Return the query that the address of a list page asks for.

    Raises Refused where a filter's value does not fit its field.
    """
    return Query(
        where=_where(model, asked),
        search=asked.get("q", "")[:LONGEST_SEARCH].strip(),
        sort=_sort(model, asked),
        limit=PAGE_SIZE,
        cursor=asked.get("after") or None,
        archived=bool(asked.get("archived")),
        total=True,
    )


def _where(model: FormModel, asked: MultiDict[str, str]) -> Node | None:
    document = condition(model, asked)
    return None if document is None else parse(document, model.scope, Place())


def condition(model: FormModel, asked: MultiDict[str, str]) -> Mapping[str, Any] | None:
    """Return the filters of an address as one condition; None where it has none."""
    parts: list[Mapping[str, Any]] = [
        part
        for name in dict.fromkeys((*model.form.list.filters, "_state"))
        for part in _parts(model, name, asked)
    ]
    if asked.get("archived"):
        parts.append(ARCHIVED)
    if not parts:
        return None
    return {"and": parts} if len(parts) > 1 else parts[0]


def _parts(model: FormModel, name: str, asked: MultiDict[str, str]) -> Iterator[dict[str, Any]]:
    value_type = model.scope.types.get(name)
    value = asked.get(name, "").strip()
    if value:
        literal: Any = value == "true" if value_type == "boolean" else value
        if value_type == "list":
            yield {"in": [literal, {"var": name}]}
        else:
            yield {"==": [{"var": name}, literal]}
    for word, operator in (("ge", ">="), ("le", "<=")):
        end = asked.get(f"{name}.{word}", "").strip()
        if end:
            # A day given for a moment means the whole of that day.
            if value_type == "datetime" and len(end) == len("2026-02-18") and word == "le":
                end += "T23:59:59"
            yield {operator: [{"var": name}, end]}


def _sort(model: FormModel, asked: MultiDict[str, str]) -> tuple[str, ...]:
    wanted = asked.get("sort", "")
    known = {*sortable(model)}
    return (wanted,) if wanted.lstrip("-") in known else model.form.list.sort


def sortable(model: FormModel) -> Iterator[str]:
    """Yield the columns a list can be sorted by: those that have one value each."""
    yield from ("_code", "_created_at", "_updated_at", "_state")
    for field in model.form.fields:
        if field.kind not in ("table", "attachment", "image", "signature", "place", "multi_choice"):
            yield field.id


def columns(model: FormModel, faces: Faces, asked: MultiDict[str, str]) -> list[Column]:
    """Return the columns of the list, the code first, each with its next sort."""
    language = faces.reading.language
    present = _sort(model, asked)[0] if _sort(model, asked) else ""
    can = {*sortable(model)}
    made = []
    for name in _names(model):
        system = name.startswith("_")
        label = SYSTEM_LABELS[name].in_(language) if system else faces.label(name)
        numeric = not system and faces.numeric(name)
        here = present.lstrip("-") == name
        sorted_ = ("descending" if present.startswith("-") else "ascending") if here else ""
        sort = (f"-{name}" if sorted_ == "ascending" else name) if name in can else ""
        made.append(Column(name, label, numeric, sort, sorted_))
    return made


def _names(model: FormModel) -> tuple[str, ...]:
    form = model.form
    first = "_code" if form.code is not None or not form.key else form.key
    return tuple(dict.fromkeys((first, *form.list.columns)))


def cells(model: FormModel, faces: Faces, record: Record) -> list[Cell]:
    """Return one line of the list; its first cell leads to the record."""
    line: list[Cell] = []
    for name in _names(model):
        if name.startswith("_"):
            line.append(Cell(faces.system(name, record), state=name == "_state"))
        else:
            html = faces.value(name, record.values.get(name))
            line.append(Cell(html, faces.numeric(name)))
    address = url_for("records.show", form_id=model.form.id, word=record.id)
    name = name_of(record, model)
    first = Markup('<a class="mono nowrap" href="{}">{}</a>').format(address, name)
    if record.held:
        first += Markup(" ") + held_badge(record)
    line[0] = Cell(first)
    return line


def held_badge(record: Record) -> Markup:
    """Return the badge of a record that waits for a reviewer or came back from one."""
    if record.held == "pending":
        return badge(_("Review"), "violet", "hand")
    return badge(_("Returned"), "red", "undo-2")


def name_of(record: Record, model: FormModel) -> str:
    """Return what people call a record: its code, else its key, else the end of its id."""
    key = record.values.get(model.form.key) if model.form.key else None
    return record.code or ("" if key is None else str(key)) or f"…{record.id[-6:]}"
