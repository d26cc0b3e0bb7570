"""A form made ready to be drawn: every control compiled once per form version and language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app, url_for

from seamline.catalog import Catalog
from seamline.forms import FormModel
from seamline.metadata import Field
from seamline.text import Language

from .control import Control, control
from .rows import Column, column
from .widgets import Draw, compiled

_KEPT = "seamline.drawings"
Key = tuple[int, str, str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The controls of a form and what draws them, by field; the columns of its sub-tables."""

    controls: Mapping[str, Control]
    draws: Mapping[str, Draw]
    columns: Mapping[str, tuple[Column, ...]]


def drawing(catalog: Catalog, model: FormModel, language: Language) -> Drawing:
    """Return the compiled form; one that was compiled for an older catalog is forgotten."""
    kept: dict[Key, Drawing] = current_app.extensions.setdefault(_KEPT, {})
    # Roles see different fields of one form, each of them a form of its own here.
    key = (catalog.version, model.form.id, language, frozenset(model.fields))
    made = kept.get(key)
    if made is None:
        for old in [one for one in list(kept) if one[0] != catalog.version]:
            kept.pop(old, None)
        made = kept[key] = compiled_form(model, language)
    return made


def compiled_form(model: FormModel, language: Language) -> Drawing:
    """Return the controls of a form, made anew."""
    controls: dict[str, Control] = {}
    columns: dict[str, tuple[Column, ...]] = {}
    for one in model.form.fields:
        controls[one.id] = control(one, language, lookup=_lookup(one))
        made = [control(col, language, one.id, _lookup(col)) for col in one.fields]
        columns[one.id] = tuple(column(col, compiled(col)) for col in made if col.written)
    draws = {name: compiled(one) for name, one in controls.items()}
    return Drawing(controls, draws, columns)


def _lookup(one: Field) -> str:
    if one.kind != "reference":
        return ""
    return url_for("records.lookup", form_id=one.settings["to"])
