"""The vendor's own SDK, unchanged, against the stand-in: it is the oracle of both of our halves."""

from __future__ import annotations

import json

import pytest

from seamline.connectors.kingdee.standin import auth

from .conftest import order

sdk_main = pytest.importorskip("k3cloud_webapi_sdk.main", reason="test extra oracles")
pytestmark = pytest.mark.cap(81)


@pytest.fixture
def sdk(kingdee):
    url = f"{kingdee.url}/k3cloud/"
    found = sdk_main.K3CloudApiSdk(url)
    found.InitConfig(auth.ACCOUNT, auth.USER, auth.APP_ID, auth.APP_SECRET, url, org_num=100)
    return found


def test_it_signs_in_by_header_writes_and_reads(kingdee, sdk):
    done = json.loads(sdk.Save("SAL_SaleOrder", {"Model": order()}))
    assert done["Result"]["ResponseStatus"]["IsSuccess"]
    for call in (sdk.Submit, sdk.Audit):
        answer = json.loads(call("SAL_SaleOrder", {"Numbers": ["T-1"]}))
        assert answer["Result"]["ResponseStatus"]["IsSuccess"]
    seen = json.loads(sdk.View("SAL_SaleOrder", {"Number": "T-1"}))["Result"]["Result"]
    assert (seen["BillNo"], seen["DocumentStatus"]) == ("T-1", "C")
    query = {"FormId": "SAL_SaleOrder", "FieldKeys": "FBillNo", "FilterString": "FBillNo='T-1'"}
    assert json.loads(sdk.ExecuteBillQuery(query)) == [["T-1"]]
    assert json.loads(sdk.BillQuery(query)) == [{"FBillNo": "T-1"}]
    info = json.loads(sdk.QueryBusinessInfo({"FormId": "ENG_BOM"}))
    assert info["Result"]["NeedReturnData"]["Id"] == "ENG_BOM"
    assert len(kingdee.effects()) == 3


def test_a_wrong_secret_does_not_let_it_in(kingdee, sdk):
    sdk.identify.AppSecret = "0" * 32
    answer = json.loads(sdk.View("SAL_SaleOrder", {"Number": "XSDD000001"}))
    assert answer["Result"]["ResponseStatus"]["MsgCode"] == 1


def test_an_unhandled_error_becomes_its_exception(kingdee, sdk):
    kingdee.fault("response_error", args={"text": "对象为空。"})
    with pytest.raises(RuntimeError, match="对象为空"):
        sdk.View("SAL_SaleOrder", {"Number": "XSDD000001"})
