"""A posting: what each record of a form does to a balance, which is a record of another form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Effect = Literal["add", "subtract", "set"]


@dataclass(frozen=True, slots=True)
class Posting:
    """Records of a form are moves: each changes one balance once, and is never changed itself.

    `find` says which balance: its field by the field of the move that must equal it. `into` is
    the number of the balance that takes the change, `figure` the number that moves are said in
    (they differ where the figure is computed from several numbers). `amount` is a number of the
    move; `act` the choice whose option says what it does (`acts`), all add where there is none.
    `before` and `after` are numbers of the move that show the figure around it, `seen` and
    `reported` texts that take the device; `document` names the paper behind the move. `opens` holds
    the values of a balance that is made where there is none yet: `{field}` stands for a value of
    the move, `{now}` for the moment.
    """

    to: str
    find: Mapping[str, str]
    amount: str
    into: str
    figure: str
    act: str = ""
    acts: Mapping[str, Effect] = field(default_factory=dict)
    document: str = ""
    before: str = ""
    after: str = ""
    seen: str = ""
    reported: str = ""
    opens: Mapping[str, str] | None = None

    @property
    def kept(self) -> tuple[str, ...]:
        """The fields of the move that the platform fills."""
        named = (self.before, self.after, self.seen, self.reported)
        return tuple(name for name in named if name)
