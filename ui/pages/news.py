"""What open pages ask every second or two: has anything they watch changed?"""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify, request

from seamline.usecases import news

from ..session import actor, desk, signed_in

blueprint = Blueprint("news", __name__)
MOST_SIGNS = 200
LARGEST = 2**62


@blueprint.before_app_request
def _begin() -> None:
    # Read before the page reads anything: what happens while it is made is then news to it.
    if request.method == "GET" and request.blueprint not in (None, "assets", "api", "ops", "news"):
        g.cursor = news.cursor(desk())


@blueprint.app_context_processor
def _cursor() -> dict[str, int]:
    return {"cursor": g.get("cursor", 0)}


@blueprint.get("/news")
@signed_in
def index() -> Response:
    """Answer what of the watched things has changed since an entry of the journal; 204 if none."""
    since = request.args.get("since", 0, type=int)
    watched = [word[:MOST_SIGNS] for word in request.args.getlist("watch")]
    found = news.news(desk(), actor(), max(0, min(since, LARGEST)), watched)
    if found.cursor == since:
        return Response(status=204)
    return jsonify(cursor=found.cursor, heard=found.heard)
