"""The endpoints of a form's records: list, create, read, change, steps, events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request

from seamline.forms import FormModel
from seamline.problems import Place, Problem, Refused
from seamline.store import Query
from seamline.text import Text
from seamline.usecases import look
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit

from . import shown
from .answers import answer
from .body import read_body
from .entrance import Caller, caller, idempotency_key
from .filters import read_limit, read_query
from .versions import etag, unchanged, wanted_versions


def add(blueprint: Blueprint, desk: Desk) -> None:
    """Give the blueprint the endpoints of every form."""

    @blueprint.get("/<form>")
    def list_records(form: str) -> Response:
        """Answer one page of a list."""
        return _page(desk, caller(desk, request), form)

    @blueprint.post("/<form>")
    def create(form: str) -> Response:
        """Create a record."""
        return _write(desk, caller(desk, request), form, "create", "")

    @blueprint.get("/<form>/<word>")
    def read(form: str, word: str) -> Response:
        """Answer one record."""
        return _read(desk, caller(desk, request), form, word)

    @blueprint.patch("/<form>/<word>")
    def change(form: str, word: str) -> Response:
        """Change the values given of a record."""
        return _write(desk, caller(desk, request), form, "change", word)

    @blueprint.post("/<form>/<word>/steps/<step>")
    def take_step(form: str, word: str, step: str) -> Response:
        """Take a business step of a record."""
        who = caller(desk, request)
        if step == "create":
            raise _not_of_a_record(form)
        return _write(desk, who, form, step, word, may_be_empty=True)

    @blueprint.get("/<form>/<word>/events")
    def events(form: str, word: str) -> Response:
        """Answer a record's journal, newest first."""
        who = caller(desk, request)
        limit = read_limit(list(request.args.items(multi=True)))
        found = look.timeline(desk, who.actor, form, named(word), limit)
        return answer({"items": [shown.event(one) for one in found]})


def named(word: str) -> str:
    """Return the word of a path that names a record; raises Refused 404 if it cannot name one."""
    if word.isprintable() and len(word) <= 200:
        return word
    raise Refused.one(
        "unknown_record", Text("没有这条记录。", "There is no such record."), status=404
    )


def _model(desk: Desk, who: Caller, form: str) -> FormModel:
    return look.form(desk, who.actor, form)


def _page(desk: Desk, who: Caller, form: str) -> Response:
    model = _model(desk, who, form)
    desk.catalogs.current().access.require(who.actor, "read", form)
    asked = read_query(model, list(request.args.items(multi=True)))
    query = Query(
        where=asked.where,
        search=asked.search,
        sort=asked.sort,
        limit=asked.limit,
        cursor=asked.cursor,
        archived=asked.archived,
        total=asked.total,
        fields=asked.fields,
    )
    page = look.page(desk, who.actor, form, query)
    # Rows of a sub-table are read only where they are asked for by name.
    only = asked.fields or tuple(one.id for one in model.form.fields if not one.fields)
    data = {
        "items": [shown.record(model, found, only) for found in page.rows],
        "total": page.total if asked.total else None,
        "next": page.cursor,
    }
    return answer(data, headers=_next_link(form, page.cursor))


def _next_link(form: str, cursor: str | None) -> Mapping[str, str] | None:
    if cursor is None:
        return None
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    query = urlencode([*kept, ("cursor", cursor)])
    return {"Link": f'<{shown.BASE}/{form}?{query}>; rel="next"'}


def _read(desk: Desk, who: Caller, form: str, word: str) -> Response:
    found = look.record(desk, who.actor, form, named(word))
    tag = etag(found.version)
    if unchanged(request, tag):
        return Response(status=304, headers={"ETag": tag, "Cache-Control": "private, no-cache"})
    return answer(shown.record(_model(desk, who, form), found), headers={"ETag": tag})


def _write(
    desk: Desk, who: Caller, form: str, step: str, word: str, *, may_be_empty: bool = False
) -> Response:
    model = _model(desk, who, form)
    key = idempotency_key(request)
    expected = _expected(desk, who, form, word) if word else None
    body = read_body(request, may_be_empty=may_be_empty)
    asked = Submission(
        form=form,
        step=step,
        values=body["values"],
        record=named(word) if word else "",
        expected_version=expected,
        reason=body["reason"],
        confirmed=frozenset(body["confirm"]),
        idempotency_key=key,
    )
    done = submit(desk, who.actor, who.origin, asked)
    headers = {"ETag": etag(done.record.version)}
    if done.repeated:
        headers["Idempotent-Replay"] = "true"
    if step == "create":
        headers["Location"] = f"{shown.BASE}/{form}/{quote(done.record.id)}"
    return answer(shown.written(model, done), 201 if step == "create" else 200, headers)


def _expected(desk: Desk, who: Caller, form: str, word: str) -> int | None:
    """Return the version that `If-Match` allows; of several the one that stands, if it is there."""
    wanted = wanted_versions(request)
    if wanted.any:
        return None
    if len(wanted.versions) == 1:
        return wanted.versions[0]
    return wanted.chosen(look.record(desk, who.actor, form, named(word)).version)


def version_now(desk: Desk, form: str, word: str) -> dict[str, Any]:
    """Return the present version of a record for a 412 answer, as far as the caller may read it."""
    try:
        found = look.record(desk, caller(desk, request).actor, form, named(word))
    except Refused:
        return {}
    return {"version": found.version}


def _not_of_a_record(form: str) -> Refused:
    hint = Text(f"新建请 POST {shown.BASE}/{form}。", f"To create, POST {shown.BASE}/{form}.")
    problem = Problem(
        "unknown_step",
        Text("“create”不是已有记录的步骤。", "'create' is not a step of an existing record."),
        Place("step"),
        hint,
    )
    return Refused((problem,), 404)
