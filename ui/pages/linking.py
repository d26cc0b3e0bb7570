"""The progress links of a record: made, shown as address and QR code, counted, ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as Answer

from seamline.fields.moments import show_moment
from seamline.problems import Refused
from seamline.store.links import Link
from seamline.usecases import links, look

from ..forms.sheet import Said
from ..qr import picture_of
from ..say import _
from ..session import actor, catalog, desk, language, origin, reading, signed_in
from ..shown import name_of

blueprint = Blueprint("linking", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    """One link as its page shows it; the address only while it stands."""

    id: str
    page: str
    address: str
    qr: Markup
    views: int
    viewed: str
    made: str
    until: str
    stands: bool
    may_end: bool


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.route("/r/<form_id>/<word>/links", methods=["GET", "POST"])
def of_record(form_id: str, word: str) -> Any:
    """Show the links of a record; make one."""
    record = look.record(desk(), actor(), form_id, word)
    pages = [page for page in links.pages_for(catalog(), form_id) if links.may_make(actor(), page)]
    problems: list[Said] = []
    if request.method == "POST":
        try:
            made = links.make(desk(), actor(), origin(), request.form.get("page", ""), record.id)
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            problems = [Said(problem.sentence(language())) for problem in refused.problems]
        else:
            flash(_("The link is made. Whoever holds it sees this record's progress."))
            return redirect(url_for("linking.of_record", form_id=made.form, word=word), 303)
    model = look.form(desk(), actor(), form_id)
    page = render_template(
        "progress/links.html",
        here=form_id,
        form=model.form,
        name=name_of(record, model),
        word=word,
        pages=pages,
        rows=[_row(one) for one in links.of_record(desk(), record)],
        problems=problems,
        problems_heading=_("The link was not made"),
    )
    return page, 422 if problems else 200


@blueprint.post("/links/<link_id>/end")
def end(link_id: str) -> Answer:
    """End a link at once."""
    ended = links.end(desk(), actor(), origin(), link_id)
    flash(_("The link is ended: it opens nothing any more."))
    return redirect(url_for("linking.of_record", form_id=ended.form, word=ended.record), 303)


def _row(link: Link) -> Row:
    page = catalog().pages.get(link.page)
    stands = links.stands(link) and page is not None
    may = page is not None and links.may_make(actor(), page)
    address = ""
    if stands and may:
        word = links.token(desk(), link)
        address = url_for("progress.show", word=word, _external=True)
    return Row(
        id=link.id,
        page=page.title.in_(language()) if page else link.page,
        address=address,
        qr=picture_of(address) if address else Markup(""),
        views=link.views,
        viewed=show_moment(link.last_viewed_at, reading()) if link.last_viewed_at else "",
        made=f"{show_moment(link.made_at, reading())} · {link.made_by}",
        until=show_moment(link.ended_at or link.expires_at, reading()),
        stands=stands,
        may_end=stands and may,
    )
