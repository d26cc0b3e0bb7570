"""Save, BatchSave and Draft: what becomes of a Model, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from .books import Books, Record
from .forms import Field, Form
from .results import BAD_PARAMETER, INVALID, NOT_FOUND, NOT_OPERABLE, Failure

# What may still be changed: drafts, created, in re-review.
OPEN = ("Z", "A", "D")


def save(
    books: Books, form: Form, data: Mapping[str, Any], model: object, index: int, status: str
) -> tuple[Record, str]:
    """Enter or change one record; returns it with the word for what was done.

    A Model without id makes a new record every time; only a number that is taken stops it.
    """
    if not form.number:
        raise Failure(NOT_OPERABLE, f"{form.name}不允许保存")
    if not isinstance(model, Mapping):
        raise Failure(BAD_PARAMETER, "Model 不能为空", "Model", index)
    own = model.get(form.pk) or model.get("FID") or 0
    if own in (0, "0"):
        return _create(books, form, model, index, status), "create"
    record = books.records[form.id].get(int(own))
    if record is None:
        raise Failure(NOT_FOUND, f"{form.name} {own} 不存在", form.pk, index)
    if record["FDocumentStatus"] not in OPEN:
        raise Failure(NOT_OPERABLE, "单据已提交或审核，不允许修改", "", index)
    _change(books, form, record, model, index, data.get("IsDeleteEntry", True) is not False)
    return record, "update"


def _create(books: Books, form: Form, model: Mapping[str, Any], index: int, status: str) -> Record:
    number = str(model.get(form.number) or books.number(form))
    if books.numbered(form, number) is not None:
        name = form.fields[form.number].name
        raise Failure(INVALID, f"{name}“{number}”已经存在，请重新录入", form.number, index)
    values = _values(books, form.fields, model, index)
    lines = [
        _values(books, form.lines or {}, line, index) for line in _sent_lines(form, model) or []
    ]
    if status != "Z":
        _require(form.fields, values, index)
        for line in lines:
            _require(form.lines or {}, line, index)
        if form.lines is not None and not lines:
            raise Failure(INVALID, f"{form.entry_name}至少录入一行", form.entry, index)
    at = books.moment()
    record = {
        **_DEFAULTS.get(form.id, {}), **values, form.pk: books.id(), form.number: number,
        "FDocumentStatus": status, "FCreateDate": at, "FModifyDate": at, "lines": [],
    }  # fmt: skip
    for line in lines:
        _append(books, record, line)
    books.add(form, record)
    return record


def _change(
    books: Books,
    form: Form,
    record: Record,
    model: Mapping[str, Any],
    index: int,
    deletes: bool,
) -> None:
    values = _values(books, form.fields, model, index)
    values.pop(form.number, None)
    sent = _sent_lines(form, model)
    changed: list[tuple[Record, Record]] = []
    added: list[Record] = []
    for line in sent or []:
        own = int(line.get("FEntryID") or 0)
        line_values = _values(books, form.lines or {}, line, index)
        known = next((one for one in record["lines"] if own and one["FEntryID"] == own), None)
        if own and known is None:
            raise Failure(NOT_FOUND, f"分录 {own} 不存在", "FEntryID", index)
        if known is not None:
            changed.append((known, line_values))
        else:
            _require(form.lines or {}, line_values, index)
            added.append(line_values)
    record.update(values)
    for known, line_values in changed:
        known.update(line_values)
    if sent is not None and deletes:
        kept = [known for known, _ in changed]
        record["lines"] = [line for line in record["lines"] if line in kept]
    for line_values in added:
        _append(books, record, line_values)
    record["FModifyDate"] = books.moment()


def _append(books: Books, record: Record, values: Record) -> None:
    place = max((line["FSeq"] for line in record["lines"]), default=0) + 1
    record["lines"].append({**values, "FEntryID": books.id(), "FSeq": place})


def _sent_lines(form: Form, model: Mapping[str, Any]) -> list[Mapping[str, Any]] | None:
    lines = model.get(form.entry) if form.entry else None
    if lines is not None and not (
        isinstance(lines, list) and all(isinstance(line, Mapping) for line in lines)
    ):
        raise Failure(BAD_PARAMETER, "分录格式不正确", form.entry)
    return lines


def _values(
    books: Books, fields: Mapping[str, Field], model: Mapping[str, Any], index: int
) -> Record:
    """Return what a Model says of known fields; others are passed over without a word."""
    by_word = {key.lower(): value for key, value in model.items()}
    return {
        key: _value(books, field, by_word[key.lower()], index)
        for key, field in fields.items()
        if key.lower() in by_word and key not in _SERVERS_OWN
    }


def _value(books: Books, field: Field, given: Any, index: int) -> Any:
    if given is None or given == "":
        return None
    try:
        if field.refers:
            number = _number_of(given)
            if not books.knows(field.refers, number):
                wrong = f"字段“{field.name}”的编码 {number} 不存在"
                raise Failure(INVALID, wrong, field.key, index)
            return number
        if field.kind in ("number", "integer"):
            return float(given) if field.kind == "number" else int(given)
        if field.kind == "date":
            return date.fromisoformat(str(given)[:10]).isoformat() + "T00:00:00"
        if field.kind == "datetime":
            return datetime.fromisoformat(str(given)).isoformat()
    except (TypeError, ValueError):
        wrong = f"字段“{field.name}”的值 {given} 格式不正确"
        raise Failure(INVALID, wrong, field.key, index) from None
    return str(given)


def _number_of(given: Any) -> str:
    if not isinstance(given, Mapping):
        return str(given)
    words = {key.lower(): value for key, value in given.items()}
    return str(words.get("fnumber") or "")


def _require(fields: Mapping[str, Field], values: Record, index: int) -> None:
    for failed in _missing(fields, values, index):
        raise failed


def _missing(fields: Mapping[str, Field], values: Record, index: int) -> Iterator[Failure]:
    for key, field in fields.items():
        if field.required and values.get(key) is None:
            yield Failure(INVALID, f"字段“{field.name}”是必填项", key, index)


_SERVERS_OWN = ("FDocumentStatus", "FCreateDate", "FModifyDate", "FCloseStatus", "FCancelStatus",
                "FApproveDate", "FCloseDate")  # fmt: skip
_DEFAULTS: Mapping[str, Record] = {
    "SAL_SaleOrder": {"FCloseStatus": "A", "FCancelStatus": "A"},
    "PUR_PurchaseOrder": {"FCloseStatus": "A", "FCancelStatus": "A"},
    "BD_MATERIAL": {"FForbidStatus": "A"},
    "BD_Customer": {"FForbidStatus": "A"},
    "BD_Supplier": {"FForbidStatus": "A"},
    "ENG_BOM": {"FForbidStatus": "A"},
}
