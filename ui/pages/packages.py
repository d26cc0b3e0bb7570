"""Packages in Studio: what is installed, one that comes as a file, one packed to pass on."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any, cast

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from itsdangerous import BadSignature

from seamline.problems import Problem, Refused
from seamline.text import Text
from seamline.usecases import design, files, packages, rollout
from seamline.usecases.packaging.arriving import Arrival, Asked, Take, looked_at
from seamline.usecases.packaging.packing import Wanted, packed
from seamline.usecases.packaging.returning import Back, looked_back, losses

from ..designing.documents import kinds, shelves, title_of
from ..forms.sheet import Said
from ..record.moments import short
from ..say import _
from ..session import actor, catalog, desk, language, origin, reading, signed_in
from ..signing import signer
from .people import name_of_person

blueprint = Blueprint("packages", __name__)
TAKES = ("mine", "new", "both")


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/packages")
def index() -> str:
    """List what is installed, and take in a file."""
    return _index()


def _index(problems: Iterable[Problem] = ()) -> str:
    shelf = {kind: (title.in_(language()), icon) for kind, (title, icon) in kinds().items()}
    found = [
        {
            "head": one.head,
            "title": one.head.title.in_(language()),
            "about": one.head.description.in_(language()) if one.head.description else "",
            "by": name_of_person(one.actor) if one.actor else "",
            "at": short(one.at, reading()),
            "counts": [(*shelf[kind], one.documents[kind]) for kind in shelf
                       if one.documents.get(kind) and kind != "package"],
            "edited": len(one.edited),
            "watch": [power for power in one.powers if power.weight == "watch"],
        }
        for one in packages.listed(desk(), actor())
    ]  # fmt: skip
    return render_template(
        "packages/list.html",
        here=":studio",
        packages=found,
        problems=_said(problems),
        problems_heading=_("The file cannot be installed"),
        may_install=catalog().access.may(actor(), "grant", "*"),
    )


@blueprint.post("/packages/look")
def look() -> Any:
    """Take up a file and show what it brings."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Refused.one("no_file", Text("请先选择文件。", "Choose a file first."))
        kept = files.keep(desk(), actor(), sent.read(), sent.filename, "application/zip")
        return _arrival(Asked(kept.sha256, sent.filename))
    except Refused as refused:
        if refused.status == 403:
            raise
        return _index(refused.problems), refused.status


@blueprint.post("/packages/install")
def install() -> Any:
    """Show the file again as it was chosen so far, or begin to install it."""
    try:
        sha256, name = signer("package").loads(request.form.get("file", ""))
    except (BadSignature, ValueError):
        abort(400)
    data = "data" in request.form
    schemes = {
        key.removeprefix("scheme:"): word
        for key, word in request.form.items()
        if key.startswith("scheme:")
    }
    asked = Asked(sha256, name, _takes(), data, tuple(request.form.getlist("confirm")), schemes)
    if request.form.get("do") != "install":
        return _arrival(asked)
    try:
        begun = rollout.install_file(desk(), actor(), origin(), asked)
    except Refused as refused:
        if refused.status == 403:
            raise
        return _arrival(asked, refused.problems), refused.status
    return redirect(url_for("rollouts.show", id_=begun.id), 303)


def _takes() -> dict[str, Take]:
    return {
        key.removeprefix("take:"): cast(Take, word)
        for key, word in request.form.items()
        if key.startswith("take:") and word in TAKES
    }


@blueprint.route("/packages/<package>/back/<int:number>", methods=["GET", "POST"])
def back(package: str, number: int) -> Any:
    """Show what going back across an upgrade would do, and begin it."""
    asked = Back(package, number, _takes(), tuple(request.form.getlist("confirm")))
    seen = looked_back(desk(), actor(), asked)
    if request.form.get("do") != "install":
        return _seen(seen, asked)
    try:
        begun = rollout.go_back(desk(), actor(), origin(), asked)
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        return _seen(seen, asked, refused.problems), refused.status
    return redirect(url_for("rollouts.show", id_=begun.id), 303)


def _arrival(asked: Asked, problems: Iterable[Problem] = ()) -> str:
    token = signer("package").dumps([asked.sha256, asked.name])
    seen = looked_at(desk(), actor(), asked)
    return _seen(seen, asked, problems, name=asked.name, token=token)


def _seen(seen: Arrival, asked: Asked | Back, problems: Iterable[Problem] = (), **more: str) -> str:
    shelf = {kind: (title.in_(language()), icon) for kind, (title, icon) in kinds().items()}
    count: dict[str, int] = {}
    for row in seen.rows:
        count[row.kind] = count.get(row.kind, 0) + 1
    return render_template(
        "packages/arrival.html",
        here=":studio",
        seen=seen,
        head=seen.package.head,
        title=seen.package.head.title.in_(language()),
        choice=asked,
        lost=losses(seen.steps) if isinstance(asked, Back) else (),
        back=isinstance(asked, Back),
        forms={form.id: form.title for form in seen.package.forms},
        shelf=shelf,
        count=count,
        problems=_said(problems),
        problems_heading=_("It cannot be published yet")
        if isinstance(asked, Back)
        else _("It cannot be installed yet"),
        **more,
    )


@blueprint.route("/packages/<package>/export", methods=["GET", "POST"])
def export(package: str) -> Any:
    """Choose what goes into a file, and send it."""
    one = design.opened(desk(), actor(), package)
    if one.installed is None:
        abort(404)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        wanted = Wanted(
            request.form.get("version", "").strip(),
            frozenset(request.form.getlist("document")),
            tuple(request.form.getlist("data")),
            "words" in request.form,
        )
        try:
            return _sent(package, wanted)
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            problems = refused.problems
    return _export_page(one, problems), 422 if problems else 200


def _sent(package: str, wanted: Wanted) -> Response:
    content = packed(desk(), actor(), package, wanted)
    name = f"{package}-{wanted.version}.zip"
    return send_file(
        io.BytesIO(content), mimetype="application/zip", as_attachment=True, download_name=name
    )


def _export_page(one: design.Design, problems: tuple[Problem, ...]) -> str:
    served = design.Design(one.package, one.installed, one.served, one.served)
    access, typed = catalog().access, request.form
    mine = next(each for each in catalog().packages if each.head.id == one.package)
    return render_template(
        "packages/export.html",
        here=":studio",
        package=one.package,
        title=title_of(served, design.HEAD, language()),
        shelves=[shelf for shelf in shelves(served, (), language()) if shelf.kind != "package"],
        forms=[
            (form.id, form.title.in_(language()))
            for form in mine.forms
            if access.may(actor(), "export", form.id)
        ],
        version=typed.get("version", mine.head.version),
        chosen=set(typed.getlist("document")) if typed else set(served.texts),
        data=set(typed.getlist("data")),
        words="words" in typed if typed else True,
        problems=_said(problems),
        problems_heading=_("No file can be made of this"),
    )


def _said(problems: Iterable[Problem]) -> list[Said]:
    return [Said(problem.line(language())) for problem in problems]
