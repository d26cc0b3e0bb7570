"""ExecuteBillQuery, BillQuery, View and GetInventoryData: everything that only reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .books import Books, Record
from .filters import Row, compiled
from .forms import Form, form
from .results import BAD_PARAMETER, Failure

LIMIT = 10000


def bill_query(books: Books, data: Mapping[str, Any], cap: int = LIMIT) -> list[list[Any]]:
    """Return the rows of a query.

    `TopRowCount` is the number of the last row, counted from the first of all, not the number of
    rows; `Limit` beyond the cap is cut down to it without a word.
    """
    asked = form(data.get("FormId"))
    words = [word.strip() for word in str(data.get("FieldKeys") or "").split(",") if word.strip()]
    if not words:
        raise Failure(BAD_PARAMETER, "FieldKeys 不能为空", "FieldKeys")
    test, columns = compiled(data.get("FilterString"))
    order = _order(str(data.get("OrderString") or ""))
    seen = {*words, *columns, *(word for word, _ in order)}
    with_lines = True in {asked.column(word)[0] for word in seen}
    rows = books.rows(asked, with_lines)
    found = [row for row in rows if test(_reading(books, asked, *row))]
    for word, falling in reversed(order):
        keys = {id(row): _sortable(books.read(asked, row[0], row[1], word)) for row in found}
        found.sort(key=lambda row: keys[id(row)], reverse=falling)
    start, top = _count(data, "StartRow"), _count(data, "TopRowCount")
    limit = min(_count(data, "Limit") or cap, cap)
    end = start + limit if not top else min(start + limit, top)
    return [
        [books.read(asked, record, line, word) for word in words]
        for record, line in found[start:end]
    ]


def _reading(books: Books, asked: Form, record: Record, line: Record | None) -> Row:
    return lambda word: books.read(asked, record, line, word)


def _order(text: str) -> list[tuple[str, bool]]:
    parts = [part.split() for part in text.split(",") if part.strip()]
    return [(part[0], len(part) > 1 and part[1].lower() == "desc") for part in parts]


def _sortable(value: Any) -> tuple[int, Any, str]:
    if value is None:
        return (0, 0, "")
    return (1, value, "") if isinstance(value, int | float) else (2, 0, str(value))


def _count(data: Mapping[str, Any], key: str) -> int:
    value = data.get(key) or 0
    if not str(value).isdecimal():
        raise Failure(BAD_PARAMETER, f"{key} 应为不小于 0 的整数", key)
    return int(value)


def objects(data: Mapping[str, Any], rows: list[list[Any]]) -> list[dict[str, Any]]:
    """Return the rows of a query as BillQuery does: by the words asked for."""
    words = [word.strip() for word in str(data["FieldKeys"]).split(",") if word.strip()]
    return [dict(zip(words, row, strict=True)) for row in rows]


def viewed(books: Books, asked: Form, record: Record) -> dict[str, Any]:
    """Return a whole record as View does: properties without their leading F, references whole."""
    shown = {"Id": record[asked.pk], **_shown(books, asked, record, None)}
    if asked.lines is not None:
        shown[asked.entry[1:]] = [
            {
                "Id": line["FEntryID"],
                "Seq": line["FSeq"],
                **_shown(books, asked, record, line),
            }
            for line in record["lines"]
        ]
    return shown


def _shown(books: Books, asked: Form, record: Record, line: Record | None) -> dict[str, Any]:
    fields = asked.fields if line is None else asked.lines or {}
    holder = record if line is None else line
    shown: dict[str, Any] = {}
    for key, field in fields.items():
        value = holder.get(key)
        if field.refers and value is not None:
            prefix = f"{asked.entry}." if line is not None else ""
            name = books.read(asked, record, line, f"{prefix}{key}.FName")
            own = books.read(asked, record, line, f"{prefix}{key}")
            value = {"Id": own, "Number": value, "Name": [{"Key": 2052, "Value": name}]}
        shown[key[1:]] = value
    return shown


def inventory(books: Books, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return stock as the dedicated stock service does, by page."""
    materials = _words(data.get("fmaterialnumbers"))
    stocks = _words(data.get("fstocknumbers"))
    found = [
        record
        for record in books.records["STK_Inventory"].values()
        if (not materials or record["FMaterialId"] in materials)
        and (not stocks or record["FStockId"] in stocks)
    ]
    size, page = int(data.get("pagerows") or 100), int(data.get("pageindex") or 1)
    asked = form("STK_Inventory")
    rows = [_stock_row(books, asked, one) for one in found[(page - 1) * size : page * size]]
    return {"success": True, "message": "", "rowcount": len(found), "data": rows}


def _stock_row(books: Books, asked: Form, record: Record) -> dict[str, Any]:
    read = {
        "FMATERIALNUMBER": "FMaterialId.FNumber", "FMATERIALNAME": "FMaterialId.FName",
        "FSTOCKNUMBER": "FStockId.FNumber", "FSTOCKNAME": "FStockId.FName",
        "FSTOCKORGNUMBER": "FStockOrgId.FNumber", "FLOT": "FLot",
        "FBASEQTY": "FBaseQty", "FBASELOCKQTY": "FBaseLockQty", "FBASEAVBQTY": "FBaseAVBQTY",
        "FQTY": "FQty", "FAVBQTY": "FAVBQty",
    }  # fmt: skip
    return {key: books.read(asked, record, None, word) for key, word in read.items()}


def _words(value: object) -> set[str]:
    return {word.strip() for word in str(value or "").split(",") if word.strip()}
