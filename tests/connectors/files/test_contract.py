"""The files connector keeps the contract, and what it reads is what stands in the files."""

from __future__ import annotations

import os
import shutil
from contextlib import closing, contextmanager
from datetime import date

import openpyxl
import pytest

from seamline.connecting import Allowed, Seal, SecretReader, Setup, discovered, opened
from seamline.connector import AskPerson
from seamline.store import open_store
from seamline.testing.connector_contract import Case, ConnectorContract

STOCK = "物料,仓库,数量\nM-1,A,3\nM-1,B,4.50\nM-2,A,\n\nM-3,A,7\n"
TABLES = [
    {"name": "stock", "files": "stock_*.csv", "key": ["物料", "仓库"]},
    {"name": "price", "files": "*.xlsx", "key": ["code"], "sheet": "prices"},
]


def fill(folder):
    folder.mkdir()
    (folder / "stock_1.csv").write_text(STOCK, encoding="gb18030")
    (folder / "sub").mkdir()
    (folder / "sub" / "drawing.pdf").write_bytes(b"%PDF-1.7")
    (folder / ".hidden").write_text("x", encoding="utf-8")
    (folder / "out.txt").symlink_to("/etc/hostname")
    book = openpyxl.Workbook()
    sheet = book.create_sheet("prices")
    for row in (["code", "price", "from"], ["P-1", 12.5, date(2026, 1, 5)], ["P-2", 3, None]):
        sheet.append(row)
    book.save(folder / "prices.xlsx")


class TestFiles(ConnectorContract):
    connector = "files"

    @pytest.fixture
    def case(self, tmp_path):
        folder = tmp_path / "inbox"
        fill(folder)

        def change():
            path = folder / "sub" / "new.txt"
            path.write_text("new", encoding="utf-8")
            os.utime(path, ns=(path.stat().st_mtime_ns + 10**9,) * 2)

        @contextmanager
        def cut():
            folder.rename(tmp_path / "away")
            yield
            (tmp_path / "away").rename(folder)

        return Case(
            settings={"folder": str(folder), "tables": TABLES},
            change=change,
            changed={"file": frozenset({"sub/new.txt"})},
            cut=cut,
        )


@pytest.fixture
def folder(tmp_path):
    fill(tmp_path / "inbox")
    return tmp_path / "inbox"


@pytest.fixture
def connection(folder, tmp_path):
    with closing(open_store(f"sqlite:///{tmp_path / 'm.db'}")) as store:
        seal = Seal(b"k" * 32)
        settings = {"folder": str(folder), "tables": TABLES}
        setup = Setup("files", settings, {}, Allowed(()))
        kind = discovered().kinds["files"]
        with opened(kind, setup, store, seal, SecretReader(store, seal)) as made:
            yield made


def test_rows_are_read_as_they_stand(connection):
    page = connection.read("stock", None, 10)
    assert [(one.key, one.values["数量"]) for one in page.changes] == [
        ("M-1|A", "3"), ("M-1|B", "4.50"), ("M-2|A", ""), ("M-3|A", "7"),
    ]  # fmt: skip
    assert [dict(one.values) for one in connection.read("price", None, 10).changes] == [
        {"code": "P-1", "price": "12.5", "from": "2026-01-05"},
        {"code": "P-2", "price": "3", "from": ""},
    ]


def test_files_are_read_without_links_and_hidden_ones(connection):
    page = connection.read("file", None, 10)
    assert {one.key for one in page.changes} == {"stock_1.csv", "sub/drawing.pdf", "prices.xlsx"}
    assert connection.find("file", "sub/drawing.pdf").values["content"] == b"%PDF-1.7"
    assert connection.find("file", "../m.db") is None
    assert connection.find("file", "out.txt") is None


def test_a_newer_file_is_read_from_its_beginning(connection, folder):
    first = connection.read("stock", None, 2)
    shutil.copy(folder / "stock_1.csv", folder / "stock_2.csv")
    at = (folder / "stock_1.csv").stat().st_mtime_ns + 10**9
    os.utime(folder / "stock_2.csv", ns=(at, at))
    again = connection.read("stock", first.cursor, 10)
    assert again.restart and len(again.changes) == 4
    assert connection.read("stock", again.cursor, 10).changes == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("物料,仓库,数量\nM-1,A,3\nM-1,A,4\n", "Rows 2 and 3 have one key: M-1|A"),
        ("物料,仓库,数量\n,,3\n", "Row 2 has no key"),
        ("物料,数量\nM-1,3\n", "Columns are missing: 仓库. The file has: 物料, 数量"),
        ("物料,物料\n", "Columns come twice: 物料"),
        ("", "It has no header row"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(connection, folder, text, said):
    (folder / "stock_1.csv").write_text(text, encoding="utf-8")
    with pytest.raises(AskPerson) as raised:
        connection.read("stock", None, 10)
    problem = raised.value.problem
    assert said in problem.say.en and problem.place.file == "stock_1.csv"
    assert any(not one.ok and said in one.say.en for one in connection.check())
    there = {one.name: one for one in connection.describe()}
    assert [one.name for one in there["price"].members] == ["code", "price", "from"]
    wrong = there["stock"].wrong
    assert (said in wrong.say.en) if wrong else len(there["stock"].members) == 3  # but for its rows


def test_what_is_no_workbook_is_said(connection, folder):
    (folder / "prices.xlsx").write_bytes(b"no workbook")
    with pytest.raises(AskPerson) as raised:
        connection.read("price", None, 10)
    assert raised.value.problem.code == "wrong_file"
