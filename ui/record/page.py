"""Everything a record's page shows, put together from its parts."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from seamline.facts import Record
from seamline.forms import FormModel
from seamline.metadata import mark_of
from seamline.usecases import comments
from seamline.usecases.dismiss import dismissed
from seamline.usecases.explain_access import may_ask
from seamline.usecases.look import Told

from ..forms.words import size_of
from ..pages.feeding import strip
from ..printing.views import views_of
from ..session import actor, catalog, desk, reading
from ..shown import Faces, name_of
from . import acts, facts, heads, rail, rows, slots, verdicts
from .timeline import entries

EVENTS = 200  # read for the rail, the verdicts and the story
SHOWN = 30  # of the story, until all of it is asked for
ALL = 1_000


def wanted() -> int:
    """Return how many events of a record this request needs."""
    return ALL if "all" in request.args else EVENTS


def of(model: FormModel, told: Told) -> dict[str, Any]:
    """Return what the template of a record takes beside the record itself."""
    record = told.record
    address = url_for("records.show", form_id=record.form, word=record.id)
    # What somebody has asked to see whole stays so when more of the page is.
    asked: dict[str, Any] = {"form_id": record.form, "word": record.id, **request.args.to_dict()}
    fed = strip(model, model.fields, anew=True)
    faces = Faces(model, reading(), f"{address}/files", fed.old if fed else frozenset())
    story, earlier = entries(model, told.events, faces, None if "all" in request.args else SHOWN)
    possible = list(acts.actions(model, record))
    return {
        "name": name_of(record, model),
        "address": address,
        "whole": url_for("records.show", **asked | {rows.WHOLE[0]: rows.WHOLE[1]}),
        "earlier": url_for("records.show", **asked | {"all": "1", "_anchor": "story"}),
        "watch": f"record:{record.form}:{record.id}",
        "subtitle": heads.subtitle(model, record, faces),
        "state_badge": faces.state(record.state),
        "fed": fed,
        "sheets": facts.sheets(model, record, faces),
        "files": facts.files(model, record, faces),
        "panels": slots.panels(model, record),
        "rail": list(rail.stops(model, told)),
        "following": list(rail.following(model, record)),
        "acts": possible[: acts.SHOWN],
        "more_acts": possible[acts.SHOWN :],
        "editable": next((one.address for one in possible if one.id == "change"), ""),
        "review": verdicts.review(record),
        "returned_because": next((e.reason for e in told.events if e.kind == "returned"), ""),
        "carried": heads.carried(record),
        "timeline": story,
        "hidden_entries": earlier,
        "explains": may_ask(catalog(), actor()),
        "follows": comments.follows(desk(), actor(), record),
        "mark": _mark(model, record),
        "prints": views_of(model),
        "may_export": catalog().access.may(actor(), "export", model.form.id),
        "closed": mark_of(model.form.closed, record.state),
        "size_of": size_of,
        **_judged(told),
    }


def _judged(told: Told) -> dict[str, Any]:
    decision = verdicts.latest(told)
    if decision is None:
        return {"findings": None, "decision": "", "counted": ""}
    waved = {rule for of_, rule in dismissed(told.events) if of_ == decision.id}
    return {
        "findings": list(verdicts.verdicts(decision, waved)),
        "decision": decision.id,
        "counted": verdicts.counted(decision),
    }


def _mark(model: FormModel, record: Record) -> str:
    """Return what is stamped across a printed page: that the record does not stand, or no more."""
    if mark_of(model.form.closed, record.state) is not None:
        return "closed"
    if record.archived_at is not None:
        return "archived"
    if record.held:
        return record.held
    state = next((one for one in model.form.states if one.id == record.state), None)
    return "ended" if state is not None and state.final else ""
