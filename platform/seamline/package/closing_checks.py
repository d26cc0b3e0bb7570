"""Closed records and cut-over days: from plain data to their metadata, and against their forms."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from seamline.documents import Path
from seamline.metadata import Closed, Cutover, Form
from seamline.text import Text, written as text

from .draft import Draft, Sheet
from .page_checks import DraftNames

NO_DAY = date.max  # stands for a day that is in no calendar, until the check has refused it


def built_closed(data: Mapping[str, Any]) -> Closed:
    """Return what a form says of its closed records, from data that passed the schema."""
    return Closed(text(data["mark"]), tuple(data.get("states", ())), data.get("tracking", ""))


def built_cutover(data: Mapping[str, Any]) -> Cutover:
    """Return the cut-over of a form from data that passed the schema."""
    day = NO_DAY
    with suppress(ValueError):
        day = date.fromisoformat(data["from"])
    return Cutover(data["field"], day, text(data["earlier"]), data.get("library", ""))


def check_closing(draft: Draft) -> None:
    """Check every form of the package that has closed records or a cut-over day."""
    for sheet in draft.of_kind("form"):
        names = DraftNames(draft, sheet)
        if sheet.part.closed is not None:
            _check_closed(draft, sheet, sheet.part, sheet.part.closed, names)
        if sheet.part.cutover is not None:
            _check_cutover(draft, sheet, sheet.part, sheet.part.cutover, names)


def _check_closed(
    draft: Draft, sheet: Sheet, form: Form, closed: Closed, names: DraftNames
) -> None:
    for place, word in enumerate(closed.states):
        names.state(("closed", "states", place), form, word)
    if closed.tracking:
        names.field(("closed", "tracking"), form, closed.tracking, ("text",))
    if not closed.library:
        if closed.tracking:
            say = Text("只有历史库写 tracking。", "Only a library says its tracking code.")
            draft.tell(sheet, ("closed", "tracking"), "not_a_library", say, key=True)
        return
    if form.key is None:
        say = Text(
            "历史库要写 key:在原系统里认出一条记录的字段。",
            "A library needs a key: the field that tells a record of the other system.",
        )
        draft.tell(sheet, ("closed",), "library_key", say, key=True)
    for word in ("code", "states", "steps", "entries", "posts", "board", "duplicates"):
        if sheet.document.data.get(word):
            say = Text(f"历史库只读，不写 {word}。", f"A library is read-only: leave out {word}.")
            draft.tell(sheet, (word,), "library_is_read_only", say, key=True)
    _check_library(draft, form)


def _check_library(draft: Draft, form: Form) -> None:
    """Check that nothing of the package wants to write to a library or judge it."""
    for sheet in draft.of_kind("ruleset"):
        if sheet.part.step.partition(".")[0] == form.id:
            say = Text(
                f"“{form.id}”是历史库，不再判定。",
                f"'{form.id}' is a library: it is judged no more.",
            )
            draft.tell(sheet, ("step",), "library_is_read_only", say, got=sheet.part.step)
    for sheet in draft.of_kind("role"):
        for at, grant in enumerate(sheet.part.grants):
            if grant.form == form.id and grant.steps:
                path: Path = ("grants", at, "steps")
                say = Text(
                    f"“{form.id}”是历史库，没有可授予的环节；迁移用 import 权限。",
                    f"'{form.id}' is a library: no step to grant; a migration needs import.",
                )
                draft.tell(sheet, path, "library_is_read_only", say, key=True)


def _check_cutover(
    draft: Draft, sheet: Sheet, form: Form, cutover: Cutover, names: DraftNames
) -> None:
    names.field(("cutover", "field"), form, cutover.field, ("date", "datetime"))
    if cutover.day == NO_DAY:
        word = sheet.document.data["cutover"]["from"]
        say = Text(f"没有 {word} 这一天。", f"There is no day {word}.")
        draft.tell(sheet, ("cutover", "from"), "no_such_day", say, got=word)
    if cutover.library:
        library = names.form(("cutover", "library"), cutover.library)
        if library is not None and not library.library:
            say = Text(
                f"“{library.id}”不是历史库(closed 且不写 states)。",
                f"'{library.id}' is no library (closed, without states).",
            )
            draft.tell(sheet, ("cutover", "library"), "not_a_library", say, got=library.id)
