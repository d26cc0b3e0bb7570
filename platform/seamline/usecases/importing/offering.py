"""Offers one draft to the one door and says what is wrong with it, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seamline.catalog import Catalog
from seamline.facts import Actor, Origin, Record
from seamline.fields.kind import Reading
from seamline.forms import FormModel
from seamline.metadata import ImportMap
from seamline.problems import Place, Problem, Refused
from seamline.store import Unit
from seamline.text import Text
from seamline.usecases.submit import RefusedByRules, Submission, keep_refusal, submit_in

from .drafts import Draft, Plan
from .jobs import CellProblem, cell_problems


class _Undone(Exception):
    """Ends the trial of a draft that is known to be bad, so that nothing of it stays."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Everything that the drafts of one import have in common."""

    catalog: Catalog
    actor: Actor
    origin: Origin
    model: FormModel
    wanted: ImportMap
    plan: Plan
    reason: str

    def make(self, unit: Unit, draft: Draft, *, keep_refusals: bool) -> tuple[CellProblem, ...]:
        """Submit one draft inside the open transaction; a refused one leaves nothing of itself.

        With `keep_refusals` a refusal by a rule is kept in the journal, as on every other way in.
        """
        found = list(draft.problems)
        if not any(problem.place.path == "_join" for problem in found):
            found += self._judged(unit, draft, keep_refusals)
        return cell_problems(draft, self.plan, _once_per_cell(found))

    def _judged(self, unit: Unit, draft: Draft, keep_refusals: bool) -> tuple[Problem, ...]:
        try:
            with unit.savepoint():
                asked = self._submission(unit, draft)
                submit_in(unit, self.catalog, self.actor, self.origin, asked)
                if draft.problems:
                    raise _Undone
        except _Undone:
            return ()
        except RefusedByRules as refusal:
            if keep_refusals and not draft.problems:
                keep_refusal(unit, refusal)
            return refusal.problems
        except Refused as refused:
            return refused.problems
        return ()

    def _submission(self, unit: Unit, draft: Draft) -> Submission:
        """Return what to submit; an upsert that would change nothing is let pass by the door."""
        before = self._existing(unit, draft) if self.wanted.mode == "upsert" else None
        match = dict(self._match())
        if before is None:
            values = _present(draft.values)
            return Submission(self.model.form.id, "create", values, reason=self.reason, match=match)
        values = {name: _rows_present(value) for name, value in draft.values.items()}
        return Submission(
            self.model.form.id,
            "change",
            values,
            record=before.id,
            expected_version=before.version,
            reason=self.reason,
            match=match,
            only_if_changed=True,
        )

    def _match(self) -> Mapping[str, str]:
        found = {c.to: c.match for c in self.wanted.columns if c.match}
        if self.wanted.lines is not None:
            table = self.wanted.lines.table
            found |= {f"{table}.{c.to}": c.match for c in self.wanted.lines.columns if c.match}
        return found

    def _existing(self, unit: Unit, draft: Draft) -> Record | None:
        """Return the record that the draft's key names, if it is there."""
        key, tables = self.model.form.key, self.model.tables
        if key is None:
            word = draft.key[0] if draft.key else ""
            return unit.records.get(tables, word) if word else None
        raw = draft.values.get(key)
        if raw is None:
            return None
        values, _ = self.model.read({key: raw}, self.model.steps["create"], None, self._reading)
        named = self.model.to_json({key: values.get(key)}).get(key)
        if named is None:
            return None
        found = unit.records.resolve(tables, [str(named)], by=key).get(str(named))
        return unit.records.get(tables, found.ref.id) if found is not None else None

    @property
    def _reading(self) -> Reading:
        return Reading("zh" if self.actor.language == "zh" else "en", self.catalog.zone)


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a new record's values without the empty ones, so that defaults fill them."""
    return {name: _rows_present(value) for name, value in values.items() if value is not None}


def _rows_present(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return [{name: cell for name, cell in row.items() if cell is not None} for row in value]


def _once_per_cell(problems: list[Problem]) -> list[Problem]:
    """Drop what follows from a cell that is known to be broken (`required` after `#N/A`)."""
    seen: set[str] = set()
    kept = []
    for problem in problems:
        path = problem.place.path
        if path and path in seen:
            continue
        seen.add(path)
        kept.append(problem)
    return kept


def no_rows(name: str) -> Refused:
    """Return the refusal of a file without a single row."""
    return Refused.one(
        "no_rows",
        Text("文件只有表头，没有数据行。", "The file has a header row and nothing below it."),
        place=Place(file=name),
    )
