"""Photos as proof, through the API: required, marked, kept as data, refused or flagged in doubt."""

from __future__ import annotations

import io
import itertools
from datetime import timedelta

import pytest
from PIL import Image, ImageOps

from seamline import clock
from seamline.facts import GeoPoint
from seamline.proofs import likeness, picture, sample
from seamline.usecases import accounts, look, people, proofs as known

COUNT = itertools.count(1000)
PLACE = {"latitude": 31.2304, "longitude": 121.4737, "accuracy": 12}
CAPTURE = {"place": PLACE, "device": "D-7F21A3"}


def shot(age: timedelta = timedelta(0), seed: int = 0, **more) -> bytes:
    """Return a photo taken some time ago."""
    taken = clock.now() - age
    return sample.photo(seed or next(COUNT), taken, size=(800, 600), **more)


def again(data: bytes, change=lambda image: image, quality: int = 70, **more) -> bytes:
    """Return a picture opened and saved once more, changed in between."""
    kept = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        change(image.convert("RGB")).save(
            kept, "JPEG", quality=quality, exif=image.getexif(), **more
        )
    return kept.getvalue()


def codes(answer) -> list[str]:
    """Return the codes of the problems of a refusal."""
    return [problem["code"] for problem in answer.json["errors"]]


def proofs(staged, task: str):
    """Return the proofs kept of a task."""
    with staged.desk.store.reading() as unit:
        return unit.proofs.of_record(task)


def stored(staged, sha256: str) -> bytes:
    """Return the bytes of a stored file."""
    with staged.desk.store.reading() as unit, unit.files.open(sha256) as file:
        return file.read()


@pytest.mark.cap(48)
def test_without_a_photo_the_next_operation_does_not_start(api, staged):
    task = staged.new()
    assert codes(api.step(task, "quench")) == ["needed_in_step"]
    assert api.step(task, "quench", api.upload(shot()) | {"capture": CAPTURE}).status_code == 200
    refused = api.step(task, "temper", expected_finish="2027-01-01")
    assert codes(refused) == ["needed_in_step"], "the photo of the operation before does not count"


@pytest.mark.cap(48, 49)
def test_the_facts_are_kept_as_data_and_burnt_into_the_picture(api, staged):
    task, data = staged.new(), shot()
    sent = api.upload(data) | {"capture": CAPTURE}
    assert api.step(task, "quench", sent).status_code == 200
    (proof,) = proofs(staged, task)
    assert (proof.form, proof.field, proof.step) == (
        "subcontract_task", "photo", "subcontract_task.quench",
    )  # fmt: skip
    assert (proof.device, proof.original) == ("D-7F21A3", sent["sha256"])
    assert proof.facts["place"] == PLACE
    assert proof.facts["place_from"] == "device"
    assert proof.facts["camera"] == "Seamline Sample"
    assert proof.signs == ()
    marked = stored(staged, proof.sha256)
    with Image.open(io.BytesIO(marked)) as image:
        assert dict(image.getexif()) == {}
        assert proof.id.encode() in image.info["comment"]
        band = image.convert("L").crop((0, image.height - 20, image.width, image.height))
    whole = Image.open(io.BytesIO(data)).convert("L")
    under = whole.crop((0, whole.height - 20, whole.width, whole.height))
    dark = sum(band.histogram()[:100]) / (band.width * band.height)
    assert dark > sum(under.histogram()[:100]) / (under.width * under.height)
    assert max(band.getextrema()) > 230, "white letters stand on it"


@pytest.mark.cap(49)
def test_the_journal_tells_of_the_proof_and_the_record_holds_the_marked_picture(api, staged):
    task = staged.new()
    api.step(task, "quench", api.upload(shot()) | {"capture": CAPTURE})
    (proof,) = proofs(staged, task)
    with staged.desk.store.reading() as unit:
        model = staged.desk.catalogs.current().forms["subcontract_task"]
        record = unit.records.get(model.tables, task)
        (event,) = unit.journal.of_record("subcontract_task", task, 1)
    assert [one.sha256 for one in record.values["photo"]] == [proof.sha256]
    (told,) = event.body["proofs"]
    assert (told["file"], told["original"]) == (proof.sha256, proof.original)
    assert "like" not in told


@pytest.mark.cap(49)
@pytest.mark.parametrize(
    "copied",
    [
        lambda data: data,
        lambda data: again(data, quality=45),
        lambda data: again(data, lambda image: image.resize((400, 300))),
        lambda data: again(data, ImageOps.mirror),
    ],
    ids=["the same bytes", "saved again", "made smaller", "mirrored"],
)
def test_a_picture_used_before_is_refused_without_saying_where(api, staged, copied):
    first, second, data = staged.new(), staged.new(), shot()
    assert api.step(first, "quench", api.upload(data) | {"capture": CAPTURE}).status_code == 200
    refused = api.step(second, "quench", api.upload(copied(data)) | {"capture": CAPTURE})
    assert codes(refused) == ["proof_used"]
    assert "used before" in refused.text
    assert "WX-" not in refused.text
    assert proofs(staged, second) == ()


@pytest.mark.cap(49)
def test_the_marked_picture_is_no_new_one_either(api, staged):
    first, second = staged.new(), staged.new()
    api.step(first, "quench", api.upload(shot()) | {"capture": CAPTURE})
    (proof,) = proofs(staged, first)
    for data in (stored(staged, proof.sha256), again(stored(staged, proof.sha256))):
        refused = api.step(second, "quench", api.upload(data) | {"capture": CAPTURE})
        assert codes(refused) == ["proof_used"]


@pytest.mark.cap(49)
def test_one_cut_at_its_edges_is_flagged(api, staged):
    first, second, data = staged.new(), staged.new(), shot(seed=4711)
    api.step(first, "quench", api.upload(data) | {"capture": CAPTURE})
    cut = again(data, lambda image: image.crop((32, 24, 768, 576)))
    answer = api.step(second, "quench", api.upload(cut) | {"capture": CAPTURE})
    assert answer.status_code == 200
    (proof,) = proofs(staged, second)
    assert proof.signs == ("alike",)
    (earlier,) = proofs(staged, first)
    assert proof.facts["like"] == [earlier.id]


@pytest.mark.cap(49)
@pytest.mark.parametrize(
    ("data", "signs"),
    [
        (lambda: shot(timedelta(days=3)), ["old"]),
        (lambda: shot(timedelta(minutes=-30)), ["ahead"]),
        (lambda: shot(software="Adobe Photoshop 26.0"), ["edited"]),
        (lambda: sample.photo(next(COUNT), size=(800, 600)), ["no_camera"]),
    ],
    ids=["three days old", "ahead of us", "edited", "without a camera"],
)
def test_a_picture_of_the_gallery_is_flagged(api, staged, data, signs):
    task = staged.new()
    assert api.step(task, "quench", api.upload(data()) | {"capture": CAPTURE}).status_code == 200
    (proof,) = proofs(staged, task)
    assert list(proof.signs) == signs


@pytest.mark.cap(48)
def test_place_and_device_are_asked_for(api, staged):
    task = staged.new()
    refused = api.step(task, "quench", api.upload(shot()))
    assert codes(refused) == ["proof_place", "proof_device"]
    written = api.upload(shot(place=GeoPoint(31.23, 121.47)))
    answer = api.step(task, "quench", written | {"capture": {"device": "D-7F21A3"}})
    assert answer.status_code == 200, "the place may stand in the picture"
    (proof,) = proofs(staged, task)
    assert proof.facts["place_from"] == "picture"
    assert proof.facts["place"]["latitude"] == pytest.approx(31.23, abs=1e-4)


@pytest.mark.parametrize(
    "data",
    [b"\xff\xd8\xff\xe0 no picture", shot()[:4000], sample.photo(1, size=(100, 80))],
    ids=["noise", "cut off", "tiny"],
)
def test_what_is_no_picture_is_refused(api, staged, data):
    answer = api.step(staged.new(), "quench", api.upload(data) | {"capture": CAPTURE})
    assert codes(answer) == ["proof_unreadable"]


def test_a_bomb_and_a_blank_picture_are_refused(api, staged):
    bomb, blank = io.BytesIO(), io.BytesIO()
    Image.new("1", (20_000, 12_000)).save(bomb, "PNG")
    Image.new("RGB", (800, 600), "black").save(blank, "JPEG")
    for data, type_ in ((bomb, "image/png"), (blank, "image/jpeg")):
        sent = api.upload(data.getvalue(), "photo", type_)
        answer = api.step(staged.new(), "quench", sent | {"capture": CAPTURE})
        assert codes(answer) == ["proof_unreadable"]


def test_what_comes_with_a_photo_is_read_strictly(api, staged):
    task, sent = staged.new(), api.upload(shot())
    for capture in ({"plaice": 1}, {"place": "nowhere"}, {"taken_at": "soon"}, {"device": 7}, 5):
        answer = api.step(task, "quench", sent | {"capture": capture})
        assert answer.status_code == 422, capture
    assert codes(api.step(task, "report_trouble", trouble_photo=[sent | {"capture": CAPTURE}],
                          trouble_kind="machine", trouble="x")) == ["files_expected"]  # fmt: skip


@pytest.mark.cap(49)
def test_a_proof_is_never_taken_away(api, staged):
    task = staged.new("quench")
    assert api.step(task, "temper", api.upload(shot()) | {"capture": CAPTURE}).status_code == 200
    with staged.desk.store.reading() as unit:
        model = staged.desk.catalogs.current().forms["subcontract_task"]
        record = unit.records.get(model.tables, task)
    assert [one.sha256 for one in record.values["photo"]] == [
        p.sha256 for p in proofs(staged, task)
    ]
    assert len(record.values["photo"]) == 2


def test_a_picture_lying_on_its_side_is_kept_upright():
    upright = picture.read(shot(seed=5), clock.now().tzinfo).image
    kept = io.BytesIO()
    exif = Image.Exif()
    exif[274] = 6  # turn by 90 degrees to the right to see it upright
    upright.transpose(Image.Transpose.ROTATE_90).save(kept, "JPEG", quality=95, exif=exif)
    turned = picture.read(kept.getvalue(), clock.now().tzinfo).image
    assert turned.size == upright.size
    assert likeness.distance(likeness.hash_of(turned), likeness.hash_of(upright)) <= likeness.SAME


@pytest.mark.cap(49)
def test_a_planner_sees_what_speaks_against_a_photo_beside_the_one_it_looks_like(api, as_, staged):
    first, second, data = staged.new(), staged.new(), shot(timedelta(days=2), seed=4712)
    api.step(first, "quench", api.upload(data) | {"capture": CAPTURE})
    cut = again(data, lambda image: image.crop((32, 24, 768, 576)))
    api.step(second, "quench", api.upload(cut) | {"capture": CAPTURE})
    planner = as_("liu")
    planner.get(f"/r/subcontract_task/{second}")
    assert "1 photo in doubt" in planner.text
    assert "it was not taken just now, it looks like an earlier one" in planner.text
    (earlier,) = proofs(staged, first)
    assert f"/r/subcontract_task/{first}/files/{earlier.sha256}" in planner.text
    assert "D-7F21A3" in planner.text
    shown = planner.get(f"/r/subcontract_task/{first}/files/{earlier.sha256}")
    assert shown.mimetype == "image/jpeg"


@pytest.mark.cap(45, 49)
def test_who_does_not_see_the_photo_sees_nothing_known_of_it(api, staged):
    task = staged.new("quench")
    user = next(user for user in accounts.users(staged.desk) if user.login == "heat1")
    heater = people.acting(staged.desk, user)
    record = look.record(staged.desk, heater, "subcontract_task", task)
    assert known.of_record(staged.desk, heater, record) == ()
