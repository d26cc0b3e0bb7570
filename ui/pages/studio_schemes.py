"""By which scheme lines are bound to versions: what each would change, one put into the draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from seamline.problems import Refused
from seamline.usecases import design, schemes
from seamline.usecases.design import Design
from seamline.usecases.designing.edits import Write
from seamline.usecases.schemes import Choice, Otherwise

from ..forms.sheet import Said
from ..say import _, ngettext
from ..session import actor, catalog, desk, language, signed_in
from .studio import frame

blueprint = Blueprint("studio_schemes", __name__)
MOST = 20  # lines that are told one by one


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One binding with its schemes; `summary` and `otherwise` are of the one looked at."""

    form: str
    title: str
    options: list[tuple[str, str, bool, bool]]
    looked_at: str
    summary: str
    otherwise: list[tuple[Otherwise, str]]
    more: int


@blueprint.get("/studio/<package>/schemes")
def show(package: str) -> str:
    """Show every binding of a package with its schemes."""
    return _page(design.opened(desk(), actor(), package))


@blueprint.post("/studio/<package>/schemes")
def choose(package: str) -> Answer | tuple[str, int]:
    """Put another scheme into the draft; it is in force once the draft is published."""
    one = design.opened(desk(), actor(), package)
    try:
        choice = _choice(package, request.form.get("form", ""))
        path, scheme = schemes.path_of(desk(), choice), request.form.get("scheme", "")
        text = schemes.rewritten(choice, path, one.texts[path], scheme)
        design.change(desk(), actor(), package, [Write(path, text, over=one.texts[path])])
    except Refused as refused:
        if refused.status == 403:
            raise
        return _page(one, refused), refused.status
    flash(_("The scheme is in the draft. It is in force once you publish; what is bound stays."))
    return redirect(url_for("studio.show", package=package), 303)


def _choice(package: str, form: str) -> Choice:
    found = (one for one in schemes.choices(desk()) if (one.package, one.form) == (package, form))
    choice = next(found, None)
    if choice is None:
        raise schemes.nothing_bound(form)
    return choice


def _page(one: Design, refused: Refused | None = None) -> str:
    found = [each for each in schemes.choices(desk()) if each.package == one.package]
    problems = [Said(each.sentence(language())) for each in refused.problems] if refused else []
    return render_template(
        "studio/schemes.html",
        **frame(one, "documents"),
        bindings=[_shown(each) for each in found],
        problems=problems,
        problems_heading=_("The scheme cannot be chosen"),
    )


def _shown(choice: Choice) -> Shown:
    asked = request.args.get("scheme", "") if request.args.get("form") == choice.form else ""
    known = {one.id for one in choice.said.schemes}
    told: dict[str, Any] = {"summary": "", "otherwise": [], "more": 0}
    if asked in known:
        seen = schemes.foresee(desk(), actor(), choice, asked)
        told["summary"] = ngettext(
            "Of the %(of)s newest lines %(num)s would be otherwise.",
            "Of the %(of)s newest lines %(num)s would be otherwise.",
            len(seen.otherwise),
            of=seen.looked,
        )
        told["otherwise"] = [(each, _would(each)) for each in seen.otherwise[:MOST]]
        told["more"] = max(0, len(seen.otherwise) - MOST)
    return Shown(
        form=choice.form,
        title=catalog().forms[choice.form].form.title.in_(language()),
        options=[
            (one.id, one.title.in_(language()), one.id == choice.said.scheme, one.id == asked)
            for one in choice.said.schemes
        ],
        looked_at=asked if asked in known else "",
        **told,
    )


def _would(one: Otherwise) -> str:
    names = ", ".join(one.would)
    if not names:
        return _("goes to review")
    return names if len(one.would) == 1 else _("to be chosen: %(names)s", names=names)
