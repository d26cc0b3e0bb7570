"""Values into user-defined columns of a sales order that exists, and nothing else.

The row is read, compared and changed only if its rowversion is still the one that was read. What
stood there before the first attempt is remembered by the order's key, so that a repeated attempt
neither writes twice nor writes over what somebody put there meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from seamline.connector import (
    AskPerson,
    Context,
    Finding,
    GiveUp,
    Receipt,
    Retry,
    Write,
)
from seamline.problems import Problem, shorten
from seamline.text import Text

from ...databases.session import Session, Update
from ...databases.texts import Asked
from ..entities import title_of
from ..naming import meant

TRIES = 3
REMEMBERED = timedelta(days=60)


def row_of(columns: Iterable[str]) -> str:
    """Return what reads the version of an order and what stands in some columns of it."""
    named = ", ".join(f"m.{name}" for name in columns)
    return f"SELECT CAST(m.ufts AS bigint), {named} FROM SO_SOMain m WHERE m.ID = ?"


def change_of(columns: Mapping[str, Any], order: int, version: int) -> Update:
    """Return the change of some columns of an order that still stands at a version."""
    return Update("SO_SOMain", columns, ("ID", order), ("ufts", version))


class Columns:
    """Writes members of sales orders into the columns that `allowed` gives for them."""

    operations = ("update",)

    def __init__(self, allowed: Mapping[str, str], session: Session, context: Context) -> None:
        self._allowed = allowed
        self._session = session
        self._context = context

    @property
    def members(self) -> tuple[str, ...]:
        """Return the members that stand for allowed columns."""
        return tuple(self._allowed)

    def check(self, title: Text) -> Finding:
        """Return which columns may be written."""
        if not self._allowed:
            hint = Text("在设置里勾选允许写的自定义项。", "Tick the fields that may be written.")
            return Finding(title, False, Text("没有允许写的项", "No field may be written"), hint)
        names = ", ".join(f"SO_SOMain.{column}" for column in self._allowed.values())
        return Finding(title, True, Text(f"可写 {names}", f"May write {names}"))

    def write(self, order: Write) -> Receipt:
        """Set the values of one order, once for each key."""
        wanted = self._wanted(order)
        target = self._order(order.target)
        with self._context.memory.alone(f"order:{target}"):
            for _ in range(TRIES):
                version, stands = self._row(target, wanted)
                remembered = self._context.memory.get(f"write:{order.key}")
                if _same(stands, wanted):
                    return self._receipt(order, wanted, repeated=remembered is not None)
                self._compare(order, stands, remembered)
                if remembered is None:
                    kept = {name: _text(value) for name, value in stands.items()}
                    self._context.memory.put(f"write:{order.key}", kept, REMEMBERED)
                columns = {self._allowed[name]: value for name, value in wanted.items()}
                change = change_of(columns, target, version)
                if self._session.update(change) == 1:
                    return self._receipt(order, wanted, repeated=False)
        say = Text("订单一直在被别人修改。", "Somebody keeps changing the order.")
        raise Retry(Problem("order_busy", say))

    def _wanted(self, order: Write) -> dict[str, Any]:
        if order.operation != "update" or not order.target.strip():
            say = Text("只能更新已有的销售订单。", "Only a sales order that exists can be updated.")
            raise GiveUp(Problem("unknown_operation", say, got=order.operation))
        for name in order.values:
            if name not in self._allowed:
                say = Text(f"不允许写“{name}”。", f"'{name}' may not be written.")
                hint = Text("在连接的设置里允许它。", "Allow it in the connection's settings.")
                raise AskPerson(Problem("column_not_allowed", say, hint=hint, got=name))
        return {name: _stored(value) for name, value in order.values.items()}

    def _order(self, target: str) -> int:
        """Return the internal number of the order that a target names."""
        found = meant(self._session, "sales_orders", target)
        if found is None:
            word = shorten(target.strip())
            say = Text(f"U8 里没有订单 {word}。", f"U8 has no order {word}.")
            raise GiveUp(Problem("order_gone", say, got=word))
        return found

    def _row(self, target: int, wanted: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        rows = self._session.rows(Asked(row_of(self._allowed[name] for name in wanted), (target,)))
        if not rows:
            say = Text(f"U8 里没有订单 {target}。", f"U8 has no order {target}.")
            raise GiveUp(Problem("order_gone", say, got=str(target)))
        return int(rows[0][0]), dict(zip(wanted, rows[0][1:], strict=True))

    def _compare(self, order: Write, stands: Mapping[str, Any], remembered: Any) -> None:
        """Raise AskPerson where somebody changed what is to be written."""
        expected = order.expects if remembered is None else remembered
        for name, value in expected.items():
            if name in stands and _text(stands[name]) != _text(value):
                there, title = shorten(_text(stands[name])), title_of("sales_orders", name)
                say = Text(
                    f"U8 里的“{title.zh}”现在是 {there or '空'}，没有覆盖。",
                    f"'{title.en}' is now {there or 'empty'} in U8 and is not written over.",
                )
                hint = Text(
                    "核对两边；U8 里的应作废时在那里清空，再点“重试”。",
                    "Compare both; where U8's is void, empty it there, then try again.",
                )
                raise AskPerson(Problem("changed_meanwhile", say, hint=hint, got=there))

    def _receipt(self, order: Write, wanted: Mapping[str, Any], repeated: bool) -> Receipt:
        if not repeated:
            # Also where it stood so already: the next attempt is a repetition.
            self._context.memory.put(f"write:{order.key}", {}, REMEMBERED)
        values = {name: _text(value) for name, value in wanted.items()}
        return Receipt(order.target, self._context.now(), repeated, values)


def _stored(value: Any) -> Any:
    """Return a value as the column takes it."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        return datetime.fromisoformat(value)
    return value


def _text(value: Any) -> str:
    """Return a value as it is compared: what is empty is alike, and dates have no hours."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()[:10]
    return str(value).strip()


def _same(stands: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(_text(stands[name]) == _text(value) for name, value in wanted.items())
