"""The U8 connector and that of any table keep the laws of connectors, by real ODBC drivers."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

import pytest

from seamline.connector import Write
from seamline.connectors.odbc import connect
from seamline.testing.connector_contract import Case, ConnectorContract

WRITES = {"write_by": "columns", "write_columns": ["settlement_no", "final_delivery"]}


class TestU8(ConnectorContract):
    connector = "u8"

    @pytest.fixture
    def case(self, company):
        def effects(order):
            found = company.ask(
                "SELECT COUNT(*) FROM u8sim_journal WHERE table_name = 'SO_SOMain'"
                f" AND act = 'update' AND pk = '{order.target}'"
            )
            return found[0][0]

        def change():
            company.do(
                "UPDATE CurrentStock SET iQuantity = iQuantity + 1 WHERE AutoID = 3",
                "UPDATE PO_Podetails SET iReceivedQTY = 1 WHERE ID = 1",
                "UPDATE SO_SODetails SET iQuantity = 7 WHERE AutoID = 1",
                "UPDATE SO_SOMain SET cMemo = 'x' WHERE ID = 2",
                "UPDATE bom_opcomponent SET BaseQtyN = 9 WHERE OpComponentId = 1",
                "UPDATE SA_CreditSum SET fARSum = 5 WHERE AutoId = 2",
            )

        stock = company.ask("SELECT cInvCode, cWhCode FROM CurrentStock WHERE AutoID = 3")[0]
        coming = company.ask("SELECT cInvCode, POID FROM PO_Podetails WHERE ID = 1")[0]
        customer = company.ask("SELECT cCusCode FROM SA_CreditSum WHERE AutoId = 2")[0][0]
        orders = company.ask("SELECT DISTINCT ID FROM SO_SODetails WHERE AutoID = 1")
        return Case(
            settings=company.settings | WRITES,
            secrets=company.secrets,
            change=change,
            cut=company.cut,
            changed={
                "stock": frozenset({f"{stock[0]}@{stock[1]}"}),
                "available": frozenset({stock[0], coming[0]}),
                "purchase_orders": frozenset({str(coming[1])}),
                "sales_orders": frozenset({str(orders[0][0]), "2"}),
                "boms": frozenset({"1"}),
                "customers": frozenset({customer}),
            },
            orders=[
                Write(
                    "sales_orders",
                    "update",
                    "event-1",
                    {"settlement_no": "JS-2025-0001", "final_delivery": "2025-12-20"},
                    target="3",
                )
            ],
            effects=effects,
        )


class TestTables(ConnectorContract):
    connector = "odbc"

    @pytest.fixture
    def case(self, company):
        settings = {**company.settings}
        settings.pop("driver")
        tables = [
            {"name": "vendors", "table": "Vendor", "key": ["cVenCode"], "version": "pubufts"},
            {"name": "items", "table": "SCM_Item", "key": ["cInvCode", "Id"]},
        ]
        return Case(
            settings=settings | {"tables": tables},
            secrets=company.secrets,
            change=lambda: company.do("UPDATE Vendor SET cVenPhone = '1' WHERE cVenCode = 'V002'"),
            changed={"vendors": frozenset({"V002"})},
            cut=company.cut,
        )


def test_one_table_that_is_wrong_keeps_no_other_from_being_read(u8_file, given):
    reach = {"dialect": "sqlite", "connection_string": f"DRIVER=SQLite3;Database={u8_file}"}
    tables = [
        {"name": "vendors", "table": "Vendor", "key": ["cVenCode"]},
        {"name": "gone", "table": "Gone", "key": ["cVenCode"]},
        {"name": "items", "table": "SCM_Item", "key": ["cNone"]},
    ]
    context = given(datetime(2025, 11, 30, 16, tzinfo=UTC))
    with closing(connect(reach | {"tables": tables}, context)) as connector:
        vendors, gone, items = connector.describe()
        assert vendors.wrong is None and vendors.members
        assert gone.wrong.code == "other_shape" and items.wrong.code == "column_missing"
        assert connector.read("vendors", None, 5).changes
