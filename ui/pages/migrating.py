"""Migrations: which library is filled from where, the map, the run, and what has to agree."""

from __future__ import annotations

import csv
import io
import logging
import threading
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from itsdangerous import BadSignature
from werkzeug.wrappers import Response as Answer

from seamline.facts import Actor
from seamline.fields.moments import show_date, show_moment
from seamline.forms import FormModel
from seamline.metadata import ImportMap
from seamline.problems import Refused
from seamline.store import Run
from seamline.usecases import edit, migrate, writing_back
from seamline.usecases.desk import Desk
from seamline.usecases.importing.mapping import targets
from seamline.usecases.importing.upload import Upload
from seamline.usecases.migrating import picking
from seamline.usecases.migrating.reporting import KINDS, label_of, rows_of, said, word_of
from seamline.usecases.migrating.suggesting import document

from ..forms.sheet import Said
from ..say import _
from ..session import actor, catalog, desk, language, origin, reading, signed_in
from ..signing import signer
from . import mapping_migrations as maps
from .people import name_of_person

LOG = logging.getLogger("seamline.pages")
SHOWN_PROBLEMS = 100
UPLOADS = ("file", "lines", "approvals", "papers")

blueprint = Blueprint("migrating", __name__)


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Migrating is for people who are signed in; each use case asks for the right itself."""
    if not migrate.libraries(desk(), actor()):
        catalog().access.require(actor(), "publish", "*")


@blueprint.get("/migrations")
def index() -> str:
    """Show the libraries, from which day new records are ours, and the runs so far."""
    runs = migrate.recent(desk(), actor())
    return render_template(
        "pages/migrations.html",
        here=":migrations",
        libraries=[(model.form, _counted(model)) for model in migrate.libraries(desk(), actor())],
        cutovers=[
            (model.form, model.form.cutover, show_date(model.form.cutover.day, language()))
            for model in catalog().forms.values()
            if model.form.cutover is not None
        ],
        forms=catalog().forms,
        runs=[_shown(one) for one in runs],
        writes_back=writing_back.may_look(desk(), actor()),
    )


def _counted(model: FormModel) -> int:
    with desk().store.reading() as unit:
        return unit.migrations.count(model.form.id)


def _shown(run: Run) -> dict[str, Any]:
    return {
        "run": run,
        "title": catalog().forms[run.form].form.title.in_(language()),
        "source": migrate.named_by(run),
        "who": name_of_person(run.actor),
        "at": show_moment(run.started_at, reading()),
        "asleep": migrate.asleep(run),
    }


@blueprint.get("/migrations/new/<form_id>")
def new(form_id: str) -> str:
    """Ask for the source of a migration into a library: files, or what a connection has."""
    model = migrate.library_named(desk(), actor(), form_id)
    try:
        return _new_page(model, connection=request.args.get("connection", ""))
    except Refused as refused:
        return _new_page(model, [Said(one.line(language())) for one in refused.problems])


def _new_page(model: FormModel, problems: list[Said] | None = None, connection: str = "") -> str:
    return render_template(
        "pages/migration_new.html",
        here=":migrations",
        form=model.form,
        saved=[one for one in catalog().imports.values() if one.form == model.form.id],
        connections=picking.readable(desk()),
        connection=connection,
        entities=picking.entities(desk(), connection) if connection else [],
        problems=problems or [],
        problems_heading=_("The source cannot be read"),
    )


@blueprint.post("/migrations/new/<form_id>")
def take_in(form_id: str) -> Any:
    """Keep what was sent and show which column is to fill which field."""
    model = migrate.library_named(desk(), actor(), form_id)
    saved = catalog().imports.get(request.form.get("map", ""))
    given = migrate.Given(**{name: _sent(name) for name in UPLOADS})  # type: ignore[arg-type]  # all of them uploads
    try:
        wanted = saved or maps.bare(model, _picked())
        kept = migrate.keep(desk(), actor(), wanted, given)
        if saved is None:
            wanted = maps.suggested_map(model, kept)
        return _map_page(model, signer("migrate").dumps(kept), kept, wanted)
    except Refused as refused:
        said_ = [Said(problem.line(language())) for problem in refused.problems]
        return _new_page(model, said_), refused.status


def _picked() -> dict[str, Any] | None:
    """Return which entity of which connection was chosen; None where files are given."""
    connection, entity = (request.form.get(one, "") for one in ("connection", "entity"))
    if not connection:
        return None
    source = picking.sampled(desk(), connection, entity).source
    return {"connection": connection, "entity": entity, "rows": source.rows}


def _sent(name: str) -> Upload | None:
    sent = request.files.get(name)
    return Upload(sent.filename, sent.read()) if sent is not None and sent.filename else None


def _map_page(
    model: FormModel,
    token: str,
    kept: dict[str, Any],
    wanted: ImportMap,
    problems: list[Said] | None = None,
) -> str:
    heads, lines = maps.choices(model, kept, wanted)
    samples, told = [], list(problems or [])
    try:
        samples = migrate.preview(desk(), actor(), wanted, kept)
    except Refused as refused:
        told += [Said(problem.line(language())) for problem in refused.problems]
    every = [(one.path, one.label.in_(language()), one.field.required)
             for one in targets(model.form)]  # fmt: skip
    return render_template(
        "pages/migration_map.html",
        here=":migrations",
        form=model.form,
        token=token,
        source=str(kept.get("file_name") or _named(kept)),
        nested=not kept.get("file"),
        heads=heads,
        lines=lines,
        head_targets=[one for one in every if "." not in one[0]],
        line_targets=[one for one in every if "." in one[0]],
        wanted=wanted,
        key=wanted.key[0] if wanted.key else "",
        join=wanted.lines.join if wanted.lines else "",
        saved=wanted.id if wanted.id in catalog().imports else "",
        samples=samples,
        shown=[name for name in model.form.list.columns if name in model.fields][:5],
        label=lambda name: label_of(model, name, language()),
        may_save=catalog().access.may(actor(), "publish", "*"),
        problems=told,
        problems_heading=_("The columns do not fit yet"),
    )


def _named(kept: dict[str, Any]) -> str:
    return " · ".join(str(kept[one]) for one in ("connection", "entity") if kept.get(one))


@blueprint.post("/migrations/map/<form_id>")
def mapped(form_id: str) -> Any:
    """Take up the corrected map: look again, keep it as a document, try it, or begin."""
    model = migrate.library_named(desk(), actor(), form_id)
    token = request.form.get("source", "")
    try:
        kept = dict(signer("migrate").loads(token))
    except (BadSignature, ValueError):
        abort(400)
    wanted = maps.corrected(model, request.form, catalog().imports, kept)
    act = request.form.get("_do", "look")
    try:
        if act == "save":
            wanted = _save(model, wanted)
        if act in ("check", "start"):
            run = migrate.begin(desk(), actor(), wanted, kept, dry=act == "check")
            return _begun(run)
    except Refused as refused:
        told = [Said(problem.line(language())) for problem in refused.problems]
        return _map_page(model, token, kept, wanted, told), refused.status
    return _map_page(model, token, kept, wanted)


def _save(model: FormModel, wanted: ImportMap) -> ImportMap:
    """Keep a map as a document of the package that has the library."""
    package = next(one for one in catalog().packages if model.form in one.forms)
    map_id = request.form.get("id", "").strip() or f"{model.form.id}_map"
    title = request.form.get("title", "").strip() or model.form.title.in_(language())
    text = document(wanted, map_id, title)
    reason = _("Map of a migration")
    path = f"imports/{map_id}.yaml"
    edit.edit(desk(), actor(), origin(), package.head.id, path, text, reason)
    flash(_("The map is kept as %(path)s.", path=path))
    return desk().catalogs.refresh().imports[map_id]


@blueprint.route("/migrations/<run_id>", methods=["GET", "POST"])
def show(run_id: str) -> Any:
    """Show how far a run is, what was wrong and what agrees; stop it or go on where asked."""
    run = migrate.job(desk(), actor(), run_id)
    if request.method == "POST":
        return _acted(run)
    model = catalog().forms[run.form]
    problems = migrate.problems_of(run)
    report = dict(run.report)
    return render_template(
        "pages/migration_run.html",
        here=":migrations",
        form=model.form,
        run=run,
        alive=run_id in _running(),
        stuck=migrate.asleep(run),
        pace=migrate.speed(run),
        source=migrate.named_by(run),
        problems_kept=problems[:SHOWN_PROBLEMS],
        more=max(0, len(problems) - SHOWN_PROBLEMS),
        report=report,
        said=said(report) if report else None,
        kinds=KINDS,
        label=lambda name: label_of(model, name, language()),
        word_of=lambda name, word: word_of(model, name, word, language()),
    )


def _acted(run: Run) -> Answer:
    act = request.form.get("_do", "")
    if act == "stop":
        migrate.stop(desk(), actor(), run.id)
    elif act == "reconcile":
        migrate.reconcile(desk(), actor(), run.id)
    elif act == "start" and run.dry:
        wanted = migrate.map_of(run.map)
        return _begun(migrate.begin(desk(), actor(), wanted, run.source))
    elif act == "resume" and run.id not in _running():
        return _begun(run)
    return redirect(url_for("migrating.show", run_id=run.id), 303)


@blueprint.get("/migrations/<run_id>/report.csv")
def report(run_id: str) -> Response:
    """Send the reconciliation of a run as a spreadsheet."""
    run = migrate.job(desk(), actor(), run_id)
    if not run.report:
        abort(404)
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows_of(catalog().forms[run.form], run.report, language()))
    response = Response(out.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    name = f"{run.form}-{run.started_at:%Y%m%d}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _begun(run: Run) -> Answer:
    """Carry a run on beside the requests and lead to the page that tells how far it is."""
    running = _running()
    if run.id not in running:
        running.add(run.id)
        work = (running, desk(), actor(), run.id)
        threading.Thread(target=_carry_out, args=work, name=run.id, daemon=True).start()
    return redirect(url_for("migrating.show", run_id=run.id), 303)


def _carry_out(running: set[str], where: Desk, who: Actor, run_id: str) -> None:
    try:
        migrate.run(where, who, run_id)
    except Refused as refused:
        LOG.warning("migration refused: %s", refused, extra={"facts": {"run": run_id}})
    except Exception:
        LOG.exception("migration failed", extra={"facts": {"run": run_id}})
    finally:
        running.discard(run_id)


def _running() -> set[str]:
    """Return the runs that this process carries out."""
    kept: set[str] = current_app.extensions.setdefault("seamline.migrations", set())
    return kept
