"""The stand-in for Kingdee keeps the rules and sets the traps of the real one."""

from __future__ import annotations

import hashlib

import pytest

from seamline.connectors.kingdee.standin import auth

from .conftest import order

pytestmark = pytest.mark.cap(81)
ORDER = "SAL_SaleOrder"


def status(answer) -> dict:
    found = answer[0][0] if isinstance(answer, list) else answer
    return found["Result"]["ResponseStatus"]


@pytest.fixture
def save(caller):
    def saving(model: dict, **more):
        data = {"IsDeleteEntry": False, **more, "Model": model}
        return caller.call("Save", {"formid": ORDER, "data": data})

    return saving


@pytest.mark.parametrize("login", ["password", "listed", "secret", "sign"])
def test_each_login_lets_in_and_a_wrong_secret_does_not(kingdee, caller, login):
    caller.session.cookies.clear()
    stamp = str(int(kingdee.bench.clock.now().timestamp()))
    words = "".join(sorted([auth.ACCOUNT, auth.USER, auth.APP_ID, auth.APP_SECRET, stamp]))
    sign = hashlib.sha256(words.encode()).hexdigest()
    own = [auth.ACCOUNT, auth.USER]
    call, given = {
        "password": ("ValidateUser", [*own, auth.PASSWORD, 2052]),
        "listed": ("ValidateUser", [*own, auth.PASSWORD, 2052]),
        "secret": ("LoginByAppSecret", [*own, auth.APP_ID, auth.APP_SECRET, 2052]),
        "sign": ("LoginBySign", [*own, auth.APP_ID, stamp, sign, 2052]),
    }[login]
    wrong = [*given[:-2], "wrong", 2052]
    answer = caller.post(f"AuthService.{call}", {"parameters": wrong}).json()
    assert (answer["LoginResultType"], answer["KDSVCSessionId"]) == (0, "")
    assert status(caller.query(ORDER, "FBillNo"))["MsgCode"] == 1
    answer = caller.post(f"AuthService.{call}", {"parameters": given}).json()
    assert answer["LoginResultType"] == 1
    assert len(caller.query(ORDER, "FBillNo", Limit=3)) == 3
    assert auth.PASSWORD not in str(kingdee.requests())
    assert auth.APP_SECRET not in str(kingdee.requests())


def test_a_session_ends_when_nobody_uses_it(kingdee, caller):
    kingdee.advance(19 * 60)
    assert caller.query(ORDER, "FBillNo", Limit=1) == [["XSDD000001"]]
    kingdee.advance(21 * 60)
    assert status(caller.query(ORDER, "FBillNo"))["MsgCode"] == 1


@pytest.mark.parametrize(
    ("text", "listed", "count"),
    [
        ("FBillNo = 'XSDD000003'", [("", "FBillNo", "=", "XSDD000003", "", "0")], 1),
        ("FBillNo like 'XSDD00000%'", [("", "FBillNo", "like", "XSDD00000%", "", "0")], 9),
        ("FBillNo in ('XSDD000001','XSDD000002')",
         [("", "FBillNo", "in", "XSDD000001,XSDD000002", "", "0")], 2),
        ("(FBillNo = 'XSDD000001' or FBillNo = 'XSDD000002') and FDate > '2026-01-05'",
         [("(", "FBillNo", "67", "XSDD000001", "", "1"),
          ("", "FBillNo", "67", "XSDD000002", ")", "0"),
          ("", "FDate", ">", "2026-01-05", "", "0")], 1),
        ("FDate >= '2026-01-06' and FDate <= '2026-01-08 00:00:00'",
         [("", "FDate", ">=", "2026-01-06", "", "and"),
          ("", "FDate", "<=", "2026-01-08", "", "")], 3),
        ("FID <> 1 and FBillNo < 'XSDD000006'",
         [("", "FID", "<>", "1", "", "0"), ("", "FBillNo", "<", "XSDD000006", "", "0")], 5),
        ("FCustId.FNumber = 'O''Brien'", [("", "FCustId.FNumber", "=", "O'Brien", "", "0")], 0),
    ],
)  # fmt: skip
def test_filters_say_the_same_as_text_and_as_a_list(caller, text, listed, count):
    keys = ("Left", "FieldName", "Compare", "Value", "Right", "Logic")
    rows = [dict(zip(keys, row, strict=True)) for row in listed]
    assert len(caller.query(ORDER, "FBillNo", text)) == count
    assert caller.query(ORDER, "FBillNo", rows) == caller.query(ORDER, "FBillNo", text)


@pytest.mark.parametrize(
    "filter_", ["FBillNo = ", "FBillNo ~ 'x'", "(FBillNo = 'x'", "FBillNo = 'x' FDate = 'y'"]
)
def test_a_filter_that_is_none_comes_back_wrapped_as_a_row(caller, filter_):
    answer = caller.query(ORDER, "FBillNo", filter_)
    assert status(answer)["MsgCode"] == 6
    assert not status(answer)["IsSuccess"]


def test_the_top_row_count_is_the_last_row_of_all(caller):
    keys = {"OrderString": "FID", "Limit": 10}
    assert len(caller.query(ORDER, "FBillNo", TopRowCount=10, **keys)) == 10
    assert caller.query(ORDER, "FBillNo", StartRow=10, TopRowCount=10, **keys) == []
    assert len(caller.query(ORDER, "FBillNo", StartRow=10, TopRowCount=20, **keys)) == 10


def test_a_limit_over_the_cap_is_cut_without_a_word(kingdee, caller):
    everything = caller.query(ORDER, "FSaleOrderEntry_FEntryID", Limit=99999)
    kingdee.fault("limit_cap", args={"rows": 200})
    assert len(everything) > len(caller.query(ORDER, "FSaleOrderEntry_FEntryID", Limit=2000)) == 200


def test_lines_multiply_rows_and_objects_are_named(caller):
    keys = "FBillNo,FSaleOrderEntry_FSeq,FMaterialId.FName,FCUSTID.FNumber"
    rows = caller.query(
        ORDER, keys, "FBillNo='XSDD000001'", OrderString="FSaleOrderEntry_FSeq desc"
    )
    assert [row[1] for row in rows] == [3, 2, 1]
    data = {"FormId": ORDER, "FieldKeys": keys, "FilterString": "FBillNo='XSDD000001'"}
    objects = caller.call("BillQuery", {"data": data})
    assert [list(one.values()) for one in objects] == rows[::-1]
    assert status(caller.query(ORDER, "FNoSuch"))["MsgCode"] == 8
    assert status(caller.query("NO_SUCH", "FID"))["MsgCode"] == 8


def test_a_number_is_unique_and_saving_without_one_doubles(caller, save):
    assert status(save(order()))["IsSuccess"]
    refused = status(save(order()))
    assert (refused["MsgCode"], refused["Errors"][0]["FieldName"]) == (11, "FBillNo")
    unnamed = order()
    del unnamed["FBillNo"]
    first, second = (save(unnamed)["Result"]["Number"] for _ in range(2))
    assert first != second


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"FCustId": {"FNumber": "NOBODY"}}, "FCustId"),
        ({"FDate": ""}, "FDate"),
        ({"FDate": "soon"}, "FDate"),
        ({"FSaleOrderEntry": []}, "FSaleOrderEntry"),
        ({"FSaleOrderEntry": [{"FQty": "many"}]}, "FQty"),
    ],
)
def test_a_model_is_judged_by_field(caller, save, change, field):
    refused = status(save(order(**change)))
    assert (refused["MsgCode"], refused["Errors"][0]["FieldName"]) == (11, field)
    assert caller.query(ORDER, "FBillNo", "FBillNo='T-1'") == []


@pytest.mark.parametrize(("deletes", "left"), [(None, 1), (True, 1), (False, 2)])
def test_lines_not_sent_are_deleted_unless_one_says_no(caller, save, deletes, left):
    own = save(order())["Result"]["Id"]
    keys = "FSaleOrderEntry_FEntryID,FQty"
    first = caller.query(ORDER, keys, f"FID={own}")[0][0]
    model = {"FID": own, "FSaleOrderEntry": [{"FEntryID": first, "FQty": 99}]}
    data = {"Model": model} if deletes is None else {"Model": model, "IsDeleteEntry": deletes}
    assert status(caller.call("Save", {"formid": ORDER, "data": data}))["IsSuccess"]
    rows = caller.query(ORDER, keys, f"FID={own}")
    assert len(rows) == left
    assert rows[0] == [first, 99]


def test_a_bill_walks_through_its_states(caller, save):
    def act(call: str):
        return status(caller.call(call, {"formid": ORDER, "data": {"Numbers": ["T-1"]}}))

    save(order())
    letters = []
    for call in ("Audit", "Submit", "Submit", "Audit", "Delete", "UnAudit", "Submit", "Audit"):
        letters.append(
            (
                call,
                act(call)["MsgCode"],
                caller.query(ORDER, "FDocumentStatus", "FBillNo='T-1'")[0][0],
            )
        )
    assert letters == [
        ("Audit", 12, "A"), ("Submit", 0, "B"), ("Submit", 12, "B"), ("Audit", 0, "C"),
        ("Delete", 12, "C"), ("UnAudit", 0, "D"), ("Submit", 0, "B"), ("Audit", 0, "C"),
    ]  # fmt: skip
    assert status(save({"FID": caller.query(ORDER, "FID", "FBillNo='T-1'")[0][0]}))["MsgCode"] == 12


def test_drafts_may_be_unfinished_and_deleted(kingdee, caller):
    data = {"Model": {"FBillNo": "D-1"}}
    assert status(caller.call("Draft", {"formid": ORDER, "data": data}))["IsSuccess"]
    assert caller.query(ORDER, "FDocumentStatus", "FBillNo='D-1'") == [["Z"]]
    chosen = {"formid": ORDER, "data": {"Numbers": ["D-1"]}}
    assert status(caller.call("Delete", chosen))["IsSuccess"]
    assert status(caller.call("Delete", chosen))["MsgCode"] == 10
    assert kingdee.effects() == ["create SAL_SaleOrder D-1", "delete SAL_SaleOrder D-1"]


def test_a_batch_keeps_what_went_well(kingdee, caller):
    models = [order("B-1"), order("B-1"), order("B-2")]
    answer = status(caller.call("BatchSave", {"formid": ORDER, "data": {"Model": models}}))
    assert not answer["IsSuccess"]
    assert [error["DIndex"] for error in answer["Errors"]] == [1]
    assert [one["Number"] for one in answer["SuccessEntitys"]] == ["B-1", "B-2"]
    assert len(kingdee.effects()) == 2


def test_audited_orders_are_pushed_and_closed(caller):
    def push(number):
        data = {"Numbers": [number], "TargetFormId": "PRD_MO"}
        return caller.call("Push", {"formid": ORDER, "data": data})

    number = push("XSDD000200")["Result"]["Number"]
    rows = caller.query("PRD_MO", "FSrcBillNo,FDocumentStatus,FQty", f"FBillNo='{number}'")
    assert rows[0][:2] == ["XSDD000200", "Z"]
    close = {"formid": ORDER, "opNumber": "BillClose", "data": {"Numbers": ["XSDD000200"]}}
    assert status(caller.call("ExcuteOperation", close))["IsSuccess"]
    assert caller.query(ORDER, "FCloseStatus", "FBillNo='XSDD000200'") == [["B"]]
    assert status(caller.call("ExcuteOperation", close))["MsgCode"] == 12


def test_a_form_tells_its_fields_and_stock_has_a_service_of_its_own(caller):
    info = caller.call("QueryBusinessInfo", {"data": {"FormId": ORDER}})["Result"]["NeedReturnData"]
    assert [one["Key"] for one in info["Entrys"]] == ["FBillHead", "FSaleOrderEntry"]
    assert {one["Key"] for one in info["Entrys"][0]["Fields"]} >= {
        "FBillNo",
        "FCustId",
        "FModifyDate",
    }
    url = "k3cloud/Kingdee.K3.SCM.WebApi.ServicesStub.InventoryQueryService.GetInventoryData"
    body = {"data": {"fmaterialnumbers": "CH000001,CH000003", "pageindex": 1, "pagerows": 2}}
    answer = caller.session.post(f"{caller.url}/{url}.common.kdsvc", json=body, timeout=5).json()
    assert (answer["success"], answer["rowcount"], len(answer["data"])) == (True, 4, 2)
    for row in answer["data"]:
        assert row["FBASEAVBQTY"] == row["FBASEQTY"] - row["FBASELOCKQTY"]


@pytest.mark.parametrize("shape", ["plain", "wrapped"])
def test_a_lost_session_is_told_in_two_shapes_and_is_lost(kingdee, caller, shape):
    kingdee.fault("session_lost", times=1, args={"shape": shape})
    answer = caller.query(ORDER, "FBillNo")
    assert isinstance(answer, list) is (shape == "wrapped")
    assert status(answer)["MsgCode"] == 1
    assert status(caller.query(ORDER, "FBillNo"))["MsgCode"] == 1


def test_a_new_session_may_take_its_time(kingdee, caller):
    kingdee.fault("session_delay", args={"s": 120})
    caller.login()
    assert status(caller.query(ORDER, "FBillNo"))["MsgCode"] == 1
    kingdee.advance(121)
    assert caller.query(ORDER, "FBillNo", Limit=1) == [["XSDD000001"]]


def test_the_other_faults_of_the_service(kingdee, caller, save):
    for code in (2, 7, 11, 13, 14):
        kingdee.fault("msg_code", times=1, args={"code": code})
        assert status(save(order()))["MsgCode"] == code
    kingdee.fault("field_error", times=1, args={"FieldName": "FQTY", "DIndex": 3})
    assert [(e["FieldName"], e["DIndex"]) for e in status(save(order()))["Errors"]] == [("FQTY", 3)]
    kingdee.fault("response_error", times=1)
    answer = caller.post("DynamicFormService.Save", {"formid": ORDER})
    assert (answer.status_code, answer.text[:15]) == (200, "response_error:")
    assert caller.post("DynamicFormService.Nonsense", {}).text.startswith("response_error:")
    assert kingdee.effects() == []
