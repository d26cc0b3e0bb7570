"""How much of a form somebody sees: alternatives of records and fields, never mixed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from seamline.conditions.node import Fixed, Node

from .account import all_of, any_of

_PLACE = re.compile(r"\[\d*\]")
ALWAYS = frozenset({"_id", "_version"})  # by these a record is addressed and changed


@dataclass(frozen=True, slots=True)
class View:
    """What one role shows: records that meet `where` (None: all), without the names in `unseen`.

    Names are those of conditions: `price`, `lines.price`, `_created_by`, `customer.credit_line`.
    """

    role: str = ""
    where: Node | None = None
    unseen: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reach:
    """All that the roles of an actor show of a form, each a view of its own.

    A record is within reach where one view takes it in; of its names those are seen that a view
    which takes it in shows.
    """

    views: tuple[View, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every record is seen with all of its names."""
        return any(view.where is None and not view.unseen for view in self.views)

    @property
    def where(self) -> Node | None:
        """The records within reach as one condition; None where all of them are."""
        if any(view.where is None for view in self.views):
            return None
        return any_of([view.where for view in self.views if view.where is not None])

    @property
    def unseen(self) -> frozenset[str]:
        """The names that are seen on no record at all."""
        return shared(view.unseen for view in self.views)

    @property
    def narrowed(self) -> frozenset[str]:
        """The names that are not seen on every record within reach."""
        return frozenset().union(*(view.unseen for view in self.views))

    def sees(self, name: str) -> bool:
        """Whether a name is seen on some record."""
        return bool(self.views) and plain(name) not in self.unseen

    def where_seen(self, names: Iterable[str]) -> Node | None:
        """Return the condition under which all of `names` are seen; None where they always are."""
        parts = [self._where_seen(name) for name in sorted({plain(name) for name in names})]
        asked = all_of([part for part in parts if part is not None])
        return None if asked == Fixed(True) else asked

    def _where_seen(self, name: str) -> Node | None:
        if name not in self.narrowed:
            return None
        views = [view for view in self.views if name not in view.unseen]
        return any_of([Fixed(True) if view.where is None else view.where for view in views])

    def conditions(self) -> tuple[Node, ...]:
        """Return the condition of every view, in their order."""
        return tuple(Fixed(True) if view.where is None else view.where for view in self.views)

    def hidden(self, met: Sequence[bool]) -> frozenset[str] | None:
        """Return the names unseen on a record that meets these views; None beyond reach."""
        views = [view for view, holds in zip(self.views, met, strict=True) if holds]
        return shared(view.unseen for view in views) if views else None


EVERYTHING_SEEN = Reach((View(),))


def plain(name: str) -> str:
    """Return a name without places of rows: `lines[2].qty` and `lines[].qty` are `lines.qty`."""
    return _PLACE.sub("", name) if "[" in name else name


def shared(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    """Return what is in all of some sets; nothing where there is no set."""
    found: Iterator[frozenset[str]] = iter(sets)
    first = next(found, frozenset())
    return first.intersection(*found)
