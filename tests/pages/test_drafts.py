"""Drafts: kept while one types, private, taken up on any device, carried over, gone in the end."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from seamline import clock
from seamline.facts import Actor
from seamline.problems import Refused
from seamline.store import Query
from seamline.usecases import drafts, look

from .conftest import ADMIN

NEW = "/r/job/new"
ANNA = Actor("anna", "Anna", ("planner",), language="en")


class Device:
    """One browser with a form open that saves its draft as the script does."""

    def __init__(self, site, path: str = NEW) -> None:
        self.site, self.path = site, path
        site.get(path)
        self.read()

    def read(self) -> None:
        """Take up the form as the page has it."""
        self.fields = self.site.fields()
        self.id, self.saved = self.fields["_draft"], int(self.fields["_saved"])

    def save(self, **words: str | list[str]) -> Any:
        """Send what changed."""
        typed = {name: word for name, word in self.fields.items() if name[0] != "_"}
        told = {} if self.saved else typed
        told |= {name.replace("__", "."): word for name, word in words.items()}
        body = {
            "form": "job", "step": "create", "record": "", "key": self.fields["_key"],
            "opened": self.fields["_opened"], "version": 0, "saved": self.saved, "gone": [],
            "words": {n: w if isinstance(w, list) else [w] for n, w in told.items()},
        }  # fmt: skip
        answer = self.site.client.post(
            f"/drafts/{self.id}", json=body, headers={"X-CSRFToken": self.fields["_csrf"]}
        )
        if answer.status_code == 200:
            self.saved = answer.json["saved"]
        return answer


@pytest.fixture(autouse=True)
def _none_left(desk):
    """Every test begins without drafts."""
    yield
    with desk.store.unit() as unit:
        unit.drafts.expire(clock.now() + timedelta(days=365))


def test_what_is_typed_is_kept_and_taken_up_again_with_a_note(as_, desk) -> None:
    device = Device(as_("anna"))
    assert device.save(subject="Half", lines__0__material="P1").status_code == 200
    answer = device.save(qty="4", lines__0__material="P2", tags=["heavy", "export"])
    assert re.fullmatch(r"\d\d:\d\d", answer.json["at"])
    other = Device(as_("anna"))  # another device
    assert other.id == device.id
    assert other.fields["_key"] == device.fields["_key"]
    assert (other.fields["subject"], other.fields["qty"]) == ("Half", "4")
    assert other.fields["lines.0.material"] == "P2"
    assert other.fields["tags"] == ["heavy", "export"]
    assert f"Draft of {answer.json['at']} taken up again." in other.site.text
    # A draft is no record: nothing of it is in a list.
    assert "Half" not in [row.values["subject"] for row in jobs(desk)]


def jobs(desk):
    return look.page(desk, ADMIN, "job", Query(limit=50)).rows


def test_a_draft_is_its_owners_alone(as_, desk) -> None:
    device = Device(as_("anna"))
    device.save(subject="Private words")
    rolf = as_("rolf")
    rolf.get(NEW)
    assert "Private words" not in rolf.text
    rolf.get(f"{NEW}?draft={device.id}")
    assert "Private words" not in rolf.text
    theirs = Device(rolf)
    theirs.id, theirs.saved = device.id, device.saved
    assert theirs.save(subject="Taken over").status_code == 410
    theirs.saved = 0  # as if it were new: the id is another's
    assert theirs.save(subject="Taken over").status_code == 404
    rolf.post(f"/drafts/{device.id}/discard", {"_csrf": theirs.fields["_csrf"], "back": NEW})
    boss = as_("boss")
    boss.get(f"{NEW}?draft={device.id}")
    assert "Private words" not in boss.text
    assert Device(as_("anna")).fields["subject"] == "Private words"


def test_two_devices_do_not_overwrite_each_other(as_) -> None:
    first = Device(as_("anna"))
    first.save(subject="From the desk")
    second = Device(as_("anna"))
    second.save(subject="From the phone")
    answer = first.save(subject="From the desk again")
    assert answer.status_code == 409
    assert "Another device has gone on" in answer.json["say"]
    assert Device(as_("anna")).fields["subject"] == "From the phone"


def test_several_drafts_of_one_form_are_offered(as_) -> None:
    first = Device(as_("anna"))
    first.save(subject="First one")
    second = Device(as_("anna"), f"{NEW}?draft=none")
    assert second.id != first.id
    assert second.fields["subject"] == ""
    second.save(subject="Second one")
    anna = as_("anna")
    anna.get(NEW)
    assert anna.fields()["subject"] == "Second one"
    assert "1 other draft" in anna.text
    link = re.search(rf'href="([^"]*draft={first.id})"', anna.text)
    assert link and "First one" in anna.text
    anna.get(link[1])
    assert anna.fields()["subject"] == "First one"


def test_a_prefilled_address_begins_anew(as_) -> None:
    Device(as_("anna")).save(subject="Old")
    anna = as_("anna")
    anna.get(f"{NEW}?part=P2")
    assert (anna.fields()["subject"], anna.fields()["part"]) == ("", "P2")
    assert "1 other draft" in anna.text


@pytest.mark.cap(1)
def test_without_scripts_a_button_keeps_the_form(as_, job, picture) -> None:
    anna = as_("anna")
    anna.get(NEW)
    answer = anna.send(NEW, _do="draft", **job(subject="By button", photo=picture()))
    assert answer.status_code == 200
    assert "taken up again" in anna.text
    assert anna.fields()["subject"] == "By button"
    assert "photo.png" in anna.text
    anna.send(NEW, _do="draft", qty="77", tags="heavy")
    assert (anna.fields()["qty"], anna.fields()["tags"]) == ("77", "heavy")
    anna.send(NEW, _do="draft", tags=None)
    assert "tags" not in anna.fields()


def test_a_submitted_draft_is_gone_and_its_key_still_makes_one_record(as_, job, desk) -> None:
    device = Device(as_("anna"))
    device.save(subject="Soon sent")
    other = Device(as_("anna"))
    typed = job(subject="Sent once")
    for one in (device, other):
        one.site.get(f"{NEW}?draft={device.id}")
        page = one.site.page
    answer = device.site.send(NEW, follow=False, **typed)
    assert answer.status_code == 303
    assert drafts.mine(desk, ANNA, "job", "create") == ()
    assert other.save(subject="Too late").status_code == 410
    other.site.page = page
    again = other.site.send(NEW, follow=False, **typed)
    assert again.headers["Location"] == answer.headers["Location"]


def test_a_draft_can_be_thrown_away(as_) -> None:
    device = Device(as_("anna"))
    device.save(subject="Unwanted")
    anna = as_("anna")
    anna.get(NEW)
    form = {"_csrf": anna.token(), "back": f"{NEW}?draft=none"}
    anna.post(f"/drafts/{device.id}/discard", form)
    assert anna.fields()["subject"] == ""
    assert Device(as_("anna")).fields["subject"] == ""
    elsewhere = {"_csrf": anna.token(), "back": "//example.com"}
    assert anna.post(f"/drafts/{device.id}/discard", elsewhere, False).headers["Location"] == "/"


def test_drafts_expire(as_, desk) -> None:
    device = Device(as_("anna"))
    device.save(subject="Old")
    (draft,) = drafts.mine(desk, ANNA, "job", "create")
    assert draft.expires_at - draft.at == drafts.KEPT_FOR
    with desk.store.unit() as unit:
        assert unit.drafts.expire(draft.expires_at - timedelta(seconds=1)) == 0
        assert unit.drafts.expire(draft.expires_at) == 1
    assert drafts.expire(desk) == 0


def test_an_older_form_is_carried_over_field_by_field(as_, desk) -> None:
    device = Device(as_("anna"))
    device.save(subject="Kept", qty="5", shift="day", lines__0__material="P1")
    with desk.store.unit() as unit:
        (draft,) = unit.drafts.of("anna", "job", "create", "")
        shape = {**draft.shape, "gone": ["text", "旧字段", "Old field"]}
        shape["qty"] = ["boolean", "件数", "Pieces"]
        shape["lines.size"] = ["text", "尺寸", "Size"]
        del shape["note"]  # the form has got it since
        words = {**draft.words, "gone": ["lost words"], "shift": ["dawn"], "lines.0.size": ["XL"]}
        unit.drafts.take_away("anna", draft.id)
        unit.drafts.add(changed(draft, words, shape))
    anna = as_("anna")
    anna.get(NEW)
    kept = anna.fields()
    assert (kept["subject"], kept["lines.0.material"]) == ("Kept", "P1")
    assert (kept["qty"], kept["shift"]) == ("", "")
    for label, words in (("Old field", "lost words"), ("Pieces", "5"), ("Size", "XL")):
        assert re.search(rf'{label}: <span class="mono">{words}</span>', anna.text)
    assert re.search(r'Shift: <span class="mono">dawn</span>', anna.text)


def changed(draft, words, shape):
    from dataclasses import replace

    return replace(draft, words=words, shape=shape)


def test_a_draft_of_a_step_knows_what_others_did_meanwhile(as_, made, desk) -> None:
    from seamline.usecases.submit import Submission, submit

    from .conftest import CLI

    address = made(note="first")
    word = address.rpartition("/")[2]
    anna = as_("anna")
    anna.get(f"{address}/do/change")
    anna.send(f"{address}/do/change", _do="draft", note="mine", qty="9")
    submit(desk, ADMIN, CLI, Submission("job", "change", {"note": "theirs"}, record=word))
    anna.get(f"{address}/do/change")
    assert "taken up again" in anna.text
    assert anna.fields()["note"] == "mine"
    assert re.search(r'<th scope="row">Remarks</th>.*?theirs', anna.text, re.S)
    assert anna.send(f"{address}/do/change").status_code == 200


def test_bad_drafts_are_refused(as_, desk) -> None:
    device = Device(as_("anna"))
    assert device.save(subject="x" * drafts.LONGEST).status_code == 413
    assert device.save(part="P1").status_code == 200
    device.id = "no id"
    assert device.save(subject="x").status_code == 400
    for body in ("[]", "{", '{"words": 3}', '{"saved": "x"}'):
        answer = device.site.client.post(
            f"/drafts/{drafts_id()}", data=body, content_type="application/json",
            headers={"X-CSRFToken": device.fields["_csrf"]},
        )  # fmt: skip
        assert answer.status_code in (400, 404), body
    with pytest.raises(Refused) as refused:
        drafts.save(desk, ANNA, drafts.Change(drafts_id(), "part", "create"))
    assert refused.value.status == 403
    assert device.site.client.post(f"/drafts/{drafts_id()}", json={}).status_code == 400  # no token


def drafts_id() -> str:
    from seamline.store.ulid import ulid

    return ulid()


def test_the_oldest_draft_makes_room(desk) -> None:
    ids = [drafts_id() for _ in range(drafts.MOST + 2)]
    for one in ids:
        drafts.save(desk, ANNA, drafts.Change(one, "job", "create", words={"subject": [one]}))
    kept = {draft.id for draft in drafts.mine(desk, ANNA, "job", "create")}
    assert kept == set(ids[2:])


@pytest.mark.cap(16)
def test_how_long_a_form_took_is_kept_with_its_submission(as_, job, desk) -> None:
    anna = as_("anna")
    anna.get(NEW)
    answer = anna.send(NEW, follow=False, _typing="999999999", **job())
    body = newest(desk, answer)
    assert 0 <= body["took_ms"] < 60_000
    assert body["typing_ms"] == body["took_ms"]  # the browser cannot claim more than we saw
    opened = clock.now() - timedelta(milliseconds=body["took_ms"])
    assert body["opened_at"].startswith(f"{opened:%Y-%m-%dT}")
    # The moment is signed together with the key of the form: another's is not taken for it.
    anna.get(NEW)
    word = anna.fields()["_opened"]
    anna.get(NEW)
    assert "took_ms" not in newest(desk, anna.send(NEW, follow=False, _opened=word, **job()))
    anna.get(NEW)
    assert "took_ms" not in newest(desk, anna.send(NEW, follow=False, _opened="made.up", **job()))


def newest(desk, answer) -> dict[str, Any]:
    word = answer.headers["Location"].rpartition("/")[2]
    return dict(look.timeline(desk, ADMIN, "job", word)[-1].body)
