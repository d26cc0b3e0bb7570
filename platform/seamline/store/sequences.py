"""Sequences: numbers without a gap and without a repetition, however many ask at once."""

from __future__ import annotations

from sqlalchemy import Connection, text

from .batch import NUMBERS, Batch

# One statement on both databases; the row stays locked until the transaction ends, so a number
# that is rolled back is given to the next one who asks.
_NEXT = text(
    "INSERT INTO seam_sequences (name, value) VALUES (:name, 1) "
    "ON CONFLICT (name) DO UPDATE SET value = seam_sequences.value + 1 RETURNING value"
)
_MOVE = text("UPDATE seam_sequences SET value = :value WHERE name = :name")


class Sequences:
    """The sequences, inside one transaction."""

    def __init__(self, connection: Connection, batch: Batch | None = None) -> None:
        self._connection = connection
        self._batch = batch or Batch(connection)

    def next(self, name: str) -> int:
        """Return the next number of `name`, the first being 1.

        In a batch only the first of many is asked for: the row is ours until the end.
        """
        numbers = self._batch.known(NUMBERS)
        if name in numbers:
            numbers[name] += 1
            self._batch.add(NUMBERS, self._move, (name, numbers[name]))
            return int(numbers[name])
        number = int(self._connection.execute(_NEXT, {"name": name}).scalar_one())
        if self._batch.open:
            numbers[name] = number
        return number

    def _move(self, reached: list[tuple[str, int]]) -> None:
        rows = [{"name": name, "value": value} for name, value in dict(reached).items()]
        self._connection.execute(_MOVE, rows)
