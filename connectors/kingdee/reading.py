"""Reading what changed since a cursor, and finding one thing by its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from seamline.connector import Change, Context, Cursor, Page

from .client import ROWS, Client
from .entities import LINE_ID, LINE_NUMBER, Field, Form, line_column
from .places import Place, Seen, quoted

ASKED_AGAIN = timedelta(days=1)
# Documents whose lines are asked for at once.
PIECE = 200


class Reader:
    """Reads the entities of one connection."""

    def __init__(self, client: Client, context: Context, utc_offset: int) -> None:
        self._client = client
        self._context = context
        self._asked: dict[str, tuple[str, ...]] = {}
        self._zone = timezone(timedelta(hours=utc_offset))

    def page(self, form: Form, since: Cursor | None, limit: int) -> Page:
        """Return up to `limit` changes after a cursor.

        A short page with something new in it is not taken for the last one: a server may give
        fewer rows than asked for. Where a new pass finds nothing, not even what it told last, the
        books are of another life (a restored backup): reading begins anew.
        """
        as_of = self._context.now()
        place = Place.of(since, self._moments(form))
        asked = max(1, min(limit, ROWS))
        rows = self._rows(form, place, asked)
        restart = place.on == 0 and place.begins and bool(place.stream.recent) and not rows
        if restart:
            place = Place.of(None, self._moments(form))
            rows = self._rows(form, place, asked)
        while True:
            known = place.known()
            seen = [self._seen(form, row) for row in rows]
            fresh = [
                row for row, one in zip(rows, seen, strict=True)
                if (one.id, one.version) not in known
            ]  # fmt: skip
            if rows:
                place = place.after(seen)
            if not fresh and len(rows) < asked:
                place = place.onward()
            if fresh or place.begins:
                break
            rows = self._rows(form, place, asked)
        changes = tuple(self._changes(form, fresh))
        return Page(changes, place.cursor(), not place.begins, as_of, restart)

    def find(self, form: Form, number: str) -> Change | None:
        """Return one thing by its number."""
        where = f"{form.number} = {quoted(number)}"
        rows = self._client.rows(form.id, self._columns(form), where, form.pk.key, 1)
        return self._changes(form, rows)[0] if rows else None

    def _moments(self, form: Form) -> tuple[str, ...]:
        """Return the moments a form has; which it has is asked once a day."""
        if not form.moments:
            return (form.modified,)
        if form.entity not in self._asked:
            kept = self._context.memory.get(f"moments-{form.entity}")
            if kept is None:
                catalogue = self._client.catalogue(form.id)
                kept = [word for word in form.moments if word.lower() in catalogue]
                self._context.memory.put(f"moments-{form.entity}", kept, ASKED_AGAIN)
            self._asked[form.entity] = (form.modified, *kept)
        return self._asked[form.entity]

    def _rows(self, form: Form, place: Place, limit: int) -> list[Sequence[Any]]:
        pk, stream = form.pk.key, place.stream
        order = f"{stream.field},{pk}"
        found: list[Sequence[Any]] = self._client.rows(
            form.id, self._columns(form), stream.where(pk), order, limit
        )
        return found

    def _columns(self, form: Form) -> list[str]:
        """Return id, number and moments, then every field."""
        fields = (field.column for field in form.fields)
        return [form.pk.key, form.number, *self._moments(form), *fields]

    def _seen(self, form: Form, row: Sequence[Any]) -> Seen:
        moments = row[2 : 2 + len(self._moments(form))]
        return Seen(row[0], tuple(str(one or "") for one in moments))

    def _changes(self, form: Form, rows: Sequence[Sequence[Any]]) -> list[Change]:
        lines = self._lines(form, [row[0] for row in rows]) if form.entry else {}
        first = 2 + len(self._moments(form))
        found = []
        for row in rows:
            values = {
                field.key: self._value(field, cell)
                for field, cell in zip(form.fields, row[first:], strict=True)
            }
            if form.entry:
                values[form.entry] = lines.get(row[0], [])
            found.append(Change(str(row[1]), values, self._seen(form, row).version))
        return found

    def _lines(self, form: Form, ids: Sequence[Any]) -> Mapping[Any, list[dict[str, Any]]]:
        fields = (LINE_ID, LINE_NUMBER, *form.lines)
        columns = [form.pk.key, *(line_column(form, field) for field in fields)]
        order = f"{form.pk.key},{line_column(form, LINE_NUMBER)}"
        found: dict[Any, list[dict[str, Any]]] = {}
        for start in range(0, len(ids), PIECE):
            chosen = ",".join(quoted(own) for own in ids[start : start + PIECE])
            where = f"{form.pk.key} in ({chosen})"
            for own, *cells in self._client.all_rows(form.id, columns, where, order):
                if cells[0] is not None:  # a document without lines may come as one empty line
                    line = {
                        field.key: self._value(field, cell)
                        for field, cell in zip(fields, cells, strict=True)
                    }
                    found.setdefault(own, []).append(line)
        return found

    def _value(self, field: Field, cell: Any) -> Any:
        if cell is None or cell == "":
            return None if field.kind != "text" or cell is None else ""
        if field.kind == "decimal":
            return Decimal(str(cell))
        if field.kind == "integer":
            return int(cell)
        if field.kind == "boolean":
            return cell in (True, 1, "1", "true", "True")
        if field.kind == "date":
            return date.fromisoformat(str(cell)[:10])
        if field.kind == "datetime":
            return datetime.fromisoformat(str(cell)).replace(tzinfo=self._zone)
        return str(cell)
