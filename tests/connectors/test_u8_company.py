"""The shapes of the invented U8 company, counted in its tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from seamline.connectors.u8.standin.schema import tables

REFERENCE = "2025-12-01 00:00:00"
IN_72_HOURS = "2025-12-04 00:00:00"
AVAILABLE = """
    SELECT s.cInvCode, SUM(s.iQuantity - s.fStopQuantity - s.fOutQuantity - s.fTransOutQuantity
                           + s.fInQuantity + s.fTransInQuantity)
    FROM CurrentStock s JOIN Warehouse w ON w.cWhCode = s.cWhCode
    WHERE w.bInAvailCalcu = 1 GROUP BY s.cInvCode"""
COMING = """
    SELECT d.cInvCode, d.dArriveDate FROM PO_Podetails d JOIN PO_Pomain m ON m.POID = d.POID
    WHERE m.cVerifier IS NOT NULL AND m.cCloser IS NULL AND d.cbCloser IS NULL
      AND d.iReceivedQTY < d.iQuantity"""


@pytest.fixture(scope="module")
def ask(u8_full):
    return lambda statement: u8_full.execute(statement).fetchall()


@pytest.fixture(scope="module")
def count(ask):
    return lambda table, where="1 = 1": ask(f"SELECT COUNT(*) FROM {table} WHERE {where}")[0][0]


@pytest.fixture(scope="module")
def labelled(ask):
    found = defaultdict(set)
    for _, pk, label in ask("SELECT table_name, pk, label FROM u8sim_truth"):
        found[label].add(pk)
    return found


def test_its_tables_have_the_names_of_u8(ask):
    there = {name for (name,) in ask("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert set(tables()) <= there
    assert len(tables()) == 32


def test_materials(ask, count, labelled):
    assert count("Inventory") == 2_000
    groups = dict(ask("SELECT cInvCCode, COUNT(*) FROM Inventory GROUP BY cInvCCode"))
    assert groups == {"01": 160, "02": 420, "03": 240, "04": 1_000, "05": 180}
    assert count("Inventory", "bSale = 1") == 160
    assert count("Inventory", "bProxyForeign = 1") == 240
    assert count("Inventory", "dEDate IS NOT NULL") == 30
    assert count("Inventory", "iSafeNum > 0") == 1_400
    names = dict(ask("SELECT cInvCode, cInvName FROM Inventory"))
    odd = [names[code] for code in labelled["odd_name"]]
    assert len(odd) == 12
    for mark in ('"', "'", "🔧", "𠮷"):
        assert any(mark in name for name in odd)


def test_warehouses_customers_and_vendors(ask, count, labelled):
    assert count("Warehouse") == 8
    assert ask("SELECT cWhCode FROM Warehouse WHERE bInAvailCalcu = 0") == [("06",)]
    assert ask("SELECT cWhCode FROM Warehouse WHERE bProxyWh = 1") == [("07",)]
    assert count("Customer") == 217
    assert count("Customer", "dEndDate IS NOT NULL") == 4
    assert count("Customer", "cCusCreditCompany IS NOT NULL") == 3
    assert count("Customer", "bCredit = 0") == 5
    used = ask("""SELECT c.cCusCode, (s.fARSum + s.fSOSum + s.fDLSum + s.fBLSum) / c.iCusCreLine
                  FROM Customer c JOIN SA_CreditSum s ON s.cCusCode = c.cCusCode AND s.iType = 1
                  WHERE c.bCredit = 1""")
    assert {code for code, share in used if share > 1} == labelled["credit_over"]
    assert {code for code, share in used if 0.95 <= share <= 1} == labelled["credit_near"]
    assert (len(labelled["credit_over"]), len(labelled["credit_near"])) == (9, 14)
    assert count("Vendor") == 89


def test_the_sums_of_credit_agree_with_the_documents_but_for_six(ask, labelled):
    owed = dict(ask("SELECT cDwCode, SUM(iDAmount - iCAmount) FROM Ap_Detail GROUP BY cDwCode"))
    running = dict(
        ask("""SELECT m.cCusCode, SUM((d.iQuantity - d.iFHQuantity) * d.iTaxUnitPrice)
               FROM SO_SODetails d JOIN SO_SOMain m ON m.ID = d.ID WHERE m.cCloser IS NULL
               GROUP BY m.cCusCode""")
    )
    apart = {
        str(number)
        for number, code, kept, orders in ask(
            "SELECT AutoId, cCusCode, fARSum, fSOSum FROM SA_CreditSum"
        )
        if abs(kept - owed[code]) > 0.01 or abs(orders - running.get(code, 0)) > 0.01
    }
    assert apart == labelled["credit_drift"]
    assert len(apart) == 6


def test_stock_is_short_exactly_where_it_is_meant_to_be(ask, count, labelled):
    assert count("CurrentStock") == 4_700
    assert set(Counter(code for (code,) in ask("SELECT cInvCode FROM CurrentStock")).values()) == {
        1, 2, 3, 4,
    }  # fmt: skip
    assert count("CurrentStock", "iQuantity < 0") == len(labelled["negative"]) == 8
    assert count("CurrentStock", "fStopQuantity > 0") == len(labelled["frozen"]) == 40
    available = dict(ask(AVAILABLE))
    soon = {code for code, at in ask(COMING) if REFERENCE <= at < IN_72_HOURS}
    late = {code for code, at in ask(COMING) if at < REFERENCE}
    safe = ask("SELECT cInvCode, iSafeNum FROM Inventory WHERE iSafeNum > 0")
    below = {code for code, safety in safe if available[code] * 10 < safety * 13}
    at_line = {code for code, safety in safe if available[code] * 10 == safety * 13}
    assert below - soon == labelled["stock_alert"]
    assert below & soon == labelled["stock_arriving"]
    assert at_line == labelled["stock_at_line"]
    assert not labelled["stock_alert"] & late
    assert len(labelled["stock_alert"]) >= 60
    assert len(labelled["stock_arriving"]) >= 100
    assert len(at_line) == 20


def test_bills_of_material(ask, labelled):
    versions = defaultdict(list)
    for part, words, start, end, status in ask(
        """SELECT p.ParentId, b.VersionDesc, b.VersionEffDate, b.VersionEndDate, b.Status
           FROM bom_bom b JOIN bom_parent p ON p.BomId = b.BomId ORDER BY b.Version"""
    ):
        versions[part].append((words, start[:10], end[:10], status))
    assert len(versions) == 580
    assert Counter(len(one) for one in versions.values()) == {1: 480, 2: 40, 3: 60}
    for one in versions.values():
        if len(one) == 3:
            assert [row[0] for row in one] == ["V1.2", "V2.0", "V2.1"]
            assert one[1][1:3] == ("2025-04-01", "2025-09-30")
            assert one[2][2] == "2099-12-31"
    twice = [one for one in versions.values() if len(one) == 2]
    assert sum(second[1] <= first[2] for first, second in twice) == 5
    assert sum(second[1] > "2025-12-01" for _, second in twice) == 2
    assert sum(row[3] != 3 for one in versions.values() for row in one) == 3
    plated = ask("""SELECT DISTINCT b.VersionDesc FROM bom_opcomponent c
                    JOIN bom_bom b ON b.BomId = c.BomId WHERE c.Remark = '镀镍'""")
    assert {words for (words,) in plated} == {"V2.0", "V2.1"}
    expired = ask("""SELECT c.OpComponentId FROM bom_opcomponent c JOIN bom_bom b
                     ON b.BomId = c.BomId WHERE c.EffEndDate < b.VersionEndDate""")
    assert {str(number) for (number,) in expired} == labelled["component_expired"]
    mean = ask("SELECT COUNT(*) * 1.0 / COUNT(DISTINCT BomId) FROM bom_opcomponent")[0][0]
    assert 6.5 < mean < 7.5


def test_bills_are_four_steps_deep_and_one_goes_in_a_circle(ask, labelled):
    below = defaultdict(set)
    for bom, parent, part in ask(
        """SELECT p.BomId, p.ParentId, c.ComponentId FROM bom_parent p
           JOIN bom_opcomponent c ON c.BomId = p.BomId"""
    ):
        if str(bom) not in labelled["bom_cycle"]:
            below[parent].add(part)
    known: dict[int, int] = {}

    def depth(part: int) -> int:
        if part not in known:
            known[part] = 1 + max((depth(one) for one in below[part]), default=-1)
        return known[part]

    # Without the row that closes the circle nothing is its own part.
    assert max(depth(part) for part in list(below)) >= 4
    assert len(labelled["bom_cycle"]) == 1


def test_purchase_orders(count, ask, labelled):
    assert count("PO_Pomain") == 800
    assert count("PO_Podetails") == 2_400
    late = sum(at < REFERENCE for _, at in ask(COMING))
    assert late == len(labelled["po_overdue"]) == 336
    assert count("PO_Podetails", "iReceivedQTY > 0 AND iReceivedQTY < iQuantity") == 72
    assert count("PO_Podetails", "cbCloser IS NOT NULL") == 12
    assert count("PO_Pomain", "cVerifier IS NULL") == 5
    received = "iReceivedQTY > 0"
    assert count("rdrecords01") == count("PO_Podetails", received)


def test_sales_orders_by_month_and_hour(ask, count):
    assert count("SO_SOMain") == 47_100
    months = ask("SELECT substr(dDate, 1, 7) m, COUNT(*) FROM SO_SOMain GROUP BY m ORDER BY m")
    assert [number for _, number in months] == [2_950] * 12 + [11_700]
    assert (months[0][0], months[-1][0]) == ("2024-11", "2025-11")
    lines = Counter(number for (number,) in ask("SELECT COUNT(*) FROM SO_SODetails GROUP BY ID"))
    assert max(lines) == 12
    assert 169_000 < sum(size * number for size, number in lines.items()) < 171_000
    hours = {int(hour) for (hour,) in ask("SELECT substr(dcreatesystime, 12, 2) FROM SO_SOMain")}
    assert hours == set(range(8, 20))
    days = dict(ask("SELECT strftime('%w', dDate), COUNT(*) FROM SO_SOMain GROUP BY 1"))
    assert max(days, key=days.get) == "1"


def test_who_orders(ask):
    orders = sorted(
        (number for (number,) in ask("SELECT COUNT(*) FROM SO_SOMain GROUP BY cCusCode")),
        reverse=True,
    )
    makers = ask("SELECT COUNT(*) FROM SO_SOMain WHERE cCusName LIKE '华东整车%'")[0][0]
    assert makers / 47_100 == pytest.approx(0.58, abs=0.002)
    others = [
        number
        for (number,) in ask(
            """SELECT COUNT(*) n FROM SO_SOMain WHERE cCusName NOT LIKE '华东整车%'
               GROUP BY cCusCode ORDER BY n DESC"""
        )
    ]
    assert others[0] > 10 * others[len(others) // 2]  # a few order often, most rarely
    assert all(first >= second for first, second in pairwise(orders))


def test_what_became_of_sales_orders(ask, count, labelled):
    assert count("SO_SOMain", "cMemo = '客户取消'") == len(labelled["cancelled"]) == 565
    assert count("SO_SOMain", "cChanger IS NOT NULL") == len(labelled["changed_after_audit"]) == 236
    assert count("SO_SOMain", "cVerifier IS NULL") == 0
    twice = ask("""SELECT SUM(n - 1) FROM (SELECT COUNT(*) n FROM SO_SOMain
                   GROUP BY cCusCode, cDefine1 HAVING COUNT(*) > 1)""")
    assert twice == [(40,)]
    assert len(labelled["double_entry"]) == 40
    open_ = """SELECT d.DLID, d.cMemo FROM DispatchList d JOIN SO_SOMain m ON m.cSOCode = d.cSOCode
               WHERE d.bReturnFlag = 1 AND d.cVerifier IS NULL AND m.cCloser IS NOT NULL"""
    assert Counter(memo for _, memo in ask(open_)) == {"售后补单": 15, "质量扣款": 10}


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        ("due_tight", "julianday(d.dPreDate) < julianday(m.dDate) + i.iInvAdvance"),
        ("price_below_cost", "d.iTaxUnitPrice < i.iInvNCost"),
        ("material_stopped", "i.dEDate < m.dDate"),
        ("agreement_missing", "m.cDefine11 IS NULL"),
        ("quantity_outlier", "d.iQuantity >= 20000"),
        (
            "customer_stopped",
            "m.cCusCode IN (SELECT cCusCode FROM Customer WHERE dEndDate < m.dDate)",
        ),
    ],
)
def test_a_risk_is_labelled_where_it_is_and_nowhere_else(ask, labelled, kind, where):
    found = ask(f"""SELECT DISTINCT m.ID FROM SO_SOMain m JOIN SO_SODetails d ON d.ID = m.ID
                    JOIN Inventory i ON i.cInvCode = d.cInvCode
                    WHERE m.cCloser IS NULL AND m.dDate >= '2025-11-01' AND {where}""")
    assert {str(number) for (number,) in found} == labelled[f"risk:{kind}"]
    assert found


def test_there_are_twelve_kinds_of_risk(labelled):
    assert len([label for label in labelled if label.startswith("risk:")]) == 12


def test_outsourcing(ask, count, labelled):
    assert count("OM_MOMain") == 300
    shares = dict(ask("SELECT cVenCode, COUNT(*) FROM OM_MOMain GROUP BY cVenCode"))
    assert shares == {"WX001": 150, "WX002": 90, "WX003": 60}
    waiting = "cbCloser IS NULL AND iMaterialSendQty = 0"
    soon = f"{waiting} AND dArriveDate > '{REFERENCE}' AND dArriveDate <= '2025-12-03 00:00:00'"
    assert count("OM_MODetails", soon) == len(labelled["om_due_48h_not_started"]) == 40
    assert count("OM_MODetails", f"cbCloser IS NULL AND dArriveDate < '{REFERENCE}'") == 20
    assert count("OM_MODetails", "iReceivedQTY > 0 AND iReceivedQTY < iQuantity") == 3
    done = count("OM_MODetails", "cbCloser IS NOT NULL")
    on_time = count("OM_MODetails", "dbCloseDate <= dArriveDate")
    assert on_time / done == pytest.approx(0.61, abs=0.005)


def test_every_row_has_a_rowversion_of_its_own(ask):
    seen = Counter()
    for table in tables().values():
        if table.version:
            seen.update(v for (v,) in ask(f"SELECT {table.version} FROM {table.name}"))
    assert max(seen.values()) == 1
    assert None not in seen
    assert max(seen) <= ask("SELECT v FROM u8sim_rowversion")[0][0]
