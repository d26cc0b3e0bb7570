"""A list as a spreadsheet, filtered as it stands."""

from __future__ import annotations

import io

from flask import Response, abort, request
from werkzeug.datastructures import MultiDict

from seamline import clock
from seamline.forms import FormModel
from seamline.usecases.export import FORMATS, export

from ..lists.page import opened
from ..session import actor, catalog, desk, language

TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def spreadsheet(model: FormModel, asked: MultiDict[str, str]) -> Response:
    """Return the records that the list's filters leave, as a file to keep."""
    wanted = request.args.get("format", "xlsx")
    if wanted not in FORMATS:
        abort(404)
    out, list_ = io.BytesIO(), opened(model, asked)
    query = list_.query()
    export(
        desk(),
        actor(),
        model.form.id,
        out,
        format=wanted,
        where=list_.condition(),
        headers="label",
        language=language(),
        archived=query.archived,
        search=query.search,
        sort=query.sort,
    )
    day = clock.today(catalog().zone).isoformat()
    response = Response(out.getvalue(), mimetype=TYPES[wanted])
    name = f"{model.form.id}-{day}.{wanted}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
