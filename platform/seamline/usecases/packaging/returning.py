"""Going back across an upgrade: what served before is looked at and published like a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from seamline.facts import Actor, Origin
from seamline.package import read_sources
from seamline.problems import Problem, Refused
from seamline.store import Past, Unit
from seamline.text import Text
from seamline.usecases import install
from seamline.usecases.designing import releases
from seamline.usecases.desk import Desk
from seamline.usecases.editing.bound_by import alike
from seamline.usecases.editing.serving import GUARD
from seamline.usecases.stages import Tell, untold

from .arriving import Arrival, Take, arrived, check, publish


@dataclass(frozen=True, slots=True)
class Back:
    """To which version of a package somebody wants to go back, and what they chose for it."""

    package: str
    number: int
    takes: Mapping[str, Take] = field(default_factory=dict)
    confirmed: tuple[str, ...] = ()


def pasts(desk: Desk, actor: Actor, package: str) -> tuple[Past, ...]:
    """Return which versions of a package upgrades replaced, newest first; raises Refused 403."""
    desk.catalogs.current().access.require(actor, GUARD, "*")
    with desk.store.reading() as unit:
        return unit.pasts.of(package)


def looked_back(desk: Desk, actor: Actor, back: Back) -> Arrival:
    """Return what going back would do; nothing is changed. Raises Refused: 403, 404."""
    desk.catalogs.current().access.require(actor, GUARD, "*")
    with desk.store.reading() as unit:
        past = unit.pasts.get(back.package, back.number)
    before = install.installed(desk)
    served = next((one for one in before if one.head.id == back.package), None)
    if past is None or served is None:
        say = Text("没有这一版可以退回。", "There is no such version to go back to.")
        raise Refused.one("unknown_version", say, status=404)
    texts = {path: alike(path, text, served.sources.get(path, text))
             for path, text in past.served.items()}  # fmt: skip
    own = install.bound_here(read_sources(past.own, others=before), before)
    return arrived(desk, own, texts, before, back.takes)


def losses(steps: Iterable[releases.Step]) -> tuple[releases.Step, ...]:
    """Return the steps by which something would be lost that people have entered since."""
    return tuple(one for one in steps if one.change.kind in releases.LOSING and one.change.rows)


def require_back(arrival: Arrival, back: Back) -> None:
    """Raise Refused (409, 422) where data would be lost, or something is still to be chosen."""
    lost = losses(arrival.steps)
    if lost:
        hint = Text(
            "那一版里没有它，退回后就看不到这些数据了。确实不要，就先在设计器里去掉它并发布，再退回。",
            "The earlier version does not know it, and these data would be out of reach. If they "
            "are not wanted, take it out in Studio and publish that first; then go back.",
        )
        raise Refused([Problem("data_lost", one.change.words, hint=hint) for one in lost], 409)
    check(arrival, back.confirmed)


def take_back(
    desk: Desk,
    actor: Actor,
    origin: Origin,
    back: Back,
    *,
    tell: Tell = untold,
    beside: Callable[[Unit], None] = lambda unit: None,
) -> tuple[Problem, ...]:
    """Go back, through the door of every publication; return the warnings."""
    _arrival, found = publish(
        desk, actor, origin, lambda: looked_back(desk, actor, back),
        lambda seen: require_back(seen, back), tell, beside,
    )  # fmt: skip
    return found
