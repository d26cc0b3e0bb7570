"""Work goes on in the invented company, and things go wrong in it on demand."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from datetime import datetime

import pytest

from seamline.connectors.u8.standin import faults
from seamline.connectors.u8.standin.actor import Actor, Movement


@pytest.fixture
def company(u8_file, tmp_path):
    path = tmp_path / "u8.db"
    shutil.copyfile(u8_file, path)
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


def one(company, statement, *values):
    return company.execute(statement, values).fetchone()[0]


def version(company):
    return one(company, "SELECT v FROM u8sim_rowversion")


def test_stock_moves_23_times_an_hour_each_with_a_document(company):
    before = version(company)
    actor = Actor(company)
    assert actor.advance(2) == 46
    assert actor.now == datetime(2025, 12, 1, 2)
    moved = one(company, "SELECT COUNT(*) FROM u8sim_journal WHERE table_name = 'CurrentStock'")
    documents = one(
        company,
        "SELECT COUNT(DISTINCT pk) FROM u8sim_journal WHERE act = 'insert'"
        " AND table_name IN ('RdRecord01', 'rdrecord32')",
    )
    assert moved == documents >= 46
    changed = one(company, "SELECT COUNT(*) FROM CurrentStock WHERE ufts > ?", before)
    assert 0 < changed <= moved


def test_a_day_is_the_same_on_every_machine(company, u8_file, tmp_path):
    shutil.copyfile(u8_file, tmp_path / "other.db")
    other = sqlite3.connect(tmp_path / "other.db")
    for connection in (company, other):
        Actor(connection).advance(3)
    rows = "SELECT AutoID, iQuantity, ufts FROM CurrentStock ORDER BY AutoID"
    assert company.execute(rows).fetchall() == other.execute(rows).fetchall()
    other.close()


def test_in_t_plus_1_moves_are_posted_the_next_morning(company):
    actor = Actor(company)
    actor.set_mode("t_plus_1")
    sum_of = "SELECT SUM(iQuantity) FROM CurrentStock"
    before = one(company, "SELECT COUNT(*) FROM rdrecord32")
    actor.advance(8)
    waiting = one(company, "SELECT COUNT(*) FROM u8sim_unposted")
    assert waiting == 8 * 23
    assert one(company, "SELECT COUNT(*) FROM rdrecord32") == before
    owed = one(company, "SELECT SUM(qty) FROM u8sim_unposted")
    stood = one(company, sum_of)
    received = one(company, "SELECT COUNT(*) FROM RdRecord01")
    actor.advance(22.5)
    assert one(company, "SELECT COUNT(*) FROM u8sim_unposted WHERE at < '2025-12-02'") == 0
    assert one(company, "SELECT COUNT(*) FROM rdrecord32") > before
    assert one(company, "SELECT COUNT(*) FROM RdRecord01") > received
    assert one(company, sum_of) != pytest.approx(stood)
    assert owed


def test_purchases_come_in_and_outsourcing_orders_grow_older(company):
    late = (
        "SELECT COUNT(*) FROM PO_Podetails d JOIN PO_Pomain m ON m.POID = d.POID"
        " WHERE m.cVerifier IS NOT NULL AND d.cbCloser IS NULL"
        " AND d.iReceivedQTY < d.iQuantity AND d.dArriveDate < '2025-12-01'"
    )
    begun = "SELECT COUNT(*) FROM OM_MODetails WHERE iMaterialSendQty > 0"
    before, going = one(company, late), one(company, begun)
    Actor(company).advance(24)
    assert one(company, late) < before
    assert one(company, begun) > going


def test_a_clerk_keys_in_what_the_warehouse_did(company):
    house, code, qty = company.execute(
        "SELECT cWhCode, cInvCode, iQuantity FROM CurrentStock LIMIT 1"
    ).fetchone()
    assert Actor(company).key_in([Movement(house, code, -3, "MV-2025-12-000001")]) == 1
    stands = "SELECT iQuantity FROM CurrentStock WHERE cWhCode = ? AND cInvCode = ?"
    assert one(company, stands, house, code) == qty - 3
    assert one(company, "SELECT COUNT(*) FROM rdrecord32 WHERE cDefine10 = 'MV-2025-12-000001'")


def test_a_locked_file_lets_nobody_in(company, tmp_path):
    other = sqlite3.connect(tmp_path / "u8.db", timeout=0, isolation_level=None)
    company.isolation_level = None
    company.execute("PRAGMA journal_mode = DELETE")
    refused = pytest.raises(sqlite3.OperationalError, match="locked")
    with faults.locked(company, "sqlite", "CurrentStock"), refused:
        other.execute("SELECT COUNT(*) FROM CurrentStock")
    assert other.execute("SELECT COUNT(*) FROM CurrentStock").fetchone() == (4_700,)
    other.close()


def test_a_login_that_may_only_read(company):
    faults.read_only(company, "sqlite")
    with pytest.raises(sqlite3.IntegrityError, match="denied"):
        company.execute("UPDATE SO_SOMain SET cDefine10 = 'x'")


def test_a_missing_column_a_spoilt_name_and_a_code_used_twice(company):
    faults.take_column(company, "sqlite", "CurrentStock", "fStopQuantity")
    with pytest.raises(sqlite3.OperationalError, match="no such column"):
        company.execute("SELECT fStopQuantity FROM CurrentStock")
    faults.garble(company, "FG-00001")
    name = one(company, "SELECT cInvName FROM Inventory WHERE cInvCode = 'FG-00001'")
    assert "�" in name
    first, last = faults.repeat_code(company)
    codes = "SELECT COUNT(DISTINCT cSOCode) FROM SO_SOMain WHERE ID IN (?, ?)"
    assert one(company, codes, first, last) == 1


def test_a_restored_backup_has_smaller_rowversions(company):
    Actor(company).advance(1)
    before = version(company)
    then = faults.restore_backup(company, "sqlite", 30)
    assert then == version(company) == before - 30
    assert one(company, "SELECT MAX(ufts) FROM CurrentStock") <= then


def test_the_command_makes_the_file_once(tmp_path):
    words = [sys.executable, "-m", "seamline", "standin", "u8", "--out", str(tmp_path / "u8.db")]
    done = subprocess.run([*words, "--small"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "1600" in done.stdout
    again = subprocess.run([*words, "--small"], capture_output=True, text=True)
    assert again.returncode == 1
    assert "u8.db" in again.stderr
