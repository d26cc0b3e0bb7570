"""Entries: short ways to a new record, each with a switch that works without deployment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from seamline import clock
from seamline.access import SWITCH
from seamline.catalog import Catalog
from seamline.facts import Actor, Event, Origin
from seamline.forms import FormModel
from seamline.metadata.entry import Entry, switch_of
from seamline.problems import Place, Problem, Refused
from seamline.store import Unit
from seamline.text import Text

from .desk import Desk

if TYPE_CHECKING:
    from .submitting.case import Submission

SWITCHED = "switched"  # what the journal calls a moved switch, a rule's as an entry's
MOST_REASON = 1000
CREATE = "create"


@dataclass(frozen=True, slots=True)
class EntryState:
    """An entry with its switch: who moved it last, when and why (empty where nobody ever did)."""

    model: FormModel
    entry: Entry
    on: bool
    may_switch: bool
    actor: str = ""
    at: datetime | None = None
    reason: str = ""


def is_on(catalog: Catalog, form: str, entry: Entry) -> bool:
    """Return whether an entry stands open; every process follows its switch within two seconds."""
    return catalog.switches.get(switch_of(form, entry.id), entry.enabled)


def entry_of(catalog: Catalog, form: str, name: str) -> tuple[FormModel, Entry]:
    """Return a form and one of its entries; raises Refused 404."""
    model = catalog.forms.get(form)
    found = next((one for one in model.form.entries if one.id == name), None) if model else None
    if model is None or found is None:
        say = Text("没有这个入口。", "There is no such entry.")
        raise Refused.one("unknown_entry", say, status=404)
    return model, found


def admit_entry(catalog: Catalog, model: FormModel, asked: Submission) -> None:
    """Refuse what comes by an entry that is switched off, or by one that the form has not."""
    _, entry = entry_of(catalog, model.form.id, asked.entry)
    if not is_on(catalog, model.form.id, entry):
        raise closed(entry)


def closed(entry: Entry) -> Refused:
    """Return the refusal of an entry that is switched off."""
    title = entry.title
    return Refused.one(
        "entry_off",
        Text(f"入口“{title.zh}”已停用。", f"The entry '{title.en}' is switched off."),
        status=409,
        hint=Text("请联系发给您二维码的人。", "Ask whoever gave you the code."),
    )


def states(desk: Desk, actor: Actor) -> tuple[EntryState, ...]:
    """Return every entry of the forms in which the actor may make records or move its switch."""
    catalog = desk.catalogs.current()
    with desk.store.reading() as unit:
        return tuple(
            state
            for model in catalog.forms.values()
            for entry in model.form.entries
            if (state := _state(unit, catalog, actor, model, entry)) is not None
        )


def state(desk: Desk, actor: Actor, form: str, name: str) -> EntryState:
    """Return one entry with its switch; raises Refused 403 or 404."""
    catalog = desk.catalogs.current()
    model, entry = entry_of(catalog, form, name)
    with desk.store.reading() as unit:
        found = _state(unit, catalog, actor, model, entry)
    if found is None:
        catalog.access.require(actor, CREATE, form)
        raise LookupError(f"{form}.{name}: allowed, but not found")
    return found


def _state(
    unit: Unit, catalog: Catalog, actor: Actor, model: FormModel, entry: Entry
) -> EntryState | None:
    form = model.form.id
    may_switch = catalog.access.may(actor, SWITCH + CREATE, form)
    if not may_switch and not catalog.access.may(actor, CREATE, form):
        return None
    moved = unit.switches.moved().get(switch_of(form, entry.id))
    if moved is None:
        return EntryState(model, entry, entry.enabled, may_switch)
    return EntryState(model, entry, moved.on, may_switch, moved.actor, moved.at, moved.reason)


def flip(
    desk: Desk, actor: Actor, origin: Origin, form: str, name: str, on: bool, reason: str
) -> Event:
    """Open or close one entry; every process follows within two seconds.

    The right is that of switching the rules of the form's `create` step. Raises Refused: 403
    without it, 404, 409 stands so already, 422 without a reason.
    """
    catalog = desk.catalogs.current()
    model, entry = entry_of(catalog, form, name)
    catalog.access.require(actor, SWITCH + CREATE, form)
    _check_reason(reason)
    key = switch_of(form, name)
    with desk.store.unit() as unit:
        unit.switches.raise_version()
        before = unit.switches.all().get(key, entry.enabled)
        if before == on:
            word = Text("启用", "on") if on else Text("停用", "off")
            say = Text(f"入口已经是{word.zh}。", f"The entry is {word.en} already.")
            raise Refused.one("switched_already", say, status=409)
        at = clock.now()
        unit.switches.set(key, on, actor.id, at, reason)
        event = unit.journal.append(
            Event(
                kind=SWITCHED,
                at=at,
                actor=actor.id,
                via=origin.via,
                form=model.form.id,
                record=key,
                step=f"{form}.{CREATE}",
                seen=origin.seen,
                reported=origin.reported,
                reason=reason,
                body={"entry": name, "from": _word(before), "to": _word(on)},
            )
        )
    desk.catalogs.refresh()
    return event


def _word(on: bool) -> str:
    return "on" if on else "off"


def _check_reason(reason: str) -> None:
    if not reason.strip():
        say = Text("请写明启停的原因。", "Say why the switch is moved.")
        raise Refused((Problem("reason_required", say, Place("reason")),), 422)
    if len(reason) > MOST_REASON:
        say = Text(f"原因最多 {MOST_REASON} 个字。", f"A reason has at most {MOST_REASON} signs.")
        raise Refused((Problem("too_long", say, Place("reason")),), 422)
