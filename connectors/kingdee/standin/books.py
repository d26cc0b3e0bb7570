"""The books of the stand-in: every record of every form, and how one reads through references."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from itertools import count
from typing import Any

from .forms import FORMS, SMALL, Form
from .results import NOT_FOUND, Failure

Record = dict[str, Any]
CHINA = timezone(timedelta(hours=8))


class Books:
    """The records by form and number; lines of a record lie under `lines`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._ids = count(100001)
        self._numbers = {name: count(1) for name in FORMS}
        self.records: dict[str, dict[Any, Record]] = {name: {} for name in FORMS}
        self._by_number: dict[str, dict[str, Record]] = {name: {} for name in FORMS}

    def moment(self) -> str:
        """Return the present as Kingdee writes it: China time, no zone."""
        return self._now().astimezone(CHINA).isoformat(timespec="milliseconds")[:23]

    def id(self) -> int:
        """Return the next internal id."""
        return next(self._ids)

    def number(self, form: Form) -> str:
        """Return the next number of a form that is not taken."""
        while True:
            made = f"{form.prefix}{next(self._numbers[form.id]):06}"
            if made not in self._by_number[form.id]:
                return made

    def add(self, form: Form, record: Record) -> None:
        """Enter a record under its id and its number."""
        self.records[form.id][record[form.pk]] = record
        if form.number:
            self._by_number[form.id][record[form.number]] = record

    def remove(self, form: Form, record: Record) -> None:
        """Strike a record out."""
        del self.records[form.id][record[form.pk]]
        del self._by_number[form.id][record[form.number]]

    def numbered(self, form: Form, number: str) -> Record | None:
        """Return the record with a number."""
        return self._by_number[form.id].get(number)

    def chosen(self, form: Form, data: Mapping[str, Any]) -> list[Record]:
        """Return the records that `Numbers` and `Ids` of a call name; every one has to be there."""
        numbers = data.get("Numbers") or []
        ids = [word for word in str(data.get("Ids") or "").split(",") if word.strip()]
        found = [self._need(form, self.numbered(form, str(one)), one) for one in numbers]
        found += [self._need(form, self.records[form.id].get(_id(one)), one) for one in ids]
        if not found:
            raise Failure(NOT_FOUND, "单据编号和内码不能都为空")
        return found

    def one(self, form: Form, data: Mapping[str, Any]) -> Record:
        """Return the record a View names by `Number` or `Id`."""
        if data.get("Number"):
            return self._need(form, self.numbered(form, str(data["Number"])), data["Number"])
        return self._need(form, self.records[form.id].get(_id(data.get("Id"))), data.get("Id"))

    def _need(self, form: Form, record: Record | None, word: object) -> Record:
        if record is None:
            raise Failure(NOT_FOUND, f"{form.name} {word} 不存在")
        return record

    def knows(self, refers: str, number: str) -> bool:
        """Return whether there is something of another form under a number."""
        return number in (SMALL[refers] if refers in SMALL else self._by_number[refers])

    def read(self, form: Form, record: Record, line: Record | None, word: str) -> Any:
        """Return what a word of a query reads in a record and one of its lines."""
        of_line, key, inner = form.column(word)
        holder = line if of_line else record
        value = None if holder is None else holder.get(key)
        field = form.field(of_line, key)
        if field is None or not field.refers or value is None:
            return value
        return self._through(field.refers, value, inner)

    def _through(self, refers: str, number: str, inner: str) -> Any:
        if inner.lower() == "fnumber":
            return number
        if refers in SMALL:
            place = list(SMALL[refers]).index(number) + 1
            return SMALL[refers][number] if inner.lower() == "fname" else place
        form = FORMS[refers]
        other = self._by_number[refers].get(number)
        if other is None:
            return None
        return self.read(form, other, None, inner) if inner else other[form.pk]

    def rows(self, form: Form, with_lines: bool) -> Iterator[tuple[Record, Record | None]]:
        """Yield every record, once for each of its lines where lines are asked for."""
        for record in self.records[form.id].values():
            lines = record["lines"] if with_lines else None
            if not lines:
                yield record, None
            else:
                for line in lines:
                    yield record, line


def _id(word: object) -> Any:
    text = str(word or "").strip()
    return int(text) if text.isdecimal() else text
