"""What people are called, by the id that the journal keeps."""

from __future__ import annotations

from flask import g

from seamline.usecases import accounts

from ..say import _
from ..session import desk


def name_of_person(user_id: str) -> str:
    """Return a person's name; the id itself where there is no such account (any more)."""
    if user_id in ("", "system"):
        return _("System")
    if "people" not in g:
        g.people = {user.id: user.name for user in accounts.users(desk())}
    return str(g.people.get(user_id, user_id))
