"""Makes conditions and records by the throw of a seeded dice: every operator, type and edge."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any

from seamline.scope import Scope

ROW = Scope({"qty": "number", "floor": "number", "bom": "text", "ok": "boolean", "tags": "list"})
SCOPE = Scope(
    {
        "qty": "number",  # two decimals
        "price": "number",  # four decimals
        "pieces": "number",  # whole
        "constructor": "text",  # a name that every JavaScript object answers to
        "channel": "text",
        "flag": "boolean",
        "paid": "boolean",
        "due": "date",
        "promised": "date",
        "at": "datetime",
        "seen": "datetime",
        "lead": "duration",
        "wait": "duration",
        "tags": "list",
        "papers": "file",
        "photos": "file",
        "spot": "place",
        "lines": "table",
        "boxes": "table",
    },
    {"lines": ROW, "boxes": ROW},
)
# Decimals that each number is stored with.
PLACES = {"price": 4, "floor": 4, "pieces": 0}
WORDS = [
    "a", "b", "B", "aa", "Ä", "中", "a,b", "x'y", "%", "_", "red", "V2.0", "V2.1", "10", "9",
    "\uffee", "\U0001f527", "\U0001f528", "\ue000", " ", "null", "true", "0", "é",
]  # fmt: skip
EAST = timezone(timedelta(hours=8))
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
CONSTANTS: dict[str, list[Any]] = {
    "number": [
        0, 1, 2, -1, 1.5, 0.1, -0.01, 999.99, Decimal("1.005"), Decimal("0.0001"), Decimal("1.50"),
        10**17, -(10**17), Decimal("90071992547409.92"), Decimal("90071992547409.93"),
        Decimal("0E-5"), Decimal("-0.00000000000000001"), Decimal("1E+3"), 999999999999999999,
    ],
    "text": WORDS,
    "boolean": [True, False],
    "date": ["2026-01-01", "2026-02-28", "2024-02-29", "0999-12-31", "9999-12-31"],
    "datetime": [
        "2026-01-01T20:00:00+08:00", "2026-01-01T12:00:00Z", "2026-01-01T12:00:00.000001+00:00",
        "2026-01-01T12:00:01+00:00", "2025-12-31T23:59:59.999999-05:00", "1969-12-31T23:59:59.5Z",
    ],
    "duration": ["2h", "30m", "1d12h", "0s", "36h", "90m", "1w"],
    "file": [0, 1, 2, 2.5],
}  # fmt: skip
VALUES: dict[str, list[Any]] = {
    "number": [Decimal(word) for word in ("0", "1", "1.5", "2", "-1", "999.99", "-0.01", "0.1",
               "90071992547409.92", "90071992547409.93", "10000000000000")],
    "text": [*WORDS, ""],
    "boolean": [True, False],
    "date": [date.fromisoformat(word) for word in ("2026-01-01", "2026-02-28", "2024-02-29",
             "2026-12-01", "9999-12-31")],
    "datetime": [NOON, NOON + timedelta(microseconds=1), NOON + timedelta(seconds=1),
                 datetime(2026, 1, 1, 20, tzinfo=EAST), datetime(1969, 12, 31, 23, tzinfo=UTC),
                 datetime(2026, 1, 1, 4, 59, 59, 999999, tzinfo=UTC)],
    "duration": [timedelta(hours=2), timedelta(minutes=30), timedelta(0), timedelta(hours=36),
                 timedelta(days=7), timedelta(minutes=90)],
    "list": [(), ("red",), ("a", "b"), ("b", "中", "V2.0"), ("10", "\U0001f527")],
    "file": [1, 2, 3],
    "place": ["31.2,121.5"],
}  # fmt: skip
ORDERED = ("number", "text", "date", "datetime", "duration", "file")


class Maker:
    """Throws the dice; the same seed makes the same conditions and records everywhere."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)

    def record(self) -> dict[str, Any]:
        """Return the facts of a record, one value in three missing."""
        facts = {
            name: self._value(name, type_)
            for name, type_ in SCOPE.types.items()
            if type_ != "table" and self.dice.random() > 0.1  # what is missing may not be named
        }
        for table in SCOPE.rows:
            facts[table] = tuple(self._row() for _ in range(self.dice.choice((0, 0, 1, 2, 4))))
        return facts

    def _row(self) -> dict[str, Any]:
        return {name: self._value(name, type_) for name, type_ in ROW.types.items()}

    def _value(self, name: str, type_: str) -> Any:
        if self.dice.random() < 0.25:
            return None
        value = self.dice.choice(VALUES[type_])
        if type_ != "number":
            return value
        if name == "pieces":
            return int(value)
        if PLACES.get(name) == 4 and abs(value) < 1000:
            value += self.dice.choice((Decimal(0), Decimal("0.0001"), Decimal("-0.005")))
        return value

    def condition(self) -> Any:
        """Return the JsonLogic document of a condition."""
        return self._condition(SCOPE, self.dice.choice((0, 1, 1, 2, 2, 3)))

    def _condition(self, scope: Scope, depth: int) -> Any:
        if depth == 0:
            return self._leaf(scope)
        word = self.dice.choice(("and", "or", "!", "rows") if scope.rows else ("and", "or", "!"))
        if word == "!":
            return {"!": self._condition(scope, depth - 1)}
        if word == "rows":
            table = self.dice.choice(list(scope.rows))
            inside = self._condition(scope.rows[table], depth - 1)
            return {self.dice.choice(("some", "all", "none")): [{"var": table}, inside]}
        count = self.dice.randint(1, 3)
        return {word: [self._condition(scope, self.dice.randrange(depth)) for _ in range(count)]}

    def _leaf(self, scope: Scope) -> Any:
        draws = (self._presence, self._equal, self._ordered, self._between, self._among, self._held)
        if self.dice.random() < 0.02:
            return self.dice.choice((True, False))
        return self.dice.choice(draws)(scope)

    def _named(self, scope: Scope, types: tuple[str, ...]) -> str:
        return self.dice.choice([name for name, type_ in scope.types.items() if type_ in types])

    def _other(self, scope: Scope, name: str) -> Any:
        type_ = scope.types[name]
        if self.dice.random() < 0.6:
            return self.dice.choice(CONSTANTS[type_])
        family = ("number", "file") if type_ in ("number", "file") else (type_,)
        return {"var": self._named(scope, family)}

    def _presence(self, scope: Scope) -> Any:
        return {"var": self.dice.choice(list(scope.types))}

    def _equal(self, scope: Scope) -> Any:
        return self._pair(scope, ("==", "!="), (*ORDERED, "boolean"))

    def _ordered(self, scope: Scope) -> Any:
        return self._pair(scope, ("<", "<=", ">", ">="), ORDERED)

    def _pair(self, scope: Scope, operators: tuple[str, ...], types: tuple[str, ...]) -> Any:
        name = self._named(scope, types)
        parts = [{"var": name}, self._other(scope, name)]
        if self.dice.random() < 0.3:
            parts.reverse()
        return {self.dice.choice(operators): parts}

    def _between(self, scope: Scope) -> Any:
        name = self._named(scope, ORDERED)
        low, high = self._other(scope, name), self._other(scope, name)
        return {self.dice.choice(("<", "<=")): [low, {"var": name}, high]}

    def _among(self, scope: Scope) -> Any:
        name = self._named(scope, (*ORDERED, "boolean"))
        known = CONSTANTS[scope.types[name]]
        return {"in": [{"var": name}, [self.dice.choice(known) for _ in range(3)]]}

    def _held(self, scope: Scope) -> Any:
        words: Any = self.dice.choice(WORDS)
        if self.dice.random() < 0.4:
            words = {"var": self._named(scope, ("text",))}
        return {"in": [words, {"var": self._named(scope, ("list",))}]}
