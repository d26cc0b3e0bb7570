"""What a field may start from that nobody has typed: a record it refers to, or an earlier one."""

from __future__ import annotations

import re
from dataclasses import dataclass

ME = "me"  # `=me` in a field for a person: who fills the form
MINE = "_created_by"  # `last(_created_by)`: what this person put there last
_THROUGH = re.compile(r"([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)")
_LAST = re.compile(r"last\(([a-z0-9_, ]+)\)")


@dataclass(frozen=True, slots=True)
class Prefill:
    """One source: `customer.contact` is a field of the record that a reference names,
    `last(customer, material)` the same field of the newest record with the same values there, and
    `=normal` a value as it stands.

    Unlike a default it only stands in the form: who leaves it out elsewhere has not given it.
    Either `through` and `field` are given, or `same`, or `value`.
    """

    through: str = ""
    field: str = ""
    same: tuple[str, ...] = ()
    value: str = ""

    @property
    def asks(self) -> tuple[str, ...]:
        """The fields that must be filled in before this source knows anything."""
        return (self.through,) if self.through else tuple(n for n in self.same if n != MINE)


def prefill(word: str) -> Prefill:
    """Return the source that an author wrote; the schema has checked its form."""
    if word.startswith("="):
        return Prefill(value=word[1:].strip())
    through = _THROUGH.fullmatch(word)
    if through is not None:
        return Prefill(through[1], through[2])
    last = _LAST.fullmatch(word)
    if last is None:
        raise ValueError(f"{word!r} is no source")
    return Prefill(same=tuple(name.strip() for name in last[1].split(",")))
