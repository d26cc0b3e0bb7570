"""A list as a spreadsheet, filtered as it stands."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from flask import Response, abort, request
from werkzeug.datastructures import MultiDict

from seamline import clock
from seamline.forms import FormModel
from seamline.usecases.export import FORMATS, Format, export

from ..lists.page import opened
from ..serving import name_file
from ..session import actor, catalog, desk, language

TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _format(wanted: str) -> Format:
    found = next((one for one in FORMATS if one == wanted), None)
    if found is None:
        abort(404)
    return found


def spreadsheet_of(model: FormModel, ids: Sequence[str], wanted: str) -> Response:
    """Return some records by their ids, as a file to keep."""
    where = {"in": [{"var": "_id"}, list(dict.fromkeys(ids))]}
    return _file(model, _format(wanted), where=where, archived=True, sort=model.form.list.sort)


def spreadsheet(model: FormModel, asked: MultiDict[str, str]) -> Response:
    """Return the records that the list's filters leave, as a file to keep."""
    wanted = _format(request.args.get("format", "xlsx"))
    list_ = opened(model, asked)
    query = list_.query()
    return _file(
        model,
        wanted,
        where=list_.condition(),
        archived=query.archived,
        search=query.search,
        sort=query.sort,
    )


def _file(model: FormModel, wanted: Format, **narrowed: Any) -> Response:
    out = io.BytesIO()
    name = model.form.id
    export(
        desk(),
        actor(),
        name,
        out,
        format=wanted,
        headers="label",
        language=language(),
        **narrowed,
    )
    day = clock.today(catalog().zone).isoformat()
    response = Response(out.getvalue(), mimetype=TYPES[wanted])
    name_file(response, f"{name}-{day}.{wanted}")
    return response
