"""A stand-in for Kingdee, and callers of it that are not ours."""

from __future__ import annotations

from uuid import uuid4

import pytest
import requests

from seamline.connecting import discovered
from seamline.connectors.kingdee.standin import auth
from seamline.connectors.kingdee.standin.service import Kingdee
from seamline.standins.standin import running
from seamline.testing.connector_contract import Case, opening

STUB = "k3cloud/Kingdee.BOS.WebApi.ServicesStub"


@pytest.fixture(scope="session")
def served():
    with running(Kingdee) as found:
        yield found


@pytest.fixture
def kingdee(served):
    served.reset()
    return served


class Caller:
    """A plain caller: signs in with the password and posts what it is told."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()

    def post(self, service: str, body: object, **more):
        url = f"{self.url}/{STUB}.{service}.common.kdsvc"
        return self.session.post(url, json=body, timeout=5, **more)

    def login(self) -> dict:
        given = {"acctID": auth.ACCOUNT, "username": auth.USER, "password": auth.PASSWORD}
        return self.post("AuthService.ValidateUser", {**given, "lcid": 2052}).json()

    def call(self, name: str, body: object):
        return self.post(f"DynamicFormService.{name}", body).json()

    def query(self, form: str, keys: str, filter_: object = "", **more):
        data = {"FormId": form, "FieldKeys": keys, "FilterString": filter_, **more}
        return self.call("ExecuteBillQuery", {"data": data})


@pytest.fixture
def caller(kingdee):
    found = Caller(kingdee.url)
    assert found.login()["LoginResultType"] == 1
    yield found
    found.session.close()


def order(number: str = "T-1", **more) -> dict:
    line = {
        "FMaterialId": {"FNumber": "CH000001"},
        "FUnitID": {"FNumber": "Pcs"},
        "FQty": 10,
        "FTaxPrice": 12.5,
    }
    return {
        "FBillNo": number,
        "FDate": "2026-11-26",
        "FCustId": {"FNumber": "CUST000001"},
        "FSaleOrgId": {"FNumber": "100"},
        "FSaleOrderEntry": [line, {**line, "FMaterialId": {"FNumber": "CH000002"}}],
        **more,
    }


ENTITIES = {
    "sales_order": ("SAL_SaleOrder", 250),
    "purchase_order": ("PUR_PurchaseOrder", 80),
    "production_order": ("PRD_MO", 50),
    "bom": ("ENG_BOM", 80),
    "stock": ("STK_Inventory", 450),
    "material": ("BD_MATERIAL", 300),
    "customer": ("BD_Customer", 40),
    "supplier": ("BD_Supplier", 23),
}


def settings(kingdee, login="header", **more) -> dict:
    own = {"account": auth.ACCOUNT, "user": auth.USER, "app_id": auth.APP_ID, "login": login}
    return {"server": f"{kingdee.url}/k3cloud", "timeout": 30, **own, **more}


SECRETS = {"app_secret": auth.APP_SECRET, "password": auth.PASSWORD}


@pytest.fixture
def connecting(kingdee, memory_store):
    """Return what opens a connection anew, as a process that was restarted does."""
    kind, fresh = discovered().kinds["kingdee"], f"erp-{uuid4().hex}"

    def connect(login="header", **more):
        case = Case({**settings(kingdee, login), **more}, SECRETS, network="loopback")
        return opening(kind, case, memory_store, fresh)()

    return connect
