"""What a page inside another system's own client needs to use the device: signatures of its own."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, jsonify, request

from seamline.connector import Setback, SignsPages
from seamline.usecases.connected import able, using

from ..session import desk, language, signed_in

blueprint = Blueprint("client", __name__)
LONGEST = 2000


@blueprint.get("/client/<connection>/signature")
@signed_in
def signature(connection: str) -> Any:
    """Sign the address of a page of ours, of nobody else's."""
    if connection not in {one.id for one in able(desk(), "sign_in", "scan")}:
        abort(404)
    url = request.args.get("url", "")
    ours = {urlsplit(base)[:2] for base in (request.host_url, desk().settings.public_url) if base}
    if len(url) > LONGEST or urlsplit(url)[:2] not in ours:
        abort(400)
    try:
        with using(desk(), connection) as connector:
            if not isinstance(connector, SignsPages):
                abort(404)
            found = connector.page(url)
    except Setback as setback:
        return jsonify(say=setback.problem.sentence(language())), 503
    shared = {"timestamp": found["timestamp"], "nonceStr": found["nonce"]}
    return jsonify(
        corp_id=found["corp_id"],
        agent_id=found["agent_id"],
        config={**shared, "signature": found["corp_signature"]},
        agent={**shared, "signature": found["app_signature"]},
    )
