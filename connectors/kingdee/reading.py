"""Reading what changed since a cursor, and finding one thing by its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from seamline.connector import Change, Context, Cursor, Page

from .client import ROWS, Client
from .entities import LINE_ID, LINE_NUMBER, Field, Form, line_column

# A document saved in a long transaction is seen later than the moment it bears: a new pass looks
# back this far, and knows by `recent` what it has told already.
LOOK_BACK = timedelta(seconds=60)
# More than this are not remembered: after an import of thousands a new pass looks back less far.
MOST_RECENT = 3000
# Documents whose lines are asked for at once.
PIECE = 200


@dataclass(frozen=True)
class Place:
    """How far reading got: after which moment and id, and what was told lately (id, moment)."""

    at: str = ""
    id: Any = 0
    recent: tuple[tuple[Any, str], ...] = ()
    new_pass: bool = True

    @classmethod
    def of(cls, cursor: Cursor | None) -> Place:
        """Return the place a cursor stands for."""
        if cursor is None:
            return cls()
        recent = tuple((own, moment) for own, moment in cursor["recent"])
        return cls(cursor["at"], cursor["id"], recent, cursor["new_pass"])

    def cursor(self) -> Cursor:
        """Return the place as plain data."""
        recent = [list(one) for one in self.recent]
        return {"at": self.at, "id": self.id, "recent": recent, "new_pass": self.new_pass}

    def where(self, form: Form) -> str:
        """Return the filter of what comes after it; what was never changed bears no moment."""
        moment, pk = form.modified, form.pk.key
        if not self.id:
            return f"{moment} >= '{self.at or '1900-01-01'}'"
        after = f"{pk} > {_quoted(self.id)}"
        return f"({moment} > '{self.at}' or ({moment} = '{self.at}' and {after}))"

    def after(self, rows: Sequence[Sequence[Any]]) -> Place:
        """Return the place after some rows, beyond which more may wait."""
        own, moment = _mark(rows[-1])
        start = datetime.fromisoformat(moment) - LOOK_BACK
        told = dict.fromkeys([*self.recent, *(_mark(row) for row in rows)])
        late = [one for one in told if datetime.fromisoformat(one[1]) >= start]
        return Place(moment, own, tuple(late[-MOST_RECENT:]), False)

    def ended(self) -> Place:
        """Return where the next pass begins: a little before the last row."""
        if not self.recent:
            return Place(self.at, self.id)
        first, last = self.recent[0][1], self.recent[-1][1]
        start = (datetime.fromisoformat(last) - LOOK_BACK).isoformat(timespec="milliseconds")
        full = len(self.recent) == MOST_RECENT
        return Place(first if full else start, 0, self.recent)


class Reader:
    """Reads the entities of one connection."""

    def __init__(self, client: Client, context: Context, utc_offset: int) -> None:
        self._client = client
        self._context = context
        self._zone = timezone(timedelta(hours=utc_offset))

    def page(self, form: Form, since: Cursor | None, limit: int) -> Page:
        """Return up to `limit` changes after a cursor.

        Where a new pass finds nothing, not even what it told last, the books are of another life
        (a restored backup): reading begins anew.
        """
        as_of = self._context.now()
        place = Place.of(since)
        asked = max(1, min(limit, ROWS))
        rows = self._rows(form, place, asked)
        restart = place.new_pass and bool(place.recent) and not rows
        if restart:
            place = Place()
            rows = self._rows(form, place, asked)
        fresh: list[Sequence[Any]] = []
        more = bool(rows)
        while more and not fresh:
            told = set(place.recent)
            fresh = [row for row in rows if _mark(row) not in told]
            place = place.after(rows)
            more = len(rows) == asked
            if more and not fresh:
                rows = self._rows(form, place, asked)
                more = bool(rows)
        end = place if more else place.ended()
        return Page(tuple(self._changes(form, fresh)), end.cursor(), more, as_of, restart)

    def find(self, form: Form, number: str) -> Change | None:
        """Return one thing by its number."""
        where = f"{form.number} = {_quoted(number)}"
        rows = self._client.rows(form.id, _columns(form), where, form.pk.key, 1)
        return self._changes(form, rows)[0] if rows else None

    def _rows(self, form: Form, place: Place, limit: int) -> list[Sequence[Any]]:
        order = f"{form.modified},{form.pk.key}"
        found: list[Sequence[Any]] = self._client.rows(
            form.id, _columns(form), place.where(form), order, limit
        )
        return found

    def _changes(self, form: Form, rows: Sequence[Sequence[Any]]) -> list[Change]:
        lines = self._lines(form, [row[0] for row in rows]) if form.entry else {}
        found = []
        for row in rows:
            values = {
                field.key: self._value(field, cell)
                for field, cell in zip(form.fields, row[3:], strict=True)
            }
            if form.entry:
                values[form.entry] = lines.get(row[0], [])
            found.append(Change(str(row[1]), values, str(row[2])))
        return found

    def _lines(self, form: Form, ids: Sequence[Any]) -> Mapping[Any, list[dict[str, Any]]]:
        fields = (LINE_ID, LINE_NUMBER, *form.lines)
        columns = [form.pk.key, *(line_column(form, field) for field in fields)]
        order = f"{form.pk.key},{line_column(form, LINE_NUMBER)}"
        found: dict[Any, list[dict[str, Any]]] = {}
        for start in range(0, len(ids), PIECE):
            chosen = ",".join(_quoted(own) for own in ids[start : start + PIECE])
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


def _columns(form: Form) -> list[str]:
    """Return id, number and moment, then every field."""
    return [form.pk.key, form.number, form.modified, *(field.column for field in form.fields)]


def _mark(row: Sequence[Any]) -> tuple[Any, str]:
    return row[0], str(row[2])


def _quoted(value: Any) -> str:
    """Return a value as a filter writes it; nothing in it can end the text."""
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"
