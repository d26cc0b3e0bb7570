"""One search: everything under a tracking code, records of every form by words, pages and acts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from seamline.usecases import look

from ..lists import hits
from ..record.heads import shown_head
from ..session import actor, desk, signed_in

blueprint = Blueprint("find", __name__)
MOST_WORDS = 200
OFFERED = 3  # of each form while one types


@blueprint.get("/find")
@signed_in
def index() -> Any:
    """Show what carries the code or holds the words; a single record is opened at once.

    While one types in the palette only the hits are asked for, and nothing is opened.
    """
    asked = " ".join(request.args.get("q", "").split())[:MOST_WORDS]
    if request.headers.get("HX-Target", "").endswith("#hits"):
        return render_template(
            "lists/hits.html",
            asked=asked,
            found=hits.found(asked, OFFERED, alike=False),
            places=hits.places(asked),
        )
    heads = list(look.tracked(desk(), actor(), asked)) if asked else []
    if len(heads) == 1:
        return redirect(url_for("records.show", form_id=heads[0].form, word=heads[0].id))
    found = [] if heads else hits.found(asked)
    if len(found) == 1 and len(found[0].hits) == 1:
        return redirect(found[0].hits[0].address)
    return render_template(
        "pages/find.html",
        here="find",
        asked=asked,
        heads=[shown_head(head) for head in heads],
        found=found,
        total=len(heads) + sum(len(one.hits) for one in found),
        places=hits.places(asked) if not heads else [],
    )
