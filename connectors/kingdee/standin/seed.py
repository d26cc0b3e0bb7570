"""What the books hold at the start: a small factory, the same on every run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from .books import Books, Record
from .forms import FORMS, SMALL

SEED = 20260201
FIRST = date(2026, 1, 5)
_PARTS = (
    "制动盘",
    "轮毂轴承",
    "转向节",
    "减振器",
    "半轴",
    "齿轮",
    "衬套",
    "支架",
    "密封圈",
    "螺栓",
)
_PLACES = ("长春", "芜湖", "重庆", "柳州", "广州", "上海", "武汉", "十堰")
# Names that break careless code: quotes, a character beyond the basic plane, an emoji.
_ODD = ("O'Brien 法兰", "𠮷田 连接杆", '3/8" 接头 🔩', "A&B <轴>")


def seed(books: Books) -> None:
    """Fill empty books."""
    chance = random.Random(SEED)
    for form, make in (
        ("BD_MATERIAL", _materials), ("BD_Customer", _customers), ("BD_Supplier", _suppliers),
        ("STK_Inventory", _stock), ("ENG_BOM", _boms), ("SAL_SaleOrder", _sales),
        ("PUR_PurchaseOrder", _purchases), ("PRD_MO", _production),
    ):  # fmt: skip
        for place, values in enumerate(make(chance)):
            _enter(books, form, place, values)


def _enter(books: Books, form: str, place: int, values: Record) -> None:
    known = FORMS[form]
    at = f"{FIRST + timedelta(days=place // 8)}T08:{place % 60:02}:00.000"
    lines = values.pop("lines", [])
    record = {
        "FDocumentStatus": "C", "FCreateDate": at, "FModifyDate": at, **values,
        known.pk: f"{books.id():032x}" if form == "STK_Inventory" else books.id(),
    }  # fmt: skip
    if form != "STK_Inventory":
        record["FApproveDate"] = at
    if record.get("FCloseStatus") == "B":
        record["FCloseDate"] = at
    if known.number:
        record.setdefault(known.number, books.number(known))
    record["lines"] = [
        {**line, "FEntryID": books.id(), "FSeq": number} for number, line in enumerate(lines, 1)
    ]
    books.add(known, record)


def _material(number: int) -> str:
    return f"CH{number:06}"


def _materials(chance: random.Random) -> Iterator[Record]:
    for number in range(1, 301):
        name = f"{chance.choice(_PARTS)} {chance.randrange(100, 999)}"
        yield {
            "FName": _ODD[number - 1] if number <= len(_ODD) else name,
            "FSpecification": f"Φ{chance.randrange(10, 90)}×{chance.randrange(5, 60)}",
            "FBaseUnitId": "Pcs", "FMaterialGroup": f"0{1 + number % 4}",
            "FErpClsID": "2" if number % 4 < 2 else "1", "FForbidStatus": "A",
            "FSafeStock": float(chance.randrange(0, 400, 20)), "FFixLeadTime": number % 15,
        }  # fmt: skip


def _customers(chance: random.Random) -> Iterator[Record]:
    for number in range(1, 41):
        name = f"{chance.choice(_PLACES)}整车配套{number:02}厂"
        yield {
            "FName": name, "FShortName": name[:4], "FForbidStatus": "B" if number > 38 else "A",
            "FTel": f"0431-8{number:07}", "FCreditLimit": float(chance.randrange(1, 40) * 50000),
            "FUseOrgId": "100",
        }  # fmt: skip


def _suppliers(chance: random.Random) -> Iterator[Record]:
    for number in range(1, 24):
        kind = "热处理" if number > 20 else "五金"
        yield {"FName": f"{chance.choice(_PLACES)}{kind}{number:02}厂", "FUseOrgId": "100",
               "FForbidStatus": "A"}  # fmt: skip


def _stock(chance: random.Random) -> Iterator[Record]:
    for number in range(1, 301):
        for stock in chance.sample(list(SMALL["BD_STOCK"]), 1 + number % 2):
            held = float(chance.randrange(-20, 2000))
            locked = float(chance.randrange(0, 50)) if held > 100 else 0.0
            day = FIRST + timedelta(days=number)
            yield {
                "FMaterialId": _material(number), "FStockId": stock, "FStockOrgId": "100",
                "FStockStatusId": "KCZT01_SYS", "FLot": "", "FBaseUnitId": "Pcs",
                "FBaseQty": held, "FBaseLockQty": locked, "FBaseAVBQty": held - locked,
                "FQty": held, "FLockQty": locked, "FAVBQty": held - locked,
                "FUpdateTime": f"{day}T07:00:{number % 60:02}.000",
            }  # fmt: skip


def _boms(chance: random.Random) -> Iterator[Record]:
    for parent in range(1, 61):
        for version in ("V1.2", "V2.0", "V2.1") if parent % 6 == 0 else ("V1.0",):
            children = chance.sample(range(101, 301), chance.randrange(3, 9))
            yield {
                "FNumber": f"{_material(parent)}_{version}", "FMaterialId": _material(parent),
                "FBOMCategory": "1", "FUnitID": "Pcs", "FForbidStatus": "A",
                "lines": [_child(chance, child) for child in children],
            }  # fmt: skip


def _child(chance: random.Random, number: int) -> dict[str, Any]:
    return {
        "FMATERIALIDCHILD": _material(number), "FCHILDUNITID": "Pcs",
        "FNUMERATOR": float(chance.randrange(1, 5)), "FDENOMINATOR": 1.0, "FSCRAPRATE": 0.0,
        "FEFFECTDATE": "2024-01-01T00:00:00", "FEXPIREDATE": "2099-12-31T00:00:00",
    }  # fmt: skip


def _sales(chance: random.Random) -> Iterator[Record]:
    for number in range(250):
        day = FIRST + timedelta(days=number)
        customer = 1 + min(39, int(chance.paretovariate(1)))
        yield {
            "FDate": f"{day}T00:00:00", "FCustId": f"CUST{customer:06}",
            "FSaleOrgId": "100", "FCloseStatus": "B" if number < 150 else "A", "FCancelStatus": "A",
            "lines": [
                _line(chance, "FUnitID", day, FEntryTaxRate=13.0, FBomId=None)
                for _ in range(chance.randrange(1, 7))
            ],
        }  # fmt: skip


def _purchases(chance: random.Random) -> Iterator[Record]:
    for number in range(80):
        day = FIRST + timedelta(days=3 * number)
        lines = [_line(chance, "FUnitId", day) for _ in range(chance.randrange(1, 5))]
        for line in lines:
            line["FStockInQty"] = line["FQty"] if number < 50 else 0.0
        yield {
            "FDate": f"{day}T00:00:00", "FSupplierId": f"VEN{chance.randrange(1, 24):06}",
            "FPurchaseOrgId": "100", "FCloseStatus": "B" if number < 50 else "A",
            "FCancelStatus": "A", "lines": lines,
        }  # fmt: skip


def _production(chance: random.Random) -> Iterator[Record]:
    for number in range(50):
        day = FIRST + timedelta(days=5 * number)
        line = _line(chance, "FUnitId", day, low=1, high=60)
        line |= {
            "FPlanStartDate": f"{day}T00:00:00",
            "FPlanFinishDate": f"{day + timedelta(days=6)}T00:00:00",
            "FStatus": str(1 + number % 7), "FStockInQuaQty": 0.0,
        }  # fmt: skip
        yield {"FDate": f"{day}T00:00:00", "FPrdOrgId": "100", "lines": [line]}


def _line(
    chance: random.Random, unit: str, day: date, low: int = 1, high: int = 300, **more: Any
) -> dict[str, Any]:
    return {
        "FMaterialId": _material(chance.randrange(low, high + 1)), unit: "Pcs",
        "FQty": float(chance.randrange(1, 40) * 10),
        "FTaxPrice": chance.randrange(500, 90000) / 100,
        "FDeliveryDate": f"{day + timedelta(days=14)}T00:00:00", **more,
    }  # fmt: skip
