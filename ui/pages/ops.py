"""For those who run the workspace: is it well, and what has it been doing."""

from __future__ import annotations

import ipaddress
import logging

from flask import Blueprint, Response, current_app, jsonify, request
from flask_login import current_user

import seamline
from seamline.access import ADMINISTRATOR
from seamline.store import Query
from seamline.usecases.correlator import Correlator

from ..measures import Counter, Labels, Requests, gauge
from ..session import actor, catalog, desk

LOG = logging.getLogger("seamline.pages")
blueprint = Blueprint("ops", __name__)
TEXT = "text/plain; version=0.0.4; charset=utf-8"


@blueprint.get("/healthz")
def health() -> tuple[Response, int]:
    """Answer whether the workspace can be read; 503 where it cannot."""
    facts: dict[str, object] = {"version": seamline.__version__}
    try:
        with desk().store.reading() as unit:
            facts["journal"] = unit.journal.head()[0]
        facts["catalog"] = catalog().version
    except Exception:
        LOG.exception("the workspace cannot be read")
        return jsonify(ok=False, database="unreadable", **facts), 503
    notes = [note.in_("en") for note in desk().store.notes]
    correlator: Correlator | None = current_app.extensions.get("seamline.correlator")
    if correlator is not None:
        health = correlator.health()
        facts["correlator"] = {
            "asked": health.asked,
            "engine": health.engine,
            "says": health.say.in_("en"),
            "behind": health.behind,
            "crashes": health.crashes,
        }
    facts["runs"] = desk().runs.backlog()
    return jsonify(ok=True, database=desk().store.dialect, notes=notes, **facts), 200


@blueprint.get("/metrics")
def metrics() -> Response:
    """Answer figures for Prometheus, to this machine and to administrators."""
    if not _trusted():
        return Response("for this machine and administrators only\n", 403, mimetype="text/plain")
    refused: Counter = current_app.extensions["seamline.refused_logins"]
    calls: Counter = current_app.extensions["seamline.refused_calls"]
    requests: Requests = current_app.extensions["seamline.requests"]
    with desk().store.reading() as unit:
        count = Query(limit=1, total=True, fields=())
        records: dict[Labels, float] = {
            (("form", name),): unit.records.page(model.tables, count).total or 0
            for name, model in catalog().forms.items()
        }
        head, waiting = unit.journal.head()[0], unit.outbox.waiting()
    lines = [
        *requests.lines(),
        *gauge("seamline_records", "Records in use by form", records),
        *gauge("seamline_journal_head", "Number of the newest journal entry", {(): head}),
        *gauge("seamline_runs", "Runs of pipelines by state", _runs()),
        *gauge("seamline_outbox_waiting", "Messages not delivered yet", {(): waiting}),
        *gauge("seamline_login_failures_total", "Sign-ins refused", {(): refused.count}, "counter"),
        *gauge("seamline_calls_refused_total", "Callbacks refused", {(): calls.count}, "counter"),
    ]
    return Response("\n".join(lines) + "\n", content_type=TEXT)


def _runs() -> dict[Labels, float]:
    """Return how many runs wait, work and have stopped."""
    return {(("state", state),): count for state, count in desk().runs.backlog().items()}


def _trusted() -> bool:
    try:
        here = ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        here = False
    return here or (current_user.is_authenticated and ADMINISTRATOR in actor().roles)
