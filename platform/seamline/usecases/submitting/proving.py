"""Photos as proof: looked at before the rules speak, marked and kept with what they let pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from seamline.facts import Capture, FileRef, Record
from seamline.fields.files import most_of
from seamline.fields.proof import Proof as Asked, proof_of
from seamline.metadata import Field
from seamline.problems import Place, Problem, Refused
from seamline.proofs import likeness, marking
from seamline.proofs.signs import GALLERY, SIGNS, signs
from seamline.store import Proof
from seamline.text import Text

from .case import Case
from .developing import burnt, develop, mark
from .exhibit import Developed, Exhibit
from .needed import files_of, new_files

UNREADABLE = {
    "unreadable": Text("读不出这张照片。", "This picture cannot be read."),
    "too_large": Text("照片的像素太多。", "This picture has too many pixels."),
    "too_small": Text("照片太小，看不清。", "This picture is too small to show anything."),
    "blank": Text("照片上什么也看不到。", "This picture shows nothing."),
}
_AGAIN = Text("请当场重新拍一张。", "Take a new one on the spot.")


def examine(case: Case) -> None:
    """Look at every new photo of a field that asks for proof; problems are added to the case.

    Photos that the record holds already stay: a proof is never taken away.
    """
    for one in case.model.form.fields:
        asked = proof_of(one) if one.id in case.asked.values else None
        if asked is None:
            continue
        fresh = new_files(case, one.id)
        before = files_of(case.before.values.get(one.id)) if case.before is not None else []
        if before or fresh:
            case.values[one.id] = (*before, *fresh)
        _check_number(case, one, len(before) + len(fresh))
        for file in fresh:
            _examine_one(case, one, asked, file)


def _check_number(case: Case, one: Field, count: int) -> None:
    most = most_of(one)
    if count > most:
        say = Text(
            f"最多 {most} 个文件，现在会有 {count} 个。",
            f"At most {most} files, this makes {count}.",
        )
        case.problems.add(Problem("too_many_files", say, Place(one.id)))


def _examine_one(case: Case, one: Field, asked: Asked, file: FileRef) -> None:
    shot = case.ready.pop((one.id, file.sha256), None) or _developed(case, file)
    if shot.picture is None:
        say = UNREADABLE[shot.why]
        case.problems.add(Problem("proof_unreadable", say, Place(one.id), _AGAIN, shot.why))
        return
    told = file.capture or Capture()
    where = told.place or shot.picture.shot.place
    source = "device" if told.place else "picture" if where else ""
    made = Exhibit(one, asked, file, shot, where, source)
    made.live = _is_live(case, made)
    made.signs += signs(shot.picture.shot, told, made.live, asked.within, shot.at)
    if told.live and not made.live:
        made.signs.append("token")
    if where is None:
        made.signs.append("no_place")
    _look_up(case, made)
    case.problems.extend(_refusals(made))
    case.exhibits.append(made)


def _developed(case: Case, file: FileRef) -> Developed:
    """Return a photo that nobody made ready: it came by a way that holds the transaction anyway."""
    with case.unit.files.open(file.sha256) as stored:
        return develop(stored.read(), case.at, case.catalog.zone)


def _is_live(case: Case, made: Exhibit) -> bool:
    """Return whether the page's own camera took it, by the word that is good for one picture."""
    token = made.capture.live
    if not token or any(token == other.capture.live for other in case.exhibits):
        return False
    return case.unit.proofs.promised(token, *_holder(case))


def _holder(case: Case) -> tuple[str, str, str, datetime]:
    """Return whom and what a word for a live picture is good for, and when it is shown."""
    record = case.before.id if case.before is not None else ""
    return case.actor.id, case.model.form.id, record, case.at


def _look_up(case: Case, made: Exhibit) -> None:
    """Note the earlier photos that this one repeats or looks like, those beside it included."""
    proofs = case.unit.proofs
    asked = made.shot.hashes
    beside = [other for other in case.exhibits if other.file.sha256 == made.file.sha256]
    nearest = min(
        (likeness.distance(asked[0], other.hashes[0]) for other in case.exhibits),
        default=likeness.BITS,
    )
    same = proofs.used(made.file.sha256)
    found = proofs.alike(asked, likeness.ALIKE)
    repeated = same or beside or nearest <= likeness.SAME
    if repeated or any(one.whole <= likeness.SAME for one in found):
        made.signs.append("used")
    elif found:
        made.signs.append("alike")
    made.like = list(dict.fromkeys([*([same] if same else []), *(one.proof for one in found)]))


def _refusals(made: Exhibit) -> Iterator[Problem]:
    """Yield why a photo cannot be taken; what only speaks against it is kept as a sign."""
    place, asked = Place(made.field.id), made.asked
    if asked.place == "required" and made.place is None:
        say = Text("照片没有定位。", "The place of the photo is not known.")
        hint = Text(
            "请允许浏览器使用位置信息，或打开相机的定位后重拍。",
            "Let the browser tell where you are, or switch the camera's location on.",
        )
        yield Problem("proof_place", say, place, hint)
    if asked.device == "required" and not made.capture.device:
        say = Text("不知道照片由哪台设备拍摄。", "The device that took the photo is not known.")
        hint = Text("请在打卡页面拍摄。", "Take it on the page of the check-in.")
        yield Problem("proof_device", say, place, hint)
    if asked.reuse == "refuse" and "used" in made.signs:
        say = Text("这张照片已经用过。", "This picture has been used before.")
        yield Problem("proof_used", say, place, _AGAIN)
    doubts = [sign for sign in made.signs if sign in GALLERY]
    if asked.gallery == "refuse" and doubts:
        why_zh = "、".join(SIGNS[sign].zh for sign in doubts)
        why_en = ", ".join(SIGNS[sign].en for sign in doubts)
        say = Text(
            f"这不像是刚在现场拍的：{why_zh}。",
            f"This does not seem to have been taken just now: {why_en}.",
        )
        yield Problem("proof_gallery", say, place, _AGAIN, ", ".join(doubts))


def seal(case: Case, record: Record) -> Record:
    """Mark the new photos, keep their facts, and return the record holding the marked ones."""
    if not case.exhibits:
        return record
    values = dict(record.values)
    told: list[dict[str, Any]] = []
    for made in case.exhibits:
        if made.live and not case.unit.proofs.spend(made.capture.live, *_holder(case)):
            raise _spent()
        proof = _proof(case, made, record)
        marked = _marked(case, made, record)
        proof = replace(proof, sha256=marked.sha256)
        case.unit.proofs.add(proof, made.hashes)
        told.append(_told(proof))
        values[made.field.id] = tuple(
            marked if one.sha256 == made.file.sha256 else one
            for one in files_of(values[made.field.id])
        )
    case.told["proofs"] = told
    case.values = values
    return replace(record, values=values)


def _spent() -> Refused:
    say = Text("这次拍摄的凭据已经用过。", "The word for this live picture has just been used.")
    return Refused.one("proof_spent", say, status=409, hint=_AGAIN)


def _proof(case: Case, made: Exhibit, record: Record) -> Proof:
    shot, told = made.picture.shot, made.capture
    facts: dict[str, Any] = {
        "hash": likeness.written(made.hashes[0]),
        "place": made.place,
        "place_from": made.place_from,
        "taken_at": told.taken_at or shot.taken_at,
        "live": made.live,
        "camera": shot.camera,
        "software": shot.software,
        "signs": made.signs,
        "like": made.like,
    }
    return Proof(
        made.shot.proof, record.form, record.id, made.field.id, case.business_step, made.shot.at,
        case.actor.id, told.device, case.origin.seen, case.origin.reported, "",
        made.file.sha256, facts,
    )  # fmt: skip


def _marked(case: Case, made: Exhibit, record: Record) -> FileRef:
    shot, zone = made.shot, case.catalog.zone
    device = made.capture.device
    lines = burnt(made.asked, shot.at, zone, case.actor, made.place, device, record.code)
    ready = shot.marked and shot.lines == lines
    data = shot.marked if ready else mark(shot, made.file, lines)
    stem = made.file.name.rpartition(".")[0] or made.file.name
    return case.unit.files.put(data, f"{stem}.jpg", marking.MEDIA_TYPE)


def _told(proof: Proof) -> dict[str, Any]:
    """Return what the journal keeps of a proof; which earlier ones it resembles is not told."""
    facts = {name: fact for name, fact in proof.facts.items() if name != "like"}
    return facts | {
        "proof": proof.id,
        "field": proof.field,
        "file": proof.sha256,
        "original": proof.original,
        "device": proof.device,
    }
