"""The Kingdee connector keeps what every connector keeps."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from seamline.connector import Write
from seamline.connectors.kingdee.writing import number_of
from seamline.testing.connector_contract import Case, ConnectorContract

from .conftest import ENTITIES, SECRETS, settings

LINES = [{"FMaterialId": "CH000001", "FUnitID": "Pcs", "FQty": 5, "FTaxPrice": 1.5}]
NEW = {
    "FDate": "2026-11-26", "FCustId": "CUST000001", "FSaleOrgId": "100", "FSaleOrderEntry": LINES,
}  # fmt: skip
NUMBERS = {"sales_order": "FBillNo", "material": "FNumber"}
KEPT = 12


def trim(kingdee):
    """Leave a few records of each form, so that reading them piece by piece takes no time."""
    for records in kingdee.services["kingdee"].books.records.values():
        for own in list(records)[KEPT:]:
            del records[own]


@pytest.mark.cap(81)
class TestKingdee(ConnectorContract):
    """Against the stand-in."""

    connector = "kingdee"

    @pytest.fixture
    def case(self, kingdee):
        def effects(order):
            number = order.target or order.values.get(NUMBERS[order.entity])
            form = ENTITIES[order.entity][0]
            return kingdee.effects().count(
                f"{order.operation} {form} {number or number_of(order.key)}"
            )

        trim(kingdee)

        def change():
            books = kingdee.services["kingdee"].books
            for form, number in (("SAL_SaleOrder", "XSDD000007"), ("BD_MATERIAL", "CH000009")):
                record = next(
                    one
                    for one in books.records[form].values()
                    if number in (one.get("FBillNo"), one.get("FNumber"))
                )
                record["FModifyDate"] = books.moment()

        @contextmanager
        def cut():
            kingdee.fault("reset")
            yield
            kingdee.heal()

        return Case(
            settings=settings(kingdee),
            secrets={"app_secret": SECRETS["app_secret"]},
            network="loopback",
            change=change,
            changed={
                "sales_order": frozenset({"XSDD000007"}),
                "material": frozenset({"CH000009"}),
            },
            cut=cut,
            orders=[
                Write("sales_order", "create", "order-1", NEW),
                Write("sales_order", "create", "order-2", {**NEW, "FBillNo": "OD-2026-11-00001"}),
                Write("sales_order", "submit", "s", {}, "OD-2026-11-00001"),
                Write("sales_order", "audit", "a", {}, "OD-2026-11-00001"),
                Write(
                    "material",
                    "create",
                    "m",
                    {"FNumber": "NEW-1", "FName": "新", "FBaseUnitId": "Pcs"},
                ),
                Write("material", "update", "u", {"FName": "新二"}, "NEW-1"),
            ],
            effects=effects,
        )
