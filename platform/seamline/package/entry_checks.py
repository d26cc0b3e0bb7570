"""Entries of a form: what they begin with fits, and what is public can do nothing else."""

from __future__ import annotations

from datetime import UTC

from seamline.documents import Path
from seamline.fields import KINDS, Invalid, Reading
from seamline.metadata import Field, Form, Role
from seamline.metadata.entry import Entry
from seamline.problems import shorten
from seamline.text import Text

from .draft import Draft, Sheet


def check_entries(draft: Draft, sheet: Sheet) -> None:
    """Check every entry of a form."""
    form: Form = sheet.part
    written = {one.id: one for one in form.fields if KINDS[one.kind].written}
    ids = [(("entries", at, "id"), one.id) for at, one in enumerate(form.entries)]
    draft.each_once(sheet, "entry", ids)
    for at, entry in enumerate(form.entries):
        path: Path = ("entries", at)
        _check_values(draft, sheet, path, entry, written)
        for place, name in enumerate(entry.accepts):
            if name not in written:
                draft.unknown(sheet, (*path, "accepts", place), "field", name, written)
        if entry.public is not None:
            _check_public(draft, sheet, (*path, "public", "role"), form, entry.public.role)


def _check_values(
    draft: Draft, sheet: Sheet, path: Path, entry: Entry, written: dict[str, Field]
) -> None:
    for name, value in entry.values.items():
        at = (*path, "values", name)
        if name not in written:
            draft.unknown(sheet, at, "field", name, written)
            continue
        try:
            KINDS[written[name].kind].parse(written[name], value, Reading(zone=UTC))
        except Invalid as error:
            problem = error.problem
            say = Text(
                f"预填的值不合字段：{problem.say.zh}", f"The value does not fit: {problem.say.en}"
            )
            draft.tell(sheet, at, "bad_default", say, problem.hint, got=shorten(str(value)))


def _check_public(draft: Draft, sheet: Sheet, at: Path, form: Form, word: str) -> None:
    """Check that the role of whoever comes along may make records of this form, and no more."""
    roles: dict[str, Role] = {one.id: one.part for one in draft.of_kind("role")}
    role = roles.get(word)
    if role is None:
        if ("role", word) not in draft.failed:
            draft.unknown(sheet, at, "role", word, roles)
        return
    more = bool(role.pools or role.pages) or any(
        grant.form != form.id
        or grant.read
        or grant.export
        or grant.import_
        or grant.switch
        or grant.lift
        or set(grant.steps) - {"create"}
        for grant in role.grants
    )
    if more:
        say = Text(
            f"公开表单的角色“{word}”只能新建“{form.id}”，不能读，也不能做别的。",
            f"The role '{word}' of a public form may create '{form.id}' and nothing else: "
            "no reading, no other form, step, page or pool.",
        )
        draft.tell(sheet, at, "public_role", say, got=word)
