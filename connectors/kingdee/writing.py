"""Writing exactly once: look first, act, and on any doubt look again before acting again."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from seamline.connector import AskPerson, Change, Context, GiveUp, Receipt, Skip, Write
from seamline.problems import Place, Problem, shorten
from seamline.text import Text

from .client import Client
from .entities import Field, Form
from .reading import Reader
from .setbacks import Refusal, setback

# A document is closed or cancelled: nothing is left to be done to it.
_ENDED = ("FCloseStatus", "FCancelStatus")
# Operation: states in which it has been done, states in which it can be.
_MOVES: Mapping[str, tuple[str, str, str]] = {
    "submit": ("Submit", "BC", "AD"),
    "audit": ("Audit", "C", "B"),
}


class Writer:
    """Writes to the forms of one connection.

    A document gets a number of ours, which Kingdee keeps unique; by it an attempt finds what an
    earlier one, whose answer got lost, has done.
    """

    def __init__(self, client: Client, reader: Reader, context: Context) -> None:
        self._client = client
        self._reader = reader
        self._context = context

    def write(self, form: Form, order: Write) -> Receipt:
        """Carry an order out, or say what came of it before."""
        if order.operation == "create":
            return self._create(form, order)
        if order.operation == "update":
            return self._update(form, order)
        return self._move(form, order)

    def _create(self, form: Form, order: Write) -> Receipt:
        given = order.values.get(form.number)
        number = str(given) if given else number_of(order.key)
        values = {**order.values, form.number: number}
        standing = self._reader.find(form, number)
        if standing is not None:
            return self._stood(form, order, values, standing)
        try:
            self._save(form, _model(form, values))
        except Refusal as refusal:
            # An attempt that seemed to have died may have come through in the meantime.
            standing = self._reader.find(form, number) if refusal.about(form.number) else None
            if standing is None:
                raise setback(refusal, True) from None
            return self._stood(form, order, values, standing)
        return self._receipt(number)

    def _stood(
        self, form: Form, order: Write, values: Mapping[str, Any], standing: Change
    ) -> Receipt:
        """Say that the document is there; one with a number not of our making may be another."""
        if order.values.get(form.number):
            other = _differences(form, values, standing.values)
            if other:
                raise AskPerson(_taken(form, standing.key, other))
        return self._receipt(standing.key, repeated=True)

    def _update(self, form: Form, order: Write) -> Receipt:
        standing = self._reader.find(form, order.target)
        if standing is None:
            raise AskPerson(_gone(form, order.target))
        if any("FEntryID" not in line for line in order.values.get(form.entry) or ()):
            raise GiveUp(_no_line_id(form))
        if not _differences(form, order.values, standing.values):
            return self._receipt(standing.key, repeated=True)
        moved = _differences(form, order.expects, standing.values)
        if moved:
            raise AskPerson(_moved_on(standing.key, moved))
        values = {**order.values, form.pk.key: standing.values[form.pk.key]}
        try:
            self._save(form, _model(form, values))
        except Refusal as refusal:
            raise setback(refusal, True) from None
        return self._receipt(standing.key)

    def _move(self, form: Form, order: Write) -> Receipt:
        call, done, able = _MOVES[order.operation]
        standing = self._reader.find(form, order.target)
        if standing is None:
            raise Skip(_gone(form, order.target))
        state = str(standing.values.get("FDocumentStatus") or "")
        if state and state in done:
            return self._receipt(standing.key, repeated=True)
        if any(standing.values.get(field) == "B" for field in _ENDED):
            raise Skip(_ended(standing.key))
        if state not in able:
            raise AskPerson(_not_ready(standing.key, state))
        body = {"formid": form.id, "data": {"Numbers": [standing.key]}}
        self._client.done(call, body, writes=True)
        return self._receipt(standing.key)

    def _save(self, form: Form, model: Mapping[str, Any]) -> None:
        # Lines that are not sent stay: Kingdee's own default would delete them.
        data = {"IsDeleteEntry": False, "ValidateFlag": True, "NumberSearch": True, "Model": model}
        self._client.call("Save", {"formid": form.id, "data": data}, writes=True)

    def _receipt(self, number: str, *, repeated: bool = False) -> Receipt:
        return Receipt(number, self._context.now(), repeated)


def number_of(key: str) -> str:
    """Return the number of a document by the key of its order: the same in every attempt."""
    made = base64.b32encode(hashlib.sha256(key.encode()).digest()).decode()
    return f"SL{made[:20]}"


def _model(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    known = {field.key: field for field in form.fields}
    model = {
        key: _sent(known.get(key), value) for key, value in values.items() if key != form.entry
    }
    if form.entry and form.entry in values:
        of_lines = {field.key: field for field in form.lines}
        model[form.entry] = [
            {key: _sent(of_lines.get(key), value) for key, value in line.items()}
            for line in values[form.entry]
        ]
    return model


def _sent(field: Field | None, value: Any) -> Any:
    if field is not None and field.refers and value is not None and not isinstance(value, Mapping):
        return {"FNumber": str(value)}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


def _differences(form: Form, asked: Mapping[str, Any], stands: Mapping[str, Any]) -> list[str]:
    """Return the fields, as far as they are read, in which what stands is not what is asked."""
    found = [
        key
        for key, value in asked.items()
        if key != form.entry and key in stands and not _same(value, stands[key])
    ]
    if form.entry and asked.get(form.entry) is not None:
        found += _line_differences(form, asked[form.entry], stands.get(form.entry) or [])
    return found


def _line_differences(
    form: Form, asked: Sequence[Mapping[str, Any]], stands: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    by_id = {line["FEntryID"]: line for line in stands}
    whole = not any("FEntryID" in line for line in asked)
    if whole and len(asked) != len(stands):
        yield form.entry
        return
    for place, line in enumerate(asked):
        other = stands[place] if whole else by_id.get(int(line["FEntryID"]), {})
        for key, value in line.items():
            if key not in other or not _same(value, other[key]):
                yield f"{form.entry}[{place + 1}].{key}"


def _same(asked: Any, stands: Any) -> bool:
    if isinstance(asked, Mapping):
        asked = next(iter(asked.values()), None)
    if asked in (None, "") or stands in (None, ""):
        return asked in (None, "") and stands in (None, "")
    if isinstance(stands, Decimal) or isinstance(asked, Decimal | float):
        try:
            return Decimal(str(asked)) == Decimal(str(stands))
        except ArithmeticError:
            return False
    if isinstance(stands, date):
        return str(asked)[:10] == stands.isoformat()[:10]
    return str(asked) == str(stands)


def _taken(form: Form, number: str, fields: Sequence[str]) -> Problem:
    words = shorten(", ".join(fields), 200)
    say = Text(
        f"金蝶里已有{form.title.zh} {number}，内容不同：{words}。",
        f"Kingdee already has {form.title.en.lower()} {number}, which differs in: {words}.",
    )
    hint = Text(
        "请换一个单号，或确认那就是这一张。", "Give another number, or see whether it is it."
    )
    return Problem("kingdee_number_taken", say, Place(form.number), hint, number)


def _gone(form: Form, number: str) -> Problem:
    say = Text(
        f"金蝶里没有{form.title.zh} {number}。",
        f"There is no {form.title.en.lower()} {number} in Kingdee.",
    )
    hint = Text("它可能已被删除。", "It may have been deleted.")
    return Problem("kingdee_gone", say, hint=hint, got=number)


def _moved_on(number: str, fields: Sequence[str]) -> Problem:
    words = shorten(", ".join(fields), 200)
    say = Text(
        f"{number} 在金蝶里已被改动：{words}。", f"{number} was changed in Kingdee: {words}."
    )
    hint = Text("请核对后重新发出。", "Look at both and send it again.")
    return Problem("kingdee_moved_on", say, hint=hint, got=words)


def _no_line_id(form: Form) -> Problem:
    say = Text(
        "修改已有单据的表体时，每行都要带 FEntryID。",
        "To change lines of a document, each line has to carry its FEntryID.",
    )
    return Problem("kingdee_no_line_id", say, Place(form.entry))


def _ended(number: str) -> Problem:
    say = Text(f"{number} 在金蝶里已关闭或作废。", f"{number} is closed or cancelled in Kingdee.")
    return Problem("kingdee_ended", say, got=number)


def _not_ready(number: str, state: str) -> Problem:
    say = Text(
        f"{number} 在金蝶里的数据状态是 {state or '-'}，还不能这样做。",
        f"{number} has the state {state or '-'} in Kingdee, in which this cannot be done yet.",
    )
    hint = Text("Z 暂存、A 创建、B 审核中、C 已审核、D 重新审核。",
                "Z draft, A created, B in review, C audited, D in re-review.")  # fmt: skip
    return Problem("kingdee_state", say, hint=hint, got=state)
