"""What a page to scan with shows: acts, places, the item, what is asked, and words for scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from seamline.fields.numbers import scale_of
from seamline.forms import FieldModel
from seamline.metadata import Page
from seamline.store import Query
from seamline.usecases import look
from seamline.usecases.scanning import Bench

from ... import assets
from ...forms.control import options_of
from ...say import _
from ...session import actor, client_of, desk, language
from ...shown import name_of
from . import telling

MOST_PLACES = 200
ICONS: Mapping[str, str] = {
    "subtract": "arrow-up-right",
    "add": "arrow-down-left",
    "set": "list-checks",
}
SCRIPTS = ("conditions.js", "guard.js", "lookup.js", "seam.js", "spans.js")


@dataclass(frozen=True, slots=True)
class Act:
    """One act offered."""

    id: str
    label: str
    icon: str
    effect: str


@dataclass(frozen=True, slots=True)
class Place:
    """One field that says where, with what can be chosen."""

    id: str
    label: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing asked beside the amount."""

    id: str
    label: str
    kind: str
    options: tuple[tuple[str, str], ...] = ()
    stays: bool = False


@dataclass(slots=True)
class Typed:
    """What stands in the controls."""

    act: str = ""
    places: dict[str, str] = field(default_factory=dict)
    code: str = ""
    amount: str = ""
    asked: dict[str, str] = field(default_factory=dict)


def acts(at: Bench) -> tuple[Act, ...]:
    """Return the acts offered, in their order; none where the ledger has only one."""
    posting = at.posting
    if not posting.act:
        return ()
    labels = {
        one.id: one.label for one in options_of(at.moves.fields[posting.act].field, language())
    }
    return tuple(
        Act(one, labels.get(one, one), ICONS[posting.acts[one]], posting.acts[one])
        for one in at.acts
    )


def places(at: Bench) -> tuple[Place, ...]:
    """Return what is chosen once: the fields that say where."""
    return tuple(
        Place(name, _label(at.moves.fields[name]), tuple(_choices(at.moves.fields[name])))
        for name in at.places
    )


def _label(model: FieldModel) -> str:
    return model.field.label.in_(language())


def _choices(model: FieldModel) -> Iterator[tuple[str, str]]:
    if model.field.kind == "choice":
        for option in options_of(model.field, language()):
            yield option.id, option.label
        return
    form = look.form(desk(), actor(), str(model.field.settings["to"]))
    query = Query(limit=MOST_PLACES, total=False)
    for record in look.page(desk(), actor(), form.form.id, query).rows:
        key = str(form.tables.key.key)
        word = record.code if key == "_code" else str(record.values.get(key) or record.code)
        named = record.values.get(form.form.name) if form.form.name else None
        yield word, f"{name_of(record, form)} {named}" if named else name_of(record, form)


def asks(at: Bench) -> tuple[Ask, ...]:
    """Return what is asked beside the amount."""
    found = []
    for name in at.scan.ask:
        one = at.moves.fields[name].field
        options = (
            tuple((o.id, o.label) for o in options_of(one, language()))
            if one.kind == "choice"
            else ()
        )
        found.append(
            Ask(name, _label(at.moves.fields[name]), one.kind, options, name in at.scan.stays)
        )
    return tuple(found)


def config(at: Bench, page: Page) -> dict[str, Any]:
    """Return what the scripts of the page work with."""
    scan, posting, amount = at.scan, at.posting, at.moves.fields[at.posting.amount].field
    return {
        "page": page.id,
        "person": {"id": actor().id, "name": actor().name},
        "addresses": {name: url_for(f"scan.{name}", page_id=page.id) for name in ADDRESSES},
        "scope": url_for("generated.show", page_id=page.id),
        "camera": {
            name: assets.address(f"vendor/zxing/zxing_reader.{name}") for name in ("js", "wasm")
        },
        "client": _client(),
        "record": url_for("records.show", form_id=at.moves.form.id, word="-"),
        "fields": {
            "act": posting.act,
            "item": scan.item,
            "amount": posting.amount,
            "before": posting.before,
            "after": posting.after,
            "places": list(at.places),
            "asked": list(scan.ask),
            "stays": list(scan.stays),
            "scanned": scan.scanned,
            "moment": scan.moment,
        },
        "acts": [{"id": one.id, "label": one.label, "effect": one.effect} for one in acts(at)],
        "label": scan.label,
        "gs1": dict(scan.gs1),
        "scale": scale_of(amount) if amount.kind == "decimal" else 0,
        "opens": posting.opens is not None,
        "rules": telling.rules_on_board(at),
        "words": words(),
    }


def _client() -> dict[str, str] | None:
    """Return how the camera of the client is reached that the page is open in, if it has one."""
    way = client_of("scan")
    if way is None:
        return None
    return {
        "library": assets.address("vendor/wecom-jssdk/wecom.js"),
        "signature": url_for("client.signature", connection=way.id),
    }


ADDRESSES = ("find", "carry", "hello", "send", "worker")


def words() -> dict[str, str]:
    """Return the sentences that scripts show; `{…}` is filled by them."""
    return {
        "online": _("online"),
        "offline": _("offline"),
        "waiting": _("{n} waiting"),
        "confirm": _("Confirm"),
        "confirm_act": _("{act} {qty} {unit}"),
        "confirm_set": _("{act}: {qty} {unit}"),
        "unknown": _("No item goes with “{code}”."),
        "unknown_offline": _(
            "“{code}” is not carried on this device. It is checked when connected."
        ),
        "several": _("{n} items go with “{code}”. Scan another code of the item."),
        "kept": _("Kept on this device: {what}"),
        "posted": _("Posted: {what} · {after} left"),
        "held": _("Held for review: {what}"),
        "refused": _("Not done: {what}"),
        "no_amount": _("Enter a quantity."),
        "no_place": _("Choose where first."),
        "no_item": _("Scan a code first."),
        "carried": _("{n} of {total} items carried, as of {time}"),
        "carry_failed": _("The items could not be fetched; those of {time} stay."),
        "not_carried": _("No items are carried yet."),
        "state_queued": _("waiting"),
        "state_posted": _("posted"),
        "state_held": _("in review"),
        "state_refused": _("not accepted"),
        "state_failed": _("failed, tried again"),
        "sign_in": _("Sign in again to send what waits."),
        "other_person": _(
            "{n} moves of {name} wait on this device. They are sent once {name} signs in here."
        ),
        "insecure": _(
            "This address is not encrypted (http): no camera, and without a connection "
            "only as long as this page stays open."
        ),
        "no_camera": _("The camera cannot be opened: {why}"),
        "stale": _("as carried at {time}"),
    }


def assets_of() -> list[str]:
    """Return the addresses of everything that the page needs without a connection."""
    folder = assets.FOLDER
    styles = ("seam.css", "app.css", "dark.css", "scan.css", "icons.svg", "mark.svg")
    scripts = [f"js/{name}" for name in SCRIPTS]
    scripts += sorted(
        one.relative_to(folder).as_posix() for one in (folder / "js/scan").glob("*.js")
    )
    camera = ["vendor/zxing/zxing_reader.js", "vendor/zxing/zxing_reader.wasm"]
    named = [*styles, "vendor/htmx/htmx.min.js", *scripts, *camera]
    return [assets.address(name) for name in named]
