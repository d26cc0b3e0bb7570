"""Photos made ready before the transaction opens: decoded, told apart and marked in nobody's way.

Whoever writes holds up all others who write; opening a large picture and burning a mark into it
take longer than the rest of a submission. Nothing is decided here: the door looks at everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from seamline import clock
from seamline.catalog import Catalog
from seamline.facts import Actor, Capture, FileRef, GeoPoint, Origin
from seamline.fields import KINDS
from seamline.fields.kind import Invalid
from seamline.fields.proof import Proof as Asked, proof_of
from seamline.metadata import Field
from seamline.problems import Refused
from seamline.proofs import likeness, marking, picture
from seamline.store import Unit
from seamline.store.ulid import ulid

from ..desk import Desk
from .admit import admit
from .case import Case, Submission
from .exhibit import Developed
from .needed import files_of


@dataclass(frozen=True, slots=True)
class _Undeveloped:
    """A photo as it was sent, and what will be burnt into it."""

    field: Field
    asked: Asked
    file: FileRef
    data: bytes


def developed(
    desk: Desk, catalog: Catalog, actor: Actor, origin: Origin, asked: Submission
) -> dict[tuple[str, str], Developed]:
    """Return the new photos of a submission, by field and digest; nothing where it is refused.

    A submission that was answered already, or that the door would not admit, costs no work.
    """
    model = catalog.forms.get(asked.form)
    fields = model.form.fields if model is not None else ()
    if not any(one.id in asked.values and proof_of(one) is not None for one in fields):
        return {}
    try:
        with desk.store.reading() as unit:
            known = asked.idempotency_key
            if known and unit.idempotency.find(actor.id, known) is not None:
                return {}
            case = admit(unit, catalog, actor, origin, asked)
            waiting = [*_waiting(unit, case)]
    except Refused:  # the door will say so, with everything else that is wrong
        return {}
    code = case.before.code if case.before is not None else ""
    made = {}
    for one in waiting:
        shot = develop(one.data, clock.now(), catalog.zone)
        if shot.picture is not None and case.before is not None:
            told = one.file.capture or Capture()
            place = told.place or shot.picture.shot.place
            shot.lines = burnt(one.asked, shot.at, catalog.zone, actor, place, told.device, code)
            shot.marked = mark(shot, one.file, shot.lines)
        made[one.field.id, one.file.sha256] = shot
    return made


def _waiting(unit: Unit, case: Case) -> Iterator[_Undeveloped]:
    for field in case.model.form.fields:
        asked, raw = proof_of(field), case.asked.values.get(field.id)
        if asked is None or raw is None:
            continue
        before = case.before.values.get(field.id) if case.before is not None else None
        stored = {file.sha256 for file in files_of(before)}
        try:
            given = files_of(KINDS[field.kind].parse(field, raw, case.reading))
        except Invalid:
            continue
        for file in given:
            if file.sha256 not in stored:
                with unit.files.open(file.sha256) as kept:
                    yield _Undeveloped(field, asked, file, kept.read())


def develop(data: bytes, at: datetime, zone: tzinfo) -> Developed:
    """Return what a photo shows and what it is told apart by, or why it cannot be read."""
    try:
        seen = picture.read(data, zone)
    except picture.Unreadable as error:
        return Developed(at, why=error.why)
    return Developed(at, seen, likeness.asked_of(seen.image), ulid(at))


def mark(shot: Developed, file: FileRef, lines: list[str]) -> bytes:
    """Return the picture with its mark burnt in."""
    assert shot.picture is not None
    return marking.marked(shot.picture.image, lines, f"seamline {shot.proof} {file.sha256}")


def burnt(
    asked: Asked,
    at: datetime,
    zone: tzinfo,
    actor: Actor,
    place: GeoPoint | None,
    device: str,
    code: str,
) -> list[str]:
    """Return what is burnt in: when and who in one line, where and with what in the next."""
    words = {
        "time": at.astimezone(zone).isoformat(" ", "seconds"),
        "person": actor.name,
        "place": _where(place),
        "device": device,
        "code": code,
    }
    chosen = {name: words[name] for name in asked.mark if words[name]}
    rows = (("time", "person"), ("place", "device", "code"))
    lines = ("  ".join(chosen[name] for name in row if name in chosen) for row in rows)
    return [line for line in lines if line]


def _where(place: GeoPoint | None) -> str:
    if place is None:
        return ""
    about = f" ±{place.accuracy:.0f} m" if place.accuracy else ""
    return f"{place.latitude:.5f},{place.longitude:.5f}{about}"
