"""A sales order in the words of U8's services, and the number that makes it findable."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from seamline.connector import AskPerson, Context, GiveUp, Receipt, Write
from seamline.problems import Place, Problem, did_you_mean
from seamline.text import Text

from ...databases.session import Session
from ...databases.texts import Asked

_HEAD = {
    "code": "code", "date": "date", "customer": "custcode", "department": "deptcode",
    "salesperson": "personcode", "sales_type": "typecode", "memo": "memory", "tax_rate": "taxrate",
}  # fmt: skip
_LINE = {
    "material": "inventorycode", "qty": "quantity", "unit_price": "taxunitprice",
    "tax_rate": "taxrate", "due_date": "startdate",
}  # fmt: skip
_NEEDED, _LINE_NEEDED = ("customer", "lines"), ("material", "qty")
BY_CODE = "SELECT m.ID, m.cSOCode FROM SO_SOMain m WHERE m.cSOCode = ?"
MEMBERS = (*_HEAD, *_LINE, "lines", "customer_po", "settlement_no", "final_delivery")


class Orders:
    """Turns an order to write into what a service takes, and finds what an attempt has made.

    U8 refuses a number twice. So a new order gets one of ours, given or made from the key.
    """

    def __init__(
        self,
        settings: Mapping[str, Any],
        columns: Mapping[str, str],
        session: Session,
        context: Context,
    ) -> None:
        self._usual = {
            "department": settings.get("department", ""),
            "sales_type": settings.get("sales_type", "01"),
        }
        self._defined = {name: column.removeprefix("c").lower() for name, column in columns.items()}
        self._session = session
        self._context = context

    def told(self, order: Write) -> dict[str, Any]:
        """Return the order in the services' words; AskPerson where something is missing."""
        if order.operation != "create":
            say = Text("只能新增销售订单。", "Only new sales orders can be written this way.")
            raise GiveUp(Problem("unknown_operation", say, got=order.operation))
        usual = {**self._usual, "date": self._context.now().date(), "code": number_of(order.key)}
        values = {**usual, **{name: one for name, one in order.values.items() if _filled(one)}}
        _need(values, _NEEDED, "")
        lines = [
            self._line(line, f"lines[{place}]") for place, line in enumerate(values["lines"], 1)
        ]
        head = {name: one for name, one in values.items() if name != "lines"}
        return {**self._worded({**_HEAD, **self._defined}, head, ""), "entry": lines}

    def found(self, told: Mapping[str, Any]) -> str | None:
        """Return the number in U8 of an order that is there."""
        rows = self._session.rows(Asked(BY_CODE, (told["code"],)))
        return str(rows[0][0]) if rows else None

    def done(self, order: Write) -> Receipt | None:
        """Return what came of an order that is known to be done."""
        kept = self._context.memory.get(f"entered:{order.key}")
        if kept is None:
            return None
        at = datetime.fromisoformat(kept["at"])
        return Receipt(kept["reference"], at, True, kept["values"])

    def keep(
        self, order: Write, reference: str, values: Mapping[str, Any], *, repeated: bool = False
    ) -> Receipt:
        """Remember what came of an order, for good."""
        now = self._context.now()
        kept = {"reference": reference, "at": now.isoformat(), "values": dict(values)}
        self._context.memory.put(f"entered:{order.key}", kept)
        return Receipt(reference, now, repeated, values)

    def _line(self, line: Mapping[str, Any], path: str) -> dict[str, Any]:
        _need(line, _LINE_NEEDED, path)
        return self._worded(_LINE, {name: one for name, one in line.items() if _filled(one)}, path)

    def _worded(
        self, words: Mapping[str, str], values: Mapping[str, Any], path: str
    ) -> dict[str, Any]:
        for name in values:
            if name not in words:
                say = Text(f"不能写“{name}”。", f"'{name}' cannot be written.")
                place = Place(f"{path}.{name}" if path else name)
                hint = did_you_mean(name, words)
                raise AskPerson(Problem("not_writable", say, place, hint, name))
        return {words[name]: _plain(value) for name, value in values.items() if _filled(value)}


def number_of(key: str) -> str:
    """Return the number of a new order by its key: the same in every attempt."""
    made = base64.b32encode(hashlib.sha256(key.encode()).digest()).decode()
    return f"SL{made[:20]}"


def _filled(value: Any) -> bool:
    return value is not None and value != ""


def _need(values: Mapping[str, Any], names: tuple[str, ...], path: str) -> None:
    for name in names:
        if not values.get(name):
            place = Place(f"{path}.{name}" if path else name)
            raise AskPerson(
                Problem("missing", Text(f"缺少“{name}”。", f"'{name}' is missing."), place)
            )


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()[:10]
    return format(value, "f") if isinstance(value, Decimal) else value
