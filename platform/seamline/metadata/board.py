"""A board: the records of a form as cards in columns, one column per state or choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

STATE = "_state"


@dataclass(frozen=True, slots=True)
class Board:
    """How a form looks as a board.

    `lane` is what the columns stand for: the state, or a choice field. `lanes` are the columns in
    their order; empty means every state that is not final, or every option. `title` and `meta`
    are the fields on a card, `limits` the most cards a column should hold.
    """

    lane: str = STATE
    lanes: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    meta: tuple[str, ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict)
    sort: tuple[str, ...] = ()
