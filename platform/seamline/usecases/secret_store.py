"""The workspace's own secrets: written, listed by name, removed; what they say is never shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from seamline import clock
from seamline.connecting import Seal, about
from seamline.connecting.references import LONGEST
from seamline.facts import Actor, Event, Origin
from seamline.problems import Place, Refused, shorten
from seamline.store import SecretHead
from seamline.text import Text

from .desk import Desk

CONNECT = "connect"  # an act upon the workspace: its administrators', and whose role may
SET, REMOVED = "secret_set", "secret_removed"
_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,79}")


def listed(desk: Desk, actor: Actor) -> Sequence[SecretHead]:
    """Return which secrets there are; raises Refused 403."""
    desk.catalogs.current().access.require(actor, CONNECT, "*")
    with desk.store.reading() as unit:
        return unit.remembered.secrets()


def keep(desk: Desk, actor: Actor, origin: Origin, name: str, secret: str) -> None:
    """Keep a secret under a name, in the place of what it said before.

    Raises Refused: 403, 422 where the name is none or the secret is empty or too long.
    """
    desk.catalogs.current().access.require(actor, CONNECT, "*")
    if _NAME.fullmatch(name) is None:
        raise Refused.one(
            "wrong_name",
            Text(
                f"“{shorten(name)}”不能作名称：以小写字母开头，只用小写字母、数字和 _ . -。",
                f"'{shorten(name)}' is no name: it starts with a lower-case letter and holds "
                "a-z, 0-9, _, . and - only.",
            ),
            place=Place("name"),
        )
    if not secret or len(secret.encode()) > LONGEST:
        say = Text(f"密钥应为 1 到 {LONGEST} 个字节。", f"A secret has 1 to {LONGEST} bytes.")
        raise Refused.one("wrong_secret", say, place=Place("secret"))
    sealed = Seal(desk.settings.secret()).seal(secret, about(name))
    with desk.store.unit() as unit:
        unit.remembered.keep_secret(name, sealed, clock.now(), actor.id)
        unit.journal.append(told(SET, actor, origin, name, {}))


def remove(desk: Desk, actor: Actor, origin: Origin, name: str) -> None:
    """Remove a secret; raises Refused 403, and 404 where there is none of that name."""
    desk.catalogs.current().access.require(actor, CONNECT, "*")
    with desk.store.unit() as unit:
        if not unit.remembered.remove_secret(name):
            say = Text("没有密钥“{name}”。", "There is no secret '{name}'.")
            raise Refused.one("unknown_secret", say.fill(name=shorten(name)), status=404)
        unit.journal.append(told(REMOVED, actor, origin, name, {}))


def told(kind: str, actor: Actor, origin: Origin, code: str, body: Mapping[str, object]) -> Event:
    """Return the entry of what was done to a secret or a connection; `body` never holds one."""
    return Event(
        kind=kind,
        at=clock.now(),
        actor=actor.id,
        via=origin.via,
        code=code,
        seen=origin.seen,
        reported=origin.reported,
        body=body,
    )
