"""What of Kingdee is read and written: each entity's form, its fields and their kinds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import cast

from seamline.connector import MemberKind
from seamline.text import Text

_AUDITED, _CLOSED = ("FApproveDate",), ("FApproveDate", "FCloseDate")
ACTS = ("create", "update", "submit", "audit")


_SERVERS_OWN = ("FDocumentStatus", "FCreateDate", "FModifyDate", "FCloseStatus", "FCancelStatus",
                "FForbidStatus", "FStockInQty", "FStockInQuaQty", "FSeq")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """A field by its key in Kingdee; one that refers to base data reads and writes its number."""

    key: str
    kind: MemberKind
    refers: bool = False

    @property
    def column(self) -> str:
        """Return what a query calls it."""
        return f"{self.key}.FNumber" if self.refers else self.key

    @property
    def writable(self) -> bool:
        """Return whether it is a field of the form itself and not one seen through another."""
        return "." not in self.key and self.key not in _SERVERS_OWN


@dataclass(frozen=True, slots=True)
class Form:
    """An entity: a form of Kingdee, or a form and its lines.

    `pk` is the internal id, `number` what people and we identify it by, `modified` when it was
    last changed, `moments` when other things happened to it that leave `modified` alone.
    """

    entity: str
    title: Text
    id: str
    pk: Field
    number: str
    modified: str
    fields: tuple[Field, ...]
    entry: str = ""
    lines: tuple[Field, ...] = ()
    operations: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()


def _fields(words: str) -> tuple[Field, ...]:
    """Return the fields of `FBillNo FDate:date FCustId:ref`."""
    return tuple(_field(*word.partition(":")[::2]) for word in words.split())


def _field(key: str, kind: str) -> Field:
    if kind == "ref":
        return Field(key, "text", refers=True)
    return Field(key, cast(MemberKind, kind or "text"))


_STATE = "FDocumentStatus FCreateDate:datetime FModifyDate:datetime"
_BILL = f"FID:integer FBillNo FDate:date {_STATE}"
_TABLE = (
    Form(
        "sales_order", Text("销售订单", "Sales order"), "SAL_SaleOrder",
        Field("FID", "integer"), "FBillNo", "FModifyDate",
        _fields(f"{_BILL} FCustId:ref FSaleOrgId:ref FNote FCloseStatus FCancelStatus"),
        "FSaleOrderEntry",
        _fields("FMaterialId:ref FUnitID:ref FQty:decimal FTaxPrice:decimal FEntryTaxRate:decimal "
                "FDeliveryDate:date FBomId:ref FEntryNote"),
        ACTS, _CLOSED,
    ),
    Form(
        "purchase_order", Text("采购订单", "Purchase order"), "PUR_PurchaseOrder",
        Field("FID", "integer"), "FBillNo", "FModifyDate",
        _fields(f"{_BILL} FSupplierId:ref FPurchaseOrgId:ref FCloseStatus FCancelStatus"),
        "FPOOrderEntry",
        _fields("FMaterialId:ref FUnitId:ref FQty:decimal FTaxPrice:decimal FDeliveryDate:date "
                "FStockInQty:decimal FEntryNote"),
        ACTS, _CLOSED,
    ),
    Form(
        "production_order", Text("生产订单", "Production order"), "PRD_MO",
        Field("FID", "integer"), "FBillNo", "FModifyDate",
        _fields(f"{_BILL} FPrdOrgId:ref FDescription"), "FTreeEntity",
        _fields("FMaterialId:ref FUnitId:ref FQty:decimal FPlanStartDate:date "
                "FPlanFinishDate:date FBomId:ref FStatus FStockInQuaQty:decimal"),
        ACTS, _AUDITED,
    ),
    Form(
        "bom", Text("物料清单", "Bill of material"), "ENG_BOM",
        Field("FID", "integer"), "FNumber", "FModifyDate",
        _fields(f"FID:integer FNumber FMaterialId:ref FBOMCategory FForbidStatus {_STATE}"),
        "FTreeEntity",
        _fields("FMATERIALIDCHILD:ref FCHILDUNITID:ref FNUMERATOR:decimal FDENOMINATOR:decimal "
                "FSCRAPRATE:decimal FEFFECTDATE:date FEXPIREDATE:date"),
        moments=_AUDITED,
    ),
    Form(
        "stock", Text("即时库存", "Stock"), "STK_Inventory",
        Field("FID", "text"), "FID", "FUpdateTime",
        _fields("FID FMaterialId:ref FStockId:ref FStockOrgId:ref FStockStatusId:ref FLot "
                "FBomId:ref FBaseQty:decimal FBaseLockQty:decimal FBaseAVBQty:decimal FQty:decimal "
                "FLockQty:decimal FAVBQty:decimal FUpdateTime:datetime"),
    ),
    Form(
        "material", Text("物料", "Material"), "BD_MATERIAL",
        Field("FMATERIALID", "integer"), "FNumber", "FModifyDate",
        _fields("FMATERIALID:integer FNumber FName FSpecification FBaseUnitId:ref "
                f"FMaterialGroup:ref FErpClsID FForbidStatus {_STATE}"),
        operations=ACTS, moments=_AUDITED,
    ),
    Form(
        "customer", Text("客户", "Customer"), "BD_Customer",
        Field("FCUSTID", "integer"), "FNumber", "FModifyDate",
        _fields(f"FCUSTID:integer FNumber FName FShortName FTel FAddress FForbidStatus {_STATE}"),
        operations=ACTS, moments=_AUDITED,
    ),
    Form(
        "supplier", Text("供应商", "Supplier"), "BD_Supplier",
        Field("FSupplierId", "integer"), "FNumber", "FModifyDate",
        _fields(f"FSupplierId:integer FNumber FName FShortName FForbidStatus {_STATE}"),
        operations=ACTS, moments=_AUDITED,
    ),
)  # fmt: skip


def forms(extra: Iterable[str]) -> Mapping[str, Form]:
    """Return the forms by entity, with the fields a connection reads beyond the usual ones.

    `sales_order.F_X:date` is a field of the order, `sales_order.FSaleOrderEntry.F_X` of its lines,
    `sales_order.FCustId.FName` reads through a reference.
    """
    found = {form.entity: form for form in _TABLE}
    for word in extra:
        path, _, kind = word.partition(":")
        entity, *keys = path.split(".")
        form = found.get(entity)
        if form is None or not keys:
            continue  # a check names it
        if keys[0] == form.entry and len(keys) > 1:
            field = _field(".".join(keys[1:]), kind)
            found[entity] = replace(form, lines=(*form.lines, field))
        else:
            field = _field(".".join(keys), kind)
            found[entity] = replace(form, fields=(*form.fields, field))
    return found


def line_column(form: Form, field: Field) -> str:
    """Return what a query calls a field of lines; only the id and number of a line need more."""
    own = field.key in ("FEntryID", "FSeq")
    return f"{form.entry}_{field.key}" if own else field.column


LINE_ID, LINE_NUMBER = Field("FEntryID", "integer"), Field("FSeq", "integer")
