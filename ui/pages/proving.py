"""Photos that are proof: the word for a live one."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from seamline.usecases import proofs

from ..session import actor, desk, signed_in

blueprint = Blueprint("proving", __name__)


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every answer here is for people who are signed in."""


@blueprint.post("/proofs/<form_id>/live")
@blueprint.post("/proofs/<form_id>/<word>/live")
def promise(form_id: str, word: str = "") -> Response:
    """Give a word that lets one picture of the page's camera count as live."""
    return jsonify(token=proofs.promise(desk(), actor(), form_id, word))
