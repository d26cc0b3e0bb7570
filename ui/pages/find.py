"""Finding everything under a tracking code, or one record by its code."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from seamline.problems import Refused
from seamline.store import RecordHead
from seamline.usecases import look

from ..record.heads import shown_head
from ..session import actor, catalog, desk, signed_in
from .menu import readable

blueprint = Blueprint("find", __name__)
MOST_WORDS = 200


@blueprint.get("/find")
@signed_in
def index() -> Any:
    """Show what carries the code; a single record is opened at once."""
    asked = request.args.get("q", "").strip()[:MOST_WORDS]
    heads = _found(asked) if asked else []
    if len(heads) == 1:
        return redirect(url_for("records.show", form_id=heads[0].form, word=heads[0].id))
    return render_template(
        "pages/find.html", asked=asked, heads=[shown_head(head) for head in heads], here="find"
    )


def _found(asked: str) -> list[RecordHead]:
    tracked = list(look.tracked(desk(), actor(), asked))
    return tracked or _by_code(asked)


def _by_code(asked: str) -> list[RecordHead]:
    """Return the records of any readable form that are called just so."""
    found = []
    for model in readable(catalog(), actor()):
        try:
            record = look.record(desk(), actor(), model.form.id, asked)
        except Refused:
            continue
        key = record.values.get(model.form.key) if model.form.key else None
        name = record.values.get(model.form.name) if model.form.name else None
        found.append(
            RecordHead(
                form=record.form,
                id=record.id,
                code=record.code or str(key or ""),
                tracking=record.tracking,
                state=record.state,
                updated_at=record.updated_at,
                label=str(name or ""),
            )
        )
    return found
