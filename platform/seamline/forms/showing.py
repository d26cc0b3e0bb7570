"""Shows the values of records as JSON: the way of each field is looked up once, not per value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from seamline.facts import Ref
from seamline.fields.table import ROW_ID
from seamline.fields.words import as_it_is

from .parts import FieldModel

Cells: TypeAlias = Mapping[str, Any]
Way: TypeAlias = "Callable[[Any], Any] | None"


class Showing:
    """Shows some fields of a form; `only` of None means all of them, but none of `unseen`."""

    def __init__(
        self,
        fields: Sequence[FieldModel],
        only: Collection[str] | None = None,
        unseen: Collection[str] = frozenset(),
    ) -> None:
        wanted = [
            field
            for field in fields
            if (only is None or field.id in only) and field.path not in unseen
        ]
        columns = {
            field.id: [one for one in field.columns if one.path not in unseen]
            for field in wanted
            if field.columns
        }
        self._ways = _ways(wanted)
        self._rows = [(table, _ways(shown)) for table, shown in columns.items()]
        self._references = _references(wanted)
        self._named_in_rows = [
            (table, found) for table, shown in columns.items() if (found := _references(shown))
        ]

    def values(self, values: Cells) -> dict[str, Any]:
        """Return every field as JSON, null where it has no value, the rows of a sub-table."""
        shown = _shown(self._ways, values)
        for table, ways in self._rows:
            shown[table] = [
                {ROW_ID: row.id, **_shown(ways, row.values)} if row.id else _shown(ways, row.values)
                for row in values.get(table) or ()
            ]
        return shown

    def labels(self, values: Cells) -> dict[str, str]:
        """Return what each reference is called: `customer`, `lines[2].material`."""
        labels = {}
        for name in self._references:
            value = values.get(name)
            if isinstance(value, Ref):
                labels[name] = value.label
        if self._named_in_rows:
            labels.update(self._labels_of_rows(values))
        return labels

    def _labels_of_rows(self, values: Cells) -> Iterator[tuple[str, str]]:
        for table, columns in self._named_in_rows:
            for number, row in enumerate(values.get(table) or (), 1):
                for column in columns:
                    cell = row.values.get(column)
                    if isinstance(cell, Ref):
                        yield f"{table}[{number}].{column}", cell.label


def _shown(ways: Sequence[tuple[str, Way]], values: Cells) -> dict[str, Any]:
    shown = {}
    for name, way in ways:
        value = values.get(name)
        shown[name] = value if value is None or way is None else way(value)
    return shown


def _ways(fields: Sequence[FieldModel]) -> list[tuple[str, Way]]:
    return [(field.id, _way(field)) for field in fields]


def _way(field: FieldModel) -> Way:
    """Return how a value of the field becomes JSON; None where it is JSON already."""
    found = field.shown_kind.to_json
    return None if found is as_it_is or field.columns else partial(found, field.shown)


def _references(fields: Sequence[FieldModel]) -> list[str]:
    return [field.id for field in fields if field.shown.kind == "reference"]
