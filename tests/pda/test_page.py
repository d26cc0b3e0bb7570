"""The page to scan with, as somebody without scripts has it, and what it answers to a device."""

from __future__ import annotations

from typing import Any

import pytest

from seamline.facts import Actor
from seamline.usecases import look

ADMIN = Actor("operator", "operator", ("administrator",))


def move(key: str = "01J0", **values: Any) -> dict[str, Any]:
    """Return a move as a device tells it."""
    known = {"person": "zhang", "late": False}
    told = {name: values.pop(name, usual) for name, usual in known.items()}
    given = {
        "act": "issue",
        "material": "HX-2041",
        "warehouse": "CP01",
        "qty": "60",
        "source_no": "PK-1",
    }
    return {"key": key, "values": given | values, **told}


@pytest.mark.cap(23)
def test_without_scripts_a_plain_form_posts_the_move(room, site):
    page = site()
    answer = page.sent(
        "/p/scan/scan", "/p/scan", act="issue", warehouse="CP01", code="HX-2041|260128|60",
        qty="", source_no="PK-00871", lot="", _key="k1",
    )  # fmt: skip
    text = answer.get_data(as_text=True)
    assert "MV-" in text
    assert "360" in text
    (made,) = room.moves()
    assert (made.values["qty"], made.values["lot"], made.values["scanned"]) == (
        60,
        "260128",
        "HX-2041|260128|60",
    )
    assert room.figure("HX-2041") == 360
    assert 'value="PK-00871"' in text  # the document stays for the next scan


@pytest.mark.cap(24)
def test_a_move_keeps_who_when_which_device_and_the_document(room, site):
    site().told(move(), device="PDA-7F3K")
    (made,) = room.moves()
    values = made.values
    assert made.created_by == "zhang"
    assert (values["qty_before"], values["qty_after"], values["source_no"]) == (420, 360, "PK-1")
    assert values["seen_from"] == "127.0.0.1"
    assert values["device"].startswith("PDA-7F3K · ")
    (event,) = look.timeline(room.desk, ADMIN, "stock_move", made.id)
    assert (event.via, event.seen) == ("pda", "127.0.0.1")


def test_a_problem_without_scripts_is_said_and_what_was_typed_stays(site):
    page = site()
    answer = page.sent(
        "/p/scan/scan", "/p/scan", act="issue", warehouse="CP01", code="HX-2041", qty="421",
        source_no="PK-9", lot="", _key="k1",
    )  # fmt: skip
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Only 420 on hand: 421.00 cannot be issued." in text
    assert 'value="421"' in text


@pytest.mark.cap(23)
@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("HX-2041", "HX-2041"),
        ("6901234567891", "HX-3310"),
        ("06901234567891", "HX-3310"),
        ("NO-SUCH", None),
        ("", None),
    ],
)
def test_a_code_finds_its_item(site, code, part):
    query = {"code": code, "warehouse": "CP01"}
    found = site().client.get("/p/scan/scan/find", query_string=query).get_json()
    assert [one["key"] for one in found["items"]] == ([part] if part else [])


@pytest.mark.cap(114)
def test_a_move_told_twice_counts_once(room, site):
    page = site()
    first, again = (page.told(move()).get_json()["answers"][0] for _ in range(2))
    assert (first["outcome"], first["repeated"], again["repeated"]) == ("posted", False, True)
    assert first["record"] == again["record"]
    assert room.figure("HX-2041") == 360


@pytest.mark.cap(107, 114)
def test_the_same_verdict_now_and_late_only_that_what_happened_is_held(room, site):
    page = site()
    now, late = page.told(move("a", qty="500"), move("b", qty="500", late=True)).get_json()[
        "answers"
    ]
    assert (now["outcome"], late["outcome"]) == ("refused", "held")
    assert now["say"] == late["say"][:1] == ["Only 420 on hand: 500.00 cannot be issued."]
    assert room.figure("HX-2041") == 420


@pytest.mark.cap(114)
def test_one_bad_move_does_not_stop_those_behind_it(room, site):
    answers = site().told(
        move("a", material="NEW-1", late=True),
        move("b", qty="much", late=True),
        move("c", colour="red", late=True),
        move("d", late=True),
    )
    told = [one["outcome"] for one in answers.get_json()["answers"]]
    assert told == ["held", "held", "refused", "posted"]
    assert room.figure("HX-2041") == 360


def test_nobody_tells_moves_in_the_name_of_another(site):
    answer = site().told(move(person="lin"))
    assert answer.status_code == 400


def test_who_may_not_move_does_not_open_the_page(site):
    assert site("chen").client.get("/p/scan").status_code == 403


def test_what_is_carried_is_what_lies_there_first(room, site):
    told = site().client.get("/p/scan/scan/carry?warehouse=CP01").get_json()
    assert told["total"] == 3
    part = next(one for one in told["items"] if one["key"] == "HX-2041")
    assert part["balance"]["figure"] == "420"
    assert part["codes"] == ["6901234567890", "HX-2041"]
    assert part["facts"] == {"material.safety_stock": "100.00"}


def test_only_this_page_may_run_compiled_code(site):
    page = site()
    assert "'wasm-unsafe-eval'" in page.client.get("/p/scan").headers["Content-Security-Policy"]
    assert "wasm" not in page.client.get("/").headers["Content-Security-Policy"]
    worker = page.client.get("/p/scan/scan/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/p/scan"
