"""Promises: from plain data to their metadata, and against the forms they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seamline.metadata import (
    Form,
    Promise,
    PromiseFlow,
    PromiseLead,
    PromiseLine,
)
from seamline.problems import Refused
from seamline.promising import compile_promise
from seamline.scope import Scope
from seamline.text import Text, written as text

from .computing import scope_of
from .draft import Draft, Sheet, mentions
from .field_checks import every_field


def built(data: Mapping[str, Any]) -> Promise:
    """Return a promise from data that passed the schema."""
    lead = data.get("lead")
    return Promise(
        id=data["promise"],
        title=text(data["title"]),
        item=data["item"],
        lines=tuple(
            PromiseLine(
                form=item["form"],
                item=item["item"],
                qty=item["qty"],
                into=item["into"],
                table=item.get("table", ""),
                wanted=tuple(item.get("wanted", ())),
                reason=item.get("reason", ""),
                open=item.get("while"),
                again=tuple(item.get("again", ())),
            )
            for item in data["lines"]
        ),
        stock=_flows(data.get("stock", ())),
        arrivals=_flows(data.get("arrivals", ())),
        demand=_flows(data.get("demand", ())),
        lead=PromiseLead(lead["days"], lead.get("count", "working")) if lead else None,
        note=text(data["note"]) if "note" in data else None,
    )


def _flows(items: Any) -> tuple[PromiseFlow, ...]:
    return tuple(
        PromiseFlow(
            form=item["form"],
            item=item["item"],
            qty=item["qty"],
            table=item.get("table", ""),
            on=item.get("on", ""),
            as_of=item.get("as_of", ""),
            where=item.get("where"),
            days=item.get("days", 0),
        )
        for item in items
    )


def check_promises(draft: Draft) -> None:
    """Check every promise of the package, and that each promised field is filled by one of them."""
    forms = draft.forms()

    def names(form: Form) -> Scope:
        return scope_of(draft, form)

    for sheet in draft.of_kind("promise"):
        promise: Promise = sheet.part
        if _excused(draft, promise):
            continue
        try:
            compile_promise(promise, forms, names, sheet.document.place)
        except Refused as refused:
            draft.problems.extend(refused.problems)
    _check_lines(draft)
    _check_fields(draft)


def _excused(draft: Draft, promise: Promise) -> bool:
    """Say whether it stands on a form that failed, or on a field that does: nothing is certain."""
    flows = (*promise.stock, *promise.arrivals, *promise.demand)
    named = {promise.item, *(one.form for one in promise.lines), *(one.form for one in flows)}
    if any(("form", form) in draft.failed for form in named):
        return True
    if promise.lead is not None and promise.lead.days in draft.shaky.get(promise.item, ()):
        return True
    for line in promise.lines:
        words = {line.table, line.item, line.qty, line.into, line.reason, *line.wanted}
        if _shaky(draft, line.form, words, line.open):
            return True
    for flow in flows:
        words = {flow.table, flow.item, flow.qty, flow.on, flow.as_of}
        if _shaky(draft, flow.form, words, flow.where):
            return True
    return False


def _shaky(draft: Draft, form: str, words: set[str], condition: Any) -> bool:
    shaky = draft.shaky.get(form, frozenset())
    return bool(shaky & words) or (condition is not None and mentions(condition, shaky))


def _check_lines(draft: Draft) -> None:
    """Keep a problem for lines that are promised twice: they can be promised by one only."""
    taken = {
        (line.form, line.table): f"{package.head.id}.{promise.id}"
        for package in draft.others
        for promise in package.promises
        for line in promise.lines
    }
    for sheet in draft.of_kind("promise"):
        for index, line in enumerate(sheet.part.lines):
            place = (line.form, line.table)
            if place in taken:
                words = f"{line.form}.{line.table}" if line.table else line.form
                say = Text(
                    f"“{words}”已由“{taken[place]}”承诺。",
                    f"'{words}' is promised by '{taken[place]}' already.",
                )
                draft.tell(sheet, ("lines", index, "form"), "promised_twice", say, got=words)
            taken.setdefault(place, sheet.id)


def _check_fields(draft: Draft) -> None:
    """Keep a problem for each promised field that no promise fills."""
    if any(kind == "promise" for kind, _ in draft.failed):
        return
    filled = {
        (line.form, f"{line.table}.{name}" if line.table else name)
        for line in _lines(draft)
        for name in (line.into, line.reason)
    }
    for sheet in draft.of_kind("form"):
        for path, field, _ in every_field(sheet.part):
            if field.kind == "promised" and (sheet.id, _name(sheet, path)) not in filled:
                say = Text(
                    f"没有哪个承诺填写“{field.id}”。", f"No promise fills the field '{field.id}'."
                )
                hint = Text(
                    "在 promises/ 里写一个，用 into 或 reason 指到它。",
                    "Write one in promises/ that names it as into or reason.",
                )
                draft.tell(sheet, (*path, "kind"), "never_promised", say, hint, got=field.id)


def _lines(draft: Draft) -> Iterator[PromiseLine]:
    for sheet in draft.of_kind("promise"):
        yield from sheet.part.lines
    for package in draft.others:
        for promise in package.promises:
            yield from promise.lines


def _name(sheet: Sheet, path: tuple[str | int, ...]) -> str:
    """Return the name of a field by its path in the document: `promised`, `lines.promised`."""
    here = sheet.document.data
    words = []
    for step in path:
        here = here[step]
        if isinstance(here, Mapping) and "kind" in here:
            words.append(here["id"])
    return ".".join(words)
