"""The address at which other systems tell us something: no sign-in, but their own signature."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, current_app, request

from seamline.connector import GiveUp, Incoming, Retry, Setback
from seamline.problems import Refused
from seamline.usecases import incoming
from seamline.usecases.visitors import Visitors

from ..measures import Counter
from ..session import csrf, desk

LOG = logging.getLogger("seamline.connect")
blueprint = Blueprint("connect", __name__)
MOST_BYTES = 1024 * 1024
REFUSED_PER_HOUR = 300  # of one address; what is rightly signed does not count
REFUSED = "seamline.refused_calls"


@blueprint.route("/connect/<connection>", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]  # Flask-WTF carries no types
def take(connection: str) -> Response:
    """Take what a connection's system tells; answer only once it is stored."""
    seen = request.remote_addr or ""
    if (request.content_length or 0) > MOST_BYTES:
        return _plain(413)
    wait = _strangers().peek(f"connect:{connection}", seen, REFUSED_PER_HOUR)
    if wait:
        return _plain(429, {"Retry-After": str(wait)})
    asked = Incoming(
        request.method,
        request.args.to_dict(),
        {name.lower(): word for name, word in request.headers.items()},
        request.get_data(),
    )
    try:
        taken = incoming.take(desk(), connection, asked)
    except Refused as refused:
        return _plain(refused.status)
    except GiveUp as setback:
        _counter().add()
        _strangers().wait(f"connect:{connection}", seen, REFUSED_PER_HOUR)
        facts = {"connection": connection, "code": setback.problem.code, "seen": seen}
        LOG.warning("a call was refused", extra={"facts": facts})
        return _plain(403)
    except Setback as setback:
        LOG.warning("a call could not be taken", extra={"facts": {"code": setback.problem.code}})
        return _plain(503 if isinstance(setback, Retry) else 500)
    return Response(taken.body, taken.status, content_type=taken.content_type)


def _plain(status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(status=status, headers=headers, mimetype="text/plain")


def _strangers() -> Visitors:
    made: Visitors = current_app.extensions.setdefault("seamline.strangers", Visitors())
    return made


def _counter() -> Counter:
    made: Counter = current_app.extensions[REFUSED]
    return made
