"""A sub-table on a page: its rows are drawn a hundred at a time, the others wait as data.

However many rows a record has, the browser lays out one window of them; what stands outside goes
along in one hidden field, and comes back with the form as if it had been typed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from markupsafe import Markup, escape

from seamline.facts import Ref
from seamline.fields.table import most_of

from ..assets import icon
from ..say import _
from .box import Addressed, found, said, state
from .control import ROOMY, Control
from .typed import FILES, TypedRow, is_blank
from .widgets import STAR, Draw

WINDOW = 100
BLANK = "__n__"  # stands for the row number in the blank row; the browser replaces it
Names = Mapping[tuple[str, str], str]
# Draws one row: its name prefix, the number a person sees, the row, its errors by column.
DrawRow = Callable[[str, int | str, TypedRow, Mapping[str, list[str]]], str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its control, what draws a cell, and the attributes of the cell."""

    control: Control
    draw: Draw
    cell: str
    path: str

    @property
    def id(self) -> str:
        """Return the id of its field."""
        return self.control.field.id


def column(control: Control, draw: Draw) -> Column:
    """Return a column ready to draw."""
    star = " *" if control.field.required else ""
    wide = ' class="wide"' if control.kind.widget in ROOMY else ""
    cell = f'<td data-l="{escape(control.label)}{star}"{wide}>'
    return Column(control, draw, cell, f"{control.table}.{control.field.id}")


@dataclass
class TableBox(Addressed):
    """A sub-table as it stands: its rows as typed, what is wrong where, and which window shows.

    `starts` is what a new row begins with. `remarks` say, by the id of a stored row, what the
    platform has filled in; `names` what a key is called, by path and key.
    """

    control: Control
    columns: Sequence[Column]
    rows: list[TypedRow]
    starts: TypedRow
    names: Names = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Sequence[Ref]] = field(default_factory=dict)
    first: int = 0
    errors: list[str] = field(default_factory=list)
    cell_errors: dict[int, dict[str, list[str]]] = field(default_factory=dict)
    asleep: bool = False

    @property
    def required(self) -> bool:
        """Return whether a column must be filled in."""
        return any(one.control.field.required for one in self.columns)

    @cached_property
    def sent(self) -> list[tuple[int, TypedRow]]:
        """Return the rows that go to the door, each with its place on the page."""
        begun = self.starts.cells
        return [(at, row) for at, row in enumerate(self.rows, 1) if not is_blank(row, begun)]

    @property
    def windowed(self) -> bool:
        """Return whether only a part of the rows is drawn; files cannot wait as data."""
        files = any(one.control.field.kind in FILES for one in self.columns)
        return len(self.rows) > WINDOW and not files

    @property
    def html(self) -> Markup:
        """Return the table with its rows, its blank row, its pager and its messages."""
        first, last = self._span()
        shown = self.rows[first:last]
        draw = self._drawing()
        wrong = self.cell_errors
        parts = [self._head(first)]
        for number, row in enumerate(shown, first + 1):
            parts.append(draw(f"{self.name}.{row.number}.", number, row, wrong.get(row.number, {})))
        parts += ["</tbody></table></div>", self._pager(first, last), self._parked(first, last)]
        parts += self._lists()
        parts.append(f'<template id="blank-{self.name}">')
        parts += [draw(f"{self.name}.{BLANK}.", "", self.starts, {}), "</template>"]
        parts += [self._adder(), self._help(), said(self.name, self.errors), "</div>\n"]
        return Markup("".join(parts))

    def _span(self) -> tuple[int, int]:
        """Return the rows to draw: the window asked for, else the one of the first problem."""
        if not self.windowed:
            return 0, len(self.rows)
        first = self.first
        for place, row in enumerate(self.rows):
            if row.number in self.cell_errors:
                first = place
                break
        first = max(0, min(first, len(self.rows) - 1)) // WINDOW * WINDOW
        return first, min(first + WINDOW, len(self.rows))

    def _head(self, first: int) -> str:
        away = " hidden" if self.asleep else ""
        heads = "".join(_headed(one) for one in self.columns)
        following = max((row.number for row in self.rows), default=-1) + 1
        acts, row = escape(_("Copy or remove")), escape(_("Row"))
        span = escape(_spanned("%0", "%1", "%2"))
        return (
            f'<div class="f wide" id="{self.id}" tabindex="-1" data-field="{self.name}"{away}>'
            f'<div class="tablewrap"><table class="sub" data-rows="{self.name}"'
            f' data-next="{following}" data-first="{first}" data-window="{WINDOW}"'
            f' data-most="{most_of(self.control.field)}" data-span="{span}"{self._told()}>'
            f'<caption class="sr">{escape(self.label)}</caption>'
            f'<thead><tr><th scope="col"><span class="sr">{row}</span></th>{heads}'
            f'<th><span class="sr">{acts}</span></th></tr></thead><tbody>'
        )

    def _told(self) -> str:
        """Return what the browser needs to draw the rows that wait: names, remarks, errors."""
        if not self.windowed:
            return ""
        prefix = f"{self.name}."
        told = {
            "names": {
                f"{path.removeprefix(prefix)} {key}": label
                for (path, key), label in self.names.items()
                if path.startswith(prefix)
            },
            "remarks": self.remarks,
            "errors": self.cell_errors,
        }
        return f' data-told="{escape(json.dumps(told, ensure_ascii=False))}"'

    def _pager(self, first: int, last: int) -> str:
        """Return the way to the other windows: two buttons that also work without scripts."""
        hidden = "" if self.windowed else " hidden"
        span = _spanned(first + 1, last, len(self.rows))
        size = len(self.rows)
        return (
            f'<div class="pager" data-pager="{self.name}"{hidden}>'
            + self._turn(-1, max(0, first - WINDOW), _("Rows before"), first == 0)
            + f'<span data-span aria-live="polite">{escape(span)}</span>'
            + self._turn(1, last, _("Rows after"), last >= size)
            + "</div>"
        )

    def _turn(self, by: int, first: int, words: str, none: bool) -> str:
        sign = icon("chevron-right" if by > 0 else "chevron-left")
        return (
            f'<button class="btn s icon" name="_do" value="turn:{self.name}:{first}"'
            f' data-turn="{by}" formnovalidate aria-label="{escape(words)}"'
            f"{' disabled' if none else ''}>{sign}</button>"
        )

    def _parked(self, first: int, last: int) -> str:
        rest = {"before": self.rows[:first], "after": self.rows[last:]}
        text = ""
        if first or last < len(self.rows):
            text = json.dumps(
                {side: [self._waiting(row) for row in rows] for side, rows in rest.items()},
                ensure_ascii=False,
                separators=(",", ":"),
            )
        return f'<input type="hidden" name="{self.name}._rows" value="{escape(text)}">'

    def _waiting(self, row: TypedRow) -> list[Any]:
        """Return a row that is not drawn, as it goes along in the hidden field."""
        cells = {one.id: row.cells.get(one.id) for one in self.columns}
        return [row.number, row.id, {name: typed for name, typed in cells.items() if typed}]

    def _lists(self) -> Iterator[str]:
        """Yield the suggestions of a browser without scripts; all rows share them."""
        for one in self.columns:
            if one.control.lookup:
                options = "".join(
                    f'<option value="{escape(ref.key)}">{escape(ref.label)}</option>'
                    for ref in self.choices.get(one.id, ())
                )
                yield f'<datalist id="l-{self.name}-{one.id}">{options}</datalist>'

    def _adder(self) -> str:
        words = escape(_("Add a row"))
        hint = escape(_("Cells copied from a spreadsheet can be pasted into any cell."))
        told = escape(json.dumps(_paste_words(), ensure_ascii=False))
        return (
            f'<div class="row wrap adder"><button class="btn s" name="_do" value="add:{self.name}"'
            f' data-add="{self.name}" formnovalidate>{icon("plus")}{words}</button>'
            f'<span class="help" data-pastes="{told}" hidden>{hint}</span></div>'
            f'<div data-pasted="{self.name}" aria-live="polite"></div>'
        )

    def _help(self) -> str:
        return f'<p class="help">{escape(self.control.help)}</p>' if self.control.help else ""

    def _drawing(self) -> DrawRow:
        """Return what draws one row; everything that does not change is written once."""
        copy, remove = escape(_("Copy this row")), escape(_("Remove this row"))
        acts = (
            '<td class="acts"><button class="btn q s icon" name="_do" value="copy:{0}" data-copy'
            f' formnovalidate aria-label="{copy}">{icon("copy")}</button>'
            '<button class="btn q s icon" name="_do" value="remove:{0}" data-remove'
            f' formnovalidate aria-label="{remove}">{icon("trash-2")}</button></td></tr>'
        )
        columns, names, remarks = self.columns, self.names, self.remarks

        def draw(
            prefix: str, number: int | str, row: TypedRow, errors: Mapping[str, list[str]]
        ) -> str:
            parts = [
                f'<tr><td class="no"><span class="rowno">{number}</span>'
                f'<input type="hidden" name="{prefix}_id" value="{escape(row.id)}"></td>'
            ]
            remark = remarks.get(row.id, "") if row.id and not errors else ""
            for one in columns:
                parts.append(_cell(one, prefix, row, errors.get(one.id, ()), names))
                if remark:
                    parts.append(f'<p class="help remarks">{escape(remark)}</p>')
                    remark = ""
                parts.append("</td>")
            parts.append(acts.format(prefix))
            return "".join(parts)

        return draw


def _paste_words() -> dict[str, str]:
    """Return what the browser says of a block of cells; it fills the places itself."""
    kept = {name: f"%({name})s" for name in ("rows", "cells", "most", "got")}
    return {
        "pasted": _("Rows pasted: %(rows)s.", **kept),
        "look": _("Cells that need a look: %(cells)s.", **kept),
        "left": _("Rows left out: %(rows)s; the table takes %(most)s.", **kept),
        "undo": _("Undo the paste"),
        "choice": _("“%(got)s” is none of the choices.", **kept),
        "day": _("“%(got)s” is no day, like 2026-03-01.", **kept),
        "reference": _("“%(got)s” was not found.", **kept),
    }


def _spanned(first: int | str, last: int | str, all_: int | str) -> str:
    return _("Rows %(first)s-%(last)s of %(all)s", first=first, last=last, all=all_)


def _headed(one: Column) -> str:
    number = ' class="num"' if one.control.numeric else ""
    star = STAR if one.control.field.required else ""
    return f'<th scope="col"{number}>{escape(one.control.label)}{star}</th>'


def _cell(one: Column, prefix: str, row: TypedRow, errors: Sequence[str], names: Names) -> str:
    name = prefix + one.id
    typed = row.cells.get(one.id, "")
    standing = state(name, errors, one.control.field.required)
    label = names.get((one.path, str(typed)), "") if one.control.lookup and typed else ""
    return f"{one.cell}{one.draw(name, typed, standing)}{found(label)}{said(name, errors)}"
