"""Roles in Studio: a matrix of roles and forms, each cell edited on its own; looking as a role."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from seamline.documents import Document, editing, read
from seamline.problems import Place, Problem, Problems, Refused
from seamline.usecases import design
from seamline.usecases.design import Design
from seamline.usecases.designing import releases
from seamline.usecases.designing.edits import Edit, Insert, Move, Put, Remove

from ..designing import clause_edits, clauses
from ..designing.clauses import Names
from ..designing.conditions import conditions_of, of_account, operators
from ..designing.documents import title_of
from ..designing.growing import ACTS, grown
from ..designing.inspecting import Asked, Box, boxes
from ..designing.known import Known, ids_in
from ..designing.matrix import (
    EVERY,
    cells,
    fields_for,
    place_of,
    roles_of,
    step_of,
    steps_for,
)
from ..designing.sketching import forms_of, read_aloud
from ..designing.taking import edits_of
from ..say import _
from ..session import actor, catalog, desk, end_look, language, look_as, signed_in
from .studio import DESIGNERS, frame, holding, tell, to_source

blueprint = Blueprint("studio_roles", __name__)
DESIGNERS["role"] = "studio_roles.show"
ORDER = ("form", "read", "steps", "export", "import", "switch", "lift", "fields", "hide", "where")


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/studio/<package>/roles/<path:path>")
def show(package: str, path: str) -> Any:
    """Show what each role may do with each form, with one role or one grant to be edited."""
    return _page(package, path, request.args.get("form", ""))


def _opened(package: str, path: str) -> tuple[Design, Document]:
    one = holding(package, path, "role")
    return one, read(one.texts[path], path)


def _page(package: str, path: str, form: str, refused: tuple[Problem, ...] = ()) -> Any:
    try:
        one, document = _opened(package, path)
    except Refused as broken:
        return to_source(broken, package, path)
    found = releases.problems_of(desk(), one)
    mine = tuple(problem for problem in found if problem.place.file == path)
    forms = forms_of(one, catalog())
    roles = roles_of(one, language())
    rows = [(EVERY, _("All forms"), list(cells(roles, EVERY, 0)))]
    rows += [
        (id_, model.title.in_(language()),
         list(cells(roles, id_, sum(1 for _each in model.every_field()))))
        for id_, model in sorted(forms.items(), key=lambda each: each[1].title.in_(language()))
    ]  # fmt: skip
    form = form if form == EVERY or form in forms else ""
    asked = Asked("role", document, language(), (*mine, *refused), skipped=("grants",))
    role = str(document.data.get("role", ""))
    return render_template(
        "studio/roles.html",
        **frame(one, "role", path),
        path_title=title_of(one, path, language()),
        path_icon="users",
        roles=roles,
        rows=rows,
        form=form,
        at=f"{path} {form}",  # tells what is typed here from what is typed of other roles and forms
        boxes=[] if form else boxes(asked, ()),
        grant=_grant(document, form, forms) if form else None,
        wrong=mine,
        told={problem.place.path: problem.sentence(language()) for problem in refused},
        refusals=[problem.sentence(language()) for problem in refused],
        served=role in catalog().access.roles,
        role=role,
        may_look=catalog().access.may(actor(), "grant", "*"),
        form_ids=sorted(forms),
        operators=operators(language()),
    ), (422 if refused else 200)


def _grant(document: Document, form: str, forms: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the inspector shows of a grant; of one that is not there, what it would begin."""
    place = place_of(document.data, form)
    grant = document.data["grants"][place] if place is not None else {}
    model = forms.get(form)
    narrowed = "fields" if grant.get("fields") else "hide" if grant.get("hide") else ""
    narrowed = narrowed or request.args.get("narrowed", "")  # chosen, and no field ticked yet
    where = grant.get("where")
    return {
        "there": place is not None,
        "title": model.title.in_(language()) if model else _("All forms"),
        "read": grant.get("read", True) is not False and place is not None,
        "every": EVERY in [step_of(one) for one in grant.get("steps") or ()],
        "steps": steps_for(model, grant, language()),
        "narrowed": narrowed,
        "fields": fields_for(model, grant.get(narrowed) or () if narrowed else (), language()),
        "export": bool(grant.get("export")),
        "import": bool(grant.get("import")),
        "where": "" if where is None else editing.on_one_line(where),
        "reading": read_aloud(where, model, forms, language()) if where and model else "",
        **_clauses(document, form, forms),
    }


def _clauses(document: Document, form: str, forms: Mapping[str, Any]) -> dict[str, Any]:
    """Return the condition of a grant in clauses."""
    place = place_of(document.data, form)
    names = _scope(document, form, forms)
    if place is None or names is None:
        return {"conditions": []}
    words = document.words(("grants", place, "where"))
    box = Box("where", words, "condition", _("Only records where"), "null")
    return conditions_of([box], document, lambda _place: names)


def _scope(document: Document, form: str, forms: Mapping[str, Any]) -> Names | None:
    party = str(document.data.get("party") or "")
    return of_account(forms.get(form), party, forms, language())


@blueprint.post("/studio/<package>/roles/<path:path>")
def edit(package: str, path: str) -> Any:
    """Take over what was ticked of a grant, or what the inspector of the role sent."""
    one, document = _opened(package, path)
    form = request.form.get("form", "")
    do = request.form.get("do", "put")
    problems = Problems()
    try:
        made = _clause(one, document, form, do) if form else []
        made = made or (
            _granted(document, form, do, problems) if form else _role(one, document, do, problems)
        )
        design.change(desk(), actor(), package, made, problems if do == "put" else None)
        problems.raise_if_any()
    except Refused as refused:
        if refused.status == 422:
            return _page(package, path, form, refused.problems)
        tell(refused)
    asked = request.form.get("narrowed") if not request.form.getlist("field") else None
    address = url_for(
        "studio_roles.show", package=package, path=path, form=form or None, narrowed=asked or None
    )
    return redirect(address, 303)


def _clause(one: Design, document: Document, form: str, do: str) -> list[Edit]:
    """Return the edits that a clause of a grant's condition means; none where it is no clause."""
    act, _colon, what = do.partition(":")
    names = _scope(document, form, forms_of(one, catalog())) if what else None
    if names is None:
        return []
    if act == "begin":
        return [Put(document.name, what, clauses.begun(names), None, ORDER)]
    if act == "remove":
        return [Remove(document.name, what)]
    return clause_edits.clause_edits(act, what, document, names, request.form)


def _role(one: Design, document: Document, do: str, problems: Problems) -> list[Edit]:
    """Return the edits that the inspector of the role itself means."""
    act, _colon, what = do.partition(":")
    if act == "remove":
        return [Remove(document.name, what)]
    if act in ("up", "down"):
        return [Move(document.name, what, by=-1 if act == "up" else 1)]
    if act in ACTS:
        known = Known(forms_of(one, catalog()), ids_in(one, language()), language())
        return grown(act, what, "", document, "role", known, request.form)[0]
    return edits_of("role", document, request.form, problems)[0]


def _granted(document: Document, form: str, do: str, problems: Problems) -> list[Edit]:
    """Return the edits that make a grant what was ticked."""
    path, place = document.name, place_of(document.data, form)
    words = document.words(("grants", place)) if place is not None else ""
    if do == "remove":
        return [Remove(path, words)] if words else []
    before = document.data["grants"][place] if place is not None else {}
    wanted = _wanted(before, problems)
    if place is None:
        return [Insert(path, "grants", {"form": form, **wanted}, _last(document))]
    keys = ("read", "steps", "export", "import", "fields", "hide", "where")
    return [
        Put(path, f"{words}.{key}", wanted.get(key), before.get(key), ORDER)
        for key in keys
        if wanted.get(key) != before.get(key)
    ]


def _last(document: Document) -> str | None:
    grants = document.data.get("grants")
    if not isinstance(grants, list) or not grants:
        return None
    found = re.search(r"\[([^\]]*)\]$", document.words(("grants", len(grants) - 1)))
    return found[1] if found else None


def _wanted(before: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    """Return the grant that was ticked; what stays keeps its words and its order."""
    sent = request.form
    made: dict[str, Any] = {}
    reads = "read" in sent
    made["read"] = before.get("read") if reads and before.get("read") is not False else reads
    if not before and reads:
        made["read"] = True
    ticked = [EVERY] if "every" in sent else sent.getlist("step")
    kept = [one for one in before.get("steps") or () if step_of(one) in ticked]
    kept += [one for one in ticked if one not in [step_of(each) for each in kept]]
    made["steps"] = kept or None
    for key in ("export", "import"):
        made[key] = True if key in sent else before.get(key) if before.get(key) is False else None
    narrowed, fields = sent.get("narrowed", ""), sent.getlist("field")
    for key in ("fields", "hide"):
        old = [one for one in before.get(key) or () if one in fields]
        listed = old + [one for one in fields if one not in old]
        made[key] = (listed or None) if narrowed == key else None
    where = sent.get("where", "").strip()
    try:
        made["where"] = read(where, "").data if where else None
    except Refused as refused:
        made["where"] = before.get("where")
        problems.extend(one.at(Place("where")) for one in refused.problems[:1])
    return {key: value for key, value in made.items() if value is not None}


@blueprint.post("/studio/look-as/<role>")
def look(role: str) -> Answer:
    """See the pages as people of a role do; nothing can be changed meanwhile."""
    look_as(role)
    return redirect(url_for("home.index"), 303)


@blueprint.post("/studio/look-as-oneself")
def end() -> Answer:
    """See the pages as oneself again."""
    end_look()
    flash(_("You are yourself again."))
    return redirect(url_for("studio.index"), 303)
