"""Steps and the words of their refusals: taken on one's own records, and tried on all others."""

from __future__ import annotations

from typing import Any

from seamline.forms import FormModel
from seamline.metadata import Field

from ..canaries import FOREIGN, MINE
from ..visit import Guest


def visit(guest: Guest) -> None:
    """Take every step through the API, with nothing, with hidden fields, with wrong words."""
    own = [(form, called) for form, called in guest.records if called in (MINE, FOREIGN)]
    # First with nothing, since what one has sent may be read again: as rules have it, which may
    # refuse whatever is so unlike anything, and as if there were none.
    _with_nothing(guest, own)
    with guest.unjudged():
        _with_nothing(guest, own)
    for form, called in own:
        model = guest.catalog.forms[form]
        for step in model.steps:
            granted = guest.catalog.access.may(guest.actor, step, form)
            for values in _tries(guest, model, one_by_one=granted and called == MINE):
                _take(guest, form, step, guest.records[form, called], values)


def _with_nothing(guest: Guest, own: list[tuple[str, str]]) -> None:
    for form, called in own:
        for step in guest.catalog.forms[form].steps:
            if guest.catalog.access.may(guest.actor, step, form):
                _take(guest, form, step, guest.records[form, called], {})


def _take(guest: Guest, form: str, step: str, record: str, values: dict[str, Any]) -> None:
    path, method = f"/api/v1/{form}", "POST"
    if step == "change":
        method, path = "PATCH", f"{path}/{record}"
    elif step != "create":
        path = f"{path}/{record}/steps/{step}"
    guest.open(method, path, json={"values": values, "reason": "leaktest"})


def _tries(guest: Guest, model: FormModel, *, one_by_one: bool) -> list[dict[str, Any]]:
    """Return values to send: none, hidden ones together and one by one, wrong ones everywhere."""
    own = {one.id: one for one in model.form.fields}
    known = {
        one.name: min(one.shown)
        for one in guest.hidden
        if one.form == model.form.id and one.name in own and _telling(own[one.name], one.record)
    }
    if not one_by_one:
        return [known]
    wrong = {name: _wrong(one) for name, one in own.items()}
    return [known, wrong, *({name: word} for name, word in known.items())]


def _telling(one: Field, record: str) -> bool:
    """Whether a refusal could tell of a value: of one's own record, or taken on another one."""
    return record == MINE or (record == FOREIGN and (one.unique or one.kind == "reference"))


def _wrong(one: Field) -> Any:
    return [{"x": 1}] if one.fields else "no such thing"
