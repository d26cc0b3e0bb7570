"""One control as it stands on a page: what was typed, what is wrong, how it is addressed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from seamline.facts import Ref

from .control import ROOMY, WHOLE_ROW, Control, Option
from .uploads import Kept


@dataclass(slots=True)
class Box:
    """A field on the page. `prefix` is `lines.3.` inside a sub-table, else empty."""

    control: Control
    typed: Any = ""
    prefix: str = ""
    required: bool = False
    shown: str = ""
    found: str = ""
    lookup: str = ""
    choices: Sequence[Ref] = ()
    errors: list[str] = field(default_factory=list)
    asleep: bool = False
    is_table = False

    @property
    def name(self) -> str:
        """Return the name under which the browser sends it."""
        return self.prefix + self.control.field.id

    @property
    def id(self) -> str:
        """Return the id of the element."""
        return f"f-{self.name}"

    @property
    def help_id(self) -> str:
        """Return the id of its help text."""
        return f"h-{self.name}"

    @property
    def error_id(self) -> str:
        """Return the id of the sentences that say what is wrong."""
        return f"e-{self.name}"

    @property
    def list_id(self) -> str:
        """Return the id of its suggestions; the rows of a sub-table share one list."""
        return f"l-{self.prefix.partition('.')[0]}-{self.control.field.id}"

    @property
    def template(self) -> str:
        """Return the template that draws it."""
        return self.control.template

    @property
    def label(self) -> str:
        """Return its label."""
        return self.control.label

    @property
    def help(self) -> str:
        """Return its help text; a column's stands at the head of the table."""
        return "" if self.control.column else self.control.help

    @property
    def unit(self) -> str:
        """Return the unit of its values; in a sub-table the head of the column has it."""
        return "" if self.control.column else self.control.unit

    @property
    def numeric(self) -> bool:
        """Return whether figures stand to the right."""
        return self.control.numeric

    @property
    def options(self) -> tuple[Option, ...]:
        """Return its choices."""
        return self.control.options

    @property
    def in_table(self) -> bool:
        """Return whether it is a cell of a sub-table."""
        return self.control.column

    @property
    def wide(self) -> bool:
        """Return whether it takes the whole width of the form."""
        return self.control.kind.widget in WHOLE_ROW

    @property
    def roomy(self) -> bool:
        """Return whether its column needs more room than a figure."""
        return self.control.kind.widget in ROOMY

    @property
    def grouped(self) -> bool:
        """Return whether it is a group of ticks under one legend."""
        return self.control.field.kind == "multi_choice" and not self.in_table

    @property
    def labels_itself(self) -> bool:
        """Return whether the label stands beside the control."""
        return self.control.field.kind == "boolean"

    @property
    def kept(self) -> Sequence[Kept]:
        """Return the files that were sent already."""
        return self.typed if isinstance(self.typed, list) else ()

    @property
    def attributes(self) -> Markup:
        """Return the attributes of the control: name, id, type, and what describes it."""
        name = self.name
        parts = [
            f' name="{name}" id="f-{name}"' if not self.grouped else "",
            self.control.attributes,
        ]
        told = []
        if self.errors:
            parts.append(' aria-invalid="true"')
            told.append(self.error_id)
        if self.help:
            told.append(self.help_id)
        if told:
            parts.append(f' aria-describedby="{" ".join(told)}"')
        if self.required:
            parts.append(' aria-required="true"')
        if self.in_table:
            parts.append(Markup(' aria-label="{}"').format(self.label))
        return Markup("".join(parts))  # every part is an id of the language or escaped above


@dataclass(slots=True)
class RowBox:
    """One row of a sub-table; `prefix` is `lines.3.`."""

    prefix: str
    number: int | str
    id: str
    boxes: list[Box]
    remarks: str = ""

    @property
    def wrong(self) -> bool:
        """Return whether something is wrong in the row; remarks then make room."""
        return any(box.errors for box in self.boxes)


@dataclass(slots=True)
class TableBox:
    """A sub-table on the page: its columns, its rows, and a blank row for the next one."""

    control: Control
    columns: list[Box]
    rows: list[RowBox]
    blank: RowBox
    next: int
    errors: list[str] = field(default_factory=list)
    asleep: bool = False
    is_table = True

    @property
    def name(self) -> str:
        """Return the id of the table's field."""
        return self.control.field.id

    @property
    def id(self) -> str:
        """Return the id of the element."""
        return f"f-{self.name}"

    @property
    def error_id(self) -> str:
        """Return the id of the sentences that say what is wrong with the whole table."""
        return f"e-{self.name}"

    @property
    def label(self) -> str:
        """Return its label."""
        return self.control.label

    @property
    def help(self) -> str:
        """Return its help text."""
        return self.control.help
