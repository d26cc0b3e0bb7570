"""What changes the state of a record: Submit, Audit, UnAudit, Delete, Push, ExcuteOperation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .books import Books, Record
from .forms import Form, form
from .results import BAD_PARAMETER, NOT_OPERABLE, Failure
from .saving import save

# Z draft, A created, B in review, C audited, D in re-review.
_MOVES: Mapping[str, tuple[tuple[str, ...], str, str]] = {
    "Submit": (("A", "D"), "B", "提交"),
    "Audit": (("B",), "C", "审核"),
    "UnAudit": (("C",), "D", "反审核"),
    "Delete": (("Z", "A", "D"), "", "删除"),
}
# Operation, field it sets, value before and after.
_SWITCHES: Mapping[str, tuple[str, str, str]] = {
    "BillClose": ("FCloseStatus", "A", "B"),
    "BillUnClose": ("FCloseStatus", "B", "A"),
    "Cancel": ("FCancelStatus", "A", "B"),
    "UnCancel": ("FCancelStatus", "B", "A"),
    "Forbid": ("FForbidStatus", "A", "B"),
    "Enable": ("FForbidStatus", "B", "A"),
}
# An audit and a closing are noted by moments of their own; that of the last change stays as it is.
_NOTED = {"Audit": "FApproveDate", "BillClose": "FCloseDate"}
_UNDONE = {"UnAudit": "FApproveDate", "BillUnClose": "FCloseDate"}
_PUSHES: Mapping[str, tuple[str, ...]] = {"SAL_SaleOrder": ("PRD_MO", "PUR_PurchaseOrder")}


def move(books: Books, asked: Form, call: str, records: list[Record]) -> None:
    """Move records to their next state; all of them or, where one cannot, none."""
    before, after, name = _MOVES[call]
    for place, record in enumerate(records):
        if record["FDocumentStatus"] not in before:
            status = record["FDocumentStatus"]
            wrong = f"{record[asked.number]} 的数据状态为 {status}，不允许{name}"
            raise Failure(NOT_OPERABLE, wrong, "", place)
    for record in records:
        if after:
            record |= {"FDocumentStatus": after, **_noted(call, books.moment())}
        else:
            books.remove(asked, record)


def _noted(act: str, moment: str) -> Record:
    if act in _NOTED:
        return {_NOTED[act]: moment}
    undone = {_UNDONE[act]: None} if act in _UNDONE else {}
    return {"FModifyDate": moment, **undone}


def operate(books: Books, asked: Form, operation: object, records: list[Record]) -> None:
    """Close, cancel or forbid records, or take that back."""
    if operation not in _SWITCHES:
        raise Failure(BAD_PARAMETER, f"操作 {operation} 不存在", "opNumber")
    field, before, after = _SWITCHES[str(operation)]
    for place, record in enumerate(records):
        if record.get(field) != before:
            raise Failure(NOT_OPERABLE, f"{record[asked.number]} 不允许该操作", field, place)
    for record in records:
        record |= {field: after, **_noted(str(operation), books.moment())}


def push(
    books: Books, asked: Form, data: Mapping[str, Any], records: list[Record]
) -> list[tuple[Form, Record]]:
    """Make the bills that follow from audited ones."""
    target = form(data.get("TargetFormId"))
    if target.id not in _PUSHES.get(asked.id, ()):
        raise Failure(BAD_PARAMETER, f"{asked.name}不能下推到{target.name}", "TargetFormId")
    for place, record in enumerate(records):
        if record["FDocumentStatus"] != "C":
            raise Failure(NOT_OPERABLE, f"{record[asked.number]} 未审核，不允许下推", "", place)
    return [(target, _pushed(books, target, record)) for record in records]


def _pushed(books: Books, target: Form, source: Record) -> Record:
    lines = [
        {"FMaterialId": line["FMaterialId"], "FUnitId": line["FUnitID"], "FQty": line["FQty"]}
        for line in source["lines"]
    ]
    model = {
        "FDate": source["FDate"], "FPrdOrgId": source["FSaleOrgId"],
        "FPurchaseOrgId": source["FSaleOrgId"], "FSrcBillNo": source["FBillNo"],
        target.entry: lines,
    }  # fmt: skip
    return save(books, target, {}, model, 0, "Z")[0]
