"""The endpoints of runs: what pipelines did, and going on with what stopped."""

from __future__ import annotations

import re
from typing import Any, cast

from flask import Blueprint, Response, request

from seamline.fields.moments import iso
from seamline.jobs.run import Run, State
from seamline.problems import Place, Problem, Refused
from seamline.text import Text
from seamline.usecases import runs
from seamline.usecases.desk import Desk

from .answers import answer
from .body import read_object
from .entrance import caller
from .filters import no_parameters, read_words
from .openapi.runs import ACTS, ID, STATE

_PARAMETERS = {"state": re.compile(STATE), "pipeline": re.compile(ID)}


def add(blueprint: Blueprint, desk: Desk) -> None:
    """Give the blueprint the endpoints of runs."""

    @blueprint.get("/runs")
    def listed_runs() -> Response:
        """Answer the newest runs, of one pipeline or state where that is asked."""
        who = caller(desk, request)
        given, limit = read_words(list(request.args.items(multi=True)), _PARAMETERS)
        found = runs.listed(
            desk, desk.runs, who.actor, state=cast("State | None", given.get("state")),
            pipeline=given.get("pipeline", ""), limit=limit,
        )  # fmt: skip
        return answer({"items": [_shown(one) for one in found]})

    @blueprint.get("/runs/<path:run>")
    def one_run(run: str) -> Response:
        """Answer one run with everything it did."""
        no_parameters(list(request.args))
        story = runs.told(desk, desk.runs, caller(desk, request).actor, run)
        return answer({**_shown(story.run), "steps": [_step(one) for one in story.steps]})

    @blueprint.post("/runs/<path:run>")
    def act_on_run(run: str) -> Response:
        """Go on with a run, do it anew or end it; answers the run that is to be watched."""
        who, engine = caller(desk, request), desk.runs
        body = read_object(request)
        what, newest = body.get("act"), body.get("newest", False)
        if what not in ACTS or not isinstance(newest, bool):
            raise _unknown(what)
        if what == "replay":
            run = runs.replay(desk, engine, who.actor, who.origin, run, newest=newest)
        elif what == "cancel":
            runs.cancel(desk, engine, who.actor, who.origin, run)
        else:
            runs.resume(
                desk, engine, who.actor, who.origin, run, newest=newest, skip=what == "skip"
            )
        return answer(_shown(runs.told(desk, engine, who.actor, run).run))


def _shown(run: Run) -> dict[str, Any]:
    return {
        "run": run.id,
        "pipeline": run.id.partition(":")[0],
        "state": run.state,
        "at": iso(run.at),
        "ended": iso(run.ended) if run.ended else None,
        "due": iso(run.due) if run.due else None,
        "form": str(run.about.get("form") or ""),
        "record": str(run.about.get("record") or ""),
        "code": str(run.about.get("code") or ""),
        "why": list(run.about.get("why", ())) if run.state != "done" else [],
    }


def _step(step: runs.StepTaken) -> dict[str, Any]:
    return {"step": step.place, "part": step.part, "result": step.result, "why": list(step.why)}


def _unknown(what: object) -> Refused:
    say = Text(f"act 必须是 {'、'.join(ACTS)} 之一。", f"The act must be one of {', '.join(ACTS)}.")
    return Refused((Problem("unknown_act", say, Place("act"), got=str(what)[:80]),), 422)
