"""Importing through the pages: the guess, the correction, the dry run, the import."""

from __future__ import annotations

import io
import re
import time

from seamline.usecases import look

from .conftest import ADMIN

GOOD = "零件编码,Name,Unit price\nA1,Axle,3.50\nA2,Arm,4\n"
BAD = "Part code,Part name,Price\nB1,Beam,3\nB2,,x\n"


def uploaded(boss, text: str, name: str = "parts.csv", **options: str) -> int:
    boss.get("/r/part/import")
    data = {"_csrf": boss.token(), "mode": "create", "file": (io.BytesIO(text.encode()), name)}
    return boss.post("/r/part/import", data | options).status_code


def chosen(boss) -> dict:
    """Return what the page of columns would send."""
    data = boss.fields("")
    names = ("_csrf", "_key", "file", "mode", "map", "column", "to")
    return {name: value for name, value in data.items() if name in names}


def finished(boss, address: str) -> None:
    """Open the page of an import until it no longer refreshes itself."""
    for _ in range(200):
        boss.get(address)
        if "http-equiv" not in boss.text:
            return
        time.sleep(0.05)
    raise AssertionError("the import did not end")


def started(boss, **changes) -> str:
    data = chosen(boss) | {"policy": "keep_good", "key": "", "_do": "check"} | changes
    answer = boss.post("/r/part/import/start", data, follow=False)
    assert answer.status_code == 303, boss.text
    return answer.headers["Location"]


def test_a_file_is_mapped_checked_and_imported(as_, desk) -> None:
    boss = as_("boss")
    assert uploaded(boss, GOOD) == 200
    assert re.search(r'<option value="code" selected>', boss.text)
    data = chosen(boss)
    assert data["column"] == ["零件编码", "Name", "Unit price"]
    to = ["code", "name", "price"]
    address = started(boss, to=to)
    finished(boss, address)
    assert "Checked, nothing saved yet" in boss.text
    assert "2 of 2 records" in boss.text
    token = boss.token()
    answer = boss.post(address, {"_csrf": token, "policy": "keep_good"}, follow=False)
    finished(boss, answer.headers["Location"])
    assert "Imported" in boss.text
    assert look.record(desk, ADMIN, "part", "A2").values["name"] == "Arm"


def test_a_button_pressed_twice_imports_once(as_, desk) -> None:
    boss = as_("boss")
    uploaded(boss, GOOD.replace("A1", "T1").replace("A2", "T2"))
    page = boss.page
    first = started(boss, to=["code", "name", "price"], _do="import")
    boss.page = page
    assert started(boss, to=["code", "name", "price"], _do="import") == first
    finished(boss, first)
    answer = boss.post(first, {"_csrf": boss.token()}, follow=False)
    assert answer.headers["Location"] == first  # done is done


def test_every_bad_cell_is_named(as_, desk) -> None:
    boss = as_("boss")
    uploaded(boss, BAD)
    finished(boss, started(boss))
    assert "1 of" not in boss.text
    rows = re.findall(r'<tr><td class="num">(\d+)</td><td>([^<]*)</td>', boss.text)
    assert sorted(rows) == [("3", "Part name"), ("3", "Price")]
    assert "Import the 1 good ones" in boss.text


def test_all_or_nothing_keeps_nothing_when_a_row_is_bad(as_, desk) -> None:
    boss = as_("boss")
    uploaded(boss, BAD.replace("B1", "B9"))
    finished(boss, started(boss, policy="all_or_nothing", _do="import"))
    assert "Nothing was imported" in boss.text
    assert boss.get("/find?q=B9").status_code == 200


def test_a_map_that_does_not_fit_is_explained(as_) -> None:
    boss = as_("boss")
    uploaded(boss, GOOD)
    data = chosen(boss) | {"to": ["code", "code", ""], "policy": "keep_good", "_do": "check"}
    answer = boss.post("/r/part/import/start", data)
    assert answer.status_code == 422
    assert "The columns do not fit yet" in boss.text
    assert "Part code: only one column can fill it, not 零件编码, Name." in boss.text


def test_a_file_that_is_none_is_explained(as_) -> None:
    boss = as_("boss")
    assert uploaded(boss, "\x00\x01", "noise.xlsx") in (400, 422)
    assert "The file cannot be imported" in boss.text
    boss.get("/r/part/import")
    assert boss.post("/r/part/import", {"_csrf": boss.token()}).status_code == 422
    assert "Choose a file first." in boss.text


def test_the_template_fits_the_form(as_) -> None:
    boss = as_("boss")
    assert boss.get("/r/part/import/template").get_data()[:2] == b"PK"


def test_importing_needs_the_right(as_) -> None:
    anna = as_("anna")
    for path in ("/r/part/import", "/r/part/import/template"):
        assert anna.get(path).status_code == 403
    assert anna.get("/imports/none").status_code == 404
