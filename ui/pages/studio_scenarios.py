"""Scenarios in Studio: a list with what came of each, and one recorded by filling its form."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from seamline.facts import Actor
from seamline.package.sources import kind_of_path
from seamline.problems import Problem, Refused
from seamline.text import Text
from seamline.usecases import design, scenarios
from seamline.usecases.design import Design
from seamline.usecases.designing.recording import OUTCOMES, Recorded, Recording, played, recorded
from seamline.usecases.editing.wording import data_of
from seamline.usecases.look import form_to_fill

from ..designing.documents import title_of
from ..forms.sheet import Said
from ..forms.typed import for_door
from ..say import _
from ..session import actor, catalog, desk, language, reading, signed_in
from . import form_page
from .filling import Filling, begun, rearranged, received
from .studio import ID, frame, id_refused, ids_of

blueprint = Blueprint("studio_scenarios", __name__)


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/studio/<package>/scenarios")
def show(package: str) -> str:
    """List the scenarios of the draft."""
    return _list(design.opened(desk(), actor(), package))


@blueprint.post("/studio/<package>/scenarios")
def play(package: str) -> Any:
    """Play all of them and show what came of each."""
    one = design.opened(desk(), actor(), package)
    begun_at = time.perf_counter()
    try:
        results = played(desk(), actor(), package)
    except Refused as refused:
        if refused.status == 403:
            raise
        return _list(one, problems=refused.problems), refused.status
    took = time.perf_counter() - begun_at
    return _list(one, {result.scenario: result for result in results}, took)


def _list(
    one: Design,
    results: dict[str, scenarios.Result] | None = None,
    took: float = 0.0,
    problems: tuple[Problem, ...] = (),
) -> str:
    found = []
    for path in sorted(one.texts):
        if kind_of_path(path) != "scenario" or not one.texts[path]:
            continue
        data = data_of(one.texts[path], path)
        steps = data.get("steps") or [data]
        acts = [step.get("when", {}) for step in steps if isinstance(step, dict)]
        found.append({
            "path": path,
            "title": title_of(one, path, language()),
            "about": sorted({f"{act.get('form')}.{act.get('step')}" for act in acts}),
            "steps": len(acts),
            "result": (results or {}).get(str(data.get("scenario"))),
        })  # fmt: skip
    mine = [form for form in ids_of(one, "form") if form in catalog().forms]
    return render_template(
        "studio/scenarios.html",
        **frame(one, "scenarios"),
        scenarios=found,
        ran=results is not None,
        failed=sum(not result.passed for result in (results or {}).values()),
        took=round(took, 1),
        forms=[(form, catalog().forms[form].form.title.in_(language())) for form in mine],
        problems=[Said(problem.line(language())) for problem in problems],
        problems_heading=_("The draft is not right yet: nothing was played"),
    )


@blueprint.route("/studio/<package>/scenarios/record", methods=["GET", "POST"])
def record(package: str) -> Any:
    """Fill a form as somebody, say what has to come of it, and keep that as a scenario."""
    one = design.opened(desk(), actor(), package)
    form_id = request.values.get("form", "")
    if form_id not in ids_of(one, "form") or form_id not in catalog().forms:
        abort(404)
    model = form_to_fill(desk(), actor(), form_id, "create")
    step = model.steps["create"]
    if request.method == "GET":
        return _page(one, replace(begun(model, step, None), draft=""))
    filling = replace(received(model, step, None), draft="")
    act = request.form.get("_do", "submit")
    if rearranged(filling, act):
        return _page(one, filling)
    try:
        done = _record(one, filling, as_it_came=act == "keep")
    except Refused as refused:
        if refused.status == 403:
            raise
        return _page(one, filling, refused.problems), refused.status
    if not done.kept:
        return _page(one, filling, came=done), 422
    flash(_("Recorded. It is in the draft, and is played with every publication from now on."))
    return redirect(url_for("studio_scenarios.show", package=package), 303)


def _record(one: Design, filling: Filling, *, as_it_came: bool) -> Recorded:
    id_ = request.form.get("_id", "").strip()
    if not ID.fullmatch(id_):
        raise id_refused(id_)
    title = request.form.get("_title", "").strip() or id_
    outcome = request.form.get("_outcome", "")
    raw = for_door(filling.fields, filling.typed, filling.starts)
    values, _problems = filling.model.read(raw, filling.step, None, reading())
    told = {**raw, **{k: v for k, v in filling.model.to_json(values).items() if k in raw and v}}
    asked = Recording(
        id_,
        Text(title, request.form.get("_title_en", "").strip() or title),
        filling.model.form.id,
        request.form.get("_as", "administrator"),
        told,
        outcome if outcome in OUTCOMES else "passed",
    )
    return recorded(desk(), actor(), one.package, asked, as_it_came=as_it_came)


def _page(
    one: Design,
    filling: Filling,
    problems: tuple[Problem, ...] = (),
    came: Recorded | None = None,
) -> str:
    context = form_page.context(filling)
    return render_template(
        "studio/record.html",
        **frame(one, "scenarios"),
        form=filling.model.form,
        sheet=context["sheet"],
        filling=filling,
        roles=_roles(one, filling.model.form.id),
        outcomes=_outcomes(),
        typed=request.form,
        came=came,
        came_word=_outcomes()[came.came.outcome] if came else "",
        fired=_fired(came) if came else [],
        problems=[Said(problem.sentence(language())) for problem in problems],
        problems_heading=_("It cannot be recorded yet"),
    )


def _roles(one: Design, form: str) -> list[str]:
    """Return who can be acted as, those first who may make such a record."""
    may = catalog().access.may
    roles = [*ids_of(one, "role"), "administrator"]
    return sorted(roles, key=lambda role: not may(Actor("", "", (role,)), "create", form))


def _fired(came: Recorded) -> list[str]:
    said = [one.say.in_(language()) for one in came.came.findings
            if one.result != "false" and not one.shadow]  # fmt: skip
    return said or [problem.line(language()) for problem in came.came.problems[:5]]


def _outcomes() -> dict[str, str]:
    return {
        "passed": _("goes through"),
        "reminded": _("goes through with a reminder"),
        "held": _("is held for review"),
        "refused": _("is refused"),
    }
