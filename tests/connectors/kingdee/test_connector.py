"""What the Kingdee connector reads, writes, refuses and says beyond the contract."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from seamline import clock
from seamline.connector import AskPerson, GiveUp, Skip, Write
from seamline.connectors.kingdee import signing
from seamline.connectors.kingdee.standin import auth

from .conftest import ENTITIES, order
from .test_contract import NEW

pytestmark = pytest.mark.cap(81)


def books(kingdee):
    return kingdee.services["kingdee"].books


def touched(kingdee, form: str, number: str, **values) -> dict:
    record = books(kingdee).numbered(_form(form), number)
    record |= {"FModifyDate": books(kingdee).moment(), **values}
    return record


def _form(name: str):
    from seamline.connectors.kingdee.standin.forms import FORMS

    return FORMS[name]


def everything(connecting, entity: str, limit: int, since=None):
    found = []
    with connecting() as connector:
        while True:
            page = connector.read(entity, since, limit)
            found += page.changes
            since = page.cursor
            if not page.more:
                return found, since


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_entity_is_read_whole(connecting, kingdee, entity):
    form, count = ENTITIES[entity]
    found, _ = everything(connecting, entity, 60)
    assert len({one.key for one in found}) == count
    lines = sum(len(one["lines"]) for one in books(kingdee).records[form].values())
    entry = {"sales_order": "FSaleOrderEntry", "purchase_order": "FPOOrderEntry"}
    rows = [one.values.get(entry.get(entity, "FTreeEntity")) or [] for one in found]
    assert sum(map(len, rows)) == lines


def test_values_come_in_their_kinds(connecting, kingdee):
    with connecting() as connector:
        found = connector.find("sales_order", "XSDD000001").values
        stock = connector.read("stock", None, 1).changes[0].values
    assert found["FDate"] == date(2026, 1, 5)
    assert found["FCustId"].startswith("CUST0")
    assert found["FModifyDate"] == datetime(2026, 1, 5, 0, 0, tzinfo=UTC)  # 08:00 in China
    line = found["FSaleOrderEntry"][0]
    assert (line["FSeq"], type(line["FQty"])) == (1, Decimal)
    assert stock["FBaseAVBQty"] == stock["FBaseQty"] - stock["FBaseLockQty"]


def test_lines_come_whole_when_the_server_gives_fewer_rows_than_asked(connecting, kingdee):
    whole, _ = everything(connecting, "sales_order", 50)
    kingdee.fault("limit_cap", args={"rows": 37})
    found, cursor = everything(connecting, "sales_order", 50)
    assert found == whole


def test_what_commits_late_with_an_earlier_moment_is_not_missed(connecting, kingdee):
    touched(kingdee, "SAL_SaleOrder", "XSDD000010")
    _, cursor = everything(connecting, "sales_order", 100)
    late = (clock.now() - timedelta(seconds=40) + timedelta(hours=8)).isoformat()[:23]
    touched(kingdee, "SAL_SaleOrder", "XSDD000011", FModifyDate=late)
    found, cursor = everything(connecting, "sales_order", 100, cursor)
    assert [one.key for one in found] == ["XSDD000011"]
    assert everything(connecting, "sales_order", 100, cursor)[0] == []


def test_audits_and_closings_are_changes_though_the_time_of_change_stays(
    connecting, kingdee, caller
):
    write(connecting, "create", "k", {**NEW, "FBillNo": "OD-4"})
    write(connecting, "submit", "s", {}, "OD-4")
    _, cursor = everything(connecting, "sales_order", 100)
    for call in ("audit", "BillClose"):
        if call == "audit":
            write(connecting, "audit", "a", {}, "OD-4")
        else:
            data = {"formid": "SAL_SaleOrder", "opNumber": call, "data": {"Numbers": ["OD-4"]}}
            caller.call("ExcuteOperation", data)
        found, cursor = everything(connecting, "sales_order", 100, cursor)
        assert [one.key for one in found] == ["OD-4"]
        assert everything(connecting, "sales_order", 100, cursor)[0] == []
    state = found[0].values
    assert (state["FDocumentStatus"], state["FCloseStatus"]) == ("C", "B")


def test_a_form_without_those_moments_is_read_by_its_changes(connecting, kingdee):
    kingdee.fault("msg_code", path="*.QueryBusinessInfo.*", args={"code": 2})
    found, cursor = everything(connecting, "sales_order", 100)
    assert len(found) == 250
    touched(kingdee, "SAL_SaleOrder", "XSDD000010")
    found, _ = everything(connecting, "sales_order", 100, cursor)
    assert [one.key for one in found] == ["XSDD000010"]


def test_a_restored_backup_is_noticed_and_read_anew(connecting, kingdee):
    touched(kingdee, "BD_Supplier", "VEN000001")
    _, cursor = everything(connecting, "supplier", 100)
    kingdee.reset()
    with connecting() as connector:
        page = connector.read("supplier", cursor, 100)
    assert page.restart
    assert len(page.changes) == 23


def test_an_import_of_thousands_at_one_moment_is_read_to_its_end(connecting, kingdee):
    at = books(kingdee).moment()
    for record in books(kingdee).records["STK_Inventory"].values():
        record["FUpdateTime"] = at
    found, cursor = everything(connecting, "stock", 100)
    assert len({one.key for one in found}) == len(found) == 450
    assert everything(connecting, "stock", 100, cursor)[0] == []


def test_more_fields_are_read_where_the_connection_asks(connecting, kingdee):
    extra = [
        "material.FSafeStock:decimal", "sales_order.FCustId.FName",
        "sales_order.FSaleOrderEntry.FMaterialId.FName", "customer.FNoSuch", "nothing.F_X",
    ]  # fmt: skip
    with connecting(extra_fields=extra) as connector:
        assert connector.find("material", "CH000001").values["FSafeStock"] >= 0
        seen = connector.find("sales_order", "XSDD000001").values
        assert "整车配套" in seen["FCustId.FName"]
        assert seen["FSaleOrderEntry"][0]["FMaterialId.FName"]
        wrong = [one for one in connector.check() if not one.ok]
        with pytest.raises(AskPerson):
            connector.find("customer", "CUST000001")
    assert ["FNoSuch" in one.say.en or "nothing" in one.say.en for one in wrong] == [True, True]


def test_it_describes_forms_in_the_words_of_the_company(connecting, kingdee):
    with connecting() as connector:
        found = {one.name: one for one in connector.describe()}
    assert list(found) == list(ENTITIES)
    orders = found["sales_order"]
    members = {one.name: one for one in orders.members}
    assert (members["FCustId"].title.zh, members["FCustId"].required) == ("客户", True)
    assert not members["FDocumentStatus"].writable
    lines = {one.name: one for one in members["FSaleOrderEntry"].rows}
    assert lines["FQty"].kind == "decimal" and lines["FQty"].title.zh == "销售数量"
    assert (orders.operations, found["stock"].operations) == (
        ("create", "update", "submit", "audit"), (),
    )  # fmt: skip


def test_a_check_names_what_is_wrong(connecting, kingdee):
    with connecting() as connector:
        assert all(one.ok for one in connector.check())
    kingdee.fault("msg_code", path="*.QueryBusinessInfo.*", nth=3, args={"code": 2})
    with connecting() as connector:
        wrong = [one for one in connector.check() if not one.ok]
    assert [(one.title.en, one.hint is not None) for one in wrong] == [("Production order", True)]
    with clock.frozen(clock.now() + timedelta(minutes=9)), connecting() as connector:
        assert [one.title.en for one in connector.check() if not one.ok] == ["Clock"]


def test_names_with_odd_letters_pass_both_ways(connecting, kingdee):
    odd = 'O\'Brien 𠮷田 "3/8" 🔩 <b>&'
    values = {"FNumber": "ODD'1", "FName": odd, "FBaseUnitId": "Pcs"}
    with connecting() as connector:
        connector.write(Write("material", "create", "odd", values))
        assert connector.find("material", "ODD'1").values["FName"] == odd


def write(connecting, *words, **more):
    with connecting() as connector:
        return connector.write(Write("sales_order", *words, **more))


def test_a_number_that_is_anothers_is_put_before_somebody(connecting, kingdee, caller):
    caller.call("Save", {"formid": "SAL_SaleOrder", "data": {"Model": order("OD-1")}})
    with pytest.raises(AskPerson) as taken:
        write(connecting, "create", "k", {**NEW, "FBillNo": "OD-1"})
    assert taken.value.problem.code == "kingdee_number_taken"
    assert "FSaleOrderEntry" in taken.value.problem.say.en
    assert len(kingdee.effects()) == 1


def test_lines_are_changed_by_their_id_and_the_others_stay(connecting, kingdee):
    with connecting() as connector:
        before = connector.find("sales_order", "XSDD000249").values["FSaleOrderEntry"]
        touched(kingdee, "SAL_SaleOrder", "XSDD000249", FDocumentStatus="D")
        change = {"FSaleOrderEntry": [{"FEntryID": before[0]["FEntryID"], "FEntryNote": "加急"}]}
        connector.write(Write("sales_order", "update", "u1", change, "XSDD000249"))
        after = connector.find("sales_order", "XSDD000249").values["FSaleOrderEntry"]
        assert after[0]["FEntryNote"] == "加急"
        assert after[1:] == before[1:]
        unnamed = {"FSaleOrderEntry": [{"FQty": 3}]}
        with pytest.raises(GiveUp):
            connector.write(Write("sales_order", "update", "u2", unnamed, "XSDD000249"))


def test_what_was_changed_there_meanwhile_is_not_overwritten(connecting, kingdee):
    write(connecting, "create", "k", {**NEW, "FBillNo": "OD-2"})
    touched(kingdee, "SAL_SaleOrder", "OD-2", FNote="客户改期")
    with pytest.raises(AskPerson) as moved:
        write(connecting, "update", "u", {"FNote": "急"}, "OD-2", expects={"FNote": ""})
    assert moved.value.problem.code == "kingdee_moved_on"
    done = write(connecting, "update", "u", {"FNote": "急"}, "OD-2", expects={"FNote": "客户改期"})
    assert not done.repeated


def test_states_that_do_not_fit_are_told_apart(connecting, kingdee):
    with pytest.raises(Skip):
        write(connecting, "submit", "k", {}, "NO-SUCH")
    with pytest.raises(AskPerson):
        write(connecting, "update", "k", {"FNote": "x"}, "NO-SUCH")
    assert write(connecting, "audit", "k", {}, "XSDD000001").repeated
    write(connecting, "create", "k", {**NEW, "FBillNo": "OD-3"})
    with pytest.raises(AskPerson, match="state A"):
        write(connecting, "audit", "k", {}, "OD-3")
    touched(kingdee, "SAL_SaleOrder", "OD-3", FCloseStatus="B")
    with pytest.raises(Skip):
        write(connecting, "submit", "k", {}, "OD-3")
    with pytest.raises(GiveUp):
        write(connecting, "delete", "k", {}, "OD-3")
    with connecting() as connector, pytest.raises(GiveUp):
        connector.write(Write("bom", "create", "k", {}))


def test_what_kingdee_says_of_a_field_reaches_the_person(connecting, kingdee):
    with pytest.raises(AskPerson) as refused:
        write(connecting, "create", "k", {**NEW, "FCustId": "NOBODY"})
    assert "FCustId: 字段“客户”的编码 NOBODY 不存在" in refused.value.problem.say.zh


@pytest.mark.parametrize("login", ["header", "sign", "secret", "password"])
def test_every_login_works(connecting, login):
    with connecting(login) as connector:
        assert connector.find("material", "CH000001").key == "CH000001"


def test_two_users_of_one_connection_do_not_share_a_session(connecting, kingdee):
    with connecting("password") as connector:
        connector.find("material", "CH000001")
    with connecting("password", user="another") as connector, pytest.raises(AskPerson):
        connector.find("material", "CH000001")


def test_the_signature_is_that_of_the_vendors_sdk():
    client = pytest.importorskip("k3cloud_webapi_sdk.main", reason="test extra oracles")
    from k3cloud_webapi_sdk.util import encode_util, hmac_util

    assert client
    first, _, second = auth.APP_ID.partition("_")
    assert signing.client_secret(auth.APP_ID) == (first, encode_util.DecodeAppSecret(second))
    at = datetime(2026, 11, 26, tzinfo=UTC)
    url = "https://erp.example.com/k3cloud/Kingdee.BOS.X.common.kdsvc"
    told = signing.headers(url, auth.APP_ID, "s", "a,u,2052,0", at, "n")
    path = "%2Fk3cloud%2FKingdee.BOS.X.common.kdsvc"
    stamp = int(at.timestamp())
    text = f"POST\n{path}\n\nx-api-nonce:n\nx-api-timestamp:{stamp}\n"
    secret = encode_util.DecodeAppSecret(second)
    assert told["X-Api-Signature"] == hmac_util.HmacSHA256(text, secret)
    assert told["X-Kd-Signature"] == hmac_util.HmacSHA256(f"{auth.APP_ID}a,u,2052,0", "s")
    assert signing.client_secret("short_id") == ("short", "")
