"""The controls of a form as closures: each is compiled once per field and language, then only
told the name, what was typed, and what differs from one drawing to the next.

A row of a sub-table is drawn hundreds of times; a template asked for each cell costs too much.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from markupsafe import Markup, escape

from seamline.fields.proof import proof_of

from ..assets import icon
from ..say import _
from . import photo
from .control import Control
from .uploads import Kept

# Draws a control: its name, what was typed into it, and further attributes, escaped already.
Draw = Callable[[str, Any, str], str]


def compiled(control: Control) -> Draw:
    """Return what draws `control`; a widget that is not named here is one line of text."""
    widget = control.kind.widget if control.written else "shown"
    return WIDGETS.get(widget, _line)(control)


def _fixed(control: Control) -> str:
    """Return the attributes that are the same wherever the control stands."""
    label = f' aria-label="{escape(control.label)}"' if control.column else ""
    return f"{control.attributes}{label}"


def _line(control: Control, more: str = "") -> Draw:
    number = " num" if control.numeric else ""
    head = f'<input class="in{number}"{_fixed(control)}{more}'
    before, after = ("", "")
    if control.unit and not control.column:
        before, after = '<div class="unit">', f"<span>{escape(control.unit)}</span></div>"

    def draw(name: str, typed: Any, state: str) -> str:
        value = f' value="{escape(typed)}"'
        return f'{before}{head} name="{name}" id="f-{name}"{state}{value}>{after}'

    return draw


def _long_text(control: Control) -> Draw:
    head = f'<textarea class="in" rows="3"{_fixed(control)}'

    def draw(name: str, typed: Any, state: str) -> str:
        return f'{head} name="{name}" id="f-{name}"{state}>{escape(typed)}</textarea>'

    return draw


def _choice(control: Control) -> Draw:
    head = f'<select class="in"{_fixed(control)}'
    options = [("", Markup("—")), *((one.id, escape(one.label)) for one in control.options)]
    bodies = {
        chosen: "".join(
            f'<option value="{value}"{" selected" if value and value == chosen else ""}>'
            f"{label}</option>"
            for value, label in options
        )
        for chosen, _label in options
    }

    def draw(name: str, typed: Any, state: str) -> str:
        body = bodies.get(typed) or bodies[""]
        return f'{head} name="{name}" id="f-{name}"{state}>{body}</select>'

    return draw


def _multi_choice(control: Control) -> Draw:
    group = f'<div role="group" aria-label="{escape(control.label)}"' if control.column else "<div"
    ticks = [(one.id, escape(one.label)) for one in control.options]

    def draw(name: str, typed: Any, state: str) -> str:
        parts = [group, state if control.column else "", ">"]
        for place, (value, label) in enumerate(ticks):
            own = f' id="f-{name}"' if place == 0 else ""
            tick = " checked" if value in typed else ""
            parts.append(
                f'<label class="tick"><input type="checkbox" name="{name}" value="{value}"'
                f"{own}{tick}><span>{label}</span></label>"
            )
        return "".join([*parts, "</div>"])

    return draw


def _boolean(control: Control) -> Draw:
    head = f'<label class="sw"><input type="checkbox" value="true"{_fixed(control)}'
    label = "" if control.column else escape(control.label)

    def draw(name: str, typed: Any, state: str) -> str:
        tick = " checked" if typed else ""
        star = STAR if label and "aria-required" in state else ""
        return f'{head} name="{name}" id="f-{name}"{state}{tick}><span>{label}{star}</span></label>'

    return draw


def _reference(control: Control) -> Draw:
    listed, hint = f"l-{control.table}-{control.field.id}", escape(_("Search …"))
    more = (
        f' list="{listed}" autocomplete="off" autocapitalize="off" spellcheck="false"'
        f' placeholder="{hint}" data-lookup="{escape(control.lookup)}"'
    )
    return _line(control, more)


def _person(control: Control) -> Draw:
    return _line(control, ' autocomplete="off" autocapitalize="off" spellcheck="false"')


def _files(control: Control) -> Draw:
    fixed, words = _fixed(control), escape(_("Drop files here, or choose them"))
    sign = icon("upload")

    def draw(name: str, typed: Any, state: str) -> str:
        kept = "".join(_kept(name, file) for file in typed or () if isinstance(file, Kept))
        listed = f'<ul class="files">{kept}</ul>'
        return (
            f'{listed}<label class="drop"><span>{sign} {words}</span>'
            f'<input type="file"{fixed} name="{name}" id="f-{name}"{state}></label>'
        )

    return draw


def _image(control: Control) -> Draw:
    asked = proof_of(control.field)
    if asked is None:
        return _files(control)
    accept = ",".join(control.field.settings.get("types", ("image/*",)))
    return lambda name, typed, state: photo.drawn(name, typed, state, asked, accept)


def _kept(name: str, file: Kept) -> str:
    return (
        f'<li><label class="tick"><input type="checkbox" name="{name}" value="{file.token}"'
        f" checked><span>{icon('paperclip')} {escape(file.name)} "
        f'<span class="muted">{file.size}</span></span></label></li>'
    )


def _place(control: Control) -> Draw:
    line = _line(control, ' inputmode="text" placeholder="31.2304,121.4737"')
    words = escape(_("Use where I am"))
    button = (
        '<button type="button" class="btn icon" data-locate="f-{}" hidden '
        f'aria-label="{words}">{icon("map-pin")}</button>'
    )

    def draw(name: str, typed: Any, state: str) -> str:
        return f'<div class="unit">{line(name, typed, state)}{button.format(name)}</div>'

    return draw


def shown(control: Control) -> Draw:
    """Return what draws a value that nobody can change here."""
    number = " num" if control.numeric else ""

    def draw(name: str, typed: Any, state: str) -> str:
        return f'<output class="in{number}" id="f-{name}">{escape(typed or "—")}</output>'

    return draw


STAR = '<span class="req" aria-hidden="true">*</span>'
WIDGETS: Mapping[str, Callable[[Control], Draw]] = {
    "long_text": _long_text,
    "choice": _choice,
    "multi_choice": _multi_choice,
    "boolean": _boolean,
    "reference": _reference,
    "person": _person,
    "attachment": _files,
    "image": _image,
    "signature": _files,
    "place": _place,
    "shown": shown,
    "text": partial(_line),
}
