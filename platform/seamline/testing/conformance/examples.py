"""What the scenarios of packages say of a step, as values worth trying before any made-up ones."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from seamline.catalog import Catalog
from seamline.metadata import Act, Field, Scenario

from .inputs import Path
from .staging import Played, Wanted

DEEPEST = 4  # references followed from record to record


def examples(catalog: Catalog, form: str, step: str) -> Iterator[Wanted]:
    """Yield what each act of a scenario upon that step writes and stands on, the nearest first."""
    for one in played(catalog, form, step):
        yield _Example(catalog, one.scenario, one.number).wanted(one.act)


def played(catalog: Catalog, form: str, step: str) -> Iterator[Played]:
    """Yield each act of a scenario upon that step, with what happens before it."""
    for package in catalog.packages:
        for scenario in package.scenarios:
            for number, one in enumerate(scenario.steps):
                if (one.when.form, one.when.step) == (form, step):
                    yield Played(scenario, number)


class _Example:
    """One act of a scenario, with the records that are there when it is done."""

    def __init__(self, catalog: Catalog, scenario: Scenario, number: int) -> None:
        self.catalog = catalog
        self.records: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self.newest: dict[str, Mapping[str, Any]] = {}
        for given in scenario.given:
            self._keep(given.form, given.alias, given.values)
        for before in scenario.steps[:number]:
            self._happened(before.when)

    def _happened(self, act: Act) -> None:
        stands = {} if act.step == "create" else self._record(act)
        self._keep(act.form, act.call or act.record, {**stands, **act.values})

    def _keep(self, form: str, alias: str, values: Mapping[str, Any]) -> None:
        self.newest[form] = values
        if alias:
            self.records[alias] = form, values

    def _record(self, act: Act) -> Mapping[str, Any]:
        return self.records.get(act.record, ("", self.newest.get(act.form, {})))[1]

    def wanted(self, act: Act) -> Wanted:
        """Return the values of the act, of its record, and of the records these refer to."""
        stands = {} if act.step == "create" else self._record(act)
        found = dict(self._paths(act.form, {**stands, **act.values}, 0))
        plain: dict[Path, Any] = {
            path: json.loads(json.dumps(value, default=str)) for path, value in found.items()
        }
        return plain

    def _paths(
        self, form: str, values: Mapping[str, Any], depth: int
    ) -> Iterator[tuple[Path, Any]]:
        model = self.catalog.forms[form].form
        fields = tuple(one for one in model.fields if one.id != model.key and not one.unique)
        yield from self._of_fields(fields, values, (), depth)

    def _of_fields(
        self, fields: Sequence[Field], values: Mapping[str, Any], before: Path, depth: int
    ) -> Iterator[tuple[Path, Any]]:
        for one in fields:
            value, path = values.get(one.id), (*before, one.id)
            if one.kind == "table":
                # A case has one row: of several the first stands for all.
                rows = value if isinstance(value, list) else []
                row = rows[0] if rows and isinstance(rows[0], Mapping) else {}
                yield from self._of_fields(one.fields, row, path, depth)
            elif one.kind == "reference":
                yield from self._referred(one, one.id in values, value, path, depth)
            elif one.id in values and not isinstance(value, Mapping):
                yield path, value

    def _referred(
        self, one: Field, named: bool, value: Any, path: Path, depth: int
    ) -> Iterator[tuple[Path, Any]]:
        target = str(one.settings["to"])
        if named and value is None:
            yield path, None
            return
        known = self.records.get(str(value)) if named else None
        stands = known[1] if known is not None else None
        if stands is None and not named and one.required:
            stands = self.newest.get(target)
        if stands is not None and depth < DEEPEST:
            for deeper, word in self._paths(target, stands, depth + 1):
                yield (*path, *deeper), word
