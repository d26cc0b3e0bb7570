"""What a form says of its versions against its own fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.documents import Path
from seamline.fields import KINDS
from seamline.metadata import Form, Structure, Validity, Versions
from seamline.text import Text

from .draft import Draft, Sheet
from .page_checks import DraftNames

# What a value has to be so that two of it can be put side by side in words.
_SHOWN = frozenset(KINDS) - {"table", "attachment", "image", "signature"}
_SORTED = ("date", "datetime", "text", "integer", "decimal")


def built(data: Mapping[str, Any]) -> Versions:
    """Return what a form says of its versions."""
    lists = ("of", "by", "match", "compare", "fields")
    given = {key: tuple(data[key]) for key in lists if key in data}
    valid = _built_validity(data["valid"]) if "valid" in data else None
    return Versions(name=data["name"], lines=data["lines"], valid=valid, **given)


def _built_validity(data: Mapping[str, Any]) -> Validity:
    return Validity(
        start=data["from"],
        end=data["to"],
        groups=data.get("groups", ""),
        when=data.get("when"),
        reason=data.get("reason", ""),
        attachments=tuple(data.get("attachments", ())),
    )


def built_structure(data: Mapping[str, Any]) -> Structure:
    """Return what a form says of what a thing is made of."""
    return Structure(
        parent=data["parent"],
        part=data["part"],
        quantity=data["quantity"],
        lines=data.get("lines", ""),
        scrap=data.get("scrap", ""),
        start=data.get("from", ""),
        end=data.get("to", ""),
    )


def check_versions(draft: Draft) -> None:
    """Check the versions of every form of the package."""
    for sheet in draft.of_kind("form"):
        if sheet.part.versions is not None:
            _check(draft, sheet, sheet.part)
        if sheet.part.structure is not None:
            _check_structure(draft, sheet, sheet.part, sheet.part.structure)


def _check(draft: Draft, sheet: Sheet, form: Form) -> None:
    said, names = form.versions, DraftNames(draft, sheet)
    assert said is not None
    path: Path = ("versions",)
    if said.valid is not None:
        _check_validity(sheet, form, said.valid, names)
    names.field((*path, "name"), form, said.name, ("text", "integer", "choice"))
    for key, words, kinds in (
        ("of", said.of, ("reference", "text", "choice")),
        ("by", said.by, _SORTED),
        ("fields", said.fields, tuple(sorted(_SHOWN))),
    ):
        for index, word in enumerate(words):
            names.field((*path, key, index), form, word, kinds)
    if names.field((*path, "lines"), form, said.lines, ("table",)) is None:
        return
    for key, words in (("match", said.match), ("compare", said.compare)):
        for index, word in enumerate(words):
            names.field((*path, key, index), form, f"{said.lines}.{word}", tuple(sorted(_SHOWN)))
    for word in sorted({*said.match} & {*said.compare}):
        say = Text(
            f"“{word}”用来辨认同一行，不能再作比较。",
            f"'{word}' tells which line it is; it cannot be compared as well.",
        )
        where: Path = (*path, "compare", said.compare.index(word))
        draft.tell(sheet, where, "version_compares_match", say, got=word)


def _check_validity(sheet: Sheet, form: Form, said: Validity, names: DraftNames) -> None:
    path: Path = ("versions", "valid")
    for key, word, kinds in (
        ("from", said.start, ("date",)),
        ("to", said.end, ("date",)),
        ("groups", said.groups, ("multi_choice", "choice")),
        ("reason", said.reason, ("text", "long_text")),
    ):
        if word:
            names.field((*path, key), form, word, kinds)
    for index, word in enumerate(said.attachments):
        names.field((*path, "attachments", index), form, word, ("attachment", "image"))
    if said.when is not None:
        names.condition((*path, "when"), form, said.when)


def _check_structure(draft: Draft, sheet: Sheet, form: Form, said: Structure) -> None:
    names = DraftNames(draft, sheet)
    path: Path = ("structure",)
    parent = names.field((*path, "parent"), form, said.parent, ("reference",))
    if said.lines and names.field((*path, "lines"), form, said.lines, ("table",)) is None:
        return
    part = names.field((*path, "part"), form, said.column(said.part), ("reference",))
    for key, word, kinds in (
        ("quantity", said.quantity, ("decimal", "integer")),
        ("scrap", said.scrap, ("percent", "decimal")),
        ("from", said.start, ("date",)),
        ("to", said.end, ("date",)),
    ):
        if word:
            names.field((*path, key), form, said.column(word), kinds)
    if parent is None or part is None or parent.settings.get("to") == part.settings.get("to"):
        return
    say = Text(
        f"“{said.parent}”和“{said.part}”要引用同一张表单，子件才能再展开。",
        f"'{said.parent}' and '{said.part}' have to refer to the same form: parts have parts.",
    )
    draft.tell(sheet, (*path, "part"), "structure_of_two", say, got=said.part)
