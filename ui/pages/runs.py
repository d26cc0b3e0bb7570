"""The pages of pipelines: what happens by itself, what each run did, what waits for somebody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from seamline.fields.moments import show_moment
from seamline.jobs.run import STATES, Run, State
from seamline.metadata import Pipeline
from seamline.pipelines import RECORD, TRIGGERS, StepKind
from seamline.problems import Refused
from seamline.text import Text
from seamline.usecases import runs
from seamline.usecases.pipelining.asking import is_on
from seamline.usecases.pipelining.places import id_of

from ..forms.sheet import Said
from ..record.timeline import how_far
from ..say import _
from ..session import actor, catalog, desk, language, origin, reading, signed_in

blueprint = Blueprint("runs", __name__)
AT_ONCE = 50
MOST_SHOWN = 20_000  # characters of a step's data
COLOURS: Mapping[State, str] = {
    "stopped": "red", "running": "blue", "waiting": "amber", "done": "green", "cancelled": "",
}  # fmt: skip
ICONS: Mapping[State, str] = {
    "stopped": "octagon-x", "running": "play", "waiting": "clock", "done": "circle-check",
    "cancelled": "ban",
}  # fmt: skip

REACHED = {"accepted": "blue", "delivered": "green", "unknown": "amber", "failed": "red"}


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


def state_words(state: State) -> str:
    """Return what people call a state of a run."""
    words = {
        "stopped": _("Needs somebody"), "running": _("At work"), "waiting": _("Waiting"),
        "done": _("Done"), "cancelled": _("Cancelled"),
    }  # fmt: skip
    return words[state]


@blueprint.get("/runs")
def index() -> str:
    """Show the pipelines, and the newest runs of all or of one, in one state or in any."""
    state = next((one for one in STATES if one == request.args.get("state")), None)
    pipeline = request.args.get("pipeline", "")[:40]
    page = max(0, request.args.get("page", 0, type=int))
    found = runs.listed(
        desk(), desk().runs, actor(), state=state, pipeline=pipeline,
        limit=AT_ONCE, offset=page * AT_ONCE,
    )  # fmt: skip
    backlog = desk().runs.backlog()
    return render_template(
        "runs/index.html",
        here=":runs",
        pipelines=[_pipeline(one) for one in catalog().pipelines.values()],
        may_switch=catalog().access.may(actor(), runs.SWITCH, "*"),
        runs=[run_shown(one) for one in found],
        states=[(one, state_words(one), backlog.get(one, 0)) for one in STATES],
        state=state or "",
        pipeline=pipeline,
        page=page,
        more=len(found) == AT_ONCE,
    )


def _pipeline(pipeline: Pipeline) -> dict[str, Any]:
    kind = TRIGGERS[pipeline.trigger]
    form = catalog().forms.get(kind.form(pipeline.on))
    role = catalog().access.roles.get(pipeline.role)
    return {
        "id": pipeline.id,
        "title": pipeline.title,
        "help": pipeline.help,
        "trigger": kind.title,
        "form": form.form.title if form else None,
        "steps": len(pipeline.steps),
        "role": role.title if role else Text.same(pipeline.role),
        "on": is_on(catalog(), pipeline),
    }


def run_shown(run: Run) -> dict[str, Any]:
    """Return what a list or a page shows of a run."""
    id_ = run.id.partition(":")[0]
    pipeline = catalog().pipelines.get(id_)
    form = str(run.about.get("form", ""))
    known = form in catalog().forms and run.about.get("record")
    return {
        "id": run.id,
        "title": pipeline.title if pipeline else Text.same(id_),
        "state": run.state,
        "state_words": state_words(run.state),
        "colour": COLOURS[run.state],
        "icon": ICONS[run.state],
        "at": show_moment(run.at, reading()),
        "due": show_moment(run.due, reading()) if run.due else "",
        "code": run.about.get("code") or "",
        "address": url_for("records.show", form_id=form, word=run.about["record"]) if known else "",
        "why": [_why(one) for one in run.about.get("why", ())] if run.state != "done" else [],
        "tries": run.about.get("tries", 0),
    }


def _why(problem: Mapping[str, Any]) -> dict[str, str]:
    hint = problem.get("hint") or {}
    return {"say": problem.get(language(), ""), "hint": hint.get(language(), "")}


@blueprint.get("/runs/<path:run>")
def show(run: str) -> str:
    """Show one run: what each step came to, why it stopped, and what can be done about it."""
    return _shown(run)


def _shown(run: str, problems: list[Said] | None = None) -> str:
    story = runs.told(desk(), desk().runs, actor(), run)
    return render_template(
        "runs/show.html",
        here=":runs",
        run=run_shown(story.run),
        story=story,
        steps=[_step(one, story.kinds) for one in story.steps],
        given=_json(story.run.body.get("given")),
        problems=problems or [],
        problems_heading=_("This could not be done"),
    )


def _step(step: runs.StepTaken, kinds: Mapping[str, StepKind]) -> dict[str, Any]:
    id_ = id_of(step.place)
    kind = kinds.get(id_)
    record = Text("读取记录", "Look at the record")
    took = (step.ended - step.began).total_seconds() if step.began and step.ended else 0.0
    return {
        "place": step.place,
        "kind": kind.title if kind else record if id_ == RECORD else None,
        "told": _told(step.result) if kind and kind.sends else None,
        "ok": not step.why,
        "again": step.tried_again,
        "at": show_moment(step.began, reading()) if step.began else "",
        "took": f"{took * 1000:.0f} ms" if took < 1 else f"{took:.1f} s",
        "data": _json(step.result),
        "why": [_why(one) for one in step.why],
    }


def _told(result: Any) -> dict[str, str] | None:
    """Return how far the message of a step got, and why no further; None where none went yet."""
    if not isinstance(result, Mapping) or result.get("state") not in REACHED:
        return None
    state = str(result["state"])
    return {"say": how_far(state), "colour": REACHED[state], "why": str(result.get("why") or "")}


def _json(data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…"


@blueprint.post("/runs/<path:run>")
def act(run: str) -> Any:
    """Go on with a run, do it anew, or end it."""
    what = request.form.get("what", "")
    newest = request.form.get("newest") == "1"
    try:
        if what in ("resume", "skip"):
            runs.resume(
                desk(), desk().runs, actor(), origin(), run, newest=newest, skip=what == "skip"
            )
            flash(_("It goes on."))
        elif what == "replay":
            run = runs.replay(desk(), desk().runs, actor(), origin(), run, newest=newest)
            flash(_("It is done anew; this is the new run."))
        elif what == "cancel":
            runs.cancel(desk(), desk().runs, actor(), origin(), run)
            flash(_("It is cancelled."))
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        problems = [Said(problem.sentence(language())) for problem in refused.problems]
        return _shown(run, problems), 409
    return redirect(url_for("runs.show", run=run), 303)


@blueprint.post("/r/<form_id>/<word>/run/<pipeline>")
def press(form_id: str, word: str, pipeline: str) -> Any:
    """Ask for a run of a pipeline on a record."""
    runs.press(desk(), actor(), origin(), pipeline, word)
    flash(_("Asked for: it is done in a moment."))
    return redirect(url_for("records.show", form_id=form_id, word=word), 303)


@blueprint.post("/pipelines/<pipeline>/switch")
def switch(pipeline: str) -> Any:
    """Switch a pipeline on or off; what is under way is finished."""
    on = request.form.get("to") == "on"
    runs.flip(desk(), actor(), origin(), pipeline, on, request.form.get("reason", "")[:1000])
    flash(_("Switched on.") if on else _("Switched off."))
    return redirect(url_for("runs.index"), 303)
