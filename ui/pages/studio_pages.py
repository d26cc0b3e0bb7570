"""Pages of a draft, drawn as their readers will see them, to be looked at only."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, abort, g, render_template

from seamline.documents import read
from seamline.metadata import Page
from seamline.package.page_checks import built
from seamline.package.sources import kind_of_path
from seamline.problems import Refused
from seamline.schema import check as shaped
from seamline.usecases import design
from seamline.usecases.design import Design

from ..say import _
from ..session import actor, desk, language, signed_in
from .kinds import PAGE_FACES

blueprint = Blueprint("studio_pages", __name__)
SCRIPTS = re.compile(r"<script\b[^>]*>.*?</script>", re.DOTALL)


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/studio/<package>/page-preview/<path:path>")
def preview(package: str, path: str) -> Any:
    """Show a page of the draft, drawn by what draws the published ones."""
    one = design.opened(desk(), actor(), package)
    if kind_of_path(path) != "page" or path not in one.texts:
        abort(404)
    g.bare = one.revision  # the shell leaves out what is around a page
    try:
        page = _page(one, path)
        shown = PAGE_FACES[page.kind].show(page)
        text = shown.get_data(as_text=True) if isinstance(shown, Response) else str(shown)
        # It is looked at, not worked with: nothing of it runs, and nothing is sent from it.
        return SCRIPTS.sub("", text)
    except Refused as refused:
        said = [each.sentence(language()) for each in refused.problems[:5]]
    except (KeyError, TypeError, AttributeError):  # it names what is not there (yet)
        said = [_("It names something that is not published yet.")]
    return render_template("studio/trials/unready.html", said=said)


def _page(one: Design, path: str) -> Page:
    document = read(one.texts[path], path)
    problems = shaped(document, "page")
    if problems:
        raise Refused(tuple(problems))
    return built(document.data)
