"""The pages of measures: all of them, and one with its chart, table, method and baseline."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from seamline.measures import FORMULAS
from seamline.problems import Refused
from seamline.usecases import measure as measures

from ..charts import bars
from ..forms.sheet import Said
from ..say import _
from ..session import actor, desk, language, origin, signed_in
from . import measuring

blueprint = Blueprint("measures", __name__)
MOST_REASON = 1000


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/measures")
def index() -> str:
    """Show every measure the reader may see, with baseline, achieved figure and target."""
    faces: dict[str, list[measuring.Face]] = {}
    for found in measures.each(desk(), actor()):
        group = found.measure.group
        title = group.in_(language()) if group else _("Other measures")
        faces.setdefault(title, []).append(measuring.face(found))
    return render_template("measures/index.html", here=":measures", groups=faces)


@blueprint.route("/measures/<measure_id>", methods=["GET", "POST"])
def show(measure_id: str) -> Any:
    """Show one measure; take a period to freeze as its baseline."""
    problems: list[Said] = []
    if request.method == "POST":
        period = request.form.get("period", "")[:20]
        reason = request.form.get("reason", "")[:MOST_REASON]
        try:
            measures.freeze(desk(), actor(), origin(), measure_id, period, reason)
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            problems = [Said(problem.sentence(language())) for problem in refused.problems]
        else:
            flash(_("The baseline of %(period)s is frozen.", period=period))
            return redirect(url_for("measures.show", measure_id=measure_id), 303)
    found = measures.measured(desk(), actor(), measure_id)
    parts = measuring.parts(found)
    target = found.measure.target.value if found.measure.target else None
    page = render_template(
        "measures/show.html",
        here=":measures",
        measure=found.measure,
        face=measuring.face(found),
        timed=FORMULAS[found.measure.formula].periods,
        chart=measuring.chart(found),
        bars=bars(parts, target) if parts else "",
        rows=measuring.rows(found),
        marks=[measuring.mark_words(m.kind, m.name, m.to, m.at) for m in reversed(found.marks)],
        may_freeze=found.may_freeze,
        over=[point.period for point in reversed(found.points) if not point.running],
        problems=problems,
        problems_heading=_("The baseline was not frozen"),
    )
    return page, 422 if problems else 200
