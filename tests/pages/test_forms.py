"""Filling forms without JavaScript: every kind, every problem at once, nothing sent twice."""

from __future__ import annotations

import html
import json
import re

import pytest

from seamline.fields import KINDS
from seamline.usecases import look

from .conftest import ADMIN, CLI


def count(desk) -> int:
    from seamline.store import Query

    return look.page(desk, ADMIN, "job", Query(limit=1)).total


@pytest.mark.cap(1)
def test_the_form_has_a_control_for_every_field_a_person_fills(desk, as_) -> None:
    anna = as_("anna")
    anna.get("/r/job/new")
    form = desk.catalogs.current().forms["job"].form
    kinds = set()
    for field in form.fields:
        kinds.add(field.kind)
        if field.kind == "table":
            kinds |= {column.kind for column in field.fields}
            assert 'name="lines.0.material"' in anna.text
        elif KINDS[field.kind].written:
            assert f'name="{field.id}"' in anna.text, field.id
        else:
            assert f'name="{field.id}"' not in anna.text
    assert kinds == set(KINDS)


@pytest.mark.cap(1)
def test_every_kind_can_be_filled_and_is_shown_on_the_record(as_, job, picture) -> None:
    anna = as_("anna")
    anna.get("/r/job/new")
    typed = job(
        weight="12.5", budget="99.90", loss="2.5", urgent="true", starts="2027-02-01T08:30",
        lasts="2h30m", tags=["fragile", "export"], note="first\nsecond", drawing=picture(),
        photo=picture(), label="4006381333931", phone="13800138000", email="li@example.com",
        link="https://example.com/x?y=1", owner="anna", site="31.2304,121.4737",
        signed=picture(), lines__0__remark="careful",
    )  # fmt: skip
    answer = anna.send("/r/job/new", **typed)
    assert answer.status_code == 200, anna.text
    for shown in (
        typed["subject"], "Bolt", "12.500", "99.90", "2.5", "1 Feb 2027 08:30", "2 h 30 min",
        "Fragile, For export", "first\nsecond", "photo.png", "4006381333931", "tel:13800138000",
        "mailto:li@example.com", 'href="https://example.com/x?y=1" rel="noopener noreferrer"',
        "31.2304", "S0001", "careful", "2.50",
    ):  # fmt: skip
        assert shown in anna.text, shown


@pytest.mark.cap(2)
def test_every_missing_field_is_named_at_once_and_tied_to_its_control(as_, desk) -> None:
    anna = as_("anna")
    before = count(desk)
    anna.get("/r/job/new")
    answer = anna.send("/r/job/new", lines__0__count="1")
    assert answer.status_code == 422
    named = re.findall(r'<li><a href="#f-([\w.]+)">', anna.text)
    assert named == ["subject", "part", "qty", "due", "shift", "lines.0.material"]
    assert "6 things to mend" in anna.text
    for name in named:
        control = re.search(rf'<(?:input|select|textarea)[^>]* id="f-{name}"[^>]*>', anna.text)
        assert control, name
        assert 'aria-invalid="true"' in control[0]
        told = re.search(r'aria-describedby="([^"]+)"', control[0])
        assert told and all(f'id="{word}"' in anna.text for word in told[1].split())
    assert 'id="problems" autofocus' in anna.text
    assert count(desk) == before


def test_what_was_typed_stands_there_again_however_wrong(as_, job, picture) -> None:
    anna = as_("anna")
    anna.get("/r/job/new")
    typed = job(qty="<b>many</b>", tags=["heavy"], note="a & b", urgent="true", drawing=picture())
    assert anna.send("/r/job/new", **typed).status_code == 422
    kept = anna.fields()
    assert kept["subject"] == typed["subject"]
    assert kept["qty"] == "&lt;b&gt;many&lt;/b&gt;" or kept["qty"] == "<b>many</b>"
    assert "<b>many" not in anna.text
    assert kept["tags"] == "heavy"
    assert kept["note"] == "a & b"
    assert kept["urgent"] == "true"
    assert kept["lines.0.material"] == "P1"
    # The file was stored with the first attempt and goes along with the second.
    assert anna.send("/r/job/new", qty="3").status_code == 200
    assert "photo.png" in anna.text


def test_rows_are_added_and_removed_without_losing_what_was_typed(as_, job) -> None:
    anna = as_("anna")
    anna.get("/r/job/new")
    typed = job()
    anna.send("/r/job/new", _do="add:lines", **typed)
    anna.send("/r/job/new", _do="add:lines", lines__1__material="P2", lines__1__count="7")
    assert anna.fields()["lines.2.material"] == ""
    anna.send("/r/job/new", _do="remove:lines.0.")
    kept = anna.fields()
    assert "lines.0.material" not in kept
    assert (kept["lines.1.material"], kept["lines.1.count"]) == ("P2", "7")
    assert kept["subject"] == typed["subject"]
    answer = anna.send("/r/job/new")  # the untouched third row is no row
    assert answer.status_code == 200
    assert anna.text.count(">P2<") == 1


def test_a_problem_in_a_row_is_named_by_the_row_a_person_sees(as_, job) -> None:
    anna = as_("anna")
    anna.get("/r/job/new")
    anna.send("/r/job/new", _do="add:lines", **job())
    anna.send("/r/job/new", _do="add:lines")
    answer = anna.send("/r/job/new", lines__2__material="NONE", lines__2__count="0")
    assert answer.status_code == 422
    # The second row was left blank and is not sent; the third is still called the third.
    print(re.findall("id=.problems.*?</div>", anna.text, re.S))
    assert "Lines row 3 Material" in anna.text
    assert re.search(r'name="lines\.2\.count"[^>]*aria-invalid="true"', anna.text)


@pytest.mark.cap(11)
def test_the_same_form_sent_twice_makes_one_record(as_, job, desk) -> None:
    anna = as_("anna")
    anna.get("/r/job/new")
    before = count(desk)
    typed, page = job(), anna.page
    first = anna.send("/r/job/new", follow=False, **typed)
    anna.page = page
    second = anna.send("/r/job/new", follow=False, **typed)
    assert first.headers["Location"] == second.headers["Location"]
    assert count(desk) == before + 1
    anna.page = page
    changed = anna.send("/r/job/new", **(typed | {"qty": "9"}))
    assert changed.status_code == 422
    assert "This form has been submitted already" in anna.text
    assert count(desk) == before + 1


@pytest.mark.cap(15)
def test_a_possible_duplicate_is_shown_and_can_be_confirmed(as_, job) -> None:
    anna = as_("anna")
    typed = job()
    anna.get("/r/job/new")
    assert anna.send("/r/job/new", **typed).status_code == 200
    code = re.search(r"JOB-\d{4}-\d{5}", anna.text)[0]
    anna.get("/r/job/new")
    assert anna.send("/r/job/new", **typed).status_code == 422
    assert "This part has a job of that subject already." in anna.text
    assert code in anna.text
    assert anna.send("/r/job/new").status_code == 422  # not confirmed, still a doubt
    assert anna.send("/r/job/new", _confirm="same_subject").status_code == 200


def test_a_hard_rule_says_why_and_nothing_is_stored(as_, job, desk) -> None:
    anna = as_("anna")
    before = count(desk)
    anna.get("/r/job/new")
    assert anna.send("/r/job/new", **job(urgent="true", shift="night")).status_code == 422
    assert "Nothing urgent is started at night." in anna.text
    assert count(desk) == before


def test_a_reminder_does_not_stop_anything(as_, job) -> None:
    anna = as_("anna")
    anna.get("/r/job/new")
    assert anna.send("/r/job/new", **job(weight="1200")).status_code == 200
    assert re.search(r'class="note amber".*?It weighs 1200', anna.text, re.S)


def test_an_unknown_reference_is_named_and_likely_ones_are_offered(as_, job) -> None:
    anna = as_("anna")
    anna.get("/r/job/new")
    assert anna.send("/r/job/new", **job(part="Bol")).status_code == 422
    offered = re.search(r'<datalist id="l--part">(.*?)</datalist>', anna.text)[1]
    assert offered == '<option value="P1">Bolt</option>'


def test_an_unticked_file_is_left_out(as_, job, picture) -> None:
    anna = as_("anna")
    anna.get("/r/job/new")
    anna.send("/r/job/new", **job(drawing=picture()))
    address = anna.page.request.path
    anna.get(f"{address}/do/change")
    assert anna.send(f"{address}/do/change", drawing=None).status_code == 200
    assert re.search(r"<del>photo\.png</del>", anna.text)


def test_values_of_the_address_prefill_a_new_form(as_) -> None:
    anna = as_("anna")
    anna.get("/r/job/new?subject=From%20a%20link&shift=night")
    kept = anna.fields()
    assert (kept["subject"], kept["shift"]) == ("From a link", "night")


def test_a_made_up_file_is_not_believed(as_, job) -> None:
    anna = as_("anna")
    anna.get("/r/job/new")
    assert anna.send("/r/job/new", **job(drawing="made.up.token")).status_code == 200
    assert "made.up.token" not in anna.text


def test_a_long_table_is_drawn_by_windows_and_comes_back_whole(as_, job) -> None:
    anna = as_("anna")
    anna.get("/r/job/new")
    rows = {f"lines.{n}._id": "" for n in range(250)}
    rows |= {f"lines.{n}.material": "P1" for n in range(250)}
    rows |= {f"lines.{n}.count": str(n + 1) for n in range(250)}
    answer = anna.send("/r/job/new", **(job() | rows))
    assert answer.status_code == 422  # the table takes fifty
    assert drawn(anna) == list(range(100))
    assert "Rows 1-100 of 250" in anna.text
    anna.send("/r/job/new", _do="turn:lines:100", lines__7__count="seven")
    assert drawn(anna) == list(range(100, 200))
    anna.send("/r/job/new", _do="copy:lines.150.", lines__150__material="P2")
    assert 250 in drawn(anna)
    anna.send("/r/job/new", _do="remove:lines.199.")
    anna.send("/r/job/new", _do="turn:lines:0")
    assert anna.fields()["lines.7.count"] == "seven"
    waiting = json.loads(html.unescape(anna.fields()["lines._rows"]))
    assert waiting["before"] == []
    numbers = [row[0] for row in waiting["after"]]
    assert numbers == [*range(100, 151), 250, *range(151, 199), *range(200, 250)]
    kept = {number: cells for number, _, cells in waiting["after"]}
    assert kept[150] == {"material": "P2", "count": "151"} == kept[250]


def test_a_problem_in_a_row_that_waits_brings_its_window(as_, job) -> None:
    anna = as_("anna")
    anna.get("/r/job/new")
    rows = {f"lines.{n}._id": "" for n in range(101)}
    rows |= {f"lines.{n}.{name}": "" for n in range(101) for name in ("material", "count")}
    rows |= {"lines.0.material": "P1", "lines.0.count": "1"}
    rows |= {"lines.100.material": "NONE", "lines.100.count": "1"}
    anna.send("/r/job/new", **(job() | rows))
    assert drawn(anna) == [100]
    assert re.search(r'name="lines\.100\.material"[^>]*aria-invalid="true"', anna.text)
    assert '<a href="#f-lines.100.material">' in anna.text


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"before": [], "after": [[1, ""]]}', '{"before": 1, "after": []}']
)
def test_rows_that_waited_and_come_back_broken_are_refused_whole(as_, job, text) -> None:
    anna = as_("anna")
    anna.get("/r/job/new")
    assert anna.send("/r/job/new", **job(), **{"lines._rows": text}).status_code == 400


def drawn(site) -> list[int]:
    return [int(number) for number in re.findall(r'name="lines\.(\d+)\._id"', site.text)]


def test_markup_in_a_value_is_only_text(as_, made) -> None:
    anna = as_("anna")
    address = made(subject="<script>alert(1)</script>")
    for page in (address, f"{address}/do/change", "/r/job"):
        anna.get(page)
        assert "<script>alert" not in anna.text
        assert "&lt;script&gt;alert" in anna.text


def test_a_person_without_the_step_gets_a_sentence_and_a_way_back(as_) -> None:
    anna = as_("anna")
    anna.get("/")
    answer = anna.get("/r/part/new", Referer="http://localhost/r/part")
    assert answer.status_code == 403
    assert "You have no grant for" in anna.text
    assert 'href="/r/part"' in anna.text


def test_a_number_comes_from_the_origin_of_the_request(as_, made, desk) -> None:
    address = made()
    told = look.told(desk, ADMIN, "job", address.rpartition("/")[2])
    assert (told.events[0].via, told.events[0].seen) == ("form", "127.0.0.1")
    assert told.events[0].reported.startswith("Werkzeug")
    assert CLI.via == "cli"
