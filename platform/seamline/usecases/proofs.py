"""Photos that are proof: a word for a live one."""

from __future__ import annotations

import secrets

from seamline import clock
from seamline.facts import Actor

from . import look
from .desk import Desk

_BYTES = 18


def promise(desk: Desk, actor: Actor, form: str, record: str) -> str:
    """Return a word that lets one picture of the page's own camera count as taken live.

    It is good for this person and record; `record` is empty for one that is being made. Raises
    Refused 403 or 404 as looking at the record does.
    """
    if record:
        record = look.record(desk, actor, form, record).id
    else:
        desk.catalogs.current().access.require(actor, "create", form)
    token = secrets.token_urlsafe(_BYTES)
    with desk.store.unit() as unit:
        unit.proofs.promise(token, actor.id, form, record, clock.now())
    return token
