"""Sequences: numbers without a gap and without a repetition, however many ask at once."""

from __future__ import annotations

from sqlalchemy import Connection, text

# One statement on both databases; the row stays locked until the transaction ends, so a number
# that is rolled back is given to the next one who asks.
_NEXT = text(
    "INSERT INTO seam_sequences (name, value) VALUES (:name, 1) "
    "ON CONFLICT (name) DO UPDATE SET value = seam_sequences.value + 1 RETURNING value"
)


class Sequences:
    """The sequences, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next(self, name: str) -> int:
        """Return the next number of `name`, the first being 1."""
        return int(self._connection.execute(_NEXT, {"name": name}).scalar_one())
