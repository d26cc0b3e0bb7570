"""Column types: each value is stored so that both databases give back exactly what went in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Dialect, Numeric, Text
from sqlalchemy.dialects.postgresql import TEXT as PostgresText
from sqlalchemy.types import TypeDecorator, TypeEngine

from seamline.facts import Ref

Processor: TypeAlias = "Callable[[Any], Any] | None"
DIGITS = 18  # what a scaled 64-bit integer holds for certain
_BEYOND = 10**DIGITS


def words() -> TypeEngine[str]:
    """Return a text type that compares and sorts by code point on both databases."""
    return Text().with_variant(PostgresText(collation="C"), "postgresql")


class Exact(TypeDecorator[Decimal]):
    """A decimal with `scale` places: NUMERIC, or on SQLite an integer count of the last place.

    A number that does not fit exactly may be compared with, but is never stored (see `fits`).
    """

    impl = Numeric
    cache_ok = True

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that the database itself knows."""
        if dialect.name == "sqlite":
            return BigInteger()
        return Numeric(DIGITS, self.scale)

    def fits(self, value: Decimal) -> bool:
        """Return whether `value` can be stored without loss."""
        scaled = value.scaleb(self.scale)
        return scaled == scaled.to_integral_value() and abs(scaled) < _BEYOND

    def bind_processor(self, dialect: Dialect) -> Processor:
        """Return what turns a value into what the driver takes."""
        if dialect.name != "sqlite":
            return None
        scale = self.scale

        def scaled(value: Any) -> Any:
            if value is None:
                return None
            moved = Decimal(value).scaleb(scale)
            whole = int(moved)
            return whole if whole == moved else float(moved)

        return scaled

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor:
        """Return what turns what the driver gives into a value."""
        if dialect.name != "sqlite":
            return None
        places = -self.scale

        def unscaled(value: Any) -> Any:
            return None if value is None else Decimal(value).scaleb(places)

        return unscaled


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC, to the microsecond; on SQLite as text that sorts by time."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that the database itself knows."""
        return Text() if dialect.name == "sqlite" else DateTime(timezone=True)

    def bind_processor(self, dialect: Dialect) -> Processor:
        """Return what turns a value into what the driver takes."""
        return moment_text if dialect.name == "sqlite" else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor:
        """Return what turns what the driver gives into a value."""
        if dialect.name != "sqlite":
            return None

        def read(value: Any) -> Any:
            return None if value is None else datetime.fromisoformat(value)

        return read


class Day(TypeDecorator[date]):
    """A calendar date; on SQLite as ISO text."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that the database itself knows."""
        return Text() if dialect.name == "sqlite" else Date()

    def bind_processor(self, dialect: Dialect) -> Processor:
        """Return what turns a value into what the driver takes."""
        if dialect.name != "sqlite":
            return None

        def write(value: Any) -> Any:
            return None if value is None else value.isoformat()

        return write

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor:
        """Return what turns what the driver gives into a value."""
        if dialect.name != "sqlite":
            return None

        def read(value: Any) -> Any:
            return None if value is None else date.fromisoformat(value)

        return read


class WordSet(TypeDecorator[tuple[str, ...]]):
    """A tuple of words, as text in which every word stands between commas: `,red,blue,`."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that the database itself knows."""
        return words()

    def bind_processor(self, dialect: Dialect) -> Processor:
        """Return what turns a value into what the driver takes."""

        def write(value: Any) -> Any:
            if value is None or isinstance(value, str):
                return value
            return "".join((",", *(f"{word}," for word in value)))

        return write

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor:
        """Return what turns what the driver gives into a value."""

        def read(value: Any) -> Any:
            return None if value is None else tuple(value.split(",")[1:-1])

        return read


class RecordId(TypeDecorator[str]):
    """A reference to a record, stored as its id; takes an id or a `Ref`."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that the database itself knows."""
        return words()

    def bind_processor(self, dialect: Dialect) -> Processor:
        """Return what turns a value into what the driver takes."""

        def write(value: Any) -> Any:
            return value.id if isinstance(value, Ref) else value

        return write


def storable(text: str) -> bool:
    """Return whether a database can hold `text` at all: no NUL, no half of a character."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def moment_text(value: Any) -> Any:
    """Return an aware moment as `2026-02-01T08:00:00.000000Z` (None stays None)."""
    if value is None:
        return None
    # In a zone the two moments of an hour that a clock shows twice would be one and the same key.
    return _moment_text(value if value.tzinfo is UTC else value.astimezone(UTC))


@lru_cache(1_000)  # one submission writes its moment many times over
def _moment_text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")[:-6] + "Z"


def integers() -> TypeEngine[int]:
    """Return the type of whole numbers (64 bit)."""
    return BigInteger()


def truths() -> TypeEngine[bool]:
    """Return the type of true and false."""
    return Boolean(create_constraint=False)
