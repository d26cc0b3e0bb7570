"""What a form may start from: the records it refers to, and what was entered last time.

Everything is read as the person may see it; where they may not, nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from seamline.conditions.parse import parse
from seamline.facts import Actor, Record, Row, Value
from seamline.fields import Invalid, Reading, kind_of
from seamline.fields.options import words_of
from seamline.forms import FormModel
from seamline.metadata import Field
from seamline.metadata.prefill import ME, MINE, Prefill
from seamline.problems import Refused
from seamline.store import Query
from seamline.text import Text

from . import look
from .desk import Desk

_NOTHING = Text.same("")


@dataclass(frozen=True, slots=True)
class Filled:
    """A value that nobody has typed, and where it comes from (nothing where it is written so)."""

    value: Value
    source: Text = _NOTHING


@dataclass(frozen=True, slots=True)
class Given:
    """What stands in the form: words by field, and those of one row of `table`."""

    words: Mapping[str, Any]
    table: str = ""
    row: Mapping[str, Any] = field(default_factory=dict)


def prefill(
    desk: Desk, actor: Actor, model: FormModel, given: Given, wanted: Sequence[str]
) -> dict[str, Filled]:
    """Return what is known for the fields `wanted`: of the form, or of the row that is given."""
    asking = _Asking(desk, actor, model, given)
    fields = _fields(model, given.table)
    found: dict[str, Filled] = {}
    for name in wanted:
        one = fields.get(name)
        if one is not None:
            filled = next(iter(asking.sources(one)), None)
            if filled is not None:
                found[name] = filled
    return found


def _fields(model: FormModel, table: str) -> dict[str, Field]:
    if not table:
        return {one.id: one for one in model.form.fields}
    found = next((one for one in model.form.fields if one.id == table), None)
    return {one.id: one for one in found.fields} if found is not None else {}


@dataclass(slots=True)
class _Asking:
    """One question, with what was read for it so far."""

    desk: Desk
    actor: Actor
    model: FormModel
    given: Given
    _read: dict[tuple[str, ...], Record | None] = field(default_factory=dict)

    def sources(self, one: Field) -> Iterator[Filled]:
        """Yield what each source of a field knows, the preferred first."""
        for source in one.prefill:
            filled = self._of(one, source)
            if filled is not None and _fits(one, filled.value):
                yield filled

    def _of(self, one: Field, source: Prefill) -> Filled | None:
        if source.value:
            return self._as_written(one, source.value)
        return self._through(source) if source.through else self._last(one, source)

    def _as_written(self, one: Field, word: str) -> Filled | None:
        if one.kind == "person" and word == ME:
            return Filled(self.actor.id)
        zone = self.desk.catalogs.current().zone
        try:
            return Filled(kind_of(one).parse(one, word, Reading(zone=zone)))
        except Invalid:  # said when the package was loaded
            return None

    def _field(self, name: str) -> Field | None:
        """Return a field by its name: a column of the row first, as in a formula."""
        near = _fields(self.model, self.given.table).get(name) if self.given.table else None
        return near or _fields(self.model, "").get(name)

    def _word(self, name: str) -> Any:
        near = self.given.table and name in _fields(self.model, self.given.table)
        return (self.given.row if near else self.given.words).get(name)

    def _through(self, source: Prefill) -> Filled | None:
        reference, word = self._field(source.through), self._word(source.through)
        if reference is None or reference.kind != "reference" or not word:
            return None
        target, key = str(reference.settings["to"]), str(word)
        record = self._once((target, key), lambda: look.record(self.desk, self.actor, target, key))
        if record is None or record.values.get(source.field) is None:
            return None
        label = reference.label
        return Filled(record.values[source.field], Text(f"{label.zh} {word}", f"{label.en} {word}"))

    def _last(self, one: Field, source: Prefill) -> Filled | None:
        document = self._document(source)
        if document is None:
            return None
        record = self._once(("last", repr(document)), lambda: self._newest(document))
        if record is None:
            return None
        value = record.values.get(one.id)
        if self.given.table:
            value = self._of_row(record, one.id, source)
        say = Text(f"同上一单 {record.code}", f"as in {record.code}")
        return Filled(value, say) if value is not None else None

    def _document(self, source: Prefill) -> dict[str, Any] | None:
        """Return the condition of a like record; None while something of it is still missing."""
        parts: list[dict[str, Any]] = []
        rows: list[dict[str, Any]] = []
        columns = _fields(self.model, self.given.table) if self.given.table else {}
        for name in source.same:
            if name == MINE:
                parts.append({"==": [{"var": MINE}, self.actor.id]})
                continue
            one, word = self._field(name), self._word(name)
            if one is None or word in (None, "", []):
                return None
            try:
                literal = kind_of(one).to_json(one, kind_of(one).parse(one, word, Reading()))
            except Invalid:
                return None
            (rows if name in columns else parts).append({"==": [{"var": name}, literal]})
        if rows:
            parts.append({"some": [{"var": self.given.table}, _all(rows)]})
        return _all(parts)

    def _newest(self, document: Mapping[str, Any]) -> Record | None:
        form = self.model.form
        fields = [one.id for one in form.fields if any(source.same for source in one.prefill)]
        if self.given.table:
            fields.append(self.given.table)
        where = parse(document, self.model.scope)
        query = Query(where, sort=("-_created_at",), limit=1, total=False, fields=tuple(fields))
        rows = look.page(self.desk, self.actor, form.id, query).rows
        return rows[0] if rows else None

    def _of_row(self, record: Record, name: str, source: Prefill) -> Value:
        """Return a column of the first row that is like the one given."""
        rows = record.values.get(self.given.table)
        columns = _fields(self.model, self.given.table)
        alike = [one for one in source.same if one in columns]
        for row in rows if isinstance(rows, tuple) else ():
            if not isinstance(row, Row) or row.values.get(name) is None:
                continue
            words = {one: _text(columns[one], row.values.get(one)) for one in alike}
            if all(words[one] == str(self._word(one)).strip() for one in alike):
                return row.values[name]
        return None

    def _once(self, key: tuple[str, ...], read: Any) -> Record | None:
        """Read a record once; None where it is not there, or not for this person."""
        if key not in self._read:
            try:
                self._read[key] = read()
            except Refused:
                self._read[key] = None
        return self._read[key]


def _all(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return parts[0] if len(parts) == 1 else {"and": parts}


def _text(one: Field, value: Value) -> str:
    return "" if value is None else kind_of(one).to_text(one, value)


def _fits(one: Field, value: Value) -> bool:
    """Return whether a value of another field may stand in this one: an option must be there."""
    return one.kind != "choice" or value in words_of(one)
