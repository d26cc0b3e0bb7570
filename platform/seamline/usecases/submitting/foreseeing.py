"""What many submissions of a form will ask of the database, fetched in one go before the first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from seamline.catalog import Catalog
from seamline.facts import Record, Ref, Value
from seamline.forms import FormModel, ReferenceUse
from seamline.metadata.ruleset import SELF
from seamline.store import Unit
from seamline.store.finding import in_column
from seamline.store.locked import LOCKED

from .case import Submission
from .locking import locking_rules
from .values import TRACKING, refs_at, sole


def foresee(unit: Unit, catalog: Catalog, asked: Sequence[Submission]) -> None:
    """Fetch what the door will ask about these submissions, where they name records by their ids.

    Only the questions are asked ahead: each submission is judged by itself and in its turn, and
    what one of them changes is asked again for those that follow.
    """
    for form in dict.fromkeys(one.form for one in asked):
        if form in catalog.forms:
            _foresee(unit, catalog, catalog.forms[form], [one for one in asked if one.form == form])


def _foresee(unit: Unit, catalog: Catalog, model: FormModel, asked: Sequence[Submission]) -> None:
    known = unit.records.foresee(model.tables, [one.record for one in asked if one.record])
    for use in model.references:
        _foresee_references(unit, catalog, use, known, asked)
    _foresee_free(unit, catalog, model, [one for one in asked if not one.record])
    ids = [record.id for record in known]
    if not ids:
        return
    unit.people.foresee(ids)
    if model.form.id in catalog.judged:
        decided = unit.prompts.foresee(model.tables, ids)
        unit.decisions.foresee([decided[id] for id in ids if decided[id]])
    if _looks_at_locks(catalog, model.form.id):
        unit.locks.foresee(ids)


def _looks_at_locks(catalog: Catalog, form: str) -> bool:
    if any(rule.lock and rule.lock.record == SELF for _, rule in locking_rules(catalog, form)):
        return True
    steps = (rules for step, rules in catalog.rules.items() if step.startswith(f"{form}."))
    return any(LOCKED in rules.needs for rules in steps)


def _foresee_references(
    unit: Unit,
    catalog: Catalog,
    use: ReferenceUse,
    known: Sequence[Record],
    asked: Sequence[Submission],
) -> None:
    target, needs = catalog.forms[use.target].tables, (*use.needs, TRACKING)
    standing = {ref.key for record in known for _, ref in refs_at(record.values, use.path)}
    words: dict[str | None, set[str]] = {None: standing}
    for one in asked:
        words.setdefault(one.match.get(use.path), set()).update(_words_at(one.values, use.path))
    for by, named in words.items():
        if named:
            unit.records.resolve(target, named, needs, by=by)


def _foresee_free(
    unit: Unit, catalog: Catalog, model: FormModel, asked: Sequence[Submission]
) -> None:
    """Find out which values that new records must have for themselves are free."""
    checks: list[tuple[tuple[str, ...], str]] = [((one.id,), "") for one in sole(model.form)]
    checks += [(one.fields, one.id) for one in model.form.duplicates]
    for names, duplicate in checks:
        if any(name not in model.tables.cells for name in names):
            continue
        wanted = []
        for one in asked:
            if duplicate not in one.confirmed:
                meant = {name: _meant(unit, catalog, model, one, name) for name in names}
                wanted += [meant] if all(value is not None for value in meant.values()) else []
        if wanted:
            unit.records.foresee_free(model.tables, names, wanted)


def _meant(
    unit: Unit, catalog: Catalog, model: FormModel, one: Submission, name: str
) -> Value | None:
    """Return what a word of a submission will most likely be read as; None where it is not plain.

    Where it turns out otherwise, the door asks about the value that it is.
    """
    cell, given = model.tables.cells[name], one.values.get(name)
    word = str(given).strip() if isinstance(given, (str, int)) else ""
    if not word:
        return None
    if not cell.target:
        plain = cell.write is None and cell.shape.type in ("text", "integer")
        return in_column(cell, word) if plain else None
    use = next(use for use in model.references if use.path == name)
    tables, by = catalog.forms[cell.target].tables, one.match.get(name)
    hits = unit.records.resolve(tables, [word], (*use.needs, TRACKING), by=by)
    return next((hit.ref for hit in hits.values()), None)


def _words_at(values: Mapping[str, Any], path: str) -> Iterator[str]:
    """Yield the words that name a record at `path` of what came in, as far as they are plain."""
    head, _, column = path.partition(".")
    given = values.get(head)
    cells = [given]
    if column:
        rows = given if isinstance(given, (list, tuple)) else ()
        cells = [row.get(column) for row in rows if isinstance(row, Mapping)]
    for cell in cells:
        if isinstance(cell, str) and cell.strip():
            yield cell.strip()
        elif isinstance(cell, Ref):
            yield cell.key
