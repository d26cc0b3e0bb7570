"""Progress links: made and ended by who may, opened by whoever holds the secret address."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from seamline import clock
from seamline.access import ADMINISTRATOR
from seamline.catalog import Catalog
from seamline.facts import Actor, Event, Origin, Party, Record
from seamline.metadata import Page
from seamline.pages.progress import Progress
from seamline.problems import Place, Problem, Refused
from seamline.store import Unit
from seamline.store.links import Link
from seamline.text import Text

from . import look
from .desk import Desk

MADE, ENDED, VIEWED = "link_made", "link_ended", "link_viewed"
EYES = "link:"  # how the journal calls who looks through a link
MOST_DAYS, MOST_STANDING = 730, 20
_ID_BYTES, _MAC_BYTES = 16, 16
_PURPOSE = b"seamline progress link 1 "


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that stands: its page, and who looks through it (no person, but a role's eyes)."""

    link: Link
    page: Page
    actor: Actor


def pages_for(catalog: Catalog, form: str) -> tuple[Page, ...]:
    """Return the progress pages that records of a form can be shown by."""
    return tuple(
        page
        for page in catalog.pages.values()
        if page.kind == "progress" and page.settings.form == form
    )


def may_make(actor: Actor, page: Page) -> bool:
    """Return whether the actor makes and ends links of a page."""
    return bool({ADMINISTRATOR, *page.settings.makers} & {*actor.roles}) and actor.scopes is None


def make(
    desk: Desk, actor: Actor, origin: Origin, page_id: str, word: str, days: int | None = None
) -> Link:
    """Make a link to a record; raises Refused 403, 404, 409 too many stand, 422 wrong days."""
    catalog = desk.catalogs.current()
    page = _page(catalog, page_id)
    settings: Progress = page.settings
    record = look.record(desk, actor, settings.form, word)
    if not may_make(actor, page):
        raise Refused((_not_allowed(page),), 403)
    valid = settings.valid if days is None else _days(days)
    now = clock.now()
    made = Link(
        id=secrets.token_hex(_ID_BYTES),
        page=page.id,
        form=record.form,
        record=record.id,
        made_by=actor.id,
        made_at=now,
        expires_at=now + valid,
    )
    with desk.store.unit() as unit:
        standing = [one for one in unit.links.of_record(record.form, record.id) if stands(one)]
        if len(standing) >= MOST_STANDING:
            say = Text(
                f"这条记录已有 {MOST_STANDING} 个有效链接。",
                f"The record has {MOST_STANDING} links that stand.",
            )
            hint = Text("请先停用不再使用的链接。", "End those that are not used any more.")
            raise Refused((Problem("too_many_links", say, hint=hint),), 409)
        unit.links.add(made)
        _tell(unit, MADE, record, actor.id, origin, {"link": made.id[:8], "page": page.id})
    return made


def end(desk: Desk, actor: Actor, origin: Origin, link_id: str) -> Link:
    """End a link at once; raises Refused 403, 404, 409 where it has ended before."""
    catalog = desk.catalogs.current()
    with desk.store.reading() as unit:
        link = unit.links.get(link_id)
    if link is None or link.page not in catalog.pages:
        raise _unknown()
    record = look.record(desk, actor, link.form, link.record)
    if not may_make(actor, catalog.pages[link.page]):
        raise Refused((_not_allowed(catalog.pages[link.page]),), 403)
    now = clock.now()
    with desk.store.unit() as unit:
        if not unit.links.end(link_id, actor.id, now):
            say = Text("这个链接已经停用。", "The link has been ended before.")
            raise Refused((Problem("link_ended", say),), 409)
        _tell(unit, ENDED, record, actor.id, origin, {"link": link_id[:8], "page": link.page})
    return replace(link, ended_at=now, ended_by=actor.id)


def of_record(desk: Desk, record: Record) -> tuple[Link, ...]:
    """Return the links of a record that somebody has been shown, newest first."""
    with desk.store.reading() as unit:
        return unit.links.of_record(record.form, record.id)


def stands(link: Link) -> bool:
    """Return whether a link has neither ended nor expired."""
    return link.ended_at is None and clock.now() < link.expires_at


def token(desk: Desk, link: Link) -> str:
    """Return the secret word of a link's address.

    Nothing of it follows from the record: a random id, and a code over it that only this
    workspace can make (HMAC-SHA-256, RFC 2104, cut to 128 bits). A copy of the database is not
    enough to open a link.
    """
    raw = bytes.fromhex(link.id)
    return _written(raw + _mac(desk, raw))


def opened(desk: Desk, word: str) -> Opened:
    """Return the link of a secret word; raises Refused 404 for an unknown one, 410 for one that
    has ended or expired."""
    catalog = desk.catalogs.current()
    link_id = _read(desk, word)
    with desk.store.reading() as unit:
        link = unit.links.get(link_id) if link_id else None
        page = catalog.pages.get(link.page) if link is not None else None
        if link is None or page is None or page.kind != "progress":
            raise _unknown()
        if not stands(link):
            say = Text("这个链接已失效。", "This link is no longer valid.")
            hint = Text("请向为您服务的人索取新链接。", "Ask whoever serves you for a new one.")
            raise Refused((Problem("link_over", say, hint=hint),), 410)
        record = unit.records.get(catalog.forms[link.form].tables, link.record)
    if record is None:
        raise _unknown()
    return Opened(link, page, _eyes(catalog, link, page.settings, record))


def view(desk: Desk, seen: Opened, origin: Origin) -> None:
    """Count a view of a link, and tell it in the journal."""
    catalog = desk.catalogs.current()
    with desk.store.unit() as unit:
        record = unit.records.get(catalog.forms[seen.link.form].tables, seen.link.record)
        if record is None:
            return
        unit.links.viewed(seen.link.id, clock.now())
        _tell(unit, VIEWED, record, seen.actor.id, origin, {"link": seen.link.id[:8]})


def _eyes(catalog: Catalog, link: Link, settings: Progress, record: Record) -> Actor:
    """Return who looks through a link: one role, standing for the one record."""
    key = record.values.get(catalog.forms[link.form].form.key or "")
    party = Party(link.form, link.record, record.code or str(key or record.id))
    return Actor(f"{EYES}{link.id[:8]}", "", (settings.role,), party=party)


def _page(catalog: Catalog, page_id: str) -> Page:
    page = catalog.pages.get(page_id)
    if page is None or page.kind != "progress":
        raise Refused.one(
            "unknown_page", Text("没有这个进度页。", "There is no such progress page."), status=404
        )
    return page


def _days(days: int) -> timedelta:
    if not 1 <= days <= MOST_DAYS:
        say = Text(f"天数应为 1-{MOST_DAYS}。", f"Expected 1-{MOST_DAYS} days.")
        raise Refused((Problem("wrong_days", say, Place("days")),), 422)
    return timedelta(days=days)


def _mac(desk: Desk, raw: bytes) -> bytes:
    key = desk.settings.secret()
    return hmac.new(key, _PURPOSE + raw, hashlib.sha256).digest()[:_MAC_BYTES]


def _read(desk: Desk, word: str) -> str:
    """Return the id in a secret word, nothing where this workspace has not made it."""
    try:
        raw = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return ""
    part, mac = raw[:_ID_BYTES], raw[_ID_BYTES:]
    whole = len(raw) == _ID_BYTES + _MAC_BYTES and hmac.compare_digest(mac, _mac(desk, part))
    # The last letter has bits to spare: of the words that say the same, one is the link's.
    return part.hex() if whole and _written(raw) == word else ""


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _unknown() -> Refused:
    say = Text("没有这个链接。", "There is no such link.")
    hint = Text("请检查是否复制完整。", "Check that it was copied whole.")
    return Refused((Problem("unknown_link", say, hint=hint),), 404)


def _not_allowed(page: Page) -> Problem:
    roles = ", ".join((ADMINISTRATOR, *page.settings.makers))
    return Problem(
        "not_allowed",
        Text("您不能生成或停用进度链接。", "You may not make or end progress links."),
        hint=Text(f"以下角色可以：{roles}。", f"Roles that may: {roles}."),
    )


def _tell(
    unit: Unit, kind: str, record: Record, who: str, origin: Origin, body: dict[str, object]
) -> None:
    unit.journal.append(Event.on(record, kind, clock.now(), who, origin, body=body))
