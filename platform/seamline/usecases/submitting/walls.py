"""The walls of the door: only records within reach are moved, only what one may fill is filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from seamline.access import Reach
from seamline.conditions.evaluate import compiled
from seamline.facts import FileRef, Row, Value
from seamline.fields.table import is_blank
from seamline.forms import ReferenceUse
from seamline.problems import Place, Problem, Refused, shorten
from seamline.store import Found, RecordHead
from seamline.text import Text

from ..hiding import seen_of, unseen_names
from .case import Case


def admit_record(case: Case) -> bool:
    """Note what the actor sees of the stored record and may fill; False beyond his reach.

    Raises Refused 403 where he sees it, and may take the step on other records only.
    """
    before = case.before
    if before is None:
        case.unfilled = case.catalog.access.taking(case.actor, "create", case.model.form.id).unseen
        return True
    reach = case.catalog.access.scope(case.actor, before.form)
    seen = seen_of(case.unit, case.model, reach, (before.id,)).get(before.id)
    taking = case.catalog.access.taking(case.actor, case.step.id, before.form)
    unfilled = seen_of(case.unit, case.model, taking, (before.id,)).get(before.id)
    if seen is None and (reach.views or unfilled is None):
        return False
    if unfilled is None:
        raise _not_this_record(case)
    # Who may take a step without reading sees nothing of the record but that it is there.
    case.unseen = unseen_names(case.model) if seen is None else seen
    case.unfilled = unfilled
    return True


def keep_unseen(case: Case) -> None:
    """Let stand what the actor does not see and has not filled in anew.

    Nothing sent for a hidden field empties it, hidden files are added to, and rows keep their
    hidden columns: nobody can mean to remove what they do not see.
    """
    before = case.before
    if before is None or not case.unseen | case.unfilled:
        return
    for name, value in list(case.values.items()):
        old = before.values.get(name)
        if isinstance(old, tuple) and old and isinstance(old[0], Row):
            case.values[name] = tuple(_rows_kept(case, name, old, value))
        elif name in case.unseen and name in case.asked.values:
            case.values[name] = _joined(old, value)


def _joined(old: Value, new: Value) -> Value:
    if new is None or new == ():
        return old
    files = isinstance(new, tuple) and bool(new) and isinstance(new[0], FileRef)
    if files and isinstance(old, tuple) and isinstance(new, tuple):
        kept = [one for one in old if isinstance(one, FileRef) and one not in new]
        return (*kept, *(one for one in new if isinstance(one, FileRef)))
    return new


def _rows_kept(case: Case, table: str, old: tuple[Any, ...], value: Value) -> Iterator[Row]:
    stored = {row.id: row for row in old}
    hidden = [
        name.partition(".")[2]
        for name in case.unseen | case.unfilled
        if name.startswith(f"{table}.")
    ]
    rows = value if isinstance(value, tuple) else ()
    for row in rows:
        if not isinstance(row, Row):
            continue
        known = stored.get(row.id)
        kept = (
            {name: known.values[name] for name in hidden if name in known.values} if known else {}
        )
        yield replace(row, values={**row.values, **kept}) if kept else row


def fillable(case: Case) -> dict[str, Any]:
    """Return what was asked for without what the actor may not fill, each such field reported.

    It sounds as if there were no such field; one that is sent empty is passed over.
    """
    if not case.unfilled:
        return dict(case.asked.values)
    kept: dict[str, Any] = {}
    for name, given in case.asked.values.items():
        if name in case.unfilled:
            if not is_blank(given):
                case.problems.add(_unknown(name, name))
        elif isinstance(given, (list, tuple)):
            kept[name] = [_cells(case, name, number, row) for number, row in enumerate(given, 1)]
        else:
            kept[name] = given
    return kept


def _cells(case: Case, table: str, number: int, row: Any) -> Any:
    if not isinstance(row, Mapping):
        return row
    kept = {}
    for column, cell in row.items():
        if f"{table}.{column}" not in case.unfilled:
            kept[column] = cell
        elif not is_blank(cell):
            case.problems.add(_unknown(str(column), f"{table}[{number}].{column}"))
    return kept


def check_created(case: Case) -> None:
    """Report a new record that the actor could not have made: beyond the reach of his step."""
    if not case.creates:
        return
    taking = case.catalog.access.taking(case.actor, "create", case.model.form.id)
    reading = case.catalog.access.scope(case.actor, case.model.form.id)
    if taking.whole and reading.whole:
        return
    facts = case.model.facts(case.values, case.looked_up, _system(case))
    case.unseen = _met(reading, facts) if reading.views else unseen_names(case.model)
    unfilled = _hidden(taking, facts)
    if unfilled is None:
        case.problems.add(_beyond(case))
        return
    case.unfilled = unfilled - case.unfilled  # the others are reported already
    fillable(case)
    case.unfilled = unfilled


def _system(case: Case) -> dict[str, Value]:
    states = case.model.form.states
    state = case.step.to or (states[0].id if states else "")
    return {
        "_state": state, "_held": "", "_revision": 1,
        "_created_by": case.actor.id, "_updated_by": case.actor.id,
        "_created_at": case.at, "_updated_at": case.at,
    }  # fmt: skip


def _hidden(reach: Reach, facts: Mapping[str, object]) -> frozenset[str] | None:
    return reach.hidden([compiled(node)(facts) is True for node in reach.conditions()])


def _met(reach: Reach, facts: Mapping[str, object]) -> frozenset[str]:
    """Return what is hidden on a record that is only being made, at most what always is."""
    hidden = _hidden(reach, facts)
    return reach.narrowed if hidden is None else hidden


def refs_seen(
    case: Case, use: ReferenceUse, found: Mapping[str, Found], by: str | None
) -> set[str]:
    """Return which of some words name a record that the actor may know of by that word.

    `by` is the field that the words are values of, None where they are keys, codes or ids.
    """
    model = case.catalog.forms[use.target]
    reach = case.catalog.access.scope(case.actor, use.target)
    seen = seen_of(case.unit, model, reach, {hit.ref.id for hit in found.values()})
    key = str(model.tables.key.key)
    known = set()
    for word, hit in found.items():
        if hit.ref.id in seen:
            called = by or (
                "_id" if word == hit.ref.id else key if word == hit.ref.key else "_code"
            )
            if called not in seen[hit.ref.id]:
                known.add(word)
    return known


def heads_seen(case: Case, heads: list[RecordHead]) -> list[RecordHead]:
    """Return those of some records of the form whose code may be told to the actor."""
    reach = case.catalog.access.scope(case.actor, case.model.form.id)
    seen = seen_of(case.unit, case.model, reach, [head.id for head in heads])
    form = case.model.form
    called = "_code" if form.code is not None or form.key is None else form.key
    return [head for head in heads if head.id in seen and called not in seen[head.id]]


def _not_this_record(case: Case) -> Refused:
    title = case.step.title
    return Refused.one(
        "not_this_record",
        Text(
            f"您不能对这条记录执行“{title.zh}”。",
            f"You may not take '{title.en}' on this record.",
        ),
        status=403,
        hint=Text(
            "您的角色只能对部分记录执行此环节；管理员可以查看原因。",
            "Your roles allow this step on some records only; an administrator can see why.",
        ),
    )


def _beyond(case: Case) -> Problem:
    title = case.model.form.title
    return Problem(
        "beyond_reach",
        Text(
            f"按您的角色，不能建立这样的{title.zh}。",
            f"Your roles do not let you create such a {title.en.lower()}.",
        ),
        hint=Text(
            "您的角色只限部分记录，请检查所填内容。",
            "They are limited to some records; check what you filled in.",
        ),
    )


def _unknown(name: str, path: str) -> Problem:
    word = shorten(name)
    return Problem(
        "unknown_field",
        Text(f"没有字段“{word}”。", f"There is no field '{word}'."),
        Place(path),
        got=word,
    )
