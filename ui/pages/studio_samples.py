"""Sample data in Studio: records made of a form's metadata, listed by batch, gone as a set."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from seamline.problems import Problem, Refused
from seamline.usecases import design, samples
from seamline.usecases.design import Design

from ..forms.sheet import Said
from ..record.moments import short
from ..say import _
from ..session import actor, catalog, desk, language, origin, reading, signed_in
from .people import name_of_person
from .studio import frame, ids_of

blueprint = Blueprint("studio_samples", __name__)
USUAL = 10


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/studio/<package>/samples")
def show(package: str) -> str:
    """Show the batches there are, and ask for another."""
    return _page(design.opened(desk(), actor(), package))


@blueprint.post("/studio/<package>/samples")
def make(package: str) -> Any:
    """Make a batch."""
    one = design.opened(desk(), actor(), package)
    form, count = request.form.get("form", ""), request.form.get("count", USUAL, int)
    try:
        made = samples.make(
            desk(), actor(), origin(), form, count, request.form.get("seed", 1, int)
        )
    except Refused as refused:
        if refused.status == 403:
            raise
        return _page(one, refused.problems), refused.status
    if made.problems:
        flash(_("%(made)s of %(asked)s were made.", made=made.made, asked=made.asked), "failure")
        return _page(one, made.problems), 422
    flash(_("%(made)s sample records were made.", made=made.made))
    return redirect(url_for("studio_samples.show", package=package), 303)


@blueprint.post("/studio/<package>/samples/remove")
def remove(package: str) -> Any:
    """Archive a batch."""
    one = design.opened(desk(), actor(), package)
    gone = samples.remove(desk(), actor(), origin(), request.form.get("batch", ""))
    flash(_("%(gone)s sample records were archived.", gone=gone.gone))
    if gone.problems:
        return _page(one, gone.problems), 422
    return redirect(url_for("studio_samples.show", package=package), 303)


def _page(one: Design, problems: Iterable[Problem] = ()) -> str:
    forms = catalog().forms
    may = catalog().access.may
    mine = [form for form in ids_of(one, "form") if form in forms and may(actor(), "create", form)]
    titles = {form: model.form.title.in_(language()) for form, model in forms.items()}
    batches: dict[str, list[Any]] = {}
    for each in samples.batches(desk(), actor()):
        batches.setdefault(each.batch, []).append(each)
    return render_template(
        "studio/samples.html",
        **frame(one, "samples"),
        forms=[(form, titles[form]) for form in mine],
        chosen=request.form.get("form", request.args.get("form", "")),
        usual=USUAL,
        most=samples.MOST,
        titles=titles,
        batches=[
            (batch, parts, name_of_person(parts[0].actor), short(parts[0].at, reading()))
            for batch, parts in batches.items()
        ],
        problems=[Said(problem.line(language())) for problem in problems],
        problems_heading=_("Some could not be made or removed"),
    )
