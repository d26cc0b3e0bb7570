"""Two people at one record: nobody's input is lost, and each sees what the other did."""

from __future__ import annotations

import re

import pytest

from seamline.usecases import look
from seamline.usecases.submit import Submission, submit

from .conftest import ADMIN, CLI

CHANGE = "do/change"


@pytest.fixture
def opened(as_, made):
    """Anna has a job's form open; a function that changes the job as somebody else."""
    address = made(note="first", lines__0__remark="old")
    anna = as_("anna")
    anna.get(f"{address}/{CHANGE}")

    def other(desk, **values):
        word = address.rpartition("/")[2]
        return submit(desk, ADMIN, CLI, Submission("job", "change", values, record=word)).record

    return anna, f"{address}/{CHANGE}", other


def stored(desk, address):
    return look.record(desk, ADMIN, "job", address.split("/")[3]).values


def test_what_only_the_other_changed_is_taken_over_and_ours_is_kept(opened, desk) -> None:
    anna, address, other = opened
    other(desk, qty=8)
    answer = anna.send(address, note="mine", _reason="r")
    assert answer.status_code == 422
    assert "The record was changed while you had it open." in anna.text
    assert re.search(r"Pieces: <b>8</b> <span class=\"meta\">operator", anna.text)
    assert (anna.fields()["note"], anna.fields()["qty"]) == ("mine", "8")
    assert "take:" not in anna.text
    assert anna.send(address).status_code == 200
    assert (stored(desk, address)["note"], stored(desk, address)["qty"]) == ("mine", 8)


def test_where_both_changed_a_field_both_values_stand_side_by_side(opened, desk) -> None:
    anna, address, other = opened
    other(desk, qty=8, note="theirs")
    other(desk, note="theirs at last")
    anna.send(address, note="mine", qty="5")
    assert anna.fields()["note"] == "mine"
    for name, theirs, mine in (("Remarks", "theirs at last", "mine"), ("Pieces", "8", "5")):
        row = re.search(rf'<th scope="row">{name}</th>.*?</tr>', anna.text, re.S)
        assert row and theirs in row[0] and mine in row[0] and "operator" in row[0]
    anna.send(address, _do="take:qty")
    assert (anna.fields()["qty"], anna.fields()["note"]) == ("8", "mine")
    assert '<th scope="row">Pieces</th>' not in anna.text
    assert '<th scope="row">Remarks</th>' in anna.text
    assert anna.send(address).status_code == 200
    assert (stored(desk, address)["note"], stored(desk, address)["qty"]) == ("mine", 8)


def test_rows_are_merged_cell_by_cell(opened, desk) -> None:
    anna, address, other = opened
    row = stored(desk, address)["lines"][0].id
    first = {"_id": row, "material": "P1", "count": 7, "price": 1.25, "remark": "theirs"}
    other(desk, lines=[first, {"material": "P2", "count": 1}])
    anna.send(address, lines__0__remark="mine", lines__0__price="2.5")
    kept = anna.fields()
    assert (kept["lines.0.count"], kept["lines.0.price"]) == ("7", "2.5")
    assert kept["lines.0.remark"] == "mine"
    assert kept["lines.1.material"] == "P2"
    assert re.search(r'<th scope="row">Lines, row 1 · Line remark</th>.*?theirs', anna.text, re.S)
    anna.send(address, _do=f"take:lines/{row}/remark")
    assert anna.fields()["lines.0.remark"] == "theirs"
    assert anna.send(address).status_code == 200
    first, second = stored(desk, address)["lines"]
    assert (first.id, first.values["count"], first.values["remark"]) == (row, 7, "theirs")
    assert str(first.values["price"]) == "2.50"
    assert second.values["material"].key == "P2"


def test_a_row_the_other_removed_goes_unless_we_changed_it(opened, desk) -> None:
    anna, address, other = opened
    other(desk, lines=[{"material": "P2", "count": 4}])
    anna.send(address, lines__0__count="9")
    assert anna.fields()["lines.0._id"] == ""  # kept as a new row: what we typed is not lost
    assert anna.send(address).status_code == 200
    counts = [row.values["count"] for row in stored(desk, address)["lines"]]
    assert sorted(counts) == [4, 9]


def test_a_change_elsewhere_in_the_record_asks_only_to_submit_again(as_, made, desk) -> None:
    address = made()
    anna = as_("anna")
    anna.get(f"{address}/do/rush")
    word = address.rpartition("/")[2]
    submit(desk, ADMIN, CLI, Submission("job", "change", {"note": "other"}, record=word))
    anna.send(f"{address}/do/rush", due="2027-01-05", _reason="sooner")
    assert "in nothing that this form holds" in anna.text
    assert anna.send(f"{address}/do/rush").status_code == 200


@pytest.mark.parametrize("path", ["take:nothing", "take:lines/none/count", "take:lines/x", "take:"])
def test_taking_what_is_not_there_submits_nothing(opened, desk, path) -> None:
    anna, address, other = opened
    version = other(desk, qty=8).version
    anna.send(address, note="mine", _do=path)
    assert anna.fields()["note"] == "mine"
    assert look.record(desk, ADMIN, "job", address.split("/")[3]).version == version
