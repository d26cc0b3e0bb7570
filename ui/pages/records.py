"""Records: their list, one of them with its story, and the forms that make and move them."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as Answer

from seamline.facts import Record
from seamline.forms import FormModel
from seamline.metadata import Step
from seamline.problems import Problem
from seamline.usecases import look, samples
from seamline.usecases.review import decide
from seamline.usecases.submitting.owning import made_elsewhere

from ..forms.sheet import Said
from ..lists import page as lists
from ..record import facts, page as page_of_record
from ..say import _
from ..serving import served
from ..session import actor, catalog, desk, language, origin, signed_in
from . import entering, locking
from .exporting import spreadsheet
from .filling import Filling

blueprint = Blueprint("records", __name__)
MOST_WORDS = 100
MOST_REASON = 1000
MOST_NAMED = 5000


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


def _model(form_id: str) -> FormModel:
    return look.form(desk(), actor(), form_id)


@blueprint.get("/r/<form_id>", endpoint="listing")
def listing_page(form_id: str) -> str:
    """Show a page of a form's list."""
    with desk().store.one_moment():
        return lists.show(_model(form_id))


@blueprint.route("/r/<form_id>/new", methods=["GET", "POST"])
def new(form_id: str) -> Any:
    """Show an empty form, take up what was sent, and make a record of it."""
    model = look.form_to_fill(desk(), actor(), form_id, "create")
    step = model.steps["create"]
    catalog().access.require(actor(), "create", form_id)
    maker = catalog().maker(form_id)
    if maker is not None:
        raise made_elsewhere(model, maker)
    return _fill(model, step, None)


@blueprint.get("/r/<form_id>/<word>")
def show(form_id: str, word: str) -> str:
    """Show one record: its facts, its rows, what may be done with it, its story."""
    model = _model(form_id)
    return record_page(model, word)


def record_page(model: FormModel, word: str, problems: tuple[Problem, ...] = ()) -> str:
    """Return the page of one record, with what could not be done on it."""
    said = [Said(problem.sentence(language())) for problem in problems]
    with desk().store.one_moment():
        told = look.told(desk(), actor(), model.form.id, word, page_of_record.wanted(), newest=True)
        return render_template(
            "pages/record.html",
            form=model.form,
            here=model.form.id,
            record=told.record,
            problems=said,
            problems_heading=_("This could not be done"),
            locked=locking.standing(told.record),
            lock_words=locking.WORDS,
            sample=samples.marked(desk(), model.form.id, told.record.id),
            **page_of_record.of(model, told),
        )


@blueprint.route("/r/<form_id>/<word>/do/<step_id>", methods=["GET", "POST"])
def step(form_id: str, word: str, step_id: str) -> Any:
    """Show the form of a step, take up what was sent, and take the step."""
    model = _model(form_id)
    if step_id not in model.steps or step_id == "create":
        abort(404)
    catalog().access.require(actor(), step_id, form_id)
    record = look.record(desk(), actor(), form_id, word)
    model = look.form_to_fill(desk(), actor(), form_id, step_id, record.id)
    return _fill(model, model.steps[step_id], record)


def _fill(model: FormModel, step: Step, record: Record | None) -> Any:
    def formless(sent: Filling) -> Any:
        # A step of one button has no form to show its refusal on.
        assert record is not None
        return record_page(model, record.id, tuple(sent.problems)), 409

    return entering.fill(model, step, record, formless)


@blueprint.post("/reviews/<review_id>")
def review(review_id: str) -> Answer:
    """Decide a held record: let it go on, or return it."""
    verdict = request.form.get("verdict", "")
    if verdict not in ("approve", "return"):
        abort(400)
    reason = request.form.get("reason", "")[:MOST_REASON]
    record = decide(desk(), actor(), origin(), review_id, verdict, reason)  # type: ignore[arg-type]  # checked above
    approved = _("%(name)s is approved.", name=record.code)
    flash(approved if verdict == "approve" else _("%(name)s is returned.", name=record.code))
    back = request.form.get("back", "")
    home = url_for("home.index")
    return redirect(back if back.startswith("/") and not back.startswith("//") else home, 303)


@blueprint.get("/lookup/<form_id>")
def lookup(form_id: str) -> Response:
    """Answer which records look like what was typed, for the suggestions of a reference field."""
    words = request.args.get("q", "")[:MOST_WORDS]
    found = look.search(desk(), actor(), form_id, words)
    return jsonify(items=[{"key": ref.key, "label": ref.label} for ref in found])


@blueprint.post("/lookup/<form_id>/named")
def named(form_id: str) -> Response:
    """Answer which record each word names, for cells that were pasted."""
    asked = request.get_json(silent=True)
    words = asked.get("words") if isinstance(asked, dict) else None
    if not isinstance(words, list) or len(words) > MOST_NAMED:
        abort(400)
    known = look.named(desk(), actor(), form_id, [one for one in words if isinstance(one, str)])
    return jsonify({word: {"key": ref.key, "label": ref.label} for word, ref in known.items()})


@blueprint.get("/r/<form_id>/<word>/files/<sha256>")
def file(form_id: str, word: str, sha256: str) -> Response:
    """Serve a file of a record to who may read the record."""
    record = look.record(desk(), actor(), form_id, word)
    found = facts.stored(record, sha256)
    if found is None:
        abort(404)
    return served(found)


@blueprint.get("/r/<form_id>/export")
def export(form_id: str) -> Response:
    """Send the list, as filtered, as a spreadsheet."""
    return spreadsheet(_model(form_id), request.args)
