"""Studio: the packages of the workspace in the making, their drafts, versions and publishing."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from seamline.package.sources import kind_of_path
from seamline.problems import Problem, Refused
from seamline.store import DesignEdit, Past
from seamline.text import Text
from seamline.usecases import design, rollout, schemes
from seamline.usecases.design import Design
from seamline.usecases.designing import releases
from seamline.usecases.designing.edits import Write
from seamline.usecases.designing.headings import identified, sounding
from seamline.usecases.designing.wording import said_of
from seamline.usecases.editing.serving import GUARD
from seamline.usecases.editing.wording import data_of
from seamline.usecases.packaging import returning

from ..designing.documents import FOLDER_OF, kinds, shelves, title_of
from ..designing.firststeps import first_steps
from ..designing.helping import helped
from ..designing.starting import MADE, begun, fresh
from ..forms.sheet import Said
from ..record.moments import short
from ..say import _
from ..session import actor, catalog, desk, language, origin, reading, signed_in
from .people import name_of_person

blueprint = Blueprint("studio", __name__)
DESIGNERS: dict[str, str] = {}  # the view in which documents of a kind are designed
EDITS_SHOWN = 12
MOST_TEXT = 200_000
ID = re.compile(r"[a-z][a-z0-9_]{0,39}")


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/studio")
def index() -> str:
    """List the packages, with their drafts."""
    return _index()


@blueprint.post("/studio")
def begin() -> Any:
    """Begin a package of one's own."""
    title = request.form.get("title", "").strip()
    id_ = request.form.get("id", "").strip() or identified(sounding(title), "package")
    try:
        design.begin(desk(), actor(), id_, begun(id_, title or id_))
    except Refused as refused:
        if refused.status == 403:
            raise
        return _index(refused.problems, {"id": id_, "title": title}), refused.status
    return redirect(url_for("studio.show", package=id_), 303)


def _index(problems: tuple[Problem, ...] = (), typed: dict[str, str] | None = None) -> str:
    packages = [
        {
            "design": one,
            "title": title_of(one, design.HEAD, language()),
            "version": data_of(one.texts.get(design.HEAD, ""), design.HEAD).get("version", ""),
            "at": short(one.at, reading()) if one.at else "",
            "by": name_of_person(one.head.actor) if one.head else "",
        }
        for one in design.listed(desk(), actor())
    ]
    return render_template(
        "studio/index.html",
        here=":studio",
        packages=packages,
        problems=_said(problems),
        problems_heading=_("This could not be done"),
        typed=typed or {},
    )


@blueprint.get("/studio/<package>")
def show(package: str) -> str:
    """Show a package: its documents, what its draft changes, what is wrong with it."""
    one = design.opened(desk(), actor(), package)
    return _overview(one, kind=request.args.get("kind", ""))


def _overview(one: Design, problems: tuple[Problem, ...] = (), **typed: str) -> str:
    found = releases.problems_of(desk(), one)
    edits = design.edits(desk(), actor(), one.package, EDITS_SHOWN)
    changes = {
        path: said_of(path, one.served.get(path, ""), one.texts.get(path, ""))
        for path in one.changed
    }
    return render_template(
        "studio/package.html",
        **frame(one, "documents"),
        binds=any(each.package == one.package for each in schemes.choices(desk())),
        shelves=shelves(one, found, language()),
        found=found,
        problems=_said(problems),
        problems_heading=_("This could not be done"),
        changes=changes,
        titles={path: title_of(one, path, language()) for path in (*changes, *one.overtaken)},
        edits=[(edit, name_of_person(edit.actor), short(edit.at, reading())) for edit in edits],
        editor=editor,
        first_steps=first_steps(one),
        typed=typed,
        made=[(kind, kinds()[kind][0].in_(language())) for kind in MADE],
    )


def editor(package: str, path: str) -> str:
    """Return the address where a document is edited."""
    view = DESIGNERS.get(kind_of_path(path) or "", "studio_documents.show")
    return url_for(view, package=package, path=path)


def holding(package: str, path: str, kind: str) -> Design:
    """Return the draft of a package that holds a document of a kind; 404 where it holds none."""
    one = design.opened(desk(), actor(), package)
    if kind_of_path(path) != kind or path not in one.texts:
        abort(404)
    return one


def to_source(broken: Refused, package: str, path: str) -> Answer:
    """Say what is wrong with a document that cannot be drawn, and lead to its text."""
    tell(broken)
    return redirect(url_for("studio_source.show", package=package, path=path), 303)


def frame(one: Design, tab: str, path: str = "") -> dict[str, Any]:
    """Return what the frame around every page of a package shows."""
    return {
        "here": ":studio",
        "design": one,
        "tab": tab,
        "path": path,
        "package_title": title_of(one, design.HEAD, language()),
        "version": data_of(one.texts.get(design.HEAD, ""), design.HEAD).get("version", ""),
        "saved": short(one.at, reading()) if one.at else "",
        "undo": _step(one.undo),
        "redo": _step(one.redo),
        "help": helped(kind_of_path(path) or "", language()) if path else None,
        "may_publish": catalog().access.may(actor(), releases.PUBLISH, "*"),
    }


def _step(edit: DesignEdit | None) -> dict[str, Any] | None:
    if edit is None:
        return None
    words = edit.words.in_(language())
    if edit.actor != actor().id:
        words = f"{words} ({name_of_person(edit.actor)})"
    return {"number": edit.number, "words": words}


def ids_of(one: Design, kind: str) -> list[str]:
    """Return the ids of the documents of a kind, of the draft and of what serves beside it."""
    found = {str(data_of(text, path).get(kind, "")) for path, text in one.texts.items()
             if kind_of_path(path) == kind}  # fmt: skip
    return sorted(found - {""})


def back_to(package: str) -> str:
    """Return the page of this package that a form came from."""
    back = request.form.get("back", "")
    home = url_for("studio.show", package=package)
    return back if back == home or back.startswith((f"{home}/", f"{home}?")) else home


def tell(refused: Refused) -> None:
    """Say on the next page why something was not done; a lack of rights has a page of its own."""
    if refused.status in (403, 404):
        raise refused
    for problem in refused.problems[:3]:
        flash(problem.sentence(language()), "failure")


@blueprint.post("/studio/<package>/<any(undo, redo):which>")
def step(package: str, which: str) -> Answer:
    """Take back the newest edit, or do again the one taken back."""
    work = design.undo if which == "undo" else design.redo
    try:
        work(desk(), actor(), package, request.form.get("number", 0, int))
    except Refused as refused:
        tell(refused)
    return redirect(back_to(package), 303)


@blueprint.post("/studio/<package>/discard")
def discard(package: str) -> Answer:
    """Do away with the draft."""
    one = design.opened(desk(), actor(), package)
    try:
        design.discard(desk(), actor(), package, request.form.get("revision", 0, int))
    except Refused as refused:
        tell(refused)
        return redirect(url_for("studio.show", package=package), 303)
    flash(_("The draft is gone; what serves has not changed."))
    where = url_for("studio.show", package=package) if one.installed else url_for("studio.index")
    return redirect(where, 303)


@blueprint.post("/studio/<package>/new")
def new(package: str) -> Any:
    """Add a document that is sound from the start."""
    one = design.opened(desk(), actor(), package)
    kind, id_ = request.form.get("kind", ""), request.form.get("id", "").strip()
    title = request.form.get("title", "").strip() or id_
    if kind not in MADE:
        abort(404)
    path = f"{FOLDER_OF[kind]}/{id_}.yaml"
    try:
        if not ID.fullmatch(id_) or one.texts.get(path):
            raise id_refused(id_)
        text = fresh(kind, id_, title, one)
        design.change(desk(), actor(), package, [Write(path, text, over="")])
    except Refused as refused:
        if refused.status == 403:
            raise
        return _overview(one, refused.problems, kind=kind, id=id_, title=title), 422
    return redirect(editor(package, path), 303)


def id_refused(id_: str) -> Refused:
    """Return the refusal of an id that is none, or that is taken."""
    return Refused.one(
        "bad_id",
        Text(
            f"“{id_[:40]}”不能作标识，或已经用了。以小写字母开头，只用小写字母、数字和下划线。",
            f"'{id_[:40]}' is no id, or taken. It begins with a lower-case letter and holds only "
            "a-z, 0-9 and _.",
        ),
    )


@blueprint.post("/studio/<package>/remove")
def remove(package: str) -> Answer:
    """Take a document out of the draft."""
    path = request.form.get("path", "")
    try:
        design.change(desk(), actor(), package, [Write(path, "")])
    except Refused as refused:
        tell(refused)
    return redirect(url_for("studio.show", package=package), 303)


@blueprint.post("/studio/<package>/settle")
def settle(package: str) -> Answer:
    """Say what a draft goes on with where a document was published by another way."""
    path, take = request.form.get("path", ""), request.form.get("take", "")
    try:
        design.catch_up(desk(), actor(), package, path, take)
    except Refused as refused:
        tell(refused)
    return redirect(url_for("studio.show", package=package), 303)


@blueprint.route("/studio/<package>/publish", methods=["GET", "POST"])
def publish(package: str) -> Any:
    """Show what publishing would do, and begin it."""
    problems: tuple[Problem, ...] = ()
    status = 200
    under_way = rollout.newest(desk(), package)
    if request.method == "GET" and under_way is not None and rollout.under_way(under_way):
        return redirect(url_for("rollouts.show", id_=under_way.id), 303)
    if request.method == "POST":
        try:
            begun = rollout.publish_draft(
                desk(), actor(), origin(), package,
                request.form.get("revision", -1, int),
                request.form.get("reason", ""),
                request.form.getlist("confirm"),
            )  # fmt: skip
            return redirect(url_for("rollouts.show", id_=begun.id), 303)
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            problems, status = refused.problems, refused.status
    return _plan_page(package, problems), status


def _plan_page(package: str, problems: tuple[Problem, ...]) -> str:
    one = design.opened(desk(), actor(), package)
    ahead, wrong = None, problems
    try:
        ahead = releases.prospect(desk(), actor(), package) if one.changed else None
    except Refused as refused:
        wrong = (*problems, *(one for one in refused.problems if one not in problems))
    typed = request.form
    titles = {path: title_of(one, path, language()) for path in one.changed}
    mine = catalog().access.may(actor(), GUARD, "*")
    return render_template(
        "studio/publish.html",
        **frame(one, "publish"),
        ahead=ahead,
        ready=ahead is not None,
        wrong=wrong,
        said=[_placed(problem) for problem in wrong],
        reason=typed.get("reason", ""),
        confirmed=typed.getlist("confirm"),
        titles=titles,
        guarded=[] if mine else [titles[path] for path in releases.guarded(one)],
        editor=editor,
    )


def _placed(problem: Problem) -> dict[str, Any]:
    place = problem.place
    return {
        "sentence": problem.sentence(language()),
        "file": place.file if kind_of_path(place.file) else "",
        "line": place.line,
        "where": place.path,
    }


@blueprint.get("/studio/<package>/versions")
def versions(package: str) -> str:
    """List what was put into service of a package, each with what it changed."""
    one = design.opened(desk(), actor(), package)
    made = releases.releases(desk(), actor(), package)
    return render_template(
        "studio/versions.html",
        **frame(one, "versions"),
        pasts=[
            (past, name_of_person(past.actor), short(past.since, reading()),
             short(past.until, reading()))
            for past in _pasts(package)
        ],
        releases=[
            (release, name_of_person(release.actor) if release.actor else "",
             short(release.at, reading()))
            for release in made
        ],
        titles={path: title_of(one, path, language())
                for release in made for path in release.said or ()},
    )  # fmt: skip


def _pasts(package: str) -> tuple[Past, ...]:
    may = catalog().access.may(actor(), GUARD, "*")
    return returning.pasts(desk(), actor(), package) if may else ()


@blueprint.post("/studio/<package>/versions/<int:number>/bring-back")
def bring_back(package: str, number: int) -> Answer:
    """Let the draft say what an earlier version said."""
    try:
        releases.bring_back(desk(), actor(), package, number)
    except Refused as refused:
        tell(refused)
        return redirect(url_for("studio.versions", package=package), 303)
    flash(_("The draft now says what version %(number)s said. Publish it to go back.",
            number=number))  # fmt: skip
    return redirect(url_for("studio.show", package=package), 303)


def _said(problems: tuple[Problem, ...]) -> list[Said]:
    return [Said(problem.sentence(language())) for problem in problems]
