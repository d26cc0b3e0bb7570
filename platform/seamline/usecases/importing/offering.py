"""Offers one draft to the one door and says what is wrong with it, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from seamline.catalog import Catalog
from seamline.facts import Actor, Origin, Record
from seamline.fields.kind import Reading
from seamline.fields.proof import proof_of
from seamline.forms import FormModel
from seamline.metadata import ImportMap
from seamline.problems import Place, Problem, Refused
from seamline.store import BatchFailed, Unit
from seamline.text import Text
from seamline.usecases.submit import (
    RefusedByRules,
    Submission,
    keep_refusal,
    submit_in,
    together,
)

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

    def make_all(
        self, unit: Unit, drafts: Sequence[Draft], *, keep_refusals: bool
    ) -> list[tuple[CellProblem, ...]]:
        """Do for many drafts what `make` does for each, and leave what that would leave.

        They go in batches; those of a batch that the database refuses go one by one, so that each
        bad one is named. A draft that is known to be bad is tried by itself.
        """
        found: list[tuple[CellProblem, ...]] = []
        for is_bad, part in groupby(drafts, key=lambda draft: bool(draft.problems)):
            run = list(part)
            made = None if is_bad or len(run) == 1 else self._batch(unit, run, keep_refusals)
            found += made or [self.make(unit, one, keep_refusals=keep_refusals) for one in run]
        return found

    def _batch(
        self, unit: Unit, drafts: Sequence[Draft], keep_refusals: bool
    ) -> list[tuple[CellProblem, ...]] | None:
        try:
            with unit.savepoint(), unit.batch.gathering():
                asked = self._expected(unit, drafts)
                with together(unit, self.catalog, asked):
                    return [
                        self.make(unit, draft, keep_refusals=keep_refusals, apart=False)
                        for draft in drafts
                    ]
        except BatchFailed:
            return None

    def make(
        self, unit: Unit, draft: Draft, *, keep_refusals: bool, apart: bool = True
    ) -> tuple[CellProblem, ...]:
        """Submit one draft inside the open transaction; a refused one leaves nothing of itself.

        With `keep_refusals` a refusal by a rule is kept in the journal, as on every other way in.
        One that is not `apart` belongs to a batch, which is done again where it must have been.
        """
        found = list(draft.problems)
        if not any(problem.place.path == "_join" for problem in found):
            found += self._judged(unit, draft, keep_refusals, apart)
        return cell_problems(draft, self.plan, _once_per_cell(found))

    def _judged(
        self, unit: Unit, draft: Draft, keep_refusals: bool, apart: bool
    ) -> tuple[Problem, ...]:
        try:
            with unit.savepoint() if apart else nullcontext():
                asked = self._submission(unit, draft)
                submit_in(unit, self.catalog, self.actor, self.origin, asked)
                if draft.problems:
                    raise _Undone
        except _Undone:
            return ()
        except Refused as refused:
            if not apart and self._writes_before_it_refuses:
                raise BatchFailed from refused
            kept = keep_refusals and not draft.problems
            if kept and isinstance(refused, RefusedByRules):
                keep_refusal(unit, refused)
            return refused.problems
        return ()

    @property
    def _writes_before_it_refuses(self) -> bool:
        """Whether a refused record of the form may leave something that has to be undone."""
        form = self.model.form
        return bool(form.binds) or any(proof_of(one) is not None for one in form.fields)

    def _expected(self, unit: Unit, drafts: Sequence[Draft]) -> list[Submission]:
        """Return about what will be submitted of some drafts, for what can be asked ahead."""
        form, match = self.model.form.id, dict(self._match())
        words = [self._word(draft) if self.wanted.mode == "upsert" else "" for draft in drafts]
        named = {word for word in words if word}
        known = unit.records.resolve(self.model.tables, named, by=self._by) if named else {}
        return [
            Submission(form, "change", draft.values, known[word].ref.id, match=match)
            if word in known
            else Submission(form, "create", draft.values, match=match)
            for word, draft in zip(words, drafts, strict=True)
        ]

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
        word = self._word(draft)
        found = unit.records.resolve(self.model.tables, [word], by=self._by).get(word)
        return unit.records.get(self.model.tables, found.ref.id) if found is not None else None

    @property
    def _by(self) -> str | None:
        return self.model.form.key

    def _word(self, draft: Draft) -> str:
        """Return the word by which a draft names its record: its key, else its code."""
        key = self.model.form.key
        if key is None:
            return draft.key[0] if draft.key else ""
        raw = draft.values.get(key)
        if raw is None:
            return ""
        values, _ = self.model.read({key: raw}, self.model.steps["create"], None, self._reading)
        named = self.model.to_json({key: values.get(key)}, (key,)).get(key)
        return "" if named is None else str(named)

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
