"""Scenarios in Studio: a list with what came of each, and one recorded by filling its form."""

from __future__ import annotations

import time
from collections.abc import Mapping
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
        acts = _acts(data)
        found.append({
            "path": path,
            "title": title_of(one, path, language()),
            "about": sorted({f"{act.get('form')}.{act.get('step')}" for act in acts}),
            "steps": len(acts),
            "acts": [_line(act) for act in acts],
            "next": _following(acts),
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


def _following(acts: list[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return what can be recorded next: the steps of the forms that took part."""
    found = []
    for form in dict.fromkeys(str(act.get("form")) for act in reversed(acts)):
        model = catalog().forms.get(form)
        for step in model.steps.values() if model else ():
            title = (
                f"{model.form.title.in_(language())}: {step.title.in_(language())}" if model else ""
            )
            found.append((f"{form}.{step.id}", title))
    return found


@blueprint.get("/studio/<package>/scenarios/next")
def following(package: str) -> Any:
    """Lead to the page that records one step more of a scenario."""
    form, _dot, step = request.args.get("act", "").partition(".")
    page = url_for("studio_scenarios.record", package=package, form=form, step=step,
                   onto=request.args.get("onto", ""))  # fmt: skip
    return redirect(page, 303)


@blueprint.route("/studio/<package>/scenarios/record", methods=["GET", "POST"])
def record(package: str) -> Any:
    """Fill a form as somebody, say what has to come of it, and keep that as a scenario."""
    one = design.opened(desk(), actor(), package)
    form_id, step_id = request.values.get("form", ""), request.values.get("step") or "create"
    if form_id not in ids_of(one, "form") or form_id not in catalog().forms:
        abort(404)
    onto = request.values.get("onto", "")
    if step_id not in catalog().forms[form_id].steps or (onto and not _scenario(one, onto)):
        abort(404)
    model = form_to_fill(desk(), actor(), form_id, step_id)
    step = model.steps[step_id]
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
    return redirect(url_for("studio_scenarios.show", package=package, _anchor=done.path), 303)


def _scenario(one: Design, path: str) -> Mapping[str, Any]:
    """Return the scenario that a step is recorded onto; nothing where it is none."""
    text = one.texts.get(path, "")
    return data_of(text, path) if text and kind_of_path(path) == "scenario" else {}


def _told(filling: Filling, raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a step says: a new record all that stands in its form, others what was filled."""
    if filling.step.id == "create":
        return raw
    return {name: value for name, value in raw.items() if value not in (None, "", [], {})}


def _record(one: Design, filling: Filling, *, as_it_came: bool) -> Recorded:
    onto = request.form.get("onto", "")
    id_ = str(_scenario(one, onto).get("scenario", "")) or request.form.get("_id", "").strip()
    if not ID.fullmatch(id_):
        raise id_refused(id_)
    title = request.form.get("_title", "").strip() or id_
    outcome = request.form.get("_outcome", "")
    raw = _told(filling, for_door(filling.fields, filling.typed, filling.starts))
    values, _problems = filling.model.read(raw, filling.step, None, reading())
    told = {**raw, **{k: v for k, v in filling.model.to_json(values).items() if k in raw and v}}
    asked = Recording(
        id_,
        Text(title, request.form.get("_title_en", "").strip() or title),
        filling.model.form.id,
        request.form.get("_as", "administrator"),
        told,
        outcome if outcome in OUTCOMES else "passed",
        filling.step.id,
        request.form.get("_because", "").strip()[:500],
        onto,
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
        step=filling.step,
        onto=request.values.get("onto", ""),
        before=[_line(act) for act in _acts(_scenario(one, request.values.get("onto", "")))],
        roles=_roles(one, filling.model.form.id, filling.step.id),
        outcomes=_outcomes(),
        typed=request.form,
        came=came,
        came_word=_outcomes()[came.came.outcome] if came else "",
        fired=_fired(came) if came else [],
        problems=[Said(problem.sentence(language())) for problem in problems],
        problems_heading=_("It cannot be recorded yet"),
    )


def _acts(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what is done in a scenario, step by step, as far as it is written."""
    steps = [step for step in data.get("steps") or [data] if isinstance(step, dict)]
    return [step["when"] for step in steps if isinstance(step.get("when"), dict)]


def _line(act: Mapping[str, Any]) -> str:
    form, step = catalog().forms.get(str(act.get("form"))), str(act.get("step"))
    made = form.steps.get(step) if form else None
    who = act.get("as")
    what = made.title.in_(language()) if made else step
    role = str(who.get("role")) if isinstance(who, Mapping) else str(who)
    title = form.form.title.in_(language()) if form else str(act.get("form"))
    return _("%(form)s: %(step)s, by %(role)s", form=title, step=what, role=role)


def _roles(one: Design, form: str, step: str) -> list[str]:
    """Return who can be acted as, those first who may take such a step."""
    may = catalog().access.may
    roles = [*ids_of(one, "role"), "administrator"]
    return sorted(roles, key=lambda role: not may(Actor("", "", (role,)), step, form))


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
