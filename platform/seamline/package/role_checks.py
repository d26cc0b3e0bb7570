"""Roles against the forms they grant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.access import parse_where
from seamline.documents import Path
from seamline.forms import SYSTEM
from seamline.metadata import Form, Role
from seamline.metadata.form import BUILT_IN_STEPS
from seamline.problems import Refused, shorten
from seamline.scope import Scope
from seamline.text import Text

from .computing import scope_of
from .draft import Draft, Sheet, mentions
from .page_checks import pages_of
from .rule_checks import steps_of

_ADDRESS = ("_id", "_version")  # seen by all, or a record could be neither named nor changed


def check_roles(draft: Draft) -> None:
    """Check every role of the package."""
    forms = draft.forms()
    steps = {word: steps_of(form) for word, form in forms.items()}
    steps["*"] = tuple({step for known in steps.values() for step in known} | {*BUILT_IN_STEPS})
    for sheet in draft.of_kind("role"):
        role: Role = sheet.part
        if role.party is not None and not draft.knows("form", role.party, forms):
            draft.unknown(sheet, ("party",), "form", role.party, forms)
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
                        where = _place_of(sheet, (*path, key, place))
                        draft.unknown(sheet, where, "step", step, steps[grant.form])
            if not excused:
                _check_narrowing(draft, sheet, role, index)
        for index, one in enumerate(role.unproven):
            if not draft.knows("form", one.form, forms):
                draft.unknown(sheet, ("unproven", index, "form"), "form", one.form, forms)
            elif one.field:
                known = sorted(_seen_names(forms.get(one.form)))
                if one.field not in known:
                    where = ("unproven", index, "field")
                    draft.unknown(sheet, where, "field", one.field, known)
        _check_once(draft, sheet, role)
        _check_studio(draft, sheet, role)
        _check_pages(draft, sheet, role)


def _place_of(sheet: Sheet, path: Path) -> Path:
    """Return where a step stands: as a word, or as the `step` of what narrows it."""
    raw: Any = sheet.document.data
    for key in path:
        raw = raw[key]
    return (*path, "step") if isinstance(raw, Mapping) else path


def _check_narrowing(draft: Draft, sheet: Sheet, role: Role, index: int) -> None:
    """Check the fields and the condition of a grant, and of each step that is narrowed further."""
    grant, path = role.grants[index], ("grants", index)
    form = draft.forms().get(grant.form)
    known = sorted(_seen_names(form))
    if grant.fields is not None and grant.hide:
        say = Text("fields 和 hide 只能写一个。", "Either fields or hide is written, not both.")
        hint = Text(
            "fields 列出能看到的，hide 列出看不到的。",
            "fields lists what is seen, hide what is not.",
        )
        draft.tell(sheet, (*path, "hide"), "fields_and_hide", say, hint, key=True)
    _check_names(draft, sheet, (*path, "fields"), grant.fields or (), known)
    _check_names(draft, sheet, (*path, "hide"), grant.hide, known)
    _check_where(draft, sheet, role, form, (*path, "where"), grant.where)
    for place, raw in enumerate(sheet.document.data["grants"][index].get("steps", ())):
        if isinstance(raw, Mapping):
            inner = (*path, "steps", place)
            _check_names(draft, sheet, (*inner, "fields"), raw.get("fields", ()), known)
            _check_where(draft, sheet, role, form, (*inner, "where"), raw.get("where"))


def _seen_names(form: Form | None) -> set[str]:
    """Return what `fields` and `hide` may name: fields, columns and what the platform adds."""
    own = {path for path, _ in form.every_field()} if form is not None else set()
    return own | set(SYSTEM) - set(_ADDRESS)


def _check_names(
    draft: Draft, sheet: Sheet, path: Path, names: tuple[str, ...], known: list[str]
) -> None:
    for place, name in enumerate(names):
        if name not in known:
            draft.unknown(sheet, (*path, place), "field", name, known)


def _check_where(
    draft: Draft, sheet: Sheet, role: Role, form: Form | None, path: Path, document: Any
) -> None:
    if document is None:
        return
    forms = draft.forms()
    shaky = draft.shaky.get(form.id, frozenset()) if form is not None else frozenset()
    if mentions(document, shaky) or ("form", role.party) in draft.failed:
        return
    scope = scope_of(draft, form) if form is not None else Scope(SYSTEM)
    try:
        parse_where(
            document,
            scope,
            forms.get(role.party or ""),
            forms,
            lambda way: sheet.document.place((*path, *way)),
        )
    except Refused as refused:
        draft.problems.extend(refused.problems)


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


def _check_studio(draft: Draft, sheet: Sheet, role: Role) -> None:
    """Check that nobody from outside designs or looks after what everybody works with."""
    if role.kind != "external":
        return
    hint = Text("去掉它，或改为内部角色。", "Take it out, or make the role internal.")
    if role.studio:
        say = Text("外部角色不能使用设计器。", "An external role has no place in Studio.")
        draft.tell(sheet, ("studio",), "external_studio", say, hint)
    if role.may:
        say = Text(
            "外部角色不能照管工作区。", "An external role does not look after the workspace."
        )
        draft.tell(sheet, ("may",), "external_may", say, hint)


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
            f"这个角色不能打开“{role.home}”，不能从它开始。",
            f"This role may not open '{role.home}' and cannot begin with it.",
        )
        hint = Text(f"把 {role.home} 写进 pages。", f"Name {role.home} under pages.")
        draft.tell(sheet, ("home",), "home_not_open", say, hint, got=role.home)
