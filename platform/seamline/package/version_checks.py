"""What a form says of its versions against its own fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.documents import Path
from seamline.fields import KINDS
from seamline.metadata import Form, Versions
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
    return Versions(name=data["name"], lines=data["lines"], **given)


def check_versions(draft: Draft) -> None:
    """Check the versions of every form of the package."""
    for sheet in draft.of_kind("form"):
        if sheet.part.versions is not None:
            _check(draft, sheet, sheet.part)


def _check(draft: Draft, sheet: Sheet, form: Form) -> None:
    said, names = form.versions, DraftNames(draft, sheet)
    assert said is not None
    path: Path = ("versions",)
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
