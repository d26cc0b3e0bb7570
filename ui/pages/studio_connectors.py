"""The gallery of connectors: what another system is connected by, begun with one press."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from seamline.connecting import CAPABILITIES, discovered
from seamline.documents import editing
from seamline.problems import Refused
from seamline.usecases import design
from seamline.usecases.designing.edits import Write

from ..designing.starting import connection_of
from ..session import actor, catalog, desk, language, signed_in
from .studio import editor, frame, tell

blueprint = Blueprint("studio_connectors", __name__)


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/studio/<package>/connectors")
def show(package: str) -> str:
    """Show every connector that is installed: what it can do, and what it asks for."""
    one = design.opened(desk(), actor(), package)
    used = [each.connector for each in catalog().connections.values()]
    return render_template(
        "studio/connectors.html",
        **frame(one, "documents"),
        kinds=[
            {
                "name": name,
                "manifest": kind.manifest,
                "able": [CAPABILITIES[each].in_(language()) for each in kind.manifest.capabilities],
                "used": used.count(name),
            }
            for name, kind in discovered().kinds.items()
        ],
        broken=[each.sentence(language()) for each in discovered().problems],
    )


@blueprint.post("/studio/<package>/connectors")
def begin(package: str) -> Any:
    """Put a connection by one of the connectors into the draft, and open it."""
    one = design.opened(desk(), actor(), package)
    kind = discovered().kinds.get(request.form.get("connector", ""))
    if kind is None:
        abort(404)
    taken = {*catalog().connections, *(path.rpartition("/")[2][:-5] for path in one.texts)}
    name = kind.manifest.name
    free = next(id_ for n in range(1, 1000) if (id_ := name if n == 1 else f"{name}_{n}")
                not in taken)  # fmt: skip
    path = f"connections/{free}.yaml"
    text = editing.fresh(connection_of(free, kind.manifest.title, name))
    try:
        design.change(desk(), actor(), package, [Write(path, text, over="")])
    except Refused as refused:
        tell(refused)
        return redirect(url_for("studio_connectors.show", package=package), 303)
    return redirect(editor(package, path), 303)
