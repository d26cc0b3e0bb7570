"""A stand-in for Kingdee, and callers of it that are not ours."""

from __future__ import annotations

import pytest
import requests

from seamline.connectors.kingdee.standin import auth
from seamline.connectors.kingdee.standin.service import Kingdee
from seamline.standins.standin import running

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
