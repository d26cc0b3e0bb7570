"""Which version each line would get, asked while a form is filled in; nothing is bound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from seamline.facts import Actor, Origin, Ref
from seamline.metadata import Binding
from seamline.problems import Problem, Problems, Refused
from seamline.text import Text

from . import look
from .desk import Desk
from .submitting.admit import admit
from .submitting.binding import Standing, standing
from .submitting.case import Submission
from .submitting.offering import Offer
from .submitting.values import complete
from .versions import Difference, difference

State = Literal["kept", "named", "only", "choose", "refused", "none"]
MOST_OTHERS = 3  # versions that one is compared with


@dataclass(frozen=True, slots=True)
class Offered:
    """What one line gets: `place` counts the rows of its table as they were given.

    `version` is the id of the version that it has or would get, empty where somebody has to choose
    or none applies; `fits` are the ids and names of those that apply; `say` is what is wrong.
    """

    said: Binding
    place: int
    thing: Ref | None
    state: State
    version: str
    name: str
    fits: tuple[tuple[str, str], ...] = ()
    day: date | None = None
    from_: str = ""
    say: Text | None = None


def ask(
    desk: Desk,
    actor: Actor,
    form: str,
    values: Mapping[str, Any],
    *,
    step: str = "create",
    record: str = "",
) -> tuple[Offered, ...]:
    """Return which version each line would get now, as far as the form is filled in.

    Nothing is written. Raises Refused as the step would: 403, 404, 409.
    """
    catalog = desk.catalogs.current()
    with desk.store.reading() as unit:
        case = admit(unit, catalog, actor, Origin("form"), Submission(form, step, values, record))
        complete(case)
        case.problems = Problems()  # what is wrong is said when it is submitted
        found = [one for one in standing(case) if not _names(one.said) & case.unseen]
        return tuple(made for one in found if (made := _offered(one)) is not None)


def shows(desk: Desk, actor: Actor, form: str, said: Binding) -> bool:
    """Return whether the actor may be told of a binding of a form and of its versions."""
    catalog = desk.catalogs.current()
    target = str(catalog.forms[form].fields[said.field].field.settings["to"])
    hidden = catalog.access.scope(actor, form).narrowed
    return catalog.access.may(actor, "read", target) and not _names(said) & hidden


def _names(said: Binding) -> frozenset[str]:
    return frozenset({said.table, said.field, said.kept, said.thing, said.follows}) - {""}


def _offered(one: Standing) -> Offered | None:
    """Return what a line gets; None where the binding has nothing to say of it."""
    offer, kept = one.offer, one.kept
    if offer is None:
        if not kept:
            return None
        return Offered(
            one.said, one.place, one.thing, "kept", str(kept["version"]), str(kept["name"])
        )
    state, version, problem = _settled(one, offer)
    if not state:
        return None
    fits = tuple(offer.fits.items())
    name = offer.known.get(version, "")
    say = problem.say if problem is not None else None
    if state == "none":
        say = offer.nothing()
    return Offered(
        one.said, one.place, one.thing, state, version, name, fits, offer.day, offer.from_, say
    )


def _settled(one: Standing, offer: Offer) -> tuple[State | Literal[""], str, Problem | None]:
    if one.named:
        if one.named in offer.fits:
            return ("only" if len(offer.fits) == 1 else "named"), one.named, None
        return "refused", one.named, offer.refusal(one.named)
    if len(offer.fits) == 1 or (offer.fits and offer.newest):
        return "only", [*offer.fits][-1], None
    if offer.fits:
        return "choose", "", offer.choice()
    return ("none" if offer.known else ""), "", None


def differences(desk: Desk, actor: Actor, form: str, one: Offered) -> Iterator[Difference]:
    """Yield how what a line gets differs from the version before it and from others that apply.

    Where somebody has to choose, each that applies is compared with the one that applied before it.
    Nothing of versions that the actor does not see.
    """
    target = str(desk.catalogs.current().forms[form].fields[one.said.field].field.settings["to"])
    fits = [id_ for id_, _name in one.fits]
    if not one.version:
        pairs: Iterable[tuple[str, str]] = zip(fits[1:], fits, strict=False)
    else:
        others = [id_ for id_ in fits if id_ != one.version]
        refused = one.state == "refused"
        pairs = [(one.version, id_) for id_ in ((*others, "") if refused else ("", *others))]
    seen: set[frozenset[str]] = set()
    for id_, against in pairs:
        try:
            found = difference(desk, actor, target, id_, against)
        except Refused:  # beyond what the actor sees
            continue
        if found is None or found.other is None:
            continue
        pair = frozenset({found.record.id, found.other.id})
        if pair not in seen and len(seen) < MOST_OTHERS:
            seen.add(pair)
            yield found


def keyed(desk: Desk, actor: Actor, form: str, said: Binding, ids: Iterable[str]) -> dict[str, str]:
    """Return by their ids the words that name versions in a field, of those the actor sees."""
    target = str(desk.catalogs.current().forms[form].fields[said.field].field.settings["to"])
    key = desk.catalogs.current().forms[target].form.key
    found: dict[str, str] = {}
    for id_ in ids:
        try:
            record = look.record(desk, actor, target, id_)
        except Refused:
            continue
        found[id_] = str(record.values.get(key) or "") if key else record.code
    return found
