"""What neighbours add to a record's page: columns beside its rows, panels beside its facts.

A neighbour writes a module in `lines/` or `panels/`; each is asked on every page and answers None
where it has nothing to say. Rows are given as stored, with their ids.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import ModuleType

from markupsafe import Markup

from seamline.facts import Record, Row
from seamline.forms import FormModel
from seamline.metadata import Field
from seamline.registry import modules

from ..shown import Cell, Column


@dataclass(frozen=True, slots=True)
class Beside:
    """What is put beside the rows of a table, by the id of the row.

    `columns` come after the stored ones, `cells` fill them; a note stands under its row; `badge`
    stands in the head of the table (how old the figures are, say).
    """

    columns: Sequence[Column] = ()
    cells: Mapping[str, Sequence[Cell]] = field(default_factory=dict)
    notes: Mapping[str, Markup] = field(default_factory=dict)
    badge: Markup = Markup("")


@dataclass(frozen=True, slots=True)
class Panel:
    """A card of its own under the facts; `wide` lets a table run to its edges."""

    title: str
    html: Markup
    badge: Markup = Markup("")
    wide: bool = False


def beside(
    model: FormModel, record: Record, table: Field, rows: Sequence[Row]
) -> tuple[Beside, ...]:
    """Return what all neighbours put beside the rows of a table."""
    asked = (module.beside(model, record, table, rows) for module in _lines())
    return tuple(one for one in asked if one is not None)


def panels(model: FormModel, record: Record) -> list[Panel]:
    """Return the cards that neighbours add to a record."""
    asked = (module.panel(model, record) for module in _panels())
    return [one for one in asked if one is not None]


@lru_cache(maxsize=1)
def _lines() -> tuple[ModuleType, ...]:
    return tuple(modules("seamline.ui.record.lines"))


@lru_cache(maxsize=1)
def _panels() -> tuple[ModuleType, ...]:
    return tuple(modules("seamline.ui.record.panels"))
