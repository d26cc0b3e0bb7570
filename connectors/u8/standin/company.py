"""What the services of U8 read in a company's database and enter into it, as its components do.

The words are those of the services; each is a column. Only what arrives here may insert rows: ids,
numbers and sums are given as U8 gives them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_DEFINES = {f"define{n}": f"cDefine{n}" for n in range(1, 17)}
_LINE_DEFINES = {f"define{n}": f"cDefine{n}" for n in range(22, 38)}


class Refusal(Exception):
    """U8 does not enter it; the text is what it says."""


@dataclass(frozen=True)
class Kind:
    """A kind of archive or document: its table, the words for its columns, its lines."""

    name: str
    table: str
    number: str
    words: Mapping[str, str]
    needs: tuple[str, ...]
    key: str = ""
    lines: str = ""
    line_key: str = ""
    line_words: Mapping[str, str] | None = None

    @property
    def order(self) -> str:
        """Return the column that lists are in the order of."""
        return self.key or self.words[self.number]


SALEORDER = Kind(
    "saleorder", "SO_SOMain", "code",
    {"code": "cSOCode", "date": "dDate", "typecode": "cSTCode", "businesstype": "cBusType",
     "custcode": "cCusCode", "cusname": "cCusName", "deptcode": "cDepCode",
     "personcode": "cPersonCode", "taxrate": "iTaxRate", "memory": "cMemo", "maker": "cMaker",
     "verifier": "cVerifier", "closer": "cCloser", **_DEFINES},
    ("date", "custcode", "deptcode"), "ID", "SO_SODetails", "ID",
    {"rowno": "iRowNo", "inventorycode": "cInvCode", "inventoryname": "cInvName",
     "quantity": "iQuantity", "unitprice": "iUnitPrice", "taxunitprice": "iTaxUnitPrice",
     "money": "iMoney", "tax": "iTax", "sum": "iSum", "taxrate": "iTaxRate",
     "startdate": "dPreDate", "enddate": "dPreMoDate", **_LINE_DEFINES},
)  # fmt: skip
PURCHASEORDER = Kind(
    "purchaseorder", "PO_Pomain", "code",
    {"code": "cPOID", "date": "dPODate", "vendorcode": "cVenCode", "deptcode": "cDepCode",
     "personcode": "cPersonCode", "remark": "cMemo", "maker": "cMaker", "verifier": "cVerifier",
     "closer": "cCloser"},
    ("date", "vendorcode"), "POID", "PO_Podetails", "POID",
    {"rowno": "ivouchrowno", "inventorycode": "cInvCode", "quantity": "iQuantity",
     "price": "iUnitPrice", "taxprice": "iTaxPrice", "arrivedate": "dArriveDate",
     "receivedqty": "iReceivedQTY"},
)  # fmt: skip
CUSTOMER = Kind(
    "customer", "Customer", "code",
    {"code": "cCusCode", "name": "cCusName", "abbrname": "cCusAbbName", "address": "cCusAddress",
     "contact": "cCusPerson", "phone": "cCusPhone", "mobile": "cCusHand",
     "credit_amount": "iCusCreLine", "self_define1": "cCusDefine1", "self_define2": "cCusDefine2"},
    ("code", "name", "abbrname"),
)  # fmt: skip
INVENTORY = Kind(
    "inventory", "Inventory", "code",
    {"code": "cInvCode", "name": "cInvName", "specs": "cInvStd", "sort_code": "cInvCCode",
     "main_measure": "cComUnitCode", "safe_stock": "iSafeNum", "ref_sale_price": "iInvSPrice",
     "barcode": "cBarCode", "self_define1": "cInvDefine1", "self_define2": "cInvDefine2"},
    ("code", "name", "main_measure"),
)  # fmt: skip
KINDS = {kind.name: kind for kind in (SALEORDER, PURCHASEORDER, CUSTOMER, INVENTORY)}
# Columns that have to be filled and that no word fills.
_FILLED: Mapping[str, Mapping[str, Any]] = {
    "SO_SOMain": {"cSTCode": "01", "cexch_name": "人民币", "iExchRate": 1, "iStatus": 0},
    "PO_Pomain": {"cexch_name": "人民币", "nflat": 1, "cState": 0},
    "Customer": {"dCusCreateDatetime": "2025-12-01 00:00:00"},
    "Inventory": dict.fromkeys(
        ("bSale", "bPurchase", "bSelf", "bComsume", "bProducing", "bService", "bAccessary",
         "bInvQuality", "bInvBatch", "bInvEntrust", "bInvOverStock", "bFree1", "bFree2"), 0),
}  # fmt: skip
_STATES = {
    "opening": "cVerifier IS NULL",
    "approved": "cVerifier IS NOT NULL AND cCloser IS NULL",
    "closed": "cCloser IS NOT NULL",
}
_STOCK = """
SELECT s.cWhCode whcode, w.cWhName whname, s.cInvCode invcode, i.cInvName invname,
  s.cBatch batch, s.iQuantity qty, COALESCE(s.fStopQuantity, 0) stopqty,
  COALESCE(s.fInQuantity, 0) inqty, COALESCE(s.fTransInQuantity, 0) transinqty,
  COALESCE(s.fInQuantity, 0) + COALESCE(s.fTransInQuantity, 0) inqtysum,
  COALESCE(s.fOutQuantity, 0) outqty, COALESCE(s.fTransOutQuantity, 0) transoutqty,
  COALESCE(s.fOutQuantity, 0) + COALESCE(s.fTransOutQuantity, 0) outqtysum,
  COALESCE(s.fDisableQuantity, 0) disableqty,
  s.iQuantity - COALESCE(s.fStopQuantity, 0) - COALESCE(s.fOutQuantity, 0)
    - COALESCE(s.fTransOutQuantity, 0) + COALESCE(s.fInQuantity, 0)
    + COALESCE(s.fTransInQuantity, 0) availqty
FROM CurrentStock s LEFT JOIN Warehouse w ON w.cWhCode = s.cWhCode
LEFT JOIN Inventory i ON i.cInvCode = s.cInvCode
WHERE (? = '' OR s.cInvCode = ?) AND (? = '' OR s.cWhCode = ?) ORDER BY s.AutoID
"""


class Company:
    """A company's database for the time of one request; what is refused leaves nothing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.row_factory = sqlite3.Row

    def one(self, kind: Kind, number: str) -> dict[str, Any] | None:
        """Return one archive or document with its lines, in the words of the services."""
        rows = self._all(f"SELECT * FROM {kind.table} WHERE {kind.words[kind.number]} = ?", number)
        if not rows:
            return None
        found = _worded(kind.words, rows[0])
        if kind.lines:
            lines = self._all(
                f"SELECT * FROM {kind.lines} WHERE {kind.line_key} = ?", rows[0][kind.key]
            )
            found["entry"] = [_worded(kind.line_words or {}, line) for line in lines]
        return found

    def listed(
        self, kind: Kind, span: tuple[str, str], state: str, size: int, start: int
    ) -> tuple[list[dict[str, Any]], int]:
        """Return a page of the heads of a kind, by date where they bear one, and how many match."""
        date, tests, values = kind.words.get("date"), ["1 = 1"], []
        if date:
            tests.append(f"{date} >= ? AND {date} <= ?")
            values += [span[0] or "0000", f"{span[1] or '9999'} 23:59:59"]
        if state in _STATES and "closer" in kind.words:
            tests.append(_STATES[state])
        where = f"FROM {kind.table} WHERE {' AND '.join(tests)}"
        count = int(self._all(f"SELECT COUNT(*) {where}", *values)[0][0])
        page = f"SELECT * {where} ORDER BY {kind.order} LIMIT {size} OFFSET {start}"
        return [_worded(kind.words, row) for row in self._all(page, *values)], count

    def stock(self, material: str, warehouse: str) -> list[dict[str, Any]]:
        """Return stock as the stock service does."""
        rows = self._all(_STOCK, material, material, warehouse, warehouse)
        return [dict(row) for row in rows]

    def add(self, kind: Kind, told: Mapping[str, Any]) -> str:
        """Enter a new archive or document and return its number."""
        self._judge(kind, told)
        number = str(told.get(kind.number) or self._number(kind))
        if self.one(kind, number) is not None:
            raise Refusal(f"编码或单据号重复：{number}")
        head = {**_FILLED[kind.table], **_columns(kind.words, told)}
        head[kind.words[kind.number]] = number
        if kind.key:
            head[kind.key] = self._next(kind.table, kind.key)
        if kind is INVENTORY:
            head["I_id"] = self._next("Inventory", "I_id")
        self._insert(kind.table, head)
        for place, line in enumerate(_entries(told), 1):
            self._add_line(kind, head, line, place)
        if kind is SALEORDER:
            self._count(head["ID"])
        self._connection.commit()
        return number

    def edit(self, kind: Kind, told: Mapping[str, Any]) -> str:
        """Put a whole record in place of one that is there: what is not told is emptied."""
        self._judge(kind, told)
        number = str(told.get(kind.number) or "")
        if self.one(kind, number) is None:
            raise Refusal(f"{kind.name} {number} 不存在")
        usual = {**dict.fromkeys(self._emptied(kind)), **_FILLED[kind.table]}
        values = {**usual, **_columns(kind.words, told)}
        sets = ", ".join(f"{column} = ?" for column in values)
        where = kind.words[kind.number]
        self._do(f"UPDATE {kind.table} SET {sets} WHERE {where} = ?", *values.values(), number)
        if kind.lines:
            head = dict(self._all(f"SELECT * FROM {kind.table} WHERE {where} = ?", number)[0])
            self._do(f"DELETE FROM {kind.lines} WHERE {kind.line_key} = ?", head[kind.key])
            for place, line in enumerate(_entries(told), 1):
                self._add_line(kind, head, line, place)
        self._connection.commit()
        return number

    def verify(self, kind: Kind, number: str, person: str) -> None:
        """Audit a document."""
        found = self.one(kind, number)
        if found is None:
            raise Refusal(f"{kind.name} {number} 不存在")
        if found.get("verifier"):
            raise Refusal(f"{number} 已审核")
        if "verifier" not in kind.words:
            raise Refusal(f"{kind.name} 不需要审核")
        where = kind.words[kind.number]
        self._do(f"UPDATE {kind.table} SET cVerifier = ? WHERE {where} = ?", person, number)
        self._connection.commit()

    def _judge(self, kind: Kind, told: Mapping[str, Any]) -> None:
        missing = [word for word in kind.needs if not told.get(word)]
        if missing:
            raise Refusal(f"缺少必填项：{', '.join(missing)}")
        lines = _entries(told)
        if kind.lines and not lines:
            raise Refusal("表体不能为空")
        for place, line in enumerate(lines, 1):
            if self.one(INVENTORY, str(line.get("inventorycode") or "")) is None:
                raise Refusal(f"第{place}行存货编码 {line.get('inventorycode')} 不存在")
            if _figure(line.get("quantity")) <= 0:
                raise Refusal(f"第{place}行数量应大于零")
        if kind is SALEORDER and self.one(CUSTOMER, str(told["custcode"])) is None:
            raise Refusal(f"客户编码 {told['custcode']} 不存在")

    def _add_line(
        self, kind: Kind, head: Mapping[str, Any], line: Mapping[str, Any], place: int
    ) -> None:
        values = _columns(kind.line_words or {}, line)
        values |= {(kind.line_words or {})["rowno"]: place, kind.line_key: head[kind.key]}
        if kind is SALEORDER:
            own = self._next(kind.lines, "AutoID")
            values |= {"AutoID": own, "iSOsID": own, "cSOCode": head["cSOCode"]}
            values |= _sums(values)
        else:
            values |= {"ID": self._next(kind.lines, "ID"), "cPOID": head["cPOID"]}
        self._insert(kind.lines, values)

    def _emptied(self, kind: Kind) -> list[str]:
        kept = {kind.words[kind.number], *(kind.words[word] for word in kind.needs), "cBusType"}
        return [column for column in kind.words.values() if column not in kept]

    def _number(self, kind: Kind) -> str:
        """Return the next number, as U8's numbering gives it."""
        if kind is SALEORDER:
            return f"SOU8{self._next(kind.table, 'ID'):08}"
        if kind is PURCHASEORDER:
            return f"POU8{self._next(kind.table, 'POID'):08}"
        raise Refusal("缺少必填项:code")

    def _count(self, head: int) -> None:
        line = self._next("SO_SODetails", "AutoID") - 1
        self._do(
            "UPDATE UA_Identity SET iFatherId = ?, iChildId = ? WHERE cVouchType = 'Somain'",
            head, line,
        )  # fmt: skip

    def _next(self, table: str, column: str) -> int:
        return int(self._all(f"SELECT COALESCE(MAX({column}), 0) + 1 FROM {table}")[0][0])

    def _insert(self, table: str, values: Mapping[str, Any]) -> None:
        marks = ", ".join("?" for _ in values)
        self._do(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", *values.values())

    def _all(self, statement: str, *values: object) -> list[sqlite3.Row]:
        return self._connection.execute(statement, values).fetchall()

    def _do(self, statement: str, *values: object) -> None:
        self._connection.execute(statement, values)


def _entries(told: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    entries = told.get("entry") or []
    return entries if isinstance(entries, list) else [entries]


def _columns(words: Mapping[str, str], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of what is told; words that are not known are passed over."""
    return {
        column: _stored(column, told[word])
        for word, column in words.items()
        if told.get(word) not in (None, "")
    }


def _stored(column: str, value: Any) -> Any:
    if column[0] == "d" and len(str(value)) == 10:
        return f"{value} 00:00:00"
    return _figure(value) if column[0] in "if" else str(value)


def _figure(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise Refusal(f"{value} 不是数字") from None


def _sums(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return price and sums of a line that follow from its price with tax."""
    rate = float(values.get("iTaxRate") or 13)
    price = float(values.get("iTaxUnitPrice") or 0)
    total = round(float(values["iQuantity"]) * price, 2)
    net = round(total / (1 + rate / 100), 2)
    return {
        "iTaxRate": rate, "iUnitPrice": round(price / (1 + rate / 100), 6), "iMoney": net,
        "iTax": round(total - net, 2), "iSum": total,
    }  # fmt: skip


def _worded(words: Mapping[str, str], row: sqlite3.Row) -> dict[str, Any]:
    return {word: row[column] for word, column in words.items()}
