"""One control as it stands on a page: what was typed, what is wrong, how it is addressed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape

from seamline.facts import Ref

from ..assets import icon
from .control import WHOLE_ROW, Control
from .widgets import STAR, Draw


class Addressed:
    """A control on a page by its field: how it is sent, found and called."""

    __slots__ = ()
    control: Control

    @property
    def name(self) -> str:
        """Return the name under which the browser sends it."""
        return self.control.field.id

    @property
    def id(self) -> str:
        """Return the id of the element."""
        return f"f-{self.name}"

    @property
    def label(self) -> str:
        """Return its label."""
        return self.control.label


@dataclass(slots=True)
class Box(Addressed):
    """A field on the page, outside a sub-table; `note` says where a value came from."""

    control: Control
    draw: Draw
    typed: Any = ""
    required: bool = False
    found: str = ""
    choices: Sequence[Ref] = ()
    note: str = ""
    errors: list[str] = field(default_factory=list)
    asleep: bool = False

    @property
    def grouped(self) -> bool:
        """Return whether it is a group of ticks under one legend."""
        return self.control.field.kind == "multi_choice"

    @property
    def labels_itself(self) -> bool:
        """Return whether the label stands beside the control."""
        return self.control.field.kind == "boolean"

    @property
    def html(self) -> Markup:
        """Return the field: label, control, help, and what is wrong with it."""
        wide = " wide" if self.control.kind.widget in WHOLE_ROW else ""
        away = " hidden" if self.asleep else ""
        parts = [f'<div class="f{wide}" data-field="{self.name}"{away}>', self._named()]
        if self.control.lookup:
            parts += [self._choices(), found(self.found)]
        if self.note:
            parts.append(f'<p class="help from" data-from>{icon("history")}{escape(self.note)}</p>')
        if self.control.help:
            parts.append(f'<p class="help" id="h-{self.name}">{escape(self.control.help)}</p>')
        parts += [said(self.name, self.errors), "</div>\n"]
        return Markup("".join(parts))

    def _named(self) -> str:
        """Return the control with its label."""
        star = STAR if self.required else ""
        label = escape(self.label)
        if self.grouped:
            inner = self.draw(self.name, self.typed, "")
            legend = f'<legend class="lab">{label}{star}</legend>'
            return f"<fieldset{self._state()}>{legend}{inner}</fieldset>"
        drawn = self.draw(self.name, self.typed, self._state())
        if self.labels_itself:
            return drawn
        return f'<label class="lab" for="{self.id}">{label}{star}</label>{drawn}'

    def _state(self) -> str:
        told = [f"h-{self.name}"] if self.control.help else []
        return state(self.name, self.errors, self.required, told)

    def _choices(self) -> str:
        """Return what a browser without scripts suggests."""
        options = "".join(
            f'<option value="{escape(one.key)}">{escape(one.label)}</option>'
            for one in self.choices
        )
        return f'<datalist id="l--{self.name}">{options}</datalist>'


class Fixed(Box):
    """A field that another system has the say of: its value, and in the note, whose it is."""


def state(name: str, errors: Sequence[str], required: bool, told: Sequence[str] = ()) -> str:
    """Return the attributes that say how a control stands, and what describes it."""
    described = [f"e-{name}", *told] if errors else told
    return (
        (' aria-invalid="true"' if errors else "")
        + (f' aria-describedby="{" ".join(described)}"' if described else "")
        + (' aria-required="true"' if required else "")
    )


def found(label: str) -> str:
    """Return what the key in a reference is called, as a line under it."""
    return f'<p class="help" data-found>{escape(label)}</p>' if label else ""


def said(name: str, errors: Sequence[str]) -> str:
    """Return the sentences that say what is wrong."""
    if not errors:
        return ""
    sign = icon("circle-alert")
    lines = "".join(f'<p class="err">{sign}<span>{escape(one)}</span></p>' for one in errors)
    return f'<div id="e-{name}">{lines}</div>'
