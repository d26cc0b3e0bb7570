"""Bindings: from plain data to their metadata, and against the forms they name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.documents import Path
from seamline.fields.bound import KEPT, OFFERED, OTHER, shows
from seamline.metadata import Binding, Field, Form, Scheme
from seamline.text import Text, written as text

from .draft import Draft, Sheet
from .page_checks import DraftNames


def built(data: Mapping[str, Any]) -> Binding:
    """Return a binding from data that passed the schema."""
    schemes = tuple(
        Scheme(
            id=one["id"],
            title=text(one["title"]),
            day=tuple(one.get("day", ())),
            same=tuple(one.get("same", ())),
            newest=one.get("newest", False),
        )
        for one in data.get("schemes", ())
    )
    return Binding(
        field=data["field"],
        kept=data["kept"],
        thing=data.get("thing", ""),
        group=data.get("group", ""),
        scheme=data.get("scheme", schemes[0].id if schemes else ""),
        schemes=schemes,
        again=tuple(data.get("again", ())),
        follows=data.get("follows", ""),
        line=data.get("line", ""),
        other=data.get("other", ""),
        offered=data.get("offered", ""),
    )


def check_bindings(draft: Draft) -> None:
    """Check the bindings of every form of the package."""
    for sheet in draft.of_kind("form"):
        for index, one in enumerate(sheet.part.binds):
            _check(draft, sheet, ("binds", index), one)


def _check(draft: Draft, sheet: Sheet, path: Path, one: Binding) -> None:
    names, form = DraftNames(draft, sheet), sheet.part
    field = names.field((*path, "field"), form, one.field, ("reference",))
    if one.thing:
        names.field((*path, "thing"), form, one.thing, ("reference",))
    if one.group:
        names.field((*path, "group"), form, one.group, ("choice", "text", "lookup"))
    for index, word in enumerate(one.again):
        names.step((*path, "again", index), form, word)
    for key, word in ((KEPT, one.kept), (OTHER, one.other), (OFFERED, one.offered)):
        if word:
            _check_beside(draft, sheet, (*path, key), one, word, names)
    if field is not None:
        _check_target(draft, sheet, path, field, names)
    if one.follows:
        _check_followed(path, one, form, names)
        return
    _check_schemes(draft, sheet, path, one, names)


def _check_beside(
    draft: Draft, sheet: Sheet, path: Path, one: Binding, word: str, names: DraftNames
) -> None:
    """Check a field that the platform fills: of its kind, and where the version stands."""
    field, key = names.field(path, sheet.part, word, ("bound",)), path[-1]
    if word.rpartition(".")[0] != one.table:
        say = Text(f"{key} 要和 field 在同一处。", f"'{key}' has to stand where 'field' does.")
        draft.tell(sheet, path, "binding_apart", say, got=word)
    if field is not None and shows(field) != key:
        say = Text(f"“{word}”要写 shows: {key}。", f"'{word}' has to say 'shows: {key}'.")
        draft.tell(sheet, path, "binding_shows", say, got=word)


def _check_target(draft: Draft, sheet: Sheet, path: Path, field: Field, names: DraftNames) -> None:
    target = names.form((*path, "field"), str(field.settings.get("to", "")))
    versions = target.versions if target is not None else None
    if target is None or (versions and versions.valid and target.structure):
        return
    say = Text(
        f"“{target.id}”没有写 versions.valid 和 structure，不能绑定。",
        f"'{target.id}' says no versions.valid and structure: nothing can be bound to it.",
    )
    draft.tell(sheet, (*path, "field"), "not_versions", say, got=target.id)


def _check_followed(path: Path, one: Binding, form: Form, names: DraftNames) -> None:
    field = names.field((*path, "follows"), form, one.follows, ("reference",))
    if field is not None:
        other = names.form((*path, "follows"), str(field.settings.get("to", "")))
        if other is not None:
            names.field((*path, "line"), other, one.line, ("reference",))


def _check_schemes(draft: Draft, sheet: Sheet, path: Path, one: Binding, names: DraftNames) -> None:
    if one.chosen is None or not one.thing:
        known = [scheme.id for scheme in one.schemes]
        draft.unknown(sheet, (*path, "scheme") if known else path, "scheme", one.scheme, known)
    for index, scheme in enumerate(one.schemes):
        here: Path = (*path, "schemes", index)
        for place, word in enumerate(scheme.day):
            names.field((*here, "day", place), sheet.part, word, ("date", "datetime", "promised"))
        for place, word in enumerate(scheme.same):
            names.field((*here, "same", place), sheet.part, word)
