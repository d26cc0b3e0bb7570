"""The second station: read the values, find what they refer to, complete and compare them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from seamline.facts import Ref, Row, Value
from seamline.forms import ReferenceUse
from seamline.metadata import Duplicate, Field, Form
from seamline.problems import Place, Problem, shorten
from seamline.store import Found
from seamline.text import Text

from .attachments import check_files
from .case import Case
from .needed import check_needed, clear
from .owning import check_owners
from .promising import remember
from .proving import examine
from .walls import check_created, fillable, heads_seen, keep_unseen, refs_seen

TRACKING = "_tracking"


def complete(case: Case) -> None:
    """Fill `case.values` from what was asked; every problem is added to the case."""
    before = case.before.values if case.before is not None else None
    case.values, problems = case.model.read(fillable(case), case.step, before, case.reading)
    case.problems.extend(_without_hints(case, problems))
    keep_unseen(case)
    remember(case)
    for use in case.model.references:
        _resolve(case, use)
    check_files(case)
    examine(case)
    case.problems.extend(case.model.finish(case.values, case.looked_up))
    clear(case)
    check_needed(case)
    check_created(case)
    check_owners(case)
    _check_unique(case)
    for duplicate in case.model.form.duplicates:
        _check_duplicate(case, duplicate)


def _without_hints(case: Case, problems: list[Problem]) -> list[Problem]:
    """Return the problems without names that come near: they could be of hidden fields."""
    if not case.unfilled:
        return problems
    return [
        replace(problem, hint=None) if problem.code == "unknown_field" else problem
        for problem in problems
    ]


def _resolve(case: Case, use: ReferenceUse) -> None:
    """Replace the words of one reference field by the records they name."""
    refs = dict(refs_at(case.values, use.path))
    if not refs:
        return
    found = _look_up(case, use, refs.values())
    known: dict[str, Found] = {}
    for place, ref in refs.items():
        hit = found.get(ref.key)
        if hit is None or (hit.archived and not ref.id):
            case.problems.add(unknown_reference(case, use, place, ref, hit))
        else:
            known[hit.ref.key] = hit
    case.found[use.path] = known
    put_refs(case.values, use.path, {word: hit.ref for word, hit in found.items()})


def _look_up(case: Case, use: ReferenceUse, refs: Collection[Ref]) -> dict[str, Found]:
    """Find what new words name (by key, or by the field asked for) and what stands already.

    What new words name beyond the actor's reach is not found.
    """
    target = case.catalog.forms[use.target].tables
    by = case.asked.match.get(use.path)
    groups: dict[str | None, set[str]] = {}
    for ref in refs:
        groups.setdefault(None if ref.id else by, set()).add(ref.key)
    found: dict[str, Found] = {}
    whole = case.catalog.access.scope(case.actor, use.target).whole
    for field, words in groups.items():
        hits = case.unit.records.resolve(target, words, (*use.needs, TRACKING), by=field)
        if not whole:
            known = refs_seen(case, use, hits, field) | {ref.key for ref in refs if ref.id}
            hits = {word: hit for word, hit in hits.items() if word in known}
        found |= hits
    return found


def refs_at(values: Mapping[str, Value], path: str) -> Iterator[tuple[str, Ref]]:
    """Yield each reference at `path` with its place: `customer`, `lines[2].material`."""
    head, _, column = path.partition(".")
    value = values.get(head)
    if not column:
        if isinstance(value, Ref):
            yield head, value
        return
    for number, row in enumerate(_rows(value), 1):
        cell = row.values.get(column)
        if isinstance(cell, Ref):
            yield f"{head}[{number}].{column}", cell


def _rows(value: Value) -> tuple[Row, ...]:
    if not isinstance(value, tuple):
        return ()
    return tuple(row for row in value if isinstance(row, Row))


def put_refs(values: dict[str, Value], path: str, found: Mapping[str, Ref]) -> None:
    """Replace the references at `path` by those found under their words."""
    head, _, column = path.partition(".")
    value = values.get(head)
    if isinstance(value, Ref):
        values[head] = found.get(value.key, value)
        return
    rows: list[Row] = []
    for row in _rows(value):
        cell = row.values.get(column)
        if isinstance(cell, Ref):
            row = replace(row, values={**row.values, column: found.get(cell.key, cell)})
        rows.append(row)
    if rows:
        values[head] = tuple(rows)


def unknown_reference(
    case: Case, use: ReferenceUse, place: str, ref: Ref, hit: Found | None
) -> Problem:
    """Return the problem of a word that names no record, or (`hit`) an archived one."""
    title = case.catalog.forms[use.target].form.title
    got = shorten(ref.key)
    if hit is not None:
        say = Text(
            f"{title.zh}“{got}”已归档，不能再选用。",
            f"{title.en} '{got}' is archived and cannot be chosen.",
        )
        return Problem("archived_reference", say, Place(place), got=got)
    return Problem(
        "unknown_reference",
        Text(f"没有{title.zh}“{got}”。", f"There is no {title.en.lower()} '{got}'."),
        Place(place),
        Text(
            f"请填写已有的{title.zh}编码。",
            f"Give the code of an existing {title.en.lower()}.",
        ),
        got,
    )


def sole(form: Form) -> Iterator[Field]:
    """Yield the fields whose value no two records of a form may share."""
    return (field for field in form.fields if field.unique or field.id == form.key)


def _check_unique(case: Case) -> None:
    for field in sole(case.model.form):
        value = case.values.get(field.id)
        if value is None or (case.before is not None and case.before.values.get(field.id) == value):
            continue
        same = case.unit.records.equal(
            case.model.tables, {field.id: value}, case.before.id if case.before else ""
        )
        if same:
            told = heads_seen(case, same)
            code = Text.same(f" {told[0].code}") if told else Text("其他编码", " another")
            case.problems.add(
                Problem(
                    "not_unique",
                    Text(
                        f"“{field.label.zh}”已有记录使用{code.zh}。",
                        f"{field.label.en}: record{code.en} has this value already.",
                    ),
                    Place(field.id),
                    Text("请换一个值，或修改已有记录。", "Choose another, or change that record."),
                )
            )


def _check_duplicate(case: Case, duplicate: Duplicate) -> None:
    """Flag a record that looks like one saved before, unless a person confirmed it."""
    wanted = {name: case.values.get(name) for name in duplicate.fields}
    if duplicate.id in case.asked.confirmed or any(value is None for value in wanted.values()):
        return
    if any(isinstance(value, Ref) and not value.id for value in wanted.values()):
        return  # an unknown reference is reported by itself
    if case.before is not None and all(
        case.before.values.get(name) == value for name, value in wanted.items()
    ):
        return
    same = case.unit.records.equal(case.model.tables, wanted, case.before.id if case.before else "")
    if same:
        codes = ", ".join(head.code for head in heads_seen(case, same)[:3])
        say = duplicate.say
        case.problems.add(
            Problem(
                "possible_duplicate",
                Text(f"{say.zh}({codes})", f"{say.en} ({codes})") if codes else say,
                Place(duplicate.fields[-1]),
                Text(
                    f"确认不是重复后，勾选确认(confirm: {duplicate.id})再提交。",
                    f"If it is another one, confirm it (confirm: {duplicate.id}) and submit again.",
                ),
                got=duplicate.id,
            )
        )
