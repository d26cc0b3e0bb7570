"""The table of a list: its head with sorts, and its rows as HTML."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from flask import url_for
from markupsafe import Markup, escape

from seamline.facts import Record
from seamline.forms import FormModel

from ..shown import held_badge, name_of
from .asked import Asked
from .painting import Brush, paint
from .targets import is_numeric, label_of, sortable

MOST_BY_DEFAULT = 8


@dataclass(frozen=True, slots=True)
class Head:
    """The head of one column: where its sort leads, how it is sorted now, and whether its figures
    are older than they may be."""

    name: str
    label: str
    numeric: bool
    address: str
    sorted: str
    old: bool = False


def names(model: FormModel, asked: Asked) -> tuple[str, ...]:
    """Return the columns to show, what a record is called first."""
    first = lead(model)
    chosen = asked.columns or model.form.list.columns[:MOST_BY_DEFAULT]
    return tuple(dict.fromkeys((first, *chosen)))


def lead(model: FormModel) -> str:
    """Return the column by which people call a record."""
    form = model.form
    if form.closed is not None and form.closed.tracking in model.fields:
        return form.closed.tracking
    return "_code" if form.code is not None or not form.key else form.key


def sort_of(model: FormModel, asked: Asked) -> tuple[str, ...]:
    """Return the order of a list: the one asked for, else the form's own."""
    wanted = asked.get("sort")
    return (wanted,) if wanted else model.form.list.sort


def heads(
    model: FormModel,
    asked: Asked,
    columns: Sequence[str],
    brush: Brush,
    old: Collection[str] = (),
) -> list[Head]:
    """Return the head of each column, with the sort that pressing it leads to."""
    present, can = sort_of(model, asked)[0], sortable(model)
    found = []
    for name in columns:
        here = present.lstrip("-") == name
        order = ("descending" if present.startswith("-") else "ascending") if here else ""
        following = f"-{name}" if order == "ascending" else name
        address = asked.having("sort", following).query() if name in can else ""
        label = label_of(model, name, brush.language)
        found.append(Head(name, label, is_numeric(model, name), address, order, name in old))
    return found


def body(
    model: FormModel,
    records: Sequence[Record],
    columns: Sequence[str],
    brush: Brush,
    mark: bool = False,
    old: Collection[str] = (),
) -> Markup:
    """Return the rows of the table; `mark` gives each a box to tick, `old` figures are grey."""
    return Markup("".join(_rows(model, records, columns, brush, mark, old)))


def _rows(
    model: FormModel,
    records: Sequence[Record],
    columns: Sequence[str],
    brush: Brush,
    mark: bool,
    old: Collection[str],
) -> Iterator[str]:
    prefix = url_for("records.show", form_id=model.form.id, word="")
    paints = [
        (paint(model, name, brush), _class(model, name, name in old))
        for name in columns
        if name != lead(model)
    ]
    for record in records:
        name = escape(name_of(record, model))
        held = f" {held_badge(record)}" if record.held else ""
        box = (
            f'<td class="tk"><input type="checkbox" form="bulk" name="id" value="{record.id}"'
            f' aria-label="{name}"></td>'
            if mark
            else ""
        )
        cells = "".join(f"<td{kind}>{made(record)}</td>" for made, kind in paints)
        yield (
            f'<tr id="r{record.id}">{box}<td>'
            f'<a class="mono nowrap" href="{prefix}{record.id}">{name}</a>{held}</td>{cells}</tr>\n'
        )


def _class(model: FormModel, name: str, old: bool) -> str:
    if name == "_state":
        return ' class="st"'
    kinds = [word for word, on in (("num", is_numeric(model, name)), ("old", old)) if on]
    return f' class="{" ".join(kinds)}"' if kinds else ""
