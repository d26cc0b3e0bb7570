"""The story of an order: told over all its records, filtered, exported, and proven offline."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from seamline.facts import Actor
from seamline.problems import Refused
from seamline.store import plain, verify_story
from seamline.store.chain import linked, seal
from seamline.usecases import comments, verify
from seamline.usecases.desk import Desk
from seamline.usecases.story import Wanted, chosen, export, story
from seamline.usecases.submit import Submission, Submitted, submit

from .conftest import ADMIN, API, CLERK

Place = Callable[..., Submitted]


@pytest.fixture
def told(desk: Desk, place: Place) -> Submitted:
    """An order with a purchase, a rush that reached it, a comment, and others in between."""
    made = place()
    buy = Submission("purchase", "create", {"order": made.record.code})
    bought = submit(desk, ADMIN, API, buy).record
    place()
    rush = Submission("order", "rush", {"due_date": "2027-02-01"}, made.record.id, reason="停线")
    submit(desk, CLERK, API, rush)
    submit(desk, ADMIN, API, Submission("purchase", "change", {"note": "sooner"}, bought.id))
    comments.comment(desk, CLERK, API, "order", made.record.id, "the price is 12.50")
    place()
    return made


def file_of(desk: Desk, actor: Actor, code: str, wanted: Wanted = Wanted()) -> str:  # noqa: B008
    out = io.StringIO(newline="")
    export(desk, actor, out, story(desk, actor, code), wanted)
    return out.getvalue()


def sound(text: str) -> bool:
    return verify_story(io.StringIO(text, newline="")).sound


def sound_bytes(raw: bytes) -> bool:
    try:
        return sound(raw.decode())
    except UnicodeDecodeError:
        return False


def _flipped(raw: bytes, place: int) -> bytes:
    return raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]


def kinds(whole) -> list[str]:
    return [one.event.kind for one in whole.chapters]


@pytest.mark.cap(116)
def test_a_story_runs_over_all_records_and_says_what_a_revision_changed(desk, told) -> None:
    whole = story(desk, ADMIN, told.record.tracking)
    assert [head.form for head in whole.heads] == ["order", "purchase"]
    expected = ["created", "created", "stepped", "changed", "commented"]
    assert kinds(whole) == expected
    rush = whole.chapters[2]
    assert (rush.event.reason, rush.event.body["revision"]) == ("停线", 2)
    (reached,) = rush.reached
    assert reached.head.form == "purchase"
    assert reached.answered == whole.chapters[3].event
    assert whole.chapters[0].decision is not None
    assert whole.chapters[0].decision.outcome == "passed"


def test_parts_of_a_story(desk: Desk, told: Submitted) -> None:
    catalog = desk.catalogs.current()
    whole = story(desk, ADMIN, told.record.tracking)
    rush = whole.chapters[2].event
    for wanted, expected in (
        (Wanted(kind="revisions"), ["stepped"]),
        (Wanted(kind="comments"), ["commented"]),
        (Wanted(kind="steps"), ["created", "created", "changed"]),
        (Wanted(form="purchase"), ["created", "changed"]),
        (Wanted(person="li"), ["created", "stepped", "commented"]),
        (Wanted(since=rush.at), ["stepped", "changed", "commented"]),
        (Wanted(until=rush.at), ["created", "created"]),
    ):
        assert kinds(chosen(catalog, whole, wanted)) == expected, wanted


@pytest.mark.cap(116)
def test_an_exported_story_proves_itself_and_hides_the_rest(desk, told, tmp_path: Path) -> None:
    text = file_of(desk, ADMIN, told.record.tracking)
    path = tmp_path / "story.jsonl"
    path.write_text(text, encoding="utf-8", newline="")
    verdict = verify.file(path)
    assert (verdict.sound, verdict.head) == (True, verify.workspace(desk, ADMIN).head)
    cover = json.loads(text.splitlines()[0])
    assert verdict.entries == len(cover["shown"]) == 6
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert not verify.file(path).sound
    assert cover["withheld"] == []
    assert "OD-" not in text.replace(told.record.tracking, "")
    assert "12.50" in text


@pytest.mark.cap(116)
def test_a_filtered_story_still_verifies_and_numbers_what_it_withholds(desk, told) -> None:
    text = file_of(desk, ADMIN, told.record.tracking, Wanted(kind="revisions"))
    assert sound(text)
    cover = json.loads(text.splitlines()[0])
    assert len(cover["shown"]) == 2  # the rush, and how the purchase heard of it
    assert len(cover["withheld"]) == 4
    assert "price" not in text.partition("\n")[2].replace("unit_price", "")
    assert not sound(text.replace('"withheld":[', '"withheld":[1,', 1))


@pytest.mark.cap(116)
def test_one_changed_byte_anywhere_is_found(desk: Desk, told: Submitted) -> None:
    raw = file_of(desk, ADMIN, told.record.tracking, Wanted(kind="revisions")).encode()
    missed = [place for place in range(len(raw)) if sound_bytes(_flipped(raw, place))]
    assert missed == []


@pytest.mark.cap(116)
def test_a_forger_needs_another_head(desk: Desk, told: Submitted) -> None:
    text = file_of(desk, ADMIN, told.record.tracking)
    cover, *lines = [json.loads(line) for line in text.splitlines()][:-1]
    forged = [line | {"reason": "nothing"} if line.get("reason") else line for line in lines]
    assert forged != lines
    missing = [line for line in lines if line.get("kind") != "commented"]
    swapped = [lines[1], lines[0], *lines[2:]]
    for part in (forged, missing, swapped, lines[:-1], lines[1:], [*lines, lines[-1]]):
        assert not sound(_sealed(cover, part))
        assert not sound(_sealed(cover, _rechained(cover, part)))
    assert sound(_sealed(cover, _rechained(cover, lines)))


def _rechained(cover: dict, lines: list[dict]) -> list[dict]:
    """Do what a forger would: hash every shown entry anew behind the one before."""
    head = cover["anchor"]
    made = []
    for line in lines:
        if "hidden" in line:
            for one in line["hidden"]:
                head = linked(head, one)
            made.append(line)
            continue
        kept = {k: v for k, v in line.items() if k not in ("previous_hash", "hash", "decided")}
        here = seal(head, kept)
        made.append(line | {"previous_hash": head, "hash": here})
        head = here
    return made


def _sealed(cover: dict, lines: list[dict]) -> str:
    """Write a file as the product would, with its last line over all others."""
    text = "".join(plain.dump(line) + "\n" for line in (cover, *lines))
    whole = hashlib.sha256(text.encode()).hexdigest()
    return text + plain.dump({"sha256": whole}) + "\n"


def test_what_a_reader_sees_in_part_is_proven_to_nobody(desk: Desk, told: Submitted) -> None:
    seq = story(desk, ADMIN, told.record.tracking).chapters[4].event.seq
    comments.remove(desk, CLERK, API, "order", told.record.id, seq)
    boss = replace(ADMIN, id="boss")
    assert "12.50" in file_of(desk, boss, told.record.tracking)
    with pytest.raises(Refused) as refused:
        file_of(desk, CLERK, told.record.tracking)  # a clerk may read, not export
    assert refused.value.status == 403


def test_who_reads_nothing_of_it_hears_of_no_such_code(desk: Desk, told: Submitted) -> None:
    for actor, code in ((Actor("x", "X", ()), told.record.tracking), (ADMIN, "OD-1"), (ADMIN, "")):
        with pytest.raises(Refused) as refused:
            story(desk, actor, code)
        assert refused.value.status == 404


def test_the_same_entry_never_has_the_same_digest(desk: Desk, place: Place) -> None:
    with desk.store.reading() as unit:
        events = unit.journal.after(0, 100)
    assert len({event.nonce for event in events}) == len(events)
    assert all(len(event.nonce) == 32 for event in events)
