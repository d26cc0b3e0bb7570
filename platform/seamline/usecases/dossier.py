"""Dossiers: prints that are sealed. Their making stands in the journal, the file proves itself."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from seamline import clock
from seamline.facts import Actor, Event, Origin, Record
from seamline.printing.sealing import Unsealed, pages_of, parted, sealed
from seamline.problems import Refused
from seamline.store import Verdict, verify_story
from seamline.text import Text

from . import look, story
from .desk import Desk

SEALED = "sealed"
MOST_HIDDEN = 5_000  # newest entries of the journal that the proof in a file reaches back
_TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True)
class Making:
    """A dossier while it is made: of what, which print view, the word its picture leads to.

    `head` are number and hash of the newest entry of the journal before it; `left` is how many
    entries about the order lie too far back for the proof in the file.
    """

    record: Record
    view: str
    title: Text
    token: str
    at: datetime
    head: tuple[int, str]
    left: int


@dataclass(frozen=True, slots=True)
class Known:
    """What the journal keeps of a dossier."""

    title: Text
    code: str
    at: datetime
    by: str
    sha256: str
    seq: int
    hash: str
    pages: tuple[str, ...] = ()


def begin(desk: Desk, actor: Actor, form: str, word: str, view: str, title: Text) -> Making:
    """Begin a dossier of a record; raises Refused 403 to whom it may not be exported, or 404."""
    desk.catalogs.current().access.require(actor, "export", form)
    record = look.record(desk, actor, form, word)
    if {"_code", "_tracking"} & record.unseen:
        say = Text(
            "您看不到这条记录的编号，不能为它出具档案。",
            "You do not see the code of this record, so no dossier can be made of it.",
        )
        raise Refused.one("code_hidden", say, status=403)
    with desk.store.reading() as unit:
        head = unit.journal.head()
        numbers = unit.journal.numbers_of(record.tracking) if record.tracking else ()
    left = sum(1 for number in numbers if number <= head[0] - MOST_HIDDEN)
    return Making(record, view, title, secrets.token_hex(_TOKEN_BYTES), clock.now(), head, left)


def finish(desk: Desk, actor: Actor, origin: Origin, made: Making, pdf: bytes) -> bytes:
    """Seal the printed dossier: its digest goes into the journal, its proof into the file."""
    body: dict[str, object] = {
        "view": made.view,
        "title": {"zh": made.title.zh, "en": made.title.en},
        "token": made.token,
        "sha256": hashlib.sha256(pdf).hexdigest(),
        "revision": made.record.revision,
        "pages": list(pages_of(pdf)),
    }
    event = Event.on(made.record, SEALED, made.at, actor.id, origin, body=body)
    with desk.store.unit() as unit:
        seal = unit.journal.append(event)
    return sealed(pdf, _proof(desk, actor, made, seal))


def _proof(desk: Desk, actor: Actor, made: Making, seal: Event) -> str:
    """Return the story of the record, as far as its reader may export it, up to the seal.

    A proof names every entry after the first it shows: entries far back stand on the pages alone,
    and the proof says how many these are.
    """
    out, shown, record = io.StringIO(newline=""), {seal.seq}, made.record
    if record.tracking:
        whole = story.story(desk, actor, record.tracking)
        shown |= story.provable(desk, actor, whole, story.Wanted())
    with desk.store.reading() as unit:
        shown = {number for number in shown if number > made.head[0] - MOST_HIDDEN}
        story.write(unit, actor, out, record.tracking, shown)
    return out.getvalue()


def known(desk: Desk, form: str, record: str, token: str) -> Known:
    """Return what the journal keeps of the dossier of a token; raises Refused 404.

    Whoever has the dossier has the token: nothing is told that does not stand in it.
    """
    with desk.store.reading() as unit:
        for event in unit.journal.of_kind(form, record, SEALED):
            if hmac.compare_digest(str(event.body.get("token", "")).encode(), token.encode()):
                body: Any = event.body
                return Known(
                    Text(body["title"]["zh"], body["title"]["en"]), event.code, event.at,
                    event.actor, body["sha256"], event.seq, event.hash,
                    tuple(body.get("pages", ())),
                )  # fmt: skip
    raise Refused.one(
        "unknown_dossier",
        Text("没有出具过这份档案。", "No such dossier was made here."),
        status=404,
        hint=Text("请核对网址是否完整。", "Check that the address is complete."),
    )


def verify(data: bytes) -> Verdict:
    """Verify a dossier without any database: every byte, its seal, the chain to the head."""
    try:
        pdf, proof = parted(data)
    except Unsealed:
        return _broken(
            "文件被改动过，或不是封存的档案。", "It was changed, or is no sealed dossier."
        )
    verdict = verify_story(proof.splitlines(keepends=True))
    if not verdict.sound:
        return verdict
    for entry in seals_in(proof):
        if entry["body"].get("sha256") == hashlib.sha256(pdf).hexdigest():
            title = entry["body"]["title"]
            said = Text(
                f"{title['zh']} {entry['code']}：文件完整，{entry['at']} 由 {entry['actor']} 封存"
                f"（日志第 {entry['seq']} 条）。{verdict.say.zh}",
                f"{title['en']} {entry['code']}: the file is whole, sealed {entry['at']} by "
                f"{entry['actor']} (entry {entry['seq']} of the journal). {verdict.say.en}",
            )
            return Verdict(True, verdict.entries, verdict.head, 0, said)
    return _broken("文件与封存时不同。", "It is not the file that was sealed.")


def seals_in(proof: str) -> list[dict[str, Any]]:
    """Return the entries of a proof that holds which say that a dossier was sealed."""
    entries = (json.loads(line) for line in proof.splitlines()[1:-1])
    return [entry for entry in entries if entry.get("kind") == SEALED]


def _broken(zh: str, en: str) -> Verdict:
    return Verdict(False, 0, "", 0, Text(zh, en))
