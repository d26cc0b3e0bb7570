"""Importing a file: upload, the guessed map to correct, a dry run, the import and how far it is."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from itsdangerous import BadSignature
from werkzeug.wrappers import Response as Answer

from seamline.facts import Actor
from seamline.forms import FormModel
from seamline.metadata import ColumnMap, ImportMap, LineMap
from seamline.metadata.importing import ImportMode
from seamline.problems import Refused
from seamline.store import ImportJob
from seamline.usecases import files, import_, look
from seamline.usecases.desk import Desk
from seamline.usecases.import_ import Guessed, Progress, Upload
from seamline.usecases.importing.jobs import Options, Policy, map_of
from seamline.usecases.importing.mapping import targets
from seamline.usecases.submitting.admit import form_named

from ..forms.sheet import Said
from ..say import _
from ..session import actor, catalog, desk, language, origin, signed_in
from ..signing import signer

LOG = logging.getLogger("seamline.pages")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MODES = ("create", "upsert")
POLICIES = ("keep_good", "all_or_nothing")
SHOWN_PROBLEMS = 500

# A double click must not import a file twice: one import begins at a time.
_TURN = threading.Lock()

blueprint = Blueprint("importing", __name__)


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Importing is for people who are signed in; each use case asks for the right itself."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One column of the file with the field it is to fill."""

    column: str
    to: str
    confidence: int


def _model(form_id: str) -> FormModel:
    form_named(catalog(), form_id)
    catalog().access.require(actor(), "import", form_id)
    return look.form_to_import(desk(), actor(), form_id)


@blueprint.get("/r/<form_id>/import")
def upload(form_id: str) -> str:
    """Ask for the file."""
    return _upload_page(_model(form_id))


def _upload_page(model: FormModel, problems: list[Said] | None = None) -> str:
    return render_template(
        "pages/import.html",
        form=model.form,
        here=model.form.id,
        saved=[one for one in catalog().imports.values() if one.form == model.form.id],
        problems=problems or [],
        problems_heading=_("The file cannot be imported"),
    )


@blueprint.get("/r/<form_id>/import/template")
def template(form_id: str) -> Response:
    """Send the empty spreadsheet that fits the form."""
    body = import_.template(desk(), actor(), form_id, language())
    response = Response(body, mimetype=SHEET)
    name = f"{form_id}-template.xlsx"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.post("/r/<form_id>/import")
def mapping(form_id: str) -> Any:
    """Show which column is thought to fill which field, for correction."""
    model = _model(form_id)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _upload_page(model, [Said(_("Choose a file first."), "file")]), 422
    file = Upload(sent.filename, sent.read())
    saved = catalog().imports.get(request.form.get("map", ""))
    try:
        kept = files.keep(desk(), actor(), file.content, file.name, "application/octet-stream")
        token = signer("import").dumps([kept.sha256, file.name])
        if saved is not None and saved.form == form_id:
            return _map_page(model, token, file.name, _of_map(model, file, saved), saved)
        guessed = import_.guess_map(desk(), actor(), form_id, file, _mode())
        return _map_page(model, token, file.name, _of_guess(guessed), guessed.map)
    except Refused as refused:
        said = [Said(problem.line(language())) for problem in refused.problems]
        return _upload_page(model, said), refused.status


def _mode() -> ImportMode:
    wanted = request.form.get("mode", "create")
    return cast(ImportMode, wanted if wanted in MODES else "create")


def _of_guess(guessed: Guessed) -> list[Choice]:
    return [Choice(g.column, g.to, round(g.confidence * 100)) for g in guessed.guesses]


def _of_map(model: FormModel, file: Upload, saved: ImportMap) -> list[Choice]:
    """Return every column of the file as a saved map fills it."""
    guessed = import_.guess_map(desk(), actor(), model.form.id, file, saved.mode)
    to = {one.column: one.to for one in saved.columns if one.column}
    if saved.lines is not None:
        table = saved.lines.table
        to |= {one.column: f"{table}.{one.to}" for one in saved.lines.columns if one.column}
    return [Choice(g.column, to.get(g.column, ""), 100) for g in guessed.guesses]


def _map_page(
    model: FormModel,
    token: str,
    file_name: str,
    choices: list[Choice],
    wanted: ImportMap,
    problems: list[Said] | None = None,
) -> str:
    return render_template(
        "pages/import_map.html",
        form=model.form,
        here=model.form.id,
        token=token,
        file_name=file_name,
        choices=choices,
        targets=[(one.path, one.label.in_(language()), one.field.required)
                 for one in targets(model.form)],
        key=wanted.key[0] if wanted.key else "",
        mode=wanted.mode,
        saved=wanted.id if wanted.id in catalog().imports else "",
        policy=request.form.get("policy", "keep_good"),
        # After a refusal a new key: what is sent next is another attempt.
        key_once=secrets.token_urlsafe(16),
        problems=problems or [],
        problems_heading=_("The columns do not fit yet"),
    )  # fmt: skip


@blueprint.post("/r/<form_id>/import/start")
def start(form_id: str) -> Any:
    """Take up the corrected map and begin, as a dry run or in earnest."""
    model = _model(form_id)
    token = request.form.get("file", "")
    try:
        sha256, name = signer("import").loads(token)
    except (BadSignature, ValueError):
        abort(400)
    choices = [
        Choice(column, to, 100)
        for column, to in zip(
            request.form.getlist("column"), request.form.getlist("to"), strict=False
        )
    ]
    wanted = _map(model, choices)
    twice = _twice(model, choices)
    if twice:
        return _map_page(model, token, name, choices, wanted, twice), 422

    def make() -> ImportJob:
        file = Upload(name, files.content(desk(), sha256))
        trial = request.form.get("_do") != "import"
        return import_.start(
            desk(), actor(), origin(), form_id, file, wanted, policy=_policy(), dry_run=trial
        )

    try:
        return _once(f"{actor().id}:{request.form.get('_key', '')}", make)
    except Refused as refused:
        said = [Said(problem.line(language())) for problem in refused.problems]
        return _map_page(model, token, name, choices, wanted, said), refused.status


def _twice(model: FormModel, choices: list[Choice]) -> list[Said]:
    """Return a sentence for each field that two columns are to fill: one of them would be lost."""
    labels = {one.path: one.label.in_(language()) for one in targets(model.form)}
    columns: dict[str, list[str]] = {}
    for choice in choices:
        if choice.to:
            columns.setdefault(choice.to, []).append(choice.column)
    return [
        Said(_("%(field)s: only one column can fill it, not %(columns)s.",
               field=labels.get(to, to), columns=_(", ").join(named)))
        for to, named in columns.items()
        if len(named) > 1
    ]  # fmt: skip


def _policy() -> Policy:
    wanted = request.form.get("policy", "keep_good")
    return cast(Policy, wanted if wanted in POLICIES else "keep_good")


def _map(model: FormModel, choices: list[Choice]) -> ImportMap:
    """Return the map that a person has put together; a saved map keeps its finer points."""
    saved = catalog().imports.get(request.form.get("map", ""))
    fine = {one.column: one for one in saved.columns} if saved else {}
    head: list[ColumnMap] = [one for one in saved.columns if not one.column] if saved else []
    rows: dict[str, list[ColumnMap]] = {}
    for choice in choices:
        table, dot, column = choice.to.partition(".")
        if dot:
            rows.setdefault(table, []).append(ColumnMap(to=column, column=choice.column))
        elif choice.to:
            known = fine.get(choice.column)
            same = known is not None and known.to == choice.to
            head.append(cast(ColumnMap, known) if same else ColumnMap(choice.to, choice.column))
    key = request.form.get("key", "")
    most = max(rows, key=lambda name: len(rows[name])) if rows else ""
    lines = LineMap(most, tuple(rows[most])) if most else None
    return ImportMap(
        id=saved.id if saved else "guessed",
        title=model.form.title,
        form=model.form.id,
        columns=tuple(head),
        key=(key,) if key else (),
        mode=_mode(),
        lines=saved.lines if saved and saved.lines and saved.lines.file else lines,
    )


def _once(key: str, make: Callable[[], ImportJob]) -> Answer:
    """Make and begin an import, or lead to the one that the same button made before."""
    made: dict[str, str] = current_app.extensions.setdefault("seamline.imports_begun", {})
    with _TURN:
        if key not in made:
            job = make()
            made[key] = job.id
            return _begun(job)
    return redirect(url_for("importing.progress", job_id=made[key]), 303)


def _begun(job: ImportJob) -> Answer:
    """Carry the import on beside the requests and lead to the page that tells how far it is."""
    running = _running()
    work = (running, desk(), actor(), job.id)
    threading.Thread(target=_carry_out, args=work, name=f"import-{job.id}", daemon=True).start()
    return redirect(url_for("importing.progress", job_id=job.id), 303)


def _carry_out(running: dict[str, Progress | None], where: Desk, who: Actor, job_id: str) -> None:
    running[job_id] = None
    try:
        import_.run(where, who, job_id, lambda progress: running.update({job_id: progress}))
    except Refused as refused:
        LOG.warning("import refused: %s", refused, extra={"facts": {"import": job_id}})
    except Exception:
        LOG.exception("import failed", extra={"facts": {"import": job_id}})
    finally:
        running.pop(job_id, None)


def _running() -> dict[str, Progress | None]:
    """Return the imports that this process carries out, each with how far it is."""
    kept: dict[str, Progress | None] = current_app.extensions.setdefault("seamline.imports", {})
    return kept


@blueprint.route("/imports/<job_id>", methods=["GET", "POST"])
def progress(job_id: str) -> Any:
    """Show how far an import is and every bad cell by name; go on from here where asked."""
    job = import_.job(desk(), actor(), job_id)
    if request.method == "POST":
        return _go_on(job)
    options = Options.of_json(job.options)
    running = _running()
    seen = running.get(job_id)
    problems = list(import_.problems_of(job))
    return render_template(
        "pages/import_job.html",
        form=catalog().forms[job.form].form,
        here=job.form,
        job=job,
        options=options,
        total=options.total,
        position=seen.position if seen else job.position,
        good=seen.good if seen else job.good,
        bad=seen.bad if seen else job.bad,
        alive=job_id in running,
        bad_cells=problems[:SHOWN_PROBLEMS],
        more=max(0, len(problems) - SHOWN_PROBLEMS),
    )


def _go_on(job: ImportJob) -> Answer:
    """Import in earnest what a dry run has checked, or carry on what was stopped."""
    if job.state == "running" and job.id not in _running():
        return _begun(job)
    if job.state not in ("checked", "refused"):
        return redirect(url_for("importing.progress", job_id=job.id), 303)
    before = Options.of_json(job.options)
    policy = _policy() if "policy" in request.form else before.policy

    def make() -> ImportJob:
        file = Upload(job.file_name, files.content(desk(), job.file))
        return import_.start(
            desk(), actor(), origin(), job.form, file, map_of(job.map), policy=policy
        )

    return _once(f"{actor().id}:{job.id}", make)
