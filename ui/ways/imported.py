"""A CSV file of one record, imported."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from seamline.facts import Actor, Origin
from seamline.fields import kind_of
from seamline.fields.kind import Reading
from seamline.forms import FormModel
from seamline.metadata import Field
from seamline.problems import Refused
from seamline.testing.conformance.staging import Submitting
from seamline.testing.conformance.verdicts import Said
from seamline.usecases import import_
from seamline.usecases.desk import Desk
from seamline.usecases.importing.mapping import CODE


@dataclass(frozen=True, slots=True)
class Imported:
    """Writes what is to be submitted as CSV and imports it."""

    desk: Desk
    actor: Actor
    name: str = "import"

    def takes(self, model: FormModel, step: str) -> bool:
        """Return whether an import takes the step: it creates, and changes what has a key."""
        return step == "create" or (step == "change" and model.form.key is not None)

    def submit(self, asked: Submitting) -> tuple[Said, ...]:
        """Import one record, and return the problems of its cells."""
        model = self.desk.catalogs.current().forms[asked.form]
        values = dict(asked.values)
        if asked.step == "change":
            values[str(model.form.key)] = asked.key
        file = import_.Upload("conformance.csv", self._written(model, values))
        origin = Origin("import", "", "conformance")
        mode: Any = "create" if asked.step == "create" else "upsert"
        try:
            job = import_.start(self.desk, self.actor, origin, asked.form, file, mode=mode)
        except Refused as refused:
            return tuple(sorted((one.code, one.place.path) for one in refused.problems))
        done = import_.run(self.desk, self.actor, job.id)
        return tuple(sorted((one.code, one.field) for one in import_.problems_of(done)))

    def _written(self, model: FormModel, values: dict[str, Any]) -> bytes:
        """Return the record as CSV: headers are paths, rows of a sub-table stand below another."""
        reading = Reading("en", self.desk.catalogs.current().zone)
        fields = {one.id: one for one in model.form.fields}
        head = {
            name: cell_of(fields[name], value, reading)
            for name, value in values.items()
            if fields[name].kind != "table"
        }
        rows = list(self._rows(fields, values, reading)) or [{}]
        if model.form.key is None:
            head[CODE] = "1"  # tells records of one file apart
        columns = list(dict.fromkeys([*head, *(name for row in rows for name in row)]))
        stream = io.StringIO()
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows({**head, **row} for row in rows)
        return stream.getvalue().encode()

    def _rows(
        self, fields: dict[str, Field], values: dict[str, Any], reading: Reading
    ) -> Iterator[dict[str, str]]:
        for name, value in values.items():
            if fields[name].kind == "table":
                columns = {one.id: one for one in fields[name].fields}
                for row in value or ():
                    yield {
                        f"{name}.{column}": cell_of(columns[column], cell, reading)
                        for column, cell in row.items()
                        if column in columns and kind_of(columns[column]).written
                    }


def cell_of(field: Field, value: Any, reading: Reading) -> str:
    """Return a JSON value as the text that a cell or an input holds; empty where there is none."""
    if value is None:
        return ""
    kind = kind_of(field)
    return kind.to_text(field, kind.parse(field, value, reading))
