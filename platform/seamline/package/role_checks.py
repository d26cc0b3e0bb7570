"""Roles against the forms they grant."""

from __future__ import annotations

from seamline.metadata import Role
from seamline.metadata.form import BUILT_IN_STEPS
from seamline.problems import shorten
from seamline.text import Text

from .draft import Draft, Sheet
from .page_checks import pages_of
from .rule_checks import steps_of


def check_roles(draft: Draft) -> None:
    """Check every role of the package."""
    forms = draft.forms()
    steps = {word: steps_of(form) for word, form in forms.items()}
    steps["*"] = tuple({step for known in steps.values() for step in known} | {*BUILT_IN_STEPS})
    for sheet in draft.of_kind("role"):
        role: Role = sheet.part
        for index, grant in enumerate(role.grants):
            path = ("grants", index)
            if grant.form not in steps:
                if ("form", grant.form) not in draft.failed:
                    draft.unknown(sheet, (*path, "form"), "form", grant.form, forms)
                continue
            excused = grant.form == "*" and draft.failed
            for key, named in (("steps", grant.steps), ("switch", grant.switch)):
                for place, step in enumerate(named):
                    if step not in (*steps[grant.form], "*") and not excused:
                        where = (*path, key, place)
                        draft.unknown(sheet, where, "step", step, steps[grant.form])
        _check_once(draft, sheet, role)
        _check_pages(draft, sheet, role)


def _check_once(draft: Draft, sheet: Sheet, role: Role) -> None:
    seen: set[str] = set()
    for index, grant in enumerate(role.grants):
        if grant.form in seen:
            word = shorten(grant.form)
            say = Text(
                f"对表单“{word}”的权限写了两处。", f"The form '{word}' is granted in two places."
            )
            hint = Text("合成一处。", "Put them together.")
            draft.tell(sheet, ("grants", index, "form"), "granted_twice", say, hint, got=word)
        seen.add(grant.form)


def _check_pages(draft: Draft, sheet: Sheet, role: Role) -> None:
    """Check that the pages are there, and that people may open the one they begin with."""
    known = pages_of(draft)
    for index, word in enumerate(role.pages):
        if word != "*" and not draft.knows("page", word, known):
            draft.unknown(sheet, ("pages", index), "page", word, known)
    if not role.home:
        return
    if not draft.knows("page", role.home, known):
        draft.unknown(sheet, ("home",), "page", role.home, known)
    elif not {role.home, "*"} & {*role.pages}:
        say = Text(
            f"这个角色不能打开“{role.home}”,不能从它开始。",
            f"This role may not open '{role.home}' and cannot begin with it.",
        )
        hint = Text(f"把 {role.home} 写进 pages。", f"Name {role.home} under pages.")
        draft.tell(sheet, ("home",), "home_not_open", say, hint, got=role.home)
