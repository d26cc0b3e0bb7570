"""What people are called, by the id that the journal keeps."""

from __future__ import annotations

from typing import cast

from flask import g

from seamline.store import User
from seamline.usecases import accounts, links
from seamline.usecases.connections import MIRRORS

from ..say import _
from ..session import catalog, desk, language

PIPELINES = "pipeline."  # before the id of the pipeline whose account acts


def name_of_person(user_id: str) -> str:
    """Return a person's name; the id itself where there is no such account (any more)."""
    if user_id in ("", "system"):
        return _("System")
    if user_id.startswith(links.EYES):
        return _("Holder of a link")
    if user_id.startswith(MIRRORS):
        mirrored = catalog().connections.get(user_id.removeprefix(MIRRORS))
        return mirrored.title.in_(language()) if mirrored else user_id
    if user_id.startswith(PIPELINES):
        pipeline = catalog().pipelines.get(user_id.removeprefix(PIPELINES))
        return pipeline.title.in_(language()) if pipeline else user_id
    if "names" not in g:
        g.names = accounts.names(desk())
    return cast(str, g.names.get(user_id, user_id))


def everybody() -> tuple[User, ...]:
    """Return every account of the workspace, read once for a request."""
    if "people" not in g:
        g.people = tuple(accounts.users(desk()))
    return cast(tuple[User, ...], g.people)
