"""Records on paper: PDF by the print views of their form, dossiers that are sealed."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for

from seamline import clock
from seamline.facts import Record
from seamline.fields.moments import show_moment
from seamline.forms import FormModel
from seamline.metadata.print_view import PrintView
from seamline.printing.paper import Seal
from seamline.printing.press import printed
from seamline.text import Text
from seamline.usecases import dossier, look
from seamline.usecases.checking import MOST_BYTES, Checked, checked
from seamline.usecases.dossier import Known, Making
from seamline.usecases.visitors import Visitors

from ..printing.sheet import paper_of
from ..printing.views import view_of
from ..qr import drawing_of
from ..say import _, ngettext
from ..serving import name_file
from ..session import actor, desk, language, origin, reading, signed_in
from ..shown import name_of
from .people import name_of_person

blueprint = Blueprint("printing", __name__)
EVENTS = 100_000  # of one record: a dossier leaves none of them out
PER_HOUR = 30  # copies that one address may have checked
MOST_WORD, MOST_NAME = 80, 120
_ROOM = 64 * 1024  # of the form around a copy


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
            *_left(made),
        ],
        text=_(
            "Scan the picture to ask the workspace that made it. Without a network: "
            "seamline verify FILE finds any changed byte."
        ),
    )


def _left(made: Making) -> list[tuple[str, str]]:
    """Say what the proof in the file leaves out; nothing where it leaves nothing out."""
    if not made.left:
        return []
    words = ngettext(
        "%(num)s entry before no. %(seq)s: on these pages, not in the proof",
        "%(num)s entries before no. %(seq)s: on these pages, not in the proof",
        made.left,
        seq=made.head[0] - dossier.MOST_HIDDEN + 1,
    )
    return [(_("Not in the proof"), words)]


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
    where = (form_id[:MOST_WORD], word[:MOST_WORD], token[:MOST_WORD])
    return _page(dossier.known(desk(), *where), where)


@blueprint.route("/sealed", methods=["GET", "POST"])
def check() -> str | tuple[str, int]:
    """Check a copy of a dossier for whoever sends one."""
    if request.method == "GET":
        return _page(None, None)
    if (request.content_length or 0) > MOST_BYTES + _ROOM:
        abort(413)
    sent = request.files.get("file")
    where = _where(request.form.get("of", ""))
    if sent is None or not sent.filename:
        problem = Text("请先选择 PDF 文件。", "Choose the PDF file first.")
        return _page(None, where, problem=problem), 422
    wait = _visitors().wait("sealed", request.remote_addr or "", PER_HOUR)
    if wait:
        minutes = -(-wait // 60)
        problem = Text(
            f"核对次数过多，请 {minutes} 分钟后再试。",
            f"Too many copies were checked; try again in {minutes} minutes.",
        )
        return _page(None, where, problem=problem), 429
    found = checked(desk(), sent.read(MOST_BYTES + 1), where)
    return _page(found.here, where, found=found, name=sent.filename[:MOST_NAME])


def _where(word: str) -> tuple[str, str, str] | None:
    parts = [part[:MOST_WORD] for part in word.split("/")]
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else None


def _visitors() -> Visitors:
    made: Visitors = current_app.extensions.setdefault("seamline.sealed", Visitors())
    return made


def _page(
    here: Known | None,
    where: tuple[str, str, str] | None,
    *,
    found: Checked | None = None,
    name: str = "",
    problem: Text | None = None,
) -> str:
    return render_template(
        "pages/sealed.html",
        here=here,
        at=show_moment(here.at, reading()) if here is not None else "",
        by=name_of_person(here.by) if here is not None else "",
        of="/".join(where) if where is not None else "",
        checked=found,
        name=name,
        problem=problem,
        most=MOST_BYTES // 2**20,
    )
