"""The first form in five minutes: what is done of it, what comes next, where that is."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from seamline.facts import Actor
from seamline.package.sources import kind_of_path
from seamline.store import Query
from seamline.usecases.design import Design
from seamline.usecases.editing.wording import data_of

from ..say import _
from ..session import catalog, desk

MOST_FORMS = 6


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One step: whether it is done, and where it is taken."""

    title: str
    help: str
    done: bool
    address: str
    act: str


def first_steps(one: Design) -> list[FirstStep]:
    """Return the steps to a first record, none where there are records already."""
    forms = _ids(one, "form")
    serving = [form for form in forms if form in catalog().forms][:MOST_FORMS]
    filled = next((form for form in serving if _has_records(form)), "")
    if filled:
        return []
    first = (serving or forms or [""])[0]
    docs = url_for("studio.show", package=one.package)
    fill = url_for("records.new", form_id=serving[0]) if serving else docs
    return [
        FirstStep(
            _("Begin a form"),
            _("from an Excel sheet, a paper form, the library, or from nothing"),
            bool(forms),
            url_for("studio_starting.show", package=one.package),
            _("Begin"),
        ),
        FirstStep(
            _("Say who fills it"),
            _("a role with the right to make such records"),
            bool(first) and _may_fill(one, first),
            url_for("studio.show", package=one.package, kind="role", _anchor="n-kind"),
            _("Add a role"),
        ),
        FirstStep(
            _("Publish"),
            _("look at the plan, say why; from then on it serves"),
            bool(serving),
            url_for("studio.publish", package=one.package),
            _("Look at the plan"),
        ),
        FirstStep(
            _("Fill in the first record"),
            _("as the people will, on a desk or a phone"),
            False,
            fill,
            _("Fill it in"),
        ),
    ]


def _ids(one: Design, kind: str) -> list[str]:
    found = [data_of(text, path).get(kind) for path, text in one.texts.items()
             if kind_of_path(path) == kind]  # fmt: skip
    return [str(id_) for id_ in found if id_]


def _has_records(form: str) -> bool:
    with desk().store.reading() as unit:
        tables = catalog().forms[form].tables
        return bool(unit.records.page(tables, Query(limit=1, total=False)).rows)


def _may_fill(one: Design, form: str) -> bool:
    """Whether a role, of the draft or in service, may make records of the form."""
    for path, text in one.texts.items():
        grants = data_of(text, path).get("grants", ()) if kind_of_path(path) == "role" else ()
        for grant in grants if isinstance(grants, list) else ():
            steps = grant.get("steps", ())
            if grant.get("form") in (form, "*") and {"create", "*"} & {*steps}:
                return True
    may = catalog().access.may
    return form in catalog().forms and any(
        may(Actor("", "", (role,)), "create", form)
        for role in catalog().access.roles
        if role != "administrator"
    )
