"""Checking a copy of a dossier for whoever holds it: whether it verifies, and what was changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import zip_longest

from seamline.printing.sealing import Unsealed, opened, pages_of, parted, printed_part
from seamline.problems import Refused
from seamline.store import verify_story
from seamline.text import Text

from . import dossier
from .desk import Desk
from .dossier import Known

MOST_BYTES = 20 * 2**20  # of a copy
MOST_PROOF = 16 * 2**20  # of its proof, unpacked
SHOWN_PAGES = 20


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of a copy: whole or not, what in it was changed, what is known of it here.

    `told` says each thing that was found; `here` is what the journal keeps of the dossier.
    """

    sound: bool
    told: tuple[Text, ...]
    here: Known | None


def checked(desk: Desk, data: bytes, where: tuple[str, str, str] | None = None) -> Checked:
    """Check a copy; `where` are form, record and token of the dossier that it should be."""
    known = _known(desk, *where) if where is not None else None
    try:
        pdf, proof = opened(data, MOST_PROOF)
    except Unsealed:
        return _without_proof(data, known)
    verdict = verify_story(proof.splitlines(keepends=True))
    if not verdict.sound:
        say = Text(
            f"文件末尾的证明被改动过：{verdict.say.zh}",
            f"The proof at the end of the file was changed: {verdict.say.en}",
        )
        return Checked(False, (say, *_of_pages(pdf, known)), known)
    seals = dossier.seals_in(proof)
    seal = next((one for one in seals if one["body"].get("sha256") == _sha(pdf)), None)
    if seal is None:
        last = seals[-1] if seals else None
        pages = tuple(last["body"].get("pages", ())) if last is not None else ()
        return Checked(
            False, _changed_pages(pdf, known.pages if known is not None else pages), known
        )
    try:
        parted(data)
    except Unsealed:
        say = Text(
            "封存之后文件里又加了内容；原来的页面没有变。",
            "Something was added after the sealing; the pages are as they were.",
        )
        return Checked(False, (say,), known)
    return _whole(desk, seal, known)


def _whole(desk: Desk, seal: dict[str, object], known: Known | None) -> Checked:
    """Say of a copy that verifies whether it was made here."""
    body = seal["body"]
    assert isinstance(body, dict)
    own = _known(desk, str(seal["form"]), str(seal["record"]), str(body.get("token", "")))
    whole = Text("每一个字节都与封存时相同。", "Every byte is as it was sealed.")
    if own is None or own.hash != seal.get("hash"):
        say = Text(
            "但它不是在这里出具的：本系统的日志里没有这一条。",
            "Yet it was not made here: the journal of this workspace has no such entry.",
        )
        return Checked(False, (whole, say), known)
    if known is not None and known.seq != own.seq:
        say = Text(
            "但它是另一份档案，不是这个二维码所指的。",
            "Yet it is another dossier than the one of this code.",
        )
        return Checked(False, (whole, say), own)
    return Checked(True, (whole,), own)


def _without_proof(data: bytes, known: Known | None) -> Checked:
    say = Text(
        "文件末尾没有可读的证明：它不是封存的档案，或末尾被截去、改动过。",
        "No proof can be read at its end: it is no sealed dossier, "
        "or its end was changed or cut off.",
    )
    return Checked(False, (say, *_of_pages(printed_part(data), known)), known)


def _of_pages(pdf: bytes, known: Known | None) -> tuple[Text, ...]:
    """Say of the pages whether they are as the journal keeps them; nothing of what is not known."""
    if known is None:
        return ()
    if _sha(pdf) == known.sha256:
        return (Text("页面与封存时相同。", "The pages are as they were sealed."),)
    return _changed_pages(pdf, known.pages)


def _changed_pages(pdf: bytes, kept: tuple[str, ...]) -> tuple[Text, ...]:
    """Say which pages are drawn otherwise than they were."""
    now = pages_of(pdf)
    moved = [
        number
        for number, (was, one) in enumerate(zip_longest(kept, now), 1)
        if was is not None and was != one
    ]
    if not kept or not moved:
        return (
            Text(
                "封存之后文件被改动过，改动不在页面的文字和图形里（可能在字体、图片或文件说明中）。",
                "The file was changed after it was sealed, not in what is drawn on its pages "
                "(perhaps in fonts, pictures or its description).",
            ),
        )
    words = ", ".join(map(str, moved[:SHOWN_PAGES])) + ("…" if len(moved) > SHOWN_PAGES else "")
    return (
        Text(
            f"封存之后页面被改动过：第 {words} 页。",
            f"Pages were changed after the sealing: {words}.",
        ),
    )


def _known(desk: Desk, form: str, record: str, token: str) -> Known | None:
    try:
        return dossier.known(desk, form, record, token)
    except Refused:
        return None


def _sha(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()
