"""Photos are opened, told apart and marked while anybody else may write."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from seamline import clock
from seamline.proofs import sample

COUNT = itertools.count(9000)
CAPTURE = {"place": {"latitude": 31.2304, "longitude": 121.4737, "accuracy": 12}, "device": "D-1"}


def shot() -> bytes:
    return sample.photo(next(COUNT), clock.now(), size=(800, 600))


@pytest.fixture
def meanwhile(monkeypatch, staged) -> Callable[[], list[tuple[str, bool]]]:
    """A function that lets somebody else write whenever a picture is opened or saved.

    It returns what was done to pictures, and whether the other writer came through meanwhile.
    """
    seen: list[tuple[str, bool]] = []

    def through() -> bool:
        def write() -> None:
            with staged.desk.store.unit() as unit:
                unit.people.prefer("boss", "meanwhile", str(len(seen)))

        other = threading.Thread(target=write, daemon=True)
        other.start()
        other.join(5)
        return not other.is_alive()

    def spied(name: str, original: Any) -> Any:
        def call(*given: Any, **more: Any) -> Any:
            seen.append((name, through()))
            return original(*given, **more)

        return call

    def begin() -> list[tuple[str, bool]]:
        monkeypatch.setattr(Image, "open", spied("open", Image.open))
        monkeypatch.setattr(Image.Image, "save", spied("save", Image.Image.save))
        return seen

    return begin


@pytest.mark.cap(48, 49)
def test_the_write_lock_is_not_held_while_a_photo_is_opened_and_marked(api, staged, meanwhile):
    task, sent = staged.new(), api.upload(shot()) | {"capture": CAPTURE}
    seen = meanwhile()
    assert api.step(task, "quench", sent).status_code == 200
    assert seen == [("open", True), ("save", True)]
    with staged.desk.store.reading() as unit:
        (proof,) = unit.proofs.of_record(task)
        with unit.files.open(proof.sha256) as file:
            assert proof.id.encode() in file.read()


def test_what_the_door_refuses_or_has_answered_already_costs_no_opening(api, staged, meanwhile):
    task, sent = staged.new(), api.upload(shot()) | {"capture": CAPTURE}
    seen = meanwhile()
    assert api.step(task, "temper", sent).status_code == 409  # not its turn
    headers = {"Authorization": f"Bearer {api.token}", "Idempotency-Key": "twice"}
    path, body = f"/api/v1/subcontract_task/{task}/steps/quench", {"values": {"photo": [sent]}}
    assert seen == []
    for _ in range(2):
        assert api.client.post(path, headers=headers, json=body).status_code == 200
    assert seen == [("open", True), ("save", True)]
    with staged.desk.store.reading() as unit:
        assert len(unit.proofs.of_record(task)) == 1


def test_a_refused_photo_leaves_nothing_behind(api, staged):
    task, other = staged.new(), staged.new()
    sent = api.upload(shot()) | {"capture": CAPTURE}
    assert api.step(task, "quench", sent).status_code == 200
    with staged.desk.store.reading() as unit:
        before = set(unit.files.all())
    assert api.step(other, "quench", sent).status_code == 422  # used before
    with staged.desk.store.reading() as unit:
        assert set(unit.files.all()) == before
        assert unit.proofs.of_record(other) == ()
