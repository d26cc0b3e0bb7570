"""Promises through the API, an import and the command line."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from seamline import settings
from seamline.metadata import ColumnMap, ImportMap, LineMap
from seamline.store import Query
from seamline.text import Text
from seamline.ui import cli
from seamline.ui.app import create_app
from seamline.usecases import accounts, import_
from seamline.usecases.desk import open_desk
from seamline.usecases.import_ import Upload

from .conftest import ADMIN, API, Trade, opened

pytestmark = pytest.mark.cap(30)


@pytest.fixture
def call(trade: Trade):
    """A function that asks the API as the administrator."""
    accounts.create_user(
        trade.desk, ADMIN, API, login=trade.code("u"), name="U", roles=("administrator",)
    )
    token = accounts.create_token(
        trade.desk, ADMIN, API, login=trade.code("u"), name="t", scopes=("admin",)
    )
    client = create_app(trade.desk).test_client()

    def ask(method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {token.word}"}
        return client.open(f"/api/v1{path}", method=method, json=body, headers=headers)

    return ask


def test_the_api_answers_what_could_be_promised(trade: Trade, call):
    trade.part("A", there=60)
    trade.buy("A", 25, "2026-12-09")
    rows = trade.rows(("A", 70.5), ("A", 20))
    answer = call("POST", "/order/promise", {"values": {"wish": "2026-12-03", "lines": rows}})
    assert answer.status_code == 200
    first, second = answer.get_json()["lines"]
    assert (first["line"], first["promised"], first["days_late"]) == (1, "2026-12-09", 6)
    assert first["parts"] == [
        {"day": "2026-12-03", "qty": "60", "source": "stock"},
        {"day": "2026-12-09", "qty": "10.5", "source": "arrival"},
    ]
    assert (second["promised"], second["missing"]) == (None, "5.5")
    assert "cannot be promised" in second["reason"]["en"]
    assert answer.get_json()["assumes"][0]["en"].startswith("Stock is 'There' in Stock")


def test_the_api_gives_the_promise_with_the_record_and_how_it_stands(trade: Trade, call):
    trade.part("A", there=6)
    values = {"wish": "2026-12-03", "lines": trade.rows(("A", 4))}
    made = call("POST", "/order", {"values": values}).get_json()
    (line,) = made["values"]["lines"]
    assert line["promised"] == "2026-12-03"
    assert line["why"] == {
        "zh": "4 取自库存。",
        "en": "4 from stock.",
    }
    (stands,) = call("GET", f"/order/{made['code']}/promises").get_json()["items"]
    assert stands["row"] == line["_id"]
    assert {name: stands[name] for name in ("state", "qty", "stock", "free", "expected")} == {
        "state": "kept", "qty": "4", "stock": "6", "free": "2", "expected": "2026-12-03",
    }  # fmt: skip


def test_the_api_refuses_what_it_does_not_know(trade: Trade, call):
    assert call("POST", "/ordr/promise", {"values": {}}).status_code == 404
    assert call("POST", "/order/promise", {"valued": {}}).status_code == 400
    assert call("POST", "/part/promise", {"values": {}}).get_json() == {"lines": [], "assumes": []}
    assert call("GET", "/order/nothing/promises").status_code == 404
    assert call("GET", f"/part/{trade.part('A')}/promises").get_json() == {"items": []}


def test_an_import_promises_line_by_line(trade: Trade, told):
    days, _ = told
    code = trade.part("A", there=5, lead=2)
    text = "wish,lines.part,lines.qty\n" + f"2026-12-01,{code},4\n2026-12-02,{code},4\n"
    job = import_.start(
        trade.desk, ADMIN, API, "order", Upload("orders.csv", text.encode()),
        _map(),
    )  # fmt: skip
    job = import_.run(trade.desk, ADMIN, job.id)
    assert (job.good, job.bad) == (2, 0)
    answer = trade.desk.catalogs.current().forms["order"]
    with trade.desk.store.reading() as unit:
        newest = unit.records.page(answer.tables, Query(sort=("-_created_at", "-_id"), limit=2))
        records = [unit.records.get(answer.tables, one.id) for one in reversed(newest.rows)]
    assert [days(record) for record in records] == [["2026-12-01"], ["2026-12-03"]]


def _map() -> Any:
    return ImportMap(
        "orders", Text.same("orders"), "order", (ColumnMap("wish", "wish"),),
        key=("wish",),
        lines=LineMap("lines", (ColumnMap("part", "lines.part"), ColumnMap("qty", "lines.qty"))),
    )  # fmt: skip


@pytest.fixture
def run(tmp_path: Path, monkeypatch, capsys):
    """Run `seamline promise` on a workspace with six pieces; return exit code and what it said."""
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    for name in ("SEAMLINE_DATABASE", "SEAMLINE_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    workspace = tmp_path / "workspace"
    with opened(workspace) as desk:
        trade = Trade(desk)
        trade.part("A", there=6)
        trade.part("B", lead=0)
        trade.shelve("B", 2, counted="2026-12-01T01:00:00Z")
    codes = {"A": trade.code("A"), "B": trade.code("B")}

    def command(*words: str):
        named = [codes.get(word, word) for word in words]
        code = cli.main(["promise", *named, "--workspace", str(workspace)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


def test_the_command_says_the_day_and_where_it_comes_from(run):
    code, said, _ = run("A", "6", "2030-01-07")
    lines = said.splitlines()
    assert code == 0
    assert lines[0].endswith("× 6: on 7 Jan 2030.")
    assert lines[1] == "6 from stock."
    assert lines[2] == "In stock: 6."
    assert lines[3].startswith("Stock is 'There' in Stock")
    assert "In stock: 2, as of 2026-12-01 09:00." in run("B", "1")[1]


def test_the_command_says_what_cannot_be_had(run):
    code, said, _ = run("A", "7", "2030-01-07", "--promise", "ready")
    assert code == 1
    assert "× 7: not all of it." in said and "1 cannot be promised" in said


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("A",), "Name an item and an amount."),
        (("A", "none"), "more than nothing"),
        (("A", "-1"), "more than nothing"),
        (("A", "1", "tomorrow"), "2026-12-24"),
        (("C", "1"), "There is no part 'C'."),
        (("A", "1", "--promise", "redy"), "ready"),
    ],
)
def test_the_command_names_what_is_wrong(run, words, found):
    code, _, problem = run(*words)
    assert code == 1 and found in problem


def test_the_command_fills_what_takes_nothing(run, tmp_path: Path):
    with closing(open_desk(settings.existing(tmp_path / "workspace"))) as desk:
        trade = Trade(desk)
        trade.part("C", there=3)
        order = trade.order(("C", 2))
        with desk.store.unit() as unit:
            unit.promises.drop([row.id for row in order.values["lines"]])
    assert run("--fill") == (0, "1 lines promised, 0 given back.\n", "")
    assert run("--fill") == (0, "0 lines promised, 0 given back.\n", "")
