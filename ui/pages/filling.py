"""Filling a form: what a person typed, rearranged by its buttons, sent through the door."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from flask import request
from itsdangerous import BadSignature
from werkzeug.datastructures import MultiDict

from seamline import clock
from seamline.facts import Record
from seamline.forms import FormModel
from seamline.metadata import Field, Step
from seamline.metadata.entry import Entry
from seamline.problems import Problem, Refused
from seamline.store.ulid import is_ulid, ulid
from seamline.usecases import look
from seamline.usecases.submit import Submission, Submitted, submit

from ..forms.start import fresh, typed_of
from ..forms.typed import Typed, TypedRow, decode, for_door
from ..session import actor, catalog, desk, origin, reading
from ..signing import signer

KEY_BYTES = 16
LONGEST_TYPING = timedelta(days=1)
RETAKEN = frozenset({"proof_unreadable", "proof_used", "proof_gallery", "file_type"})


@dataclass(slots=True)
class Filling:
    """One form being filled: a new record, or a step of a stored one.

    `base` is the version of the record that the person opened first, `version` the one they saw
    last. `draft` is the id under which the form is kept while it is filled, `saved` how often it
    was; `lost` says what of an older draft has no place any more, `notes` where a value is from
    that nobody has typed. `paper` is the one it is made from, shown beside it.
    """

    model: FormModel
    step: Step
    record: Record | None
    typed: Typed
    key: str
    version: int | None = None
    base: int | None = None
    reason: str = ""
    confirmed: frozenset[str] = frozenset()
    problems: Sequence[Problem] = ()
    windows: dict[str, int] = field(default_factory=dict)
    draft: str = ""
    saved: int = 0
    lost: list[tuple[str, str]] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    opened_at: datetime | None = None
    typing: timedelta | None = None
    entry: str = ""
    paper: str = ""

    @property
    def starts(self) -> dict[str, TypedRow]:
        """Return what a new row of each sub-table begins with."""
        tables = [one for one in self.fields if one.kind == "table"]
        return {one.id: TypedRow(0, "", fresh(one.fields, {}, reading())) for one in tables}

    @property
    def fields(self) -> list[Field]:
        """Return the fields the step may fill."""
        return fillable(self.model, self.step)

    @property
    def opened(self) -> str:
        """Return the signed word that says when the form of this key was first shown."""
        if self.opened_at is None:
            return ""
        return signer("opened").dumps([self.key, self.opened_at.isoformat()])


def opened_of(word: str, key: str) -> datetime | None:
    """Return when the form of `key` was first shown, as we signed it; None for anything else."""
    try:
        known, at = signer("opened").loads(word)
        return datetime.fromisoformat(at) if known == key else None
    except (BadSignature, ValueError, TypeError):
        return None


def fillable(model: FormModel, step: Step) -> list[Field]:
    """Return the fields that a person fills in this step, none that another system owns."""
    owned = catalog().owned.get(model.form.id, ())
    return [
        one
        for one in model.form.fields
        if (step.fields is None or one.id in step.fields)
        and one.id not in model.unfilled
        and one.id not in owned
        and model.fields[one.id].kind.written
    ]


def begun(model: FormModel, step: Step, record: Record | None) -> Filling:
    """Return a form as it is first opened."""
    fields = fillable(model, step)
    entry = entry_named(model, request.args.get("entry", "")) if record is None else None
    if record is None:
        typed = fresh(fields, given(entry), reading())
    else:
        typed = typed_of(fields, record.values, reading())
    version = record.version if record else None
    return Filling(
        model,
        step,
        record,
        typed,
        secrets.token_urlsafe(KEY_BYTES),
        version,
        version,
        draft=ulid(),
        opened_at=clock.now(),
        entry=entry.id if entry else "",
    )


def entry_named(model: FormModel, name: str) -> Entry | None:
    """Return the entry by which a form is opened; None for none, and for one it has not."""
    return next((one for one in model.form.entries if one.id == name), None)


def given(entry: Entry | None) -> dict[str, str]:
    """Return what the address fills in: anything, or what its entry accepts beside its values."""
    asked = request.args.to_dict()
    if entry is None:
        return asked
    values = {
        name: ",".join(value) if isinstance(value, list) else str(value)
        for name, value in entry.values.items()
    }
    return values | {name: word for name, word in asked.items() if name in entry.accepts}


def received(model: FormModel, step: Step, record: Record | None) -> Filling:
    """Return a form as it was sent."""
    sent = request.form
    shown = set(sent.get("_shown", "").split())
    fields = [one for one in fillable(model, step) if one.id in shown]
    # Rows stand in the order in which the browser sent them.
    words: MultiDict[str, Any] = MultiDict(sent.items(multi=True))
    for name, file in request.files.items(multi=True):
        words.add(name, file)
    key = sent.get("_key", "")[:100] or secrets.token_urlsafe(KEY_BYTES)
    version = _number(sent.get("_version", ""))
    base = _number(sent.get("_base", ""))
    draft = sent.get("_draft", "")
    typing = _number(sent.get("_typing", ""))
    return Filling(
        model,
        step,
        record,
        decode(fields, words),
        key,
        version,
        version if base is None else base,
        sent.get("_reason", ""),
        frozenset(sent.getlist("_confirm")),
        draft=draft if is_ulid(draft) else "",
        saved=_number(sent.get("_saved", "")) or 0,
        opened_at=opened_of(sent.get("_opened", ""), key),
        entry=sent.get("_entry", "")[:40],
        typing=None if typing is None else min(timedelta(milliseconds=typing), LONGEST_TYPING),
    )


def _number(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 16 else None


def rearranged(filling: Filling, act: str) -> bool:
    """Add, copy or remove a row, or turn to others, where the pressed button says so.

    Returns whether it did anything.
    """
    verb, _colon, what = act.partition(":")
    table, _sign, number = what.rstrip(".").replace(":", ".").partition(".")
    rows: list[TypedRow] | None = filling.typed.get(table)
    if verb == "refresh":
        return True
    if verb == "choose":
        return _chosen(filling, what)
    if not isinstance(rows, list):
        return False
    following = max((row.number for row in rows), default=-1) + 1
    place = next((at for at, row in enumerate(rows) if str(row.number) == number), -1)
    if verb == "add":
        rows.append(replace(filling.starts[table], number=following))
        filling.windows[table] = len(rows) - 1
    elif verb == "copy" and place >= 0:
        rows.insert(place + 1, TypedRow(following, "", dict(rows[place].cells)))
        filling.windows[table] = place + 1
    elif verb == "remove" and place >= 0:
        del rows[place]
        filling.windows[table] = place
    elif verb == "turn" and number.isdecimal():
        filling.windows[table] = min(int(number), len(rows))
    else:
        return False
    return True


def _chosen(filling: Filling, what: str) -> bool:
    """Put into a field what a button offers: `lines.3.version=V2`, or `version=V2`."""
    name, _sign, word = what.partition("=")
    table, _dot, place = name.partition(".")
    number, _dot, column = place.partition(".")
    if not place and isinstance(filling.typed.get(table), str):
        filling.typed[table] = word
        return True
    rows = filling.typed.get(table)
    for row in rows if isinstance(rows, list) else ():
        if str(row.number) == number and column in row.cells:
            row.cells[column] = word
            return True
    return False


def send(filling: Filling) -> Submitted | None:
    """Hand the form to the door; None where it was refused, the problems then kept in it."""
    record = filling.record
    try:
        return submit(
            desk(),
            actor(),
            origin(),
            Submission(
                form=filling.model.form.id,
                step=filling.step.id,
                values=for_door(filling.fields, filling.typed, filling.starts),
                record=record.id if record else "",
                expected_version=filling.version,
                reason=filling.reason.strip(),
                confirmed=filling.confirmed,
                idempotency_key=f"form:{filling.key}",
                opened_at=filling.opened_at,
                typing=filling.typing,
                entry=filling.entry,
                paper=filling.paper,
            ),
        )
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        filling.problems = refused.problems
        _drop_refused(filling)
        if refused.status == 412:
            _look_again(filling)
        return None


def _drop_refused(filling: Filling) -> None:
    """Forget photos that can never be taken as proof: others have to come in their place."""
    for problem in filling.problems:
        if problem.code in RETAKEN and problem.place.path in filling.typed:
            filling.typed[problem.place.path] = []


def _look_again(filling: Filling) -> None:
    """Take up the record as somebody else left it; what they changed is merged on the page."""
    assert filling.record is not None
    form = filling.model.form.id
    filling.record = look.record(desk(), actor(), form, filling.record.id)
    filling.version = filling.record.version


def standing(filling: Filling, fields: Iterable[Field]) -> Typed:
    """Return what stands in fields that were not on the page: stored values, else defaults."""
    if filling.record is not None:
        return typed_of(fields, filling.record.values, reading())
    return fresh(fields, {}, reading())
