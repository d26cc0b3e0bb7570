"""What goes on in the company: stock moves, purchases come in, outsourcing orders grow older.

Time is the stand-in's own: it stands until `advance`. In the mode `live` U8 knows of a move at
once; in `t_plus_1` the moves of a day are keyed in the next morning, as in the factory that this
product was made for.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from .seeding.world import SEED

MOVES_PER_HOUR = 23
KEYED_IN_AT = 6  # o'clock, of the day after
Mode = Literal["live", "t_plus_1"]


@dataclass(frozen=True, slots=True)
class Movement:
    """Goods in (positive) or out of a warehouse by a document of somebody."""

    warehouse: str
    material: str
    qty: float
    document: str


class Actor:
    """Plays the company on a DB-API connection (qmark style) of its database."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._cursor = connection.cursor()
        self._dice = random.Random(f"{SEED}:actor:{self._state('moves')}")
        # What may move is asked for once: rows of stock do not come and go while it plays.
        self._rows = [
            tuple(row)
            for row in self._all(
                "SELECT AutoID, cWhCode, cInvCode FROM CurrentStock"
                " WHERE cWhCode <> '06' AND iQuantity > 0 ORDER BY AutoID"
            )
        ]

    @property
    def now(self) -> datetime:
        """The moment it is in the company."""
        return _moment(self._state("clock"))

    @property
    def mode(self) -> str:
        """Whether U8 knows of moves at once, or a day late."""
        return self._state("mode")

    def set_mode(self, mode: Mode) -> None:
        """Let U8 know of moves at once, or a day late."""
        self._keep("mode", mode)
        self._connection.commit()

    def advance(self, hours: float) -> int:
        """Let hours pass and return how often stock moved in them."""
        start = self.now
        end = start + timedelta(hours=hours)
        moved = int(hours * MOVES_PER_HOUR + 1e-9)
        before = start
        for number in range(1, moved + 1):
            at = start + timedelta(hours=number / MOVES_PER_HOUR)
            self._strike(before, at)
            self._move(at)
            before = at
        self._strike(before, end)
        self._keep("clock", _text(end))
        self._keep("moves", str(int(self._state("moves")) + moved))
        self._connection.commit()
        return moved

    def key_in(self, movements: Iterable[Movement]) -> int:
        """Post movements as a clerk does, each with its document's number; return how many."""
        count = 0
        for movement in movements:
            row = self._all(
                "SELECT AutoID FROM CurrentStock WHERE cWhCode = ? AND cInvCode = ?",
                movement.warehouse,
                movement.material,
            )
            if row:
                self._post(row[0][0], movement, self.now)
                count += 1
        self._connection.commit()
        return count

    def _strike(self, before: datetime, at: datetime) -> None:
        """Do what is due on the hour, where one has struck between two moments."""
        if before.hour != at.hour or before.date() != at.date():
            if at.hour == KEYED_IN_AT:
                self._key_in_yesterday(at)
            self._receive(at)
            self._age(at)

    def _move(self, at: datetime) -> None:
        stock, house, material = self._dice.choice(self._rows)
        out = self._dice.random() < 0.65
        qty = self._dice.randrange(1, 15) * (-1 if out else 1)
        document = f"{'LL' if out else 'SH'}{at:%y%m%d%H%M%S}{self._dice.randrange(1000):03}"
        movement = Movement(house, material, qty, document)
        if self.mode == "live":
            self._post(stock, movement, at)
        else:
            self._do(
                "INSERT INTO u8sim_unposted (at, cWhCode, cInvCode, qty, document)"
                " VALUES (?, ?, ?, ?, ?)",
                _text(at), house, material, qty, document,
            )  # fmt: skip

    def _key_in_yesterday(self, at: datetime) -> None:
        today = _text(datetime(at.year, at.month, at.day))
        waiting = self._all(
            "SELECT cWhCode, cInvCode, qty, document FROM u8sim_unposted WHERE at < ?"
            " ORDER BY id", today,
        )  # fmt: skip
        for house, material, qty, document in waiting:
            stock = self._all(
                "SELECT AutoID FROM CurrentStock WHERE cWhCode = ? AND cInvCode = ?"
                " ORDER BY AutoID", house, material,
            )[0][0]  # fmt: skip
            self._post(stock, Movement(house, material, float(qty), document), at)
        self._do("DELETE FROM u8sim_unposted WHERE at < ?", today)

    def _post(self, stock: int, movement: Movement, at: datetime) -> None:
        """Write the receipt or issue, and what it makes of the stock."""
        incoming = movement.qty > 0
        head, lines = ("RdRecord01", "rdrecords01") if incoming else ("rdrecord32", "rdrecords32")
        number, line = self._next(head, "ID"), self._next(lines, "AutoID")
        self._do(
            f"INSERT INTO {head} (ID, bRdFlag, cVouchType, cSource, cWhCode, dDate, cCode,"
            " cHandler, dVeriDate, bTransFlag, bIsSTQc, cDefine10)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?)",
            number, int(incoming), "01" if incoming else "32", "库存", movement.warehouse,
            f"{at:%Y-%m-%d} 00:00:00", f"{'RK' if incoming else 'CK'}{number:08}", "王敏",
            f"{at:%Y-%m-%d} 00:00:00", movement.document,
        )  # fmt: skip
        self._do(
            f"INSERT INTO {lines} (AutoID, ID, cInvCode, iQuantity, iFlag, irowno)"
            " VALUES (?, ?, ?, ?, 0, 1)",
            line, number, movement.material, abs(movement.qty),
        )  # fmt: skip
        self._do(
            "UPDATE CurrentStock SET iQuantity = iQuantity + ? WHERE AutoID = ?",
            movement.qty, stock,
        )  # fmt: skip

    def _receive(self, at: datetime) -> None:
        """Let the two purchase lines that have waited longest come in."""
        due = self._all(
            "SELECT d.ID, d.cInvCode, d.iQuantity, d.iReceivedQTY FROM PO_Podetails d"
            " JOIN PO_Pomain m ON m.POID = d.POID WHERE m.cVerifier IS NOT NULL"
            " AND m.cCloser IS NULL AND d.cbCloser IS NULL AND d.iReceivedQTY < d.iQuantity"
            " AND d.dArriveDate <= ? ORDER BY d.dArriveDate, d.ID", _text(at),
        )[:2]  # fmt: skip
        for line, material, ordered, came in due:
            self._do(
                "UPDATE PO_Podetails SET iReceivedQTY = iQuantity, iArrQTY = iQuantity"
                " WHERE ID = ?", line,
            )  # fmt: skip
            stock = self._all(
                "SELECT AutoID, cWhCode FROM CurrentStock WHERE cInvCode = ? AND cWhCode <> '06'"
                " ORDER BY AutoID", material,
            )  # fmt: skip
            if stock:
                rest = float(ordered) - float(came)
                self._post(stock[0][0], Movement(stock[0][1], material, rest, f"PO{line}"), at)

    def _age(self, at: datetime) -> None:
        """Let one treater begin, and one bring back what is due."""
        waiting = self._all(
            "SELECT MODetailsID FROM OM_MODetails WHERE cbCloser IS NULL AND iMaterialSendQty = 0"
            " ORDER BY dArriveDate, MODetailsID"
        )
        if waiting and self._dice.random() < 0.3:
            self._do(
                "UPDATE OM_MODetails SET iMaterialSendQty = iQuantity WHERE MODetailsID = ?",
                waiting[0][0],
            )
        done = self._all(
            "SELECT MODetailsID, MOID FROM OM_MODetails WHERE cbCloser IS NULL"
            " AND iMaterialSendQty > 0 AND dArriveDate <= ? ORDER BY dArriveDate, MODetailsID",
            _text(at),
        )
        if done and self._dice.random() < 0.5:
            self._do(
                "UPDATE OM_MODetails SET iReceivedQTY = iQuantity, iArrQTY = iQuantity,"
                " cbCloser = ?, dbCloseDate = ? WHERE MODetailsID = ?",
                "赵磊", _text(at), done[0][0],
            )  # fmt: skip
            self._do(
                "UPDATE OM_MOMain SET cCloser = ?, dCloseDate = ?, cState = 2 WHERE MOID = ?",
                "赵磊", _text(at), done[0][1],
            )  # fmt: skip

    def _next(self, table: str, column: str) -> int:
        return int(self._all(f"SELECT COALESCE(MAX({column}), 0) + 1 FROM {table}")[0][0])

    def _state(self, name: str) -> str:
        return str(self._all("SELECT value FROM u8sim_state WHERE name = ?", name)[0][0])

    def _keep(self, name: str, value: str) -> None:
        self._do("UPDATE u8sim_state SET value = ? WHERE name = ?", value, name)

    def _all(self, statement: str, *values: object) -> list[Any]:
        return list(self._cursor.execute(statement, values).fetchall())

    def _do(self, statement: str, *values: object) -> None:
        self._cursor.execute(statement, values)


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
