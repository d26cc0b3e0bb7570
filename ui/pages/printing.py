"""Records on paper: PDF by the print views of their form, dossiers that are sealed."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, url_for

from seamline import clock
from seamline.facts import Record
from seamline.fields.moments import show_moment
from seamline.forms import FormModel
from seamline.metadata.print_view import PrintView
from seamline.printing.paper import Seal
from seamline.printing.press import printed
from seamline.usecases import dossier, look
from seamline.usecases.dossier import Making

from ..printing.sheet import paper_of
from ..printing.views import view_of
from ..qr import drawing_of
from ..say import _
from ..serving import name_file
from ..session import actor, desk, language, origin, reading, signed_in
from ..shown import name_of
from .people import name_of_person

blueprint = Blueprint("printing", __name__)
EVENTS = 1_000
MOST_WORD = 80


@blueprint.get("/r/<form_id>/<word>/print/<view_id>")
@signed_in
def show(form_id: str, word: str, view_id: str) -> Response:
    """Send a record as PDF, by a print view that is not sealed."""
    model = look.form(desk(), actor(), form_id)
    view, at = view_of(model, view_id, sealed=False), clock.now()
    with desk().store.one_moment():
        told = look.told(desk(), actor(), form_id, word, EVENTS)
        pdf = printed(paper_of(model, told, view, at), at)
    return _sent(pdf, view, told.record, model)


@blueprint.post("/r/<form_id>/<word>/print/<view_id>")
@signed_in
def seal(form_id: str, word: str, view_id: str) -> Response:
    """Make a dossier: print it, tell it in the journal, and send it with its proof."""
    model = look.form(desk(), actor(), form_id)
    view = view_of(model, view_id, sealed=True)
    made = dossier.begin(desk(), actor(), form_id, word, view.id, view.title)
    with desk().store.one_moment():
        told = look.told(desk(), actor(), form_id, made.record.id, EVENTS)
        pdf = printed(paper_of(model, told, view, made.at, _seal(made)), made.at)
    whole = dossier.finish(desk(), actor(), origin(), made, pdf)
    return _sent(whole, view, told.record, model)


def _seal(made: Making) -> Seal:
    address = url_for(
        "printing.known", form_id=made.record.form, word=made.record.id, token=made.token,
        _external=True,
    )  # fmt: skip
    return Seal(
        title=_("Sealed"),
        code=drawing_of(address),
        lines=[
            (_("Dossier"), made.token),
            (_("Sealed at"), show_moment(made.at, reading())),
            (_("By"), name_of_person(actor().id)),
            (_("Journal before it"), f"{made.head[0]} · {made.head[1]}"),
        ],
        text=_(
            "Scan the picture to ask the workspace that made it. Without a network: "
            "seamline verify FILE finds any changed byte."
        ),
    )


def _sent(pdf: bytes, view: PrintView, record: Record, model: FormModel) -> Response:
    response = Response(pdf, mimetype="application/pdf")
    name = f"{view.title.in_(language())} {name_of(record, model)}.pdf"
    name_file(response, name, "attachment" if view.sealed else "inline")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/sealed/<form_id>/<word>/<token>")
def known(form_id: str, word: str, token: str) -> str:
    """Tell whoever holds a dossier whether it was made here, and its fingerprint."""
    found = dossier.known(desk(), form_id[:MOST_WORD], word[:MOST_WORD], token[:MOST_WORD])
    return render_template(
        "pages/sealed.html",
        found=found,
        at=show_moment(found.at, reading()),
        by=name_of_person(found.by),
    )
